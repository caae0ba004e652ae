"""The house's one-way arrows: stages never import each other, and nothing below the command line knows of it."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
STAGES = ("sources", "merge", "corpus", "nlp", "extract", "assemble", "store")
GROUND = {"model", "errors", "http", "settings", "identifiers", "markup", "assertions"}
"""What every stage may import besides itself and `graph_schema`."""


def imports(path: Path) -> set[str]:
    """Names of the project's modules that a file imports anywhere, dotted."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in ("miner", "graph_schema", "pipelines", "tests")}


def part_of(name: str) -> str:
    """The part of the house a dotted module name lies in ("miner.sources.jci" → "sources")."""
    parts = name.split(".")
    return parts[1] if parts[0] == "miner" and len(parts) > 1 else parts[0]


def test_stages_do_not_import_each_other() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted(ROOT.glob("miner/**/*.py"))
        for stage in [part_of(".".join(path.relative_to(ROOT).with_suffix("").parts))]
        if stage in STAGES
        for name in sorted(imports(path))
        if part_of(name) in set(STAGES) - {stage}
        # The corpus keeps works, which merging defines.
        and not (stage == "corpus" and part_of(name) == "merge")
    ]
    assert wrong == []


def test_nothing_below_imports_the_flow_or_the_command_line() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted(ROOT.glob("miner/**/*.py"))
        for own in [part_of(".".join(path.relative_to(ROOT).with_suffix("").parts))]
        for name in sorted(imports(path))
        if (part_of(name) == "cli" and own != "cli")
        or (part_of(name) in ("intake", "pipeline") and own not in ("cli", part_of(name)))
        or part_of(name) in ("pipelines", "tests")
    ]
    assert wrong == []


def test_the_graph_schema_stands_on_the_standard_library_alone() -> None:
    wrong = [
        f"{path.name} imports {name}"
        for path in sorted(ROOT.glob("graph_schema/*.py"))
        for name in sorted(imports(path))
        if name.startswith("miner")
    ]
    assert wrong == []
