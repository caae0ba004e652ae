"""The Journal of Clinical Investigation and JCI Insight: article pages by DOI, at the rate that robots.txt allows.

An article's page is at /articles/view/NUMBER, the number being the end of its DOI (10.1172/JCI81135,
10.1172/jci.insight.99999; until 2004 with the year before it: 10.1172/JCI200317527). The journals offer no search to
programs: PubMed has them all, by `"J Clin Invest"[jour]` and `"JCI Insight"[jour]`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from urllib.parse import urlsplit

from miner.errors import OutageError, RefusedError, UsageError
from miner.formats import article_page
from miner.formats.record import reject
from miner.http import robots
from miner.http.client import HttpClient
from miner.http.failures import StatusError
from miner.model.articles import Article, Reject
from miner.model.identifiers import Identifier, recognize
from miner.settings import Settings
from miner.sources.base import Batch, Search, fetch_by_id

SERVICE = "JCI"
AGENT = "Exominer"
KEPT = timedelta(hours=1)
"""How long pages and robots.txt serve a repeated command."""
PER_SECOND = 1.0
MAX_DELAY = 600.0
"""Seconds between requests beyond which a robots.txt is not taken at its word."""
MAX_PAGE = 32 * 1024 * 1024

_DOI = re.compile(r"10\.1172/jci(?P<insight>\.insight\.)?(?P<number>\d{1,9})")
_PAGE = re.compile(r"^https?://[^/]+/(?:[^/]*/){0,20}articles/view/(\d{1,9})")
_YEAR_BEFORE = re.compile(r"(?:(?:19|20)\d\d|0\d)(?=\d{5}$)")
_ARTICLE_PAGE = re.compile(
    rb"""name\s{0,9}=\s{0,9}["']?(?:citation_(?:title|doi)|dc\.(?:title|identifier)|bepress_citation_title)\b"""
    rb"""|"@type"\s{0,9}:\s{0,9}\[?\s{0,9}"(?:medical)?(?:scholarly)?article["]""",
    re.IGNORECASE,
)
"""What only the page of an article has, and no page about upkeep or an error."""


@dataclass(frozen=True, slots=True)
class JCI:
    """The harvester of JCI and JCI Insight, each at an address of its own."""

    base_url: str
    insight_url: str

    def count(self, search: Search, http: HttpClient) -> int:
        """How many of the identifiers are JCI's. Raises UsageError."""
        return sum(_address(self, one) is not None for one in _ids(search))

    def fetch(self, search: Search, http: HttpClient, cursor: str | None) -> Iterator[Batch]:
        """See `Harvester.fetch`. Raises RefusedError where the site does not let programs in."""
        get_rules = cache(lambda base_url: _rules(http, base_url))
        return fetch_by_id("jci", _ids(search), lambda one: _article(http, self, one, get_rules), cursor, 1)


def make_harvester(settings: Settings) -> JCI:
    """The harvester at the addresses that the settings give."""
    return JCI(settings.jci_url, settings.jci_insight_url)


def _ids(search: Search) -> Sequence[Identifier]:
    """The identifiers of a search, or the DOIs and page addresses given as its query. Raises UsageError for a query."""
    named = [_named(word) for word in (search.query or "").split()]
    if not search.ids and named and all(named):
        return list(dict.fromkeys(one for one in named if one))
    if not search.ids:
        query = (search.query or "QUERY").replace("'", "’")
        raise UsageError(
            "JCI offers no search to programs, only pages by DOI"
            f""" - search it by: exominer ingest pubmed '({query}) AND "J Clin Invest"[jour]'"""
        )
    return list(dict.fromkeys(search.ids))


def _named(word: str) -> Identifier | None:
    if page := _PAGE.search(word):
        return Identifier("doi", f"10.1172/jci{'.insight.' if 'insight' in word else ''}{page[1]}")
    return recognize(word) if "/" in word else None


def _address(sites: JCI, identifier: Identifier) -> tuple[str, str] | None:
    """(address of the site, address of the page) of an article, None if the identifier is none of JCI's."""
    found = _DOI.fullmatch(identifier.value.lower()) if identifier.scheme == "doi" else None
    if found is None:
        return None
    if found["insight"]:
        return sites.insight_url, f"{sites.insight_url}/articles/view/{found['number']}"
    return sites.base_url, f"{sites.base_url}/articles/view/{_YEAR_BEFORE.sub('', found['number'])}"


def _article(
    http: HttpClient, sites: JCI, identifier: Identifier, get_rules: Callable[[str], Sequence[robots.Robots]]
) -> Article | Reject:
    name = f"{identifier.scheme} {identifier.value}"
    address = _address(sites, identifier)
    if address is None:
        return reject("jci", name, "no DOI of JCI or JCI Insight (10.1172/jci…) - give its DOI, or search `pubmed`")
    base_url, url = address
    rules = get_rules(base_url)
    whole, *below = robots.paths_to_check(url, base_url)
    # The robots.txt of a mirror in a folder may be a copy: its rules are read from the folder as well.
    if not all(one.allows(whole) for one in rules) or not all(rules[0].allows(path) for path in below):
        return reject("jci", name, f"robots.txt forbids {whole} - search `pubmed` for the article instead")
    delay = min(MAX_DELAY, max(one.delay for one in rules))
    try:
        page = http.get(
            url,
            accept="html",
            service=SERVICE,
            per_second=min(PER_SECOND, 1 / delay) if delay else PER_SECOND,
            validate=lambda content: _problem(content, identifier.value),
            keep=KEPT,
            max_bytes=MAX_PAGE,
        ).body
    except StatusError as error:
        if error.status in (404, 410):
            return reject("jci", name, f"not found at {base_url}")
        raise
    return _parse(page, identifier.value, name)


def _parse(page: bytes, doi: str, name: str) -> Article | Reject:
    """The article of a page, if it has the DOI that the page was requested for."""
    article = article_page.parse(page, url=f"https://doi.org/{doi}", name=name, source="jci")
    if isinstance(article, Article) and article.doi != doi:
        return reject("jci", name, f"its page shows another article ({article.doi}) - check the DOI")
    return article


def _rules(http: HttpClient, base_url: str) -> tuple[robots.Robots, ...]:
    """The robots.txt of a site; of a mirror in a folder of another site, the mirror's and that site's.

    Without a robots.txt everything is allowed. Raises OutageError where it cannot be fetched now, RefusedError where
    the site does not let programs in.
    """
    root = urlsplit(base_url)._replace(path="", query="", fragment="").geturl()
    own = _robots(http, base_url)
    if root == base_url:
        return (own,)
    try:
        return own, _robots(http, root)
    except OutageError:
        return (own,)


def _robots(http: HttpClient, site: str) -> robots.Robots:
    try:
        response = http.get(f"{site}/robots.txt", accept="text", service=SERVICE, per_second=PER_SECOND, keep=KEPT)
    except StatusError as error:
        if error.status in (401, 403):
            raise RefusedError(
                f"{site} does not let programs in (status {error.status}) - search `pubmed` instead"
            ) from error
        return robots.parse("", AGENT)
    return robots.parse(response.body.decode("utf-8", "replace"), AGENT)


def _problem(page: bytes, doi: str) -> str | None:
    """What is wrong with a page that should show an article: then it is fetched again, and never stored."""
    lowered = page.lower()
    if b"<html" in lowered and b"</html" not in lowered:
        return "a page that is cut short"
    if not _ARTICLE_PAGE.search(page) and not (doi.encode() in lowered and b"abstract" in lowered):
        return "a page that shows no article"
    return None
