"""The workspace's corpus (SQLite): records, works, claims, rejects, searches and verdicts. The truth behind the graph.

Every change that a graph must hear of is noted as a dirty pair (subject, object) under a growing sequence number;
a graph remembers the number it has applied, so that any graph, however far behind, can be brought up to date.
"""

import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Literal, NamedTuple, Self

from pydantic import TypeAdapter

from miner.assertions import Verdict
from miner.errors import WorkspaceError
from miner.merge import Work, identifiers, is_preprint, may_join, merge
from miner.model import Article, Claim, Reject

CORPUS_VERSION = 1

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
    body TEXT NOT NULL);
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

_ARTICLE: TypeAdapter[Article] = TypeAdapter(Article)
_CLAIM: TypeAdapter[Claim] = TypeAdapter(Claim)
_WORK: TypeAdapter[Work] = TypeAdapter(Work)

Outcome = Literal["new", "changed", "same"]


@dataclass(frozen=True, slots=True)
class SearchState:
    """How far a saved search has come: figures of its latest run. `state` is running, complete, incomplete or failed.

    `complete_through` is the day on which the last complete run began; `changed_since`, in an update, the day from
    which changes are asked for.
    """

    spec: str
    cursor: str | None
    state: str
    hits: int | None
    fetched: int
    new: int
    changed: int
    rejected: int
    started: str
    ended: str | None
    complete_through: str | None = None
    reason: str | None = None
    changed_since: str | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What adding a batch came to, in records."""

    new: int = 0
    changed: int = 0
    same: int = 0
    rejected: int = 0

    def __add__(self, other: "Added") -> "Added":
        return Added(
            self.new + other.new, self.changed + other.changed, self.same + other.same, self.rejected + other.rejected
        )


class _Stored(NamedTuple):
    """What is stored of a record."""

    rowid: int
    digest: str
    work: int
    withdrawn: int


class Corpus:
    """One workspace's corpus. Use as a context manager; `transaction()` makes several calls one."""

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

    # records and works

    def add(self, articles: Iterable[Article], rejects: Iterable[Reject] = (), withdrawn: Iterable[str] = ()) -> Added:
        """Take in a batch in one transaction. The same record again changes nothing.

        `withdrawn` are PMIDs that their source has deleted: their records are kept, but no longer speak for a work,
        until the source sends them again. What was rejected by its identifier is forgotten once its source sends it.
        """
        total = Added()
        with self.transaction():
            (rejected,) = self._db.execute("SELECT EXISTS (SELECT 1 FROM reject)").fetchone()
            for article in articles:
                total += _ADDED[self._put(article)]
                if rejected:
                    self._forget_rejects_of(article)
            for reject in rejects:
                total += Added(rejected=1)
                self.reject(reject)
            for pmid in withdrawn:
                self._withdraw(pmid)
        return total

    def works(self, ids: Sequence[str] | None = None) -> Iterator[Work]:
        """All works in the order they came, or those named."""
        with self._errors():
            if ids is None:
                rows: Iterable[tuple[str]] = self._db.execute("SELECT body FROM work ORDER BY rowid")
            else:
                rows = [r for i in ids for r in self._db.execute("SELECT body FROM work WHERE id = ?", (i,))]
            for (body,) in rows:
                yield _WORK.validate_json(body)

    def records(self, work: Work) -> list[Article]:
        """Every source's version of a work."""
        with self._errors():
            return [
                _ARTICLE.validate_json(body)
                for source, source_id in work.records
                for (body,) in self._db.execute(
                    "SELECT body FROM record WHERE source = ? AND source_id = ?", (source, source_id)
                )
            ]

    def known_pmids(self) -> frozenset[str]:
        """PMIDs the corpus has a record of."""
        with self._errors():
            return frozenset(v for (v,) in self._db.execute("SELECT value FROM identifier WHERE scheme = 'pmid'"))

    def reject(self, reject: Reject) -> None:
        """Keep what could not be taken in, with its reason, to be tried again. The same again changes nothing."""
        with self._errors():
            self._db.execute(
                "INSERT OR IGNORE INTO reject (source, item, reason, payload, at) VALUES (?, ?, ?, ?, ?)",
                (reject.source, reject.item, reject.reason, reject.payload, _now()),
            )

    def rejects(self) -> list[Reject]:
        """What could not be taken in, oldest first."""
        with self._errors():
            rows = self._db.execute("SELECT source, item, reason, payload FROM reject ORDER BY rowid")
            return [Reject(*row) for row in rows]

    def forget_rejects(self, source: str, item: str) -> None:
        """Drop the rejects of an item that has now been taken in, however its identifier is written."""
        with self._errors():
            self._db.execute("DELETE FROM reject WHERE source = ? AND item = ? COLLATE NOCASE", (source, item))

    # claims

    def pending(self, extractor: str) -> Iterator[Work]:
        """Works whose text is new or changed since `extractor` (a versioned name) last read them."""
        with self._errors():
            rows = self._db.execute(
                "SELECT work.body FROM work LEFT JOIN extraction ON extraction.work = work.rowid"
                " WHERE extraction.work IS NULL OR extraction.text_digest != work.text_digest"
                " OR extraction.extractor != ? ORDER BY work.rowid",
                (extractor,),
            ).fetchall()
        for (body,) in rows:
            yield _WORK.validate_json(body)

    def pending_count(self, extractor: str) -> int:
        """How many works `pending` would yield."""
        with self._errors():
            (count,) = self._db.execute(
                "SELECT count(*) FROM work LEFT JOIN extraction ON extraction.work = work.rowid"
                " WHERE extraction.work IS NULL OR extraction.text_digest != work.text_digest"
                " OR extraction.extractor != ?",
                (extractor,),
            ).fetchone()
        return int(count)

    def put_claims(self, work: Work, extractor: str, claims: Iterable[Claim]) -> None:
        """Replace a work's claims by what `extractor` has now read in the text of `work`.

        A work that was joined to another or whose text changed in the meantime is left for the next reading.
        """
        with self.transaction():
            row = self._db.execute(
                "SELECT rowid FROM work WHERE id = ? AND text_digest = ?", (work.id, work.text_digest)
            ).fetchone()
            if row is None:
                return
            (rowid,) = row
            fresh = sorted((c.subject.id, c.object.id, _CLAIM.dump_json(c).decode()) for c in claims)
            old = sorted(self._db.execute("SELECT subject, object, body FROM claim WHERE work = ?", (rowid,)))
            if fresh != old:
                self._touch((s, o) for s, o, _ in set(fresh) ^ set(old))
                self._db.execute("DELETE FROM claim WHERE work = ?", (rowid,))
                self._db.executemany(
                    "INSERT INTO claim (work, subject, object, body) VALUES (?, ?, ?, ?)",
                    [(rowid, *values) for values in fresh],
                )
            self._db.execute("REPLACE INTO extraction VALUES (?, ?, ?)", (rowid, work.text_digest, extractor))

    def claims_of(self, subject: str, object_: str) -> list[tuple[Work, Claim]]:
        """All claims on one pair of entities with the works that make them, in a stable order."""
        with self._errors():
            rows = self._db.execute(
                "SELECT work.body, claim.body FROM claim JOIN work ON work.rowid = claim.work"
                " WHERE subject = ? AND object = ? ORDER BY work.id, claim.body",
                (subject, object_),
            ).fetchall()
        return [(_WORK.validate_json(work), _CLAIM.validate_json(claim)) for work, claim in rows]

    def claims(self) -> Iterator[tuple[Work, Claim]]:
        """All claims with their works, in the works' order."""
        with self._errors():
            for work, claim in self._db.execute(
                "SELECT work.body, claim.body FROM claim JOIN work ON work.rowid = claim.work ORDER BY claim.rowid"
            ):
                yield _WORK.validate_json(work), _CLAIM.validate_json(claim)

    # what a graph must hear of

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

    # searches

    def search_state(self, spec: str) -> SearchState | None:
        """How far the search with this spec (canonical JSON) has come, None if it was never run."""
        return next((s for s in self.searches() if s.spec == spec), None)

    def searches(self) -> list[SearchState]:
        """All saved searches, oldest first."""
        with self._errors():
            rows = self._db.execute(
                "SELECT spec, cursor, state, hits, fetched, new, changed, rejected, started, ended, complete_through,"
                " reason, changed_since FROM search ORDER BY rowid"
            )
            return [SearchState(*row) for row in rows]

    def save_search(self, state: SearchState) -> None:
        """Write a search's state; call inside the transaction that adds what it fetched."""
        with self._errors():
            self._db.execute(
                "INSERT INTO search (spec, cursor, state, hits, fetched, new, changed, rejected, started, ended,"
                " complete_through, reason, changed_since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                # Not REPLACE: a saved search keeps its place in the list that users number it by.
                " ON CONFLICT (spec) DO UPDATE SET cursor = excluded.cursor, state = excluded.state,"
                " hits = excluded.hits, fetched = excluded.fetched, new = excluded.new, changed = excluded.changed,"
                " rejected = excluded.rejected, started = excluded.started, ended = excluded.ended,"
                " complete_through = excluded.complete_through, reason = excluded.reason,"
                " changed_since = excluded.changed_since",
                astuple(state),
            )

    def forget_search(self, spec: str) -> None:
        """Drop a saved search; what it brought stays."""
        with self._errors():
            self._db.execute("DELETE FROM search WHERE spec = ?", (spec,))

    # verdicts

    def put_verdict(self, verdict: Verdict, pair: tuple[str, str]) -> None:
        """Record a curator's word on an assertion between `pair` (subject id, object id).

        The same curator's earlier word on the same thing is replaced.
        """
        with self.transaction():
            self._db.execute(
                "REPLACE INTO verdict (assertion, evidence, subject, object, curator, decision, why, at, correction)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    verdict.assertion, verdict.evidence, *pair, verdict.curator, verdict.decision, verdict.why,
                    verdict.at, verdict.correction,
                ),
            )  # fmt: skip
            self._touch([pair])

    def undo_verdict(self, assertion: str, curator: str, evidence: str = "") -> bool:
        """Take a curator's word back; False where there was none."""
        with self.transaction():
            pairs = self._db.execute(
                "DELETE FROM verdict WHERE assertion = ? AND evidence = ? AND curator = ? RETURNING subject, object",
                (assertion, evidence, curator),
            ).fetchall()
            self._touch(pairs)
        return bool(pairs)

    def verdicts(self, pair: tuple[str, str]) -> list[Verdict]:
        """The verdicts on assertions between one pair of entities, in a stable order."""
        with self._errors():
            rows = self._db.execute(
                "SELECT assertion, evidence, curator, decision, why, at, correction FROM verdict"
                " WHERE subject = ? AND object = ? ORDER BY at, assertion, evidence, curator",
                pair,
            )
            return [Verdict(*row) for row in rows]

    def all_verdicts(self) -> list[tuple[Verdict, tuple[str, str]]]:
        """All verdicts, each with the pair of entities its assertion is on, in a stable order."""
        with self._errors():
            rows = self._db.execute(
                "SELECT assertion, evidence, curator, decision, why, at, correction, subject, object FROM verdict"
                " ORDER BY at, assertion, evidence, curator"
            )
            return [(Verdict(*row[:7]), (row[7], row[8])) for row in rows]

    # counts

    def counts(self) -> dict[str, int]:
        """How many records, works, retracted works, claims, rejects, searches and verdicts there are."""
        queries = {
            "records": "SELECT count(*) FROM record",
            "works": "SELECT count(*) FROM work",
            "retracted": "SELECT count(*) FROM work WHERE json_extract(body, '$.retracted')",
            "claims": "SELECT count(*) FROM claim",
            "rejects": "SELECT count(*) FROM reject",
            "searches": "SELECT count(*) FROM search",
            "verdicts": "SELECT count(*) FROM verdict",
        }
        with self._errors():
            return {name: int(self._db.execute(query).fetchone()[0]) for name, query in queries.items()}

    # inside

    def _create_or_check(self) -> None:
        with self.transaction():
            if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                for statement in _SCHEMA.split(";"):
                    self._db.execute(statement)
                self._db.executemany(
                    "INSERT INTO meta VALUES (?, ?)", [("version", str(CORPUS_VERSION)), ("id", uuid.uuid4().hex)]
                )
        version = int(self._meta("version"))
        if version > CORPUS_VERSION:
            raise WorkspaceError(
                f"{self.path}: this corpus is of version {version}, newer than this Exominer reads"
                f" ({CORPUS_VERSION}) - upgrade Exominer, or name another --workspace"
            )
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")

    def _meta(self, key: str) -> str:
        with self._errors():
            row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise WorkspaceError(f"{self.path}: not an Exominer corpus - name another --workspace")
        return str(row[0])

    def _put(self, article: Article) -> Outcome:
        article, body, digest, stored = self._as_stored(article)
        if stored is not None and stored.digest == digest and not stored.withdrawn:
            return "same"
        joined = self._joinable(article, self._works_sharing(article), stored.work if stored else None)
        work = min(joined) if joined else self._new_work()
        if stored is None:
            record = self._db.execute(
                "INSERT INTO record (source, source_id, digest, body, work) VALUES (?, ?, ?, ?, ?)",
                (article.source, article.source_id, digest, body, work),
            ).lastrowid
        else:
            record = stored.rowid
            self._db.execute(
                "UPDATE record SET digest = ?, body = ?, withdrawn = 0 WHERE rowid = ?", (digest, body, record)
            )
        self._index(record or 0, article)
        for other in joined - {work}:
            self._absorb(other, work)
        self._refresh(work)
        return "new" if stored is None else "changed"

    def _as_stored(self, article: Article) -> tuple[Article, str, str, "_Stored | None"]:
        """The record under the key it is kept by, and what is stored there.

        A file's record never overwrites another: one that differs is kept beside it, under its id and its digest.
        """
        body = _ARTICLE.dump_json(article).decode()
        digest = sha256(body.encode()).hexdigest()[:32]
        stored = self._record(article)
        if article.source == "file" and stored is not None and stored.digest != digest:
            article = replace(article, source_id=f"{article.source_id}#{digest[:12]}")
            body = _ARTICLE.dump_json(article).decode()
            digest = sha256(body.encode()).hexdigest()[:32]
            stored = self._record(article)
        return article, body, digest, stored

    def _record(self, article: Article) -> "_Stored | None":
        row = self._db.execute(
            "SELECT rowid, digest, work, withdrawn FROM record WHERE source = ? AND source_id = ?",
            (article.source, article.source_id),
        ).fetchone()
        return _Stored(*row) if row else None

    def _forget_rejects_of(self, article: Article) -> None:
        for scheme in ("pmid", "pmcid", "doi"):
            if value := getattr(article, scheme):
                self.forget_rejects(article.source, f"{scheme} {value}")

    def _works_sharing(self, article: Article) -> set[int]:
        """Works with a record that shares an identifier with `article` and may be joined with it."""
        works: set[int] = set()
        for scheme, value in identifiers(article):
            rows = self._db.execute(
                "SELECT record.work, record.body FROM identifier JOIN record ON record.rowid = identifier.record"
                " WHERE scheme = ? AND value = ?",
                (scheme, value),
            ).fetchall()
            works.update(work for work, body in rows if may_join(article, _ARTICLE.validate_json(body)))
        return works

    def _joinable(self, article: Article, works: set[int], own: int | None) -> set[int]:
        """Of works that share an identifier with a record, those that may be one work with it and with each other.

        The record's own work comes first, then the oldest: a record without a PMID must not tie two articles together
        that PubMed tells apart.
        """
        if own is not None:
            works = works | {own}
        joined: set[int] = set()
        records = [article]
        for work in sorted(works, key=lambda work: (work != own, work)):
            bodies = self._db.execute("SELECT body FROM record WHERE work = ?", (work,)).fetchall()
            others = [_ARTICLE.validate_json(body) for (body,) in bodies]
            if work == own or not any(_told_apart(one, other) for one in records for other in others):
                joined.add(work)
                records += others
        return joined

    def _new_work(self) -> int:
        row = self._db.execute("INSERT INTO work (id, body, text_digest, added) VALUES ('', '', '', ?)", (_now(),))
        return row.lastrowid or 0

    def _index(self, record: int, article: Article) -> None:
        self._db.execute("DELETE FROM identifier WHERE record = ?", (record,))
        announced = self._db.execute("DELETE FROM retraction WHERE record = ? RETURNING scheme, value", (record,))
        named = announced.fetchall()
        self._db.executemany(
            "INSERT OR IGNORE INTO identifier VALUES (?, ?, ?)", [(*i, record) for i in identifiers(article)]
        )
        for notice in article.notices:
            if notice.kind == "retraction_of":
                for scheme, value in (("pmid", notice.pmid), ("doi", notice.doi)):
                    if value:
                        self._db.execute("INSERT OR IGNORE INTO retraction VALUES (?, ?, ?)", (scheme, value, record))
                        named.append((scheme, value))
        for scheme, value in dict.fromkeys(named):
            self._refresh_named(scheme, value)

    def _refresh_named(self, scheme: str, value: str) -> None:
        rows = self._db.execute(
            "SELECT DISTINCT record.work FROM identifier JOIN record ON record.rowid = identifier.record"
            " WHERE scheme = ? AND value = ?",
            (scheme, value),
        ).fetchall()
        for (work,) in rows:
            self._refresh(work)

    def _absorb(self, other: int, work: int) -> None:
        """Move all records of one work to another; its claims go, the joined work is read again if its text changed."""
        self._touch_work(other)
        self._db.execute("UPDATE record SET work = ? WHERE work = ?", (work, other))
        self._db.execute("DELETE FROM claim WHERE work = ?", (other,))
        self._db.execute("DELETE FROM extraction WHERE work = ?", (other,))
        self._db.execute("DELETE FROM work WHERE rowid = ?", (other,))

    def _withdraw(self, pmid: str) -> None:
        rows = self._db.execute(
            "SELECT rowid, work FROM record WHERE source IN ('pubmed', 'pubmed-bulk') AND source_id = ?"
            " AND NOT withdrawn",
            (pmid,),
        ).fetchall()
        for record, work in rows:
            self._db.execute("UPDATE record SET withdrawn = 1 WHERE rowid = ?", (record,))
            self._refresh(work)

    def _refresh(self, work: int) -> None:
        """Compute a work anew from its records, and note what changed. Withdrawn records speak only if all are."""
        rows = self._db.execute("SELECT body, withdrawn FROM record WHERE work = ? ORDER BY rowid", (work,)).fetchall()
        if not rows:
            return
        standing = [body for body, withdrawn in rows if not withdrawn]
        records = [_ARTICLE.validate_json(body) for body in standing or [body for body, _ in rows]]
        merged = merge(records, retracted_elsewhere=not standing or self._announced_retracted(work))
        body = _WORK.dump_json(merged).decode()
        (old,) = self._db.execute("SELECT body FROM work WHERE rowid = ?", (work,)).fetchone()
        if body != old:
            self._touch_work(work)
            self._db.execute(
                "UPDATE work SET id = ?, body = ?, text_digest = ? WHERE rowid = ?",
                (merged.id, body, merged.text_digest, work),
            )

    def _announced_retracted(self, work: int) -> bool:
        return bool(
            self._db.execute(
                "SELECT 1 FROM record JOIN identifier ON identifier.record = record.rowid"
                " JOIN retraction ON retraction.scheme = identifier.scheme AND retraction.value = identifier.value"
                " WHERE record.work = ? LIMIT 1",
                (work,),
            ).fetchone()
        )

    def _touch_work(self, work: int) -> None:
        self._touch(self._db.execute("SELECT subject, object FROM claim WHERE work = ?", (work,)).fetchall())

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


def _told_apart(one: Article, other: Article) -> bool:
    """Whether PubMed holds two records to be different articles: a preprint has a PMID of its own, and is none."""
    return not (may_join(one, other) or is_preprint(one) or is_preprint(other))


def _way_out(message: str) -> str:
    if "full" in message:
        return "free some space on this disk, then run the command again; nothing half-written was kept"
    if "readonly" in message or "unable to open" in message:
        return "make the folder writable, or name another with --workspace"
    if "locked" in message:
        return "another exominer is writing to it; wait for it to end, then run the command again"
    return "name another --workspace, or restore a snapshot of this one"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


_ADDED = {"new": Added(new=1), "changed": Added(changed=1), "same": Added(same=1)}
