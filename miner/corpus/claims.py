"""The claims that extractors read in the works."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pydantic import TypeAdapter

from miner.corpus.merge import Work
from miner.corpus.names import Names
from miner.corpus.verdict_moves import drop_moved, move_closings, move_verdicts
from miner.model.assertions import assertion_id
from miner.model.claims import Claim

_CLAIM: TypeAdapter[Claim] = TypeAdapter(Claim)
_WORK: TypeAdapter[Work] = TypeAdapter(Work)


class PendingText(NamedTuple):
    """A text that is still to be read: the row of its work, its digest, and the length of the work's record."""

    work: int
    digest: str
    size: int


class Claims(Names):
    """Claims, work by work, and which works are still to be read."""

    def pending(self, extractor: str) -> list[PendingText]:
        """Texts that are new or changed since `extractor` (a versioned name) last read them, in the works' order."""
        with self._errors():
            rows = self._db.execute(
                "SELECT work.rowid, work.text_digest, length(work.body) FROM work"
                " LEFT JOIN extraction ON extraction.work = work.rowid"
                " WHERE (extraction.work IS NULL OR extraction.text_digest != work.text_digest"
                " OR extraction.extractor != ?)"
                " AND NOT CASE WHEN json_valid(work.body) THEN coalesce(work.body ->> '$.withdrawn', 0) ELSE 1 END"
                " ORDER BY work.rowid",
                (extractor,),
            ).fetchall()
        return [PendingText(*row) for row in rows]

    def pending_works(self, texts: Iterable[PendingText]) -> Iterator[Work]:
        """The works of pending texts, in their order; those that are damaged or changed since are left out."""
        query = "SELECT id, body FROM work WHERE rowid = ? AND text_digest = ?"
        for text in texts:
            with self._errors():
                row = self._db.execute(query, (text.work, text.digest)).fetchone()
            if row and (work := self._decode(_WORK, row[1], f"work {row[0]}")):
                yield work

    def put_claims(self, work: Work, extractor: str, claims: Iterable[Claim]) -> None:
        """Replace a work's claims by those that `extractor` has read in its text; verdicts follow their sentences.

        A work that was joined to another or whose text changed in the meantime is left for the next reading.
        """
        with self.transaction():
            row = self._db.execute(
                "SELECT rowid FROM work WHERE id = ? AND text_digest = ?", (work.id, work.text_digest)
            ).fetchone()
            if row is None:
                return
            (rowid,) = row
            claims = list(claims)
            fresh = sorted((c.subject.id, c.object.id, assertion_id(c), _CLAIM.dump_json(c).decode()) for c in claims)
            old = sorted(
                self._db.execute("SELECT subject, object, assertion, body FROM claim WHERE work = ?", (rowid,))
            )
            if fresh != old:
                self._touch((s, o) for s, o, *_ in set(fresh) ^ set(old))
                judged = self._judged(rowid)
                before = (self._decode(_CLAIM, body, f"claim of {work.id}") for *_, id_, body in old if id_ in judged)
                moves = move_verdicts(self._db, work.id, filter(None, before), claims)
                self._db.execute("DELETE FROM claim WHERE work = ?", (rowid,))
                self._db.executemany(
                    "INSERT INTO claim (work, subject, object, assertion, body) VALUES (?, ?, ?, ?, ?)",
                    [(rowid, *values) for values in fresh],
                )
                move_closings(self._db, drop_moved(self._db, moves))
                self._put_names(rowid, claims)
            self._db.execute("REPLACE INTO extraction VALUES (?, ?, ?)", (rowid, work.text_digest, extractor))

    def _judged(self, work: int) -> set[str]:
        """The assertions that this work's claims support and that curators judged, or closed a contradiction of."""
        rows = self._db.execute(
            "SELECT assertion FROM claim WHERE work = ? INTERSECT SELECT * FROM"
            " (SELECT assertion FROM verdict UNION SELECT first FROM closing UNION SELECT second FROM closing)",
            (work,),
        )
        return {assertion for (assertion,) in rows}

    def claims_of(self, subject: str, object_: str) -> list[tuple[Work, Claim]]:
        """All claims on one pair of entities with the works that make them, in a stable order."""
        with self._errors():
            rows = self._db.execute(
                "SELECT work.id, work.body, claim.rowid, claim.body FROM claim JOIN work ON work.rowid = claim.work"
                " WHERE subject = ? AND object = ? ORDER BY work.id, claim.body",
                (subject, object_),
            ).fetchall()
        return list(self._pairs(rows))

    def claims_in(self, work: str) -> list[Claim]:
        """The claims of one work, in the order of its text."""
        with self._errors():
            rows = self._db.execute(
                "SELECT work.id, work.body, claim.rowid, claim.body FROM claim JOIN work ON work.rowid = claim.work"
                " WHERE work.id = ? ORDER BY claim.rowid",
                (work,),
            ).fetchall()
        return sorted((claim for _, claim in self._pairs(rows)), key=lambda claim: (claim.start, claim.end))

    def claims(self) -> Iterator[tuple[Work, Claim]]:
        """All claims with their works, in the works' order."""
        with self._errors():
            yield from self._pairs(
                self._db.execute(
                    "SELECT work.id, work.body, claim.rowid, claim.body FROM claim"
                    " JOIN work ON work.rowid = claim.work ORDER BY claim.rowid"
                )
            )

    def _pairs(self, rows: Iterable[tuple[str, str, int, str]]) -> Iterator[tuple[Work, Claim]]:
        """Works with their claims from rows (work id, work, claim number, claim), damaged ones left out."""
        for id_, work_body, number, claim_body in rows:
            work = self._decode(_WORK, work_body, f"work {id_}")
            claim = self._decode(_CLAIM, claim_body, f"claim {number} of work {id_}")
            if work is not None and claim is not None:
                yield work, claim

    def claims_by_article(self) -> Iterator[tuple[int, Claim]]:
        """All claims, each with a number that is the same for claims of one article."""
        with self._errors():
            for article, claim in self._db.execute("SELECT work, body FROM claim ORDER BY rowid"):
                yield int(article), _CLAIM.validate_json(claim)

    def pair_claimed_by(self, assertion: str) -> tuple[str, str] | None:
        """The pair (subject, object) that the claims of this assertion are on, None where nothing claims it."""
        with self._errors():
            row = self._db.execute(
                "SELECT subject, object FROM claim WHERE assertion = ? LIMIT 1", (assertion,)
            ).fetchone()
        return row and (row[0], row[1])
