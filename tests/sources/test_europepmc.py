"""The Europe PMC harvester against a local service that fails, loses cursors and grows during a search."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from miner.errors import OutageError, RefusedError, UsageError
from miner.model.identifiers import Identifier
from miner.settings import load_settings
from miner.sources import europepmc
from miner.sources.base import Search
from tests.rig import Rig, faults
from tests.rig.europepmc import EuropePMC as EuropePMCService
from tests.rig.europepmc import name_of
from tests.rig.harness import gather, gather_killed, make_client
from tests.rig.records import Record, record, records


def harvester():
    return europepmc.make_harvester(load_settings())


EXOSOMES = Search("europepmc", "exosomes")


def mixed(count: int) -> list[Record]:
    """Records of PubMed, every tenth in PMC only, every seventh a preprint of the one before it."""
    made = []
    for one in records(count):
        number = int(one.pmid) - 30_000_000
        if number % 10 == 0:
            one = replace(one, kind="PMC", pmcid=f"PMC{9_000_000 + number}")
        elif number % 7 == 0:
            published = record(number - 1).doi
            one = replace(one, kind="PPR", doi=f"10.1101/2024.{number}", pmcid=None, preprint_of=published)
        made.append(one)
    return made


@pytest.fixture
def service(monkeypatch):
    monkeypatch.setattr(europepmc, "PAGE", 40)
    return EuropePMCService(mixed(150))


@pytest.fixture
def rig(service, monkeypatch):
    with Rig(service) as running:
        monkeypatch.setenv("EXOMINER_EUROPEPMC_URL", running.url(service) + "/")
        monkeypatch.delenv("EXOMINER_EMAIL", raising=False)
        yield running


def all_names(service):
    return sorted(map(name_of, service.records))


@pytest.mark.parametrize("repeats_last_mark", [False, True])
def test_a_query_brings_every_record_once(rig, service, tmp_path, repeats_last_mark):
    service.repeats_last_mark = repeats_last_mark
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == all_names(service)
    assert {article.source for article in harvest.articles} == {"europepmc"}
    assert harvester().count(EXOSOMES, make_client(tmp_path)) == 150
    assert all(r.params["synonym"] == "false" and r.params["resultType"] == "core" for r in rig.requests)


def test_preprints_name_what_they_became_and_pmc_only_records_come(rig, service, tmp_path):
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    preprint = next(a for a in harvest.articles if a.source_id == "PPR:PPR30000007")
    assert "preprint" in preprint.types
    assert [(notice.kind, notice.doi) for notice in preprint.notices] == [("preprint_of", "10.5555/vesicle.6")]
    only = next(a for a in harvest.articles if a.source_id == "PMC:PMC9000010")
    assert (only.pmid, only.pmcid) == (None, "PMC9000010")


def test_days_are_inclusive_and_updates_see_revisions(rig, service, tmp_path):
    days = sorted(r.published for r in service.records)
    since, until = days[20], days[100]
    within = sorted(name_of(r) for r in service.records if since <= r.published <= until)
    assert (
        sorted(gather(harvester(), Search("europepmc", "exosomes", since, until), make_client(tmp_path)).ids) == within
    )
    today = date(2026, 6, 1)
    service.records[3] = replace(service.records[3], changed=today, retracted_by="39999999")
    update = gather(harvester(), Search("europepmc", "exosomes", changed_since=today), make_client(tmp_path))
    assert update.ids == [name_of(service.records[3])]
    assert update.articles[0].notices[0].kind == "retracted_by"
    scoped = Search("europepmc", "exosomes", since=today, changed_since=today)
    assert gather(harvester(), scoped, make_client(tmp_path)).ids == []


def test_twelve_thousand_hits(rig, service, tmp_path, monkeypatch):
    monkeypatch.setattr(europepmc, "PAGE", 1_000)
    service.records = mixed(12_000)
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path, read_timeout=20.0))
    assert harvest.complete
    assert sorted(harvest.ids) == all_names(service)


PASSING = {
    **faults.PASSING,
    "upkeep page": faults.says(Path("pubmed/maintenance.html"), type="text/html"),
    "error in a 200": faults.says(Path("europepmc/error_500.json")),
    "rate in a 200": faults.says(Path("pubmed/rate_exceeded.json")),
    "counted, not listed": faults.says(Path("europepmc/counted_not_listed.json")),
    "nothing": faults.says(Path("europepmc/nothing.json")),
    "no search result": faults.says('{"version": "6.9"}'),
    "a list": faults.says("[1, 2]"),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
@pytest.mark.parametrize("at", [0, 2])
def test_passing_faults_lose_nothing(rig, service, tmp_path, at, fault):
    rig.script("search", *[None] * at, fault, None, fault)
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == all_names(service)


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_lasting_faults_are_errors_and_can_be_resumed(rig, service, tmp_path, fault):
    rig.script("search", None, None, *[fault] * 40)
    brought, cursor, hits = [], None, None
    try:
        for batch in harvester().fetch(EXOSOMES, make_client(tmp_path, retries=1), None):
            brought += [article.source_id for article in batch.articles]
            cursor, hits = batch.cursor, batch.hits
    except OutageError as error:
        assert str(error).startswith("Europe PMC does not answer as it should")
        rig.heal()
        brought += gather(harvester(), EXOSOMES, make_client(tmp_path), cursor).ids
        assert sorted(brought) == all_names(service)
    else:
        # Pages that stay empty while 150 are counted: an end that does not agree with its count.
        assert fault is PASSING["counted, not listed"]
        assert (len(brought), hits) == (80, 150)


def test_a_zero_is_confirmed_by_another_request(rig, service, tmp_path):
    harvest = gather(harvester(), Search("europepmc", "supercalifragilistic"), make_client(tmp_path))
    assert harvest.complete
    assert harvest.batches[-1].hits == 0
    assert len(rig.requests) == 2


def test_refusals_are_final(rig, tmp_path):
    rig.script("search", faults.says(Path("europepmc/error_400.json")))
    with pytest.raises(RefusedError, match="Mandatory parameter"):
        gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert len(rig.requests) == 1


def test_marks_may_be_forgotten_at_any_time(rig, service, tmp_path):
    rig.script("search", None, None, faults.first(service.expire))
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == all_names(service)


def test_marks_that_are_never_honoured_are_an_outage(rig, service, tmp_path):
    rig.script("search", *[faults.first(service.expire)] * 100)
    with pytest.raises(OutageError, match="does not know the cursorMark"):
        gather(harvester(), EXOSOMES, make_client(tmp_path))


def test_a_result_that_grows_or_shrinks_meanwhile_ends_complete(rig, service, tmp_path):
    rig.script("search", None, None, faults.first(lambda: service.records.extend(mixed(230)[150:])))
    grown = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert grown.complete
    assert sorted(grown.ids) == all_names(service)
    rig.script("search", None, None, faults.first(lambda: service.records.__delitem__(slice(0, 50))))
    shrunk = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert shrunk.complete
    assert set(shrunk.ids) >= set(all_names(service))


def test_a_count_above_what_is_listed_is_not_complete(rig, service, tmp_path):
    def boast(request, answer):
        reply = answer(request)
        return replace(reply, body=reply.body.replace(b'"hitCount": 150', b'"hitCount": 153'))

    rig.script("search", *[boast] * 100)
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert len(harvest.ids) == 150
    assert harvest.batches[-1].hits == 153
    assert not harvest.complete


def test_an_unreadable_record_is_a_reject(rig, service, tmp_path):
    def spoil(request, answer):
        reply = answer(request)
        return replace(reply, body=reply.body.replace(b'"result": [', b'"result": [{"id": "7", "source": "MED"}, '))

    rig.script("search", spoil)
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert [reject.item for reject in harvest.rejects] == ["MED:7"]
    assert sorted(harvest.ids) == all_names(service)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kills=st.sets(st.integers(1, 8)), forget=st.booleans())
def test_killed_anywhere_it_brings_every_record_once(rig, service, tmp_path, kills, forget):
    stops = (lambda number: number in kills, service.expire if forget else lambda: None)
    harvest = gather_killed(harvester(), EXOSOMES, lambda: make_client(tmp_path), *stops)
    assert harvest.complete
    assert sorted(harvest.ids) == all_names(service)


def test_identifiers_of_every_kind(rig, service, tmp_path):
    known = service.records
    ids = (
        Identifier("doi", known[0].doi),
        Identifier("pmid", known[1].pmid),
        Identifier("pmcid", known[9].pmcid),
        Identifier("doi", known[6].doi),
        Identifier("pmid", "99999999"),
        Identifier("doi", "10.5555/nowhere(1)"),
        Identifier("pmid", known[1].pmid),
    )
    search = Search("europepmc", ids=ids)
    harvest = gather(harvester(), search, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == sorted(name_of(known[number]) for number in (0, 1, 9, 6))
    assert {(r.item, r.reason) for r in harvest.rejects} == {
        ("pmid 99999999", "not found in Europe PMC"),
        ("doi 10.5555/nowhere(1)", "not found in Europe PMC"),
    }
    assert harvester().count(search, make_client(tmp_path)) == 4


def test_many_identifiers_killed_after_every_batch(rig, service, tmp_path):
    ids = tuple(Identifier("pmid", r.pmid) for r in service.records if r.kind == "MED")
    harvest = gather_killed(
        harvester(), Search("europepmc", ids=ids), lambda: make_client(tmp_path), lambda number: True
    )
    assert harvest.complete
    assert len(harvest.ids) == len(set(harvest.ids)) == len(ids)


def test_a_search_without_a_question(tmp_path):
    with pytest.raises(UsageError, match="needs a query"):
        gather(harvester(), Search("europepmc"), make_client(tmp_path))
    since = date(2024, 1, 1)
    with pytest.raises(UsageError, match="swap them"):
        gather(harvester(), Search("europepmc", "x", since, since - timedelta(days=1)), make_client(tmp_path))


def test_an_identifier_that_spoils_the_search_is_one_reject(rig, service, tmp_path):
    bad = Identifier("doi", "10.5555/odd")
    refusal = faults.says(Path("europepmc/error_400.json"))
    rig.script("search", *[faults.after(0, refusal, lambda r: "10.5555/odd" in r.params["query"])] * 20)
    ids = (*(Identifier("doi", service.records[n].doi) for n in (0, 1, 3)), bad)
    harvest = gather(harvester(), Search("europepmc", ids=ids), make_client(tmp_path))
    assert harvest.complete
    assert len(harvest.ids) == 3
    assert [(r.item, "refuses" in r.reason) for r in harvest.rejects] == [("doi 10.5555/odd", True)]
    with pytest.raises(RefusedError):
        gather(harvester(), Search("europepmc", ids=(bad,)), make_client(tmp_path))
