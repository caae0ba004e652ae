"""`update` as a scheduled job: alone in its workspace, with a summary line, a log, and what retractions took along."""

from dataclasses import replace

from filelock import FileLock

from miner import extract
from tests.rig import faults
from tests.rig.world import World

SEARCH = ("pubmed", "exosomes glioblastoma")


def log(world: World) -> list[str]:
    path = world.workspace / "update.log"
    return path.read_text().splitlines() if path.exists() else []


def retract_one(world: World) -> str:
    """Retract an article with claims; returns its id."""
    with world.corpus() as corpus:
        works = list(corpus.works())
        for work in works:
            corpus.put_claims(work, "test.v1", extract(work.article.text))
        fallen = next(work for work in works if corpus.claims_in(work.id))
    number = next(n for n, r in enumerate(world.pubmed.records) if r.pmid == fallen.article.pmid)
    later = max(r.changed for r in world.pubmed.records).replace(year=2099)
    world.pubmed.records[number] = replace(world.pubmed.records[number], retracted_by="99000001", changed=later)
    return fallen.id


def test_an_update_sums_up_and_names_what_a_retraction_took_along(world: World) -> None:
    world.run("harvest", *SEARCH)
    fallen = retract_one(world)
    result = world.run("update", "--harvest-only")
    assert result.code == 0, result.err
    told = " ".join(result.err.split())
    assert "update done in" in told and "+1 retracted" in told
    assert f"retracted: {fallen} took" in told and f"exominer impact {fallen.removeprefix('pmid:')}" in told
    assert len(log(world)) == 2 and fallen in log(world)[1]

    again = world.run("update", "--harvest-only")
    assert "+0 retracted" in again.err and "took" not in again.err  # told once
    assert len(log(world)) == 3


def test_an_update_that_fails_says_so_in_the_log_and_by_its_exit_code(world: World) -> None:
    world.run("harvest", *SEARCH)
    world.rig.script("esearch.fcgi", *[faults.status(500)] * 12)
    assert world.run("update", "--harvest-only").code == 1
    assert "update ended with 1" in log(world)[-1]


def test_a_second_update_does_nothing(world: World) -> None:
    world.run("harvest", *SEARCH)
    (world.workspace / "locks").mkdir(exist_ok=True)
    with FileLock(world.workspace / "locks" / "update.lock"):
        result = world.run("update", "--harvest-only")
    assert result.code == 1 and "another update is running" in result.err
    assert log(world) == []
    assert world.run("update", "--harvest-only").code == 0
