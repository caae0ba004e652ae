"""Bytes of a file, unpacked and bounded."""

import io
import zlib
from typing import BinaryIO

MAX_STREAMED = 8 * 1024**3
"""Bytes, unpacked, of a file in a streamed format."""
MAX_TAR = 1024**4
"""Bytes, unpacked, of a tar archive, whose files are read one after the other: PMC's packages have tens of GB."""
MAX_WHOLE = 256 * 1024**2
"""Bytes, unpacked, of a file in any other format: it is read into memory."""

_GZIP = b"\x1f\x8b"
_CHUNK = 256 * 1024


class Unpacked(io.RawIOBase):
    """A stream, unpacked if it is gzipped, that ends at `limit` bytes or where it is damaged; `damage` is the reason.

    Gzip members follow each other; padding and other bytes after the last one are passed over.
    """

    def __init__(self, raw: BinaryIO, limit: int = MAX_STREAMED) -> None:
        self._raw = raw
        self._pending = raw.read(2)
        self._packed = self._pending == _GZIP
        self._member = zlib.decompressobj(wbits=31) if self._packed else None
        self._count = 0
        self.limit = limit
        self.damage: str | None = None

    def readable(self) -> bool:
        """Always: see `io.RawIOBase`."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # what BufferedReader passes
        """Fill `buffer` as far as there are bytes: see `io.RawIOBase`."""
        filled = 0
        while filled < len(buffer) and (piece := self._next(len(buffer) - filled)):
            buffer[filled : filled + len(piece)] = piece
            filled += len(piece)
        return filled

    def _next(self, size: int) -> bytes:
        if self.damage is not None:
            return b""
        piece = self._unpack(size) if self._packed else self._plain(size)
        self._count += len(piece)
        if self._count > self.limit:
            self.damage = f"it is larger than {self.limit // 1024**2:,} MB, unpacked - split it"
            return b""
        return piece

    def _plain(self, size: int) -> bytes:
        if self._pending:
            piece, self._pending = self._pending[:size], self._pending[size:]
            return piece
        return self._raw.read(size)

    def _unpack(self, size: int) -> bytes:
        while self._member is not None:
            packed = self._pending or self._raw.read(_CHUNK)
            if not packed:
                return self._damaged("it ends too early")
            try:
                piece = self._member.decompress(packed, size)
            except zlib.error as error:
                return self._damaged(str(error))
            self._pending = self._member.unconsumed_tail
            if self._member.eof:
                self._next_member(self._member.unused_data)
            if piece:
                return piece
        return b""

    def _next_member(self, rest: bytes) -> None:
        """Begin the member that follows, if one does."""
        while not (rest := rest.lstrip(b"\x00")) and (more := self._raw.read(_CHUNK)):
            rest = more
        if len(rest) < 2:
            rest += self._raw.read(_CHUNK)
        self._pending = rest
        self._member = zlib.decompressobj(wbits=31) if rest.startswith(_GZIP) else None

    def _damaged(self, why: str) -> bytes:
        self.damage = f"the gzip file is cut off or damaged ({why}) - fetch or save it again"
        return b""
