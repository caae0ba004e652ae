"""Makes the parts of the documentation that are computed: the command reference, and the notebooks' outputs.

python docs/recipes.py commands      # docs/commands.md, from the commands' own help
python docs/recipes.py notebooks     # runs every notebook on the examples, in a workspace of its own
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
COMMANDS = DOCS / "commands.md"
NOTEBOOKS = DOCS / "notebooks"
TIMEOUT_S = 300


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


def run_notebooks() -> None:
    """Run the notebooks in a new workspace with the examples, and keep their outputs in them."""
    import nbformat
    from nbclient import NotebookClient

    with tempfile.TemporaryDirectory(prefix="exominer-docs-") as folder:
        workspace = Path(folder) / "workspace"
        os.environ |= {"EXOMINER_WORKSPACE": str(workspace), "EXOMINER_CURATOR": "ada"}
        os.environ |= {
            "COLUMNS": "80",
            "TTY_COMPATIBLE": "0",
        }  # commands write plain text, though a kernel asks for color
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        exominer = [sys.executable, "-c", "from miner.cli import main; main()"]
        try:
            subprocess.run([*exominer, "ingest", str(DOCS.parent / "examples")], check=True)
            for path in sorted(NOTEBOOKS.glob("*.ipynb")):
                notebook = nbformat.read(path, as_version=4)
                resources = {"metadata": {"path": folder}}
                NotebookClient(notebook, timeout=TIMEOUT_S, resources=resources, coalesce_streams=True).execute()
                nbformat.write(_without_chance(notebook, folder), path)
        finally:
            subprocess.run([*exominer, "graph", "stop"], check=False)


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
    wanted = sys.argv[1:] or ["commands", "notebooks"]
    if "commands" in wanted:
        COMMANDS.write_text(command_reference(), encoding="utf-8")
    if "notebooks" in wanted:
        run_notebooks()
