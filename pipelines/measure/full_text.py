"""Measure time and memory of reading a full text, by its length: both should grow in line with it.

python -m pipelines.measure.full_text [--pages 10 20 40 80]

Each article is generated, with sections, citations, tables and figures, and is read in a process of its own. Memory is
what reading adds to the loaded models. The exponent is that of time or memory as a power of length: 1 is linear.
"""

import argparse
import io
import math
import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from miner.formats import jats
from miner.model.articles import Article
from miner.workflow.mining import Text, mine, text_of

CHARACTERS_A_PAGE = 2_800
"""About 400 words."""
_CELLS = ("endothelial cells", "macrophages", "fibroblasts", "T cells", "astrocytes", "hepatocytes")
_FUNCTIONS = ("angiogenesis", "invasion", "apoptosis", "proliferation", "metastasis", "autophagy")
_GENES = ("PTEN", "CD63", "TGFB1", "VEGFA", "SOCS5", "EGFR", "HSP90AA1")
_SENTENCES = (
    "Exosomal miR-{n} promoted {function} of {cells} in {n} experiments [{cite}]. ",
    "We incubated {cells} with exosomes of glioblastoma for {n} hours (Figure {n}A). ",
    "In serum of patients, {gene} was elevated compared with controls. ",
    "Exosomes carried {gene} and miR-{n}, whereas medium did not. ",
    "Silencing of {gene} abolished this effect, which others have reported as well [{cite}, {cite}]. ",
    "The samples were kept at 4 °C and measured three times by two of the authors. ",
)
_CITE = '<xref ref-type="bibr" rid="r1">1</xref>'


@dataclass(frozen=True, slots=True)
class Cost:
    """What reading an article cost: characters of its text, seconds of processor time, and bytes added."""

    characters: int
    claims: int
    parsing: float
    reading: float
    memory: int


def make_article(pages: int) -> bytes:
    """A research article in JATS of about this many pages."""
    sections, number = [], 0
    while sum(map(len, sections)) < pages * CHARACTERS_A_PAGE * 1.4:
        number += 1
        paragraphs = "".join(f"<p>{''.join(_sentences(number * 10 + n))}</p>" for n in range(5))
        rows = "".join(f"<tr><td>miR-{number + n}</td><td>{n}.1</td><td>0.0{n}</td></tr>" for n in range(1, 6))
        table = f"<table><thead><tr><th>miRNA</th><th>Level</th><th>P</th></tr></thead><tbody>{rows}</tbody></table>"
        sections.append(
            f"<sec><title>Finding {number}</title>{paragraphs}<table-wrap><label>Table {number}</label>{table}"
            f"</table-wrap><fig><label>Figure {number}</label><caption><p>Vesicles of glioma.</p></caption></fig></sec>"
        )
    return (
        '<article article-type="research-article"><front><article-meta><title-group><article-title>Exosomes of'
        " glioblastoma</article-title></title-group><abstract><p>Here we study exosomes of glioblastoma.</p></abstract>"
        f'</article-meta></front><body><sec sec-type="results"><title>Results</title>{"".join(sections)}</sec></body>'
        "</article>"
    ).encode()


def _sentences(number: int) -> Iterator[str]:
    for place, sentence in enumerate(_SENTENCES):
        at = number + place
        yield sentence.format(
            n=at % 300 + 1,
            cite=_CITE,
            function=_FUNCTIONS[at % len(_FUNCTIONS)],
            cells=_CELLS[at % len(_CELLS)],
            gene=_GENES[at % len(_GENES)],
        )


def measure(pages: int) -> Cost:
    """Read an article of this many pages, and a short text before it to load the models."""
    document = make_article(pages)
    list(mine([Text("first", "Exosomes carry miR-21. Exosomal miR-21 promotes angiogenesis.")], 1))
    before = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    start = time.process_time()
    (article,) = jats.parse(io.BytesIO(document))
    assert isinstance(article, Article)
    parsed = time.process_time()
    (mined,) = mine([text_of("article", article)], 1)
    read = time.process_time()
    return Cost(len(article.text), len(mined.claims), parsed - start, read - parsed, _memory("VmHWM") - before)


def _memory(name: str) -> int:
    """Bytes of this process's memory, as Linux counts it: VmRSS now, VmHWM at its peak."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def main() -> None:
    """Print what articles of several lengths cost, and the exponents from the shortest to the longest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, nargs="+", default=[10, 20, 40, 80])
    options = parser.parse_args()
    costs = []
    print(f"{'pages':>6} {'characters':>10} {'claims':>7} {'parsing':>9} {'reading':>9} {'a page':>8} {'memory':>9}")
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as pool:
        for pages, cost in zip(options.pages, pool.map(measure, options.pages), strict=True):
            costs.append(cost)
            print(
                f"{pages:6} {cost.characters:10,} {cost.claims:7,} {cost.parsing:7.3f} s {cost.reading:7.2f} s"
                f" {1000 * (cost.parsing + cost.reading) / pages:5.0f} ms {cost.memory / 2**20:6.0f} MB"
            )
    first, last = costs[0], costs[-1]
    if last.characters > first.characters:
        longer = math.log(last.characters / first.characters)
        seconds = math.log((last.parsing + last.reading) / (first.parsing + first.reading)) / longer
        memory = math.log(max(last.memory, 1) / max(first.memory, 1)) / longer
        print(f"exponents: time {seconds:.2f}, memory {memory:.2f}")


if __name__ == "__main__":
    main()
