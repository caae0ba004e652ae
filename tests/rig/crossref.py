"""Crossref's works: by DOI, and by query along cursors."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import unquote

from tests.rig.records import Record
from tests.rig.server import Reply, Request

RATE = {"X-Rate-Limit-Limit": "5", "X-Rate-Limit-Interval": "1s", "X-API-Pool": "public"}


class Crossref:
    """Serves those of `records` that have a DOI; they may be changed while it runs.

    With `scrolls`, every page has the same cursor, and each request moves it on.
    """

    name = "crossref"

    def __init__(self, records: Iterable[Record], *, scrolls: bool = False) -> None:
        self.records = list(records)
        self._scrolls = scrolls
        self._cursors: dict[str, tuple[list[Record], int]] = {}
        self._given = 0

    def expire(self) -> None:
        """Forget every cursor given out so far."""
        self._cursors.clear()

    def change(self, number: int, **new: object) -> None:
        """Replace parts of the record at this place in the list."""
        self.records[number] = Record(**{**vars(self.records[number]), **new})  # type: ignore[arg-type]

    def answer(self, request: Request) -> Reply:
        if request.path == "works":
            return self._works(request.params)
        if request.path.startswith("works/"):
            doi = unquote(request.path.removeprefix("works/")).lower()
            found = next((record for record in self.records if record.doi == doi), None)
            if found is None:
                return Reply(b"Resource not found.", 404, "text/plain", RATE)
            return _ok("work", work(found))
        return Reply(b"Resource not found.", 404, "text/plain", RATE)

    def _works(self, params: dict[str, str]) -> Reply:
        rows = int(params.get("rows", "20"))
        if rows > 1_000:
            return failure(400, "integer-not-valid", str(rows), "Integer specified as rows is too large")
        filters = [part.split(":", 1) for part in params.get("filter", "").split(",") if part]
        for name, _ in filters:
            if name not in ("type", "from-pub-date", "until-pub-date", "from-index-date"):
                return failure(
                    400, "filter-not-available", name, f"Filter {name} specified but there is no such filter"
                )
        cursor = params.get("cursor")
        if cursor in (None, "*"):
            found, start = self._found(params.get("query.bibliographic", ""), filters), 0
            self._given += 1
            cursor = f"scroll{self._given}"
        elif cursor in self._cursors:
            found, start = self._cursors[cursor]
        else:
            return failure(404, "cursor-invalid", cursor, "Cursor specified but it is invalid")
        page = found[start : start + rows]
        onward = cursor if self._scrolls else f"{cursor.partition('.')[0]}.{start + rows}"
        self._cursors[onward] = (found, start + rows)
        message = {"total-results": len(found), "items": [work(record) for record in page], "items-per-page": rows}
        return _ok("work-list", message | {"facets": {}, "next-cursor": onward})

    def _found(self, query: str, filters: list[list[str]]) -> list[Record]:
        words = query.lower().split()
        kinds = {value for name, value in filters if name == "type"}
        days = [(name, date.fromisoformat(value)) for name, value in filters if name != "type"]

        def matches(record: Record) -> bool:
            own = {"from-pub-date": record.published, "until-pub-date": record.published}
            for name, day in days:
                its = own.get(name, record.changed)
                if its < day if name.startswith("from") else its > day:
                    return False
            text = f"{record.title} {record.abstract}".lower()
            return any(word in text for word in words) and (not kinds or _kind(record) in kinds)

        return [record for record in self.records if record.doi and matches(record)]


def work(record: Record) -> dict[str, Any]:
    """The record as a work."""
    abstract = record.abstract.replace("&", "&amp;").replace("<", "&lt;")
    whole = {
        "DOI": (record.doi or "").replace("vesicle", "VESICLE"),
        "URL": f"https://doi.org/{record.doi}",
        "type": _kind(record),
        "subtype": "preprint" if record.preprint_of else None,
        "title": [record.title.replace("miR-21", "<i>miR-21</i>")],
        "container-title": ["Journal of made-up vesicles"],
        "abstract": f"<jats:title>Abstract</jats:title><jats:p>{abstract}</jats:p>" if record.abstract else None,
        "author": [{"given": "Mara", "family": "Muster", "sequence": "first", "affiliation": []}],
        "published": {"date-parts": [[record.published.year, record.published.month, record.published.day]]},
        "indexed": {"date-time": f"{record.changed}T00:00:00Z"},
        "updated-by": [{"DOI": record.retracted_by, "type": "retraction"}] if record.retracted_by else None,
        "relation": {"is-preprint-of": [{"id-type": "doi", "id": record.preprint_of, "asserted-by": "subject"}]}
        if record.preprint_of
        else {},
    }
    return {name: value for name, value in whole.items() if value is not None}


def failure(status: int, kind: str, value: str, words: str) -> Reply:
    """A refusal as Crossref words it."""
    type = "resource-failure" if status == 404 else "validation-failure"
    message = [{"type": kind, "value": value, "message": words}]
    body = {"status": "failed", "message-type": type, "message": message}
    return Reply(json.dumps(body).encode(), status, headers=RATE)


def _kind(record: Record) -> str:
    return "posted-content" if record.preprint_of else "journal-article"


def _ok(kind: str, message: dict[str, Any]) -> Reply:
    body = {"status": "ok", "message-type": kind, "message-version": "1.0.0", "message": message}
    return Reply(json.dumps(body).encode(), headers=RATE)
