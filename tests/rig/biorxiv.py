"""bioRxiv's and medRxiv's details API: what was posted in a span of days, and all versions of a DOI."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import unquote

from tests.rig.records import Record
from tests.rig.server import Reply, Request


class BioRxiv:
    """Serves posts, by the day they were posted. As in the real one, numbers may be strings."""

    name = "biorxiv"

    def __init__(self, posts: Iterable[dict[str, Any]], page: int = 30) -> None:
        self.posts = list(posts)
        self.page = page

    def answer(self, request: Request) -> Reply:
        parts = unquote(request.path).split("/")
        if parts[0] != "details" or parts[1] not in ("biorxiv", "medrxiv"):
            return _says({"messages": [{"status": "error: no such endpoint"}]})
        posts = [post for post in self.posts if post["server"].lower() == parts[1]]
        try:
            since, until = date.fromisoformat(parts[2]), date.fromisoformat(parts[3])
        except ValueError:
            found = [post for post in posts if post["doi"] == "/".join(parts[2:])]
            return _says({"messages": [{"status": "ok"}], "collection": found}) if found else nothing()
        found = sorted((p for p in posts if str(since) <= p["date"] <= str(until)), key=lambda p: p["date"])
        at = int(parts[4]) if len(parts) > 4 else 0
        page = found[at : at + self.page]
        if not page:
            return nothing()
        message = {
            **{"status": "ok", "interval": f"{since}:{until}", "cursor": at if at == 0 else str(at)},
            **{"count": len(page), "count_new_papers": str(len(page)), "total": str(len(found))},
        }
        return _says({"messages": [message], "collection": page})


def post(record: Record, version: int = 1, day: date | None = None, server: str = "bioRxiv") -> dict[str, Any]:
    """The record as a post, its first version or a later one."""
    return {
        "title": record.title,
        "authors": "Muster, M.; Ejemplo, E. A.",
        "author_corresponding": "Mara Muster",
        "doi": f"10.1101/2024.01.{record.pmid}",
        "date": str(day or record.entered),
        "version": str(version),
        "type": "new results",
        "license": "cc_by",
        "category": "cancer biology",
        "jatsxml": "https://www.biorxiv.org/content/early/x.source.xml",
        "abstract": record.abstract,
        "published": record.preprint_of or "NA",
        "server": server,
    }


def nothing() -> Reply:
    """What is said of an empty span, an unknown DOI, and a place beyond the end."""
    return _says({"messages": [{"status": "no posts found"}], "collection": []})


def _says(answer: dict[str, Any]) -> Reply:
    return Reply(json.dumps(answer).encode(), type="application/json;charset=UTF-8")
