"""Store how curators close contradictions. A closing moves with the sentences of its assertions."""

from miner.corpus.database import Database
from miner.model.assertions import Closing


class Closings(Database):
    """Closings, keyed by contradiction and curator."""

    def put_closing(self, closing: Closing) -> None:
        """Record how a curator closes a contradiction; this replaces the same curator's earlier closing."""
        with self.transaction():
            self._db.execute(
                "REPLACE INTO closing (contradiction, first, second, curator, outcome, why, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (closing.contradiction, *closing.assertions, closing.curator, closing.outcome, closing.why, closing.at),
            )

    def undo_closing(self, contradiction: str, curator: str) -> bool:
        """Delete a curator's closing of a contradiction; returns False if there was none."""
        with self.transaction():
            deleted = self._db.execute(
                "DELETE FROM closing WHERE contradiction = ? AND curator = ?", (contradiction, curator)
            )
        return deleted.rowcount > 0

    def closings(self) -> list[Closing]:
        """All closings, in a stable order."""
        with self._errors():
            rows = self._db.execute(
                "SELECT first, second, curator, outcome, why, at FROM closing ORDER BY at, contradiction, curator"
            )
            return [Closing((first, second), *rest) for first, second, *rest in rows]
