"""A workspace as the pipeline makes it, of the examples and of a hostile article, behind the explorer."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from starlette.testclient import TestClient

from miner.corpus import Corpus
from miner.explorer.app import create_app
from miner.explorer.library import Library
from miner.explorer.scripts import Asset, load_assets
from miner.explorer.security import Access
from miner.model.articles import Article, Section
from miner.model.reporter import SILENT
from miner.settings import Settings
from miner.workflow.files import ingest_files
from miner.workflow.graph import load_graph
from miner.workflow.reading import read_pending
from miner.workflow.shards import Engine

ROOT = Path(__file__).parents[2]
ADDRESS = "http://127.0.0.1:7700"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"
HOSTILE_ARTICLE = Article(
    "file", "hostile", f"Exosomal miR-21 promotes metastasis in breast cancer {HOSTILE}",
    (Section("abstract", f"Exosomal miR-155 promotes angiogenesis {HOSTILE} in breast cancer."),),
    pmid="99999901", doi='10.1000/"><script>alert(3)</script>', authors=(HOSTILE,), journal=HOSTILE, published="2020",
)  # fmt: skip


@pytest.fixture(scope="session")
def corpus_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of a workspace, with claims."""
    path = tmp_path_factory.mktemp("explored") / "corpus.sqlite"
    with Corpus(path) as corpus:
        ingest_files([str(ROOT / "examples")], corpus, SILENT)
        corpus.add([HOSTILE_ARTICLE])
        read_pending(corpus, SILENT, Engine(processes=1))
    return path


@pytest.fixture(scope="module")
def library(corpus_path: Path, elsewhere: Settings) -> Iterator[Library]:
    """The workspace with its graph loaded."""
    settings = elsewhere.model_copy(update={"workspace": corpus_path.parent})
    with Corpus(corpus_path) as corpus:
        load_graph(settings, corpus, SILENT)
    opened = Library(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def assets() -> dict[str, Asset]:
    """The files that pages load."""
    return load_assets(Settings().cache, SILENT)


@pytest.fixture
def access() -> Access:
    return Access()


@pytest.fixture
def reader(library: Library, access: Access, assets: dict[str, Asset]) -> TestClient:
    """Whoever opens the explorer without its token."""
    app = create_app(library, access, assets, "ada")
    return TestClient(app, base_url=ADDRESS, raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture
def curator(reader: TestClient, access: Access) -> TestClient:
    """Whoever opened the address that `serve` printed."""
    assert reader.get(f"/?token={access.token}").status_code == 303
    return reader


@dataclass(frozen=True)
class Site:
    """A running explorer: its address, and the address with the token."""

    address: str
    with_token: str


@pytest.fixture(scope="module")
def site(library: Library, assets: dict[str, Asset]) -> Iterator[Site]:
    """The explorer on a port of its own."""
    access = Access()
    app = create_app(library, access, assets, "ada")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        deadline = time.monotonic() + 30
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        yield Site(address, f"{address}/?token={access.token}")
        server.should_exit = True
        thread.join(10)
