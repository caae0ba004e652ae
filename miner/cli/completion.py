"""Shell completion: names of cookbook queries, of their parameters, and of the entities that these may name."""

from pathlib import Path

import typer
from typer import _completion_shared

MAX_ENTITIES = 50
"""Entities that are offered at once."""

BASH_SCRIPT = """
%(complete_func)s() {
    # Readline splits words at "=": join them again, and reply with only the part after it.
    local IFS=$'\\n' word reply glue= words=()
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        if [[ $glue || $word == "=" ]]; then words[-1]+=$word; else words+=("$word"); fi
        if [[ $word == "=" ]]; then glue=1; else glue=; fi
    done
    local current=${words[-1]}
    COMPREPLY=()
    while read -r reply; do
        if [[ ! $reply ]]; then continue; fi
        if [[ $current == *=* ]]; then reply=${reply#*=}; fi
        if [[ $word != [\\"\\']* ]]; then printf -v reply %%q "$reply"; fi
        COMPREPLY+=("$reply")
    done < <(env COMP_WORDS="${words[*]}" COMP_CWORD=$((${#words[@]} - 1)) %(autocomplete_var)s=complete_bash "$1")
    if [[ ${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi
}

complete -o default -F %(complete_func)s %(prog_name)s
"""


def use_bash_script() -> None:
    """Replace typer's bash completion, which stops at "=" and at spaces, with `BASH_SCRIPT`."""
    _completion_shared._completion_scripts["bash"] = BASH_SCRIPT


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
