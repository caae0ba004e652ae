"""What the workspace learned from verdicts: combinations of votes, one version after another, and synonyms."""

import json
from collections.abc import Callable, Iterable

from pydantic import TypeAdapter

from graph_schema.model import EntityType
from miner.corpus.database import Database, now
from miner.corpus.merge import Work
from miner.model.learned import Combination, Synonym, Taught

_COMBINATION: TypeAdapter[Combination] = TypeAdapter(Combination)
_WORK: TypeAdapter[Work] = TypeAdapter(Work)


class Learned(Database):
    """Learned combinations, of which the latest not undone applies, and the synonyms that texts were read with."""

    def taught(self) -> Taught:
        """What texts are to be read with."""
        with self._errors():
            row = self._db.execute(
                "SELECT version, body FROM learned WHERE NOT undone ORDER BY version DESC LIMIT 1"
            ).fetchone()
            rows = self._db.execute("SELECT form, type, id, name FROM synonym ORDER BY form").fetchall()
        combination = self._decode(_COMBINATION, row[1], f"learned version {row[0]}") if row else None
        return Taught(combination, tuple(Synonym(form, EntityType(kind), *rest) for form, kind, *rest in rows))

    def put_combination(self, combination: Combination, works: Iterable[str]) -> int:
        """Let a combination that was fitted to judged claims of these works apply; returns its version, from 1."""
        body = _COMBINATION.dump_json(combination).decode()
        with self.transaction():
            added = self._db.execute(
                "INSERT INTO learned (at, body, works) VALUES (?, ?, ?)", (now(), body, json.dumps(sorted(works)))
            )
        return int(added.lastrowid or 0)

    def learned_from(self) -> set[str]:
        """The works that combinations were fitted to, whether or not judged claims of them are left."""
        with self._errors():
            rows = self._db.execute("SELECT DISTINCT value FROM learned, json_each(learned.works)").fetchall()
        return {work for (work,) in rows}

    def undo_combination(self) -> int | None:
        """Go back to the combination before the latest, or to the shipped one; returns the version undone, if any."""
        with self.transaction():
            undone = self._db.execute(
                "UPDATE learned SET undone = 1 WHERE version ="
                " (SELECT max(version) FROM learned WHERE NOT undone) RETURNING version"
            ).fetchall()
        return int(undone[0][0]) if undone else None

    def put_synonyms(self, synonyms: Iterable[Synonym], concerns: Callable[[str], bool]) -> int:
        """Replace the synonyms; the works whose text `concerns` accepts are read again. Returns their number."""
        with self.transaction():
            self._db.execute("DELETE FROM synonym")
            self._db.executemany(
                "INSERT INTO synonym VALUES (?, ?, ?, ?)", [(s.form, s.type.value, s.id, s.name) for s in synonyms]
            )
            concerned = [
                (rowid,)
                for rowid, id_, body in self._db.execute(
                    "SELECT work.rowid, work.id, work.body FROM work JOIN extraction ON extraction.work = work.rowid"
                )
                if (work := self._decode(_WORK, body, f"work {id_}")) and concerns(work.article.text)
            ]
            self._db.executemany("DELETE FROM extraction WHERE work = ?", concerned)
        return len(concerned)
