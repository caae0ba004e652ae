"""`learn`: let curators' verdicts re-fit how the extractors' votes are combined."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from miner.cli.output import AsJson, print_json, print_records, say
from miner.cli.progress import progress
from miner.cli.workspace import require_claims

if TYPE_CHECKING:
    from miner.corpus import Corpus
    from miner.settings import Settings
    from miner.workflow.learn import Comparison, Lesson


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(learn)


def learn(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the comparison, and apply nothing.")] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Go back to the weights before the latest that were applied.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Re-fit thresholds and the combination of extractors to curators' verdicts, and apply them if they are better.

    The comparison, by predicate, is on judged claims of articles that the weights were not fitted to. Better means that
    the scores predict the verdicts better, by more than chance, and F1 does not fall. With new weights the articles are
    read again.

    Example: exominer learn --dry-run
    """
    from miner.corpus import Corpus
    from miner.workflow.learn import judged_relations, shipped_combination
    from miner.workflow.learn import learn as fit

    require_claims(context.obj)
    with Corpus(context.obj.corpus_path) as corpus:
        if undo:
            _undo(context.obj, corpus)
            return
        with progress() as reporter:
            judged = judged_relations(corpus, reporter)
        lesson = fit(judged, *shipped_combination())
        _show(lesson, as_json)
        held = corpus.taught().combination
        if not lesson.better:
            say("no better than the weights shipped - nothing is changed; judge more claims with: exominer review")
        elif dry_run:
            say(f"better, and not applied - leave --dry-run out to apply {lesson.combination.extractor}")
        elif held and held.extractor == lesson.combination.extractor:
            say(f"{held.extractor} applies already")
        else:
            version = corpus.put_combination(lesson.combination, {one.work for one in judged})
            say(f"version {version}, {lesson.combination.extractor}, applies - go back with: exominer learn --undo")
            _read_again(context.obj, corpus)


def _undo(settings: "Settings", corpus: "Corpus") -> None:
    version = corpus.undo_combination()
    if version is None:
        say("no learned weights apply")
        return
    held = corpus.taught().combination
    say(f"version {version} is undone - {held.extractor + ' applies' if held else 'the shipped weights apply'} again")
    _read_again(settings, corpus)


def _read_again(settings: "Settings", corpus: "Corpus") -> None:
    from miner.workflow.graph import load_graph
    from miner.workflow.reading import read_pending

    with progress() as reporter:
        read = read_pending(corpus, reporter)
        load_graph(settings, corpus, reporter)
    say(f"extracted {read.claims} claims from {read.texts} texts")


def _show(lesson: "Lesson", as_json: bool) -> None:
    if as_json:
        rows = [asdict(comparison) for comparison in lesson.comparisons]
        print_json({"better": lesson.better, "gain": lesson.gain, "error": lesson.error, "predicates": rows})
        return
    print_records([_row(comparison) for comparison in lesson.comparisons])
    say(f"log loss falls by {lesson.gain:.4f} (standard error {lesson.error:.4f})")


def _row(one: "Comparison") -> dict[str, Any]:
    return {
        "predicate": one.predicate or "all",
        "judged": one.judged,
        "right": one.right,
        **{
            name: value
            for when, scores in (("before", one.before), ("after", one.after))
            for name, value in (
                (f"kept {when}", scores.kept),
                (f"right {when}", scores.right),
                (f"F1 {when}", round(scores.f1, 3)),
                (f"log loss {when}", round(scores.log_loss, 3)),
            )
        },
    }
