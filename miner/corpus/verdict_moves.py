"""Move verdicts with their sentences when claims move to another population of vesicles."""

import sqlite3
from collections.abc import Iterable

from miner.model.assertions import assertion_id, evidence_id
from miner.model.claims import Claim


def move_verdicts(db: sqlite3.Connection, work_id: str, before: Iterable[Claim], after: Iterable[Claim]) -> set[str]:
    """Move the verdicts on a work's claims to the same claims of vesicles whose source is now known, or is another.

    Returns the assertions that sentences moved away from, for `drop_moved`.

    A verdict on an assertion stays with its other sentences, and holds for the one that left it as a verdict on that
    sentence. Call inside a transaction, before `before` is replaced by `after`.
    """
    successors = {_key(claim): claim for claim in after}
    left = set[str]()
    for claim in before:
        successor = successors.get(_key(claim), claim)
        old, new = assertion_id(claim), assertion_id(successor)
        if old == new:
            continue
        left.add(old)
        evidence = evidence_id(claim, work_id)
        # A verdict on the sentence takes precedence over one on the assertion, so it comes first.
        db.execute(
            "INSERT OR IGNORE INTO verdict"
            " (assertion, evidence, subject, object, curator, decision, why, at, correction)"
            " SELECT ?, ?, ?, ?, curator, decision, why, at, correction FROM verdict"
            " WHERE assertion = ? AND evidence IN ('', ?) ORDER BY evidence DESC",
            (new, evidence_id(successor, work_id), successor.subject.id, successor.object.id, old, evidence),
        )
        db.execute("DELETE FROM verdict WHERE assertion = ? AND evidence = ?", (old, evidence))
    return left


def drop_moved(db: sqlite3.Connection, assertions: Iterable[str]) -> None:
    """Drop the verdicts on these assertions as a whole where all their sentences have moved away with them.

    Call after the claims of `move_verdicts` are replaced.
    """
    db.executemany(
        "DELETE FROM verdict WHERE assertion = ? AND evidence = ''"
        " AND NOT EXISTS (SELECT 1 FROM claim WHERE claim.assertion = verdict.assertion)",
        [(assertion,) for assertion in assertions],
    )


def _key(claim: Claim) -> tuple[object, ...]:
    """A key of the claim that does not depend on the source of its vesicles."""
    cancers = frozenset(cancer.id for cancer in claim.cancers)
    sentence = " ".join(claim.sentence.split())
    return claim.subject.kind, claim.predicate, claim.object.kind, claim.negated, cancers, sentence
