"""Settings come from the environment; what is given in code wins; a bad value is named."""

from pathlib import Path

import pytest

from miner.errors import UsageError
from miner.settings import Settings, load_settings

VARIABLES = {
    "EXOMINER_WORKSPACE": ("workspace", "/data/ws", Path("/data/ws")),
    "EXOMINER_CACHE": ("cache", "/data/cache", Path("/data/cache")),
    "EXOMINER_CURATOR": ("curator", "ada", "ada"),
    "EXOMINER_PASSWORD_HASH": ("password_hash", "scrypt:00:00", "scrypt:00:00"),
    "NEO4J_URI": ("neo4j_uri", "bolt://there:7687", "bolt://there:7687"),
    "NEO4J_USERNAME": ("neo4j_username", "eve", "eve"),
    "NEO4J_PASSWORD": ("neo4j_password", "secret", "secret"),
    "NEO4J_DATABASE": ("neo4j_database", "evs", "evs"),
    "EXOMINER_JAVA_HEAP": ("java_heap", "2g", "2g"),
    "EXOMINER_NEO4J_IDLE_MINUTES": ("neo4j_idle_minutes", "5", 5.0),
    "JAVA_HOME": ("java_home", "/opt/java", Path("/opt/java")),
    "EXOMINER_EMAIL": ("email", "me@example.org", "me@example.org"),
    "EXOMINER_HTTP_TIMEOUT": ("http_timeout", "0.5", 0.5),
    "EXOMINER_HTTP_RETRIES": ("http_retries", "0", 0),
    "EXOMINER_NCBI_API_KEY": ("ncbi_api_key", "k", "k"),
    "NCBI_API_KEY": ("ncbi_api_key", "k", "k"),
    "EXOMINER_PUBMED_URL": ("pubmed_url", "http://here/", "http://here"),
    "EXOMINER_PUBMED_BULK_URL": ("pubmed_bulk_url", "/data/pubmed", "/data/pubmed"),
    "EXOMINER_EUROPEPMC_URL": ("europepmc_url", "http://here/", "http://here"),
    "EXOMINER_CROSSREF_URL": ("crossref_url", "http://here", "http://here"),
    "EXOMINER_BIORXIV_URL": ("biorxiv_url", "http://here", "http://here"),
    "EXOMINER_JCI_URL": ("jci_url", "http://here", "http://here"),
    "EXOMINER_JCI_INSIGHT_URL": ("jci_insight_url", "http://here", "http://here"),
}


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", VARIABLES)
def test_each_variable_is_read_and_an_empty_one_is_unset(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    field, text, value = VARIABLES[name]
    by_default = getattr(Settings(), field)
    monkeypatch.setenv(name, text)
    assert getattr(load_settings(), field) == value
    assert by_default != value
    monkeypatch.setenv(name, "")
    assert getattr(load_settings(), field) == by_default


def test_every_setting_has_a_variable() -> None:
    assert {field for field, _, _ in VARIABLES.values()} == set(Settings.model_fields)


def test_what_is_given_in_code_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXOMINER_WORKSPACE", "/data/ws")
    monkeypatch.setenv("NEO4J_URI", "bolt://there:7687")
    assert load_settings(Path("/other")).workspace == Path("/other")
    assert Settings(neo4j_uri=None).neo4j_uri is None


@pytest.mark.parametrize("name", ["EXOMINER_HTTP_TIMEOUT", "EXOMINER_HTTP_RETRIES"])
@pytest.mark.parametrize("value", ["many", "-1", "nan", "1e9"])
def test_a_value_of_no_use_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=f"{name} is '{value}'"):
        load_settings()


def test_secrets_stay_out_of_the_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "hidden-1")
    monkeypatch.setenv("NCBI_API_KEY", "hidden-2")
    assert "hidden" not in repr(load_settings())
