"""Measure the explorer's pages on a workspace: the time of each from request to response, over HTTP.

    python -m pipelines.bench.explorer --workspace .exominer/demo [--runs 20]

Prints the median and 95th percentile of every page, and how many of these are above 300 ms.
"""

import argparse
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import uvicorn

from miner.explorer.app import create_app
from miner.explorer.library import Library
from miner.explorer.scripts import load_assets
from miner.explorer.security import Access
from miner.model.reporter import SILENT
from miner.settings import load_settings

MOST_MS = 300
MOST_CLAIMS = """\
MATCH (n:Entity)<-[:SUBJECT|OBJECT]-(a:Assertion) WHERE $label IN labels(n)
RETURN n.id AS id, n.name AS name, count(*) AS claims ORDER BY claims DESC, id LIMIT 1"""
_LARGEST_CLAIM = "MATCH (a:Assertion) RETURN a.id AS id ORDER BY a.papers DESC, id LIMIT 1"
_LARGEST_PAPER = """\
MATCH (p:Publication)<-[:FROM]-(e) RETURN p.id AS id, count(*) AS n ORDER BY n DESC, id LIMIT 1"""


def addresses(library: Library) -> list[str]:
    """Every kind of page, each of what the workspace holds most of."""
    vesicle, rna, cancer = (library.read(MOST_CLAIMS, label=label)[0] for label in ("Vesicle", "MicroRNA", "Cancer"))
    (claim,), (paper,) = library.read(_LARGEST_CLAIM), library.read(_LARGEST_PAPER)
    return [
        "/", "/?q=mi", "/?q=metastas", "/?q=zzyzx", f"/entity/{vesicle['id']}", f"/entity/{rna['id']}",
        f"/entity/{cancer['id']}", f"/claim/{claim['id']}", f"/paper/{paper['id']}", "/claims",
        f"/claims?entity={rna['id']}", f"/claims?cancer={cancer['id']}&predicate=PROMOTES", "/cancers", "/functions",
        "/vesicles", f"/network?entity={vesicle['id']}", f"/network.svg?entity={vesicle['id']}",
        "/stories?function=metastasis", "/review", f"/review?entity={rna['id']}",
        "/new", "/contradictions", "/queries", "/queries/headline",
        "/cypher?q=MATCH+(n:Cancer)+RETURN+n.name+LIMIT+20",
    ]  # fmt: skip


@contextmanager
def served(library: Library) -> Iterator[str]:
    """The explorer on a port of its own; gives its address."""
    app = create_app(library, Access(), load_assets(library.settings.cache, SILENT), "bench")
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error"))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def measure(client: httpx2.Client, address: str, runs: int) -> list[float]:
    """Sorted milliseconds of `runs` requests, after two that are not counted."""
    times = []
    for number in range(runs + 2):
        start = time.perf_counter()
        client.get(address).raise_for_status()
        if number >= 2:
            times.append(1000 * (time.perf_counter() - start))
    return sorted(times)


def main() -> None:
    """Print the times of every page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=20)
    arguments = parser.parse_args()
    library = Library(load_settings(arguments.workspace))
    slow = 0
    with served(library) as base, httpx2.Client(base_url=base, timeout=60) as client:
        for address in addresses(library):
            times = measure(client, address, arguments.runs)
            p95 = times[int(0.95 * (len(times) - 1))]
            slow += p95 > MOST_MS
            print(f"{address[:60]:60}  median {statistics.median(times):6.0f} ms   p95 {p95:6.0f} ms", flush=True)
    library.close()
    print(f"{slow} above {MOST_MS} ms")


if __name__ == "__main__":
    main()
