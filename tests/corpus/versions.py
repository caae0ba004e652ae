"""Corpora of earlier versions, made from one of today by undoing the migrations."""

import sqlite3

from miner.corpus import CORPUS_VERSION

_UNDO = {
    1: "DROP INDEX claim_assertion; ALTER TABLE claim DROP COLUMN assertion",
    3: "DROP TABLE damaged",
    4: "ALTER TABLE search DROP COLUMN known_hits",
    5: "DROP TABLE name; DROP TABLE renamed",
    6: "DROP TABLE closing",
    8: "DROP TABLE learned; DROP TABLE synonym",
    10: "DROP TABLE database; DROP TABLE known",
    11: "ALTER TABLE closing DROP COLUMN first; ALTER TABLE closing DROP COLUMN second",
    12: "DROP INDEX verdict_corrected; ALTER TABLE verdict DROP COLUMN new_subject;"
    " ALTER TABLE verdict DROP COLUMN new_object",
}
"""By version, what undoes the change of tables with which the next one begins."""


def take_back(db: sqlite3.Connection, version: int) -> None:
    """Give the corpus the tables of an earlier version; rows stay as they are."""
    for undone in range(CORPUS_VERSION - 1, version - 1, -1):
        db.executescript(_UNDO.get(undone, ""))
    db.execute(f"PRAGMA user_version = {version}")
