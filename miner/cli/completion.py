"""Shell completion: names of cookbook queries and of their parameters."""

import typer


def complete_query(incomplete: str) -> list[tuple[str, str]]:
    """Cookbook queries whose names begin so, each with its title."""
    from graph_schema.cookbook import queries

    return [(q.name, q.title) for q in queries().values() if q.name.startswith(incomplete)]


def complete_parameter(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Parameters of the query on the command line, as `name=`, each with its help."""
    from graph_schema.cookbook import queries

    # While `--param` still lacks its value, the parser leaves the arguments before it in `args`.
    words = [str(context.params.get("what") or ""), *context.args]
    named = next((queries()[word] for word in words if word in queries()), None)
    return [(f"{p.name}=", p.help) for p in (named.parameters if named else ()) if p.name.startswith(incomplete)]
