"""Articles from files, whatever they hold: the format is recognized by content, never by name."""

import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePath, PurePosixPath
from typing import BinaryIO, cast

from miner.errors import InputError, ParseError, reason
from miner.formats import archives, opening, tables
from miner.formats.base import SOURCE, OpenFile, Record
from miner.formats.opening import Unpacked
from miner.formats.record import reject
from miner.formats.registry import HEAD, recognize
from miner.formats.summary import FileSummary, Tally
from miner.model.articles import Article, Deleted, Reject

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_NOT_ARTICLES = re.compile(
    r"(?:readme|licen[cs]e|note|notice|copying|changelog)s?(?:\.(?:txt|md|rst|html?|pdf|docx?))?", re.IGNORECASE
)
_FILE_LIST = re.compile(r"oa_\w+\.(?:PMC)?[\w.-]*filelist\.(?:csv|txt)", re.IGNORECASE)
"""PMC's lists of the articles in its packages."""
_PACKAGE = re.compile(r"PMC\d+")
"""The folder of an article in PMC's packages, which holds its figures and supplements too."""
_PASSED_OVER = "passed over for its name - give the file itself to read it"

OnFile = Callable[[FileSummary], None]


def _ignore(_: FileSummary) -> None:
    pass


def read_all(names: Iterable[str], on_file: OnFile = _ignore) -> Iterator[Article | Reject]:
    """Every record of the files and folders named ("-" is stdin); `on_file` gets a summary after each file.

    What cannot be read is a reject, and the rest goes on.
    """
    for name in names:
        if name == "-":
            yield from read(sys.stdin.buffer, "stdin", on_file)
            continue
        try:
            found = paths([name])
        except InputError as error:
            shown = printable_path(name)
            yield from _summarize([reject(SOURCE, name, str(error).removeprefix(f"{shown}: "))], Tally(shown), on_file)
            continue
        for path in found:
            yield from read(path, printable_path(path), on_file)
        for path in _passed_over(name):
            on_file(FileSummary(printable_path(path), _PASSED_OVER))


def paths(names: Sequence[str | Path]) -> list[Path]:
    """The files that are named or lie in the folders named, sorted within each.

    In folders, hidden files, backups, the system's own files, READMEs, licenses and notes are passed over, and so are
    PMC's lists of files and, in its folder of an article, all that is no XML. Raises InputError for a path that is not
    there, and for a folder that cannot be read or holds no file.
    """
    found: list[Path] = []
    for name in names:
        path = Path(name)
        try:
            if path.is_dir():
                found += _in_folder(path)
            elif path.exists():
                found.append(path)
            else:
                raise InputError(f"{printable_path(path)}: there is no such file or folder - check the path")
        except (OSError, ValueError) as error:  # ValueError: a path with a NUL character
            raise InputError(f"{printable_path(path)}: {reason(error)} - check the path and its permissions") from error
    return found


def printable_path(path: str | Path) -> str:
    """A path as text that can be printed and stored: bytes of a name that is not UTF-8 are written "\\xe9"."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def path_of(printed: str) -> Path:
    """The path that `printable_path` printed."""
    escaped = re.sub(rb"\\x([0-9a-f]{2})", lambda code: bytes.fromhex(code.group(1).decode()), os.fsencode(printed))
    return Path(printed) if Path(printed).exists() else Path(os.fsdecode(escaped))


def _in_folder(folder: Path) -> list[Path]:
    def fail(error: OSError) -> None:
        raise error

    found = []
    for root, folders, files in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not archives.is_litter(name))
        paths = (Path(root, name) for name in sorted(files))
        found += [path for path in paths if _may_hold_articles(path) and path.is_file()]
    if not found:
        raise InputError(f"{printable_path(folder)}: the folder holds no files to read - name another")
    return found


def _passed_over(name: str) -> list[Path]:
    """The files in a folder that are read only when they are named themselves."""
    return [
        Path(root, file)
        for root, folders, files in os.walk(name)
        if not any(archives.is_litter(part) for part in Path(root).relative_to(name).parts)
        for file in sorted(files)
        if _NOT_ARTICLES.fullmatch(file)
    ]


def _may_hold_articles(path: PurePath) -> bool:
    if archives.is_litter(path.name) or _NOT_ARTICLES.fullmatch(path.name) or _FILE_LIST.fullmatch(path.name):
        return False
    return path.suffix.lower() in (".nxml", ".xml") or not _PACKAGE.fullmatch(path.parent.name)


def read(source: str | Path | BinaryIO, name: str, on_file: OnFile = _ignore) -> Iterator[Article | Reject]:
    """Every record of one file or stream - plain, gzipped, or an archive - as an article or as a reject.

    A reject names the file. `on_file` gets a summary of the file; of an archive, one of each file in it.
    """
    if not isinstance(source, str | Path):
        yield from _read_stream(source, name, on_file, in_archive=False)
        return
    try:
        with Path(source).open("rb") as stream:
            yield from _read_stream(stream, name, on_file, in_archive=False)
    except OSError as error:
        why = f"it cannot be read: {reason(error)} - check the path and its permissions"
        yield from _summarize([reject(SOURCE, name, why)], Tally(name), on_file)


def _read_stream(raw: BinaryIO, name: str, on_file: OnFile, in_archive: bool) -> Iterator[Article | Reject]:
    tally = Tally(name)
    try:
        unpacked = Unpacked(raw)
        stream: io.BufferedReader = io.BufferedReader(unpacked, buffer_size=HEAD)
        head = stream.peek(HEAD)[:HEAD]
    except OSError as error:
        yield from _summarize([reject(SOURCE, name, f"it cannot be read: {reason(error)} - try again")], tally, on_file)
        return
    if head.startswith(_ZIP) or archives.is_tar(head):
        unpacked.limit = opening.MAX_TAR if archives.is_tar(head) else unpacked.limit
        try:
            seekable = raw.seekable() and raw.seek(0) == 0 and raw.read(2) == b"PK"
            yield from _read_archive(raw if seekable else cast(BinaryIO, stream), head, name, on_file, in_archive)
        except (ParseError, OSError) as error:
            why = str(error) if isinstance(error, ParseError) else f"it cannot be read: {reason(error)} - try again"
            yield from _summarize([reject(SOURCE, name, why)], tally, on_file)
        return
    yield from _summarize(_read_records(stream, unpacked, tally), tally, on_file)


def _read_archive(
    stream: BinaryIO, head: bytes, name: str, on_file: OnFile, in_archive: bool
) -> Iterator[Article | Reject]:
    if head.startswith(_ZIP):
        archive = archives.open_zip(stream)
        if archives.is_workbook(archive):
            tally = Tally(name, "Excel workbook")
            records = tables.parse_sheets(archives.workbook_rows(archive), source=SOURCE)
            yield from _summarize(_place(records, name), tally, on_file)
            return
        members = archives.zip_members(archive)
    else:
        members = archives.tar_members(stream)
    if in_archive:
        raise ParseError("it is an archive within an archive - unpack it")
    count = 0
    for inner, member in members:
        if _may_hold_articles(PurePosixPath(inner)):
            count += 1
            yield from _read_stream(member, f"{name}: {printable_path(inner)}", on_file, in_archive=True)
    if not count:
        raise ParseError("the archive holds no file to read")


def _summarize(records: Iterable[Article | Reject], tally: Tally, on_file: OnFile) -> Iterator[Article | Reject]:
    for record in records:
        tally.add(record)
        yield record
    on_file(tally.summary())


def _read_records(stream: io.BufferedReader, unpacked: Unpacked, tally: Tally) -> Iterator[Article | Reject]:
    name, count, refused = tally.name, 0, False
    try:
        found = recognize(stream.peek(HEAD)[:HEAD])
        tally.format = found.name
        unpacked.limit = opening.MAX_STREAMED if found.streamed else opening.MAX_WHOLE
        records = found.read(OpenFile(stream, name))
        if unpacked.damage is not None:
            records = _without_the_last(records)
        for record in _place(records, name):
            count += 1
            yield record
    except ParseError as error:
        refused = True
        if unpacked.damage is None:
            yield reject(SOURCE, name, str(error))
    except OSError as error:
        refused = True
        yield reject(SOURCE, name, f"it cannot be read: {reason(error)} - try again")
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        # A shape of damage that no parser foresees costs this file alone.
        refused = True
        what = f"what follows record {count} is damaged ({type(error).__name__}: {str(error)[:200]})"
        yield reject(SOURCE, name, f"{what} - save it again, or report it")
    if unpacked.damage is not None:
        before = "; the whole records before that were read" if count else ""
        yield reject(SOURCE, name, f"{unpacked.damage}{before}")
    elif not count and not refused:
        yield reject(SOURCE, name, "it holds no record - check that the search or export found any")


def _without_the_last(records: Iterator[Record]) -> Iterator[Record]:
    """All but the last record of a text that is cut off: nothing shows whether that one is whole."""
    held = next(records, None)
    for record in records:
        if held is not None:
            yield held
        held = record


def _place(records: Iterator[Record], name: str) -> Iterator[Article | Reject]:
    """Name the file in each reject; a record that PubMed has deleted is one."""
    for record in records:
        if isinstance(record, Deleted):
            yield reject(SOURCE, f"{name}: PMID {record.pmid}", "PubMed has deleted this record")
        elif isinstance(record, Reject) and record.item != name:
            yield replace(record, item=f"{name}: {record.item}")
        else:
            yield record
