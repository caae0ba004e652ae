"""Records as sources send them, and the works they belong to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from pydantic import TypeAdapter

from miner.corpus.database import now
from miner.corpus.merge import Work, identifiers, is_preprint, may_join, merge, record_digest, revision
from miner.corpus.names import Names
from miner.model.articles import Article, Reject
from miner.model.identifiers import recognize

_ARTICLE: TypeAdapter[Article] = TypeAdapter(Article)
_WORK: TypeAdapter[Work] = TypeAdapter(Work)

Outcome = Literal["new", "changed", "same"]


@dataclass(frozen=True, slots=True)
class Added:
    """Counts of records by what adding them changed."""

    new: int = 0
    changed: int = 0
    same: int = 0
    rejected: int = 0

    def __add__(self, other: "Added") -> "Added":
        return Added(
            self.new + other.new, self.changed + other.changed, self.same + other.same, self.rejected + other.rejected
        )


class _Stored(NamedTuple):
    """The row of a stored record."""

    rowid: int
    digest: str
    work: int
    withdrawn: int
    body: str


class Works(Names):
    """Records, works and rejects."""

    def add(self, articles: Iterable[Article], rejects: Iterable[Reject] = (), withdrawn: Iterable[str] = ()) -> Added:
        """Store a batch in one transaction. A record that is stored already, or in a later revision, changes nothing.

        `withdrawn` are PMIDs that PubMed has deleted: their records are kept, but take part in no work until PubMed
        sends them again. A reject is forgotten once its source sends the record of that identifier.
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
        """All works in the order they were added, or those with these ids."""
        with self._errors():
            if ids is None:
                rows: Iterable[tuple[str, str]] = self._db.execute("SELECT id, body FROM work ORDER BY rowid")
            else:
                rows = [r for i in ids for r in self._db.execute("SELECT id, body FROM work WHERE id = ?", (i,))]
            for id_, body in rows:
                if work := self._decode(_WORK, body, f"work {id_}"):
                    yield work

    def flagged_works(self) -> dict[str, str]:
        """The works that were retracted, or about which concern was expressed: "retracted" or "concern" by id."""
        with self._errors():
            rows = self._db.execute(
                "SELECT id, iif(body ->> '$.retracted', 'retracted', 'concern') FROM work WHERE json_valid(body)"
                " AND (body ->> '$.retracted' OR body ->> '$.concern') ORDER BY id"
            ).fetchall()
        return dict(rows)

    def find_work(self, name: str) -> Work | None:
        """The work with this PMID, PMCID, DOI or id; None where the corpus has none."""
        if known := recognize(name):
            with self._errors():
                (name,) = self._db.execute(
                    "SELECT work.id FROM identifier JOIN record ON record.rowid = identifier.record"
                    " JOIN work ON work.rowid = record.work WHERE scheme = ? AND value = ? LIMIT 1",
                    (known.scheme, known.value),
                ).fetchone() or (name,)
        return next(self.works([name]), None)

    def records(self, work: Work) -> list[Article]:
        """Every source's version of a work."""
        with self._errors():
            query = "SELECT source, source_id, body FROM record WHERE source = ? AND source_id = ?"
            return self._articles(row for key in work.records for row in self._db.execute(query, key))

    def known_pmids(self) -> frozenset[str]:
        """PMIDs that some record has."""
        with self._errors():
            return frozenset(v for (v,) in self._db.execute("SELECT value FROM identifier WHERE scheme = 'pmid'"))

    def reject(self, reject: Reject) -> None:
        """Keep an item that could not be imported, with its reason. The same again changes nothing."""
        with self._errors():
            self._db.execute(
                "INSERT OR IGNORE INTO reject (source, item, reason, payload, at) VALUES (?, ?, ?, ?, ?)",
                (*map(_storable, (reject.source, reject.item, reject.reason, reject.payload)), now()),
            )

    def rejects(self) -> list[Reject]:
        """All rejects, oldest first."""
        with self._errors():
            rows = self._db.execute("SELECT source, item, reason, payload FROM reject ORDER BY rowid")
            return [Reject(*row) for row in rows]

    def forget_rejects(self, source: str, item: str) -> None:
        """Drop the rejects of an item that has since been imported, in any letter case."""
        with self._errors():
            self._db.execute("DELETE FROM reject WHERE source = ? AND item = ? COLLATE NOCASE", (source, item))

    def _put(self, article: Article) -> Outcome:
        article, body, digest, stored = self._as_stored(article)
        if stored is not None and self._is_known(article, digest, stored):
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
        """Return the record with its JSON, its digest and the row stored under its key.

        A file's record never overwrites another: one that differs is stored beside it, under its id and its digest.
        """
        body = _ARTICLE.dump_json(article).decode()
        digest = record_digest(body.encode())
        stored = self._record(article)
        if article.source == "file" and stored is not None and stored.digest != digest:
            article = replace(article, source_id=f"{article.source_id}#{digest[:12]}")
            body = _ARTICLE.dump_json(article).decode()
            digest = record_digest(body.encode())
            stored = self._record(article)
        return article, body, digest, stored

    def _record(self, article: Article) -> "_Stored | None":
        row = self._db.execute(
            "SELECT rowid, digest, work, withdrawn, body FROM record WHERE source = ? AND source_id = ?",
            (article.source, article.source_id),
        ).fetchone()
        return _Stored(*row) if row else None

    def _is_known(self, article: Article, digest: str, stored: _Stored) -> bool:
        """Whether a record brings nothing new: it is the stored one, or an earlier revision of it.

        PubMed's files keep what was deleted later, so that one of them brings a deleted record back only in a later
        revision; a service that sends a record has it.
        """
        if stored.withdrawn:
            return article.source == "pubmed-bulk" and not self._is_later(article, stored)
        return stored.digest == digest or self._is_older(article, stored)

    def _is_later(self, article: Article, stored: _Stored) -> bool:
        """Whether `article` is a later revision than the stored record."""
        kept = self._decode(_ARTICLE, stored.body, f"record {article.source} {article.source_id}")
        return kept is None or revision(article) > revision(kept)

    def _is_older(self, article: Article, stored: _Stored) -> bool:
        """Whether `article` is an earlier revision than the stored record."""
        kept = self._decode(_ARTICLE, stored.body, f"record {article.source} {article.source_id}")
        return kept is not None and revision(article) < revision(kept)

    def _articles(self, rows: Iterable[tuple[str, str, str]]) -> list[Article]:
        """The articles of rows (source, source_id, body), damaged ones left out."""
        found = (self._decode(_ARTICLE, body, f"record {source} {id_}") for source, id_, body in rows)
        return [article for article in found if article is not None]

    def _forget_rejects_of(self, article: Article) -> None:
        for scheme in ("pmid", "pmcid", "doi"):
            if value := getattr(article, scheme):
                self.forget_rejects(article.source, f"{scheme} {value}")

    def _works_sharing(self, article: Article) -> set[int]:
        """Works with a record that shares an identifier with `article` and may be joined with it."""
        works: set[int] = set()
        for scheme, value in identifiers(article):
            rows = self._db.execute(
                "SELECT work, source, source_id, body FROM identifier JOIN record ON record.rowid = identifier.record"
                " WHERE scheme = ? AND value = ?",
                (scheme, value),
            ).fetchall()
            works.update(work for work, *row in rows for one in self._articles([tuple(row)]) if may_join(article, one))
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
            query = "SELECT source, source_id, body FROM record WHERE work = ?"
            others = self._articles(self._db.execute(query, (work,)).fetchall())
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
        """Move all records of one work to another. The joined work is read again if its text changed."""
        self._db.execute("UPDATE record SET work = ? WHERE work = ?", (work, other))
        self._forget_reading(other)
        self._db.execute("DELETE FROM work WHERE rowid = ?", (other,))

    def _forget_reading(self, work: int) -> None:
        """Delete a work's claims, so that it is read again."""
        self._touch_work(work)
        self._db.execute("DELETE FROM claim WHERE work = ?", (work,))
        self._put_names(work, ())
        self._db.execute("DELETE FROM extraction WHERE work = ?", (work,))

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
        """Compute a work again from its records, and log what changed.

        Withdrawn records take part only where all are: such a work is kept as withdrawn, and its claims are deleted.
        """
        rows = self._db.execute(
            "SELECT source, source_id, body, withdrawn FROM record WHERE work = ? ORDER BY rowid", (work,)
        ).fetchall()
        current = [row[:3] for row in rows if not row[3]]
        records = self._articles(current or [row[:3] for row in rows])
        if not records:
            return
        merged = merge(records, self._announced_retracted(work), withdrawn=not current)
        if merged.withdrawn:
            self._forget_reading(work)
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
    """Whether two records are different articles for PubMed; a preprint with a PMID of its own is not another one."""
    return not (may_join(one, other) or is_preprint(one) or is_preprint(other))


def _storable(text: str) -> str:
    """`text` without lone surrogates, which SQLite cannot store."""
    return text.encode("utf-8", "backslashreplace").decode()


_ADDED = {"new": Added(new=1), "changed": Added(changed=1), "same": Added(same=1)}
