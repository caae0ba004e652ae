"""The examples in docstrings are right."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for folder in ("miner", "graph_schema")
    for path in (ROOT / folder).rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings(module: str) -> None:
    result = doctest.testmod(import_module(module), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 0
    assert result.failed == 0


def test_importing_the_package_is_quick() -> None:
    import subprocess
    import sys

    program = "import sys, miner; print(sorted(m for m in sys.modules if m.startswith(('spacy', 'numpy', 'neo4j'))))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_the_python_interface_has_what_it_names() -> None:
    import miner

    import_module("miner.extract.claims")  # a subpackage of the same name as a function
    assert all(callable(getattr(miner, name)) for name in miner.__all__)
    assert set(miner.__all__) <= set(dir(miner))
    with pytest.raises(AttributeError, match="no attribute 'absent'"):
        miner.absent  # noqa: B018 - the access is what is tested
