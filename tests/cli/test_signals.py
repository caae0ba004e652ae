"""A command that is stopped ends at once, says so, and leaves no process and no half record behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from miner.corpus import Corpus

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from miner.cli import main; main()"]
WITHIN_S = 5.0
MESSAGE = "stopped - the work done so far is kept; run the same command again to go on"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Abstracts enough for several batches of several processes."""
    text = "Exosomal miR-{n} promotes metastasis of colorectal cancer. Exosomes of macrophages carry miR-{n}."
    lines = [json.dumps({"id": f"r{n}", "title": f"Finding {n}", "abstract": text.format(n=n)}) for n in range(2000)]
    path = tmp_path / "records.jsonl"
    path.write_text("\n".join(lines))
    return path


def run(tmp_path: Path, *words: str) -> subprocess.Popen[bytes]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NEO4J_")}
    command = [*COMMAND, "--workspace", str(tmp_path / "ws"), *words]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment | {"PYTHONPATH": str(ROOT)}
    )


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_extraction_in_processes_stops_at_once(name: str, records: Path, tmp_path: Path) -> None:
    process = run(tmp_path, "extract", str(records), "--processes", "2")
    try:
        assert process.stdout
        process.stdout.readline()  # the first claim: workers are busy now
        workers = psutil.Process(process.pid).children(recursive=True)
        assert len(workers) >= 2
        begun = time.monotonic()
        process.send_signal(getattr(signal, name))
        _, err = process.communicate(timeout=WITHIN_S)
        _, alive = psutil.wait_procs(workers, timeout=max(0.0, WITHIN_S - (time.monotonic() - begun)))
        assert alive == []
        assert process.returncode == 128 + getattr(signal, name)
        assert err.decode() == f"{MESSAGE}\n"
    finally:
        process.kill()
        process.communicate()


FINALIZER = """
import gc, sys, time
import miner.cli
from miner.cli.signals import Stopped

class Node:
    def __del__(self):
        print("ready", flush=True)
        time.sleep(30)  # Python drops what is raised here

def lost():
    node = Node()
    node = None
    time.sleep(30)

def swallowed():
    try:
        print("ready", flush=True)
        time.sleep(30)
    except Stopped:
        time.sleep(30)

def raised():
    print("ready", flush=True)
    time.sleep(30)

miner.cli.app = globals()[sys.argv[1]]
miner.cli.main()
"""


@pytest.mark.parametrize("command", ["lost", "swallowed", "raised"])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_stop_is_reported_once_wherever_it_arrives(name: str, command: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", FINALIZER, command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )
    try:
        assert process.stdout and process.stdout.readline() == b"ready\n"
        process.send_signal(getattr(signal, name))
        _, err = process.communicate(timeout=WITHIN_S)
        assert process.returncode == 128 + getattr(signal, name)
        assert err.decode().count(MESSAGE) == 1
    finally:
        process.kill()
        process.communicate()


def test_what_was_imported_before_the_stop_is_kept_and_the_same_command_goes_on(records: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "ws"
    process = run(tmp_path, "harvest", str(records))
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not _works(workspace):
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=WITHIN_S)
        assert b"Traceback" not in err
    finally:
        process.kill()
        process.communicate()
    kept = _works(workspace)
    assert kept % 200 == 0 and kept > 0  # whole transactions
    again = run(tmp_path, "harvest", str(records), "--json")
    out, _ = again.communicate(timeout=120)
    report = json.loads(out)
    assert report["files"]["new"] + kept == report["corpus"]["works"] == 2000


def _works(workspace: Path) -> int:
    if not (workspace / "corpus.sqlite").exists():
        return 0
    with Corpus(workspace / "corpus.sqlite") as corpus:
        return corpus.counts()["works"]
