"""Measure exports of a workspace's corpus: processor time, peak memory, size.

    python -m pipelines.bench.exports --workspace .exominer/demo [--format nanopubs]

Each format is written by the command itself, in a process of its own.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from miner.exports import FORMATS


def measure(workspace: Path, format_: str) -> str:
    """Export in this process; returns one line of figures."""
    from miner.corpus import Corpus
    from miner.workflow.export import export_files

    with tempfile.TemporaryDirectory() as folder, Corpus(workspace / "corpus.sqlite") as corpus:
        size = sum(path.stat().st_size for path in export_files(corpus, format_, Path(folder)))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = used.ru_utime + used.ru_stime
    return f"{format_:10} {seconds:7.1f} s CPU {used.ru_maxrss / 1000:7.0f} MB peak {size / 1e6:8.1f} MB written"


def main() -> None:
    """Print a line for each format."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--format", choices=FORMATS)
    given = parser.parse_args()
    if given.format:
        print(measure(given.workspace, given.format))
        return
    for format_ in FORMATS:
        command = [sys.executable, "-m", "pipelines.bench.exports", "--workspace", given.workspace, "--format", format_]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
