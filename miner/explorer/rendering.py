"""Render pages as HTML, and their twins as JSON and CSV."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import Response

from graph_schema.model import LOWERING, RAISING, Predicate
from miner.exports.iris import web_address
from miner.model.cells import cell, spreadsheet_cell
from miner.model.marking import mark

PREDICATE_WORDS = {
    "CARRIES": ("carries", "carried by"),
    "SECRETES": ("secretes", "secreted by"),
    "FOUND_IN": ("found in", "holds"),
    "DELIVERED_TO": ("delivered to", "receives"),
    "PROMOTES": ("promotes", "promoted by"),
    "INHIBITS": ("inhibits", "inhibited by"),
    "ACTIVATES": ("activates", "activated by"),
    "REPRESSES": ("represses", "repressed by"),
    "REGULATES": ("regulates", "regulated by"),
    "BIOMARKER_OF": ("marker of", "marked by"),
    "ELEVATED_IN": ("elevated in", "elevated here"),
    "REDUCED_IN": ("reduced in", "reduced here"),
    "TREATS": ("treats", "treated by"),
    "IS_A": ("is a kind of", "has as kind"),
    "DERIVED_FROM": ("derived from", "is the source of"),
}
"""Each predicate in words, from the subject and from the object."""
SIGNS: dict[str, str] = {**dict.fromkeys(RAISING, "plus"), **dict.fromkeys((*LOWERING, Predicate.TREATS), "minus")}
"""The sign of each predicate that raises or lowers; the others have none."""
MAX_BARS = 40


@dataclass(frozen=True)
class Page:
    """The content of a page: `data` is its JSON twin, `columns` and `rows` its CSV twin, `view` is for HTML only."""

    template: str
    title: str
    data: Any
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    view: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


class Renderer:
    """Renders pages; `shared` returns the values that every template can use, for a request."""

    def __init__(self, shared: Callable[[Request], Mapping[str, Any]]) -> None:
        self._shared = shared
        self._environment = Environment(
            loader=PackageLoader("miner.explorer"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            number=_number, cite=_cite, web=web_address, forms=forms, path=url_path, cell=cell, work=_work_of
        )
        self._environment.globals.update(mark=mark, words=predicate_words, sign=sign, address=address)

    def render(self, request: Request, page: Page, kind: str = "html") -> Response:
        """Render a page as "html", "json" or "csv"."""
        if kind == "json":
            body = json.dumps(page.data, ensure_ascii=False, indent=1, default=str)
            return Response(body.encode("utf-8", "replace"), page.status, media_type="application/json")
        if kind == "csv":
            headers = {"Content-Disposition": f'attachment; filename="{_file_name(page.title)}.csv"'}
            return Response(_csv(page.columns, page.rows), page.status, headers, "text/csv")
        template = self._environment.get_template(page.template)
        html = template.render(title=page.title, data=page.data, page=page, **self._shared(request), **page.view)
        return Response(html.encode("utf-8", "replace"), page.status, media_type="text/html")


def url_path(id_: str) -> str:
    """An id as part of an address; slashes and colons are kept, so that a DOI remains readable.

    >>> url_path("doi:10.1000/a?b")
    'doi:10.1000/a%3Fb'
    """
    return quote(id_.encode("utf-8", "replace"), safe=":/")


def address(path: str, given: Mapping[str, Any], **changes: Any) -> str:
    """A path with its parameters, without empty ones.

    >>> address("/claims", {"entity": "miR-21", "page": 2}, page=None)
    '/claims?entity=miR-21'
    """
    values = {name: value for name, value in {**given, **changes}.items() if value not in (None, "", False)}
    return f"{path}?{urlencode(values, doseq=True)}" if values else path


def predicate_words(predicate: str, negated: bool = False, inverse: bool = False) -> str:
    """A predicate in words.

    >>> predicate_words("PROMOTES"), predicate_words("CARRIES", inverse=True), predicate_words("TREATS", negated=True)
    ('promotes', 'carried by', 'not: treats')
    """
    words = PREDICATE_WORDS.get(predicate, (predicate.lower().replace("_", " "),) * 2)[inverse]
    return f"not: {words}" if negated else words


def sign(predicate: str, negated: bool = False) -> str:
    """The sign of a claim: "plus" if it raises its object, "minus" if it lowers it, "none" otherwise."""
    return "none" if negated else SIGNS.get(predicate, "none")


def forms(entity: Mapping[str, Any]) -> list[str]:
    """The names of an entity of the graph, for marking in a sentence."""
    return [entity["name"], *entity.get("synonyms", ())]


def bars(rows: Iterable[tuple[Any, float]]) -> list[dict[str, Any]]:
    """Rows of label and value as bars, each with its percentage of the largest value."""
    shown = [(str(label), value) for label, value in rows][:MAX_BARS]
    largest = max((value for _, value in shown), default=0) or 1
    return [{"label": label, "value": value, "share": round(100 * value / largest, 1)} for label, value in shown]


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([spreadsheet_cell(value) for value in row] for row in rows)
    return stream.getvalue().encode("utf-8", "replace")


def _file_name(title: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-")[:60] or "exominer"


def _number(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _cite(work: str) -> str:
    scheme, _, value = work.partition(":")
    return {"pmid": f"PMID {value}", "doi": f"doi:{value}"}.get(scheme, work)


def _work_of(text: Any) -> str:
    """A source of a row ("PMID:1 doi:10.1/x (retracted)") as the id of its work; "" where it is none."""
    found = re.match(r"PMID:(\d+)|doi:(\S+)", str(text))
    return (f"pmid:{found[1]}" if found[1] else f"doi:{found[2]}") if found else ""
