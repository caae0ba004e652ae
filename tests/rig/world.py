"""Every service, one workspace and the command line between them, for tests of searches."""

import io
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from miner.cli import main
from miner.corpus import Corpus
from miner.http.client import HttpClient
from tests.rig import Rig, faults
from tests.rig.biorxiv import BioRxiv, post
from tests.rig.crossref import Crossref
from tests.rig.europepmc import EuropePMC
from tests.rig.harness import make_client
from tests.rig.jci import JCI
from tests.rig.pubmed import PubMed
from tests.rig.pubmed_bulk import PubMedBulk, bulk_file
from tests.rig.records import record, records


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class World:
    """Every service, one workspace, and the command line between them."""

    rig: Rig
    workspace: Path
    pubmed: PubMed
    europepmc: EuropePMC
    crossref: Crossref
    biorxiv: BioRxiv
    jci: JCI
    bulk: PubMedBulk
    run: Callable[..., Result] = field(default=lambda *_: Result(0, "", ""))

    @property
    def searches(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.run("sources", "--json").json
        return found

    def corpus(self) -> Corpus:
        return Corpus(self.workspace / "corpus.sqlite")

    def counts(self) -> dict[str, int]:
        with self.corpus() as corpus:
            return corpus.counts()

    def killed(self, path: str, *words: str) -> None:
        """Run the command as a process of its own, and kill it while it waits for its second answer from `path`."""
        before = len(self.rig.requests_to(path))
        self.rig.script(path, None, faults.stall(60))
        command = [sys.executable, "-c", "from miner.cli import main; main()", *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            end = time.monotonic() + 120
            while len(self.rig.requests_to(path)) < before + 2:
                assert process.poll() is None, process.communicate()[0]
                assert time.monotonic() < end
                time.sleep(0.02)
        finally:
            process.kill()
            process.communicate()
        self.rig.heal()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    made = records(24)
    posts = [post(r) for r in made] + [post(r, server="medRxiv") for r in made]
    pages = [(str(n), replace(record(n), doi=f"10.1172/jci{n}")) for n in (81135, 81136)]
    services = (PubMed(made), EuropePMC(made), Crossref(made), BioRxiv(posts), JCI(pages), PubMedBulk())
    services[-1].add("baseline/pubmed24n0001.xml.gz", bulk_file(made))
    with Rig(*services) as rig:
        for service, name in zip(
            services, ("PUBMED", "EUROPEPMC", "CROSSREF", "BIORXIV", "JCI", "PUBMED_BULK"), strict=True
        ):
            monkeypatch.setenv(f"EXOMINER_{name}_URL", rig.url(service))
        monkeypatch.setenv("EXOMINER_JCI_INSIGHT_URL", rig.url(services[4]))
        monkeypatch.setenv("EXOMINER_WORKSPACE", str(tmp_path / "ws"))
        monkeypatch.setenv("EXOMINER_CACHE", str(tmp_path / "cache"))
        # Waiting takes no time here; the processes that are killed keep the real pace.
        monkeypatch.setattr(
            HttpClient,
            "from_settings",
            lambda settings, *, fresh=False: make_client(settings.cache, fresh=fresh, read_timeout=20.0),
        )

        def run(*words: str, stdin: str = "") -> Result:
            monkeypatch.setattr(sys, "argv", ["exominer", *words])
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
            monkeypatch.setattr(logging.getLogger("miner"), "handlers", [])  # as in a fresh process
            capsys.readouterr()
            with pytest.raises(SystemExit) as left:
                main()
            out, err = capsys.readouterr()
            assert "Traceback" not in err
            return Result(int(left.value.code or 0), out, err)

        yield World(rig, tmp_path / "ws", *services, run)
        logging.captureWarnings(False)
