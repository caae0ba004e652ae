"""Full texts of Europe PMC against a local service that lacks some, fails and answers with something else."""

import logging
from pathlib import Path

import pytest

from miner.errors import SourceError, UsageError
from miner.model.articles import Article
from miner.model.identifiers import Identifier
from miner.settings import load_settings
from miner.sources import europepmc
from miner.sources.base import Search
from tests.rig import Rig, faults
from tests.rig.europepmc import EuropePMC as EuropePMCService
from tests.rig.europepmc import full_text, name_of
from tests.rig.harness import gather, gather_killed, make_client
from tests.rig.records import records

EXOSOMES = Search("europepmc", "exosomes", full_text=True)


def harvester():
    return europepmc.make_harvester(load_settings())


@pytest.fixture
def service(monkeypatch):
    monkeypatch.setattr(europepmc, "FULL_TEXTS", 10)
    service = EuropePMCService(records(30))
    service.closed = {"PMC7000009"}
    return service


@pytest.fixture
def rig(service, monkeypatch):
    with Rig(service) as running:
        monkeypatch.setenv("EXOMINER_EUROPEPMC_URL", running.url(service) + "/")
        monkeypatch.delenv("EXOMINER_EMAIL", raising=False)
        yield running


def with_full_text(articles: list[Article]) -> set[str | None]:
    return {article.pmcid for article in articles if article.has_full_text}


def open_access(service: EuropePMCService) -> set[str | None]:
    return {one.pmcid for one in service.records if one.pmcid} - service.closed


def test_articles_come_with_the_full_text_that_there_is(rig, service, tmp_path):
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert sorted(harvest.ids) == sorted(map(name_of, service.records))
    assert with_full_text(harvest.articles) == open_access(service)
    one = next(article for article in harvest.articles if article.pmcid == "PMC7000003")
    assert (one.source, one.source_id, one.license, one.pmid) == ("europepmc", "MED:30000003", "CC BY", "30000003")
    assert [section.label for section in one.sections] == ["", "Results", "Results"]
    assert one.sections[-1].text == "Exosomes carried 30000003 of these."
    assert next(a for a in harvest.articles if a.pmcid == "PMC7000009").sections[0].kind == "abstract"


def test_by_identifier(rig, service, tmp_path):
    ids = (Identifier("pmcid", "PMC7000003"), Identifier("pmid", "30000004"))
    harvest = gather(harvester(), Search("europepmc", ids=ids, full_text=True), make_client(tmp_path))
    assert with_full_text(harvest.articles) == {"PMC7000003"}
    assert len(harvest.articles) == 2


PASSING = {
    **faults.PASSING,
    "upkeep page": faults.says(Path("pubmed/maintenance.html"), type="text/html"),
    "no article": faults.says("<nothing/>"),
    "another article": faults.says(full_text(records(6)[5])),
    "two articles": faults.says(
        b"<articles>" + full_text(records(3)[2]).partition(b'"JATS.dtd">')[2] * 2 + b"</articles>"
    ),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_passing_faults_lose_no_full_text(rig, service, tmp_path, fault):
    rig.script("PMC7000003/fullTextXML", fault)
    harvest = gather(harvester(), EXOSOMES, make_client(tmp_path))
    assert harvest.complete
    assert with_full_text(harvest.articles) == open_access(service)


@pytest.mark.parametrize("fault", [faults.status(500), faults.status(400), faults.says("<nothing/>")])
def test_one_full_text_that_always_fails_costs_itself_alone(rig, service, tmp_path, fault, caplog):
    rig.script("PMC7000003/fullTextXML", *[fault] * 40)
    with caplog.at_level(logging.WARNING):
        harvest = gather(harvester(), EXOSOMES, make_client(tmp_path, retries=1))
    assert harvest.complete
    assert with_full_text(harvest.articles) == open_access(service) - {"PMC7000003"}
    assert "exominer ingest europepmc --pmcid PMC7000003 --fulltext" in caplog.text


def test_where_all_fail_the_search_fails_and_goes_on_later(rig, service, tmp_path):
    for pmcid in sorted(map(str, open_access(service)))[3:]:
        rig.script(f"{pmcid}/fullTextXML", *[faults.status(503)] * 40)
    brought, cursor = [], None
    with pytest.raises(SourceError):
        for batch in harvester().fetch(EXOSOMES, make_client(tmp_path, retries=1), None):
            brought += batch.articles
            cursor = batch.cursor
    assert len(brought) in (0, 10)
    rig.heal()
    brought += gather(harvester(), EXOSOMES, make_client(tmp_path), cursor).articles
    assert sorted(article.source_id for article in brought) == sorted(map(name_of, service.records))
    assert with_full_text(brought) >= open_access(service) - {"PMC7000003", "PMC7000006"}


def test_killed_after_any_batch_it_brings_every_full_text_once(rig, service, tmp_path):
    harvest = gather_killed(harvester(), EXOSOMES, lambda: make_client(tmp_path), lambda number: True)
    assert sorted(harvest.ids) == sorted(map(name_of, service.records))
    assert with_full_text(harvest.articles) == open_access(service)


@pytest.mark.parametrize(
    ("licenses", "query"),
    [
        (("CC BY",), '(exosomes) AND (LICENSE:"cc by" OR LICENSE:"cc-by")'),
        (("CC0", "CC BY-NC"), '(exosomes) AND (LICENSE:"cc0" OR LICENSE:"cc by-nc" OR LICENSE:"cc-by-nc")'),
    ],
)
def test_licenses_narrow_the_query(licenses, query):
    assert europepmc.within_licenses("exosomes", licenses) == query


@pytest.mark.parametrize("license_", [None, "other", "public domain"])
def test_what_cannot_be_searched_for_is_refused(license_):
    with pytest.raises(UsageError, match="cannot be searched for the license"):
        europepmc.within_licenses("exosomes", ["CC BY", license_])
