"""The JCI harvester against a local site that fails, forbids pages and serves other pages than requested."""

from dataclasses import replace

import pytest

from miner.errors import OutageError, RefusedError, SourceError, UsageError
from miner.model.identifiers import Identifier
from miner.settings import load_settings
from miner.sources import jci
from miner.sources.base import Search
from tests.rig import Rig, faults
from tests.rig.harness import FlyingTime, Harvest, gather, gather_killed, make_client
from tests.rig.jci import JCI as JCISite
from tests.rig.jci import page
from tests.rig.records import record


def harvester():
    return jci.make_harvester(load_settings())


NUMBERS = ("81135", "17527", "21135", "99999")
DOIS = ("10.1172/jci81135", "10.1172/jci200317527", "10.1172/jci0421135", "10.1172/jci.insight.99999")


def dois(*values):
    return Search("jci", ids=tuple(Identifier("doi", value) for value in values))


@pytest.fixture
def site():
    made = [replace(record(at), doi=doi.upper()) for at, doi in enumerate(DOIS, start=1)]
    return JCISite(zip(NUMBERS, made, strict=True))


@pytest.fixture
def rig(site, monkeypatch):
    with Rig(site) as running:
        monkeypatch.setenv("EXOMINER_JCI_URL", running.url(site) + "/")
        monkeypatch.setenv("EXOMINER_JCI_INSIGHT_URL", running.url(site) + "/")
        yield running


def test_dois_of_every_age_lead_to_their_pages(rig, tmp_path):
    harvest = gather(harvester(), dois(*DOIS, DOIS[0]), make_client(tmp_path))
    assert harvest.complete
    assert harvest.ids == list(DOIS)
    one = harvest.articles[0]
    assert (one.source, one.title) == ("jci", "Exosomes carry miR-155 in glioblastoma: observation 1")
    assert one.sections[0].text.startswith("We collected exosomes from glioblastoma cells & found miR-155")
    assert "Editors" not in one.text
    assert harvester().count(dois(*DOIS, "10.1101/1"), make_client(tmp_path)) == 4


def test_addresses_of_pages_may_be_given_as_a_query(rig, tmp_path):
    query = f"https://www.jci.org/articles/view/81135 {rig.url(JCISite(()))}/articles/view/81135 10.1172/JCI0421135"
    assert gather(harvester(), Search("jci", query), make_client(tmp_path)).ids == [DOIS[0], DOIS[2]]


def test_insight_has_a_site_of_its_own(rig, site, tmp_path, monkeypatch):
    insight = JCISite([("99999", replace(record(7), doi=DOIS[3]))])
    with Rig(insight) as other:
        monkeypatch.setenv("EXOMINER_JCI_INSIGHT_URL", other.url(insight))
        assert gather(harvester(), dois(DOIS[3]), make_client(tmp_path)).articles[0].title.endswith("observation 7")


def test_what_is_not_there_is_a_reject(rig, site, tmp_path):
    site.pages["5"] = page(record(4))
    site.pages["6"] = page(replace(record(6), doi="10.1172/jci6"), abstract="")
    search = Search(
        "jci", ids=(*dois("10.1172/jci404", "10.1172/jci5", "10.1172/jci6", "10.1101/1").ids, Identifier("pmid", "1"))
    )
    harvest = gather(harvester(), search, make_client(tmp_path))
    assert harvest.complete
    reasons = [reject.reason for reject in harvest.rejects]
    assert len(reasons) == 5
    assert reasons[0].startswith("not found at http")
    assert reasons[1].startswith("its page shows another article")
    assert "no abstract" in reasons[2]
    assert reasons[3].startswith("no DOI of JCI")
    assert reasons[4].startswith("no DOI of JCI")


@pytest.mark.parametrize("place", ["the site", "the host of the site"])
@pytest.mark.parametrize("rule", ["/articles/view/81135", "/jci/articles/view/81135", "/*/view/81135$"])
def test_what_robots_txt_forbids_is_one_reject(rig, site, tmp_path, place, rule):
    text = f"User-agent: *\nDisallow: {rule}"
    site.robots, rig.robots = (text, None) if place == "the site" else (None, text)
    harvest = gather(harvester(), dois(*DOIS), make_client(tmp_path))
    if place == "the host of the site" and rule.startswith("/articles"):  # the site's folder is not the host's root
        assert harvest.ids == list(DOIS)
        return
    assert harvest.complete
    assert harvest.ids == list(DOIS[1:])
    assert [reject.item for reject in harvest.rejects] == [f"doi {DOIS[0]}"]
    assert "robots.txt forbids /jci/articles/view/81135" in harvest.rejects[0].reason
    assert rig.requests_to("articles/view/81135") == []


def test_the_pace_asked_for_is_kept(rig, site, tmp_path):
    site.robots = "User-agent: *\nCrawl-delay: 10\nDisallow: /search"
    time = FlyingTime()
    gather(harvester(), dois(*DOIS), make_client(tmp_path, time))
    assert time.now - 1_800_000_000.0 >= 30
    assert len(rig.requests_to("robots.txt")) == 1


def test_robots_txt_that_cannot_be_had_is_waited_for(rig, site, tmp_path):
    rig.script("robots.txt", faults.status(503), faults.reset())
    assert gather(harvester(), dois(DOIS[0]), make_client(tmp_path)).complete
    rig.script("robots.txt", *[faults.status(500)] * 9)
    with pytest.raises(OutageError):
        gather(harvester(), dois(DOIS[0]), make_client(tmp_path / "other"))
    rig.heal()
    rig.script("robots.txt", faults.status(403))
    with pytest.raises(RefusedError, match="does not let programs in"):
        gather(harvester(), dois(DOIS[0]), make_client(tmp_path / "third"))


PASSING = {
    **faults.OF_TRANSPORT,
    "cut, unannounced": faults.cut_unannounced(0.6),
    "page": faults.says("<html><body>The site is being updated.</body></html>", type="text/html"),
    "empty": faults.says("", type="text/html"),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_faults(rig, site, tmp_path, fault):
    rig.script("articles/view/17527", fault, fault)
    harvest = gather(harvester(), dois(*DOIS), make_client(tmp_path))
    assert harvest.complete
    assert harvest.ids == list(DOIS)
    rig.script("articles/view/17527", *[fault] * 2)
    brought, cursor = [], None
    with pytest.raises(OutageError, match=r"^JCI does not answer"):
        for batch in harvester().fetch(dois(*DOIS), make_client(tmp_path / "other", retries=1), None):
            brought += [article.source_id for article in batch.articles]
            cursor = batch.cursor
    rest = gather(harvester(), dois(*DOIS), make_client(tmp_path / "other"), cursor)
    assert brought == [DOIS[0], *DOIS[2:]]  # the rest goes on
    assert rest.ids == [DOIS[1]]


UPKEEP = """<!DOCTYPE html><html lang="en"><head><title>JCI</title>
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Organization", "name": "JCI"}</script>
</head><body><nav>Articles Abstracts Submit</nav><h1>We are improving the site</h1><h2>Abstract</h2>
<p>While articles and abstracts are being moved to a new server, pages cannot be shown. Please come back soon.</p>
</body></html>"""


@pytest.mark.parametrize("fault", [faults.says(UPKEEP, type="text/html"), faults.says("<p>soon</p>", type="text/html")])
def test_a_page_without_an_article_is_an_outage_and_never_stored(rig, tmp_path, fault):
    for doi in DOIS[:3]:
        rig.script(f"articles/view/{doi.rpartition('jci')[2].removeprefix('2003').removeprefix('04')}", *[fault] * 5)
    with pytest.raises(OutageError, match="a page that shows no article"):
        gather(harvester(), dois(*DOIS), make_client(tmp_path))
    rig.heal()
    harvest = gather(harvester(), dois(*DOIS), make_client(tmp_path))
    assert harvest.complete
    assert harvest.ids == list(DOIS)


@pytest.mark.parametrize(
    ("status", "outcome"), [(400, "reject"), (451, "reject"), (401, "error"), (403, "error"), (500, "error")]
)
def test_a_page_that_is_always_refused_holds_up_no_other(rig, tmp_path, status, outcome):
    rig.script("articles/view/81135", *[faults.status(status)] * 50)
    harvest, cursor = Harvest(), None
    try:
        for batch in harvester().fetch(dois(*DOIS), make_client(tmp_path), None):
            harvest.add(batch)
            cursor = batch.cursor
    except SourceError as error:
        assert (outcome, str(status) in str(error)) == ("error", True)
        assert gather_failed(cursor, tmp_path) == []
    else:
        assert (outcome, [reject.item for reject in harvest.rejects]) == ("reject", [f"doi {DOIS[0]}"])
        assert harvest.complete
    assert harvest.ids == list(DOIS[1:])
    rig.heal()
    if outcome == "error":
        assert gather(harvester(), dois(*DOIS), make_client(tmp_path), cursor).ids == [DOIS[0]]


def gather_failed(cursor, tmp_path):
    """The ids that a run brings which ends with an error."""
    brought = []
    with pytest.raises(SourceError):
        for batch in harvester().fetch(dois(*DOIS), make_client(tmp_path), cursor):
            brought += [article.source_id for article in batch.articles]
    return brought


def test_a_site_that_is_down_is_not_requested_for_every_page(rig, tmp_path):
    made = tuple(f"10.1172/jci{number}" for number in range(100, 150))
    rig.script("robots.txt", None)
    for number in range(100, 150):
        rig.script(f"articles/view/{number}", *[faults.status(503)] * 9)
    with pytest.raises(OutageError):
        gather(harvester(), dois(*made), make_client(tmp_path, retries=1))
    assert len([request for request in rig.requests if "articles" in request.path]) == 2 * 3


def test_killed_after_every_page(rig, site, tmp_path):
    harvest = gather_killed(harvester(), dois(*DOIS), lambda: make_client(tmp_path), lambda number: True)
    assert harvest.complete
    assert harvest.ids == list(DOIS)
    assert len(rig.requests_to("articles/view/81135")) == 1


def test_there_is_no_search(tmp_path):
    with pytest.raises(UsageError, match=r'pubmed \'\(exosomes\) AND "J Clin Invest"\[jour\]\''):
        gather(harvester(), Search("jci", "exosomes"), make_client(tmp_path))
    with pytest.raises(UsageError, match="no search"):
        harvester().count(Search("jci"), make_client(tmp_path))
