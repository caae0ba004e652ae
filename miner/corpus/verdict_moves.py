"""Move verdicts and closings with their sentences when claims move to another population of vesicles."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import product

from miner.model.assertions import assertion_id, contradiction_id, evidence_id
from miner.model.claims import Claim

Moves = Mapping[str, set[str]]
"""The assertions that sentences moved to, by the assertion that they moved from."""


def move_verdicts(db: sqlite3.Connection, work_id: str, before: Iterable[Claim], after: Iterable[Claim]) -> Moves:
    """Move the verdicts on a work's claims to the same claims of vesicles whose source is now known, or is another.

    Returns the moves, for `drop_moved`.

    A verdict on an assertion stays with its other sentences, and holds for the one that left it as a verdict on that
    sentence. Call inside a transaction, before `before` is replaced by `after`.
    """
    successors = {_key(claim): claim for claim in after}
    moves: dict[str, set[str]] = defaultdict(set)
    for claim in before:
        successor = successors.get(_key(claim), claim)
        old, new = assertion_id(claim), assertion_id(successor)
        if old == new:
            continue
        moves[old].add(new)
        evidence = evidence_id(claim, work_id)
        # A verdict on the sentence takes precedence over one on the assertion, so it comes first.
        db.execute(
            "INSERT OR IGNORE INTO verdict"
            " (assertion, evidence, subject, object, curator, decision, why, at, correction, new_subject, new_object)"
            " SELECT ?, ?, ?, ?, curator, decision, why, at, correction, new_subject, new_object FROM verdict"
            " WHERE assertion = ? AND evidence IN ('', ?) ORDER BY evidence DESC",
            (new, evidence_id(successor, work_id), successor.subject.id, successor.object.id, old, evidence),
        )
        db.execute("DELETE FROM verdict WHERE assertion = ? AND evidence = ?", (old, evidence))
    return moves


def drop_moved(db: sqlite3.Connection, moves: Moves) -> Moves:
    """Drop the verdicts on assertions as a whole whose sentences have all moved away with them.

    Returns the moves from these assertions. Call after the claims of `move_verdicts` are replaced.
    """
    claimed = "SELECT 1 FROM claim WHERE assertion = ?"
    gone = {old: new for old, new in moves.items() if db.execute(claimed, (old,)).fetchone() is None}
    db.executemany("DELETE FROM verdict WHERE assertion = ? AND evidence = ''", [(old,) for old in gone])
    return gone


def move_closings(db: sqlite3.Connection, moves: Moves) -> None:
    """Move the closings of contradictions whose assertions have moved (`drop_moved`)."""
    for old, successors in moves.items():
        rows = db.execute(
            "SELECT first, second, curator, outcome, why, at FROM closing WHERE ? IN (first, second)", (old,)
        ).fetchall()
        for (first, second, *closed), new in product(rows, sorted(successors)):
            ends = [new if end == old else end for end in (first, second)]
            db.execute(
                "INSERT OR IGNORE INTO closing (contradiction, first, second, curator, outcome, why, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (contradiction_id(*ends), *ends, *closed),
            )
        db.execute("DELETE FROM closing WHERE ? IN (first, second)", (old,))


def _key(claim: Claim) -> tuple[object, ...]:
    """A key of the claim that does not depend on the source of its vesicles."""
    cancers = frozenset(cancer.id for cancer in claim.cancers)
    sentence = " ".join(claim.sentence.split())
    return claim.subject.kind, claim.predicate, claim.object.kind, claim.negated, cancers, sentence
