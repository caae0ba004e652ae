"""Responses made to take long or to end in a traceback: each is read in time that grows with its length."""

import json
import time
from collections.abc import Callable

import pytest

from miner.formats.biorxiv_json import article as biorxiv_article
from miner.formats.crossref_json import article as crossref_article
from miner.formats.europepmc_json import article as europepmc_article
from miner.model.articles import Article, Reject
from miner.sources.base import MAX_HITS, parse_count
from miner.sources.jci import _problem as jci_problem

PIECES = [
    "<",
    "</",
    "<p>",
    "[",
    "O_FIG ",
    "O_ST_ABS",
    "O_ST_ABSxC_ST_ABS",
    "O_TBL C_FIG ",
    "C_SCPLOW",
    "&",
    "Methods: ",
    "METHODS ",
    "A ",
    ". A",
    " " * 50,
    "PMC1.",
    "10.1/",
    "<h4>",
    "\x1b[",
]


def made(name: str, text: str) -> Article | Reject:
    if name == "biorxiv":
        return biorxiv_article({"doi": "10.1101/1", "title": text, "abstract": text, "version": text}, source="biorxiv")
    if name == "crossref":
        return crossref_article({"DOI": "10.5555/1", "title": [text], "abstract": text, "container-title": [text]})
    record = {"id": "1", "source": "MED", "title": text, "abstractText": text, "pmcid": text, "journalTitle": text}
    return europepmc_article(record)


def seconds(run: Callable[[], object]) -> float:
    """CPU seconds of the faster of two runs: what else runs on the machine slows one of them."""
    taken = []
    for _ in range(2):
        begun = time.process_time()
        run()
        taken.append(time.process_time() - begun)
    return min(taken)


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("name", ["biorxiv", "crossref", "europepmc"])
def test_a_record_is_read_in_time_that_grows_with_its_length(name: str, piece: str) -> None:
    short, long = (piece * (length // len(piece)) for length in (25_000, 100_000))
    before = seconds(lambda: made(name, short))
    assert seconds(lambda: made(name, long)) < max(0.5, 8 * before)


@pytest.mark.parametrize("piece", [b"<", b"name", b"name =", b'"@type" : [', b"abstract", b"<html", b" "])
def test_a_page_is_checked_in_time_that_grows_with_its_length(piece: bytes) -> None:
    assert seconds(lambda: jci_problem(piece * (4_000_000 // len(piece)), "10.1172/jci1")) < 3


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (0, 0),
        ("1173", 1_173),
        (" 12 ", 12),
        (MAX_HITS, MAX_HITS),
        (MAX_HITS + 1, None),
        ("9" * 20, None),
        ("9" * 100_000, None),
        (10**20, None),
        ("²", None),
        ("١٢", None),
        ("-1", None),
        (-1, None),
        (1.5, None),
        (True, None),
        (None, None),
        ([], None),
        ("", None),
    ],
    ids=lambda value: json.dumps(value)[:20],
)
def test_counts(value: object, count: int | None) -> None:
    assert parse_count(value) == count
