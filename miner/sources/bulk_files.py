"""Which baseline and update files of PubMed there are, in a folder or on a server, and fetching one of them whole.

https://ftp.ncbi.nlm.nih.gov/pubmed/baseline/README.txt describes names, numbering and the .md5 file beside each.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from miner.errors import RefusedError, UsageError
from miner.formats.record import reject
from miner.http.client import HttpClient
from miner.http.failures import StatusError
from miner.model.articles import Reject
from miner.sources.base import Search

SERVICE = "PubMed's file server"
FOLDERS = ("baseline", "updatefiles")
LAG = timedelta(days=7)
"""How much later than on NLM's own server a file may appear on a mirror, under its old date."""

_NAME = re.compile(r"pubmed(\d{2})n(\d{4,6})\.xml\.gz")
_LINK = re.compile(
    r"href\s*=\s*[\"']?([^\"'\s>]+)[\"']?[^>]*>[^<]*</a>(?:\s*</td>\s*<td[^>]*>)?\s*([\w-]{8,11})?", re.IGNORECASE
)
_NAMED = re.compile(rb"pubmed\d\dn\d{4,6}\.xml\.gz")
_LISTING = re.compile(rb"(?i)index of|directory listing|parent directory|href\s*=\s*[\"']?\.\./")
_SUM = re.compile(rb"(?<![0-9a-fA-F])[0-9a-fA-F]{32}(?![0-9a-fA-F])")


@dataclass(frozen=True, slots=True)
class BulkFile:
    """One file of a baseline or of its updates. `place` is its path or URL, `appeared` the day its host gives it."""

    place: str
    appeared: date | None = None

    @property
    def name(self) -> str:
        """Its name without the folder."""
        return self.place.rpartition("/")[2]

    @property
    def number(self) -> tuple[int, int]:
        """(year, number in that year): the order in which files are to be read."""
        return number_of(self.name)

    @property
    def is_baseline(self) -> bool:
        """Whether it belongs to a yearly baseline; a folder without subfolders does not say."""
        return self.place.split("/")[-2:-1] == ["baseline"]

    @property
    def is_remote(self) -> bool:
        """Whether it has to be fetched."""
        return self.place.startswith(("http://", "https://"))


def number_of(name: str) -> tuple[int, int]:
    """(year, number in that year) of the file with this name."""
    found = _NAME.fullmatch(name)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def bulk_files(search: Search, http: HttpClient, base: str) -> list[BulkFile]:
    """The files to read, in order; `base` is the folder or URL that holds `baseline/` and `updatefiles/`.

    Raises RefusedError, UsageError where there are none at all; OutageError."""
    remote = base.startswith(("http://", "https://"))
    listed = _listed_remotely(base, http) if remote else _listed_locally(base)
    if not listed:
        raise RefusedError(
            f"{base} holds no PubMed files - set EXOMINER_PUBMED_BULK_URL to what holds baseline/ and updatefiles/"
        )
    files = {file.number: file for file in listed}
    since = search.changed_since and search.changed_since - LAG
    return [
        files[number]
        for number in sorted(files)
        if not (since and (appeared := files[number].appeared) and appeared < since)
    ]


def fetched(file: BulkFile, http: HttpClient, folder: Path) -> Path | Reject:
    """The file on this disk, its MD5 sum checked; a reject if it is wrong twice over. Raises OutageError."""
    wrong = ""
    for _ in range(2):
        try:
            path = (
                http.download(file.place, folder / file.name, service=SERVICE) if file.is_remote else Path(file.place)
            )
            with path.open("rb") as content:
                actual = hashlib.file_digest(content, _md5).hexdigest()
            expected = _expected_md5(file, http)
        except StatusError as error:
            return reject("pubmed-bulk", file.name, str(error))
        except OSError as error:
            return reject("pubmed-bulk", file.name, f"it cannot be read ({error.strerror})")
        if expected in (None, actual):
            return path
        wrong = (
            f"its MD5 sum is {actual}, not {expected} as its .md5 file says"
            if expected
            else "its .md5 file names no sum"
        )
    return reject("pubmed-bulk", file.name, f"{wrong} - fetch it again")


def _md5() -> "hashlib._Hash":
    return hashlib.md5(usedforsecurity=False)


def _expected_md5(file: BulkFile, http: HttpClient) -> str | None:
    """What the .md5 file beside it says: "" if that is no sum, None if there is no such file."""
    if file.is_remote:
        try:
            text = http.get(f"{file.place}.md5", accept="text", service=SERVICE, validate=_md5_complaint).body
        except StatusError as error:
            if error.status == 404:
                return None
            raise
    else:
        path = Path(f"{file.place}.md5")
        if not path.exists():
            return None
        text = path.read_bytes()
    found = _SUM.search(text)
    return found[0].decode().lower() if found else ""


def _md5_complaint(body: bytes) -> str | None:
    return None if _SUM.search(body) else "a .md5 file that names no sum"


def _listed_locally(base: str) -> list[BulkFile]:
    folder = Path(unquote(urlsplit(base).path) if base.startswith("file:") else base).expanduser()
    if not folder.is_dir():
        raise UsageError(
            f"{folder} is no folder - set EXOMINER_PUBMED_BULK_URL to what holds baseline/ and updatefiles/"
        )
    files = []
    for place in (*(folder / name for name in FOLDERS), folder):
        for path in place.iterdir() if place.is_dir() else ():
            if _NAME.fullmatch(path.name):
                status = path.stat()
                # When it was made, or came here, whichever is later.
                appeared = datetime.fromtimestamp(max(status.st_mtime, status.st_ctime), UTC).date()
                files.append(BulkFile(str(path), appeared))
    return files


def _listed_remotely(base: str, http: HttpClient) -> list[BulkFile]:
    files = []
    for folder in FOLDERS:
        try:
            page = http.get(f"{base}/{folder}/", accept="html", service=SERVICE, validate=_listing_complaint).body
        except StatusError as error:
            if error.status == 404:
                continue
            raise
        for name, day in _LINK.findall(page.decode("utf-8", "replace")):
            name = unquote(name).rpartition("/")[2]
            if _NAME.fullmatch(name):
                files.append(BulkFile(f"{base}/{folder}/{name}", _day(day)))
    return files


def _listing_complaint(page: bytes) -> str | None:
    if b"<html" in page.lower() and b"</html>" not in page.lower():
        return "a listing that is cut short"
    return None if _NAMED.search(page) or _LISTING.search(page) else "no listing of its files"


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d-%b-%Y"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None
