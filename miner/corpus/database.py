"""The SQLite file of a corpus: its schema and versions, transactions, and the changes that graphs must hear of.

Every change is noted as a dirty pair (subject, object) under a growing sequence number; a graph remembers the number it
has applied, so that any graph, however far behind, can be brought up to date.
"""

import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import TypeAdapter

from miner.errors import WorkspaceError
from miner.model.assertions import assertion_id
from miner.model.claims import Claim

CORPUS_VERSION = 3

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE work (
    rowid INTEGER PRIMARY KEY, id TEXT NOT NULL, body TEXT NOT NULL, text_digest TEXT NOT NULL, added TEXT NOT NULL);
CREATE INDEX work_id ON work (id);
CREATE TABLE record (
    rowid INTEGER PRIMARY KEY, source TEXT NOT NULL, source_id TEXT NOT NULL, digest TEXT NOT NULL,
    body TEXT NOT NULL, work INTEGER NOT NULL REFERENCES work, withdrawn INTEGER NOT NULL DEFAULT 0,
    UNIQUE (source, source_id));
CREATE INDEX record_work ON record (work);
CREATE TABLE identifier (
    scheme TEXT NOT NULL, value TEXT NOT NULL, record INTEGER NOT NULL REFERENCES record,
    PRIMARY KEY (scheme, value, record)) WITHOUT ROWID;
CREATE INDEX identifier_record ON identifier (record);
CREATE TABLE retraction (
    scheme TEXT NOT NULL, value TEXT NOT NULL, record INTEGER NOT NULL REFERENCES record,
    PRIMARY KEY (scheme, value, record)) WITHOUT ROWID;
CREATE TABLE extraction (work INTEGER PRIMARY KEY REFERENCES work, text_digest TEXT NOT NULL, extractor TEXT NOT NULL);
CREATE TABLE claim (
    rowid INTEGER PRIMARY KEY, work INTEGER NOT NULL REFERENCES work, subject TEXT NOT NULL, object TEXT NOT NULL,
    assertion TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX claim_assertion ON claim (assertion);
CREATE INDEX claim_work ON claim (work);
CREATE INDEX claim_pair ON claim (subject, object);
CREATE TABLE change (
    subject TEXT NOT NULL, object TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (subject, object)) WITHOUT ROWID;
CREATE INDEX change_seq ON change (seq);
CREATE TABLE reject (
    rowid INTEGER PRIMARY KEY, source TEXT NOT NULL, item TEXT NOT NULL, reason TEXT NOT NULL, payload TEXT NOT NULL,
    at TEXT NOT NULL, UNIQUE (source, item, reason));
CREATE TABLE search (
    rowid INTEGER PRIMARY KEY, spec TEXT NOT NULL UNIQUE, cursor TEXT, state TEXT NOT NULL, hits INTEGER,
    fetched INTEGER NOT NULL DEFAULT 0, new INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0, started TEXT NOT NULL, ended TEXT, complete_through TEXT, reason TEXT,
    changed_since TEXT);
CREATE TABLE verdict (
    rowid INTEGER PRIMARY KEY, assertion TEXT NOT NULL, evidence TEXT NOT NULL, subject TEXT NOT NULL,
    object TEXT NOT NULL, curator TEXT NOT NULL, decision TEXT NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL,
    correction TEXT NOT NULL DEFAULT '', UNIQUE (assertion, evidence, curator));
CREATE INDEX verdict_pair ON verdict (subject, object);
"""

_CLAIM: TypeAdapter[Claim] = TypeAdapter(Claim)


class Database:
    """The file, with what all that is kept in it needs. Every method raises WorkspaceError where SQLite fails."""

    def __init__(self, path: Path) -> None:
        """Open or create the corpus at `path`. Raises WorkspaceError where that cannot be."""
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkspaceError(
                f"{path.parent}: the workspace cannot be made ({error.strerror}) - name another with --workspace"
            ) from error
        with self._errors():
            self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
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
            if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                for statement in _SCHEMA.split(";"):
                    self._db.execute(statement)
                self._db.executemany(
                    "INSERT INTO meta VALUES (?, ?)", [("version", str(CORPUS_VERSION)), ("id", uuid.uuid4().hex)]
                )
        version = int(self._meta("version"))
        if version != CORPUS_VERSION:
            self._migrate(version)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")

    def _migrate(self, version: int) -> None:
        """Bring a corpus of an older version to this one; WorkspaceError for one of a newer."""
        if version > CORPUS_VERSION:
            raise WorkspaceError(
                f"{self.path}: this corpus is of version {version}, newer than this Exominer reads"
                f" ({CORPUS_VERSION}) - upgrade Exominer, or name another --workspace"
            )
        with self.transaction():
            if int(self._meta("version")) < 2:  # asked again: another process may have been quicker
                self._db.execute("ALTER TABLE claim ADD COLUMN assertion TEXT NOT NULL DEFAULT ''")
                rows = self._db.execute("SELECT body, rowid FROM claim").fetchall()
                ids = [(assertion_id(_CLAIM.validate_json(body)), rowid) for body, rowid in rows]
                self._db.executemany("UPDATE claim SET assertion = ? WHERE rowid = ?", ids)
                self._db.execute("CREATE INDEX claim_assertion ON claim (assertion)")
                self._db.execute("UPDATE meta SET value = '2' WHERE key = 'version'")
            if int(self._meta("version")) < 3:
                # Inside a JSON string the quotes would be escaped: only the key of `context` matches.
                self._db.execute("""UPDATE claim SET body = replace(body, '"isolation":', '"separation":')""")
                self._db.execute("UPDATE meta SET value = '3' WHERE key = 'version'")

    def _meta(self, key: str) -> str:
        with self._errors():
            row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise WorkspaceError(f"{self.path}: not an Exominer corpus - name another --workspace")
        return str(row[0])

    def _touch(self, pairs: Iterable[tuple[str, str]]) -> None:
        rows = sorted(set(pairs))
        if rows:
            (seq,) = self._db.execute("SELECT coalesce(max(seq), 0) + 1 FROM change").fetchone()
            self._db.executemany("REPLACE INTO change VALUES (?, ?, ?)", [(*pair, seq) for pair in rows])

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
