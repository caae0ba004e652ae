"""Make miner/neo4j_server/neo4j_jars.lock: resolve Neo4j's server with jgo, download each jar, write its size and sum.

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
LOCK = Path(__file__).parents[1] / "miner" / "neo4j_server" / "neo4j_jars.lock"


def lock(artifact: "jgo.maven.Artifact") -> dict[str, str | int]:
    """Download an artifact: its coordinate (group:artifact:version[:classifier]), size in bytes and SHA-256 sum."""
    content = artifact.resolve().read_bytes()
    coordinate = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
    if artifact.classifier:
        coordinate += f":{artifact.classifier}"
    return {"coordinate": coordinate, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def main() -> None:
    """Write the lock file and print its size."""
    artifacts = jgo.resolve(ENDPOINT)
    with ThreadPoolExecutor(6) as pool:
        jars = sorted(pool.map(lock, artifacts), key=lambda jar: str(jar["coordinate"]))
    lines = [json.dumps({"neo4j": NEO4J, "endpoint": ENDPOINT}), *map(json.dumps, jars)]
    LOCK.write_text("\n".join(lines) + "\n")
    print(f"{len(jars)} jars, {sum(int(jar['size']) for jar in jars) / 1e6:.1f} MB → {LOCK}")


if __name__ == "__main__":
    main()
