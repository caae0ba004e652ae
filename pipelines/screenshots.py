"""Make docs/images/: screenshots of the explorer's main pages, with Debian's Chromium.

    python -m pipelines.screenshots --workspace .exominer/demo

The pages shown are of the workspace's most studied microRNA.
"""

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

from miner.explorer.library import Library
from miner.settings import load_settings
from pipelines.bench.explorer import MOST_CLAIMS, served

FOLDER = Path(__file__).parents[1] / "docs" / "images"
SIZE = {"width": 1000, "height": 720}
MAX_BYTES = 300_000
_CLAIM = """\
MATCH (:Entity {id: $id})<-[:SUBJECT]-(a:Assertion {predicate: 'PROMOTES', negated: false})
RETURN a.id AS id ORDER BY a.papers DESC, a.belief DESC, a.id LIMIT 1"""


def main() -> None:
    """Write the pictures, and print their sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, required=True)
    library = Library(load_settings(parser.parse_args().workspace))
    rna = library.read(MOST_CLAIMS, label="MicroRNA")[0]["id"]
    claim = library.read(_CLAIM, id=rna)[0]["id"]
    pages = {
        "entity": f"/entity/{rna}", "claim": f"/claim/{claim}", "network": f"/network?entity={rna}",
        "stories": "/stories?function=metastasis",
    }  # fmt: skip
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served(library) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        for name, path in pages.items():
            page.goto(address + path, wait_until="networkidle")
            page.screenshot(path=FOLDER / f"{name}.jpg", type="jpeg", quality=70)
        browser.close()
    library.close()
    sizes = {name: (FOLDER / f"{name}.jpg").stat().st_size for name in pages}
    print(f"{sum(sizes.values()) / 1000:.0f} kB (at most {MAX_BYTES / 1000:.0f}): {sizes}")


if __name__ == "__main__":
    main()
