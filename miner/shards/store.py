"""Folders of shard files, on this machine or wherever fsspec reaches: the files that are there are what is done."""

from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from miner.errors import InputError, UsageError, reason
from miner.shards.results import is_whole

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

SUFFIX = ".jsonl.zst"
_UNFINISHED = ".part"


class ShardStore:
    """A folder of shard files, by its path or URL ("s3://bucket/run-1")."""

    def __init__(self, url: str) -> None:
        """Find the folder. Raises UsageError where no file system has such URLs, or its package is not installed."""
        import fsspec

        self.url = url
        try:
            self._files: AbstractFileSystem
            self._files, self._root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise UsageError(f"{url}: {reason(error)} - install that package, or name a folder") from error

    def names(self) -> set[str]:
        """The shards whose files are there; none where there is no such folder. Raises InputError."""
        return {name.removesuffix(SUFFIX) for name in self._list() if name.endswith(SUFFIX)}

    def read(self, name: str) -> bytes:
        """A shard's file. Raises InputError where it cannot be read."""
        try:
            return bytes(self._files.cat_file(self._path(name + SUFFIX)))
        except OSError as error:
            raise InputError(f"{self.url}: {name} cannot be read ({reason(error)}) - check the folder") from error

    def has_whole(self, name: str) -> bool:
        """Whether a shard's file is not damaged. Raises InputError where it cannot be read."""
        return is_whole(self.read(name))

    def write(self, name: str, packed: bytes) -> None:
        """Write a shard's file, under another name until it is whole. Raises InputError where that fails."""
        unfinished = self._path(f"{name}-{uuid4().hex[:8]}{_UNFINISHED}")
        try:
            self._files.makedirs(self._root, exist_ok=True)
            self._files.pipe_file(unfinished, packed)
            self._files.mv(unfinished, self._path(name + SUFFIX))
        except OSError as error:
            with suppress(OSError):
                self._files.rm_file(unfinished)
            raise InputError(
                f"{self.url}: cannot be written ({reason(error)}) - free space or name another folder"
            ) from error

    def delete(self, name: str) -> None:
        """Delete a shard's file."""
        with suppress(OSError):
            self._files.rm_file(self._path(name + SUFFIX))

    def clear(self) -> None:
        """Delete the files of all shards, and what was left of unfinished ones."""
        for name in self._list():
            if name.endswith((SUFFIX, _UNFINISHED)):
                with suppress(OSError):
                    self._files.rm_file(self._path(name))

    def _list(self) -> list[str]:
        try:
            self._files.invalidate_cache()
            return [path.rpartition("/")[2] for path in self._files.ls(self._root, detail=False)]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise InputError(f"{self.url}: cannot be listed ({reason(error)}) - check the folder") from error

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"
