"""Measure time and memory of filtering PubMed's bulk files, as a ratio to `gzip -dc FILE | wc -c` on one core.

    python -m pipelines.bench.bulk                 # a made-up file like NLM's: 30,000 citations, 3 % on vesicles
    python -m pipelines.bench.bulk FILE.xml.gz     # a file of yours

Each round times gzip, then the filter, in fresh processes pinned to one core. Wall time and CPU time (user and system)
are both given: on a busy machine only the latter says much.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipelines.bench.baseline import CITATIONS, RECORDS, make_file


def read(path: Path) -> None:
    """What the filter is timed on; prints its own measures as JSON."""
    from miner.model.articles import Article
    from miner.sources.bulk_filter import Scan, Wanted, scan_file
    from miner.sources.text_query import VESICLES as QUERY
    from miner.sources.text_query import TextQuery

    start = clocks()
    scan = Scan(Wanted(TextQuery(QUERY)))
    taken = sum(isinstance(record, Article) for record in scan_file(path, scan))
    wall, cpu = (after - before for after, before in zip(clocks(), start, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": wall, "cpu": cpu, "taken": taken, "passed": len(scan.passed), "peak_mb": peak}))


def gunzip(path: Path) -> dict[str, float]:
    """Seconds that `gzip -dc FILE | wc -c` takes."""
    start = clocks()
    with subprocess.Popen(["gzip", "-dc", str(path)], stdout=subprocess.PIPE) as unzip:
        subprocess.run(["wc", "-c"], stdin=unzip.stdout, stdout=subprocess.DEVNULL, check=True)
    wall, cpu = (after - before for after, before in zip(clocks(), start, strict=True))
    return {"wall": wall, "cpu": cpu}


def clocks() -> tuple[float, float]:
    """Seconds on the wall, and seconds of CPU spent by this process and those it has waited for."""
    return time.perf_counter(), sum(os.times()[:4])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--citations", type=int, default=CITATIONS)
    parser.add_argument("--share", type=float, default=0.03, help="of the made-up citations, those on vesicles")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        return read(options.file)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        path = options.file
        if path is None:
            path = Path(folder) / "pubmed24n0001.xml.gz"
            print(f"writing {options.citations:,} citations …", file=sys.stderr)
            make_file(path, options.share, options.citations)
        unzips, reads = [], []
        for _ in range(options.rounds):
            unzips.append(gunzip(path))
            output = subprocess.run(
                [sys.executable, "-m", "pipelines.bench.bulk", "--read", str(path)], stdout=subprocess.PIPE, check=True
            )
            reads.append(json.loads(output.stdout))
    records = reads[-1]["taken"] + reads[-1]["passed"]
    print(f"records: {reads[-1]['taken']:,} taken, {reads[-1]['passed']:,} passed over")
    for clock in ("wall", "cpu"):
        base = statistics.median(unzip[clock] for unzip in unzips)
        seconds = statistics.median(read[clock] for read in reads)
        ratios = [read[clock] / unzip[clock] for read, unzip in zip(reads, unzips, strict=True)]
        print(
            f"{clock:4}  gzip -dc | wc -c: {base:.2f} s   filtered: {seconds:.2f} s   "
            f"ratio: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f} in {len(ratios)} rounds)"
        )
    print(f"peak memory: {max(r['peak_mb'] for r in reads):.0f} MB")
    hours = statistics.median(read["cpu"] for read in reads) / records * RECORDS / 3600
    print(
        f"the whole baseline, {RECORDS:,} records: {hours:.1f} hours of one such core, storing not counted,\n"
        "if its records are like these and files arrive as fast as they are read; n cores need 1/n of it"
    )
    return None


if __name__ == "__main__":
    main()
