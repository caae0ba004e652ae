"""What curators say of assertions."""

from miner.corpus.database import Database
from miner.model.assertions import Verdict


class Verdicts(Database):
    """Verdicts, keyed by assertion, evidence and curator: they outlive any reading of the works anew."""

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
