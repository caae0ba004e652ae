"""`contradictions`: show opposite claims side by side, and record how curators close them."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from miner.cli.output import AsJson, print_json, say, show
from miner.cli.prompts import ask, ask_why
from miner.cli.statements import cite, statement
from miner.cli.text import styled
from miner.cli.verdicts import Curator, curator_name
from miner.cli.workspace import require_claims
from miner.errors import UsageError

if TYPE_CHECKING:
    from miner.assembly.contradictions import OpposedClaims
    from miner.corpus import Corpus
    from miner.model.assertions import Closing
    from miner.workflow.curation import Names


class Outcome(StrEnum):
    """The reason why two claims are opposite."""

    context = "context"
    misread = "misread"
    real = "real"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(contradictions)


def contradictions(
    context: typer.Context,
    entity: Annotated[
        str | None, typer.Argument(help="Only claims about this entity: a name, abbreviation or id.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Maximum number of contradictions.")] = 25,
    min_belief: Annotated[float, typer.Option(min=0, max=1, help="Minimum belief of both claims.")] = 0.5,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Also claims about vesicles or molecules in general, and works that speak twice for a side."
        ),
    ] = False,
    unclosed: Annotated[bool, typer.Option("--open", help="Only contradictions that no curator has closed.")] = False,
    judge: Annotated[bool, typer.Option("--judge", help="Ask how to close each one that you have not closed.")] = False,
    close: Annotated[str | None, typer.Option(help="Close the one with this id (exominer:c_…), with --as.")] = None,
    outcome: Annotated[
        Outcome | None,
        typer.Option("--as", help="With --close: contexts differ, a claim is misread, or works really disagree."),
    ] = None,
    why: Annotated[str, typer.Option(help="With --close: the reason.")] = "",
    undo: Annotated[str | None, typer.Option(help="Reopen the one with this id, which you closed.")] = None,
    curator: Curator = None,
    as_json: AsJson = False,
) -> None:
    """Show opposite claims side by side, and compare their contexts.

    A curator closes each contradiction as context, misread or real. The confirmed rate is the share closed as real.

    Example: exominer contradictions miR-21 --judge --curator ada

    Example: exominer contradictions --close exominer:c_0123456789abcdef --as real --why "same cells, same assay"
    """
    from miner.corpus import Corpus

    if (close is None) != (outcome is None):
        raise UsageError("--close and --as go together - give the id of a contradiction and how you close it")
    require_claims(context.obj)
    who = curator_name(curator, context.obj)
    with Corpus(context.obj.corpus_path) as corpus:
        if undo is not None:
            _undo(corpus, undo, who)
        elif close is not None and outcome is not None:
            _close(corpus, close, who, outcome, why)
        else:
            closings = _closings(corpus)
            found = _find(corpus, entity, min_belief, everything)
            if judge:
                _judge_each(corpus, [o for o in found if not _is_closed_by(closings[o.id], who)][:limit], closings, who)
                closings = _closings(corpus)
            else:
                shown = [o for o in found if not (unclosed and closings[o.id])][:limit]
                _list(corpus, shown, closings, as_json)
            if not as_json:
                say(summarize([closings[o.id] for o in found]))


def _find(corpus: "Corpus", entity: str | None, min_belief: float, everything: bool) -> "list[OpposedClaims]":
    from miner.workflow.contradictions import opposed_claims

    return opposed_claims(corpus, entity, min_belief, everything)


def _closings(corpus: "Corpus") -> "dict[str, list[Closing]]":
    closings: dict[str, list[Closing]] = defaultdict(list)
    for closing in corpus.closings():
        closings[closing.contradiction].append(closing)
    return closings


def _is_closed_by(closings: "Sequence[Closing]", curator: str) -> bool:
    return any(closing.curator == curator for closing in closings)


def _close(corpus: "Corpus", id_: str, curator: str, outcome: Outcome, why: str) -> None:
    from miner.corpus import now
    from miner.model.assertions import Closing

    found = next((o for o in _find(corpus, None, 0.0, everything=True) if o.id == id_), None)
    if found is None:
        raise UsageError(f"{id_}: no such contradiction in this corpus - see: exominer contradictions")
    corpus.put_closing(Closing((found.first.id, found.second.id), curator, outcome.value, why, now()))
    say(f"{id_} closed as {outcome} by {curator}")


def _undo(corpus: "Corpus", id_: str, curator: str) -> None:
    if not corpus.undo_closing(id_, curator):
        raise UsageError(f"{curator} has not closed {id_} - see: exominer contradictions")
    say(f"{id_} is open for {curator} again")


def _judge_each(
    corpus: "Corpus", opposed: "Sequence[OpposedClaims]", closings: "dict[str, list[Closing]]", curator: str
) -> None:
    """Show the contradictions one by one, ask how to close each, and record the answers."""
    if not opposed:
        say(f"nothing left to close for {curator} - see: exominer contradictions")
    for one in opposed:
        _show(corpus, one, closings[one.id])
        try:
            answer = ask(*Outcome)
            if answer == "quit":
                return
            if answer != "skip":
                _close(corpus, one.id, curator, Outcome(answer), ask_why())
        except typer.Abort:  # Ctrl-D, or the end of a file of answers
            return


def _list(
    corpus: "Corpus", opposed: "Sequence[OpposedClaims]", closings: "dict[str, list[Closing]]", as_json: bool
) -> None:
    if as_json:
        print_json([_as_dict(corpus, one, closings[one.id]) for one in opposed])
        return
    for one in opposed:
        _show(corpus, one, closings[one.id])


def _show(corpus: "Corpus", opposed: "OpposedClaims", closings: "Sequence[Closing]") -> None:
    """Show the two claims, each with its papers and best sentence, and compare their contexts."""
    names = _names(corpus, opposed)
    show(styled("\n" + " · ".join((opposed.id, *(f"{c.outcome} ({c.curator})" for c in closings))), "dim"))
    for assertion, evidence in zip((opposed.first, opposed.second), opposed.evidence, strict=True):
        tally = assertion.tally
        show(statement(assertion, names))
        papers = (
            f"{tally.papers} paper{'' if tally.papers == 1 else 's'}: {tally.own} own, {tally.background} background"
        )
        show(styled(f"  belief {tally.belief:.3f} · {papers} · {assertion.id}", "dim"))
        show(styled(f"  “{evidence.sentence}” ({evidence.work.year or 'no year'}) {cite(evidence.work.id)}"))
    for line in compare(opposed, names):
        show(styled(line, "yellow" if line.startswith("differ") else "green"))


def compare(opposed: "OpposedClaims", names: "Names") -> list[str]:
    """Compare the contexts of two claims, slot by slot: "differ in setting: mouse against patients"."""
    lines = []
    first, second = opposed.contexts
    for slot in (s for s in first if s in second):
        one, other = ([names.get(value, value) for value in context[slot]] for context in (first, second))
        if slot in opposed.differing:
            lines.append(f"differ in {slot}: {', '.join(one)} against {', '.join(other)}")
        else:
            shared = [value for value in one if value in other]
            lines.append(f"alike in {slot}: {', '.join(shared or dict.fromkeys((*one, *other)))}")
    return sorted(lines, reverse=True)


def _names(corpus: "Corpus", opposed: "OpposedClaims") -> "Names":
    from miner.workflow.curation import names_in

    return {**names_in(corpus, opposed.first), **names_in(corpus, opposed.second)}


def _as_dict(corpus: "Corpus", opposed: "OpposedClaims", closings: "Sequence[Closing]") -> dict[str, Any]:
    names = _names(corpus, opposed)
    first, second = (
        {
            "assertion": a.id,
            "claim": statement(a, names).plain,
            "belief": a.tally.belief,
            "papers": a.tally.papers,
            "own": a.tally.own,
            "background": a.tally.background,
            "agreement": a.agreement.share,
            "context": {slot: [names.get(v, v) for v in values] for slot, values in context.items()},
            "sentence": e.sentence,
            "work": e.work.id,
            "year": e.work.year,
        }
        for a, e, context in zip((opposed.first, opposed.second), opposed.evidence, opposed.contexts, strict=True)
    )
    return {
        "contradiction": opposed.id,
        "first": first,
        "second": second,
        "differing": list(opposed.differing),
        "closings": [asdict(closing) for closing in closings],
    }


def summarize(closings: "Sequence[Sequence[Closing]]") -> str:
    """Summarize how many contradictions were found and closed, by outcome, with the share closed as real."""
    agreed = [{c.outcome for c in ones} for ones in closings if ones]
    outcomes = Counter(next(iter(one)) if len(one) == 1 else "disputed" for one in agreed)
    found = f"{len(closings)} contradiction{'' if len(closings) == 1 else 's'}"
    if not outcomes:
        return f"{found}, none closed yet - close them with: exominer contradictions --judge"
    counted = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    judged = outcomes.total() - outcomes["disputed"]
    rate = f"; confirmed rate {outcomes['real'] / judged:.2f}" if judged else ""
    return f"{found}, {outcomes.total()} closed: {counted}{rate}"
