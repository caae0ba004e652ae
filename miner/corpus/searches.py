"""The saved searches, and how far each has come."""

from dataclasses import asdict, dataclass

from miner.corpus.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchState:
    """How far a saved search has come: figures of its latest run. `state` is running, complete, incomplete or failed.

    `complete_through` is the day on which the last complete run began; `changed_since`, in an update, the day from
    which changes are searched for. `known_hits` is how many records the whole search last had.
    """

    spec: str
    state: str
    started: str
    cursor: str | None = None
    hits: int | None = None
    fetched: int = 0
    new: int = 0
    changed: int = 0
    rejected: int = 0
    ended: str | None = None
    complete_through: str | None = None
    reason: str | None = None
    changed_since: str | None = None
    known_hits: int | None = None


_SELECT = """
SELECT spec, state, started, cursor, hits, fetched, new, changed, rejected, ended, complete_through, reason,
    changed_since, known_hits
FROM search ORDER BY rowid
"""
# Not REPLACE: a saved search keeps its place in the list that users number it by.
_SAVE = """
INSERT INTO search (
    spec, state, started, cursor, hits, fetched, new, changed, rejected, ended, complete_through, reason, changed_since,
    known_hits
)
VALUES (
    :spec, :state, :started, :cursor, :hits, :fetched, :new, :changed, :rejected, :ended, :complete_through, :reason,
    :changed_since, :known_hits
)
ON CONFLICT (spec) DO UPDATE SET
    state = excluded.state, started = excluded.started, cursor = excluded.cursor, hits = excluded.hits,
    fetched = excluded.fetched, new = excluded.new, changed = excluded.changed, rejected = excluded.rejected,
    ended = excluded.ended, complete_through = excluded.complete_through, reason = excluded.reason,
    changed_since = excluded.changed_since, known_hits = excluded.known_hits
"""


class Searches(Database):
    """Saved searches."""

    def search_state(self, spec: str) -> SearchState | None:
        """How far the search with this spec (canonical JSON) has come, None if it was never run."""
        return next((s for s in self.searches() if s.spec == spec), None)

    def searches(self) -> list[SearchState]:
        """All saved searches, oldest first."""
        with self._errors():
            rows = self._db.execute(_SELECT)
            names = [column[0] for column in rows.description]
            return [SearchState(**dict(zip(names, row, strict=True))) for row in rows]

    def save_search(self, state: SearchState) -> None:
        """Write a search's state; call inside the transaction that adds what it fetched."""
        with self._errors():
            self._db.execute(_SAVE, asdict(state))

    def forget_search(self, spec: str) -> None:
        """Delete a saved search; the records it brought stay."""
        with self._errors():
            self._db.execute("DELETE FROM search WHERE spec = ?", (spec,))
