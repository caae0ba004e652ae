"""For any bytes, parsers raise only their own errors, and every record becomes an article or a reject."""

import csv
import io
import json
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from miner.formats import files
from miner.formats.markup import plain
from miner.model.articles import Article, Reject

DATA = Path(__file__).parents[1] / "data" / "files"
SAMPLES = sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*.*") if path.is_file())
FULL = sorted(path.name for path in DATA.iterdir() if path.is_file())
QUICK = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])

visible = st.characters(exclude_categories=["C", "Z"], exclude_characters="<>&")
word = st.text(visible, min_size=1, max_size=12)
sentence = st.lists(word, min_size=2, max_size=12).map(" ".join).filter(lambda text: text == plain(text))
records = st.lists(st.tuples(sentence, sentence), min_size=1, max_size=6)


def read(data: bytes) -> list[Article | Reject]:
    found = list(files.read(io.BytesIO(data), "input"))
    assert found, "neither a record nor a reject"
    assert all(one.source == "file" for one in found)
    for one in found:
        if isinstance(one, Article):
            assert one.source_id
            one.text.encode("utf-8")
        else:
            assert one.reason
            assert "\n" not in one.reason
    return found


@QUICK
@given(st.binary(max_size=2000))
def test_any_bytes(data: bytes) -> None:
    read(data)


@QUICK
@given(st.text(max_size=2000))
def test_any_text(text: str) -> None:
    read(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_damaged_file(name: str, data: st.DataObject) -> None:
    document = (DATA / name).read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(document)))
        end = data.draw(st.integers(begin, min(len(document), begin + 60)))
        document = document[:begin] + data.draw(st.binary(max_size=12)) + document[end:]
    read(document)


@pytest.mark.parametrize("name", FULL)
@QUICK
@given(cut=st.floats(0, 1))
def test_a_file_that_is_cut(name: str, cut: float) -> None:
    document = (DATA / name).read_bytes()
    read(document[: int(len(document) * cut)])


BEGINNINGS = [b"<PubmedArticleSet>", b"<article>", b"{", b"[", b"PMID- 1\n", b"TY  - JOUR\n", b"@article{a,\n"]


@pytest.mark.parametrize("begin", [*BEGINNINGS, b"title,abstract\n", b"<html>", b"Citation Information: J. 2000\n"])
@QUICK
@given(rest=st.binary(max_size=400))
def test_anything_after_a_good_beginning(begin: bytes, rest: bytes) -> None:
    read(begin + rest)


def as_json_lines(rows: list[tuple[str, str]]) -> str:
    return "".join(json.dumps({"title": title, "abstract": text}) + "\n" for title, text in rows)


def as_json(rows: list[tuple[str, str]]) -> str:
    return json.dumps({"results": [{"title": title, "abstract": text} for title, text in rows]}, indent=1)


def as_table(rows: list[tuple[str, str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([("title", "abstract"), *rows])
    return buffer.getvalue()


def as_pubmed(rows: list[tuple[str, str]]) -> str:
    inner = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{number}</PMID><Article><ArticleTitle>{escape(title)}</ArticleTitle>"
        f"<Abstract><AbstractText>{escape(text)}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
        for number, (title, text) in enumerate(rows, start=1)
    )
    return f"<PubmedArticleSet>{inner}</PubmedArticleSet>"


def as_medline(rows: list[tuple[str, str]]) -> str:
    return "\n\n".join(f"PMID- {number}\nTI  - {title}\nAB  - {text}" for number, (title, text) in enumerate(rows, 1))


def as_ris(rows: list[tuple[str, str]]) -> str:
    return "\n".join(f"TY  - JOUR\nTI  - {title}\nAB  - {text}\nER  - \n" for title, text in rows)


@pytest.mark.parametrize("written", [as_json_lines, as_json, as_table, as_pubmed, as_medline, as_ris])
@QUICK
@given(rows=records)
def test_what_is_written_is_read(written: object, rows: list[tuple[str, str]]) -> None:
    assert callable(written)
    found = read(written(rows).encode())
    assert [type(one) for one in found] == [Article] * len(rows)
    for one, (title, text) in zip(found, rows, strict=True):
        assert isinstance(one, Article)
        assert one.title.strip("[].") == plain(title).strip("[].")
        kept = " ".join(part for section in one.sections for part in (section.label, section.text))
        assert "".join(kept.split()).replace(":", "") == "".join(plain(text).split()).replace(":", "")
