"""Rules of the layout that import contracts cannot express, and tests that broken contracts are reported."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def reads_environment(path: Path) -> bool:
    """Whether a file names `os.environ` or `os.getenv`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} for node in ast.walk(tree))


def test_environment_is_read_in_settings_alone() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("miner/**/*.py") if reads_environment(path)}
    assert found == {"miner/settings.py"}


def test_loose_modules_are_errors_and_settings_alone() -> None:
    assert {path.name for path in ROOT.glob("miner/*.py")} == {"__init__.py", "errors.py", "settings.py"}


BROKEN = [
    ("layers", "miner/corpus/works.py", "import miner.cli.output"),
    ("layers", "miner/nlp/pipeline.py", "import miner.corpus.works"),
    ("layers", "miner/model/claims.py", "import miner.http.client"),
    ("recipes", "miner/cli/doctor.py", "import pipelines.gold"),
    ("requests", "miner/sources/pubmed.py", "import requests"),
    ("sqlite3", "miner/workflow/mining.py", "import sqlite3"),
    ("neo4j", "miner/workflow/graph.py", "import neo4j"),
    ("terminal", "miner/workflow/files.py", "import rich.console"),
    ("terminal", "miner/neo4j_server/jars.py", "import rich"),
    ("web", "miner/cli/query.py", "import starlette.requests"),
    ("layers", "miner/workflow/find.py", "import miner.explorer"),
    ("clusters", "miner/workflow/shards.py", "import distributed"),
    ("clusters", "miner/corpus/works.py", "import fsspec"),
]


def lint(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    program = (
        "import sys; from importlinter.cli import lint_imports;"
        "sys.exit(lint_imports(cache_dir=None, limit_to_contracts=sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, contract]
    return subprocess.run(
        command, cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)}, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, to break."""
    folder = tmp_path_factory.mktemp("tree")
    for name in ("miner", "graph_schema", "pipelines"):
        copied = shutil.ignore_patterns("__pycache__", "*.onnx", "*.npz", "*.gz", "*.jar", "*.bin")
        shutil.copytree(ROOT / name, folder / name, ignore=copied)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.parametrize(("contract", "module", "statement"), BROKEN)
def test_a_forbidden_import_breaks_its_contract(contract: str, module: str, statement: str, tree: Path) -> None:
    path = tree / module
    sound = path.read_text(encoding="utf-8")
    path.write_text(f"{sound}\n{statement}\n", encoding="utf-8")
    try:
        result = lint(tree, contract)
    finally:
        path.write_text(sound, encoding="utf-8")
    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout


def test_the_tree_as_it_is_keeps_its_contracts(tree: Path) -> None:
    for contract in dict.fromkeys(contract for contract, *_ in BROKEN):
        assert lint(tree, contract).returncode == 0
