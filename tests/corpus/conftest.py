"""An empty corpus, for the tests of this folder."""

from pathlib import Path

import pytest

from miner.corpus import Corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path / "corpus.sqlite")
