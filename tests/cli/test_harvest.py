"""Harvesting as a user meets it: commands against local services, their audit lines, exit codes, kills and outages."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from tests.rig import faults
from tests.rig.biorxiv import post
from tests.rig.pubmed import article_xml
from tests.rig.pubmed_bulk import bulk_file
from tests.rig.records import Record, record, records
from tests.rig.world import World

ROOT = Path(__file__).parents[2]
ABSTRACTS = ROOT.parent / "shared" / "abstracts" / "exosome_abstracts.jsonl"
TODAY = date.today()
DAYS = ["--since", "2012-01-01", "--until", "2023-12-31"]


@dataclass(frozen=True)
class Case:
    """A search: its words, how many records it brings, how it is labelled, and what the service is asked for them."""

    words: tuple[str, ...]
    hits: int
    asked: str
    path: str


CASES = {
    "pubmed": Case(("pubmed", "exosomes glioblastoma"), 6, "exosomes glioblastoma", "efetch.fcgi"),
    "europepmc": Case(("europepmc", "exosomes glioblastoma"), 6, "exosomes glioblastoma", "search"),
    "crossref": Case(("crossref", "glioblastoma"), 5, "glioblastoma", "works"),
    "biorxiv": Case(
        ("biorxiv", "glioblastoma", *DAYS),
        6,
        "glioblastoma 2012-01-01..2023-12-31",
        "details/biorxiv/2012-01-01/2023-12-31/0",
    ),
    "medrxiv": Case(
        ("medrxiv", *DAYS), 24, "everything 2012-01-01..2023-12-31", "details/medrxiv/2012-01-01/2023-12-31/0"
    ),
    "jci": Case(
        ("jci", "--doi", "10.1172/JCI81135,10.1172/JCI81136"),
        2,
        "doi 10.1172/jci81135, doi 10.1172/jci81136",
        "articles/view/81135",
    ),
    "pubmed-bulk": Case(("pubmed-bulk",), 24, "vesicle words (default)", "baseline/pubmed24n0001.xml.gz"),
}


@pytest.mark.parametrize("source", CASES)
def test_every_source_is_harvested_whole_and_leaves_its_line(world: World, source: str) -> None:
    case = CASES[source]
    first = world.run("harvest", *case.words)
    assert (first.code, first.out) == (0, ""), first.err
    assert f"fetched {case.hits} of {case.hits}" in first.err
    (line,) = world.searches
    assert line == line | {
        **{"source": source, "asked": case.asked, "state": "complete", "hits": case.hits, "fetched": case.hits},
        **{"new": case.hits, "changed": 0, "rejected": 0, "cursor": None, "reason": None, "number": 1},
    }
    assert line["complete_through"] == line["started"][:10]
    assert line["ended"] >= line["started"]
    again = world.run("harvest", *case.words, "--json")
    assert again.code == 0
    assert again.json["searches"][0] == again.json["searches"][0] | {"fetched": case.hits, "new": 0, "changed": 0}
    assert again.json["corpus"]["works"] == case.hits


@pytest.mark.parametrize("source", CASES)
def test_an_outage_is_a_failed_search_that_goes_on_when_it_is_over(world: World, source: str) -> None:
    case = CASES[source]
    world.rig.script(case.path, *[faults.status(500)] * 12)
    failed = world.run("harvest", *case.words)
    assert (failed.code, failed.out) == (1, "")
    (line,) = world.searches
    # Of single pages, what failed is left for the next run, and the rest goes on.
    assert (line["state"], line["fetched"]) == ("failed", 1 if source == "jci" else 0)
    assert "500" in line["reason"]
    assert line["reason"] in failed.err
    world.rig.heal()
    assert world.run("harvest", *case.words).code == 0
    (line,) = world.searches
    assert (line["state"], line["fetched"], line["reason"]) == ("complete", case.hits, None)


@pytest.mark.parametrize("source", CASES)
def test_a_dry_run_counts_and_keeps_nothing(world: World, source: str) -> None:
    result = world.run("harvest", *CASES[source].words, "--dry-run", "--json")
    if source == "pubmed-bulk":
        assert (result.code, "cannot be counted" in result.err) == (2, True)
    else:
        assert result.code == 0
        assert result.json == [
            {"source": source, "asked": CASES[source].asked, "hits": CASES[source].hits, "reason": None}
        ]
    assert world.searches == []
    assert world.counts()["records"] == 0


def test_a_dry_run_says_what_cannot_be_counted_and_counts_the_rest(world: World, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        '[[search]]\nsource = "pubmed"\nquery = "melanoma"\n[[search]]\nsource = "europepmc"\nquery = "melanoma"\n'
    )
    world.rig.script("esearch.fcgi", *[faults.status(500)] * 12)
    result = world.run("harvest", "--recipe", str(recipe), "--dry-run", "--json")
    assert result.code == 1
    assert [row["hits"] for row in result.json] == [None, 6]
    assert "500" in result.json[0]["reason"]


def test_a_killed_run_goes_on_and_an_update_brings_only_changes(world: World) -> None:
    world.pubmed.records = records(900)
    words = ("harvest", "pubmed", "exosomes")
    world.killed("efetch.fcgi", *words)
    (line,) = world.searches
    assert (line["state"], line["fetched"], line["hits"]) == ("interrupted", 400, 900)
    assert line["cursor"]
    assert world.run(*words).code == 0
    (line,) = world.searches
    assert (line["state"], line["fetched"], line["new"], line["hits"]) == ("complete", 900, 900, 900)
    # The page under way when the run was killed was never answered: it alone is asked for twice.
    assert [r.params["retstart"] for r in world.rig.requests_to("efetch.fcgi")] == ["0", "400", "400", "800"]

    calm = world.run("update", "--harvest-only", "--json").json
    assert calm["searches"][0] == calm["searches"][0] | {"hits": 0, "fetched": 0, "state": "complete"}
    world.pubmed.change(5, changed=TODAY, retracted_by="39999999")
    update = world.run("update", "--harvest-only", "--json")
    assert update.code == 0
    assert update.json["searches"][0] == update.json["searches"][0] | {"hits": 1, "new": 0, "changed": 1}
    assert update.json["corpus"] == update.json["corpus"] | {"works": 900, "retracted": 1}


def test_ctrl_c_during_a_bulk_run_is_quiet_and_it_goes_on(world: World) -> None:
    for number in (2, 3):
        world.bulk.add(f"baseline/pubmed24n{number:04}.xml.gz", bulk_file([record(30 + number)]))
    last = "baseline/pubmed24n0003.xml.gz"
    world.rig.script(last, faults.stall(60))
    command = [sys.executable, "-c", "from miner.cli import main; main()", "harvest", "pubmed-bulk"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0)
    end = time.monotonic() + 120
    while not world.rig.requests_to(last):
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.02)
    time.sleep(0.5)  # the worker processes have started
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to all at once
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, "Traceback" in err) == (130, "", False), err
    world.rig.heal()
    assert world.run("harvest", "pubmed-bulk").code == 0
    assert world.counts()["works"] == 26


def test_a_killed_update_goes_on_as_an_update(world: World) -> None:
    world.pubmed.records = records(900)
    assert world.run("harvest", "pubmed", "exosomes").code == 0
    for number in range(500):
        world.pubmed.change(number, changed=TODAY, title=f"Exosomes, corrected title {number}")
    earlier = len(world.rig.requests_to("efetch.fcgi"))
    world.killed("efetch.fcgi", "update", "--harvest-only")
    update = world.run("update", "--harvest-only", "--json")
    assert update.code == 0
    expected = {"state": "complete", "hits": 500, "fetched": 500, "new": 0, "changed": 500}
    assert update.json["searches"][0] == update.json["searches"][0] | expected
    fetched = [r.params["retstart"] for r in world.rig.requests_to("efetch.fcgi")[earlier:]]
    assert fetched == ["0", "400", "400"]


def test_what_fails_in_the_middle_keeps_its_place_and_its_reason(world: World) -> None:
    world.pubmed.records = records(900)
    world.rig.script("efetch.fcgi", None, *[faults.status(503)] * 12)
    assert world.run("harvest", "pubmed", "exosomes").code == 1
    (line,) = world.searches
    assert (line["state"], line["fetched"], "503" in line["reason"]) == ("failed", 400, True)
    assert line["cursor"]
    world.rig.heal()
    earlier = len(world.rig.requests_to("efetch.fcgi"))
    assert world.run("update", "--harvest-only").code == 0
    assert [r.params["retstart"] for r in world.rig.requests_to("efetch.fcgi")[earlier:]] == ["400", "800"]
    assert world.counts()["works"] == 900


def test_one_outage_stops_no_other_search(world: World, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        "".join(f'[[search]]\nsource = "{name}"\nquery = "melanoma"\n' for name in ("pubmed", "europepmc", "crossref"))
    )
    world.rig.script("esearch.fcgi", *[faults.status(500)] * 12)
    assert world.run("harvest", "--recipe", str(recipe)).code == 1
    assert [line["state"] for line in world.searches] == ["failed", "complete", "complete"]
    world.rig.heal()
    world.rig.script("search", *[faults.status(500)] * 12)
    update = world.run("update", "--harvest-only")
    assert update.code == 1
    assert [(line["source"], line["state"]) for line in world.searches] == [
        ("pubmed", "complete"),
        ("europepmc", "failed"),
        ("crossref", "complete"),
    ]


def test_a_search_that_cannot_be_asked_saves_nothing_and_stops_no_other(world: World, tmp_path: Path) -> None:
    wrong = world.run("harvest", "biorxiv", "exosomes AND (", *DAYS)
    assert (wrong.code, world.searches) == (2, [])
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('[[search]]\nsource = "pubmed"\n[[search]]\nsource = "europepmc"\nquery = "melanoma"\n')
    mixed = world.run("harvest", "--recipe", str(recipe))
    assert (mixed.code, "PubMed needs a query" in mixed.err) == (2, True)
    assert [line["source"] for line in world.searches] == ["europepmc"]


def test_a_saved_search_that_can_no_longer_be_asked_fails_and_can_be_forgotten(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = world.bulk.save(tmp_path / "mirror")
    monkeypatch.setenv("EXOMINER_PUBMED_BULK_URL", str(folder))
    assert world.run("harvest", "pubmed-bulk", "melanoma").code == 0
    assert world.run("harvest", "pubmed", "melanoma").code == 0
    folder.rename(tmp_path / "elsewhere")
    assert world.run("update", "--harvest-only").code == 1
    bulk, pubmed = world.searches
    assert (bulk["state"], pubmed["state"]) == ("failed", "complete")
    assert "is no folder" in bulk["reason"]
    assert bulk["complete_through"]
    assert world.run("sources", "--forget", "3").code == 2
    assert [row["source"] for row in world.run("sources", "--forget", "1", "--json").json] == ["pubmed"]
    assert world.run("update", "--harvest-only").code == 0
    assert world.counts()["works"] == 6


def test_trouble_on_this_side_is_kept_as_the_reason_too(world: World, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "pace").write_text("a file stands where a folder is needed")
    assert world.run("harvest", "pubmed", "melanoma").code == 1
    (line,) = world.searches
    assert (line["state"], "set EXOMINER_CACHE" in line["reason"]) == ("failed", True)


IDS = "30000001\n# a comment\nPMC7000003\nhttps://doi.org/10.5555/vesicle.4\nPMID: 30000006, 10.5555/VESICLE.7\n"


@pytest.mark.parametrize(
    ("source", "known", "code"), [("pubmed", 5, 0), ("europepmc", 5, 0), ("crossref", 2, 3)], ids=str
)
def test_ids_of_any_kind_come_from_a_file_or_stdin(
    world: World, tmp_path: Path, source: str, known: int, code: int
) -> None:
    (tmp_path / "ids.txt").write_text(IDS)
    for words, stdin in ((str(tmp_path / "ids.txt"), ""), ("-", IDS)):
        result = world.run("harvest", source, "--ids", words, "--json", stdin=stdin)
        assert result.code == code, result.err
        (search,) = result.json["searches"]
        assert (search["hits"], search["fetched"], search["rejected"]) == (5, known, 5 - known)
        assert search["asked"] == "pmid 30000001, pmcid PMC7000003, doi 10.5555/vesicle.4 and 2 more"
    assert world.counts()["works"] == known
    assert len(world.searches) == 1


def test_an_odd_line_in_an_id_list_is_one_reject(world: World, tmp_path: Path) -> None:
    sici = "10.5555/(SICI)1000-2000(199801)3:4<5::AID-INV6>3.0.CO;2-#"
    (tmp_path / "ids.txt").write_text(f"30000001\nnot an id\n{sici}\n30000003, 30000005\n")
    result = world.run("harvest", "pubmed", "--ids", str(tmp_path / "ids.txt"), "--json")
    assert result.code == 3
    assert (result.json["files"]["rejected"], result.json["searches"][0]["fetched"]) == (1, 3)
    assert {reject["item"]: reject["reason"] for reject in world.run("rejects", "--json").json} == {
        f"{tmp_path / 'ids.txt'}: not an id": "'not' is no PMID, PMCID or DOI",
        f"doi {sici.lower()}": "not found in PubMed",
    }


def test_ids_may_be_listed_with_commas_and_bare_pmcids_are_told_by_their_option(world: World) -> None:
    words = ("--pmid", "30000001,30000002", "--pmid", "30000004", "--pmcid", "7000003", "--doi", "10.5555/vesicle.7")
    (search,) = world.run("harvest", "pubmed", *words, "--json").json["searches"]
    assert (search["hits"], search["fetched"]) == (5, 5)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["pubmed", "--ids", "EMPTY"], "no ids in it"),
        (["biorxiv", "--ids", "EMPTY"], "no ids in it"),
        (["pubmed", "exosomes", "--pmid", "1"], "search of their own"),
        (["pubmed", "--pmid", "1,two"], "'two' is no PMID"),
        (["pubmed"], "needs a query"),
        (["jci", "exosomes"], "exominer ingest pubmed"),
        (["pubmed", "x", "--since", "2024-02-01", "--until", "2024-01-01"], "swap them"),
    ],
)
def test_words_that_do_not_go_together(world: World, tmp_path: Path, words: list[str], says: str) -> None:
    (tmp_path / "empty.txt").write_text("# nothing yet\n")
    result = world.run("harvest", *(str(tmp_path / "empty.txt") if word == "EMPTY" else word for word in words))
    assert (result.code, result.out, says in result.err) == (2, "", True), result.err
    assert world.searches == []


@pytest.mark.parametrize(
    ("recipe", "says"),
    [
        ("", "names no [[search]]"),
        ('[search]\nsource = "pubmed"', "names no [[search]]"),
        ('[[search]]\nsource = "pubmde"\nquery = "x"', "unknown source 'pubmde'"),
        ('[[search]]\nsource = "pubmed"\nqueri = "x"', "unknown queri"),
        ('[[search]]\nsource = "pubmed"\nquery = 7', "is no text"),
        ('[[search]]\nsource = "pubmed"\nquery = "x"\nsince = "last year"', "is no day"),
        ('[[search]]\nsource = "jci"\nids = "10.1172/JCI81135"', "no list"),
        ('[[search]]\nsource = "jci"\nids = ["exosome"]', "no PMID"),
        ("[[search", "cannot be read"),
    ],
)
def test_a_recipe_that_is_wrong_says_where(world: World, tmp_path: Path, recipe: str, says: str) -> None:
    (tmp_path / "recipe.toml").write_text(recipe)
    result = world.run("harvest", "--recipe", str(tmp_path / "recipe.toml"))
    assert (result.code, says in result.err, "recipe.toml" in result.err) == (2, True, True), result.err


def test_a_recipe_names_days_and_ids_too(world: World, tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(
        '[[search]]\nsource = "biorxiv"\nquery = "melanoma"\nsince = 2012-01-01\nuntil = "2023-12-31"\n'
        '[[search]]\nsource = "jci"\nids = ["10.1172/JCI81135", "https://www.jci.org/articles/view/81136"]\n'
    )
    assert world.run("harvest", "--recipe", str(tmp_path / "recipe.toml")).code == 0
    assert [line["fetched"] for line in world.searches] == [6, 2]


def test_the_recipe_that_ships_can_be_asked_of_every_source_it_names(world: World) -> None:
    result = world.run("harvest", "--recipe", str(ROOT / "pipelines" / "exosome_cancer.toml"), "--dry-run", "--json")
    assert result.code == 0, result.err
    assert [row["source"] for row in result.json] == ["pubmed", "europepmc", "biorxiv"]


ORDERS = ("pecbf", "bfcep", "cbpfe", "fpbce", "ebcfp")


@pytest.mark.parametrize("order", ORDERS)
def test_the_same_work_through_every_source_is_one_work(world: World, tmp_path: Path, order: str) -> None:
    published = record(3)
    preprint = replace(published, title="Exosomes carry something: first version", preprint_of=published.doi)
    world.biorxiv.posts = [post(preprint)]
    saved = tmp_path / "saved.jsonl"
    saved.write_text(json.dumps({"id": "7", "doi": published.doi, "title": published.title, "abstract": "Exosomes."}))
    commands = {
        "p": ("pubmed", "--pmid", published.pmid),
        "e": ("europepmc", "--pmcid", published.pmcid or ""),
        "c": ("crossref", "--doi", published.doi or ""),
        "b": ("biorxiv", *DAYS),
        "f": (str(saved),),
    }
    for letter in order:
        result = world.run("harvest", *commands[letter])
        assert result.code == 0, result.err
    with world.corpus() as corpus:
        (work,) = corpus.works()
        kept = {article.source: article for article in corpus.records(work)}
    article = work.article
    assert (work.id, article.pmid, article.pmcid, article.doi) == (
        *(f"pmid:{published.pmid}", published.pmid),
        *(published.pmcid, published.doi),
    )
    assert set(kept) == {"pubmed", "europepmc", "crossref", "biorxiv", "file"}
    assert (work.text_from, work.text_reason) == (
        ("pubmed", published.pmid),
        "pubmed is ranked first among its sources",
    )
    assert kept["biorxiv"].title == preprint.title


def notice_xml(about: Record) -> str:
    """The notice of a retraction, a record of its own; the retracted article's record does not say so yet."""
    notice = replace(record(900), title=f"Retraction: {about.title}", abstract="We retract this work on exosomes.")
    link = (
        '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionOf"><RefSource>J Ves.</RefSource>'
        f'<PMID Version="1">{about.pmid}</PMID></CommentsCorrections></CommentsCorrectionsList></MedlineCitation>'
    )
    return article_xml(notice).replace("</MedlineCitation>", link)


def test_updates_mark_what_is_retracted_and_reinstate_what_returns(world: World) -> None:
    assert world.run("harvest", "pubmed-bulk").code == 0

    def update(number: int, content: bytes) -> dict[str, bool]:
        world.bulk.add(f"updatefiles/pubmed24n{number:04}.xml.gz", content, TODAY)
        result = world.run("update", "--harvest-only")
        assert result.code == 0, result.err
        with world.corpus() as corpus:
            return {work.id: work.retracted for work in corpus.works()}

    first, second = record(1), record(2)
    marked = update(2, bulk_file([notice_xml(first)]))
    assert len(marked) == 25
    assert [id_ for id_, retracted in marked.items() if retracted] == [f"pmid:{first.pmid}"]
    marked = update(3, bulk_file([], deleted=[second.pmid]))
    assert [id_ for id_, retracted in marked.items() if retracted] == [f"pmid:{first.pmid}"]  # deleted, not retracted
    marked = update(4, bulk_file([second]))
    assert [id_ for id_, retracted in marked.items() if retracted] == [f"pmid:{first.pmid}"]


def test_rejects_are_tried_again_and_forgotten_once_they_are_in(world: World, tmp_path: Path) -> None:
    late = tmp_path / "late: saved.jsonl"
    late.write_text("")
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    line = json.dumps({"id": "g1", "title": "A finding", "abstract": "Exosomes carry miR-21."})
    assert world.run("harvest", str(late), str(empty)).code == 3
    assert world.run("harvest", "-", stdin='{"id": "n1"}\n').code == 3
    assert world.run("harvest", "pubmed", "--pmid", "30000500", "--doi", "10.5555/vesicle.501").code == 3
    assert world.run("harvest", "crossref", "--pmid", "30000001").code == 3
    before = world.run("rejects", "--json").json
    assert len(before) == 6
    assert all(reject["reason"] for reject in before)

    none = world.run("rejects", "--retry", "--json")
    assert (none.code, len(none.json)) == (3, 6)
    late.write_text(line + "\n")
    world.pubmed.records += [record(500), record(501)]
    some = world.run("rejects", "--retry", "--json")
    assert some.code == 3
    assert "tried 5 again: 3 imported; 3 rejects are left" in some.err
    assert {(reject["source"], reject["item"].removeprefix(f"{tmp_path}/")) for reject in some.json} == {
        *(("file", "stdin: n1"), ("file", "empty.txt"), ("crossref", "pmid 30000001")),
    }
    assert world.counts()["works"] == 3
    empty.write_text(json.dumps({"id": "g2", "title": "Another", "abstract": "Exosomes carry miR-155."}) + "\n")
    last = world.run("rejects", "--retry", "--json")
    assert (last.code, len(last.json), world.counts()["works"]) == (3, 2, 4)


def test_a_source_that_is_down_while_rejects_are_tried_again_is_an_error(world: World) -> None:
    assert world.run("harvest", "pubmed", "--pmid", "30000500").code == 3
    world.rig.script("efetch.fcgi", *[faults.status(500)] * 12)
    result = world.run("rejects", "--retry", "--json")
    assert (result.code, "500" in result.err, len(result.json)) == (1, True, 1)


def test_what_a_source_sends_after_all_is_no_reject_any_more(world: World) -> None:
    words = ("harvest", "pubmed", "--pmid", "30000500,30000001")
    assert world.run(*words).code == 3
    world.pubmed.records.append(record(500))
    assert world.run("update", "--harvest-only").code == 0
    assert world.run("rejects", "--json").json == []


@pytest.mark.skipif(not ABSTRACTS.exists(), reason=f"{ABSTRACTS} is not there")
def test_a_large_file_goes_in_whole_and_a_second_time_changes_nothing(world: World) -> None:
    first = world.run("harvest", str(ABSTRACTS), "--json")
    assert first.code == 0
    held = sum(1 for line in ABSTRACTS.read_text(encoding="utf-8").splitlines() if line.strip())
    assert first.json["files"] == {"new": held, "changed": 0, "same": 0, "rejected": 0}
    # No two of its records share an identifier: every record is a work of its own.
    assert first.json["corpus"] == first.json["corpus"] | {"records": held, "works": held}
    again = world.run("harvest", str(ABSTRACTS), "--json")
    assert again.json["files"] == {"new": 0, "changed": 0, "same": held, "rejected": 0}
    assert again.json["corpus"] == first.json["corpus"]


def test_searches_keep_their_numbers_however_often_they_run(world: World) -> None:
    for source in ("pubmed", "europepmc", "pubmed"):
        assert world.run("harvest", source, "melanoma").code == 0
    assert [(line["number"], line["source"]) for line in world.searches] == [(1, "pubmed"), (2, "europepmc")]
    assert "melanoma" in world.run("sources").out
