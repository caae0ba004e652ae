"""The names by which texts call each entity, work by work: what entity nodes are found by."""

from collections.abc import Iterable

from miner.corpus.database import Database
from miner.corpus.name_rows import INSERT_NAME, names_in
from miner.model.claims import Claim, EntityName


class Names(Database):
    """Names of entities. An entity whose names change is logged with the change number of the claims behind it."""

    def names_of(self, entity: str) -> list[EntityName]:
        """The names of an entity in all works, the commonest first."""
        with self._errors():
            rows = self._db.execute(
                "SELECT name, count(*), sum(chosen) FROM name WHERE entity = ? GROUP BY name"
                " ORDER BY sum(chosen) DESC, count(*) DESC, name",
                (entity,),
            ).fetchall()
        return [EntityName(*row) for row in rows]

    def renamed(self, since: int) -> list[str]:
        """Entities whose names changed after change number `since`."""
        with self._errors():
            rows = self._db.execute("SELECT entity FROM renamed WHERE seq > ? ORDER BY entity", (since,))
            return [entity for (entity,) in rows]

    def _put_names(self, work: int, claims: Iterable[Claim]) -> None:
        """Replace the names that a work gives its entities. Call after the pairs of its claims are touched."""
        fresh = set(names_in(claims))
        old = {
            (entity, name, bool(chosen))
            for entity, name, chosen in self._db.execute(
                "SELECT entity, name, chosen FROM name WHERE work = ?", (work,)
            )
        }
        self._db.execute("DELETE FROM name WHERE work = ?", (work,))
        self._db.executemany(INSERT_NAME, [(work, *row) for row in sorted(fresh)])
        seq = self.last_change
        renamed = sorted({entity for entity, *_ in fresh ^ old})
        self._db.executemany("REPLACE INTO renamed VALUES (?, ?)", [(entity, seq) for entity in renamed])
