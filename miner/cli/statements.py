"""Assertions in words, for the commands that show them."""

from typing import TYPE_CHECKING

from rich.text import Text

from miner.cli.text import styled
from miner.errors import UsageError
from miner.model.cells import printable

if TYPE_CHECKING:
    from miner.corpus import Corpus
    from miner.model.assertions import Assertion
    from miner.model.claims import Claim

Names = dict[str, str]


def get_assertion(corpus: "Corpus", id_: str) -> "Assertion":
    """The assertion of this id; UsageError where the corpus has none."""
    from miner.workflow.assembly import find_assertion

    found = find_assertion(corpus, id_)
    if found is None:
        raise UsageError(
            f"{id_}: no such assertion in this corpus - queries print the ids, as in: exominer query headline"
        )
    return found


def claims_of(corpus: "Corpus", assertion: "Assertion") -> "list[Claim]":
    """The claims on the assertion's two entities."""
    return [claim for _, claim in corpus.claims_of(assertion.subject, assertion.object)]


def names_in(corpus: "Corpus", assertion: "Assertion") -> Names:
    """The names, by id, of the entities that claims on the assertion's pair name."""
    refs = [ref for c in claims_of(corpus, assertion) for ref in (c.subject, c.object, *c.cancers)]
    return {ref.id: ref.name for ref in refs}


def statement(assertion: "Assertion", names: Names) -> Text:
    """The assertion on one line: "miR-21 —PROMOTES→ metastasis in colorectal cancer"."""
    cancers = ", ".join(names.get(c, c) for c in assertion.cancers if c not in (assertion.subject, assertion.object))
    text = Text()
    text.append(printable(names.get(assertion.subject, assertion.subject)), "bold cyan")
    text.append(f" —{'NOT ' if assertion.negated else ''}{assertion.predicate.value}→ ", "bold")
    text.append(printable(names.get(assertion.object, assertion.object)), "bold magenta")
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
