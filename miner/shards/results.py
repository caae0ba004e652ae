"""The file of a shard: JSON Lines compressed with Zstandard, a line that names the shard, then one for each text."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import zstandard
from pydantic import TypeAdapter, ValidationError

from miner.errors import InputError
from miner.model.claims import Claim
from miner.model.digests import digest

MAX_BYTES = 2**31
"""Bytes that a shard's file may unpack to."""


@dataclass(frozen=True, slots=True)
class ReadText:
    """What was read in a text, which is named by its digest; or the error for which it could not be read."""

    text: str
    claims: tuple[Claim, ...] = ()
    error: str = ""


_READ_TEXT: TypeAdapter[ReadText] = TypeAdapter(ReadText)
SCHEMA = digest(json.dumps(_READ_TEXT.json_schema(), sort_keys=True))
"""A hash of the fields of `ReadText`: files of another schema have other names."""


def pack(name: str, texts: Iterable[ReadText]) -> bytes:
    """The file of the shard `name`."""
    lines = [json.dumps({"shard": name}).encode(), *map(_READ_TEXT.dump_json, texts), b""]
    return zstandard.ZstdCompressor(level=6, write_checksum=True).compress(b"\n".join(lines))


def unpack(name: str, packed: bytes) -> list[ReadText]:
    """What was read in the texts of the shard `name`, in their order. Raises InputError where the file is damaged."""
    head, *lines = _unpack_lines(name, packed)
    try:
        if json.loads(head) != {"shard": name}:
            raise InputError(f"{name}: the file is of another shard - give it the name that it had")
        return [_READ_TEXT.validate_json(line) for line in lines]
    except (ValidationError, ValueError) as error:
        raise InputError(f"{name}: the file of this shard is damaged - delete it, and run the shard again") from error


def is_whole(packed: bytes) -> bool:
    """Whether a file is not damaged, by its checksum."""
    try:
        _unpack_lines("", packed)
    except InputError:
        return False
    return True


def _unpack_lines(name: str, packed: bytes) -> list[bytes]:
    try:
        if zstandard.frame_content_size(packed) > MAX_BYTES:
            raise zstandard.ZstdError("too large")
        plain = zstandard.ZstdDecompressor().decompress(packed)
    except zstandard.ZstdError as error:
        raise InputError(f"{name}: the file of this shard is damaged - delete it, and run the shard again") from error
    return plain.rstrip(b"\n").split(b"\n")
