"""`explain` and `review`: the evidence of an assertion, and curators' judgment of it."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.text import Text

from miner.cli.output import AsJson, print_json, say, show
from miner.cli.prompts import ask, ask_why
from miner.cli.statements import cite, statement
from miner.cli.text import styled
from miner.cli.verdicts import Curator, curator_name, report_changes, update_graph
from miner.cli.workspace import require_claims
from miner.errors import UsageError

if TYPE_CHECKING:
    from miner.corpus import Corpus
    from miner.model.assertions import Assertion, Decision, Evidence, Verdict, WorkRef


class Order(StrEnum):
    """In which order assertions are shown: `useful` first doubtful claims that differ, on entities that many name."""

    useful = "useful"
    doubtful = "doubtful"
    believed = "believed"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(explain)
    app.command()(review)


def explain(
    context: typer.Context,
    assertion: Annotated[str, typer.Argument(help="An assertion's id, as queries print it (exominer:a_…).")],
    as_json: AsJson = False,
) -> None:
    """Show how an assertion's support, agreement and papers are computed, and its sentences.

    Example: exominer explain exominer:a_0123456789abcdef
    """
    from miner.assembly.belief import explain as explain_belief
    from miner.corpus import Corpus
    from miner.workflow.curation import get_assertion, names_in

    with Corpus(context.obj.corpus_path) as corpus:
        found = get_assertion(corpus, assertion)
        names = names_in(corpus, found)
    explanation = explain_belief(found)
    if as_json:
        print_json(
            {
                "assertion": asdict(found),
                "support": explanation.support,
                "agreement": explanation.agreement,
                "papers": explanation.papers,
            }
        )
        return
    show(statement(found, names))
    show(styled(found.id, "dim"))
    for line in (explanation.support, explanation.agreement, explanation.papers):
        show(styled(line))
    for work, p, evidence in explanation.works:
        show(
            styled(
                f"\np = {p:.3f}  {work.title}{_issued(work)} {cite(work.id)} · license {work.license or 'not stated'}"
            )
        )
        for e in evidence:
            show(
                styled(
                    f"  {e.belief:.3f} = reading {e.reading:.3f} × certainty {e.certainty:g}"
                    f", {'background' if e.background else 'own finding'}"
                    f"{', ' + e.verdict if e.verdict else ''}{', retracted' if e.work.retracted else ''}"
                    f"  [{e.section}; {', '.join(e.extractors)}]\n  “{e.sentence}”"
                )
            )


def review(
    context: typer.Context,
    curator: Curator = None,
    order: Annotated[Order, typer.Option(help="Which assertions to show first.")] = Order.useful,
    function: Annotated[
        str | None, typer.Option(help="Only assertions whose subject or object has this in its name.")
    ] = None,
    disputed: Annotated[
        bool, typer.Option("--disputed", help="Only assertions on which curators disagree, also those you judged.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="Maximum number of assertions.")] = 50,
) -> None:
    """Show the assertions that you have not judged yet, one by one: accept, reject, edit or skip each.

    Example: exominer review --curator ada --function metastasis
    """
    from miner.corpus import Corpus

    require_claims(context.obj)
    who = curator_name(curator, context.obj)
    shown = judged = 0
    with Corpus(context.obj.corpus_path) as corpus:
        for assertion in islice(_queue(corpus, who, order, function, disputed), limit):
            shown += 1
            try:
                answer = _judge(corpus, assertion, who)
            except typer.Abort:  # Ctrl-D, or the end of a file of answers
                answer = "quit"
            if answer == "quit":
                break
            judged += answer != "skip"
        if judged:
            say(f"{judged} verdict{'s' if judged > 1 else ''} recorded; updating the graph")
            update_graph(context.obj, corpus)
        else:
            say("no verdicts given" if shown else f"nothing left to judge for {who} - see: exominer verdicts list")


def _queue(corpus: "Corpus", curator: str, order: Order, name: str | None, disputed: bool) -> "Iterator[Assertion]":
    """The assertions to show: disputed ones, or those that the curator has not judged, in this order."""
    from miner.workflow.agreement import find_disputed
    from miner.workflow.assembly import assertions
    from miner.workflow.curation import names_in
    from miner.workflow.review_queue import Judgeable, by_usefulness

    given = [verdict for verdict, _ in corpus.all_verdicts()]
    wanted = find_disputed(given)
    judged = {v.assertion for v in given if v.curator == curator}
    every = list(assertions(corpus))
    found = [a for a in every if (a.id in wanted if disputed else a.id not in judged)]
    if name:
        found = [a for a in found if any(name.casefold() in n.casefold() for n in names_in(corpus, a).values())]
    if order is Order.useful:
        by_id = {a.id: a for a in found}
        queue = by_usefulness([*map(Judgeable.of, found)], [Judgeable.of(a) for a in every if a.id in judged])
        return (by_id[claim.id] for claim in queue)
    # The most doubtful are those whose belief is nearest to a half.
    found.sort(key=lambda a: (abs(a.tally.belief - 0.5) if order is Order.doubtful else -a.tally.belief, a.id))
    return iter(found)


def _issued(work: "WorkRef") -> str:
    """ " (J Extracell Vesicles 2017)", as far as it is known."""
    known = " ".join(str(fact) for fact in (work.journal, work.year) if fact)
    return f" ({known})" if known else ""


def _judge(corpus: "Corpus", assertion: "Assertion", curator: str) -> str:
    """Show one assertion, ask for a verdict and record it; returns the answer."""
    from miner.corpus import now
    from miner.model.assertions import Verdict
    from miner.workflow.curation import describe_correction, give_verdict, names_in

    show(styled(""))
    show(statement(assertion, names_in(corpus, assertion)))
    show(styled(f"{assertion.id}   belief {assertion.tally.belief:.3f}", "dim"))
    for evidence in assertion.evidence:
        show(_highlighted(corpus, assertion, evidence))
        work = evidence.work
        show(styled(f"  {work.title}{_issued(work)} {cite(work.id)}", "dim"))
        for verdict in evidence.verdicts:
            said = f"{verdict.decision} {describe_correction(verdict)}".strip()
            show(styled(f"  {verdict.curator}: {said} {verdict.why}", "yellow"))
    answer = ask("accept", "reject", "edit")
    if answer in ("accept", "reject", "edit"):
        verdict = Verdict(assertion.id, "", curator, cast("Decision", answer), at=now())
        if answer == "edit":
            verdict = _ask_correction(corpus, assertion, verdict)
        report_changes(give_verdict(corpus, assertion, replace(verdict, why=ask_why())))
    return answer


def _ask_correction(corpus: "Corpus", assertion: "Assertion", edit: "Verdict") -> "Verdict":
    """The edit with what the curator corrects; asks until the answer can replace predicate or entity."""
    from miner.workflow.curation import read_correction

    while True:
        try:
            asked = typer.prompt("correct predicate, SUBJECT = NAME or OBJECT = NAME")
            return read_correction(corpus, assertion, edit, asked)
        except UsageError as error:
            say(str(error))


def _highlighted(corpus: "Corpus", assertion: "Assertion", evidence: "Evidence") -> Text:
    from miner.workflow.curation import claims_of

    text = styled(f"  “{evidence.sentence}”")
    for claim in claims_of(corpus, assertion):
        for ref, style in ((claim.subject, "bold cyan"), (claim.object, "bold magenta")):
            text.highlight_words(ref.mentions, style, case_sensitive=False)
    return text
