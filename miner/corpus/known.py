"""What databases hold of cargo and of targets, as their user compared them with the corpus."""

import json
from collections.abc import Iterable

from miner.corpus.database import Database, now
from miner.model.known import DatabaseSummary, KnownFact


class Known(Database):
    """Facts of databases, by database and cargo."""

    def put_database(self, name: str, facts: Iterable[KnownFact], comparable: Iterable[str]) -> int:
        """Replace what a database holds; returns the number of facts, each counted once.

        All claims of the `comparable` predicates are logged as changed: the graph shows what is known of each.
        """
        with self.transaction():
            self._db.execute("DELETE FROM known WHERE database = ?", (name,))
            rows = ((name, fact.cargo, fact.vesicle, fact.cancer, fact.target) for fact in facts)
            self._db.executemany("INSERT OR IGNORE INTO known VALUES (?, ?, ?, ?, ?)", rows)
            (count,) = self._db.execute("SELECT count(*) FROM known WHERE database = ?", (name,)).fetchone()
            self._db.execute("REPLACE INTO database VALUES (?, ?, ?)", (name, count, now()))
            self._touch_claims(comparable)
        return int(count)

    def remove_database(self, name: str, comparable: Iterable[str]) -> bool:
        """Forget a database; False where there was none of this name."""
        with self.transaction():
            self._db.execute("DELETE FROM known WHERE database = ?", (name,))
            removed = self._db.execute("DELETE FROM database WHERE name = ?", (name,)).rowcount
            if removed:
                self._touch_claims(comparable)
        return removed > 0

    def databases(self) -> list[DatabaseSummary]:
        """The databases compared, by name."""
        with self._errors():
            rows = self._db.execute(
                "SELECT name, rows, at, EXISTS (SELECT 1 FROM known WHERE database = name AND target != ''),"
                " EXISTS (SELECT 1 FROM known WHERE database = name AND target = '') FROM database ORDER BY name"
            ).fetchall()
        return [
            DatabaseSummary(name, count, at, bool(targets), bool(cargo)) for name, count, at, targets, cargo in rows
        ]

    def known_of(self, cargo: Iterable[str]) -> list[tuple[str, KnownFact]]:
        """What databases hold of any of these ids of cargo, with each database's name."""
        with self._errors():
            rows = self._db.execute(
                "SELECT database, cargo, vesicle, cancer, target FROM known"
                " WHERE cargo IN (SELECT value FROM json_each(?)) ORDER BY database, cargo, target, vesicle, cancer",
                (json.dumps(sorted(set(cargo))),),
            ).fetchall()
        return [(database, KnownFact(*fact)) for database, *fact in rows]

    def _touch_claims(self, predicates: Iterable[str]) -> None:
        wanted = set(predicates)
        rows = self._db.execute(
            "SELECT DISTINCT subject, object, body ->> '$.predicate' FROM claim WHERE json_valid(body)"
        )
        self._touch((subject, object_) for subject, object_, predicate in rows if predicate in wanted)
