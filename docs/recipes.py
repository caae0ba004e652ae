"""Makes the parts of the documentation that are computed: command reference, outputs of notebooks, screenshots.

python docs/recipes.py commands      # docs/commands.md, from the commands' own help
python docs/recipes.py notebooks     # runs every notebook on the examples, in a workspace of its own
python docs/recipes.py screenshots   # docs/images, the explorer's pages on the examples; needs Chromium
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
COMMANDS = DOCS / "commands.md"
NOTEBOOKS = DOCS / "notebooks"
IMAGES = DOCS / "images"
TIMEOUT_S = 300
SHOWN = "miR-21"
"""The entity that the screenshots show."""
JPEG_QUALITY = 70
DRAWING_MS = 2_000
"""Time in which a network has been drawn."""
EXOMINER = [sys.executable, "-c", "from miner.cli import main; main()"]


def command_reference() -> str:
    """The reference of all commands, Markdown."""
    import typer
    from typer.cli import get_docs_for_click

    from miner.cli import app

    command = typer.main.get_command(app)
    _set_short_help(command)
    with typer.Context(command, info_name="exominer") as context:
        text = get_docs_for_click(obj=command, ctx=context, name="exominer", title="Commands")
    examples = re.sub(r"^Example: (.+)$", lambda match: f"Example: `{match[1].replace(chr(92), '')}`", text, flags=re.M)
    return examples.rstrip("\n") + "\n"


def _set_short_help(command: Any) -> None:
    """Have lists of commands show the first paragraph of each command's help, which Click cuts at 45 characters."""
    command.short_help = " ".join((command.help or "").split("\n\n")[0].split())
    for subcommand in getattr(command, "commands", {}).values():
        _set_short_help(subcommand)


@contextmanager
def workspace_of_examples() -> Iterator[str]:
    """A folder with a new workspace of the examples in it, which commands and notebooks use without being told."""
    with tempfile.TemporaryDirectory(prefix="exominer-docs-") as folder:
        os.environ |= {"EXOMINER_WORKSPACE": str(Path(folder) / "workspace"), "EXOMINER_CURATOR": "ada"}
        # Commands write plain text, though a kernel asks for color.
        os.environ |= {"COLUMNS": "80", "TTY_COMPATIBLE": "0"}
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        try:
            subprocess.run([*EXOMINER, "ingest", str(DOCS.parent / "examples")], check=True)
            yield folder
        finally:
            subprocess.run([*EXOMINER, "graph", "stop"], check=False)


def run_notebooks() -> None:
    """Run the notebooks in a new workspace with the examples, and keep their outputs in them."""
    import nbformat
    from nbclient import NotebookClient

    with workspace_of_examples() as folder:
        for path in sorted(NOTEBOOKS.glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            resources = {"metadata": {"path": folder}}
            NotebookClient(notebook, timeout=TIMEOUT_S, resources=resources, coalesce_streams=True).execute()
            nbformat.write(_without_chance(notebook, folder), path)


def take_screenshots() -> None:
    """Take pictures of the explorer's main pages, 1280 pixels wide."""
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    IMAGES.mkdir(exist_ok=True)
    with workspace_of_examples(), _explorer() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        root = address.split("/?")[0]
        found = json.loads(subprocess.run([*EXOMINER, "find", SHOWN, "--json"], check=True, capture_output=True).stdout)
        page.goto(f"{root}/entity/{found[0]['id']}")
        page.screenshot(path=IMAGES / "entity.jpg", quality=JPEG_QUALITY)
        page.get_by_role("link", name=re.compile("evidence.* promotes ")).first.click()
        page.screenshot(path=IMAGES / "claim.jpg", quality=JPEG_QUALITY)
        page.goto(f"{root}/network?entity={found[0]['id']}")
        page.wait_for_timeout(DRAWING_MS)
        page.screenshot(path=IMAGES / "network.jpg", quality=JPEG_QUALITY)
        page.goto(f"{root}/stories")
        page.screenshot(path=IMAGES / "stories.jpg", quality=JPEG_QUALITY)
        browser.close()


@contextmanager
def _explorer() -> Iterator[str]:
    """The address at which an explorer of the workspace is served, with the token."""
    with subprocess.Popen([*EXOMINER, "serve"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def _without_chance(notebook: Any, folder: str) -> Any:
    """The notebook without what differs between runs: times, and the names of folders and of the corpus."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            if "text" in output:
                output.text = _plain(output.text, folder)
            for kind, content in output.get("data", {}).items():
                if kind.startswith("text/"):
                    output.data[kind] = _plain(content, folder)
    notebook.metadata.get("language_info", {}).pop("version", None)
    return notebook


def _plain(text: str, folder: str) -> str:
    return re.sub(r"corpus [0-9a-f]{8,}[0-9a-f-]*", "corpus …", text.replace(f"{folder}/", "").replace(folder, "."))


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["commands", "notebooks", "screenshots"]
    if "commands" in wanted:
        COMMANDS.write_text(command_reference(), encoding="utf-8")
    if "notebooks" in wanted:
        run_notebooks()
    if "screenshots" in wanted:
        take_screenshots()
