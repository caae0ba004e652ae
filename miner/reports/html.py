"""Write an answer as HTML: a self-contained file, or a fragment for a notebook."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from miner.errors import UsageError
from miner.exports.iris import web_address
from miner.model.assertions import WorkRef
from miner.model.cells import cell, printable
from miner.reports.answer import Answer
from miner.reports.pictures import svg

MAX_SENTENCES = 5
"""Maximum number of sentences shown for a claim; the report says how many more there are."""
MAX_TABLE_ROWS = 1_000
"""Maximum number of rows shown in a notebook; a report shows all."""


def report(answer: Answer) -> str:
    """A self-contained HTML document: table, picture, claims with marked sentences, query, references."""
    return _environment().get_template("report.html").render(answer=answer, picture=_picture(answer))


def fragment(answer: Answer) -> str:
    """Table and claims for a notebook's cell."""
    return _environment().get_template("fragment.html").render(answer=answer, limit=MAX_TABLE_ROWS)


def _picture(answer: Answer) -> str:
    """The answer as SVG, "" if there is nothing to draw."""
    try:
        return svg(answer.columns, answer.rows, answer.chart)
    except UsageError:
        return ""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("miner.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(shown=_shown, address=work_address)
    environment.globals.update(max_sentences=MAX_SENTENCES)
    return environment


def _shown(value: Any) -> str:
    return printable(cell(value), keep="\n\t")


def work_address(work: WorkRef) -> str:
    """The web address of a work: PubMed, else DOI, else PubMed Central, else "".

    >>> work_address(WorkRef("pmid:1", "A title", pmid="1"))
    'https://pubmed.ncbi.nlm.nih.gov/1'
    """
    for prefix, value in (("pmid", work.pmid), ("doi", work.doi), ("pmcid", work.pmcid)):
        if value:
            return web_address(f"{prefix}:{value}")
    return ""
