"""The command line run in this process, as a user would run it."""

import io
import json
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from miner.cli import main
from tests.rig.world import world

__all__ = ["world"]


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def message(self) -> str:
        """stderr on one line."""
        return " ".join(self.err.split())


Cli = Callable[..., Result]


def read_texts(cli: Cli, texts: Sequence[str]) -> Path:
    """Read each text as the abstract of an article of its own; gives the path of the workspace's corpus."""
    lines = [json.dumps({"id": f"r{n}", "title": f"Finding {n}", "abstract": text}) for n, text in enumerate(texts)]
    Path("records.jsonl").write_text("\n".join(lines))
    assert cli("harvest", "records.jsonl").code == cli("extract").code == 0
    return Path("ws/corpus.sqlite").absolute()


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run a command in a workspace of the test; no Neo4j is named."""
    for name in ("NEO4J_URI", "EXOMINER_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("miner.cli.stop_on_signals", lambda: None)

    def run(*words: Any, stdin: str | bytes = b"") -> Result:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "argv", ["exominer", "--workspace", str(tmp_path / "ws"), *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        monkeypatch.setattr(logging.getLogger("miner"), "handlers", [])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Result(int(left.value.code or 0), out, err)

    return run
