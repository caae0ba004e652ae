"""Checks of the cases on the graph, exports and the command line."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from pipelines.measure.cases.steps import Problems, Run, check_counts, check_exit_0

if TYPE_CHECKING:
    pass


# C and D: graph, exports, command line


def check_long_name(run: Run) -> Problems:
    yield from check_exit_0(run)
    yield from check_counts(run, 1)
    if "error:" in run.printed:
        yield "the graph did not load"


def check_typed_parameters(run: Run) -> Problems:
    for step in run.steps[:3]:
        told = step.failed and re.search(r"number|type|integer|float|boolean|text|string", step.stderr, re.IGNORECASE)
        if not told and not any(int(number) for number in re.findall(r"\b\d+\b", step.stdout)):
            yield f"{step.line[-12:]}: {' '.join(step.printed.split())[-120:]!r}"
    step = run.steps[3]
    told = step.failed and re.search(r"--param|type", step.stderr)
    if not told and (step.failed or not step.stdout.strip()):
        yield f"{step.line[-12:]}: {' '.join(step.stderr.split())[-160:]!r}"


def check_backslash(run: Run) -> Problems:
    if found := re.search(r"lucene|cannot parse|ParseException|lexical error|db\.index", run.printed, re.IGNORECASE):
        yield f"{found.group()!r} is in the message: {' '.join(run.printed.split())[:200]}"
    elif re.search(r"exominer:a_\w+", run.steps[0].stdout):
        yield "rows come for a method that nobody names"


def check_kgx_bar(run: Run) -> Problems:
    yield from check_exit_0(run)
    tables = sorted((run.folder / "out").glob("*edges.tsv"))
    if not tables:
        yield "no table of edges was written"
        return
    with tables[0].open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE) if row["publications"]]
    if not rows:
        yield "no edge has a publication"
    for cell in {row["publications"] for row in rows}:
        # One article stands behind every edge.
        if len(cell.split("|")) != 1 or not re.match(r"(?i)doi:10\.5555/a.+b;c,d|doi:10\.5555/a.+b%3bc%2cd", cell):
            yield f"publications: {cell!r}"


def check_latin1_names(run: Run) -> Problems:
    if run.article(pmid="39910001") is None:
        yield "the good record is not there"
    if not any("rences.ris" in reject.item for reject in run.rejects):
        yield f"the bad record is not rejected by its name: {[reject.item for reject in run.rejects]}"


def check_litter(run: Run) -> Problems:
    yield from check_counts(run, 1)


def check_other_encodings(run: Run) -> Problems:
    yield from check_exit_0(run)
    if "TGFB1" not in run.steps[0].stdout:
        yield "the table is not printed"
    if "TGFB1" not in {entity["name"] for entity in run.entities}:
        yield "the JSON is not printed"


def check_folder_named_like_a_source(run: Run) -> Problems:
    if run.article(pmid="39910002") is None and "./pubmed" not in run.printed:
        yield f"neither read nor told how to name it: {' '.join(run.printed.split())[:160]}"
