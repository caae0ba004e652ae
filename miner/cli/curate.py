"""`explain`, `review` and `verdicts`: what an assertion rests on, and what curators say of it."""

import csv
import getpass
import sys
from collections.abc import Iterator
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from rich.text import Text

from graph_schema.model import Predicate
from miner.cli.output import print_json, print_table, say, stdout
from miner.errors import InputError, UsageError

if TYPE_CHECKING:
    from miner.corpus import Corpus
    from miner.model.assertions import Assertion, Decision, Evidence
    from miner.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Curator = Annotated[
    str | None,
    typer.Option(envvar="EXOMINER_CURATOR", help="Who judges; by default the user's name.", show_default=False),
]
_COLUMNS = ("assertion", "evidence", "subject", "object", "curator", "decision", "why", "at", "correction")
_DECISIONS = ("accept", "reject", "edit")


class Order(StrEnum):
    """In which order assertions are shown."""

    doubtful = "doubtful"
    believed = "believed"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(explain)
    app.command()(review)
    group = typer.Typer(no_args_is_help=True, help="What curators have said: list, give, undo, export, import.")
    group.command("list")(list_verdicts)
    group.command("give")(give_verdict)
    group.command("undo")(undo_verdict)
    group.command("export")(export_verdicts)
    group.command("import")(import_verdicts)
    app.add_typer(group, name="verdicts")


def explain(
    context: typer.Context,
    assertion: Annotated[str, typer.Argument(help="An assertion's id, as queries print it (exominer:a_…).")],
    as_json: AsJson = False,
) -> None:
    """Show an assertion's belief with every number that went into it, and its sentences.

    Example: exominer explain exominer:a_0123456789abcdef
    """
    from miner.assembly.belief import explain as explained
    from miner.corpus import Corpus

    with Corpus(context.obj.corpus_path) as corpus:
        found = _assertion(corpus, assertion)
        names = _names(corpus, found)
    explanation = explained(found)
    if as_json:
        print_json({"assertion": asdict(found), "belief": explanation.belief, "formula": explanation.formula})
        return
    console = stdout()
    console.print(_statement(found, names))
    console.print(explanation.formula)
    for work, p, evidence in explanation.works:
        console.print(Text(f"\np = {p:.3f}  {work.title} ({work.journal or ''} {work.year or ''}) {_cite(work.id)}"))
        for e in evidence:
            console.print(
                Text(
                    f"  {e.belief:.3f} = reading {e.reading:.3f} × certainty {e.certainty:g} × article {e.article:g}"
                    f"{', ' + e.verdict if e.verdict else ''}{', retracted' if e.work.retracted else ''}"
                    f"  [{e.section}; {', '.join(e.extractors)}]\n  “{e.sentence}”"
                )
            )


def review(
    context: typer.Context,
    curator: Curator = None,
    order: Annotated[Order, typer.Option(help="Which to show first.")] = Order.doubtful,
    function: Annotated[
        str | None, typer.Option(help="Only assertions whose subject or object has this in its name.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Stop after so many.")] = 50,
) -> None:
    """Walk through assertions nobody of your name has judged yet: accept, reject, edit, skip; verdicts move belief.

    Example: exominer review --curator ada --function metastasis
    """
    from miner.corpus import Corpus

    who = _curator(curator, context.obj)
    with Corpus(context.obj.corpus_path) as corpus:
        for shown, assertion in enumerate(_unjudged(corpus, who, order, function)):
            if shown == limit or not _judge(corpus, assertion, who):
                break
        say("verdicts are kept in the corpus; the graph hears of them now")
        _tell_graph(context.obj, corpus)


def list_verdicts(context: typer.Context, as_json: AsJson = False) -> None:
    """List all verdicts; where curators disagree, each has a line of their own.

    Example: exominer verdicts list --json
    """
    from miner.corpus import Corpus

    with Corpus(context.obj.corpus_path) as corpus:
        rows = [dict(zip(_COLUMNS, row, strict=True)) for row in _rows(corpus)]
    if as_json:
        print_json(rows)
    else:
        print_table(_COLUMNS, [tuple(row.values()) for row in rows])


def give_verdict(
    context: typer.Context,
    assertion: Annotated[str, typer.Argument(help="An assertion's id.")],
    decision: Annotated[str, typer.Argument(help="accept, reject or edit.")],
    evidence: Annotated[str, typer.Option(help="Only this sentence of it: an evidence's id.")] = "",
    correction: Annotated[str, typer.Option(help="With edit: what it says in truth, as 'NOT PROMOTES'.")] = "",
    why: Annotated[str, typer.Option(help="The reason.")] = "",
    curator: Curator = None,
) -> None:
    """Accept, reject or edit an assertion, or one of its sentences; an edit puts another predicate in its place.

    Example: exominer verdicts give exominer:a_0123456789abcdef reject --why "the cargo is miR-210"
    """
    from miner.corpus import Corpus

    if decision not in _DECISIONS:
        raise UsageError(f"{decision!r} is no decision - say accept or reject, or edit with --correction")
    if bool(correction) != (decision == "edit"):
        raise UsageError("edit needs --correction PREDICATE, and only edit takes it")
    with Corpus(context.obj.corpus_path) as corpus:
        found = _assertion(corpus, assertion)
        if evidence and evidence not in {e.id for e in found.evidence}:
            raise UsageError(f"{evidence} is no evidence of {assertion} - see: exominer explain {assertion} --json")
        if correction and (wrong := _misfit(corpus, found, correction)):
            raise UsageError(wrong)
        _put(corpus, found, evidence, _curator(curator, context.obj), cast("Decision", decision), why, correction)
        _tell_graph(context.obj, corpus)


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

    who = _curator(curator, context.obj)
    with Corpus(context.obj.corpus_path) as corpus:
        if not corpus.undo_verdict(assertion, who, evidence):
            raise UsageError(f"no verdict of {who} on {assertion} - see: exominer verdicts list")
        _tell_graph(context.obj, corpus)


def export_verdicts(context: typer.Context) -> None:
    """Print all verdicts as TSV.

    Example: exominer verdicts export > verdicts.tsv
    """
    from miner.corpus import Corpus

    writer = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    writer.writerow(_COLUMNS)
    with Corpus(context.obj.corpus_path) as corpus:
        writer.writerows(_rows(corpus))


def import_verdicts(
    context: typer.Context, path: Annotated[Path, typer.Argument(help="A TSV file that `verdicts export` wrote.")]
) -> None:
    """Read verdicts from TSV; the latest word of each curator on each thing stands.

    Example: exominer verdicts import verdicts.tsv
    """
    from miner.corpus import Corpus
    from miner.model.assertions import Verdict

    try:
        lines = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}) - give a TSV file that `verdicts export` wrote") from error
    with Corpus(context.obj.corpus_path) as corpus, corpus.transaction():
        held = {(v.assertion, v.evidence, v.curator): v.at for v, _ in corpus.all_verdicts()}
        for number, line in enumerate(lines, 2):
            if not _is_verdict(line):
                raise InputError(
                    f"{path}:{number}: not a verdict - columns are {', '.join(_COLUMNS)}; nothing was taken in"
                )
            verdict = Verdict(
                line["assertion"], line["evidence"], line["curator"], cast("Decision", line["decision"]), line["why"],
                line["at"], line.get("correction") or "",
            )  # fmt: skip
            if verdict.at >= held.get((verdict.assertion, verdict.evidence, verdict.curator), ""):
                corpus.put_verdict(verdict, (line["subject"], line["object"]))
    say(f"{len(lines)} verdicts read")
    with Corpus(context.obj.corpus_path) as corpus:
        _tell_graph(context.obj, corpus)


def _is_verdict(line: dict[str, str | None]) -> bool:
    told = all(line.get(column) is not None for column in _COLUMNS[:-1]) and line["decision"] in _DECISIONS
    predicate = (line.get("correction") or "").removeprefix("NOT ")
    return told and (predicate in set(Predicate) if line["decision"] == "edit" else not predicate)


def _assertion(corpus: "Corpus", id_: str) -> "Assertion":
    from miner.workflow.assembly import find_assertion

    found = find_assertion(corpus, id_)
    if found is None:
        raise UsageError(
            f"{id_}: no such assertion in this corpus - queries print the ids, as in: exominer query headline"
        )
    return found


def _unjudged(corpus: "Corpus", curator: str, order: Order, word: str | None) -> "Iterator[Assertion]":
    from miner.workflow.assembly import assertions

    judged = {v.assertion for v, _ in corpus.all_verdicts() if v.curator == curator}
    found = [a for a in assertions(corpus) if a.id not in judged]
    if word:
        found = [a for a in found if any(word.casefold() in n.casefold() for n in _names(corpus, a).values())]
    # The most doubtful are those whose belief lies nearest to a coin's toss.
    found.sort(key=lambda a: (abs(a.tally.belief - 0.5) if order is Order.doubtful else -a.tally.belief, a.id))
    yield from found


def _judge(corpus: "Corpus", assertion: "Assertion", curator: str) -> bool:
    """Show one assertion and keep the curator's word on it; False when they want to stop."""
    names = _names(corpus, assertion)
    console = stdout()
    console.rule()
    console.print(_statement(assertion, names))
    for evidence in assertion.evidence:
        console.print(_highlighted(corpus, assertion, evidence))
        console.print(Text(f"  {evidence.work.title} ({evidence.work.year or ''}) {_cite(evidence.work.id)}", "dim"))
        for verdict in evidence.verdicts:
            console.print(Text(f"  {verdict.curator}: {verdict.decision} {verdict.why}", "yellow"))
    answer = typer.prompt("accept, reject, edit, skip or quit? [a/r/e/s/q]", default="s").strip().lower()[:1]
    if answer == "q":
        return False
    if answer == "e":
        while wrong := _misfit(corpus, assertion, correction := typer.prompt("it says").strip().upper()):
            say(wrong)
        _put(corpus, assertion, "", curator, "edit", typer.prompt("why", default="", show_default=False), correction)
    if answer in ("a", "r"):
        why = typer.prompt("why", default="", show_default=False)
        _put(corpus, assertion, "", curator, "accept" if answer == "a" else "reject", why)
    return True


def _misfit(corpus: "Corpus", assertion: "Assertion", correction: str) -> str:
    """Why `correction` cannot take the place of what the assertion says; empty if it can."""
    from miner.assembly.assemble import fits

    claim = _claims(corpus, assertion)[0]
    if fits(claim, correction):
        return ""
    fitting = ", ".join(p for p in Predicate if fits(claim, p))
    return f"{correction!r} does not fit - say one of {fitting}, with NOT before it if it is denied"


def _highlighted(corpus: "Corpus", assertion: "Assertion", evidence: "Evidence") -> Text:
    text = Text(f"  “{evidence.sentence}”")
    for claim in _claims(corpus, assertion):
        for ref, style in ((claim.subject, "bold cyan"), (claim.object, "bold magenta")):
            text.highlight_words(ref.mentions, style, case_sensitive=False)
    return text


def _claims(corpus: "Corpus", assertion: "Assertion") -> list[Any]:
    return [claim for _, claim in corpus.claims_of(assertion.subject, assertion.object)]


def _names(corpus: "Corpus", assertion: "Assertion") -> dict[str, str]:
    refs = [ref for c in _claims(corpus, assertion) for ref in (c.subject, c.object, *c.cancers)]
    return {ref.id: ref.name for ref in refs}


def _statement(assertion: "Assertion", names: dict[str, str]) -> Text:
    cancers = ", ".join(names.get(c, c) for c in assertion.cancers)
    text = Text()
    text.append(names.get(assertion.subject, assertion.subject), "bold cyan")
    text.append(f" {'NOT ' if assertion.negated else ''}{assertion.predicate.value} ", "bold")
    text.append(names.get(assertion.object, assertion.object), "bold magenta")
    text.append(f"{f' in {cancers}' if cancers else ''}   {assertion.id}   belief {assertion.tally.belief:.3f}")
    return text


def _cite(work: str) -> str:
    scheme, _, value = work.partition(":")
    return {"pmid": f"PMID {value}", "doi": f"https://doi.org/{value}", "pmcid": value}.get(scheme, work)


def _put(
    corpus: "Corpus",
    assertion: "Assertion",
    evidence: str,
    curator: str,
    decision: "Decision",
    why: str,
    correction: str = "",
) -> None:
    from miner.corpus import now
    from miner.model.assertions import Verdict

    verdict = Verdict(assertion.id, evidence, curator, decision, why, now(), correction)
    corpus.put_verdict(verdict, (assertion.subject, assertion.object))


def _rows(corpus: "Corpus") -> list[tuple[str, ...]]:
    return [
        (v.assertion, v.evidence, *pair, v.curator, v.decision, v.why, v.at, v.correction)
        for v, pair in corpus.all_verdicts()
    ]


def _curator(named: str | None, settings: "Settings") -> str:
    return named or settings.curator or getpass.getuser()


def _tell_graph(settings: "Settings", corpus: "Corpus") -> None:
    from miner.cli.progress import progress
    from miner.workflow.graph import load_graph

    with progress() as reporter:
        load_graph(settings, corpus, reporter)
