"""Which baseline and update files of PubMed there are, in a folder or on a server.

https://ftp.ncbi.nlm.nih.gov/pubmed/baseline/README.txt describes names and numbering: in each year the files of the
baseline are numbered from 1, the update files go on where the baseline ends, and no number is left out.

A server's listing is not believed as it is: one that is missing, empty or cut short would leave files unread for good.
Numbers that it leaves out, and the number after its last one, are asked for by the name of their .md5 file. A file that
is there after all is read; too many of them mean that the listing is broken.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from miner.errors import OutageError, RefusedError, UsageError
from miner.http.client import HttpClient
from miner.http.failures import StatusError
from miner.sources.base import Search

SERVICE = "PubMed's file server"
BASELINE, UPDATES = "baseline", "updatefiles"
LAG = timedelta(days=7)
"""How much later than on NLM's own server a file may appear on a mirror, under its old date."""

MAX_UNLISTED = 20
"""Files that a listing may leave out and that are asked for one by one."""

_NAME = re.compile(r"pubmed(\d{2})n(\d{4,6})\.xml\.gz")
_LINK = re.compile(
    r"href\s{0,5}=\s{0,5}[\"']?([^\"'\s<>]{1,500})[\"']?[^<>]{0,500}>[^<]{0,500}</a>"
    r"(?:\s{0,50}</td>\s{0,50}<td[^<>]{0,200}>)?\s{0,50}([\w-]{8,11})?",
    re.IGNORECASE,
)
_NAMED = re.compile(rb"pubmed\d\dn\d{4,6}\.xml\.gz")
_IS_LISTING = re.compile(rb"(?i)index of|directory listing|parent directory|href\s{0,5}=\s{0,5}[\"']?\.\./")
_IS_SUM = re.compile(rb"(?<![0-9a-fA-F])[0-9a-fA-F]{32}(?![0-9a-fA-F])")

Number = tuple[int, int]
"""(year, number in that year): the order in which files are to be read."""


@dataclass(frozen=True, slots=True)
class BulkFile:
    """A file of a baseline or of its updates. `place` is its path or URL, `appeared` the date its host gives it."""

    place: str
    appeared: date | None = None

    @property
    def name(self) -> str:
        """Its name without the folder."""
        return self.place.rpartition("/")[2]

    @property
    def number(self) -> Number:
        """Its place in the order of reading."""
        return number_of(self.name)

    @property
    def is_baseline(self) -> bool:
        """Whether it belongs to a yearly baseline; False where the folder does not show it."""
        return self.place.split("/")[-2:-1] == [BASELINE]

    @property
    def is_remote(self) -> bool:
        """Whether it has to be fetched."""
        return self.place.startswith(("http://", "https://"))


def number_of(name: str) -> Number:
    """The number of the file with this name."""
    found = _NAME.fullmatch(name)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def bulk_files(search: Search, http: HttpClient, base: str) -> list[BulkFile]:
    """The files to read, in order; `base` is the folder or URL that holds `baseline/` and `updatefiles/`.

    Raises RefusedError, UsageError where there are no files; OutageError where a server's listing leaves files out.
    """
    remote = base.startswith(("http://", "https://"))
    files = {file.number: file for file in (_listed_remotely(base, http) if remote else _listed_locally(base))}
    if not files:
        raise RefusedError(
            f"{base} holds no PubMed files - set EXOMINER_PUBMED_BULK_URL to what holds baseline/ and updatefiles/"
        )
    if remote:
        files |= {file.number: file for file in _unlisted(files, base, http)}
    since = search.changed_since and search.changed_since - LAG
    return [
        files[number]
        for number in sorted(files)
        if not (since and (appeared := files[number].appeared) and appeared < since)
    ]


def missing_numbers(files: Iterable[BulkFile]) -> list[Number]:
    """The numbers that are left out of those of the latest year, and the number after the last one.

    Files of an earlier year are updates that the new baseline has replaced.
    """
    numbers = {file.number for file in files}
    year, last = max(numbers)
    return [(year, number) for number in range(1, last + 2) if (year, number) not in numbers]


def _unlisted(files: dict[Number, BulkFile], base: str, http: HttpClient) -> Iterator[BulkFile]:
    """The files of a server that its listings leave out."""
    *gaps, following = missing_numbers(files.values())
    if len(gaps) > MAX_UNLISTED:
        raise _incomplete(len(gaps))
    baseline_end = max((number for number, file in files.items() if file.is_baseline), default=(0, 0))
    found = [
        _ask_for(gap, (BASELINE, UPDATES) if gap < baseline_end else (UPDATES, BASELINE), base, http) for gap in gaps
    ]
    if gaps and not any(found) and _ask_for(*_number_and_folder(files[max(files)]), base, http) is None:
        raise _incomplete(len(gaps))  # without .md5 files there is no telling whether the numbers were ever used
    yield from (file for file in found if file)
    year, number = following
    for more in range(MAX_UNLISTED + 1):
        file = _ask_for((year, number + more), (UPDATES, BASELINE), base, http)
        if file is None:
            return
        yield file
    raise _incomplete(MAX_UNLISTED)


def _number_and_folder(file: BulkFile) -> tuple[Number, tuple[str]]:
    return file.number, (file.place.split("/")[-2],)


def _ask_for(number: Number, folders: Iterable[str], base: str, http: HttpClient) -> BulkFile | None:
    """The file with this number, if the server has the .md5 file beside it."""
    for folder in folders:
        place = f"{base}/{folder}/pubmed{number[0]:02}n{number[1]:04}.xml.gz"
        try:
            http.get(f"{place}.md5", accept="text", service=SERVICE, validate=md5_problem)
        except StatusError as error:
            if error.status not in (404, 410):
                raise
        else:
            return BulkFile(place)
    return None


def md5_problem(body: bytes) -> str | None:
    """What is wrong with a .md5 file; None if it names a sum."""
    return None if _IS_SUM.search(body) else "a .md5 file that names no sum"


def _incomplete(count: int) -> OutageError:
    return OutageError(
        f"the listing of {SERVICE} leaves out at least {count:,} files - run the command again later to read it anew"
    )


def _listed_locally(base: str) -> Iterator[BulkFile]:
    folder = Path(unquote(urlsplit(base).path) if base.startswith("file:") else base).expanduser()
    if not folder.is_dir():
        raise UsageError(
            f"{folder} is no folder - set EXOMINER_PUBMED_BULK_URL to what holds baseline/ and updatefiles/"
        )
    for place in (folder / BASELINE, folder / UPDATES, folder):
        for path in place.iterdir() if place.is_dir() else ():
            if _NAME.fullmatch(path.name):
                status = path.stat()
                # When it was made, or came here, whichever is later.
                appeared = datetime.fromtimestamp(max(status.st_mtime, status.st_ctime), UTC).date()
                yield BulkFile(str(path), appeared)


def _listed_remotely(base: str, http: HttpClient) -> Iterator[BulkFile]:
    for folder in (BASELINE, UPDATES):
        try:
            page = http.get(f"{base}/{folder}/", accept="html", service=SERVICE, validate=_listing_problem).body
        except StatusError as error:
            if error.status == 404:
                continue
            raise
        for name, day in _LINK.findall(page.decode("utf-8", "replace")):
            name = unquote(name).rpartition("/")[2]
            if _NAME.fullmatch(name):
                yield BulkFile(f"{base}/{folder}/{name}", _day(day))


def _listing_problem(page: bytes) -> str | None:
    if b"<html" in page.lower() and b"</html>" not in page.lower():
        return "a listing that is cut short"
    return None if _NAMED.search(page) or _IS_LISTING.search(page) else "no listing of its files"


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d-%b-%Y"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None
