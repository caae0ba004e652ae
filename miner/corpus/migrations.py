"""The corpus's schema, and the steps that bring an older corpus to it.

`PRAGMA user_version` holds the version. Releases that kept it in the table `meta` refuse every corpus whose row there
is not their own version, so the step to version 4 raises that row for the last time.
"""

import sqlite3
import uuid
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing, suppress
from itertools import combinations

from pydantic import TypeAdapter, ValidationError

from miner.corpus.merge import Work, record_digest
from miner.corpus.name_rows import INSERT_NAME, names_in
from miner.corpus.verdict_moves import drop_moved, move_verdicts
from miner.model.articles import Article
from miner.model.assertions import assertion_id, contradiction_id
from miner.model.claims import Claim, name_populations

SCHEMA = """
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
    changed_since TEXT, known_hits INTEGER);
CREATE TABLE verdict (
    rowid INTEGER PRIMARY KEY, assertion TEXT NOT NULL, evidence TEXT NOT NULL, subject TEXT NOT NULL,
    object TEXT NOT NULL, curator TEXT NOT NULL, decision TEXT NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL,
    correction TEXT NOT NULL DEFAULT '', new_subject TEXT, new_object TEXT, UNIQUE (assertion, evidence, curator));
CREATE INDEX verdict_pair ON verdict (subject, object);
CREATE INDEX verdict_corrected ON verdict (subject, object) WHERE new_subject IS NOT NULL OR new_object IS NOT NULL;
"""
"""Statements that make an empty corpus of the latest version."""

_ARTICLE: TypeAdapter[Article] = TypeAdapter(Article)
_CLAIM: TypeAdapter[Claim] = TypeAdapter(Claim)
_WORK: TypeAdapter[Work] = TypeAdapter(Work)


def _index_assertions(db: sqlite3.Connection) -> None:
    db.execute("ALTER TABLE claim ADD COLUMN assertion TEXT NOT NULL DEFAULT ''")
    rows = db.execute("SELECT body, rowid FROM claim").fetchall()
    ids = [(assertion_id(_CLAIM.validate_json(body)), rowid) for body, rowid in rows]
    db.executemany("UPDATE claim SET assertion = ? WHERE rowid = ?", ids)
    db.execute("CREATE INDEX claim_assertion ON claim (assertion)")


def _rename_isolation(db: sqlite3.Connection) -> None:
    # Inside a JSON string the quotes would be escaped: only the key of `context` matches.
    db.execute("""UPDATE claim SET body = replace(body, '"isolation":', '"separation":')""")


def _log_names(db: sqlite3.Connection) -> None:
    for statement in NAMES.split(";"):
        db.execute(statement)
    works = defaultdict(list)
    for work, body in db.execute("SELECT work, body FROM claim"):
        with suppress(ValidationError, UnicodeEncodeError):  # `doctor --repair` sets a damaged claim aside
            works[work].append(_CLAIM.validate_json(body))
    rows = [(work, *row) for work, claims in works.items() for row in names_in(claims)]
    db.executemany(INSERT_NAME, rows)
    db.execute("INSERT INTO renamed SELECT DISTINCT entity, (SELECT max(seq) FROM change) FROM name")


def _set_aside_damage(db: sqlite3.Connection) -> None:
    db.execute(DAMAGED)
    db.execute("UPDATE meta SET value = '4' WHERE key = 'version'")


def _add_known_hits(db: sqlite3.Connection) -> None:
    db.execute("ALTER TABLE search ADD COLUMN known_hits INTEGER")
    db.execute("UPDATE search SET known_hits = hits WHERE state = 'complete' AND changed_since IS NULL")


def _add_closings(db: sqlite3.Connection) -> None:
    db.execute(_CLOSINGS)


_CLOSINGS = """
CREATE TABLE closing (
    contradiction TEXT NOT NULL, curator TEXT NOT NULL, outcome TEXT NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (contradiction, curator)) WITHOUT ROWID
"""


def _name_populations(db: sqlite3.Connection) -> None:
    _correct_entities(db)  # `move_verdicts` copies its columns
    works = defaultdict(list)
    rows = db.execute("SELECT claim.rowid, work.id, claim.body FROM claim JOIN work ON work.rowid = claim.work")
    for rowid, work, body in rows:
        with suppress(ValidationError, UnicodeEncodeError):  # `doctor --repair` sets a damaged claim aside
            claim = _CLAIM.validate_json(body)
            if (named := name_populations(claim)) != claim:
                works[work].append((rowid, claim, named))
    (seq,) = db.execute("SELECT coalesce(max(seq), 0) + 1 FROM change").fetchone()
    moves = dict[str, set[str]]()
    for work, renamed in works.items():
        moves |= move_verdicts(db, work, [claim for _, claim, _ in renamed], [named for *_, named in renamed])
        for rowid, claim, named in renamed:
            ends = named.subject.id, named.object.id
            db.execute(
                "UPDATE claim SET subject = ?, object = ?, assertion = ?, body = ? WHERE rowid = ?",
                (*ends, assertion_id(named), _CLAIM.dump_json(named).decode(), rowid),
            )
            changed = [(claim.subject.id, claim.object.id, seq), (*ends, seq)]
            db.executemany("REPLACE INTO change VALUES (?, ?, ?)", changed)
    drop_moved(db, moves)


def _add_licenses(db: sqlite3.Connection) -> None:
    # Stored bodies name every field: without the new ones, each record would count as changed when it comes again.
    for (rowid,) in db.execute("SELECT rowid FROM record").fetchall():
        with suppress(ValidationError, UnicodeEncodeError):  # `doctor --repair` sets a damaged record aside
            old, digest = db.execute("SELECT body, digest FROM record WHERE rowid = ?", (rowid,)).fetchone()
            if record_digest(old.encode()) != digest:
                continue
            body = _ARTICLE.dump_json(_ARTICLE.validate_json(old))
            values = (record_digest(body), body.decode(), rowid)
            db.execute("UPDATE record SET digest = ?, body = ? WHERE rowid = ?", values)
    for (rowid,) in db.execute("SELECT rowid FROM work").fetchall():
        with suppress(ValidationError, UnicodeEncodeError):
            (old,) = db.execute("SELECT body FROM work WHERE rowid = ?", (rowid,)).fetchone()
            body = _WORK.dump_json(_WORK.validate_json(old))
            db.execute("UPDATE work SET body = ? WHERE rowid = ?", (body.decode(), rowid))


def _correct_entities(db: sqlite3.Connection) -> None:
    if db.execute("SELECT 1 FROM pragma_table_info('verdict') WHERE name = 'new_subject'").fetchone():
        return
    db.execute("ALTER TABLE verdict ADD COLUMN new_subject TEXT")
    db.execute("ALTER TABLE verdict ADD COLUMN new_object TEXT")
    db.execute(
        "CREATE INDEX verdict_corrected ON verdict (subject, object)"
        " WHERE new_subject IS NOT NULL OR new_object IS NOT NULL"
    )


DAMAGED = "CREATE TABLE damaged (kind TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL, at TEXT NOT NULL)"
NAMES = """
CREATE TABLE name (
    work INTEGER NOT NULL, entity TEXT NOT NULL, name TEXT NOT NULL, chosen INTEGER NOT NULL,
    PRIMARY KEY (work, entity, name)) WITHOUT ROWID;
CREATE INDEX name_entity ON name (entity, name, chosen);
CREATE TABLE renamed (entity TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX renamed_seq ON renamed (seq)
"""


def _add_learned(db: sqlite3.Connection) -> None:
    for statement in LEARNED.split(";"):
        db.execute(statement)


def _add_known(db: sqlite3.Connection) -> None:
    for statement in KNOWN.split(";"):
        db.execute(statement)


KNOWN = """
CREATE TABLE database (name TEXT PRIMARY KEY, rows INTEGER NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE known (
    database TEXT NOT NULL, cargo TEXT NOT NULL, vesicle TEXT NOT NULL, cancer TEXT NOT NULL, target TEXT NOT NULL,
    PRIMARY KEY (database, cargo, target, vesicle, cancer)) WITHOUT ROWID;
CREATE INDEX known_cargo ON known (cargo)
"""
LEARNED = """
CREATE TABLE learned (
    version INTEGER PRIMARY KEY, at TEXT NOT NULL, body TEXT NOT NULL, works TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0);
CREATE TABLE synonym (form TEXT PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL) WITHOUT ROWID
"""


def _add_closed_assertions(db: sqlite3.Connection) -> None:
    for column in ("first", "second"):
        db.execute(f"ALTER TABLE closing ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
    closed = {id_ for (id_,) in db.execute("SELECT contradiction FROM closing")}
    stated = defaultdict(set)
    for *pair, assertion in db.execute("SELECT subject, object, assertion FROM claim") if closed else ():
        stated[tuple(pair)].add(assertion)
    for first, second in (two for assertions in stated.values() for two in combinations(sorted(assertions), 2)):
        if (id_ := contradiction_id(first, second)) in closed:
            db.execute("UPDATE closing SET first = ?, second = ? WHERE contradiction = ?", (first, second, id_))
    db.execute("DELETE FROM closing WHERE first = ''")


CLOSINGS = """
CREATE TABLE closing (
    contradiction TEXT NOT NULL, curator TEXT NOT NULL, outcome TEXT NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL,
    first TEXT NOT NULL, second TEXT NOT NULL, PRIMARY KEY (contradiction, curator)) WITHOUT ROWID
"""

MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _index_assertions,
    _rename_isolation,
    _set_aside_damage,
    _add_known_hits,
    _log_names,
    _add_closings,
    _name_populations,
    _add_learned,
    _add_licenses,
    _add_known,
    _add_closed_assertions,
    _correct_entities,
)
"""Step i brings a corpus of version i + 1 to version i + 2."""

CORPUS_VERSION = len(MIGRATIONS) + 1


def create(db: sqlite3.Connection) -> None:
    """Make an empty corpus of the latest version, with an id of its own. Call inside a transaction."""
    for statement in (*SCHEMA.split(";"), DAMAGED, CLOSINGS, *NAMES.split(";"), *LEARNED.split(";"), *KNOWN.split(";")):
        db.execute(statement)
    rows = [("version", str(CORPUS_VERSION)), ("id", uuid.uuid4().hex)]
    db.executemany("INSERT INTO meta VALUES (?, ?)", rows)
    db.execute(f"PRAGMA user_version = {CORPUS_VERSION:d}")


def version_of(db: sqlite3.Connection) -> int | None:
    """The version of a corpus; None for an empty file. Raises sqlite3.Error for one that is no corpus."""
    with closing(db.execute("PRAGMA user_version")) as cursor:
        (version,) = cursor.fetchone()
    if version:
        return int(version)
    if not db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        return None
    (value,) = db.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
    return int(value)


def migrate(db: sqlite3.Connection) -> None:
    """Run the steps that a corpus lacks. Call inside a transaction: another process may have run them meanwhile."""
    version = version_of(db) or CORPUS_VERSION
    for step in MIGRATIONS[version - 1 :]:
        step(db)
    db.execute(f"PRAGMA user_version = {max(version, CORPUS_VERSION):d}")
