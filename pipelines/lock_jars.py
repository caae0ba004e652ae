"""Make the lock files of jars: resolve Neo4j's server and the explorer's scripts with jgo, write sizes and sums.

.venv/bin/python pipelines/lock_jars.py
"""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jgo

NEO4J = "5.26.30"
BROWSER = "5.24.0"
ENDPOINT = f"org.neo4j.app:neo4j-server:{NEO4J}+org.neo4j:neo4j:{NEO4J}+org.neo4j.client:neo4j-browser:{BROWSER}"
SCRIPTS = "org.webjars.npm:htmx.org:2.0.8+org.webjars.npm:cytoscape:3.33.1"
MINER = Path(__file__).parents[1] / "miner"
LOCKS = {
    MINER / "neo4j_server" / "neo4j_jars.lock": {"neo4j": NEO4J, "endpoint": ENDPOINT},
    MINER / "explorer" / "webjars.lock": {"endpoint": SCRIPTS},
}
"""The lock files with their first lines; the endpoint names what is resolved."""


def lock(artifact: "jgo.maven.Artifact") -> dict[str, str | int]:
    """Download an artifact: its coordinate (group:artifact:version[:classifier]), size in bytes and SHA-256 sum."""
    content = artifact.resolve().read_bytes()
    coordinate = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
    if artifact.classifier:
        coordinate += f":{artifact.classifier}"
    return {"coordinate": coordinate, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def main() -> None:
    """Write the lock files and print their sizes."""
    for path, header in LOCKS.items():
        artifacts = jgo.resolve(header["endpoint"])
        with ThreadPoolExecutor(6) as pool:
            jars = sorted(pool.map(lock, artifacts), key=lambda jar: str(jar["coordinate"]))
        path.write_text("\n".join([json.dumps(header), *map(json.dumps, jars)]) + "\n")
        print(f"{len(jars)} jars, {sum(int(jar['size']) for jar in jars) / 1e6:.1f} MB → {path}")


if __name__ == "__main__":
    main()
