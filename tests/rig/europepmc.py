"""Europe PMC's REST search: core results along cursorMark; and full texts by PMCID."""

import base64
import json
import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from tests.rig.records import Record
from tests.rig.server import Reply, Request


class EuropePMC:
    """Serves `records`, which may be changed while it runs. Like Solr's, a mark says after which record to go on."""

    name = "europepmc"

    def __init__(self, records: Iterable[Record], *, repeats_last_mark: bool = False) -> None:
        self.records = list(records)
        self.repeats_last_mark = repeats_last_mark
        self.closed: set[str] = set()
        """PMCIDs of articles that are not of the open-access subset."""
        self._generation = 0

    def expire(self) -> None:
        """Honour no mark given out so far."""
        self._generation += 1

    def answer(self, request: Request) -> Reply:
        params = request.params
        if request.path.endswith("/fullTextXML"):
            return self._full_text(request.path.partition("/")[0])
        if request.path != "search":
            return Reply(b"not found", 404, "text/plain")
        if params.get("format") != "json" or params.get("resultType") != "core":
            return _error(400, "this rig speaks core results in JSON only")
        size = int(params.get("pageSize", "25"))
        if not 1 <= size <= 1_000:
            return _error(400, "pageSize must lie between 1 and 1000")
        found = sorted(filter(_reading(params["query"]), self.records), key=_key)
        mark = params.get("cursorMark", "*")
        after = self._read_mark(mark)
        if after is None:
            return _error(400, "Unable to parse cursorMark: it must be * or a nextCursorMark")
        rest = [record for record in found if _key(record) > after]
        page = rest[:size]
        answer: dict[str, Any] = {"version": "6.9", "hitCount": len(found)}
        if len(rest) > size or (page and self.repeats_last_mark):
            answer["nextCursorMark"] = self._mark(page[-1])
        elif self.repeats_last_mark:
            answer["nextCursorMark"] = mark
        answer["request"] = {
            **{"queryString": params["query"], "resultType": "core", "cursorMark": mark, "pageSize": size, "sort": ""},
            "synonym": params.get("synonym") == "true",
        }
        answer["resultList"] = {"result": [result(record) for record in page]}
        return Reply(json.dumps(answer).encode(), type="application/json;charset=UTF-8")

    def _full_text(self, pmcid: str) -> Reply:
        known = next((record for record in self.records if record.pmcid == pmcid), None)
        if known is None or pmcid in self.closed:
            return Reply(b"", 404, "application/xml")
        return Reply(full_text(known), type="application/xml;charset=UTF-8")

    def _mark(self, record: Record) -> str:
        return base64.b64encode(f"{self._generation}|{'|'.join(_key(record))}".encode()).decode()

    def _read_mark(self, mark: str) -> tuple[str, str] | None:
        if mark == "*":
            return ("", "")
        try:
            generation, day, name = base64.b64decode(mark).decode().split("|")
        except ValueError:
            return None
        return (day, name) if int(generation) == self._generation else None


def name_of(record: Record) -> str:
    """The record's id within Europe PMC, its source before it."""
    own = {"MED": record.pmid, "PMC": record.pmcid, "PPR": f"PPR{record.pmid}"}[record.kind]
    return f"{record.kind}:{own}"


def result(record: Record) -> dict[str, Any]:
    """The record as a core result."""
    kind, own = name_of(record).split(":")
    links = []
    if record.preprint_of:
        reference = f"J Ves. doi: {record.preprint_of}"
        links.append({"source": "MED", "reference": reference, "type": "Preprint of", "orderIn": 1})
    if record.retracted_by:
        links.append({"id": record.retracted_by, "source": "MED", "reference": "J Ves.", "type": "Retraction in"})
    types = ["Preprint"] if kind == "PPR" else ["research-article", "Journal Article"]
    whole = {
        "id": own,
        "source": kind,
        "pmid": record.pmid if kind == "MED" else None,
        "pmcid": record.pmcid,
        "doi": record.doi,
        "title": record.title.replace("miR-21", "<i>miR-21</i>"),
        "authorString": "Muster M, Ejemplo E.",
        "authorList": {"author": [{"fullName": "Muster M", "firstName": "Mara", "lastName": "Muster"}]},
        "journalInfo": {"volume": "3", "journal": {"title": "Journal of made-up vesicles"}},
        "pubYear": str(record.published.year),
        "abstractText": f"<h4>Results</h4>{record.abstract.replace('&', '&amp;').replace('<', '&lt;')}",
        "language": "eng",
        "pubTypeList": {"pubType": types},
        "commentCorrectionList": {"commentCorrection": links} if links else None,
        "firstPublicationDate": record.published.isoformat(),
        "dateOfRevision": record.changed.isoformat(),
    }
    return {field: value for field, value in whole.items() if value is not None}


def full_text(record: Record) -> bytes:
    """The record as a JATS article."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD v1.2" "JATS.dtd">
<article xmlns:xlink="http://www.w3.org/1999/xlink" article-type="research-article"><front><article-meta>
<article-id pub-id-type="pmcid">{record.pmcid}</article-id><article-id pub-id-type="pmid">{record.pmid}</article-id>
<title-group><article-title>{record.title}</article-title></title-group>
<permissions><license xlink:href="https://creativecommons.org/licenses/by/4.0/"><license-p>Open.</license-p></license>
</permissions><abstract><p>{escape(record.abstract)}</p></abstract></article-meta></front>
<body><sec sec-type="results"><title>Results</title><p>Exosomes carried {record.pmid} of these.</p></sec></body>
</article>""".encode()


def _key(record: Record) -> tuple[str, str]:
    return record.published.isoformat(), name_of(record)


def _reading(query: str) -> Callable[[Record], bool]:
    """Identifiers joined by OR, or words that must all occur; days of publication and update narrow either."""
    spans = re.findall(r"(FIRST_PDATE|UPDATE_DATE):\[(\S+) TO (\S+)\]", query)
    days = [(field, date.fromisoformat(low), date.fromisoformat(high)) for field, low, high in spans]
    ids = set(re.findall(r'(EXT_ID|PMCID|DOI):"?([^\s")]+)', query))
    bare = re.sub(r"(FIRST_PDATE|UPDATE_DATE):\[[^\]]*\]", "", query)
    kinds = set(re.findall(r"SRC:(\w+)", bare))
    words = [w for w in re.findall(r"[\w-]+", re.sub(r"SRC:\w+", "", bare).lower()) if w not in ("and", "or")]

    def matches(record: Record) -> bool:
        own = {"FIRST_PDATE": record.published, "UPDATE_DATE": record.changed}
        if not all(low <= own[field] <= high for field, low, high in days):
            return False
        if ids:
            named = {("PMCID", record.pmcid), ("DOI", record.doi)}
            if record.kind == "MED":
                named.add(("EXT_ID", record.pmid))
            return not ids.isdisjoint(named)
        text = f"{record.title} {record.abstract}".lower()
        return (not kinds or record.kind in kinds) and all(word in text for word in words)

    return matches


def _error(code: int, message: str) -> Reply:
    """Europe PMC reports errors in a response of status 200."""
    return Reply(json.dumps({"version": "6.9", "errCode": code, "errMsg": message}).encode())
