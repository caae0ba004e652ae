"""The computed parts of the documentation are up to date; nothing in it depends on the machine that made it."""

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import miner

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))


def recipes() -> Any:
    spec = importlib.util.spec_from_file_location("docs_recipes", DOCS / "recipes.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_command_reference_is_what_the_commands_say() -> None:
    written = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert written == recipes().command_reference(), "run: python docs/recipes.py commands"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_has_been_run_from_top_to_bottom_without_an_error(path: Path) -> None:
    cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    assert [c["execution_count"] for c in cells] == list(range(1, len(cells) + 1))
    assert not [o for c in cells for o in c["outputs"] if o["output_type"] == "error"]
    assert any(c["outputs"] for c in cells)
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/tmp/|/home/|/root/|/work/|\\u001b", text)


def test_there_are_three_notebooks_and_the_index_lists_all_pages() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = {p.relative_to(DOCS).with_suffix("").as_posix() for p in [*DOCS.glob("*.md"), *NOTEBOOKS]} - {"index"}
    assert len(NOTEBOOKS) == 3
    assert pages == set(re.findall(r"^[a-z/]+$", index, re.MULTILINE))


def test_the_citation_names_this_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == miner.__version__
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[0] == "!"}
    assert names == kept
    assert all((ROOT / name).exists() for name in names)


def test_compose_offers_services_on_loopback_alone() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    assert {"neo4j", "explorer"} <= services.keys()
    assert all(port.startswith("127.0.0.1:") for service in services.values() for port in service.get("ports", ()))
