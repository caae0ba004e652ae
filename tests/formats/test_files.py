"""Files as users have them: recognized by content, named in every reject, never lost."""

import gzip
import io
import os
from pathlib import Path

import pytest

from miner.errors import InputError, ParseError
from miner.formats import files, jsonl, opening
from miner.formats.registry import recognize
from miner.model.articles import Article, Reject

DATA = Path(__file__).parents[1] / "data" / "files"
EXAMPLES = Path(__file__).parents[2] / "examples"
JSONL = b'{"id": "a", "title": "T one", "abstract": "A."}\n{"id": "b", "title": "T two", "abstract": "B."}\n'

RECORDS = {  # file: (format, articles, rejects)
    "pubmed.xml": ("PubMed XML", 4, 3),
    "library.nbib": ("MEDLINE", 2, 1),
    "library.ris": ("RIS", 2, 1),
    "library.bib": ("BibTeX", 2, 2),
    "article.nxml": ("JATS XML", 1, 0),
    "crossref.json": ("JSON", 2, 1),
    "europepmc.json": ("JSON", 2, 0),
    "jci_research.txt": ("article page as text", 1, 0),
    "jci_article.html": ("HTML page", 1, 0),
}


def read(data: bytes, name: str = "input") -> tuple[list[Article], list[Reject]]:
    found = list(files.read(io.BytesIO(data), name))
    return [one for one in found if isinstance(one, Article)], [one for one in found if isinstance(one, Reject)]


def only_reject(data: bytes) -> Reject:
    articles, rejects = read(data, "input")
    assert not articles
    (reject,) = rejects
    assert reject.source == "file"
    assert reject.item.startswith("input")
    assert "\n" not in reject.reason
    return reject


@pytest.mark.parametrize("name", RECORDS)
def test_every_format_is_told_by_its_content(name: str) -> None:
    data = (DATA / name).read_bytes()
    known, articles, rejects = RECORDS[name]
    assert recognize(data).name == known
    for disguised in (data, gzip.compress(data), b"\xef\xbb\xbf" + data.lstrip(), b"\n\n  \n" + data):
        found = read(disguised, "no.name")
        assert (len(found[0]), len(found[1])) == (articles, rejects)
        assert all(article.source == "file" and article.source_id for article in found[0])
        assert all(reject.item.startswith("no.name: ") for reject in found[1])


def test_utf_16_and_windows_1252() -> None:
    text = (DATA / "library.ris").read_text(encoding="utf-8")
    expected = read(text.encode())
    for encoding in ("utf-16", "utf-16-le", "cp1252"):
        assert read(text.encode(encoding)) == expected
    assert len(read(JSONL.decode().encode("utf-16"))[0]) == 2


def test_carriage_returns_alone_end_lines() -> None:
    text = (DATA / "library.nbib").read_bytes()
    assert read(text.replace(b"\n", b"\r")) == read(text) == read(text.replace(b"\n", b"\r\n"))


def test_json_lines_are_streamed_and_counted() -> None:
    assert recognize(JSONL).name == "JSON Lines"
    articles, rejects = read(JSONL + b'{"id": "c"\n' + JSONL)
    assert [article.source_id for article in articles] == ["a", "b", "a", "b"]
    assert [reject.item for reject in rejects] == ["input: line 3"]


def test_records_without_an_id_get_the_same_one_every_time() -> None:
    data = b"title,abstract\nSome title,Some text\nOther title,Some text\n"
    ids = [[article.source_id for article in read(data)[0]] for _ in range(2)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\n ", "it is empty"),
        (b"\xff\xfe", "it is empty"),
        (gzip.compress(b""), "it is empty"),
        (b"%PDF-1.7\n...", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xd0\xcf\x11\xe0rest", "old Word or Excel"),
        (b"ELF\x00\x01\x02" * 100, "binary"),
        (bytes(range(128, 256)) * 30, "neither text"),
        (b"<svg xmlns='x'></svg>", "XML of a kind that holds no articles (<svg>)"),
        (b"<eSearchResult><Count>0</Count></eSearchResult>", "<eSearchResult>"),
        (b"<eFetchResult><ERROR>no such id</ERROR></eFetchResult>", "no such id"),
        (b"<PubmedArticleSet></PubmedArticleSet>", "holds no record"),
        (b"<PubmedArticleSet><PubmedArticle>", "broken XML"),
        (b'{"title": "cut', "broken JSON"),
        (b"[]", "holds no record"),
        (b"26918427\nPMC4811149\n10.1172/JCI81135\n", "a list of 3 identifiers"),
        (b"a\tb\tc\n1\t2\t3\n4\t5\t6\n", "no column is named"),
        (b"just one line of text", "plain text is a line with the title"),
        (b"<html><body><h1>Log in</h1></body></html>", "no abstract"),
    ],
)
def test_bad_input_has_one_clear_reason(data: bytes, reason: str) -> None:
    assert reason in only_reject(data).reason


def test_a_gzip_file_that_is_cut_keeps_what_stands_before() -> None:
    lines = b"".join(
        b'{"id": "%d", "title": "T %d", "abstract": "%s"}\n' % (n, n, os.urandom(300).hex().encode())
        for n in range(900)
    )
    packed = gzip.compress(lines)
    articles, rejects = read(packed[: len(packed) // 2])
    assert len(articles) > 100
    assert [article.source_id for article in articles] == [str(n) for n in range(len(articles))]
    assert "gzip file is cut off" in rejects[-1].reason


def test_a_record_that_may_be_cut_is_not_taken_for_a_whole_one() -> None:
    text = b"".join(
        b"TY  - JOUR\nTI  - T %d\nAB  - %s\nER  - \n" % (n, os.urandom(300).hex().encode()) for n in range(400)
    )
    packed = gzip.compress(text)
    articles, rejects = read(packed[: len(packed) // 2])
    assert len(articles) > 50
    assert all(len(article.sections[0].text) == 600 for article in articles)
    assert "gzip file is cut off" in rejects[-1].reason


def test_limits_are_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_WHOLE", 1_000_000)
    assert "larger than 0 MB" in only_reject(b"TY  - JOUR\nTI  - T\n" + b"x" * 2_000_000).reason
    monkeypatch.setattr(jsonl, "MAX_RECORD", 1000)
    articles, rejects = read(JSONL + b'{"id": "big", "title": "' + b"x" * 9000 + b'"}\n' + JSONL)
    assert len(articles) == 4
    assert "longer than 1,000 characters" in rejects[0].reason


def test_folders_are_walked_in_order(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a/z.jsonl", "a/y.jsonl", ".hidden", "a/.git/x", "README.md", "LICENSE"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(JSONL)
    assert [path.relative_to(tmp_path).as_posix() for path in files.paths([tmp_path])] == [
        "b.jsonl",
        "a/y.jsonl",
        "a/z.jsonl",
    ]
    assert files.paths([tmp_path / "README.md"]) == [tmp_path / "README.md"]  # when asked for by name


def test_only_texts_with_a_name_that_is_no_articles_are_passed_over_and_that_is_said(tmp_path: Path) -> None:
    names = ["notes.txt", "a/NOTE", "a/readme.md", "notes.jsonl", "License.nbib", "a/changelog.csv"]
    for name in [*names, ".git/README"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(JSONL)
    lines: list[str] = []
    list(files.read_all([str(tmp_path)], lambda summary: lines.append(summary.describe().removeprefix(f"{tmp_path}/"))))
    assert len(lines) == len(names)
    passed = sorted(line.partition(": passed over")[0] for line in lines if "passed over" in line)
    assert passed == ["a/NOTE", "a/readme.md", "notes.txt"]


def test_what_is_not_there_is_named_and_the_others_go_in(tmp_path: Path) -> None:
    good, empty = tmp_path / "good.jsonl", tmp_path / "empty"
    good.write_bytes(JSONL)
    empty.mkdir()
    with pytest.raises(InputError, match="no such file or folder"):
        files.paths([tmp_path / "missing"])
    with pytest.raises(InputError, match="holds no files"):
        files.paths([empty])
    found = list(files.read_all([str(tmp_path / "missing"), str(empty), str(good)]))
    assert [type(one) for one in found] == [Reject, Reject, Article, Article]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    locked = tmp_path / "locked.jsonl"
    locked.write_bytes(JSONL)
    locked.chmod(0)
    (found,) = files.read(locked, "locked.jsonl")
    assert isinstance(found, Reject)
    assert "permission denied" in found.reason


def test_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(JSONL)))
    assert [one.source_id for one in files.read_all(["-"]) if isinstance(one, Article)] == ["a", "b"]


def test_recognise_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ParseError):
        recognize(b"\x00\x01\x02\x03" * 50)


def test_the_examples_all_go_in() -> None:
    found = list(files.read_all([str(EXAMPLES)]))
    articles = [one for one in found if isinstance(one, Article)]
    assert len(articles) == len(found) == 18
    assert all(article.sections and (article.pmid or article.doi) and article.published for article in articles)
    assert len({article.pmid or article.doi for article in articles}) == 18
