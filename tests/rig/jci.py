"""JCI's site: article pages as its server writes them, and robots.txt."""

import json
from collections.abc import Iterable
from html import escape

from tests.rig.records import Record
from tests.rig.server import Reply, Request


class JCI:
    """Serves the pages of articles by number; `robots` is the text of robots.txt, None if there is none."""

    name = "jci"

    def __init__(self, articles: Iterable[tuple[str, Record]], robots: str | None = None) -> None:
        self.pages = {number: page(record) for number, record in articles}
        self.robots = robots

    def answer(self, request: Request) -> Reply:
        if request.path == "robots.txt":
            if self.robots is None:
                return Reply(b"<html><body>Not found</body></html>", 404, "text/html")
            return Reply(self.robots.encode(), type="text/plain")
        number = request.path.removeprefix("articles/view/")
        if number not in self.pages:
            return Reply(b"<html><head><title>404</title></head><body>Not found</body></html>", 404, "text/html")
        return Reply(self.pages[number].encode(), type="text/html; charset=utf-8")


def page(record: Record, abstract: str | None = None) -> str:
    """An article's page, with the menus and the buttons around it."""
    linked = {"@context": "https://schema.org", "@type": "ScholarlyArticle", "headline": record.title}
    text = record.abstract if abstract is None else abstract
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>JCI - {escape(record.title)}</title>
<meta name="citation_title" content="{escape(record.title)}">
<meta name="citation_doi" content="{record.doi}">
<meta name="citation_journal_title" content="The Journal of Clinical Investigation">
<meta name="citation_author" content="Mara Muster">
<meta name="citation_publication_date" content="{record.published:%Y/%m/%d}">
<script type="application/ld+json">{json.dumps(linked)}</script></head>
<body><nav><a href="/about">About</a> <a href="/editors">Editors</a></nav>
<h1 class="article-title">{escape(record.title)}</h1>
<div id="abstract"><h2>Abstract</h2><p>{escape(text)}</p></div>
<footer>ISSN: 0021-9738 (print)</footer></body></html>
"""
