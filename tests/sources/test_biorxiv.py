"""The bioRxiv and medRxiv harvester against a local details API that fails and shifts during a search."""

import itertools
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from miner.errors import OutageError, UsageError
from miner.model.identifiers import Identifier
from miner.settings import load_settings
from miner.sources import biorxiv
from miner.sources.base import Search
from tests.rig import Rig, faults
from tests.rig.biorxiv import BioRxiv as BioRxivService
from tests.rig.biorxiv import nothing, post
from tests.rig.harness import Harvest, gather, gather_killed, make_client
from tests.rig.records import FIRST_DAY, record, records


def harvester():
    return biorxiv.make_harvester(load_settings())


SINCE, UNTIL = FIRST_DAY, FIRST_DAY + timedelta(days=99)
EVERYTHING = Search("biorxiv", None, SINCE, UNTIL)
EXOSOMES = Search("biorxiv", "exosomes", SINCE, UNTIL)
PLACE = f"details/biorxiv/{SINCE}/{UNTIL}/"


@pytest.fixture
def service():
    """100 posts in pages of 30, every fourth of them not on exosomes."""
    made = [post(r) for r in records(100, days=100)]
    for one in made[::4]:
        one |= {"title": f"Protein folding {one['doi'][-3:]}", "abstract": "Chaperones at work."}
    return BioRxivService(made)


@pytest.fixture
def rig(service, monkeypatch):
    with Rig(service) as running:
        monkeypatch.setenv("EXOMINER_BIORXIV_URL", running.url(service) + "/")
        yield running


def dois(service, about="exosomes"):
    return sorted(p["doi"] for p in service.posts if about in p["title"].lower())


def test_a_span_brings_every_post_once(rig, service, tmp_path):
    harvest = gather(harvester(), EVERYTHING, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == dois(service, about="")
    assert harvester().count(EVERYTHING, make_client(tmp_path)) == 100
    one = next(a for a in harvest.articles if a.source_id.endswith("30000001"))
    assert (one.source, one.journal, one.version, one.types) == ("biorxiv", "bioRxiv", "1", ("preprint", "new results"))
    assert one.authors == ("M. Muster", "E. A. Ejemplo")
    assert one.published == service.posts[0]["date"]
    assert [r.path for r in rig.requests[:4]] == [f"{PLACE}{at}" for at in (0, 30, 60, 90)]


def test_a_query_is_asked_here_and_its_hits_are_those_that_match(rig, service, tmp_path):
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert sorted(harvest.ids) == dois(service)
    assert harvest.complete
    assert harvest.batches[-1].hits == 75
    assert [batch.hits for batch in harvest.batches[:-1]] == [None] * 3
    assert harvester().count(EXOSOMES, make_client(tmp_path)) == 75
    narrow = Search("biorxiv", '"exosomes carry" AND (glioblastoma OR melanoma) NOT annexin', SINCE, UNTIL)
    titles = [a.title for a in gather(harvester(), narrow, make_client(tmp_path)).articles]
    assert titles
    assert all(("glioblastoma" in t or "melanoma" in t) and "annexin" not in t for t in titles)


def test_pages_are_as_long_as_the_service_makes_them(rig, service, tmp_path):
    service.page = 100
    assert gather(harvester(), EVERYTHING, make_client(tmp_path)).complete
    service.page = 7
    assert sorted(gather(harvester(), EVERYTHING, make_client(tmp_path)).ids) == dois(service, about="")


def test_later_versions_take_the_place_of_earlier_ones(rig, service, tmp_path):
    again = post(replace(record(1, days=100), title="Exosomes, revised"), version=2, day=UNTIL)
    service.posts = [post(record(1, days=100)), again, *service.posts[1:]]
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert [a.version for a in harvest.articles if a.doi == again["doi"]] == ["1", "2"]
    again["date"] = str(SINCE)  # listed before the version it replaces
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert [a.version for a in harvest.articles if a.doi == again["doi"]] == ["2"]


def test_what_became_of_a_preprint(rig, service, tmp_path):
    service.posts[1]["published"] = "10.5555/VESICLE.77"
    service.posts[2]["title"] = "WITHDRAWN: exosomes of nobody"
    found = {a.doi: a for a in gather(harvester(), EXOSOMES, make_client(tmp_path)).articles}
    published, withdrawn = found[service.posts[1]["doi"]], found[service.posts[2]["doi"]]
    assert [(n.kind, n.doi) for n in published.notices] == [("preprint_of", "10.5555/vesicle.77")]
    assert [n.kind for n in withdrawn.notices] == ["retracted_by"]
    assert found[service.posts[3]["doi"]].notices == ()


def test_medrxiv_is_another_server(rig, service, tmp_path):
    service.posts.append(post(record(500, days=100), server="medRxiv"))
    harvest = gather(harvester(), replace(EXOSOMES, source="medrxiv"), make_client(tmp_path))
    assert [(a.source, a.journal) for a in harvest.articles] == [("medrxiv", "medRxiv")]


def test_thirty_thousand_posts(rig, service, tmp_path):
    service.page = 2_000
    service.posts = [post(r) for r in records(30_000, days=100)]
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path, read_timeout=20.0))
    assert harvest.complete
    assert len(set(harvest.ids)) == 30_000


PASSING = {
    **faults.PASSING,
    "page": faults.says("<html><body>Database is down</body></html>", type="text/html"),
    "error in a 200": faults.says('{"messages":[{"status":"error: database"}],"collection":[]}'),
    "no count": faults.says('{"messages":[{"status":"ok"}],"collection":[]}'),
    "counted, not listed": faults.says('{"messages":[{"status":"ok","count":0,"total":"100"}],"collection":[]}'),
    "empty": faults.says(""),
    "a list": faults.says("[1, 2]"),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
@pytest.mark.parametrize("at", [0, 60])
def test_passing_faults_lose_nothing(rig, service, tmp_path, at, fault):
    rig.script(f"{PLACE}{at}", fault, fault)
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == dois(service)


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_lasting_faults_are_errors_and_can_be_resumed(rig, service, tmp_path, fault):
    rig.script(f"{PLACE}60", *[fault] * 10)
    brought, cursor = [], None
    with pytest.raises(OutageError, match=r"^bioRxiv does not answer"):
        for batch in harvester().fetch(EXOSOMES, make_client(tmp_path, retries=1), None):
            brought += [article.source_id for article in batch.articles]
            cursor = batch.cursor
    rig.heal()
    rest = gather(harvester(), EXOSOMES, make_client(tmp_path), cursor)
    assert sorted(brought + rest.ids) == dois(service)


def test_an_empty_span_is_confirmed_by_another_request(rig, service, tmp_path):
    empty = Search("biorxiv", "exosomes", date(2030, 1, 1), date(2030, 1, 2))
    harvest = gather(harvester(), empty, make_client(tmp_path))
    assert harvest.complete
    assert harvest.batches[-1].hits == 0
    assert len(rig.requests) == 2
    rig.script(f"{PLACE}0", lambda *_: nothing())
    assert sorted(gather(harvester(), EXOSOMES, make_client(tmp_path)).ids) == dois(service)


def counting(change):
    """The right page with another count of the whole list."""

    def fault(request, answer):
        reply = answer(request)
        content = json.loads(reply.body)
        if "total" in content["messages"][0]:
            content["messages"][0]["total"] = str(change(int(content["messages"][0]["total"])))
        return replace(reply, body=json.dumps(content).encode())

    return fault


@pytest.mark.parametrize("at", [0, 30, 60, 90])
@pytest.mark.parametrize("total", [1, 30, 60, 90, 99])
def test_one_count_that_is_too_low_loses_nothing(rig, service, tmp_path, at, total):
    rig.script(f"{PLACE}{at}", counting(lambda _: total))
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == dois(service)


@pytest.mark.parametrize("at", [30, 60, 90])
def test_one_empty_page_loses_nothing(rig, service, tmp_path, at):
    rig.script(f"{PLACE}{at}", lambda *_: nothing(), lambda *_: nothing())
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == dois(service)


def test_a_count_that_drifts_while_the_list_does_not_loses_nothing_and_blocks_nothing(rig, service, tmp_path):
    drift = itertools.cycle([0, 3, -2, 1])
    for at in range(0, 120, 30):
        rig.script(f"{PLACE}{at}", *[counting(lambda total: total + next(drift))] * 50)
    drifting = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert sorted(drifting.ids) == dois(service)
    assert drifting.batches[-1].cursor is None
    rig.heal()
    assert gather(harvester(), EXOSOMES, make_client(tmp_path)).complete


def test_a_list_that_ends_before_its_count_is_incomplete(rig, service, tmp_path):
    rig.script(f"{PLACE}60", *[lambda *_: nothing()] * 20)
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert not harvest.complete
    assert harvest.batches[-1].incomplete.startswith("bioRxiv counts 100 records, but lists 60 of them - run")
    rig.heal()
    assert gather(harvester(), EXOSOMES, make_client(tmp_path)).complete


def test_what_stopped_a_walk_does_not_stop_the_next(rig, service, tmp_path):
    def churn():
        service.posts.insert(0, post(record(1_000 + len(service.posts)), day=SINCE))

    rig.script(f"{PLACE}30", *[faults.first(churn)] * 20)
    harvest, cursor = Harvest(), None
    with pytest.raises(OutageError, match="shifts while it is read"):
        for batch in harvester().fetch(EXOSOMES, make_client(tmp_path), None):
            harvest.add(batch)
            cursor = batch.cursor
    rig.heal()
    for batch in harvester().fetch(EXOSOMES, make_client(tmp_path), cursor):
        harvest.add(batch)
    assert set(harvest.ids) == set(dois(service))


def test_highwires_markers_become_headings_or_go(rig, service, tmp_path):
    service.posts[1]["abstract"] = (
        "O_ST_ABSBackgroundC_ST_ABSExosomes carry <i>much</i> (p < 0.01).O_ST_ABSMethodsC_ST_ABSWe used"
        " O_SCPLOWDC_SCPLOW-mannose. O_FIG O_LINKSMALLFIG WIDTH=200 HEIGHT=9 C_LINKSMALLFIG M_FIG C_FIG"
        " O_LIOneC_LIO_LITwoC_LI"
    )
    found = {a.doi: a for a in gather(harvester(), EXOSOMES, make_client(tmp_path)).articles}
    sections = found[service.posts[1]["doi"]].sections
    assert [(part.label, part.text) for part in sections] == [
        ("Background", "Exosomes carry much (p < 0.01)."),
        ("Methods", "We used D-mannose. One Two"),
    ]


def test_posts_added_behind_are_read_on(rig, service, tmp_path):
    late = [post(r, day=UNTIL) for r in records(140, days=100)[100:]]
    rig.script(f"{PLACE}60", faults.first(lambda: service.posts.extend(late)))
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == dois(service)
    assert len(rig.requests_to(f"{PLACE}0")) == 1


def test_posts_that_come_or_go_before_the_place_are_not_missed(rig, service, tmp_path):
    early = [post(r, day=SINCE) for r in records(115, days=100)[100:]]
    rig.script(f"{PLACE}60", faults.first(lambda: service.posts.__setitem__(slice(0, 0), early)))
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == dois(service)
    gone = sorted(service.posts, key=lambda p: p["date"])[:20]
    rig.script(f"{PLACE}90", faults.first(lambda: [service.posts.remove(one) for one in gone]))
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert set(harvest.ids) >= set(dois(service))
    assert len(harvest.ids) == len(set(harvest.ids))


def test_a_post_that_cannot_be_read_is_a_reject(rig, service, tmp_path):
    service.posts[5] |= {"title": "", "abstract": ""}
    service.posts[6]["doi"] = ""
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert {reject.item.split()[0] for reject in harvest.rejects} == {"DOI", "post"}


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kills=st.sets(st.integers(1, 6)))
def test_killed_anywhere_it_brings_every_post_once(rig, service, tmp_path, kills):
    harvest = gather_killed(harvester(), EXOSOMES, lambda: make_client(tmp_path), lambda number: number in kills)
    assert harvest.complete
    assert sorted(harvest.ids) == dois(service)
    assert len(harvest.batches) == 4


def test_dois_bring_the_latest_version(rig, service, tmp_path):
    service.posts.insert(0, post(record(1, days=100), version=10, day=UNTIL))
    ids = (
        Identifier("doi", service.posts[0]["doi"]),
        Identifier("doi", service.posts[5]["doi"] + "v1"),
        Identifier("doi", "10.1101/2024.01.99999999"),
        Identifier("pmid", "1"),
    )
    harvest = gather(harvester(), Search("biorxiv", ids=ids), make_client(tmp_path))
    assert harvest.complete
    assert [(a.doi, a.version) for a in harvest.articles] == [
        (service.posts[0]["doi"], "10"),
        (service.posts[5]["doi"], "1"),
    ]
    assert [(r.item, r.reason[:20]) for r in harvest.rejects] == [
        ("doi 10.1101/2024.01.99999999", "not found in bioRxiv"),
        ("pmid 1", "bioRxiv knows prepri"),
    ]
    assert harvester().count(Search("biorxiv", ids=ids), make_client(tmp_path)) == 2


def test_many_dois_killed_after_every_batch(rig, service, tmp_path):
    search = Search("biorxiv", ids=tuple(Identifier("doi", p["doi"]) for p in service.posts))
    harvest = gather_killed(harvester(), search, lambda: make_client(tmp_path), lambda number: True)
    assert harvest.complete
    assert len(set(harvest.ids)) == 100


def test_updates_ask_for_what_was_posted_since(rig, service, tmp_path):
    day = SINCE + timedelta(days=50)
    harvest = gather(harvester(), replace(EXOSOMES, changed_since=day), make_client(tmp_path))
    assert sorted(harvest.ids) == sorted(
        p["doi"] for p in service.posts if p["date"] >= str(day) and "Exo" in p["title"]
    )
    assert gather(
        harvester(), replace(EXOSOMES, changed_since=UNTIL + timedelta(days=1)), make_client(tmp_path)
    ).complete


def test_dates_and_queries_that_cannot_be(tmp_path):
    with pytest.raises(UsageError, match="swap them"):
        gather(harvester(), Search("biorxiv", "x", UNTIL, SINCE), make_client(tmp_path))
    with pytest.raises(UsageError, match=r"\[mh\] cannot be searched here"):
        gather(harvester(), Search("biorxiv", "exosomes[mh]"), make_client(tmp_path))
