"""Files within ZIP and tar archives, and the tables of Excel workbooks; nothing is unpacked to the disk."""

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO, cast

from openpyxl import load_workbook

from miner.errors import ParseError
from miner.formats.opening import MAX_STREAMED, MAX_TAR, MAX_WHOLE

MAX_MEMBERS = 20_000
"""Files in a ZIP archive, whose list of files is read into memory."""
MAX_TAR_MEMBERS = 5_000_000
"""Files in a tar archive."""

_ZIPPED_DOCUMENTS = {
    "word/": "a Word document - save it as plain text",
    "ppt/": "a PowerPoint file",
    "content.xml": "an OpenDocument file - save the table as CSV, the text as plain text",
    "META-INF/container.xml": "an EPUB book",
    "META-INF/MANIFEST.MF": "a Java archive",
}
_LITTER = {"thumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "system volume information"}


def is_litter(name: str) -> bool:
    """Whether a file or folder is the system's or an editor's own: hidden, a backup, a lock file."""
    return name.startswith((".", "~$")) or name.endswith(("~", ".swp", ".tmp")) or name.lower() in _LITTER


def is_tar(head: bytes) -> bool:
    """Whether a file that begins with `head` is a tar archive."""
    return head[257:262] == b"ustar"


def open_zip(raw: BinaryIO) -> zipfile.ZipFile:
    """Open a ZIP file, or a stream of one. Raises ParseError for a broken one, an encrypted one, or a document."""
    try:
        if not raw.seekable():
            raw = _in_memory(raw)
        archive = zipfile.ZipFile(raw)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ParseError(f"the ZIP archive is cut off or damaged ({error}) - fetch or save it again") from error
    names = archive.namelist()
    for start, kind in _ZIPPED_DOCUMENTS.items():
        if any(name.startswith(start) for name in names):
            raise ParseError(f"it is {kind}")
    return archive


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether a ZIP archive is an Excel workbook."""
    return "[Content_Types].xml" in archive.namelist() and any(name.startswith("xl/") for name in archive.namelist())


def zip_members(archive: zipfile.ZipFile) -> Iterator[tuple[str, BinaryIO]]:
    """(path within the archive, stream) for each file. Raises ParseError for too many or too large ones."""
    members = [one for one in archive.infolist() if not one.is_dir() and _is_wanted(one.filename)]
    _check_size(len(members), sum(one.file_size for one in members), MAX_MEMBERS, MAX_STREAMED)
    for member in members:
        if member.flag_bits & 0x1:
            raise ParseError("the ZIP archive is encrypted - unpack it")
        try:
            with archive.open(member) as stream:
                yield member.filename, cast(BinaryIO, _Checked(stream))
        except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
            raise ParseError(f"{member.filename} in the ZIP archive is damaged ({error}) - save it again") from error


def tar_members(stream: IO[bytes]) -> Iterator[tuple[str, BinaryIO]]:
    """(path within the archive, stream) for each regular file of a tar archive, links and devices left out."""
    count = size = 0
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                if not member.isfile() or not _is_wanted(member.name):
                    continue
                count, size = count + 1, size + member.size
                _check_size(count, size, MAX_TAR_MEMBERS, MAX_TAR)
                if (opened := archive.extractfile(member)) is not None:
                    yield member.name, cast(BinaryIO, opened)
    except (tarfile.TarError, EOFError) as error:
        raise ParseError(f"the tar archive is cut off or damaged ({error}) - fetch or save it again") from error


def workbook_rows(archive: zipfile.ZipFile) -> Iterator[tuple[str, list[list[str]]]]:
    """(name of the sheet, its rows as text) for each sheet of an Excel workbook."""
    size = sum(one.file_size for one in archive.infolist())
    if size > MAX_WHOLE:
        raise ParseError(f"it is larger than {MAX_WHOLE // 1024**2:,} MB, unpacked - split it")
    try:
        workbook = load_workbook(cast(IO[bytes], archive.fp), read_only=True, data_only=True)
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # some exporters state a dimension of one cell
            yield sheet.title, [[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    except Exception as error:  # openpyxl lets anything through that a damaged sheet causes
        raise ParseError(f"the workbook cannot be read ({type(error).__name__}) - save the table as CSV") from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.date().isoformat() if hasattr(value, "date") else str(value)


def _is_wanted(name: str) -> bool:
    return bool(name) and not any(is_litter(part) for part in PurePosixPath(name).parts if part not in ("/", "..", "."))


def _check_size(count: int, size: int, max_count: int, max_size: int) -> None:
    if count > max_count:
        raise ParseError(f"the archive holds more than {max_count:,} files - split it")
    if size > max_size:
        raise ParseError(f"the archive is larger than {max_size // 1024**2:,} MB, unpacked - split it")


def _in_memory(raw: BinaryIO) -> io.BytesIO:
    data = raw.read(MAX_WHOLE + 1)
    if len(data) > MAX_WHOLE:
        raise ParseError(f"the archive is larger than {MAX_WHOLE // 1024**2:,} MB - name it as a file")
    return io.BytesIO(data)


class _Checked(io.RawIOBase):
    """A member of an archive; damage in it is an OSError, which costs this member alone."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise OSError(f"damaged in the archive ({error})") from error
