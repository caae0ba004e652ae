"""Options that write an answer to files: a report, and references as BibTeX or RIS."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from miner.cli.output import say

if TYPE_CHECKING:
    from miner.reports.answer import Answer

Report = Annotated[
    Path | None,
    typer.Option(help="Write the answer to one HTML file, with its sentences, picture, arithmetic and references."),
]
Bib = Annotated[Path | None, typer.Option(help="Write the references to this file as BibTeX.")]
Ris = Annotated[Path | None, typer.Option(help="Write the references to this file as RIS.")]


def write_files(answer: "Answer", report: Path | None, bib: Path | None, ris: Path | None) -> None:
    """Write the requested files, and print their paths."""
    from miner.exports.export_graph import open_text
    from miner.reports import html, references

    contents = (
        (report, lambda: [html.report(answer)]),
        (bib, lambda: references.bibtex(answer.works)),
        (ris, lambda: references.ris(answer.works)),
    )
    for path, content in contents:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open_text(path) as file:
                file.writelines(content())
            say(f"wrote {path}")
