"""How long `exominer compare` takes on a file like Vesiclepedia's, and how much memory.

    python -m pipelines.bench.compare [--rows 100000] [--workspace WORKSPACE]

Without a workspace, the corpus is that of the examples' claims. Rows name genes and mature miRNAs.
"""

import argparse
import random
import resource
import tempfile
import time
from pathlib import Path

from miner import extract
from miner.corpus import Corpus
from miner.model.articles import Article, Section
from miner.model.reporter import SILENT
from miner.nlp.lexicon import Lexicon
from miner.settings import load_settings
from miner.workflow.compare import compare, compared_claims

HEADER = "CONTENT ID\tENTREZ GENE ID\tGENE SYMBOL\tSPECIES\tEXPERIMENT ID\tVESICLE TYPE\tDISEASE\n"
VESICLES = ("Exosomes", "Microvesicles", "Exosomes|Microvesicles", "Apoptotic bodies", "Exomeres")
DISEASES = ("colorectal cancer", "breast cancer", "Healthy", "hepatocellular carcinoma", "", "melanoma", "glioblastoma")
TEXT = "Exosomes carry CD9, TSG101, miR-21 and PTEN. Exosomal miR-21 represses PTEN in breast cancer."


def write_rows(path: Path, count: int) -> None:
    """A table of so many rows; a tenth of them name what no vocabulary has."""
    lexicon = Lexicon.load()
    genes = (lexicon.concept(f"HGNC:{number}") for number in range(1, 30_000))
    names = [gene.name for gene in genes if gene] + [f"hsa-miR-{number}-5p" for number in range(1, 2_000)]
    rng = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for n in range(count):
            name = rng.choice(names) if n % 10 else f"unknown {n}"
            file.write(f"{n}\t\t{name}\tHomo sapiens\t1\t{rng.choice(VESICLES)}\t{rng.choice(DISEASES)}\n")


def main() -> None:
    """Print seconds and megabytes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--workspace", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "VESICLEPEDIA.txt"
        write_rows(table, options.rows)
        path = load_settings(options.workspace).corpus_path if options.workspace else Path(folder) / "corpus.sqlite"
        with Corpus(path) as corpus:
            if not options.workspace:
                corpus.add([Article("file", "1", "A paper", (Section("abstract", TEXT),), "1")])
                for work in list(corpus.works()):
                    corpus.put_claims(work, "bench", extract(work.article.text))
            before, start = _peak(), time.process_time()
            found = compare(corpus, table, SILENT)
            read = time.process_time()
            claims = compared_claims(corpus)
            end = time.process_time()
    print(
        f"{found.rows:,} rows, {found.facts:,} facts, {found.unknown:,} unknown: read in {read - start:.1f} s of CPU,"
        f" {len(claims):,} claims compared in {end - read:.1f} s, memory {before} → {_peak()} MB"
    )


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
