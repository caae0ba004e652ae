"""What a run is told from outside, read once from the environment and the command line, then handed down."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are kept and how the graph is reached.

    `neo4j_uri` None means the embedded server in the workspace. Secrets are kept out of `repr`.
    """

    workspace: Path
    cache: Path
    neo4j_uri: str | None = None
    neo4j_username: str = "neo4j"
    neo4j_password: str | None = field(default=None, repr=False)
    neo4j_database: str | None = None
    java_heap: str = "768m"

    @property
    def corpus_path(self) -> Path:
        """The SQLite file that holds the corpus."""
        return self.workspace / "corpus.sqlite"

    @property
    def server_home(self) -> Path:
        """The folder of the embedded Neo4j server."""
        return self.workspace / "neo4j"


def from_environment(workspace: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `environ`, the workspace given on the command line winning over `EXOMINER_WORKSPACE`."""
    home = workspace or Path(environ.get("EXOMINER_WORKSPACE") or platformdirs.user_data_path("exominer"))
    cache = Path(environ.get("EXOMINER_CACHE") or platformdirs.user_cache_path("exominer"))
    return Settings(
        workspace=home.expanduser().absolute(),
        cache=cache.expanduser().absolute(),
        neo4j_uri=environ.get("NEO4J_URI") or None,
        neo4j_username=environ.get("NEO4J_USERNAME") or "neo4j",
        neo4j_password=environ.get("NEO4J_PASSWORD") or None,
        neo4j_database=environ.get("NEO4J_DATABASE") or None,
        java_heap=environ.get("EXOMINER_JAVA_HEAP") or "768m",
    )
