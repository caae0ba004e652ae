"""What curators say of assertions."""

from collections import defaultdict
from typing import Any

from pydantic import TypeAdapter

from miner.corpus.database import Database
from miner.model.assertions import Verdict
from miner.model.claims import EntityRef

_REF: TypeAdapter[EntityRef] = TypeAdapter(EntityRef)


class Verdicts(Database):
    """Verdicts, keyed by assertion, evidence and curator: they outlive any reading of the works anew."""

    def put_verdict(self, verdict: Verdict, pair: tuple[str, str]) -> None:
        """Record a curator's word on an assertion between `pair` (subject id, object id).

        The same curator's earlier word on the same thing is replaced.
        """
        new = [_REF.dump_json(ref).decode() if ref else None for ref in (verdict.new_subject, verdict.new_object)]
        with self.transaction():
            self._touch([pair])  # the pair to which an earlier word corrected the assertion
            self._db.execute(
                "REPLACE INTO verdict (assertion, evidence, curator, decision, why, at, correction, new_subject,"
                " new_object, subject, object) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    verdict.assertion, verdict.evidence, verdict.curator, verdict.decision, verdict.why, verdict.at,
                    verdict.correction, *new, *pair,
                ),
            )  # fmt: skip
            self._touch([pair])

    def undo_verdict(self, assertion: str, curator: str, evidence: str = "") -> bool:
        """Take a curator's word back; False where there was none."""
        given = (assertion, evidence, curator)
        with self.transaction():
            pairs = self._db.execute(
                "SELECT subject, object FROM verdict WHERE assertion = ? AND evidence = ? AND curator = ?", given
            ).fetchall()
            self._touch(pairs)
            self._db.execute("DELETE FROM verdict WHERE assertion = ? AND evidence = ? AND curator = ?", given)
        return bool(pairs)

    def verdicts(self, pair: tuple[str, str]) -> list[Verdict]:
        """The verdicts on assertions between one pair of entities, in a stable order."""
        with self._errors():
            rows = self._db.execute(
                "SELECT assertion, evidence, curator, decision, why, at, correction, new_subject, new_object"
                " FROM verdict WHERE subject = ? AND object = ? ORDER BY at, assertion, evidence, curator",
                pair,
            )
            return [_verdict(row) for row in rows]

    def all_verdicts(self) -> list[tuple[Verdict, tuple[str, str]]]:
        """All verdicts, each with the pair of entities its assertion is on, in a stable order."""
        with self._errors():
            rows = self._db.execute(
                "SELECT assertion, evidence, curator, decision, why, at, correction, new_subject, new_object, subject,"
                " object FROM verdict ORDER BY at, assertion, evidence, curator"
            )
            return [(_verdict(row[:-2]), (row[-2], row[-1])) for row in rows]

    def corrected_to(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """For each pair onto which curators corrected claims, the pairs that these claims are read on."""
        origins: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        with self._errors():
            for pair, new in sorted(set(self._corrected_pairs())):
                origins[new].append(pair)
        return dict(origins)


def _verdict(row: tuple[Any, ...]) -> Verdict:
    return Verdict(*row[:7], *map(read_ref, row[7:]))


def read_ref(stored: str | None) -> EntityRef | None:
    """The entity that a correction names, from its JSON. Raises pydantic's ValidationError for other text."""
    return _REF.validate_json(stored) if stored else None
