"""E-utilities for PubMed: esearch with the history server, and efetch."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from xml.sax.saxutils import escape

from tests.rig.records import Record
from tests.rig.server import Reply, Request

DTD = "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd"


class PubMed:
    """Serves `records`, which may be changed while it runs. Newest entries are listed first, as PubMed does."""

    name = "pubmed"

    def __init__(self, records: Iterable[Record], most: int = 9_999) -> None:
        self.records = list(records)
        self.most = most
        self.unreadable: set[str] = set()
        self._history: dict[str, list[str]] = {}

    def expire(self) -> None:
        """Forget every search kept on the history server."""
        self._history.clear()

    def change(self, number: int, **new: object) -> None:
        """Replace parts of the record at this place in the list."""
        self.records[number] = Record(**{**vars(self.records[number]), **new})  # type: ignore[arg-type]

    def answer(self, request: Request) -> Reply:
        if request.params.get("db") != "pubmed":
            return _xml("<eSearchResult><ERROR>Invalid db name specified</ERROR></eSearchResult>")
        if request.path == "esearch.fcgi":
            return self._esearch(request.params)
        if request.path == "efetch.fcgi":
            return self._efetch(request.params)
        return Reply(b"not found", 404, "text/plain")

    def _esearch(self, params: dict[str, str]) -> Reply:
        start = int(params.get("retstart", "0"))
        if start >= self.most:
            return _xml(
                "<eSearchResult><ERROR>Search Backend failed: Exception: 'retstart' cannot be larger than 9998."
                "</ERROR></eSearchResult>"
            )
        found = self._found(params)
        webenv = f"MCID_{len(self._history):08x}"
        self._history[webenv] = found
        listed = found[start : min(start + int(params.get("retmax", "20")), self.most)]
        kept = f"<QueryKey>1</QueryKey><WebEnv>{webenv}</WebEnv>" if params.get("usehistory") == "y" else ""
        ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in listed)
        known = any(map(_reading(params["term"]), self.records))
        unknown = f"<ErrorList><PhraseNotFound>{escape(params['term'])}</PhraseNotFound></ErrorList>"
        nothing = "<WarningList><OutputMessage>No items found.</OutputMessage></WarningList>"
        return _xml(
            '<?xml version="1.0" encoding="UTF-8" ?>\n'
            f'<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" "{DTD}">\n'
            f"<eSearchResult><Count>{len(found)}</Count><RetMax>{len(listed)}</RetMax><RetStart>{start}</RetStart>"
            f"{kept}<IdList>\n{ids}</IdList><TranslationSet/>"
            f"<QueryTranslation>{escape(params['term'])}</QueryTranslation>{'' if known else unknown}"
            f"{'' if found else nothing}</eSearchResult>"
        )

    def _found(self, params: dict[str, str]) -> list[str]:
        span = ("mindate" in params) + ("maxdate" in params)
        assert span != 1, "mindate and maxdate go together"
        matching = filter(_reading(params["term"]), self.records)
        if span:
            low, high = _day(params["mindate"]), _day(params["maxdate"])
            field = {"edat": "entered", "mdat": "changed", "pdat": "published"}[params["datetype"]]
            matching = (record for record in matching if low <= getattr(record, field) <= high)
        return [r.pmid for r in sorted(matching, key=lambda r: (r.entered, int(r.pmid)), reverse=True)]

    def _efetch(self, params: dict[str, str]) -> Reply:
        if "WebEnv" in params:
            kept = self._history.get(params["WebEnv"])
            if kept is None:
                return _xml("<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>")
            start = int(params.get("retstart", "0"))
            if start >= self.most:
                return _xml(
                    "<eFetchResult><ERROR>Search backend cannot retrieve history data. Reason: Exception: 'retstart'"
                    " cannot be larger than 9998.</ERROR></eFetchResult>",
                    400,
                )
            wanted = kept[start : min(start + int(params.get("retmax", "20")), self.most)]
        else:
            wanted = [pmid for pmid in params["id"].split(",") if pmid]
        by_pmid = {record.pmid: record for record in self.records}
        sent = [by_pmid[pmid] for pmid in wanted if pmid in by_pmid and pmid not in self.unreadable]
        if not sent and "id" in params:
            error = "<eFetchResult><ERROR>ID list is empty! Possibly it has no correct IDs.</ERROR></eFetchResult>"
            return _xml(error, 400)
        body = "\n".join(article_xml(record) for record in sent)
        return _xml(
            '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 2025//EN"'
            ' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
            f"<PubmedArticleSet>\n{body}\n</PubmedArticleSet>"
        )


def article_xml(record: Record) -> str:
    """The record as efetch words it."""
    ids = [("pubmed", record.pmid), ("doi", record.doi), ("pmc", record.pmcid)]
    listed = "".join(f'<ArticleId IdType="{kind}">{value}</ArticleId>' for kind, value in ids if value)
    notice = (
        '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>J Ves. 2025</RefSource>'
        f'<PMID Version="1">{record.retracted_by}</PMID></CommentsCorrections></CommentsCorrectionsList>'
    )
    kinds = '<PublicationType UI="D016441">Retracted Publication</PublicationType>' if record.retracted_by else ""
    return f"""<PubmedArticle>
<MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{record.pmid}</PMID>
<DateRevised>{_parts(record.changed)}</DateRevised>
<Article PubModel="Print-Electronic"><Journal><JournalIssue CitedMedium="Internet"><Volume>3</Volume>
<PubDate>{_parts(record.published)}</PubDate></JournalIssue><Title>Journal of made-up vesicles</Title></Journal>
<ArticleTitle>{escape(record.title)}</ArticleTitle>
<Abstract><AbstractText>{escape(record.abstract)}</AbstractText></Abstract>
<Language>eng</Language><PublicationTypeList>
<PublicationType UI="D016428">Journal Article</PublicationType>{kinds}</PublicationTypeList></Article>
{notice if record.retracted_by else ""}</MedlineCitation>
<PubmedData><History><PubMedPubDate PubStatus="entrez">{_parts(record.entered)}</PubMedPubDate></History>
<PublicationStatus>ppublish</PublicationStatus><ArticleIdList>{listed}</ArticleIdList></PubmedData>
</PubmedArticle>"""


def _reading(term: str) -> Callable[[Record], bool]:
    """Identifiers joined by OR, or words that must all occur; entry days in square brackets narrow either."""
    entered = re.search(r'"(\S+)"\[edat\] : "(\S+)"\[edat\]', term)
    low, high = (_day(entered[1]), _day(entered[2])) if entered else (date.min, date.max)
    tagged = {(field, value) for value, field in re.findall(r'"?([^\s"]+)"?\[(uid|pmcid|doi)\]', term)}
    words = re.findall(r"[\w-]+", re.sub(r'"\S+"\[edat\]', "", term).lower())
    words = [word for word in words if word not in ("and", "or")]

    def matches(record: Record) -> bool:
        if not low <= record.entered <= high:
            return False
        if tagged:
            return not tagged.isdisjoint({("uid", record.pmid), ("pmcid", record.pmcid), ("doi", record.doi)})
        text = f"{record.title} {record.abstract}".lower()
        return all(word in text for word in words)

    return matches


def _day(text: str) -> date:
    year, month, day = map(int, f"{text}/1/1".split("/")[:3])
    return date(year, month, day)


def _parts(day: date) -> str:
    return f"<Year>{day.year}</Year><Month>{day.month:02}</Month><Day>{day.day:02}</Day>"


def _xml(text: str, status: int = 200) -> Reply:
    return Reply(text.encode(), status, "text/xml; charset=UTF-8")
