"""Records as sources send them, and the works that several records are of."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal, NamedTuple

from pydantic import TypeAdapter

from miner.corpus.database import Database, now
from miner.corpus.merge import Work, identifiers, is_preprint, may_join, merge
from miner.model.articles import Article, Reject

_ARTICLE: TypeAdapter[Article] = TypeAdapter(Article)
_WORK: TypeAdapter[Work] = TypeAdapter(Work)

Outcome = Literal["new", "changed", "same"]


@dataclass(frozen=True, slots=True)
class Added:
    """What adding a batch came to, in records."""

    new: int = 0
    changed: int = 0
    same: int = 0
    rejected: int = 0

    def __add__(self, other: "Added") -> "Added":
        return Added(
            self.new + other.new, self.changed + other.changed, self.same + other.same, self.rejected + other.rejected
        )


class _Stored(NamedTuple):
    """What is stored of a record."""

    rowid: int
    digest: str
    work: int
    withdrawn: int


class Works(Database):
    """Records, works and what could not be taken in."""

    def add(self, articles: Iterable[Article], rejects: Iterable[Reject] = (), withdrawn: Iterable[str] = ()) -> Added:
        """Take in a batch in one transaction. The same record again changes nothing.

        `withdrawn` are PMIDs that their source has deleted: their records are kept, but no longer speak for a work,
        until the source sends them again. What was rejected by its identifier is forgotten once its source sends it.
        """
        total = Added()
        with self.transaction():
            (rejected,) = self._db.execute("SELECT EXISTS (SELECT 1 FROM reject)").fetchone()
            for article in articles:
                total += _ADDED[self._put(article)]
                if rejected:
                    self._forget_rejects_of(article)
            for reject in rejects:
                total += Added(rejected=1)
                self.reject(reject)
            for pmid in withdrawn:
                self._withdraw(pmid)
        return total

    def works(self, ids: Sequence[str] | None = None) -> Iterator[Work]:
        """All works in the order they came, or those named."""
        with self._errors():
            if ids is None:
                rows: Iterable[tuple[str]] = self._db.execute("SELECT body FROM work ORDER BY rowid")
            else:
                rows = [r for i in ids for r in self._db.execute("SELECT body FROM work WHERE id = ?", (i,))]
            for (body,) in rows:
                yield _WORK.validate_json(body)

    def records(self, work: Work) -> list[Article]:
        """Every source's version of a work."""
        with self._errors():
            return [
                _ARTICLE.validate_json(body)
                for source, source_id in work.records
                for (body,) in self._db.execute(
                    "SELECT body FROM record WHERE source = ? AND source_id = ?", (source, source_id)
                )
            ]

    def known_pmids(self) -> frozenset[str]:
        """PMIDs the corpus has a record of."""
        with self._errors():
            return frozenset(v for (v,) in self._db.execute("SELECT value FROM identifier WHERE scheme = 'pmid'"))

    def reject(self, reject: Reject) -> None:
        """Keep what could not be taken in, with its reason, to be tried again. The same again changes nothing."""
        with self._errors():
            self._db.execute(
                "INSERT OR IGNORE INTO reject (source, item, reason, payload, at) VALUES (?, ?, ?, ?, ?)",
                (reject.source, reject.item, reject.reason, reject.payload, now()),
            )

    def rejects(self) -> list[Reject]:
        """What could not be taken in, oldest first."""
        with self._errors():
            rows = self._db.execute("SELECT source, item, reason, payload FROM reject ORDER BY rowid")
            return [Reject(*row) for row in rows]

    def forget_rejects(self, source: str, item: str) -> None:
        """Drop the rejects of an item that has now been taken in, however its identifier is written."""
        with self._errors():
            self._db.execute("DELETE FROM reject WHERE source = ? AND item = ? COLLATE NOCASE", (source, item))

    def _put(self, article: Article) -> Outcome:
        article, body, digest, stored = self._as_stored(article)
        if stored is not None and stored.digest == digest and not stored.withdrawn:
            return "same"
        joined = self._joinable(article, self._works_sharing(article), stored.work if stored else None)
        work = min(joined) if joined else self._new_work()
        if stored is None:
            record = self._db.execute(
                "INSERT INTO record (source, source_id, digest, body, work) VALUES (?, ?, ?, ?, ?)",
                (article.source, article.source_id, digest, body, work),
            ).lastrowid
        else:
            record = stored.rowid
            self._db.execute(
                "UPDATE record SET digest = ?, body = ?, withdrawn = 0 WHERE rowid = ?", (digest, body, record)
            )
        self._index(record or 0, article)
        for other in joined - {work}:
            self._absorb(other, work)
        self._refresh(work)
        return "new" if stored is None else "changed"

    def _as_stored(self, article: Article) -> tuple[Article, str, str, "_Stored | None"]:
        """The record under the key it is kept by, and what is stored there.

        A file's record never overwrites another: one that differs is kept beside it, under its id and its digest.
        """
        body = _ARTICLE.dump_json(article).decode()
        digest = sha256(body.encode()).hexdigest()[:32]
        stored = self._record(article)
        if article.source == "file" and stored is not None and stored.digest != digest:
            article = replace(article, source_id=f"{article.source_id}#{digest[:12]}")
            body = _ARTICLE.dump_json(article).decode()
            digest = sha256(body.encode()).hexdigest()[:32]
            stored = self._record(article)
        return article, body, digest, stored

    def _record(self, article: Article) -> "_Stored | None":
        row = self._db.execute(
            "SELECT rowid, digest, work, withdrawn FROM record WHERE source = ? AND source_id = ?",
            (article.source, article.source_id),
        ).fetchone()
        return _Stored(*row) if row else None

    def _forget_rejects_of(self, article: Article) -> None:
        for scheme in ("pmid", "pmcid", "doi"):
            if value := getattr(article, scheme):
                self.forget_rejects(article.source, f"{scheme} {value}")

    def _works_sharing(self, article: Article) -> set[int]:
        """Works with a record that shares an identifier with `article` and may be joined with it."""
        works: set[int] = set()
        for scheme, value in identifiers(article):
            rows = self._db.execute(
                "SELECT record.work, record.body FROM identifier JOIN record ON record.rowid = identifier.record"
                " WHERE scheme = ? AND value = ?",
                (scheme, value),
            ).fetchall()
            works.update(work for work, body in rows if may_join(article, _ARTICLE.validate_json(body)))
        return works

    def _joinable(self, article: Article, works: set[int], own: int | None) -> set[int]:
        """Of works that share an identifier with a record, those that may be one work with it and with each other.

        The record's own work comes first, then the oldest: a record without a PMID must not tie two articles together
        that PubMed tells apart.
        """
        if own is not None:
            works = works | {own}
        joined: set[int] = set()
        records = [article]
        for work in sorted(works, key=lambda work: (work != own, work)):
            bodies = self._db.execute("SELECT body FROM record WHERE work = ?", (work,)).fetchall()
            others = [_ARTICLE.validate_json(body) for (body,) in bodies]
            if work == own or not any(_told_apart(one, other) for one in records for other in others):
                joined.add(work)
                records += others
        return joined

    def _new_work(self) -> int:
        row = self._db.execute("INSERT INTO work (id, body, text_digest, added) VALUES ('', '', '', ?)", (now(),))
        return row.lastrowid or 0

    def _index(self, record: int, article: Article) -> None:
        self._db.execute("DELETE FROM identifier WHERE record = ?", (record,))
        announced = self._db.execute("DELETE FROM retraction WHERE record = ? RETURNING scheme, value", (record,))
        named = announced.fetchall()
        self._db.executemany(
            "INSERT OR IGNORE INTO identifier VALUES (?, ?, ?)", [(*i, record) for i in identifiers(article)]
        )
        for notice in article.notices:
            if notice.kind == "retraction_of":
                for scheme, value in (("pmid", notice.pmid), ("doi", notice.doi)):
                    if value:
                        self._db.execute("INSERT OR IGNORE INTO retraction VALUES (?, ?, ?)", (scheme, value, record))
                        named.append((scheme, value))
        for scheme, value in dict.fromkeys(named):
            self._refresh_named(scheme, value)

    def _refresh_named(self, scheme: str, value: str) -> None:
        rows = self._db.execute(
            "SELECT DISTINCT record.work FROM identifier JOIN record ON record.rowid = identifier.record"
            " WHERE scheme = ? AND value = ?",
            (scheme, value),
        ).fetchall()
        for (work,) in rows:
            self._refresh(work)

    def _absorb(self, other: int, work: int) -> None:
        """Move all records of one work to another; its claims go, the joined work is read again if its text changed."""
        self._touch_work(other)
        self._db.execute("UPDATE record SET work = ? WHERE work = ?", (work, other))
        self._db.execute("DELETE FROM claim WHERE work = ?", (other,))
        self._db.execute("DELETE FROM extraction WHERE work = ?", (other,))
        self._db.execute("DELETE FROM work WHERE rowid = ?", (other,))

    def _withdraw(self, pmid: str) -> None:
        rows = self._db.execute(
            "SELECT rowid, work FROM record WHERE source IN ('pubmed', 'pubmed-bulk') AND source_id = ?"
            " AND NOT withdrawn",
            (pmid,),
        ).fetchall()
        for record, work in rows:
            self._db.execute("UPDATE record SET withdrawn = 1 WHERE rowid = ?", (record,))
            self._refresh(work)

    def _refresh(self, work: int) -> None:
        """Compute a work anew from its records, and note what changed. Withdrawn records speak only if all are."""
        rows = self._db.execute("SELECT body, withdrawn FROM record WHERE work = ? ORDER BY rowid", (work,)).fetchall()
        if not rows:
            return
        standing = [body for body, withdrawn in rows if not withdrawn]
        records = [_ARTICLE.validate_json(body) for body in standing or [body for body, _ in rows]]
        merged = merge(records, retracted_elsewhere=not standing or self._announced_retracted(work))
        body = _WORK.dump_json(merged).decode()
        (old,) = self._db.execute("SELECT body FROM work WHERE rowid = ?", (work,)).fetchone()
        if body != old:
            self._touch_work(work)
            self._db.execute(
                "UPDATE work SET id = ?, body = ?, text_digest = ? WHERE rowid = ?",
                (merged.id, body, merged.text_digest, work),
            )

    def _announced_retracted(self, work: int) -> bool:
        return bool(
            self._db.execute(
                "SELECT 1 FROM record JOIN identifier ON identifier.record = record.rowid"
                " JOIN retraction ON retraction.scheme = identifier.scheme AND retraction.value = identifier.value"
                " WHERE record.work = ? LIMIT 1",
                (work,),
            ).fetchone()
        )

    def _touch_work(self, work: int) -> None:
        self._touch(self._db.execute("SELECT subject, object FROM claim WHERE work = ?", (work,)).fetchall())


def _told_apart(one: Article, other: Article) -> bool:
    """Whether PubMed holds two records to be different articles: a preprint has a PMID of its own, and is none."""
    return not (may_join(one, other) or is_preprint(one) or is_preprint(other))


_ADDED = {"new": Added(new=1), "changed": Added(changed=1), "same": Added(same=1)}
