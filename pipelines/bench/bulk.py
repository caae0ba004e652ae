"""Measure time and memory of filtering PubMed's bulk files, as a ratio to `gzip -dc FILE | wc -c` on one core.

    python pipelines/bench/bulk.py                 # a made-up file like NLM's: 30,000 citations, 3 % on vesicles
    python pipelines/bench/bulk.py FILE.xml.gz     # a file of yours

Each round times gzip, then the filter, in fresh processes pinned to one core. Wall time and CPU time (user and system)
are both given: on a busy machine only the latter says much.
"""

import argparse
import gzip
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.sax.saxutils import escape

WORDS = """cells patients expression protein levels response treatment study results analysis tumor clinical gene data
growth mice effects associated disease risk increased factor activity control human effect significant group compared
model higher method blood tissue receptor signaling pathway binding acid concentration induced function development
immune inflammation survival therapy serum plasma membrane transport release uptake secretion biogenesis marker liver
kidney lung brain bone muscle heart skin virus bacteria antibody assay sequence variant cohort trial outcome mortality
derived small large circulating several severe never levels"""
SYLLABLES = "ba ce di fo gu ha ke li mo nu pra ste tri vo xi yl zo phen ther carb oxy meth glu cyt neur card hep"
VESICLES = [
    "exosomes",
    "extracellular vesicles",
    "microvesicles",
    "large oncosomes",
    "<i>exo</i>somal miR-21",
    "small EVs",
]
OTHERS = ["synaptic vesicles", "extracellular matrix", "apoptotic rate", "apoptotic antibody", *["analysis"] * 46]


def citation(pmid: int, draw: random.Random, words: list[str], weights: list[float], vesicles: bool) -> str:
    """One PubmedArticle with the parts and the proportions that NLM's have."""

    def some(count: int) -> str:
        return escape(" ".join(draw.choices(words, cum_weights=weights, k=count)))

    inline = ("<i>in vivo</i>", "CD8<sup>+</sup>") if draw.random() < 0.3 else ("in vivo", "CD8+")
    title = f"{some(6)} {draw.choice(VESICLES) if vesicles else draw.choice(OTHERS)} {some(6)}."
    abstract = "".join(
        f'<AbstractText Label="{label}" NlmCategory="{label}">{some(50)} {inline[0]} (p &lt; 0.05) {some(20)} '
        f"{inline[1]} α-{draw.choice(words)}.</AbstractText>"
        for label in ("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS")
    )
    authors = "".join(
        f'<Author ValidYN="Y"><LastName>{draw.choice(words).title()}</LastName>'
        f"<ForeName>{draw.choice(words).title()}</ForeName><Initials>A</Initials><AffiliationInfo><Affiliation>{some(12)}.</Affiliation></AffiliationInfo></Author>"
        for _ in range(draw.randint(2, 9))
    )
    mesh = "".join(
        f'<MeshHeading><DescriptorName UI="D{draw.randint(1, 60000):06d}" MajorTopicYN="N">{some(2)}</DescriptorName>'
        "</MeshHeading>"
        for _ in range(draw.randint(5, 15))
    )
    references = "".join(
        f"<Reference><Citation>{some(14)}. 2019;{draw.randint(1, 99)}(4):1-9.</Citation><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{draw.randint(1, 38_000_000)}</ArticleId></ArticleIdList></Reference>'
        for _ in range(draw.randint(0, 25))
    )
    return f"""<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Automated">
<PMID Version="1">{pmid}</PMID><DateRevised><Year>2024</Year><Month>01</Month><Day>05</Day></DateRevised>
<Article PubModel="Print-Electronic"><Journal><ISSN IssnType="Electronic">1234-5678</ISSN><JournalIssue>
<Volume>{draw.randint(1, 90)}</Volume><Issue>2</Issue><PubDate><Year>2023</Year></PubDate></JournalIssue>
<Title>{some(4)}</Title></Journal><ArticleTitle>{title}</ArticleTitle>
<ELocationID EIdType="doi" ValidYN="Y">10.9999/j.{pmid}</ELocationID>
<Abstract>{abstract}</Abstract><AuthorList CompleteYN="Y">{authors}</AuthorList><Language>eng</Language>
<PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList></Article>
<MeshHeadingList>{mesh}</MeshHeadingList></MedlineCitation><PubmedData><History><PubMedPubDate PubStatus="entrez">
<Year>2024</Year><Month>1</Month><Day>4</Day></PubMedPubDate></History>
<ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList>
<ReferenceList>{references}</ReferenceList></PubmedData></PubmedArticle>
"""


def make(path: Path, citations: int, share: float) -> None:
    """A file of `citations` records, `share` of them on vesicles; the same each time."""
    draw = random.Random(20240105)
    coined = ["".join(draw.choices(SYLLABLES.split(), k=draw.randint(2, 4))) for _ in range(8000)]
    words = WORDS.split() + coined
    weights = [0.0]
    for rank in range(1, len(words) + 1):
        weights.append(weights[-1] + 1 / rank)
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=6) as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n')
        for number in range(citations):
            file.write(citation(30_000_000 + number, draw, words, weights[1:], draw.random() < share))
        file.write("</PubmedArticleSet>\n")


def read(path: Path) -> None:
    """What the filter is timed on; prints its own measures as JSON."""
    from miner.model.articles import Article
    from miner.sources.bulk_filter import Scan, Wanted, scan_file
    from miner.sources.text_query import VESICLES as QUERY
    from miner.sources.text_query import TextQuery

    start = clocks()
    scan = Scan(Wanted(TextQuery(QUERY)))
    taken = sum(isinstance(record, Article) for record in scan_file(path, scan))
    wall, cpu = (after - before for after, before in zip(clocks(), start, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": wall, "cpu": cpu, "taken": taken, "passed": len(scan.passed), "peak_mb": peak}))


def gunzip(path: Path) -> dict[str, float]:
    """Seconds that `gzip -dc FILE | wc -c` takes."""
    start = clocks()
    with subprocess.Popen(["gzip", "-dc", str(path)], stdout=subprocess.PIPE) as unzip:
        subprocess.run(["wc", "-c"], stdin=unzip.stdout, stdout=subprocess.DEVNULL, check=True)
    wall, cpu = (after - before for after, before in zip(clocks(), start, strict=True))
    return {"wall": wall, "cpu": cpu}


def clocks() -> tuple[float, float]:
    """Seconds on the wall, and seconds of CPU spent by this process and those it has waited for."""
    return time.perf_counter(), sum(os.times()[:4])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--citations", type=int, default=30_000)
    parser.add_argument("--share", type=float, default=0.03, help="of the made-up citations, those on vesicles")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        return read(options.file)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        path = options.file
        if path is None:
            path = Path(folder) / "pubmed24n0001.xml.gz"
            print(f"writing {options.citations:,} citations …", file=sys.stderr)
            make(path, options.citations, options.share)
        unzips, reads = [], []
        for _ in range(options.rounds):
            unzips.append(gunzip(path))
            output = subprocess.run([sys.executable, __file__, "--read", str(path)], stdout=subprocess.PIPE, check=True)
            reads.append(json.loads(output.stdout))
    print(f"records: {reads[-1]['taken']:,} taken, {reads[-1]['passed']:,} passed over")
    for clock in ("wall", "cpu"):
        base = statistics.median(unzip[clock] for unzip in unzips)
        seconds = statistics.median(read[clock] for read in reads)
        ratios = [read[clock] / unzip[clock] for read, unzip in zip(reads, unzips, strict=True)]
        print(
            f"{clock:4}  gzip -dc | wc -c: {base:.2f} s   filtered: {seconds:.2f} s   "
            f"ratio: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f} in {len(ratios)} rounds)"
        )
    print(f"peak memory: {max(r['peak_mb'] for r in reads):.0f} MB")
    return None


if __name__ == "__main__":
    main()
