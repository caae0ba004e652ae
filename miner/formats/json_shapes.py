"""Records of JSON services whose fields are nested, as flat records of named fields.

Each shape is a function that returns the flat record, or None for a record of another shape; `SHAPES` lists them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from miner.formats.fields import text_in

Json = Mapping[str, Any]
MAX_POSITIONS = 20_000
"""Words of an inverted abstract."""


def flatten(record: Json) -> Json:
    """The record as named fields, whichever service it is from."""
    for shape in SHAPES:
        if (flat := shape(record)) is not None:
            return flat
    return record


def openalex(record: Json) -> Json | None:
    """A work of OpenAlex: the abstract is an inverted index, ids are addresses."""
    index, ids = record.get("abstract_inverted_index"), _mapping(record.get("ids"))
    if index is None and "openalex" not in ids and "authorships" not in record:
        return None
    place = _mapping(record.get("primary_location") or record.get("host_venue"))
    biblio = _mapping(record.get("biblio"))
    own: dict[str, Any] = {
        "id": text_in(record.get("id")) or ids.get("openalex"),
        "title": record.get("title") or record.get("display_name"),
        "abstract": record.get("abstract") or _inverted(index),
        "pmid": ids.get("pmid"),
        "pmcid": ids.get("pmcid"),
        "doi": record.get("doi") or ids.get("doi"),
        "date": record.get("publication_date"),
        "year": record.get("publication_year"),
        "journal": _mapping(place.get("source")).get("display_name") or place.get("display_name"),
        "authors": record.get("authorships"),
        "types": [record.get("type_crossref") or record.get("type")],
        **{name: biblio.get(name) for name in ("volume", "issue", "first_page", "last_page")},
    }
    return _over(record, own)


def semantic_scholar(record: Json) -> Json | None:
    """A paper of Semantic Scholar: identifiers stand in externalIds; references and citations are other papers."""
    ids = _mapping(record.get("externalIds") or record.get("externalids"))
    if not ids:
        return None
    lowered = {str(name).lower(): value for name, value in ids.items()}
    journal = _mapping(record.get("journal"))
    own: dict[str, Any] = {
        "id": record.get("paperId") or record.get("corpusid"),
        "doi": lowered.get("doi"),
        "pmid": lowered.get("pubmed"),
        "pmcid": lowered.get("pubmedcentral"),
        "journal": journal.get("name") or record.get("venue"),
        "volume": journal.get("volume"),
        "pages": journal.get("pages"),
        "date": record.get("publicationDate") or record.get("publicationdate"),
        "types": record.get("publicationTypes") or record.get("publicationtypes"),
    }
    return _over(record, own)


def zotero(record: Json) -> Json | None:
    """An item of Zotero's API ({"key", "data"}) or of Better BibTeX's JSON; PMIDs stand in "extra"."""
    item = _mapping(record.get("data")) if isinstance(record.get("data"), Mapping) else record
    if "itemType" not in item:
        return None
    creators = item.get("creators")
    authors = (
        [one for one in creators if _mapping(one).get("creatorType") in (None, "author")]
        if isinstance(creators, list)
        else []
    )
    kept = {name: value for name, value in item.items() if name not in ("creators", "version", "notes", "key")}
    return _over(kept, {"authors": authors})


def lens(record: Json) -> Json | None:
    """A scholarly work of The Lens."""
    if "lens_id" not in record:
        return None
    external = record.get("external_ids")
    ids = (
        {text_in(_mapping(one).get("type")).lower(): _mapping(one).get("value") for one in external}
        if isinstance(external, list)
        else {}
    )
    own: dict[str, Any] = {
        "id": record["lens_id"],
        "doi": record.get("doi") or ids.get("doi"),
        "pmid": ids.get("pmid"),
        "pmcid": ids.get("pmcid"),
        "journal": _mapping(record.get("source")).get("title"),
        "date": record.get("date_published"),
        "year": record.get("year_published"),
    }
    return _over({name: value for name, value in record.items() if name != "source"}, own)


def scopus(record: Json) -> Json | None:
    """An entry of Scopus's search API."""
    if "dc:title" not in record:
        return None
    return {
        "title": record.get("dc:title"),
        "abstract": record.get("dc:description"),
        "pmid": record.get("pubmed-id"),
        "doi": record.get("prism:doi"),
        "date": record.get("prism:coverDate"),
        "journal": record.get("prism:publicationName"),
        "volume": record.get("prism:volume"),
        "issue": record.get("prism:issueIdentifier"),
        "pages": record.get("prism:pageRange"),
        "authors": record.get("dc:creator"),
        "types": record.get("subtypeDescription"),
    }


def pubmed_summary(record: Json) -> Json | None:
    """A document of PubMed's esummary: identifiers stand in "articleids"."""
    listed = record.get("articleids")
    if "uid" not in record or not isinstance(listed, list):
        return None
    ids = {text_in(_mapping(one).get("idtype")): text_in(_mapping(one).get("value")) for one in listed}
    return {
        "title": record.get("title"),
        "pmid": ids.get("pubmed") or record.get("uid"),
        "pmcid": ids.get("pmc"),
        "doi": ids.get("doi"),
        "journal": record.get("fulljournalname") or record.get("source"),
        "date": record.get("pubdate"),
        "volume": record.get("volume"),
        "issue": record.get("issue"),
        "pages": record.get("pages"),
        "authors": record.get("authors"),
        "types": record.get("pubtype"),
        "language": record.get("lang"),
    }


def corpus_document(record: Json) -> Json | None:
    """A document of BEIR and its like: identifiers stand in "metadata"."""
    metadata = record.get("metadata")
    if not isinstance(metadata, Mapping):
        return None
    return {**record, **{name: value for name, value in metadata.items() if name not in record}}


SHAPES: list[Callable[[Json], Json | None]] = [
    openalex,
    semantic_scholar,
    zotero,
    lens,
    scopus,
    pubmed_summary,
    corpus_document,
]


def _over(record: Json, own: Json) -> Json:
    """The fields found for it, then those that the record names as others do."""
    return {**own, **{name: value for name, value in record.items() if name not in own}}


def _mapping(value: Any) -> Json:
    return value if isinstance(value, Mapping) else {}


def _inverted(index: Any) -> str | None:
    """The text of OpenAlex's {word: [positions]}."""
    if not isinstance(index, Mapping):
        return None
    places = [
        (position, str(word))
        for word, positions in index.items()
        if isinstance(positions, list)
        for position in positions
        if isinstance(position, int)
    ]
    return " ".join(word for _, word in sorted(places)[:MAX_POSITIONS]) or None
