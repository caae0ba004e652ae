"""`verdicts …`: what curators decided on assertions - list, agreement, give, undo, export, import."""

import csv
import getpass
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from graph_schema.model import Predicate
from miner.cli.output import AsJson, print_json, print_records, print_table, say
from miner.cli.progress import progress
from miner.errors import InputError, UsageError, reason
from miner.model.cells import spreadsheet_cell, unguarded

if TYPE_CHECKING:
    from miner.corpus import Corpus
    from miner.model.assertions import Decision, Verdict
    from miner.settings import Settings
    from miner.workflow.curation import BeliefChange

Curator = Annotated[
    str | None,
    typer.Option(envvar="EXOMINER_CURATOR", help="Who judges; by default the user's name.", show_default=False),
]
_COLUMNS = ("assertion", "evidence", "subject", "object", "curator", "decision", "why", "at", "correction",
            "new_subject", "new_object")  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group = typer.Typer(no_args_is_help=True, help="Curators' verdicts: list, agreement, give, undo, export, import.")
    group.command("list")(list_verdicts)
    group.command("agreement")(agreement)
    group.command("give")(give_verdict)
    group.command("undo")(undo_verdict)
    group.command("export")(export_verdicts)
    group.command("import")(import_verdicts)
    app.add_typer(group, name="verdicts")


def list_verdicts(
    context: typer.Context,
    disputed: Annotated[bool, typer.Option("--disputed", help="Only those on which curators disagree.")] = False,
    as_json: AsJson = False,
) -> None:
    """List all verdicts with the claims they are on; where curators disagree, each has a row of their own.

    Example: exominer verdicts list --disputed
    """
    from miner.corpus import Corpus
    from miner.workflow.agreement import disputed_verdicts
    from miner.workflow.curation import describe_correction

    with Corpus(context.obj.corpus_path) as corpus:
        given = list(disputed_verdicts(corpus) if disputed else corpus.all_verdicts())
        rows = [{"claim": _claim(corpus, v, pair), **_as_dict(v, pair)} for v, pair in given]
    if as_json:
        print_json(rows)
    elif rows:
        rows = [{**row, "correction": describe_correction(v)} for row, (v, _) in zip(rows, given, strict=True)]
        columns = ("claim", "decision", "correction", "curator", "why", "at", "assertion", "evidence")
        print_table(columns, [[row[column] for column in columns] for row in rows])
    elif disputed:
        say("curators disagree on nothing - see: exominer verdicts agreement")
    else:
        say("no verdicts yet - give some with: exominer review")


def agreement(context: typer.Context, as_json: AsJson = False) -> None:
    """Show how far every two curators agree on what both judged: Cohen's kappa with its 95 % interval.

    Example: exominer verdicts agreement
    """
    from miner.corpus import Corpus
    from miner.workflow.agreement import measure_agreement

    with Corpus(context.obj.corpus_path) as corpus:
        found = measure_agreement(verdict for verdict, _ in corpus.all_verdicts())
    rows = [{"first": pair.first, "second": pair.second, **asdict(pair.agreement)} for pair in found]
    if as_json:
        print_json(rows)
    elif rows:
        print_records(rows)
        left = sum(pair.agreement.judged - pair.agreement.agreed for pair in found)
        say(f"{left} disagreements" + (" - settle them with: exominer review --disputed" if left else ""))
    else:
        say("no two curators judged the same claim - give each a name with --curator")


def give_verdict(
    context: typer.Context,
    assertion: Annotated[str, typer.Argument(help="An assertion's id.")],
    decision: Annotated[str, typer.Argument(help="accept, reject or edit.")],
    evidence: Annotated[str, typer.Option(help="Only this sentence: an evidence's id.")] = "",
    correction: Annotated[
        str,
        typer.Option(
            help="With edit: the correct predicate, as in 'NOT PROMOTES', or entity, as in 'SUBJECT = LAMP1'."
        ),
    ] = "",
    why: Annotated[str, typer.Option(help="The reason.")] = "",
    curator: Curator = None,
) -> None:
    """Accept, reject or edit an assertion, or one of its sentences; an edit replaces its predicate, or an entity.

    A name that the sentences use for a corrected entity alone is learned, and one given as in 'SUBJECT LMPX = LAMP1':
    texts with this name are read again at the next update.

    Example: exominer verdicts give exominer:a_0123456789abcdef reject --why "the cargo is miR-210"
    """
    from miner.corpus import Corpus, now
    from miner.model.assertions import Verdict
    from miner.workflow import curation

    if decision not in curation.DECISIONS:
        raise UsageError(
            f"{decision!r} is not a decision - after the assertion give accept or reject, or edit with --correction"
        )
    curation.check_correction(decision, correction)
    who = curator_name(curator, context.obj)
    with Corpus(context.obj.corpus_path) as corpus:
        found = curation.get_assertion(corpus, assertion)
        verdict = Verdict(found.id, evidence, who, decision, why, now())
        if correction:
            verdict = curation.read_correction(corpus, found, verdict, correction)
        report_changes(curation.give_verdict(corpus, found, verdict))
        update_graph(context.obj, corpus)


def undo_verdict(
    context: typer.Context,
    assertion: Annotated[str, typer.Argument(help="An assertion's id.")],
    evidence: Annotated[str, typer.Option(help="Only the verdict on this sentence.")] = "",
    curator: Curator = None,
) -> None:
    """Take a verdict back.

    Example: exominer verdicts undo exominer:a_0123456789abcdef --curator ada
    """
    from miner.corpus import Corpus
    from miner.workflow import curation

    who = curator_name(curator, context.obj)
    with Corpus(context.obj.corpus_path) as corpus:
        report_changes(curation.undo_verdict(corpus, assertion, who, evidence))
        update_graph(context.obj, corpus)


def export_verdicts(context: typer.Context) -> None:
    """Print all verdicts as TSV.

    Example: exominer verdicts export > verdicts.tsv
    """
    from miner.corpus import Corpus

    writer = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    writer.writerow(_COLUMNS)
    with Corpus(context.obj.corpus_path) as corpus:
        for verdict, pair in corpus.all_verdicts():
            values = _as_dict(verdict, pair).values()
            cells = (json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value for value in values)
            writer.writerow([spreadsheet_cell(cell) for cell in cells])


def import_verdicts(
    context: typer.Context, path: Annotated[Path, typer.Argument(help="A TSV file that `verdicts export` wrote.")]
) -> None:
    """Import verdicts from TSV; of each curator's verdicts on one thing the latest is kept.

    Verdicts on vesicles that had no source then are brought to the same sentences.

    Example: exominer verdicts import verdicts.tsv
    """
    from miner.corpus import Corpus
    from miner.workflow.earlier_verdicts import update_verdicts

    lines = _read_tsv(path)
    with Corpus(context.obj.corpus_path) as corpus:
        with corpus.transaction():
            held = {(v.assertion, v.evidence, v.curator): v.at for v, _ in corpus.all_verdicts()}
            given = [
                (_verdict(line, f"{path}:{number}"), (line["subject"], line["object"]))
                for number, line in enumerate(lines, 2)
            ]
            for verdict, pair in update_verdicts(corpus, given):
                if verdict.at >= held.get((verdict.assertion, verdict.evidence, verdict.curator), ""):
                    corpus.put_verdict(verdict, pair)
        say(f"{len(lines)} verdicts imported")
        update_graph(context.obj, corpus)


def _read_tsv(path: Path) -> list[dict[str, str]]:
    try:
        lines = csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t")
        return [{name: unguarded(value or "") for name, value in line.items() if name} for line in lines]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"{path}: cannot be read ({reason(error)}) - give a TSV file that `verdicts export` wrote"
        ) from error


def _verdict(line: dict[str, str], place: str) -> "Verdict":
    """The verdict of a line of TSV; InputError where it is none."""
    from pydantic import ValidationError

    from miner.corpus.verdicts import read_ref
    from miner.model.assertions import Verdict
    from miner.workflow.curation import DECISIONS

    decision, correction = line.get("decision", ""), line.get("correction", "")
    sound = set(_COLUMNS[:8]) <= line.keys() and decision in DECISIONS
    if not sound or bool(correction) != (decision == "edit") or correction.removeprefix("NOT ") not in {*Predicate, ""}:
        raise InputError(f"{place}: not a verdict - columns are {', '.join(_COLUMNS)}; nothing was imported")
    try:
        new = [read_ref(line.get(column) or None) for column in ("new_subject", "new_object")]
    except ValidationError as error:
        raise InputError(f"{place}: new_subject or new_object is not an entity - nothing was imported") from error
    return Verdict(
        line["assertion"], line["evidence"], line["curator"], cast("Decision", decision), line["why"], line["at"],
        correction, *new,
    )  # fmt: skip


def curator_name(named: str | None, settings: "Settings") -> str:
    """The curator named on the command line or in the settings, else the user."""
    return named or settings.curator or getpass.getuser()


def update_graph(settings: "Settings", corpus: "Corpus") -> None:
    """Load into the graph what verdicts changed."""
    from miner.workflow.graph import load_graph

    with progress() as reporter:
        load_graph(settings, corpus, reporter)


def report_changes(changes: "Sequence[BeliefChange]") -> None:
    """Print the beliefs that a verdict changed."""
    for change in changes:
        say(f"{change.statement}: belief {_number(change.before)} → {_number(change.after)}")
    if not changes:
        say("no belief changed")


def _number(belief: float | None) -> str:
    return "none" if belief is None else f"{belief:.3f}"


def _claim(corpus: "Corpus", verdict: "Verdict", pair: tuple[str, str]) -> str:
    """The claim that a verdict is on, in words; the entities' ids where no article makes the claim any more."""
    from miner.workflow.assembly import find_assertion
    from miner.workflow.curation import describe, names_in

    found = find_assertion(corpus, verdict.assertion)
    if found is None:
        return f"{pair[0]} … {pair[1]} (no article claims this now)"
    return describe(found, names_in(corpus, found))


def _as_dict(verdict: "Verdict", pair: tuple[str, str]) -> dict[str, Any]:
    values = (
        verdict.assertion, verdict.evidence, *pair, verdict.curator, verdict.decision, verdict.why, verdict.at,
        verdict.correction, *(new and asdict(new) for new in (verdict.new_subject, verdict.new_object)),
    )  # fmt: skip
    return dict(zip(_COLUMNS, values, strict=True))
