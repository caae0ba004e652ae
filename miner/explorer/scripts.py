"""Load the style sheet, the script and the WebJars' scripts of pages into memory at start-up."""

import hashlib
import logging
import zipfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from miner.errors import ServerError
from miner.model.reporter import Reporter
from miner.neo4j_server.jars import JarSet

logger = logging.getLogger(__name__)

WEBJARS = JarSet(
    "htmx and Cytoscape.js",
    Path(__file__).with_name("webjars.lock"),
    "webjars",
    "connect to the network once; until then pages work without scripts, and networks are tables",
)
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_FROM_JARS = {"htmx.org": "dist/htmx.min.js", "cytoscape": "dist/cytoscape.min.js"}


@dataclass(frozen=True)
class Asset:
    """A file that pages load; `version` changes with its content."""

    content: bytes
    media_type: str

    @property
    def version(self) -> str:
        """A hash of the content."""
        return hashlib.sha256(self.content).hexdigest()[:12]


def load_assets(cache: Path, reporter: Reporter) -> dict[str, Asset]:
    """Load every file, by name. Warns and leaves out the WebJars' files if they cannot be fetched."""
    own = {
        entry.name: entry.read_bytes() for entry in (files("miner.explorer") / "static").iterdir() if entry.is_file()
    }
    try:
        own |= _scripts(cache, reporter)
    except ServerError as error:
        logger.warning("%s", error)
    return {name: Asset(content, _TYPES[name.rpartition(".")[2]]) for name, content in own.items()}


def _scripts(cache: Path, reporter: Reporter) -> dict[str, bytes]:
    found = {}
    for jar, path in zip(WEBJARS.jars(), WEBJARS.fetch(cache, reporter), strict=True):
        _, artifact, version = jar.coordinate.split(":")
        with zipfile.ZipFile(path) as content:
            name = _FROM_JARS[artifact]
            found[Path(name).name] = content.read(f"META-INF/resources/webjars/{artifact}/{version}/{name}")
    return found
