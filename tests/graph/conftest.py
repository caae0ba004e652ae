"""A graph that is empty, for the tests of this folder."""

from collections.abc import Iterator

import pytest

from miner.graph import load as graph
from miner.graph.connection import Connection
from tests.graph.loading import BUILD_ID


@pytest.fixture
def empty(connection: Connection) -> Iterator[Connection]:
    graph.prepare(connection, "tests", BUILD_ID)
    graph.clear(connection)
    graph.prepare(connection, "tests", BUILD_ID)
    yield connection
