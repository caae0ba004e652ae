"""CURIEs of entities and works as IRIs."""

from functools import cache, lru_cache
from urllib.parse import quote

import curies

from graph_schema.model import CURIE_PREFIXES, CURIE_SYNONYMS


@cache
def converter() -> curies.Converter:
    """The converter that knows every CURIE prefix of the graph, in all its spellings."""
    return curies.Converter(
        [
            curies.Record(prefix=prefix, prefix_synonyms=list(CURIE_SYNONYMS.get(prefix, ())), uri_prefix=iri)
            for prefix, iri in CURIE_PREFIXES.items()
        ]
    )


def standard_curie(curie: str) -> str:
    """A CURIE with its prefix as Biolink writes it; one of an unknown prefix unchanged.

    >>> standard_curie("miRBase:MI0000077")
    'mirbase:MI0000077'
    >>> standard_curie("miRBase:MIMAT0000076")
    'mirbase.mature:MIMAT0000076'
    """
    if curie.startswith("miRBase:MIMAT"):
        return curie.replace("miRBase", "mirbase.mature", 1)
    prefix, colon, local = curie.partition(":")
    return (converter().standardize_prefix(prefix) or prefix) + colon + local


@lru_cache(maxsize=100_000)
def curie_iri(curie: str) -> str:
    """The IRI of a CURIE, percent-encoded; an unknown prefix is kept within `urn:exominer:`.

    >>> curie_iri("doi:10.1000/a|b<c>")
    'https://doi.org/10.1000/a%7Cb%3Cc%3E'
    """
    prefix, colon, local = standard_curie(curie).partition(":")
    safe = quote(local.encode("utf-8", "replace"), safe="-._~/:")
    if not colon:
        return f"urn:exominer:{quote(prefix.encode('utf-8', 'replace'), safe='-._~')}"
    return converter().expand_pair(prefix, safe) or f"urn:exominer:{quote(prefix.encode('utf-8', 'replace'))}/{safe}"


def web_address(curie: str) -> str:
    """The web address of an entity or work; "" for one that only this corpus knows.

    >>> web_address("pmid:1"), web_address("exominer:c_1")
    ('https://pubmed.ncbi.nlm.nih.gov/1', '')
    """
    iri = curie_iri(curie)
    return iri if iri.startswith(("http://", "https://")) else ""
