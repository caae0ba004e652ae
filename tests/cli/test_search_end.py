"""How searches end: complete where the end is proven, else incomplete or failed, and healed by the next run."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from miner.model.articles import Article
from miner.settings import Settings
from miner.sources import SOURCES, Source
from miner.sources.base import Batch, Search
from miner.sources.cursor_walk import START
from miner.workflow.harvest import dump_search, harvest
from tests.rig import Reply, Request, faults
from tests.rig.biorxiv import post
from tests.rig.harness import make_client
from tests.rig.records import record, records
from tests.rig.server import Answer, Fault
from tests.rig.world import World

DAYS = ["--since", "2012-01-01", "--until", "2023-12-31"]
MANY = 1_173
GOOD = json.dumps({"id": "g1", "title": "A finding", "abstract": "Exosomes carry miR-21 in melanoma cells."})


def changed(change: Callable[[dict], None]) -> Fault:  # type: ignore[type-arg]  # JSON of any shape
    """The right JSON, changed."""

    def fault(request: Request, answer: Answer) -> Reply:
        reply = answer(request)
        content = json.loads(reply.body)
        change(content)
        return replace(reply, body=json.dumps(content).encode())

    return fault


def _crossref(content: dict, hits: int | None) -> None:  # type: ignore[type-arg]  # as above
    content["message"]["items"] = []
    if hits is not None:
        content["message"]["total-results"] = hits


def _europepmc(content: dict, hits: int | None) -> None:  # type: ignore[type-arg]  # as above
    content["resultList"]["result"] = []
    content.pop("nextCursorMark", None)
    if hits is not None:
        content["hitCount"] = hits


@pytest.mark.parametrize("hits", [None, 500, 0], ids=["counted rightly", "counted as seen", "counted as none"])
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("source", ["crossref", "europepmc"])
def test_one_empty_page_ends_no_search(world: World, source: str, number: int, hits: int | None) -> None:
    served = records(MANY * 5 // 4)  # four of five have a DOI
    world.crossref.records = world.europepmc.records = served
    count = sum(bool(r.doi) for r in served) if source == "crossref" else len(served)
    empty = changed(lambda content: (_crossref if source == "crossref" else _europepmc)(content, hits))
    pages = 0

    def fault(request: Request, answer: Answer) -> Reply:
        nonlocal pages
        if request.params.get("rows") == "0" or request.params.get("pageSize") == "1":
            return answer(request)
        pages += 1
        return empty(request, answer) if pages == number else answer(request)

    world.rig.script("works" if source == "crossref" else "search", *[fault] * 60)
    result = world.run("harvest", source, "exosomes", "--json")
    assert (result.code, result.json["searches"][0]["fetched"]) == (0, count), result.err


def test_a_resumed_crossref_search_requests_no_finished_part_again(world: World) -> None:
    world.crossref.records = [replace(r, doi=f"10.5555/v.{r.pmid}") for r in records(MANY)]

    def pages() -> int:
        return sum(request.params["rows"] != "0" for request in world.rig.requests_to("works"))

    sent = 0

    def slow(request: Request, answer: Answer) -> Reply:
        nonlocal sent
        sent += request.params["rows"] != "0"
        return replace(answer(request), status=500, body=b"") if sent > 2 else answer(request)

    world.rig.script("works", *[slow] * 60)
    assert world.run("harvest", "crossref", "exosomes").code == 1
    (line,) = world.searches
    stored = line["fetched"]
    assert 0 < stored < MANY
    world.crossref.expire()
    world.rig.heal()
    before = pages()
    assert world.run("harvest", "crossref", "exosomes").code == 0
    (line,) = world.searches
    assert (line["fetched"], line["new"], line["changed"]) == (MANY, MANY, 0)
    assert pages() - before <= (MANY - stored) // 200


@pytest.mark.parametrize("source", ["pubmed", "europepmc", "crossref"])
def test_a_search_that_has_lost_its_records_is_complete_only_when_that_is_confirmed(world: World, source: str) -> None:
    assert world.run("harvest", source, "exosomes").code == 0
    service = getattr(world, source)
    kept = service.records
    service.records = []
    for command in (("harvest", source, "exosomes"), ("update", "--harvest-only")):
        lost = world.run(*command)
        (line,) = world.searches
        assert (lost.code, line["state"]) == (1, "incomplete")
        assert f"{source} has 0 records, where it had" in line["reason"]
        service.records = kept
        assert world.run("harvest", source, "exosomes").code == 0
        service.records = []
    assert world.run("harvest", source, "exosomes").code == 1
    assert world.run("harvest", source, "exosomes").code == 0  # the second time, they are taken to be gone
    assert world.searches[0]["hits"] == 0


@pytest.mark.parametrize("left", [24, 22, 12, 1])
def test_a_few_records_may_go_many_may_not(world: World, left: int) -> None:
    assert world.run("harvest", "pubmed", "exosomes").code == 0
    world.pubmed.records = world.pubmed.records[:left]
    assert world.run("harvest", "pubmed", "exosomes").code == (0 if left >= 22 else 1)


def test_a_drifting_count_leaves_no_search_stuck(world: World) -> None:
    path = "details/biorxiv/2012-01-01/2023-12-31/"
    drift = iter([0, 9, -5, 3] * 100)

    def fault(request: Request, answer: Answer) -> Reply:
        reply = answer(request)
        content = json.loads(reply.body)
        if "total" in content["messages"][0]:
            content["messages"][0]["total"] = int(content["messages"][0]["total"]) + next(drift)
        return replace(reply, body=json.dumps(content).encode())

    world.biorxiv.posts = [post(r) for r in records(159)]
    for at in range(0, 180, 30):
        world.rig.script(f"{path}{at}", *[fault] * 20)
    first = world.run("harvest", "biorxiv", *DAYS)
    assert world.searches[0]["fetched"] >= 159
    assert first.code in (0, 1)
    world.rig.heal()
    assert world.run("harvest", "biorxiv", *DAYS).code == 0
    assert world.run("update", "--harvest-only").code == 0
    assert world.counts()["works"] == 159


def test_an_older_version_never_replaces_a_newer(world: World) -> None:
    newest = post(replace(record(1), title="Exosomes, third version"), version=3)
    world.biorxiv.posts = [newest]
    assert world.run("harvest", "biorxiv", *DAYS).code == 0
    world.biorxiv.posts = [post(record(1), version=1)]
    again = world.run("harvest", "biorxiv", *DAYS, "--json").json["searches"][0]
    assert (again["fetched"], again["changed"]) == (1, 0)
    with world.corpus() as corpus:
        (work,) = corpus.works()
        assert (work.article.title, work.article.version) == ("Exosomes, third version", "3")


def test_a_second_process_leaves_a_running_search_alone(world: World) -> None:
    with world.corpus() as corpus:
        search = Search("pubmed", "exosomes")
        settings = Settings()
        inner = []

        def meanwhile(request: Request, answer: Answer) -> Reply:
            with world.corpus() as other:
                http = make_client(world.workspace / "cache2")
                inner.append(harvest(search, other, http, settings))
            return answer(request)

        world.rig.script("efetch.fcgi", meanwhile)
        state = harvest(search, corpus, make_client(world.workspace / "cache1"), settings)
    assert (state.state, state.fetched, state.spec) == ("complete", 24, dump_search(search))
    assert (inner[0].state, "another exominer" in (inner[0].reason or "")) == ("running", True)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a.jsonl": [GOOD]}, 0),
        ({"a.jsonl": [GOOD, '{"id": "n1"}']}, 0),
        ({"a.jsonl": ['{"id": "n1"}', GOOD, "{"], "b.jsonl": [GOOD]}, 0),
        ({"a.jsonl": ['{"id": "n1"}']}, 3),
        ({"a.jsonl": [GOOD], "b.jsonl": ['{"id": "n1"}']}, 3),
        ({"a.jsonl": [GOOD], "b.txt": []}, 3),
        ({"a.jsonl": [GOOD], "b.bin": ["\x00\x01\x02" * 80]}, 3),
    ],
)
def test_a_rejected_record_is_reported_and_a_refused_file_exits_3(
    world: World, tmp_path: Path, files: dict[str, list[str]], code: int
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines))
    result = world.run("harvest", str(folder))
    assert result.code == code, result.err
    rejected = len(world.run("rejects", "--json").json)
    assert f"{rejected} rejects" in result.err
    assert ("rejected (" in result.err) == (rejected > 0)


def test_rejects_of_files_that_were_read_since_are_gone(world: World, tmp_path: Path) -> None:
    file, folder = tmp_path / "saved.jsonl", tmp_path / "folder"
    folder.mkdir()
    other = folder / "other.jsonl"
    good = json.dumps({"id": "g1", "title": "A finding", "abstract": "Exosomes carry miR-21 in melanoma cells."})
    file.write_text(good + '\n{"id": "n1"}\n')
    other.write_text('{"id": "n2"}\n')
    assert world.run("harvest", str(file), str(folder)).code == 3
    assert len(world.run("rejects", "--json").json) == 2
    file.write_text(good + "\n")
    assert world.run("harvest", str(file)).code == 0
    assert [reject["item"] for reject in world.run("rejects", "--json").json] == [f"{other}: n2"]
    assert world.run("harvest", str(folder)).code == 3
    assert len(world.run("rejects", "--json").json) == 1
    other.write_text(good.replace("g1", "n2") + "\n")
    assert world.run("harvest", str(folder)).code == 0
    assert world.run("rejects", "--json").json == []


class Toy:
    """A source with two articles, one module."""

    def count(self, search: Search, http: object) -> int:
        return 2

    def fetch(self, search: Search, http: object, cursor: str | None) -> "list[Batch]":
        made = tuple(Article("toy", f"t{n}", f"Exosomes carry toy {n}") for n in (1, 2))
        return [Batch(made[:1], hits=2, cursor=START), Batch(made[1:], hits=2)][bool(cursor) :]


def make_harvester(settings: Settings) -> Toy:
    return Toy()


def test_a_source_is_one_module_and_one_line(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SOURCES, "toy", Source(__name__))
    assert world.run("harvest", "toy", "exosomes", "--dry-run", "--json").json[0]["hits"] == 2
    result = world.run("harvest", "toy", "--json")
    assert (result.code, result.json["searches"][0]["asked"], result.json["searches"][0]["new"]) == (0, "everything", 2)
    assert world.run("update", "--harvest-only").code == 0


def _count_in(source: str, content: dict, count: int) -> None:  # type: ignore[type-arg]  # JSON of any shape
    if source == "crossref":
        content["message"]["total-results"] = count
    elif source == "europepmc":
        content["hitCount"] = count
    elif "total" in content["messages"][0]:
        content["messages"][0]["total"] = str(count)


@pytest.mark.parametrize("count", [99999999999999999999, 10**9, 1_000_000, None])
@pytest.mark.parametrize("source", ["crossref", "europepmc", "biorxiv"])
def test_a_count_beyond_reason_ends_soon_and_leaves_nothing_stuck(world: World, source: str, count: int | None) -> None:
    words = ("harvest", source, "glioblastoma", *(DAYS if source == "biorxiv" else ()))
    paths = [f"details/biorxiv/2012-01-01/2023-12-31/{at}" for at in (0, 24)] if source == "biorxiv" else ()
    for path in paths or ["works" if source == "crossref" else "search"]:
        if count is None:  # more digits than Python makes a number of
            text = b'{"message": {"total-results": %d}, "hitCount": 1}'.replace(b"%d", b"9" * 5_000)
            world.rig.script(path, *[faults.says(text, type="application/json")] * 500)
        else:
            world.rig.script(path, *[changed(lambda content: _count_in(source, content, count))] * 500)
    wrong = world.run(*words)
    assert wrong.code == 1, wrong.err
    assert len(world.rig.requests) < 200
    world.rig.heal()
    right = world.run(*words, "--json")
    assert right.code == 0, right.err
    assert right.json["corpus"]["works"] == (5 if source == "crossref" else 6)
