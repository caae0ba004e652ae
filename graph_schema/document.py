"""Writes `graph_schema/SCHEMA.md` from the model: `python -m graph_schema.document`."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from graph_schema import cypher
from graph_schema.cookbook import queries
from graph_schema.model import (
    CARGO,
    NODES,
    OPPOSITES,
    RELATION_PROPERTIES,
    SCHEMA_VERSION,
    SIGNATURES,
    STRUCTURE,
    EntityType,
    Property,
)

PATH = Path(__file__).with_name("SCHEMA.md")


def document() -> str:
    """The whole document, Markdown."""
    return "\n".join([*_opening(), *_picture(), *_nodes(), *_relationships(), *_predicates(), *_indexes(), *_recipes()])


def _opening() -> Iterator[str]:
    yield "# The graph\n"
    yield f"Schema version {SCHEMA_VERSION}, from `graph_schema/model.py` by `python -m graph_schema.document`.\n"
    yield (
        "Relationships between entities sum up assertions, one for each polarity and cancer context. Each assertion\n"
        "is supported by sentences (evidence) of publications. Unknown and empty properties are left out.\n"
    )


def _picture() -> Iterator[str]:
    yield "```mermaid\nflowchart LR"
    yield '  subject["Entity<br>subject"] -- "one of the predicates" --> object["Entity<br>object"]'
    yield "  assertion([Assertion]) -- SUBJECT --> subject"
    yield "  assertion -- OBJECT --> object"
    yield '  assertion -- IN_CANCER --> cancer["Entity<br>Cancer"]'
    yield "  assertion -- SUPPORTED_BY --> evidence([Evidence])"
    yield "  evidence -- FROM --> publication[(Publication)]"
    yield '  evidence -- IN_VESICLES --> vesicles["Entity<br>Vesicle"]'
    yield '  evidence -- TAKEN_UP_BY --> recipient["Entity<br>Cell, Cancer or Anatomy"]'
    yield '  vesicles -- DERIVED_FROM --> source["Entity<br>Cell, Cancer or Anatomy"]'
    yield '  vesicles -- IS_A --> kind["Entity<br>Vesicle"]'
    yield "  assertion -- CONTRADICTS --> other([Assertion])"
    yield '  cancer -- IS_A --> parent["Entity<br>what it is a kind of"]'
    yield "```\n"


def _nodes() -> Iterator[str]:
    yield "## Nodes\n"
    for node in NODES:
        yield f"### {node.label}\n\n{node.help}\n"
        if node.label == "Entity":
            kinds = ", ".join(f"`{t}`{' (`Cargo`)' if t in CARGO else ''}" for t in EntityType)
            yield f"Kinds: {kinds}.\n"
            yield (
                "A `Function` is a biological process (Biolink's BiologicalProcess), such as metastasis; it is\n"
                "not what the Gene Ontology calls a (molecular) function.\n"
            )
        yield from _table(node.properties)


def _relationships() -> Iterator[str]:
    yield "## Relationships behind the claims\n"
    yield "| type | from | to | meaning |\n| --- | --- | --- | --- |"
    for r in STRUCTURE:
        carries = f"; has {', '.join(f'`{p.name}` ({p.help})' for p in r.properties)}" if r.properties else ""
        yield f"| `{r.type}` | {r.source} | {r.target} | {r.help}{carries} |"
    yield ""


def _predicates() -> Iterator[str]:
    yield "## Relationships between entities\n"
    yield (
        "One for each predicate that a work asserts of the two entities, over all cancers. A claim that is only ever\n"
        "negated has assertions, but no such relationship.\n"
    )
    yield "| type | from | to | opposite |\n| --- | --- | --- | --- |"
    for predicate, signature in SIGNATURES.items():
        opposite = f"`{OPPOSITES[predicate]}`" if predicate in OPPOSITES else ""
        yield f"| `{predicate}` | {_types(signature.subject)} | {_types(signature.object)} | {opposite} |"
    yield "\nEach has:\n"
    yield from _table(RELATION_PROPERTIES)


def _indexes() -> Iterator[str]:
    yield "## Constraints and indexes\n\n```cypher"
    yield from (f"{statement};" for statement in [*cypher.constraints(), *cypher.indexes()])
    yield "```\n"


def _recipes() -> Iterator[str]:
    yield "## Cookbook\n\nRun one with `exominer query NAME --param key=value`.\n"
    yield "| name | question | parameters |\n| --- | --- | --- |"
    for query in queries().values():
        parameters = ", ".join(f"`{p.name}`" for p in query.parameters)
        yield f"| `{query.name}` | {query.question} | {parameters} |"
    yield ""


def _table(properties: Iterable[Property]) -> Iterator[str]:
    yield "| property | type | meaning |\n| --- | --- | --- |"
    yield from (f"| `{p.name}` | {p.type} | {p.help.replace('|', chr(92) + '|')} |" for p in properties)
    yield ""


def _types(types: Iterable[EntityType]) -> str:
    listed = set(types)
    named = ["any Cargo"] if listed >= CARGO else []
    rest = listed - CARGO if named else listed
    return ", ".join([*named, *(str(t) for t in EntityType if t in rest)])


if __name__ == "__main__":
    PATH.write_text(document(), encoding="utf-8")
