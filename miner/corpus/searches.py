"""The saved searches, and how far each has come."""

from dataclasses import astuple, dataclass

from miner.corpus.database import Database


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


class Searches(Database):
    """Saved searches."""

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
