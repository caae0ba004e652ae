"""The SQLite file of a corpus: opening, transactions, and the log of changed pairs of entities.

Every change is logged as a pair (subject, object) with a growing sequence number. A graph stores the number it has
applied, so any graph, however old, can be brought up to date.
"""

import logging
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from pydantic import TypeAdapter, ValidationError

from miner.corpus.migrations import CORPUS_VERSION, create, migrate, version_of
from miner.errors import WorkspaceError

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Database:
    """The SQLite file, shared by the parts of a corpus. Every method raises WorkspaceError where SQLite fails."""

    def __init__(self, path: Path) -> None:
        """Open or create the corpus at `path`. Raises WorkspaceError where that cannot be."""
        self.path = path
        self._damaged: set[str] = set()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkspaceError(
                f"{path.parent}: the workspace cannot be made ({error.strerror}) - name another with --workspace"
            ) from error
        with self._errors():
            self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
            # Bytes that are no UTF-8 must damage their own value alone, not the whole query.
            self._db.text_factory = lambda value: value.decode("utf-8", "surrogateescape")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._create_or_check()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: commits at the end, rolls back on any exception. Nested calls join the outer one."""
        if self._db.in_transaction:
            yield
            return
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    @property
    def id(self) -> str:
        """The corpus's own id, drawn when it was made."""
        return self._meta("id")

    @property
    def last_change(self) -> int:
        """The number of the latest change."""
        with self._errors():
            (seq,) = self._db.execute("SELECT coalesce(max(seq), 0) FROM change").fetchone()
        return int(seq)

    def changed_pairs(self, since: int) -> list[tuple[str, str]]:
        """Pairs of entity ids (subject, object) touched after change number `since`; 0 gives all there ever were."""
        with self._errors():
            return self._db.execute(
                "SELECT subject, object FROM change WHERE seq > ? ORDER BY subject, object", (since,)
            ).fetchall()

    def _create_or_check(self) -> None:
        with self.transaction():
            version = version_of(self._db)
            if version is None:
                create(self._db)
            elif version > CORPUS_VERSION:
                raise WorkspaceError(
                    f"{self.path}: this corpus is of version {version}, newer than this Exominer reads"
                    f" ({CORPUS_VERSION}) - upgrade Exominer, or name another --workspace"
                )
            elif version < CORPUS_VERSION:
                migrate(self._db)
        self._meta("id")  # raises where the file is some other database
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")

    def _meta(self, key: str) -> str:
        with self._errors():
            row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise WorkspaceError(f"{self.path}: not an Exominer corpus - name another --workspace")
        return str(row[0])

    def _decode(self, adapter: TypeAdapter[T], body: str, name: str) -> T | None:
        """Parse a stored JSON body; None for a damaged one, which is logged once by `name`."""
        try:
            return adapter.validate_json(body)
        except (ValidationError, UnicodeEncodeError):
            if name not in self._damaged:
                self._damaged.add(name)
                logger.warning("%s: %s is damaged and left out - run: exominer doctor --repair", self.path, name)
            return None

    def _touch(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Log pairs as changed, with those onto which curators corrected claims on them."""
        touched = set(pairs)
        rows = sorted(touched | {new for pair, new in self._corrected_pairs() if pair in touched})
        if rows:
            (seq,) = self._db.execute("SELECT coalesce(max(seq), 0) + 1 FROM change").fetchone()
            self._db.executemany("REPLACE INTO change VALUES (?, ?, ?)", [(*pair, seq) for pair in rows])

    def _corrected_pairs(self) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
        """The pair of each assertion whose entities a curator corrected, and the pair that it was corrected to."""
        rows = self._db.execute(
            "SELECT subject, object, coalesce(new_subject ->> '$.id', subject), coalesce(new_object ->> '$.id', object)"
            " FROM verdict WHERE new_subject IS NOT NULL OR new_object IS NOT NULL"
        )
        return (((subject, object_), (new_subject, new_object)) for subject, object_, new_subject, new_object in rows)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """SQLite's errors as one line each that names the file and the way out."""
        try:
            yield
        except sqlite3.Error as error:
            raise WorkspaceError(f"{self.path}: {error} - {_way_out(str(error))}") from error


def _way_out(message: str) -> str:
    if "full" in message:
        return "free some space on this disk, then run the command again; nothing half-written was kept"
    if "readonly" in message or "unable to open" in message:
        return "make the folder writable, or name another with --workspace"
    if "locked" in message:
        return "another exominer is writing to it; wait for it to end, then run the command again"
    return "name another --workspace, or restore a snapshot of this one"


def now() -> str:
    """The time, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
