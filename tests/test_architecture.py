"""Rules of the layout that import contracts cannot say; the contracts stand in pyproject.toml (`lint-imports`)."""

import ast
from pathlib import Path

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
