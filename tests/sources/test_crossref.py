"""The Crossref harvester against a local service that fails, loses cursors and grows during a search."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from miner.errors import OutageError, RefusedError, UsageError
from miner.model.identifiers import Identifier
from miner.settings import load_settings
from miner.sources import crossref
from miner.sources.base import Search
from tests.rig import Rig, faults
from tests.rig.crossref import Crossref as CrossrefService
from tests.rig.crossref import failure
from tests.rig.harness import FlyingTime, gather, gather_killed, make_client
from tests.rig.records import FIRST_DAY, record, records


def harvester():
    return crossref.make_harvester(load_settings())


EXOSOMES = Search("crossref", "exosomes")


@pytest.fixture(params=[False, True], ids=["cursors say where", "cursors scroll"])
def service(request, monkeypatch):
    monkeypatch.setattr(crossref, "PAGE", 40)
    return CrossrefService(records(180), scrolls=request.param)


@pytest.fixture
def rig(service, monkeypatch):
    with Rig(service) as running:
        monkeypatch.setenv("EXOMINER_CROSSREF_URL", running.url(service) + "/")
        monkeypatch.delenv("EXOMINER_EMAIL", raising=False)
        yield running


def is_page(request):
    return request.params.get("rows", "0") != "0"


def dois(service):
    return sorted(r.doi for r in service.records if r.doi)


def test_a_query_brings_every_work_once(rig, service, tmp_path):
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == dois(service)
    first = next(article for article in harvest.articles if article.doi == service.records[0].doi)
    assert (first.source, first.title) == ("crossref", "Exosomes carry miR-155 in glioblastoma: observation 1")
    assert "(p < 0.01, series 1)" in first.sections[0].text
    assert harvester().count(EXOSOMES, make_client(tmp_path)) == len(dois(service))


def test_requests_are_polite(rig, service, tmp_path, monkeypatch):
    monkeypatch.setenv("EXOMINER_EMAIL", "curator@example.org")
    time = FlyingTime()
    gather(harvester(), EXOSOMES, make_client(tmp_path, time))
    assert all(request.params["mailto"] == "curator@example.org" for request in rig.requests)
    # The rig's headers allow 5 requests a second, fewer than are agreed with those who give an address.
    assert time.now - 1_800_000_000.0 >= (len(rig.requests) - 2) / 5


def test_works_keep_their_links_and_need_no_abstract(rig, service, tmp_path):
    service.change(0, abstract="", retracted_by="10.5555/notice.1", preprint_of=None)
    service.change(1, preprint_of="10.5555/vesicle.3")
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    found = {article.doi: article for article in harvest.articles}
    bare, preprint = found[service.records[0].doi], found[service.records[1].doi]
    assert bare.sections == ()
    assert [(notice.kind, notice.doi) for notice in bare.notices] == [("retracted_by", "10.5555/notice.1")]
    assert [(notice.kind, notice.doi) for notice in preprint.notices] == [("preprint_of", "10.5555/vesicle.3")]
    assert harvest.complete


def test_days_are_inclusive_and_updates_see_what_was_indexed(rig, service, tmp_path):
    named = [r for r in service.records if r.doi]
    days = sorted(r.published for r in named)
    since, until = days[20], days[100]
    within = sorted(r.doi for r in named if since <= r.published <= until)
    assert (
        sorted(gather(harvester(), Search("crossref", "exosomes", since, until), make_client(tmp_path)).ids) == within
    )
    today = date(2026, 6, 1)
    service.change(3, changed=today, retracted_by="10.5555/notice.2")
    update = gather(harvester(), Search("crossref", "exosomes", changed_since=today), make_client(tmp_path))
    assert update.ids == [service.records[3].doi]
    assert update.articles[0].notices[0].kind == "retracted_by"


def test_six_thousand_hits(rig, service, tmp_path, monkeypatch):
    monkeypatch.setattr(crossref, "PAGE", 1_000)
    service.records = [replace(r, doi=f"10.5555/v.{r.pmid}") for r in records(6_000)]
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path, read_timeout=20.0))
    assert harvest.complete
    assert sorted(harvest.ids) == dois(service)


FAILED = '{"status":"failed","message-type":"error","message":"Internal error, please retry"}'
PASSING = {
    **faults.PASSING,
    "503": faults.status(503, Retry_After="3"),
    "page": faults.says("<html><body>We will be back soon</body></html>", type="text/html"),
    "error in a 200": faults.says(FAILED),
    "no count": faults.says('{"status":"ok","message-type":"work-list","message":{"items":[]}}'),
    "empty": faults.says(""),
    "a list": faults.says("[1, 2]"),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
@pytest.mark.parametrize("at", [0, 1, 3])
def test_passing_faults_lose_nothing(rig, service, tmp_path, at, fault):
    rig.script("works", *[None] * at, fault, None, fault)
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == dois(service)


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_lasting_faults_are_errors_and_can_be_resumed(rig, service, tmp_path, fault):
    rig.script("works", *[faults.after(2, fault, is_page)] * 40)
    brought, cursor = [], None
    with pytest.raises(OutageError, match=r"^Crossref "):
        for batch in harvester().fetch(EXOSOMES, make_client(tmp_path, retries=1), None):
            brought += [article.source_id for article in batch.articles]
            cursor = batch.cursor
    assert 0 < len(brought) <= 80
    rig.heal()
    rest = gather(harvester(), EXOSOMES, make_client(tmp_path), cursor)
    assert sorted(brought + rest.ids) == dois(service)


def test_a_zero_is_confirmed_by_another_request(rig, service, tmp_path):
    harvest = gather(harvester(), Search("crossref", "supercalifragilistic"), make_client(tmp_path))
    assert harvest.complete
    assert harvest.batches[-1].hits == 0
    assert len(rig.requests) == 3  # two counts and a page


def test_refusals_are_final_and_in_crossrefs_words(rig, tmp_path):
    rig.script("works", lambda *_: failure(400, "filter-not-available", "x", "Filter x specified but there is no such"))
    with pytest.raises(RefusedError, match=r"Filter x specified but there is no such \(x\)"):
        gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert len(rig.requests) == 1


@pytest.fixture
def one_day(service):
    """All works are of one day: their list cannot be cut, and is walked along its cursor."""
    service.records = [replace(r, published=FIRST_DAY) for r in service.records]


def test_cursors_may_be_forgotten_at_any_time(rig, service, one_day, tmp_path):
    rig.script("works", None, None, faults.first(service.expire))
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == dois(service)


def test_cursors_that_are_never_honoured_are_an_outage(rig, service, one_day, tmp_path):
    rig.script("works", *[faults.first(service.expire)] * 100)
    with pytest.raises(OutageError, match="does not know the cursor"):
        gather(harvester(), EXOSOMES, make_client(tmp_path))


def test_a_count_that_changes_meanwhile_ends_complete(rig, service, tmp_path):
    rig.script(
        "works", None, None, faults.first(lambda: (service.records.extend(records(230)[180:]), service.expire()))
    )
    grown = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert grown.complete
    assert sorted(grown.ids) == dois(service)
    rig.script("works", None, None, faults.first(lambda: (service.records.__delitem__(slice(0, 50)), service.expire())))
    shrunk = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert shrunk.complete
    assert set(shrunk.ids) >= set(dois(service))


def test_a_count_above_what_is_listed_is_not_complete(rig, service, tmp_path):
    real = len(dois(service))

    def boast(request, answer):
        reply = answer(request)
        return replace(
            reply, body=reply.body.replace(b'"total-results": %d' % real, b'"total-results": %d' % (real + 3))
        )

    rig.script("works", *[boast] * 100)
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert len(harvest.ids) == real
    assert harvest.batches[-1].hits == real + 3
    assert not harvest.complete


def test_a_work_that_cannot_be_read_is_a_reject(rig, service, tmp_path, monkeypatch):
    monkeypatch.setattr(crossref, "PAGE", 500)

    def spoil(request, answer):
        reply = answer(request)
        return replace(reply, body=reply.body.replace(b'"items": [', b'"items": [{"DOI": "10.5555/untitled"}, 7, ', 1))

    rig.script("works", None, spoil)
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert [reject.item for reject in harvest.rejects] == ["DOI 10.5555/untitled", "record 2"]
    assert sorted(harvest.ids) == dois(service)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kills=st.sets(st.integers(1, 8)), forget=st.booleans())
def test_killed_anywhere_it_brings_every_work_once(rig, service, tmp_path, kills, forget):
    stops = (lambda number: number in kills, service.expire if forget else lambda: None)
    harvest = gather_killed(harvester(), EXOSOMES, lambda: make_client(tmp_path), *stops)
    assert harvest.complete
    assert sorted(harvest.ids) == dois(service)


def test_dois_and_what_is_none(rig, service, tmp_path):
    service.records.append(replace(record(1), doi="10.5555/s0021(97)<1::aid>3.0.co;2-#"))
    ids = (
        Identifier("doi", service.records[0].doi),
        Identifier("doi", service.records[-1].doi),
        Identifier("doi", "10.5555/nowhere"),
        Identifier("pmid", "123"),
        Identifier("doi", service.records[0].doi),
    )
    search = Search("crossref", ids=ids)
    harvest = gather(harvester(), search, make_client(tmp_path))
    assert harvest.complete
    assert harvest.ids == [service.records[0].doi, service.records[-1].doi]
    assert [(r.item, r.reason[:22]) for r in harvest.rejects] == [
        ("doi 10.5555/nowhere", "not found in Crossref"),
        ("pmid 123", "Crossref knows works b"),
    ]
    assert harvester().count(search, make_client(tmp_path)) == 2


def test_an_outage_is_no_missing_doi(rig, service, tmp_path):
    doi = service.records[0].doi
    rig.script(f"works/{doi}", faults.status(502), faults.reset())
    assert gather(harvester(), Search("crossref", ids=(Identifier("doi", doi),)), make_client(tmp_path)).ids == [doi]
    rig.script(f"works/{service.records[1].doi}", *[faults.status(502)] * 9)
    with pytest.raises(OutageError):
        gather(harvester(), Search("crossref", ids=(Identifier("doi", service.records[1].doi),)), make_client(tmp_path))


def test_many_dois_killed_after_every_batch(rig, service, tmp_path):
    ids = tuple(Identifier("doi", doi) for doi in dois(service))
    harvest = gather_killed(
        harvester(), Search("crossref", ids=ids), lambda: make_client(tmp_path), lambda number: True
    )
    assert harvest.complete
    assert sorted(harvest.ids) == dois(service)


def test_a_search_without_a_question(tmp_path):
    with pytest.raises(UsageError, match="needs a query"):
        gather(harvester(), Search("crossref"), make_client(tmp_path))
    since = date(2024, 1, 1)
    with pytest.raises(UsageError, match="swap them"):
        gather(harvester(), Search("crossref", "x", since, since - timedelta(days=1)), make_client(tmp_path))
