"""KGX TSV (Biolink Model 4): a node table of entities and publications, and an edge table.

Columns and their multivalued separator follow the KGX format specification
(https://github.com/biolink/kgx/blob/master/specification/kgx-format.md); knowledge_level and agent_type take the
values of Biolink's KnowledgeLevelEnum and AgentTypeEnum. The vesicles in which cargo acts are an anatomical context,
as they are cellular components.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from graph_schema.model import Predicate
from miner.exports.export_graph import ExportGraph, open_text, publication_curie, vesicles_of
from miner.exports.iris import standard_curie
from miner.model.assertions import Assertion, WorkRef

NODE_COLUMNS = ("id", "category", "name", "synonym", "provided_by", "authors", "publication_type")
EDGE_COLUMNS = (
    "id", "subject", "predicate", "object", "category", "qualified_predicate", "object_direction_qualifier",
    "object_aspect_qualifier", "disease_context_qualifier", "anatomical_context_qualifier", "negated", "publications",
    "supporting_text", "knowledge_level", "agent_type", "primary_knowledge_source", "original_predicate",
    "has_confidence_level",
)  # fmt: skip
_SOURCE = "infores:exominer"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FORMULA = re.compile(r"[=+\-@]")
_SEPARATORS = re.compile(r"[|\s\x00-\x1f\x7f-\x9f]")
_P = Predicate

_BIOLINK: Mapping[Predicate, tuple[str, str, str, str]] = {
    # predicate, qualified predicate, direction, aspect
    _P.CARRIES: ("biolink:has_part", "", "", ""),
    _P.SECRETES: ("biolink:produces", "", "", ""),
    _P.FOUND_IN: ("biolink:located_in", "", "", ""),
    _P.DELIVERED_TO: ("biolink:related_to", "", "", ""),
    _P.PROMOTES: ("biolink:affects", "biolink:causes", "increased", ""),
    _P.INHIBITS: ("biolink:affects", "biolink:causes", "decreased", ""),
    _P.ACTIVATES: ("biolink:affects", "biolink:causes", "increased", "activity_or_abundance"),
    _P.REPRESSES: ("biolink:affects", "biolink:causes", "decreased", "activity_or_abundance"),
    _P.REGULATES: ("biolink:affects", "", "", ""),
    _P.BIOMARKER_OF: ("biolink:biomarker_for", "", "", ""),
    _P.ELEVATED_IN: ("biolink:positively_correlated_with", "", "", ""),
    _P.REDUCED_IN: ("biolink:negatively_correlated_with", "", "", ""),
    _P.TREATS: ("biolink:treats_or_applied_or_studied_to_treat", "", "", ""),
}
_ASSOCIATION = "biolink:Association"


def write(graph: ExportGraph, folder: Path) -> list[Path]:
    """Write `exominer_nodes.tsv` and `exominer_edges.tsv`."""
    tables = (("exominer_nodes.tsv", NODE_COLUMNS, nodes(graph)), ("exominer_edges.tsv", EDGE_COLUMNS, edges(graph)))
    for name, columns, rows in tables:
        with open_text(folder / name) as file:
            writer = csv.writer(
                file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, escapechar=None, quotechar=None
            )
            writer.writerow(columns)
            writer.writerows(rows)
    return [folder / name for name, *_ in tables]


def nodes(graph: ExportGraph) -> Iterator[Sequence[str]]:
    """The rows of the node table: entities, and the works that edges cite, with their authors."""
    for e in graph.entities.values():
        yield _id(e.id), e.category, _plain(_text(e.name)), _plain("|".join(map(_item, e.synonyms))), _SOURCE, "", ""
    written = set[str]()
    for assertion in graph.assertions:
        for evidence in assertion.evidence:
            curie = _escape(publication_curie(evidence.work))
            if evidence.counts and curie not in written:
                written.add(curie)
                yield _publication(curie, evidence.work)


def _publication(curie: str, work: WorkRef) -> Sequence[str]:
    kind = "Review" if work.kind == "review" else "Journal Article"
    authors = _plain("|".join(map(_item, work.authors)))
    return curie, "biolink:Article", _plain(_text(work.title)), "", _SOURCE, authors, kind


def edges(graph: ExportGraph) -> Iterator[Sequence[str]]:
    """The rows of the edge table: one for each assertion, and one from each entity to each parent and source."""
    yield from map(_edge, graph.assertions)
    for e in graph.entities.values():
        yield from (_structure(e.id, "subclass_of", parent, "IS_A") for parent in e.parents)
        yield from (_structure(e.id, "derives_from", source, "DERIVED_FROM") for source in e.sources)


def _structure(subject: str, predicate: str, object_: str, original: str) -> Sequence[str]:
    """An edge without a publication: from an entity to its parent, or from vesicles to their source."""
    return (
        f"{_id(subject)}-{predicate}-{_id(object_)}", _id(subject), f"biolink:{predicate}", _id(object_), _ASSOCIATION,
        "", "", "", "", "", "false", "", "", "knowledge_assertion", "manual_agent", _SOURCE, original, "",
    )  # fmt: skip


def _edge(assertion: Assertion) -> Sequence[str]:
    predicate, qualified, direction, aspect = _BIOLINK[assertion.predicate]
    counted = [e for e in assertion.evidence if e.counts]
    publications = dict.fromkeys(publication_curie(e.work) for e in counted)
    judged = any(e.verdict == "accepted" for e in counted)
    return (
        assertion.id,
        _id(assertion.subject),
        predicate,
        _id(assertion.object),
        _ASSOCIATION,
        qualified,
        direction,
        aspect,
        "|".join(map(_id, assertion.cancers)),
        "|".join(map(_id, vesicles_of(assertion))),
        str(assertion.negated).lower(),
        "|".join(map(_escape, publications)),
        _plain("|".join(dict.fromkeys(_item(e.sentence) for e in counted))),
        "knowledge_assertion" if judged else "not_provided",
        "manual_validation_of_automated_agent" if judged else "text_mining_agent",
        _SOURCE,
        assertion.predicate.value,
        f"{assertion.tally.belief:.6f}",
    )


def _id(id_: str) -> str:
    return _escape(standard_curie(id_))


def _escape(curie: str) -> str:
    """Percent-encode what would split a cell or a row: bars, white space and control characters."""
    return _SEPARATORS.sub(lambda found: quote(found[0]), curie)


def _item(text: str) -> str:
    """One of several values in a cell: it may not contain the separator."""
    return _text(text.replace("|", "/"))


def _plain(cell: str) -> str:
    """A cell of free text; an apostrophe before one that a spreadsheet would evaluate as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _text(text: str) -> str:
    """Text on one line, without control characters."""
    return " ".join(_CONTROL.sub(" ", text).split())
