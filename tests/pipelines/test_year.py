"""A few weeks of the simulated year: updates with kills and outages leave what a fresh harvest gives."""

from pathlib import Path

import pytest

from miner.corpus import Corpus
from pipelines.measure.year import describe, differences, run_year


@pytest.mark.parametrize("seed", [1, 5])
def test_weeks_of_updates_leave_the_corpus_of_a_fresh_harvest(tmp_path: Path, seed: int) -> None:
    year, found = run_year(tmp_path, 8, seed, watched=False)
    assert found == []
    assert year.happened["articles"] > 30 and year.happened.keys() & {"kills", "outages"}


def test_what_differs_is_named(tmp_path: Path) -> None:
    from miner.settings import Settings
    from tests.corpus.records import article

    one, other = (Settings(workspace=tmp_path / name) for name in ("one", "other"))
    for settings, pmids in ((one, "12"), (other, "23")):
        with Corpus(settings.corpus_path) as corpus:
            corpus.add(
                article(pmid=pmid, doi=f"10.1000/{pmid}", source_id=pmid, title=f"{pmid} {settings.workspace.name}")
                for pmid in pmids
            )
    assert differences(one, other) == [
        "differs: pmid:2",
        "only after updates: pmid:1",
        "only in a fresh harvest: pmid:3",
    ]
    assert len(describe(one)) == 2
