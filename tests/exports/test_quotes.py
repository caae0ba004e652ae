"""Sentences are read back from answers and exports with every form of a work's name."""

import json
from pathlib import Path

import pytest

from miner.exports.quotes import read_quotes
from miner.model.articles import Article, Section
from miner.model.quotes import Quote, quote_faults

TEXT = Article(
    "file",
    "1",
    "Vesicles grow",
    (Section("abstract", "It grew. =It shrank."),),
    pmid="12",
    doi="10.1016/s0140-6736(05)1;2",
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "sentence,pmid\nIt grew.,12\n"),
        ("a.csv", "Sentence,PMIDs\nIt grew.,\"3, 12\"\n"),
        ("a.csv", "sentence,sources\n'=It shrank.,PMID:12 doi:10.1000/1 (retracted)\n"),
        ("a.csv", "sentence,sources\nIt grew.,\"doi:10.1000/1, doi:10.1016/S0140-6736(05)1;2, PMID:7\"\n"),
        ("a.tsv", "sentence\tdoi\tstart\tend\nIt grew.\t10.1016/s0140-6736(05)1;2\t14\t22\n"),
        ("a.json", json.dumps([{"sentence": "It grew.", "pmid": "12", "start": 14, "end": 22}])),
        ("a.json", json.dumps({"work": {"id": "pmid:12"}, "evidence": [{"sentence": "It grew."}]})),
        ("a.json", json.dumps({"evidence": [{"sentence": "It grew.", "publication": {"pmid": 12}}]})),
        ("a.jsonl", json.dumps({"work": "doi:10.1016/s0140-6736(05)1;2", "sentence": "It grew."}) + "\n\n"),
    ],
)  # fmt: skip
def test_the_work_of_a_sentence_is_found(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    quotes = read_quotes(path)
    assert len(quotes) == 1
    assert list(quote_faults(quotes, [("pmid:12", TEXT), ("pmid:7", Article("file", "2", "Other"))])) == []


@pytest.mark.parametrize(
    ("quote", "fault"),
    [
        (Quote("here", ("pmid:12",), "It grows."), "its sentence is not in the text"),
        (Quote("here", ("pmid:12",), "It grew.", 13, 21), "its sentence is at 14 to 22 of the text, not at 13 to 21"),
        (Quote("here", ("pmid:7",), "It grew."), "its sentence is not in the text"),
        (Quote("here", ("pmid:9",), "It grew."), "its work is not in the corpus"),
        (Quote("here", (), "It grew."), "it names no work"),
    ],
)
def test_faults_of_quotes(quote: Quote, fault: str) -> None:
    works = [("pmid:12", TEXT), ("pmid:7", Article("file", "2", "Other"))]
    assert [f.fault for f in quote_faults([quote], works)] == [fault]
