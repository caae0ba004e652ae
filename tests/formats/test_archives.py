"""Archives, workbooks and compressed files: every file in them is read, bounded, and named in its rejects."""

import gzip
import io
import os
import tarfile
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from miner.formats import archives, files, opening
from miner.formats.summary import FileSummary
from miner.model.articles import Article, Reject

EXPORTS = Path(__file__).parents[1] / "data" / "files" / "exports"
RIS = b"TY  - JOUR\nTI  - Vesicles of a line\nAB  - Text on vesicles.\nER  - \n"
NBIB = b"PMID- 900001\nTI  - Exosomes of a line\nAB  - Text on exosomes.\n"


def read(data: bytes, name: str = "a") -> tuple[list[Article], list[Reject], list[FileSummary]]:
    summaries: list[FileSummary] = []
    found = list(files.read(io.BytesIO(data), name, summaries.append))
    articles = [one for one in found if isinstance(one, Article)]
    return articles, [one for one in found if isinstance(one, Reject)], summaries


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]  # a mode given as text
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link.ris")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return buffer.getvalue()


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    book = Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


MEMBERS = {
    "papers/a.ris": RIS,
    "papers/b.nbib": NBIB,
    "papers/c.nbib.gz": gzip.compress(NBIB.replace(b"900001", b"900002")),
    "broken.bin": bytes(range(256)) * 40,
    "README.md": b"# Read me\n\nThis is no article at all.",
    "__MACOSX/papers/._a.ris": b"\x00\x05\x16\x07",
    "papers/.DS_Store": b"\x00\x00Bud1",
}


@pytest.mark.parametrize("pack", [zipped, tarred, lambda members: tarred(members, "w:")])
def test_every_file_of_an_archive_is_read(pack: object) -> None:
    assert callable(pack)
    articles, rejects, summaries = read(pack(MEMBERS), "lib.zip")
    assert [(one.title, one.pmid) for one in articles] == [
        ("Vesicles of a line", None),
        ("Exosomes of a line", "900001"),
        ("Exosomes of a line", "900002"),
    ]
    assert [one.item for one in rejects] == ["lib.zip: broken.bin"]
    assert [(one.name, one.format, one.articles) for one in summaries] == [
        ("lib.zip: papers/a.ris", "RIS", 1),
        ("lib.zip: papers/b.nbib", "MEDLINE", 1),
        ("lib.zip: papers/c.nbib.gz", "MEDLINE", 1),
        ("lib.zip: broken.bin", "", 0),
    ]


def test_archives_as_files_and_as_streams_that_cannot_seek(tmp_path: Path) -> None:
    path = tmp_path / "lib.zip"
    path.write_bytes(zipped({"a.ris": RIS}))
    assert [type(one) for one in files.read_all([str(path)])] == [Article]
    assert len(read(gzip.compress(path.read_bytes()))[0]) == 1
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb") as sink:
        sink.write(path.read_bytes())
    with os.fdopen(reader, "rb", buffering=0) as stream:
        assert [type(one) for one in files.read(stream, "pipe")] == [Article]  # type: ignore[arg-type]  # raw, as pipes are


def test_a_workbook() -> None:
    rows: list[list[object]] = [
        ["Exported from a database", None, None, None, None],
        ["PMID", "Title", "Abstract", "Publication Date", "DOI"],
        [900001, "Vesicles of a line", "Text on vesicles.", datetime(2021, 3, 7), "10.5555/x1"],
        [None, None, None, None, None],
        ["PMID", "Title", "Abstract", "Publication Date", "DOI"],
        [900002.0, "Exosomes of a line", None, 2019, None],
    ]
    data = workbook({"Notes": [["nothing", "here"]], "Records": rows})
    for packed in (data, zipped({"book.xlsx": data})):
        articles, rejects, summaries = read(packed)
        assert not rejects
        assert [(one.pmid, one.title, one.published, one.doi, len(one.sections)) for one in articles] == [
            ("900001", "Vesicles of a line", "2021-03-07", "10.5555/x1", 1),
            ("900002", "Exosomes of a line", "2019", None, 0),
        ]
        assert summaries[0].format == "Excel workbook"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({}), "holds no file"),
        (zipped({"a.ris": RIS})[:60], "cut off or damaged"),
        (zipped({"in.zip": zipped({"a.ris": RIS})}), "an archive within an archive"),
        (zipped({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<t/>"}), "a Word document"),
        (zipped({"content.xml": b"<o/>"}), "an OpenDocument file"),
        (zipped({"[Content_Types].xml": b"<t/>", "xl/workbook.xml": b"<broken"}), "the workbook cannot be read"),
        (workbook({"A": [["a", "b"], [1, 2]]}), 'no sheet has a column named "title"'),
        (tarred({"a.ris": RIS * 20, "b.ris": RIS}, "w:")[:1000], "cut off or damaged"),
    ],
)
def test_archives_that_cannot_be_read(data: bytes, reason: str) -> None:
    articles, rejects, _ = read(data)
    assert not articles
    assert reason in rejects[-1].reason


def test_names_in_an_archive_reach_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    articles, _, summaries = read(zipped({"../../evil.ris": RIS, "/etc/evil.ris": RIS}))
    assert len(articles) == 2
    assert not list(tmp_path.iterdir())
    assert all("/etc/evil" not in one.name or one.name.startswith("a: ") for one in summaries)


def test_archives_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    _, rejects, _ = read(zipped({f"{n}.ris": RIS for n in range(4)}))
    assert "more than 3 files" in rejects[-1].reason
    monkeypatch.setattr(archives, "MAX_STREAMED", 1000)
    monkeypatch.setattr(archives, "MAX_TAR", 1000)
    for pack in (zipped, tarred):
        _, rejects, _ = read(pack({"big.ris": RIS + b" " * 2000}))
        assert "larger than" in rejects[-1].reason


def test_a_gzip_bomb_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_WHOLE", 5 * 1024**2)
    bomb = gzip.compress(RIS + b"a" * 50 * 1024**2)
    _, rejects, _ = read(bomb)
    assert "larger than 5 MB" in rejects[-1].reason


@pytest.mark.parametrize("tail", [b"", b"\x00" * 600, b"junk after the end", b"\x1f", gzip.compress(b"")])
def test_what_follows_a_gzip_file_is_no_damage(tail: bytes) -> None:
    data = gzip.compress(NBIB) + gzip.compress(b"\n" + NBIB.replace(b"900001", b"900002")) + tail
    articles, rejects, _ = read(data)
    assert [one.pmid for one in articles] == ["900001", "900002"]
    assert not rejects


def test_the_systems_own_files_are_passed_over(tmp_path: Path) -> None:
    for name in ("a.ris~", "._a.ris", ".DS_Store", "Thumbs.db", "desktop.ini", "~$a.docx", "__MACOSX/x.ris", "a.swp"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(RIS)
    (tmp_path / "a.ris").write_bytes(RIS)
    assert files.paths([tmp_path]) == [tmp_path / "a.ris"]


def test_a_file_name_that_is_not_utf_8(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    for name, data in ((b"caf\xe9.nbib", NBIB), (b"ref\xe9rences.ris", b"TY  - JOUR\nPY  - 2020\nER  - \n")):
        with open(os.path.join(folder, name), "wb") as stream:  # noqa: PTH118, PTH123  # a name in bytes
            stream.write(data)
    found = list(files.read_all([str(tmp_path)]))
    assert [type(one) for one in found] == [Article, Reject]
    assert isinstance(found[1], Reject)
    assert found[1].item.endswith("ref\\xe9rences.ris: record 1")
    assert found[1].item.encode()
    name = found[1].item.removesuffix(": record 1")
    assert os.fsencode(files.path_of(name)).endswith(b"ref\xe9rences.ris")
    assert files.path_of(name).exists()


FULL_TEXT = (EXPORTS.parent / "fulltext.nxml").read_bytes()


@pytest.mark.parametrize("mode", ["w:gz", "w"])
def test_packages_of_pmc(mode: str) -> None:
    bulk = {"PMC005xxxxxx/PMC5550777.xml": FULL_TEXT, "PMC005xxxxxx/PMC5550001.xml": FULL_TEXT[:900]}
    (article,), (broken,), _ = read(tarred(bulk, mode), "oa_comm_xml.PMC005xxxxxx.tar.gz")
    assert article.has_full_text
    assert "PMC5550001.xml" in broken.item
    single = {
        "PMC5550777/full.nxml": FULL_TEXT, "PMC5550777/full.pdf": b"%PDF-1.4", "PMC5550777/f1.jpg": b"\xff\xd8\xff\xe0",
        "PMC5550777/s1.xlsx": b"PK\x03\x04", "PMC5550777/license.txt": b"CC BY",
    }  # fmt: skip
    articles, rejects, summaries = read(tarred(single, mode), "PMC5550777.tar.gz")
    assert [one.pmcid for one in articles] == ["PMC5550777"]
    assert not rejects
    assert len(summaries) == 1


def test_folders_with_packages_of_pmc(tmp_path: Path) -> None:
    for name in ("PMC5550777/full.nxml", "PMC5550777/f1.jpg", "oa_comm_xml.PMC005xxxxxx.baseline.filelist.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(FULL_TEXT)
    assert files.paths([tmp_path]) == [tmp_path / "PMC5550777" / "full.nxml"]


def test_packages_of_pmc_may_be_larger_than_other_archives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    monkeypatch.setattr(archives, "MAX_STREAMED", 10)
    articles, rejects, _ = read(tarred({f"PMC005xxxxxx/PMC{n}.xml": FULL_TEXT for n in range(5)}))
    assert len(articles) == 5
    assert not rejects
    monkeypatch.setattr(archives, "MAX_TAR_MEMBERS", 3)
    _, rejects, _ = read(tarred({f"PMC005xxxxxx/PMC{n}.xml": FULL_TEXT for n in range(5)}))
    assert "more than 3 files" in rejects[-1].reason
