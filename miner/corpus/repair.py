"""Find stored values that are damaged, and set them aside so that they are fetched or read again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from miner.corpus.database import now
from miner.corpus.merge import Work, record_digest
from miner.corpus.works import Works
from miner.errors import WorkspaceError
from miner.model.articles import Article, Reject
from miner.model.claims import Claim

_ADAPTERS: dict[str, TypeAdapter[Article] | TypeAdapter[Work] | TypeAdapter[Claim]] = {
    "record": TypeAdapter(Article),
    "work": TypeAdapter(Work),
    "claim": TypeAdapter(Claim),
}


@dataclass(frozen=True, slots=True)
class Damage:
    """A damaged value: a source's record, a work merged from records, or a claim. `name` says which one."""

    kind: Literal["record", "work", "claim"]
    name: str
    rowid: int


class Repairs(Works):
    """Damage to a corpus's values, found and repaired."""

    def check_file(self) -> None:
        """Raise WorkspaceError where SQLite finds the file itself damaged."""
        with self._errors():
            (answer,) = self._db.execute("PRAGMA quick_check(1)").fetchone()
        if answer != "ok":
            raise WorkspaceError(f"{self.path} is damaged ({answer}) - restore a snapshot")

    def damage(self) -> Iterator[Damage]:
        """Every record that differs from its digest, and every work or claim that cannot be parsed."""
        with self._errors():
            for rowid, source, source_id, digest, body in self._db.execute(
                "SELECT rowid, source, source_id, digest, body FROM record ORDER BY rowid"
            ):
                raw = body.encode("utf-8", "surrogateescape")
                if record_digest(raw) != digest or not _is_valid("record", body):
                    yield Damage("record", f"{source} {source_id}", rowid)
            for rowid, id_, digest, body in self._db.execute("SELECT rowid, id, text_digest, body FROM work"):
                if not _is_valid("work", body, digest):
                    yield Damage("work", id_, rowid)
            for rowid, id_, body in self._db.execute(
                "SELECT claim.rowid, work.id, claim.body FROM claim JOIN work ON work.rowid = claim.work"
            ):
                if not _is_valid("claim", body):
                    yield Damage("claim", f"of {id_}", rowid)

    def repair(self) -> list[Damage]:
        """Set every damaged value aside and return what was found.

        A damaged record becomes a reject, which `exominer rejects --retry` fetches again by its identifier; a work is
        merged again from its records; the work of a damaged claim is read again. The damaged bytes are kept in the
        table `damaged`.
        """
        with self.transaction():
            found = list(self.damage())
            for damage in found:
                self._set_aside(damage)
                if damage.kind == "record":
                    self._drop_record(damage)
                elif damage.kind == "work":
                    self._forget_reading(damage.rowid)
                    self._refresh(damage.rowid)
                else:
                    row = self._db.execute("SELECT work FROM claim WHERE rowid = ?", (damage.rowid,)).fetchone()
                    if row:  # not if another claim of the same work was damaged too
                        self._forget_reading(row[0])
        self._damaged.clear()
        return found

    def _set_aside(self, damage: Damage) -> None:
        select = {
            "record": "SELECT CAST(body AS BLOB) FROM record WHERE rowid = ?",
            "work": "SELECT CAST(body AS BLOB) FROM work WHERE rowid = ?",
            "claim": "SELECT CAST(body AS BLOB) FROM claim WHERE rowid = ?",
        }[damage.kind]
        row = self._db.execute(select, (damage.rowid,)).fetchone()
        if row:
            self._db.execute("INSERT INTO damaged VALUES (?, ?, ?, ?)", (damage.kind, damage.name, row[0], now()))

    def _drop_record(self, damage: Damage) -> None:
        source, source_id, work = self._db.execute(
            "SELECT source, source_id, work FROM record WHERE rowid = ?", (damage.rowid,)
        ).fetchone()
        names = self._db.execute("SELECT scheme, value FROM identifier WHERE record = ?", (damage.rowid,)).fetchall()
        known = {scheme: value for scheme, value in names if scheme in ("pmid", "doi", "pmcid")}
        scheme = next((scheme for scheme in ("pmid", "doi", "pmcid") if scheme in known), None)
        item = f"{scheme} {known[scheme]}" if scheme and source != "file" else source_id
        self.reject(Reject(source, item, "its stored record was damaged - run: exominer rejects --retry"))
        self._db.execute("DELETE FROM identifier WHERE record = ?", (damage.rowid,))
        self._db.execute("DELETE FROM retraction WHERE record = ?", (damage.rowid,))
        self._db.execute("DELETE FROM record WHERE rowid = ?", (damage.rowid,))
        if self._db.execute("SELECT 1 FROM record WHERE work = ?", (work,)).fetchone():
            self._refresh(work)
        else:
            self._forget_reading(work)
            self._db.execute("DELETE FROM work WHERE rowid = ?", (work,))


def _is_valid(kind: str, body: str, text_digest: str | None = None) -> bool:
    try:
        value = _ADAPTERS[kind].validate_json(body)
    except (ValidationError, UnicodeEncodeError):
        return False
    return not (isinstance(value, Work) and value.text_digest != text_digest)
