"""A workspace's corpus as one dated archive with its checksums, and back."""

import hashlib
import io
import json
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from miner.errors import InputError, WorkspaceError, reason

_CORPUS = "corpus.sqlite"
_MANIFEST = "manifest.json"
_MOST_BYTES = 64 * 1024**3


def write(corpus_path: Path, folder: Path) -> Path:
    """Archive a corpus while others may be writing to it; returns `folder`/exominer-<date>-<time>.tar.gz.

    Raises WorkspaceError where there is no corpus, or the archive cannot be written.
    """
    if not corpus_path.exists():
        raise WorkspaceError(f"{corpus_path}: there is no corpus yet - ingest something first")
    now = datetime.now(UTC)
    target = folder / f"exominer-{now:%Y%m%d-%H%M%S}.tar.gz"
    part = target.with_name(target.name + ".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            copy = Path(scratch) / _CORPUS
            with closing(sqlite3.connect(corpus_path)) as source, closing(sqlite3.connect(copy)) as sink:
                source.backup(sink)
            manifest = {"made": now.isoformat(timespec="seconds"), "sha256": {_CORPUS: _digest(copy)}}
            with tarfile.open(part, "w:gz", compresslevel=6) as archive:
                text = json.dumps(manifest, indent=1).encode()
                entry = tarfile.TarInfo(_MANIFEST)
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text))
                archive.add(copy, _CORPUS)
        return part.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise WorkspaceError(
            f"{target}: the snapshot cannot be written ({reason(error)}) - name another folder"
        ) from error
    finally:
        part.unlink(missing_ok=True)


def restore(archive_path: Path, corpus_path: Path) -> None:
    """Unpack an archive into a workspace that holds no corpus yet, or one with nothing in it, its sums checked first.

    The restored corpus gets an id of its own: a graph that was ahead of it must not take it for up to date.
    Raises InputError for an archive that is none or is damaged, WorkspaceError where a corpus stands already.
    """
    if corpus_path.exists() and _holds_something(corpus_path):
        raise WorkspaceError(f"{corpus_path}: a corpus stands here already - name an empty --workspace to restore into")
    part = corpus_path.with_name(corpus_path.name + ".part")
    try:
        corpus_path.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive_path, "r:gz") as archive:
            manifest = json.loads(_member(archive, _MANIFEST, 2**20).read())
            with part.open("wb") as out:
                stream = _member(archive, _CORPUS, _MOST_BYTES)
                while chunk := stream.read(2**20):
                    out.write(chunk)
        if _digest(part) != manifest["sha256"][_CORPUS]:
            raise InputError(f"{archive_path}: its checksum does not match - take another copy of the snapshot")
        with closing(sqlite3.connect(part)) as db, db:
            db.execute("UPDATE meta SET value = lower(hex(randomblob(16))) WHERE key = 'id'")
        for suffix in ("-wal", "-shm"):
            corpus_path.with_name(corpus_path.name + suffix).unlink(missing_ok=True)
        part.replace(corpus_path)
    except (tarfile.TarError, EOFError, KeyError, ValueError, OSError, sqlite3.Error) as error:
        raise InputError(
            f"{archive_path}: cannot be restored ({reason(error)}) - name a file that snapshot wrote"
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _member(archive: tarfile.TarFile, name: str, most: int) -> io.BufferedReader:
    entry = archive.getmember(name)
    stream = archive.extractfile(entry) if entry.isfile() and entry.size <= most else None
    if stream is None:
        raise ValueError(f"{name} in it is no file")
    return stream  # type: ignore[return-value]  # typeshed: IO[bytes]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _holds_something(corpus_path: Path) -> bool:
    """Whether a corpus has more than its empty tables, as any command makes them in a new workspace."""
    from miner.corpus import Corpus

    with Corpus(corpus_path) as corpus:
        return any(corpus.counts().values())
