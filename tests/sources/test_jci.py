"""The JCI harvester against a local site that fails, forbids and shows other pages than were asked for."""

from dataclasses import replace

import pytest

from miner.errors import OutageError, RefusedError, UsageError
from miner.model.identifiers import Identifier
from miner.settings import load_settings
from miner.sources import jci
from miner.sources.base import Search
from tests.rig import Rig, faults
from tests.rig.harness import FlyingTime, door, gather, gather_killed
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
    harvest = gather(harvester(), dois(*DOIS, DOIS[0]), door(tmp_path))
    assert harvest.complete
    assert harvest.ids == list(DOIS)
    one = harvest.articles[0]
    assert (one.source, one.title) == ("jci", "Exosomes carry miR-155 in glioblastoma: observation 1")
    assert one.sections[0].text.startswith("We collected exosomes from glioblastoma cells & found miR-155")
    assert "Editors" not in one.text
    assert harvester().count(dois(*DOIS, "10.1101/1"), door(tmp_path)) == 4


def test_addresses_of_pages_may_be_given_as_a_query(rig, tmp_path):
    query = f"https://www.jci.org/articles/view/81135 {rig.url(JCISite(()))}/articles/view/81135 10.1172/JCI0421135"
    assert gather(harvester(), Search("jci", query), door(tmp_path)).ids == [DOIS[0], DOIS[2]]


def test_insight_has_a_site_of_its_own(rig, site, tmp_path, monkeypatch):
    insight = JCISite([("99999", replace(record(7), doi=DOIS[3]))])
    with Rig(insight) as other:
        monkeypatch.setenv("EXOMINER_JCI_INSIGHT_URL", other.url(insight))
        assert gather(harvester(), dois(DOIS[3]), door(tmp_path)).articles[0].title.endswith("observation 7")


def test_what_is_not_there_is_a_reject(rig, site, tmp_path):
    site.pages["5"] = page(record(4))
    site.pages["6"] = page(replace(record(6), doi="10.1172/jci6"), abstract="")
    search = Search(
        "jci", ids=(*dois("10.1172/jci404", "10.1172/jci5", "10.1172/jci6", "10.1101/1").ids, Identifier("pmid", "1"))
    )
    harvest = gather(harvester(), search, door(tmp_path))
    assert harvest.complete
    reasons = [reject.reason for reject in harvest.rejects]
    assert len(reasons) == 5
    assert reasons[0].startswith("not found at http")
    assert reasons[1].startswith("its page shows another article")
    assert "no abstract" in reasons[2]
    assert reasons[3].startswith("no DOI of JCI")
    assert reasons[4].startswith("no DOI of JCI")


def test_robots_txt_is_obeyed(rig, site, tmp_path):
    site.robots = "User-agent: *\nDisallow: /articles/view/"
    with pytest.raises(RefusedError, match=r"robots\.txt forbids /articles/view/81135"):
        gather(harvester(), dois(DOIS[0]), door(tmp_path))
    assert [request.path for request in rig.requests] == ["robots.txt"]


def test_the_pace_asked_for_is_kept(rig, site, tmp_path):
    site.robots = "User-agent: *\nCrawl-delay: 10\nDisallow: /search"
    time = FlyingTime()
    gather(harvester(), dois(*DOIS), door(tmp_path, time))
    assert time.now - 1_800_000_000.0 >= 30
    assert len(rig.asked("robots.txt")) == 1


def test_robots_txt_that_cannot_be_had_is_waited_for(rig, site, tmp_path):
    rig.script("robots.txt", faults.status(503), faults.reset())
    assert gather(harvester(), dois(DOIS[0]), door(tmp_path)).complete
    rig.script("robots.txt", *[faults.status(500)] * 9)
    with pytest.raises(OutageError):
        gather(harvester(), dois(DOIS[0]), door(tmp_path / "other"))
    rig.heal()
    rig.script("robots.txt", faults.status(403))
    with pytest.raises(RefusedError, match="does not let programs in"):
        gather(harvester(), dois(DOIS[0]), door(tmp_path / "third"))


PASSING = {
    **faults.OF_TRANSPORT,
    "cut, unannounced": faults.cut_unannounced(0.6),
    "page": faults.says("<html><body>The site is being updated.</body></html>", type="text/html"),
    "empty": faults.says("", type="text/html"),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_faults(rig, site, tmp_path, fault):
    rig.script("articles/view/17527", fault, fault)
    harvest = gather(harvester(), dois(*DOIS), door(tmp_path))
    assert harvest.complete
    assert harvest.ids == list(DOIS)
    rig.script("articles/view/17527", *[fault] * 2)
    brought, cursor = [], None
    with pytest.raises(OutageError, match=r"^JCI does not answer"):
        for batch in harvester().fetch(dois(*DOIS), door(tmp_path / "other", retries=1), None):
            brought += [article.source_id for article in batch.articles]
            cursor = batch.cursor
    rest = gather(harvester(), dois(*DOIS), door(tmp_path / "other"), cursor)
    assert brought + rest.ids == list(DOIS)


def test_killed_after_every_page(rig, site, tmp_path):
    harvest = gather_killed(harvester(), dois(*DOIS), lambda: door(tmp_path), lambda number: True)
    assert harvest.complete
    assert harvest.ids == list(DOIS)
    assert len(rig.asked("articles/view/81135")) == 1


def test_there_is_no_search(tmp_path):
    with pytest.raises(UsageError, match=r'pubmed \'\(exosomes\) AND "J Clin Invest"\[jour\]\''):
        gather(harvester(), Search("jci", "exosomes"), door(tmp_path))
    with pytest.raises(UsageError, match="no search"):
        harvester().count(Search("jci"), door(tmp_path))
