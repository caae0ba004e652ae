"""Hostile fields cost time in line with their length: twice the text, about twice the time, in every format."""

import io
import json
import time
from collections.abc import Callable

import pytest

from miner.formats import files

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
LENGTH = 15_000


def seconds(text: str) -> float:
    begin = time.process_time()
    assert list(files.read(io.BytesIO(text.encode()), "input"))
    return time.process_time() - begin


@pytest.mark.parametrize("maker", MAKERS)
def test_twice_the_text_takes_about_twice_the_time(maker: str) -> None:
    for unit in UNITS:
        once = seconds(MAKERS[maker](unit * (LENGTH // len(unit))))
        if once < 0.2:  # a quadratic pattern takes seconds
            continue
        twice = min(seconds(MAKERS[maker](unit * (2 * LENGTH // len(unit)))) for _ in range(2))
        assert twice < 3 * once, f"{unit!r}: {once:.2f} s, then {twice:.2f} s"
