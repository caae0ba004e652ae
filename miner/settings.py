"""Settings of a run: every environment variable that Exominer reads, in one class, read once and handed down."""

import os
from pathlib import Path

import platformdirs
from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from miner.errors import UsageError


class Settings(BaseSettings):
    """Where data is kept, how the graph is reached and how services are called.

    Each field is read from the environment variable that its alias names; an empty variable counts as unset.
    `neo4j_uri` None means the embedded server in the workspace. Secrets are kept out of `repr`.

    >>> Settings(workspace=Path("/data/evs"), neo4j_uri="bolt://localhost:7687").corpus_path
    PosixPath('/data/evs/corpus.sqlite')
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True)

    workspace: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("exominer"), validation_alias="EXOMINER_WORKSPACE"
    )
    cache: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("exominer"), validation_alias="EXOMINER_CACHE"
    )
    curator: str | None = Field(default=None, validation_alias="EXOMINER_CURATOR")

    password_hash: str | None = Field(default=None, validation_alias="EXOMINER_PASSWORD_HASH", repr=False)
    """The hash that `exominer serve --hash-password` printed; the explorer then asks for the password."""

    neo4j_uri: str | None = Field(default=None, validation_alias="NEO4J_URI")
    neo4j_username: str = Field(default="neo4j", validation_alias="NEO4J_USERNAME")
    neo4j_password: str | None = Field(default=None, validation_alias="NEO4J_PASSWORD", repr=False)
    neo4j_database: str | None = Field(default=None, validation_alias="NEO4J_DATABASE")
    java_heap: str = Field(default="768m", validation_alias="EXOMINER_JAVA_HEAP")
    java_home: Path | None = Field(default=None, validation_alias="JAVA_HOME")
    neo4j_idle_minutes: float = Field(default=30.0, ge=0, validation_alias="EXOMINER_NEO4J_IDLE_MINUTES")
    """Minutes without use after which the embedded server stops by itself; 0 keeps it running."""

    email: str | None = Field(default=None, validation_alias="EXOMINER_EMAIL")
    http_timeout: float = Field(default=60.0, ge=0.05, lt=1e6, validation_alias="EXOMINER_HTTP_TIMEOUT")
    """Seconds to wait for an answer."""
    http_retries: int = Field(default=4, ge=0, lt=1000, validation_alias="EXOMINER_HTTP_RETRIES")
    ncbi_api_key: str | None = Field(
        default=None, validation_alias=AliasChoices("EXOMINER_NCBI_API_KEY", "NCBI_API_KEY"), repr=False
    )
    pubmed_url: str = Field(
        default="https://eutils.ncbi.nlm.nih.gov/entrez/eutils", validation_alias="EXOMINER_PUBMED_URL"
    )
    pubmed_bulk_url: str = Field(
        default="https://ftp.ncbi.nlm.nih.gov/pubmed", validation_alias="EXOMINER_PUBMED_BULK_URL"
    )
    """A URL or a local folder that holds `baseline/` and `updatefiles/`."""
    europepmc_url: str = Field(
        default="https://www.ebi.ac.uk/europepmc/webservices/rest", validation_alias="EXOMINER_EUROPEPMC_URL"
    )
    crossref_url: str = Field(default="https://api.crossref.org", validation_alias="EXOMINER_CROSSREF_URL")
    biorxiv_url: str = Field(default="https://api.biorxiv.org", validation_alias="EXOMINER_BIORXIV_URL")
    jci_url: str = Field(default="https://www.jci.org", validation_alias="EXOMINER_JCI_URL")
    jci_insight_url: str = Field(default="https://insight.jci.org", validation_alias="EXOMINER_JCI_INSIGHT_URL")

    @field_validator("workspace", "cache")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().absolute()

    @field_validator(
        "pubmed_url", "pubmed_bulk_url", "europepmc_url", "crossref_url", "biorxiv_url", "jci_url", "jci_insight_url"
    )
    @classmethod
    def _without_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @property
    def corpus_path(self) -> Path:
        """The SQLite file that holds the corpus."""
        return self.workspace / "corpus.sqlite"

    @property
    def server_home(self) -> Path:
        """The folder of the embedded Neo4j server."""
        return self.workspace / "neo4j"


def load_settings(workspace: Path | None = None) -> Settings:
    """Settings from the environment; a workspace given here wins over `EXOMINER_WORKSPACE`.

    Raises UsageError that names the variable where a value is not usable.
    """
    try:
        return Settings(workspace=workspace) if workspace else Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = first["loc"][0]
        raise UsageError(f"{name} is {first['input']!r} - {first['msg'].lower()}") from None


def inherited_environment() -> dict[str, str]:
    """The environment that a child process is started with, before changes."""
    return dict(os.environ)
