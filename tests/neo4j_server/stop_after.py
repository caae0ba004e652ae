"""Wait until process PID ends, then end the Neo4j server of folder HOME: python stop_after.py PID HOME"""

import sys
from contextlib import suppress
from pathlib import Path

import psutil

from miner.neo4j_server.server import EmbeddedServer

if __name__ == "__main__":
    _, pid, home = sys.argv
    with suppress(psutil.NoSuchProcess):
        psutil.Process(int(pid)).wait()
    EmbeddedServer(Path(home), Path(home)).stop(timeout_s=5)
