"""The Journal of Clinical Investigation and JCI Insight: article pages by DOI, in the pace that robots.txt asks for.

An article's page is at /articles/view/NUMBER, the number being the end of its DOI (10.1172/JCI81135,
10.1172/jci.insight.99999; until 2004 with the year before it: 10.1172/JCI200317527). The journals offer no search to
programs: PubMed has them all, by `"J Clin Invest"[jour]` and `"JCI Insight"[jour]`.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from miner.errors import RefusedError, UsageError
from miner.formats import article_page
from miner.formats.record import reject
from miner.http import robots
from miner.http.client import HttpClient, StatusError
from miner.model.articles import Article, Reject
from miner.model.identifiers import Identifier, recognize
from miner.settings import Settings
from miner.sources.base import Batch, Search

SERVICE = "JCI"
AGENT = "Exominer"
KEPT = timedelta(hours=1)
"""How long pages serve the same command run again."""
ROBOTS_KEPT = timedelta(days=1)
PER_SECOND = 1.0
MAX_PAGE = 32 * 1024 * 1024

_DOI = re.compile(r"10\.1172/jci(?P<insight>\.insight\.)?(?P<number>\d{1,9})")
_PAGE = re.compile(r"^https?://[^/]+/.*?articles/view/(\d{1,9})")
_YEAR_BEFORE = re.compile(r"(?:(?:19|20)\d\d|0\d)(?=\d{5}$)")


@dataclass(frozen=True, slots=True)
class JCI:
    """The harvester of JCI and JCI Insight, each at an address of its own."""

    base_url: str
    insight_url: str

    def count(self, search: Search, http: HttpClient) -> int:
        """How many of the identifiers can be asked for. Raises UsageError."""
        return sum(_place(self, one) is not None for one in _ids(search))

    def fetch(self, search: Search, http: HttpClient, cursor: str | None) -> Iterator[Batch]:
        """See `Harvester.fetch`. Raises RefusedError where robots.txt forbids article pages."""
        ids = _ids(search)
        at = json.loads(cursor)["at"] if cursor else 0
        while at < len(ids):
            outcome = _fetched(http, self, ids[at])
            at += 1
            yield Batch(
                (outcome,) if isinstance(outcome, Article) else (),
                (outcome,) if isinstance(outcome, Reject) else (),
                hits=len(ids),
                cursor=json.dumps({"at": at}) if at < len(ids) else None,
            )


def make_harvester(settings: Settings) -> JCI:
    """The harvester at the addresses that the settings give."""
    return JCI(settings.jci_url, settings.jci_insight_url)


def _ids(search: Search) -> Sequence[Identifier]:
    """What is asked for: identifiers, or DOIs and page addresses given as a query."""
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


def _place(sites: JCI, identifier: Identifier) -> tuple[str, str] | None:
    """(root of the site, path of the page) of an article, None if the identifier is none of JCI's."""
    found = _DOI.fullmatch(identifier.value.lower()) if identifier.scheme == "doi" else None
    if found is None:
        return None
    if found["insight"]:
        return sites.insight_url, f"/articles/view/{found['number']}"
    return sites.base_url, f"/articles/view/{_YEAR_BEFORE.sub('', found['number'])}"


def _fetched(http: HttpClient, sites: JCI, identifier: Identifier) -> Article | Reject:
    name = f"{identifier.scheme} {identifier.value}"
    place = _place(sites, identifier)
    if place is None:
        return reject("jci", name, "no DOI of JCI or JCI Insight (10.1172/jci…) - give its DOI, or ask `pubmed`")
    root, path = place
    rules = _robots(http, root)
    if not rules.allows(path):
        raise RefusedError(f"{root}/robots.txt forbids {path} - ask `pubmed` for the article instead")
    try:
        page = http.get(
            f"{root}{path}",
            accept="html",
            service=SERVICE,
            per_second=min(PER_SECOND, 1 / rules.delay) if rules.delay else PER_SECOND,
            validate=_complaint,
            keep=KEPT,
            max_bytes=MAX_PAGE,
        ).body
    except StatusError as error:
        if error.status in (404, 410):
            return reject("jci", name, f"not found at {root}")
        raise
    return _read(page, identifier.value, name)


def _read(page: bytes, doi: str, name: str) -> Article | Reject:
    """The article of a page, if it is the one that was asked for."""
    article = article_page.parse(page, url=f"https://doi.org/{doi}", name=name, source="jci")
    if isinstance(article, Article) and article.doi != doi:
        return reject("jci", name, f"its page shows another article ({article.doi}) - check the DOI")
    return article


def _robots(http: HttpClient, root: str) -> robots.Robots:
    """What the site asks of us. Without a robots.txt all is allowed; one that cannot be had now is an OutageError."""
    try:
        answer = http.get(f"{root}/robots.txt", accept="text", service=SERVICE, per_second=PER_SECOND, keep=ROBOTS_KEPT)
    except StatusError as error:
        if error.status in (401, 403):
            raise RefusedError(
                f"{root} does not let programs in (status {error.status}) - ask `pubmed` instead"
            ) from error
        return robots.NO_ROBOTS
    return robots.parse(answer.body.decode("utf-8", "replace"), AGENT)


def _complaint(page: bytes) -> str | None:
    lowered = page.lower()
    if b"<html" in lowered and b"</html" not in lowered:
        return "a page that is cut short"
    if b"citation_" not in lowered and b"ld+json" not in lowered and b"abstract" not in lowered:
        return "a page that shows no article"
    return None
