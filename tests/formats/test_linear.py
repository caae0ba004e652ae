"""Hostile fields cost time in line with their length: in every format."""

import io
import json
from collections.abc import Callable

import pytest

from miner.formats import files
from miner.model.articles import Article, Reject
from tests.linear import assert_linear

UNITS = [
    "<", "<!--", "<a ", "PMC", "PMC 0", "10.5555/", "%2F", "&lt;", "A. ", "METHODS: ", "© 2020 ", "; ", " and ", "[{",
    "(", "\\", '"', "2021 ", " ", "\n", "PMID: 1", "https://doi.org/", "ER  - ", "$", "^", "{", "1. ", "- ", "@a{",
]  # fmt: skip
MAKERS: dict[str, Callable[[str], str]] = {
    "ris abstract": lambda text: f"TY  - JOUR\nTI  - V\nAB  - {text}\nER  - \n",
    "ris note": lambda text: f"TY  - JOUR\nTI  - V\nN1  - {text}\nER  - \n",
    "ris author": lambda text: f"TY  - JOUR\nTI  - V\nAU  - {text}\nER  - \n",
    "json abstract": lambda text: json.dumps({"title": "V", "abstract": text}),
    "json journal": lambda text: json.dumps({"title": "V", "journal": text}),
    "json identifiers": lambda text: json.dumps({"title": "V", "doi": text, "pmid": text, "pmcid": text}),
    "json date and authors": lambda text: json.dumps({"title": "V", "date": text, "authors": text, "extra": text}),
    "medline": lambda text: f"PMID- 1\nTI  - V\nLID - {text}\nAB  - {text}\n",
    "bibtex": lambda text: f"@article{{a, title={{V}}, author={{{text}}}, abstract={{{text}}}}}",
    "table": lambda text: 'title,abstract\nV,"{}"\n'.format(text.replace('"', '""')),
    "web of science": lambda text: f"FN Clarivate\nPT J\nTI V\nAB {text}\nER\n",
    "endnote": lambda text: f"%0 Journal Article\n%T V\n%X {text}",
    "ovid": lambda text: f"<1>\nTitle\n  V\nSource\n  {text}\nAbstract\n  x\n",
    "pubmed text": lambda text: f"1. {text}\n\nV.\n\n{text}\n\nPMID: 1\n",
    "pubmed summary": lambda text: f"1: Li X. V. {text} J Inv. 2021;1:1. PMID: 1.\n",
    "plain text": lambda text: f"Vesicles of a line\n\n{text}",
    "nothing else": lambda text: text,
}


@pytest.mark.parametrize("maker", MAKERS)
def test_time_grows_in_line_with_the_length_of_a_field(maker: str) -> None:
    def read(text: str) -> list[Article | Reject]:
        return list(files.read(io.BytesIO(text.encode()), "input"))

    for unit in UNITS:
        assert_linear(lambda size, unit=unit: read(MAKERS[maker](unit * (size // len(unit)))), size=5_000)
