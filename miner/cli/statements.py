"""Assertions in words, for the commands that show them."""

from typing import TYPE_CHECKING

from rich.text import Text

from miner.cli.text import styled
from miner.model.cells import printable

if TYPE_CHECKING:
    from miner.model.assertions import Assertion
    from miner.workflow.curation import Names


def statement(assertion: "Assertion", names: "Names") -> Text:
    """The assertion on one line, in colors; see `miner.workflow.curation.describe`."""
    from miner.workflow.curation import statement_parts

    subject, predicate, object_, cancers = statement_parts(assertion, names)
    text = Text()
    text.append(printable(subject), "bold cyan")
    text.append(f" —{predicate}→ ", "bold")
    text.append(printable(object_), "bold magenta")
    if cancers:
        text.append_text(styled(f" in {cancers}"))
    return text


def cite(work: str) -> str:
    """A work's id as one cites it.

    >>> cite("pmid:29254156"), cite("doi:10.1000/1")
    ('PMID 29254156', 'https://doi.org/10.1000/1')
    """
    scheme, _, value = work.partition(":")
    return {"pmid": f"PMID {value}", "doi": f"https://doi.org/{value}", "pmcid": value}.get(scheme, work)
