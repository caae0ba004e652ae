"""NLM's file server: listings of `baseline/` and `updatefiles/`, the gzipped files, and the MD5 sum beside each."""

import gzip
import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tests.rig.pubmed import article_xml
from tests.rig.records import Record
from tests.rig.server import Reply, Request


class PubMedBulk:
    """Serves the files added to it."""

    name = "bulk"

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.days: dict[str, date] = {}

    def add(self, path: str, content: bytes, day: date = date(2024, 1, 5), md5: bool = True) -> None:
        """A file at e.g. "baseline/pubmed24n0001.xml.gz"."""
        self.files[path], self.days[path] = content, day
        if md5:
            name = path.rpartition("/")[2]
            self.files[f"{path}.md5"] = f"MD5({name})= {hashlib.md5(content).hexdigest()}\n".encode()

    def save(self, folder: Path) -> Path:
        """The same files in a folder of this disk."""
        for path, content in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        return folder

    def answer(self, request: Request) -> Reply:
        if request.path in self.files:
            return Reply(self.files[request.path], type="application/x-gzip")
        if request.path in ("baseline/", "updatefiles/"):
            return Reply(self._listing(request.path).encode(), type="text/html;charset=UTF-8")
        return Reply(b"<html><body>404 Not Found</body></html>", 404, "text/html")

    def _listing(self, folder: str) -> str:
        names = sorted(path.removeprefix(folder) for path in self.files if path.startswith(folder))
        lines = "".join(
            f'<a href="{name}">{name}</a>      {self.days.get(folder + name, date(2024, 1, 5))} 14:02   19M\n'
            for name in ["README.txt", *names]
        )
        return (
            f"<!DOCTYPE HTML><html><head><title>Index of /pubmed/{folder}</title></head><body><h1>Index of</h1>"
            f'<pre><a href="/pubmed/">Parent Directory</a>\n{lines}</pre></body></html>'
        )


def bulk_xml(records: Iterable[Record | str], deleted: Iterable[str] = ()) -> bytes:
    """The XML of a file: records (or XML of your own), then deletions."""
    body = "\n".join(r if isinstance(r, str) else article_xml(r) for r in records)
    pmids = "".join(f'<PMID Version="1">{pmid}</PMID>' for pmid in deleted)
    gone = f"<DeleteCitation>{pmids}</DeleteCitation>\n" if pmids else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet SYSTEM '
        '"http://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_240101.dtd">\n'
        f"<PubmedArticleSet>\n{body}\n{gone}</PubmedArticleSet>\n"
    ).encode()


def bulk_file(records: Iterable[Record | str], deleted: Iterable[str] = ()) -> bytes:
    """A gzipped file."""
    return gzip.compress(bulk_xml(records, deleted), mtime=0)
