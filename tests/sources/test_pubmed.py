"""The PubMed harvester against a local service that fails, loses its history and grows during a search."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from miner.errors import OutageError, RefusedError, UsageError
from miner.model.identifiers import Identifier
from miner.settings import load_settings
from miner.sources import eutils, pubmed
from miner.sources.base import Search
from tests.rig import Rig, faults
from tests.rig.harness import FlyingTime, gather, gather_killed, make_client
from tests.rig.pubmed import PubMed as PubMedService
from tests.rig.records import FIRST_DAY, record, records


def harvester():
    return pubmed.make_harvester(load_settings())


EXOSOMES = Search("pubmed", "exosomes")


@pytest.fixture
def service(monkeypatch):
    monkeypatch.setattr(pubmed, "PAGE", 60)
    return PubMedService(records(150))


@pytest.fixture
def small_lists(service, monkeypatch):
    """PubMed lists 200 records at most, so that slicing can be tested on few."""
    service.most = 200
    monkeypatch.setattr(pubmed, "MAX_LISTED", 200)
    monkeypatch.setattr(eutils, "MAX_LISTED", 200)


@pytest.fixture
def rig(service, monkeypatch):
    with Rig(service) as running:
        monkeypatch.setenv("EXOMINER_PUBMED_URL", running.url(service))
        for name in ("NCBI_API_KEY", "EXOMINER_NCBI_API_KEY", "EXOMINER_EMAIL"):
            monkeypatch.delenv(name, raising=False)
        yield running


def pmids(service):
    return sorted(r.pmid for r in service.records)


def test_a_query_brings_every_record_once(rig, service, tmp_path):
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == pmids(service)
    article = harvest.articles[0]
    assert article.source == "pubmed"
    assert article.title.startswith("Exosomes carry ")
    assert harvester().count(EXOSOMES, make_client(tmp_path)) == 150
    assert {request.method for request in rig.requests} == {"POST"}
    assert all(request.params["tool"] == "exominer" for request in rig.requests)
    assert all("WebEnv" in request.params for request in rig.requests_to("efetch.fcgi"))


def test_names_the_user_and_keeps_the_rate(rig, tmp_path, monkeypatch):
    flying = FlyingTime()
    begun = flying.now
    gather(harvester(), EXOSOMES, make_client(tmp_path, flying))
    assert flying.now - begun >= (len(rig.requests) - 1) / 3
    monkeypatch.setenv("NCBI_API_KEY", "k1")
    monkeypatch.setenv("EXOMINER_EMAIL", "me@example.org")
    rig.requests.clear()
    begun = flying.now
    gather(harvester(), EXOSOMES, make_client(tmp_path, flying))
    assert (len(rig.requests) - 1) / 10 <= flying.now - begun < (len(rig.requests) + 3) / 8
    assert all(request.params["api_key"] == "k1" for request in rig.requests)
    assert all(request.params["email"] == "me@example.org" for request in rig.requests)


def test_days_are_inclusive(rig, service, tmp_path):
    entered = sorted(r.entered for r in service.records)
    since, until = entered[20], entered[100]
    within = sorted(r.pmid for r in service.records if since <= r.entered <= until)
    search = Search("pubmed", "exosomes", since, until)
    assert sorted(gather(harvester(), search, make_client(tmp_path)).ids) == within
    assert harvester().count(search, make_client(tmp_path)) == len(within)
    open_end = gather(harvester(), Search("pubmed", "exosomes", since=since), make_client(tmp_path))
    assert len(open_end.ids) == sum(r.entered >= since for r in service.records)


def test_an_update_sees_new_and_revised_records(rig, service, tmp_path):
    today = date(2026, 6, 1)
    service.change(3, changed=today, retracted_by="39999999")
    service.records.append(record(5_000).__class__(**{**vars(record(5_000)), "entered": today, "changed": today}))
    harvest = gather(harvester(), Search("pubmed", "exosomes", changed_since=today), make_client(tmp_path))
    assert sorted(harvest.ids) == sorted([service.records[3].pmid, service.records[-1].pmid])
    retracted = next(a for a in harvest.articles if a.pmid == service.records[3].pmid)
    assert [notice.kind for notice in retracted.notices] == ["retracted_by"]
    scoped = Search("pubmed", "exosomes", since=date(2026, 1, 1), changed_since=today)
    assert gather(harvester(), scoped, make_client(tmp_path)).ids == [service.records[-1].pmid]


def test_thirty_thousand_hits_are_sliced(rig, service, tmp_path, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setenv("EXOMINER_PUBMED_URL", rig.url(service))
    service.records = records(30_000)
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path, read_timeout=20.0))
    assert harvest.complete
    assert len(harvest.ids) == 30_000
    assert sorted(harvest.ids) == pmids(service)
    assert len(rig.requests_to("esearch.fcgi")) < 60


def test_a_day_with_too_many_hits_is_cut_by_another_date(rig, service, small_lists, tmp_path):
    service.records = records(250, days=1) + records(350, days=300)[250:]
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == pmids(service)
    today = date(2026, 6, 1)
    service.records = [replace(r, changed=today) for r in records(500)]
    update = gather(harvester(), Search("pubmed", "exosomes", changed_since=today), make_client(tmp_path))
    assert update.complete
    assert sorted(update.ids) == pmids(service)


def test_hits_that_no_date_tells_apart_are_incomplete_and_the_rest_goes_on(rig, service, small_lists, tmp_path):
    alike = [replace(r, entered=FIRST_DAY, changed=FIRST_DAY) for r in records(250)]
    service.records = alike + [r for r in records(350, days=300)[250:] if r.entered > FIRST_DAY]
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert not harvest.complete
    assert len(set(harvest.ids)) == 200 + len(service.records) - 250
    assert "(250 entered 2012-01-01 and modified 2012-01-01)" in harvest.batches[-1].incomplete
    assert "add a word to the query" in harvest.batches[-1].incomplete
    service.records = service.records[100:]
    assert gather(harvester(), EXOSOMES, make_client(tmp_path)).complete


def counting(change):
    """The right answer with another count."""

    def fault(request, answer):
        reply = answer(request)
        body = re.sub(rb"<Count>(\d+)</Count>", lambda found: b"<Count>%d</Count>" % change(int(found[1])), reply.body)
        return replace(reply, body=body)

    return fault


def listing(change):
    """The right answer with only part of its PMIDs."""

    def fault(request, answer):
        reply = answer(request)
        ids = re.findall(rb"<Id>\d+</Id>", reply.body)
        kept = set(change(ids))
        body = re.sub(rb"<Id>\d+</Id>", lambda found: found[0] if found[0] in kept else b"", reply.body)
        return replace(reply, body=body)

    return fault


@pytest.mark.parametrize(
    "fault",
    [counting(lambda _: 60), counting(lambda _: 0), listing(lambda ids: ids[:60]), listing(lambda ids: [])],
    ids=["low count", "no count", "short list", "no list"],
)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_one_low_count_or_short_list_loses_nothing(rig, service, tmp_path, at, fault):
    rig.script("esearch.fcgi", *[None] * at, fault)
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == pmids(service)


@pytest.mark.parametrize("count", [10**20, 10**9 + 1, 10**9, 50_000_000])
def test_a_count_beyond_reason_ends_soon(rig, service, tmp_path, count):
    rig.script("esearch.fcgi", *[counting(lambda _: count)] * 1_000)
    try:
        harvest = gather(harvester(), EXOSOMES, make_client(tmp_path, retries=1))
    except OutageError as error:
        assert "usable count" in str(error)
    else:
        assert harvest.batches[-1].incomplete
        assert sorted(set(harvest.ids)) == pmids(service)
    assert len(rig.requests) < 100


PASSING = {
    **faults.PASSING,
    "upkeep page": faults.says(Path("pubmed/maintenance.html"), type="text/html"),
    "rate in a 200": faults.says(Path("pubmed/rate_exceeded.json")),
    "backend failed": faults.says(Path("pubmed/backend_failed.xml")),
    "efetch time-out in a 200": faults.says(Path("pubmed/efetch_timeout.xml")),
    "efetch time-out in a 400": faults.says(Path("pubmed/efetch_timeout.xml"), 400),
    "no history": faults.says(Path("pubmed/no_history.xml")),
    "empty set": faults.says(Path("pubmed/empty_set.xml")),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
@pytest.mark.parametrize("path", ["esearch.fcgi", "efetch.fcgi"])
def test_passing_faults_lose_nothing(rig, service, tmp_path, path, fault):
    rig.script(path, fault, None, fault, fault)
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == pmids(service)


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
@pytest.mark.parametrize("path", ["esearch.fcgi", "efetch.fcgi"])
def test_lasting_faults_are_errors_and_can_be_resumed(rig, service, tmp_path, path, fault):
    rig.script(path, *([None] if path == "efetch.fcgi" else []), *[fault] * 40)
    brought, cursor = [], None
    with pytest.raises(OutageError, match=r"^PubMed does not answer as it should"):
        for batch in harvester().fetch(EXOSOMES, make_client(tmp_path, retries=1), None):
            brought += batch.articles
            cursor = batch.cursor
    rig.heal()
    rest = gather(harvester(), EXOSOMES, make_client(tmp_path), cursor)
    assert rest.batches[-1].hits == 150
    assert sorted([a.pmid for a in brought] + rest.ids) == pmids(service)


def test_a_zero_is_confirmed_by_another_request(rig, service, tmp_path):
    nothing = faults.says("<eSearchResult><Count>0</Count><IdList/></eSearchResult>")
    rig.script("esearch.fcgi", nothing)
    assert len(gather(harvester(), EXOSOMES, make_client(tmp_path)).ids) == 150
    harvest = gather(harvester(), Search("pubmed", "supercalifragilistic"), make_client(tmp_path))
    assert harvest.complete
    assert harvest.batches[-1].hits == 0


def test_an_unknown_phrase_is_logged(rig, tmp_path, caplog):
    gather(harvester(), Search("pubmed", "supercalifragilistic"), make_client(tmp_path))
    assert "PubMed knows no 'supercalifragilistic'" in caplog.text


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (faults.says(Path("pubmed/field_not_found.xml")), "knows no field vesicle"),
        (faults.says("<eSearchResult><ERROR>Empty term and query_key - nothing todo</ERROR></eSearchResult>"), "Empty"),
        (faults.says('{"error":"API key invalid","api-key":"x"}', 400, "application/json"), "API key invalid"),
    ],
)
def test_refusals_are_final(rig, tmp_path, fault, message):
    rig.script("esearch.fcgi", fault, fault)
    with pytest.raises(RefusedError, match=message):
        gather(harvester(), EXOSOMES, make_client(tmp_path))


def test_the_history_server_may_forget_at_any_time(rig, service, tmp_path):
    rig.script("efetch.fcgi", None, faults.first(service.expire))
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == pmids(service)


def test_a_record_that_is_listed_but_never_sent_is_a_reject(rig, service, tmp_path):
    service.unreadable = {service.records[7].pmid}
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert [r.item for r in harvest.rejects] == [f"PMID {service.records[7].pmid}"]
    assert len(harvest.ids) == 149


def test_a_result_that_grows_or_shrinks_meanwhile_ends_complete(rig, service, tmp_path):
    rig.script("efetch.fcgi", None, faults.first(lambda: service.records.extend(records(230)[150:])))
    grown = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert grown.complete
    assert sorted(grown.ids) == pmids(service)
    service.records = records(150)
    rig.script("efetch.fcgi", None, faults.first(lambda: service.records.__delitem__(slice(0, 50))))
    shrunk = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert shrunk.complete
    assert set(shrunk.ids) | {r.item.removeprefix("PMID ") for r in shrunk.rejects} >= set(pmids(service))


def test_a_count_above_what_is_listed_is_not_complete(rig, service, tmp_path):
    def boast(request, answer):
        reply = answer(request)
        body = reply.body.replace(b"<Count>150</Count>", b"<Count>153</Count>")
        return type(reply)(body, 200, reply.type)

    rig.script("esearch.fcgi", *[boast] * 30)
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert len(harvest.ids) == 150
    assert harvest.batches[-1].hits == 153
    assert not harvest.complete


def test_a_server_that_lists_little_at_a_time(rig, service, tmp_path):
    def short(request, answer):
        request.params["retmax"] = str(min(int(request.params["retmax"]), 40))
        return answer(request)

    rig.script("esearch.fcgi", *[short] * 30)
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == pmids(service)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kills=st.sets(st.integers(1, 12)), forget=st.booleans())
def test_killed_anywhere_it_brings_every_record_once(rig, service, tmp_path, kills, forget):
    harvest = gather_killed(
        harvester(),
        EXOSOMES,
        lambda: make_client(tmp_path),
        lambda number: number in kills,
        service.expire if forget else lambda: None,
    )
    assert harvest.complete
    assert sorted(harvest.ids) == pmids(service)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kills=st.sets(st.integers(1, 20)), forget=st.booleans(), days=st.integers(4, 2_000))
def test_a_sliced_search_killed_anywhere(rig, service, small_lists, tmp_path, kills, forget, days):
    service.records = records(400, days)
    stops = (lambda number: number in kills, service.expire if forget else lambda: None)
    harvest = gather_killed(harvester(), EXOSOMES, lambda: make_client(tmp_path), *stops)
    assert harvest.complete
    assert sorted(harvest.ids) == pmids(service)


def test_identifiers_of_every_kind(rig, service, tmp_path):
    known = service.records
    ids = (
        Identifier("doi", known[0].doi),
        Identifier("pmid", known[1].pmid),
        Identifier("pmcid", known[2].pmcid),
        Identifier("pmid", "99999999"),
        Identifier("doi", "10.5555/nowhere"),
        Identifier("pmcid", "PMC1"),
        Identifier("pmid", known[1].pmid),
    )
    search = Search("pubmed", ids=ids)
    harvest = gather(harvester(), search, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == sorted([known[0].pmid, known[1].pmid, known[2].pmid])
    assert {(r.item, r.reason) for r in harvest.rejects} == {
        ("PMID 99999999", "not found in PubMed"),
        ("doi 10.5555/nowhere", "not found in PubMed"),
        ("pmcid PMC1", "not found in PubMed"),
    }
    assert harvester().count(search, make_client(tmp_path)) == 3


def test_no_identifier_is_known(rig, tmp_path):
    harvest = gather(harvester(), Search("pubmed", ids=(Identifier("pmid", "1"),)), make_client(tmp_path))
    assert harvest.complete
    assert harvest.rejects[0].reason == "not found in PubMed"


def test_many_identifiers_killed_after_every_batch(rig, service, tmp_path):
    service.records = records(550)
    ids = tuple(Identifier("pmid", r.pmid) for r in service.records[:450])
    ids += tuple(Identifier("doi", r.doi) for r in service.records[450:550] if r.doi)
    harvest = gather_killed(harvester(), Search("pubmed", ids=ids), lambda: make_client(tmp_path), lambda number: True)
    assert harvest.complete
    assert len(harvest.ids) == len(set(harvest.ids)) == len(ids)


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_identifiers_through_faults(rig, service, tmp_path, fault):
    service.records = records(300)
    ids = tuple(Identifier("pmid", r.pmid) for r in service.records)
    rig.script("efetch.fcgi", fault, fault, None)
    harvest = gather(harvester(), Search("pubmed", ids=ids), make_client(tmp_path))
    assert harvest.complete
    assert len(harvest.articles) == 300


def test_a_search_without_a_question(tmp_path):
    with pytest.raises(UsageError, match="needs a query"):
        gather(harvester(), Search("pubmed", "  "), make_client(tmp_path))
    since = date(2024, 1, 1)
    with pytest.raises(UsageError, match="swap them"):
        gather(harvester(), Search("pubmed", "x", since, since - timedelta(days=1)), make_client(tmp_path))


def test_an_identifier_that_spoils_the_search_is_one_reject(rig, service, tmp_path):
    bad = Identifier("doi", "10.5555/odd")
    refusal = faults.says("<eSearchResult><ERROR>Invalid parameter</ERROR></eSearchResult>")
    rig.script("esearch.fcgi", *[faults.after(0, refusal, lambda r: "10.5555/odd" in r.params["term"])] * 20)
    ids = (*(Identifier("doi", service.records[n].doi) for n in (0, 1, 3)), bad)
    harvest = gather(harvester(), Search("pubmed", ids=ids), make_client(tmp_path))
    assert harvest.complete
    assert len(harvest.ids) == 3
    assert [(r.item, "refuses" in r.reason) for r in harvest.rejects] == [("doi 10.5555/odd", True)]
    with pytest.raises(RefusedError):
        gather(harvester(), Search("pubmed", ids=(bad,)), make_client(tmp_path))
