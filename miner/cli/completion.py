"""Shell completion: names of cookbook queries, of their parameters, and of the entities that these may name."""

from pathlib import Path

import typer

MAX_ENTITIES = 50
"""Entities that are offered at once."""


def complete_query(incomplete: str) -> list[tuple[str, str]]:
    """Cookbook queries whose names begin so, each with its title."""
    from graph_schema.cookbook import queries

    return [(q.name, q.title) for q in queries().values() if q.name.startswith(incomplete)]


def complete_parameter(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Parameters of the query on the command line, as `name=`, each with its help; after "=", names of entities."""
    from graph_schema.cookbook import queries

    # While `--param` still lacks its value, the parser leaves the arguments before it in `args`.
    words = [str(context.params.get("what") or ""), *context.args]
    named = next((queries()[word] for word in words if word in queries()), None)
    parameters = named.parameters if named else ()
    name, equals, start = incomplete.partition("=")
    if not equals:
        return [(f"{p.name}=", p.help) for p in parameters if p.name.startswith(name)]
    if not any(p.name == name and p.type == "entity" for p in parameters):
        return []
    workspace = context.find_root().params.get("workspace")
    return [(f"{name}={entity}", help_) for entity, help_ in _entities(start, workspace)]


def _entities(start: str, workspace: str | Path | None) -> list[tuple[str, str]]:
    """Names of the workspace's entities that begin so, the most used first, each with its type."""
    from miner.corpus import Corpus
    from miner.settings import load_settings
    from miner.workflow.find import names_by_use

    path = load_settings(Path(workspace) if workspace else None).corpus_path
    if not path.exists():
        return []
    with Corpus(path) as corpus:
        return [(name, type_.value) for name, type_ in names_by_use(corpus, start)[:MAX_ENTITIES]]
