"""PubMed's baseline and update files, from a folder and from a local mirror that fails."""

import gzip
import io
import random
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miner.errors import OutageError, ParseError, RefusedError, UsageError
from miner.formats.pubmed_xml import parse
from miner.model.articles import Article, Deleted, Reject
from miner.model.identifiers import Identifier
from miner.settings import load_settings
from miner.sources import bulk_listing, pubmed_bulk
from miner.sources.base import Search
from miner.sources.bulk_filter import Scan, Wanted
from miner.sources.bulk_listing import BulkFile, missing_numbers
from miner.sources.pubmed_bulk import PubMedBulk
from miner.sources.text_query import VESICLES, TextQuery
from tests.rig import Rig, faults
from tests.rig.harness import Harvest, gather, gather_killed, make_client
from tests.rig.pubmed import article_xml
from tests.rig.pubmed_bulk import PubMedBulk as Mirror
from tests.rig.pubmed_bulk import bulk_file, bulk_xml
from tests.rig.records import record

BASELINE = ["baseline/pubmed24n0001.xml.gz", "baseline/pubmed24n0002.xml.gz"]
UPDATES = ["updatefiles/pubmed24n0003.xml.gz", "updatefiles/pubmed24n0004.xml.gz"]
VESICLE_WORDS = Search("pubmed-bulk")


def bulk(processes=1, known=frozenset()):
    return PubMedBulk(load_settings().pubmed_bulk_url, known, processes)


def other(number):
    """A record that has nothing to do with vesicles."""
    return replace(record(number), title=f"Protein folding {number}", abstract="Chaperones at work.")


@pytest.fixture
def mirror():
    """Ten records on exosomes and ten others in two baseline files; revisions and a deletion in two updates."""
    files = Mirror()
    files.add(BASELINE[0], bulk_file([(record if n % 2 else other)(n) for n in range(1, 11)]))
    files.add(BASELINE[1], bulk_file([(record if n % 2 else other)(n) for n in range(11, 21)]), date(2024, 1, 5))
    revised = replace(record(1), title="Exosomes, revised")
    strayed = replace(record(3), title="Retitled", abstract="No more of them.", retracted_by="777")
    files.add(UPDATES[0], bulk_file([revised, strayed, other(30)]), date(2024, 2, 1))
    files.add(UPDATES[1], bulk_file([record(31)], deleted=["30000005"]), date(2024, 3, 1))
    return files


@pytest.fixture
def folder(mirror, tmp_path, monkeypatch):
    place = mirror.save(tmp_path / "mirror")
    monkeypatch.setenv("EXOMINER_PUBMED_BULK_URL", str(place))
    return place


@pytest.fixture
def rig(mirror, monkeypatch):
    with Rig(mirror) as running:
        monkeypatch.setenv("EXOMINER_PUBMED_BULK_URL", running.url(mirror) + "/")
        yield running


EXPECTED = [f"300000{n:02}" for n in (1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 1, 3, 31)]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_folder_in_order_with_revisions_and_deletions(folder, tmp_path, processes):
    harvest = gather(bulk(processes), VESICLE_WORDS, make_client(tmp_path))
    assert harvest.complete
    assert harvest.ids == EXPECTED
    assert [pmid for batch in harvest.batches for pmid in batch.deleted] == ["30000005"]
    assert {a.source for a in harvest.articles} == {"pubmed-bulk"}
    # The revision of record 3 says nothing of exosomes any more, and that it was retracted.
    assert [n.kind for n in harvest.articles[11].notices] == ["retracted_by"]
    assert bulk().count(VESICLE_WORDS, make_client(tmp_path)) == len(EXPECTED)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_mirror(rig, tmp_path, processes):
    harvest = gather(bulk(processes), VESICLE_WORDS, make_client(tmp_path))
    assert harvest.complete
    assert harvest.ids == EXPECTED
    with pytest.raises(UsageError, match="cannot be counted without fetching all its 4 files"):
        bulk().count(VESICLE_WORDS, make_client(tmp_path))


def test_updates_of_known_records_are_taken_whatever_they_say(folder, tmp_path):
    harvest = gather(bulk(known=frozenset({"30000030", "30000002"})), VESICLE_WORDS, make_client(tmp_path))
    assert sorted(harvest.ids) == sorted([*EXPECTED, "30000030"])
    assert harvest.complete


def test_a_query_of_ones_own_and_days_of_entry(folder, tmp_path):
    query = Search("pubmed-bulk", '"protein folding" OR chaperone*')
    assert gather(bulk(), query, make_client(tmp_path)).ids == [f"300000{n:02}" for n in (*range(2, 21, 2), 30)]
    entered = sorted(record(n).entered for n in range(1, 20, 2))
    search = replace(VESICLE_WORDS, since=entered[2], until=entered[5])
    harvest = gather(bulk(), search, make_client(tmp_path))
    within = [n for n in range(1, 20, 2) if entered[2] <= record(n).entered <= entered[5]]
    assert set(harvest.ids) - {"30000031"} == {f"300000{n:02}" for n in within}
    assert len(within) == 4


def test_pmids(folder, tmp_path):
    ids = [
        Identifier("pmid", "30000002"),
        Identifier("pmid", "30000013"),
        Identifier("pmid", "5"),
        Identifier("doi", "10.1/x"),
    ]
    search = Search("pubmed-bulk", ids=tuple(ids))
    for harvest in (
        gather(bulk(), search, make_client(tmp_path)),
        gather_killed(bulk(), search, lambda: make_client(tmp_path), lambda number: True),
    ):
        assert harvest.complete
        assert harvest.ids == ["30000002", "30000013"]
        assert [r.item for r in harvest.rejects] == ["10.1/x", "PMID 5"]


def test_updates_read_only_files_that_have_appeared_since(rig, tmp_path):
    harvest = gather(bulk(), replace(VESICLE_WORDS, changed_since=date(2024, 2, 20)), make_client(tmp_path))
    assert harvest.complete
    assert harvest.ids == ["30000031"]
    assert (
        gather(bulk(), replace(VESICLE_WORDS, changed_since=date(2025, 1, 1)), make_client(tmp_path)).batches[-1].hits
        == 0
    )


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("kills", [{1}, {2, 3}, set(range(40))])
def test_killed_anywhere_it_goes_on_there(folder, tmp_path, monkeypatch, processes, kills):
    monkeypatch.setattr(pubmed_bulk, "BATCH", 2)
    taken: set[str] = set()

    class Kept(PubMedBulk):
        """The driver gives each run the PMIDs that the corpus holds by then."""

        def fetch(self, search, http, cursor):
            for batch in bulk(processes, frozenset(taken)).fetch(search, http, cursor):
                taken.update(a.pmid for a in batch.articles)
                yield batch

    harvest = gather_killed(Kept(""), VESICLE_WORDS, lambda: make_client(tmp_path), lambda number: number in kills)
    assert harvest.ids == EXPECTED
    assert harvest.complete


def test_a_resumed_run_fetches_no_file_again(rig, tmp_path):
    harvest = gather_killed(bulk(), VESICLE_WORDS, lambda: make_client(tmp_path), lambda number: True)
    assert harvest.complete
    assert [len(rig.requests_to(path)) for path in BASELINE + UPDATES] == [1, 1, 1, 1]


@pytest.mark.parametrize("fault", faults.OF_TRANSPORT.values(), ids=faults.OF_TRANSPORT.keys())
@pytest.mark.parametrize("path", ["baseline/", BASELINE[1], f"{UPDATES[0]}.md5"])
def test_passing_faults_lose_nothing(rig, tmp_path, path, fault):
    rig.script(path, fault, fault)
    harvest = gather(bulk(), VESICLE_WORDS, make_client(tmp_path))
    assert harvest.complete
    assert harvest.ids == EXPECTED


@pytest.mark.parametrize("path", ["baseline/", BASELINE[1], f"{UPDATES[0]}.md5"])
def test_an_outage_is_an_error_and_can_be_resumed(rig, tmp_path, path):
    rig.script(path, *[faults.status(503)] * 2)
    brought, cursor = [], None
    with pytest.raises(OutageError):
        for batch in bulk().fetch(VESICLE_WORDS, make_client(tmp_path, retries=1), None):
            brought += [a.source_id for a in batch.articles]
            cursor = batch.cursor
    known = bulk(known=frozenset(brought))
    assert brought + gather(known, VESICLE_WORDS, make_client(tmp_path), cursor).ids == EXPECTED


@pytest.mark.parametrize(
    "page", ["<html><body>We are moving house.</body></html>", "<html><body>Index of <a href=", ""], ids=str
)
def test_a_page_that_lists_nothing_is_an_outage(rig, tmp_path, page):
    rig.script("baseline/", *[faults.says(page, type="text/html")] * 9)
    with pytest.raises(OutageError):
        gather(bulk(), VESICLE_WORDS, make_client(tmp_path))


NO_FILES = "<html><body><h1>Index of /pubmed</h1><a href='README.txt'>README.txt</a></body></html>"


def without(*names):
    """A listing in which some names are missing or garbled."""

    def fault(request, answer):
        reply = answer(request)
        body = reply.body
        for name in names:
            body = body.replace(name.rpartition("/")[2].encode(), b"pubm\xff")
        return replace(reply, body=body)

    return fault


@pytest.mark.parametrize(
    "script",
    [
        {"baseline/": faults.status(404)},
        {"updatefiles/": faults.status(404)},
        {"baseline/": faults.says(NO_FILES, type="text/html")},
        {"updatefiles/": faults.says(NO_FILES, type="text/html")},
        {"baseline/": without(BASELINE[0])},
        {"baseline/": without(BASELINE[1])},
        {"updatefiles/": without(UPDATES[0])},
        {"updatefiles/": without(UPDATES[1])},
        {"updatefiles/": without(*UPDATES)},
        {"baseline/": without(BASELINE[1]), "updatefiles/": without(*UPDATES)},
    ],
    ids=lambda script: " ".join(script),
)
def test_a_listing_that_leaves_files_out_costs_nothing(rig, tmp_path, script):
    for path, fault in script.items():
        rig.script(path, fault)
    harvest = gather(bulk(), VESICLE_WORDS, make_client(tmp_path))
    assert harvest.complete
    assert harvest.ids == EXPECTED


@pytest.mark.parametrize("fault", [faults.status(404), faults.says(NO_FILES, type="text/html")])
@pytest.mark.parametrize("folder", ["baseline/", "updatefiles/"])
def test_a_listing_that_leaves_out_too_many_is_an_outage_and_the_next_run_reads_all(
    rig, tmp_path, monkeypatch, fault, folder
):
    monkeypatch.setattr(bulk_listing, "MAX_UNLISTED", 1)
    rig.script(folder, fault)
    with pytest.raises(OutageError, match="leaves out at least"):
        gather(bulk(), VESICLE_WORDS, make_client(tmp_path))
    assert gather(bulk(), VESICLE_WORDS, make_client(tmp_path)).ids == EXPECTED


def test_a_number_that_was_never_used_is_no_gap(mirror, rig, tmp_path):
    for path in (UPDATES[0], f"{UPDATES[0]}.md5"):
        del mirror.files[path]
    harvest = gather(bulk(), VESICLE_WORDS, make_client(tmp_path))
    assert harvest.complete
    assert "30000031" in harvest.ids
    for path in [path for path in mirror.files if path.endswith(".md5")]:
        del mirror.files[path]
    with pytest.raises(OutageError, match="leaves out at least 1 files"):
        gather(bulk(), VESICLE_WORDS, make_client(tmp_path))


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ("24n0001 24n0002", ["24n0003"]),
        ("24n0001 24n0003", ["24n0002", "24n0004"]),
        ("24n0003 24n0004", ["24n0001", "24n0002", "24n0005"]),
        ("23n1400 23n1402 24n0001", ["24n0002"]),
    ],
)
def test_missing_numbers(names, missing):
    files = [BulkFile(f"https://example.org/pubmed/baseline/pubmed{name}.xml.gz") for name in names.split()]
    assert [f"{year}n{number:04}" for year, number in missing_numbers(files)] == missing


def test_a_file_that_arrives_damaged_is_fetched_again(rig, tmp_path):
    rig.script(BASELINE[0], faults.garbled())
    harvest = gather(bulk(), VESICLE_WORDS, make_client(tmp_path))
    assert harvest.ids == EXPECTED
    assert len(rig.requests_to(BASELINE[0])) == 2


def run_into_damage(harvester, tmp_path, cursor=None):
    """What a run brings before it says that a file was damaged."""
    harvest = Harvest()
    with pytest.raises(OutageError, match="could not be read"):
        for batch in harvester.fetch(VESICLE_WORDS, make_client(tmp_path), cursor):
            harvest.add(batch)
    return harvest


def test_a_file_damaged_twice_is_a_reject_and_the_rest_goes_on(rig, tmp_path):
    rig.script(BASELINE[1], faults.garbled(), faults.garbled())
    harvest = run_into_damage(bulk(), tmp_path)
    assert harvest.ids == EXPECTED[:5] + EXPECTED[10:]
    assert [r.item for r in harvest.rejects] == ["pubmed24n0002.xml.gz"]
    assert "MD5" in harvest.rejects[0].reason
    assert len(rig.requests_to(BASELINE[1])) == 2
    # What it holds may have been revised later: from there on everything is read again, and nothing before.
    again = gather(bulk(known=frozenset(harvest.ids)), VESICLE_WORDS, make_client(tmp_path), harvest.batches[-1].cursor)
    assert again.ids == EXPECTED[5:]
    assert again.batches[-1].hits == len(harvest.ids) + len(again.ids) + 1
    assert len(rig.requests_to(BASELINE[0])) == 1


def test_a_local_file_that_is_not_what_its_sum_says(folder, tmp_path):
    path = folder / BASELINE[1]
    path.write_bytes(path.read_bytes()[:-30])
    harvest = run_into_damage(bulk(), tmp_path)
    assert [r.item for r in harvest.rejects] == ["pubmed24n0002.xml.gz"]
    assert harvest.ids == EXPECTED[:5] + EXPECTED[10:]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bulk_file([record(11)])[:-40], "cut short"),
        (gzip.compress(bulk_xml([record(11), record(13)])[:-900]), "broken XML"),
        (b"<html><body>no gzip at all</body></html>", "no PubMed records"),
        (b"\x1f\x8b\x08\x00" + b"\x00" * 6 + b"\xff" * 40, "damaged"),
        (b"", "cut short"),
    ],
    ids=["gzip cut", "XML cut", "a page", "no gzip", "empty"],
)
@pytest.mark.parametrize("processes", [1, 2])
def test_without_a_sum_what_is_wrong_still_shows(mirror, tmp_path, monkeypatch, content, reason, processes):
    del mirror.files[f"{BASELINE[1]}.md5"]
    mirror.files[BASELINE[1]] = content
    monkeypatch.setenv("EXOMINER_PUBMED_BULK_URL", str(mirror.save(tmp_path / "mirror")))
    harvest = run_into_damage(bulk(processes), tmp_path)
    assert any(reason in r.reason for r in harvest.rejects)
    assert harvest.ids[-3:] == EXPECTED[-3:]


def test_a_broken_record_costs_only_itself(mirror, tmp_path, monkeypatch):
    broken = article_xml(record(40)).replace("</ArticleTitle>", "")
    mirror.add(BASELINE[1], bulk_file([record(11), broken, other(41), record(13)]))
    monkeypatch.setenv("EXOMINER_PUBMED_BULK_URL", str(mirror.save(tmp_path / "mirror")))
    harvest = gather(bulk(), VESICLE_WORDS, make_client(tmp_path))
    assert harvest.complete
    assert [r.item for r in harvest.rejects] == ["PMID 30000040"]
    assert "30000013" in harvest.ids


def test_where_there_are_no_files(tmp_path, monkeypatch):
    monkeypatch.setenv("EXOMINER_PUBMED_BULK_URL", str(tmp_path))
    with pytest.raises(RefusedError, match="holds no PubMed files"):
        gather(bulk(), VESICLE_WORDS, make_client(tmp_path))
    monkeypatch.setenv("EXOMINER_PUBMED_BULK_URL", str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="is no folder"):
        gather(bulk(), VESICLE_WORDS, make_client(tmp_path))


MATHML = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'
TITLES = st.sampled_from(
    [
        "Exosomes in plasma",
        "extracellular <i>vesicles</i> shed",
        "exo<i>somes</i>, in part",
        "micro\u00advesicles and micro-vesicles",
        "<b>EXO</b>SOMAL RNA",
        "exo&#115;omes by number",
        "exo&amp;lt;i&amp;gt;somes, escaped",
        "extracellular&#160;vesicles",
        "large oncosomes &lt;1 µm",
        "small<sub>1</sub> EVs",
        "synaptic vesicles",
        "apoptotic antibody",
        "Protein folding",
        f"of <mml:math {MATHML}><mml:mi>exo</mml:mi> <mml:mi>some</mml:mi></mml:math>",
        "[Exosomen und ihre Herkunft].",
    ]
)


@st.composite
def citations(draw):
    number = draw(st.integers(1, 60))
    title, abstract = draw(TITLES), " ".join(draw(st.lists(TITLES, max_size=3)))
    xml = article_xml(replace(record(number), title="TITLE", abstract="ABSTRACT"))
    if draw(st.booleans()):
        xml = xml.replace("<Abstract><AbstractText>ABSTRACT</AbstractText></Abstract>", "")
        other = f'<OtherAbstract Type="plain-language-summary" Language="eng"><AbstractText>{abstract}</AbstractText>'
        xml = xml.replace("</MedlineCitation>", f"{other}</OtherAbstract></MedlineCitation>")
    if draw(st.booleans()):  # as NLM orders them: after the abstract
        xml = xml.replace("</Article>", f"<VernacularTitle>{draw(TITLES)}</VernacularTitle></Article>")
    if draw(st.booleans()):
        xml = xml.replace(
            "</MedlineCitation>", f"<MeshHeadingList>{HEADING}{HEADING}</MeshHeadingList></MedlineCitation>"
        )
    return xml.replace("TITLE", title).replace("ABSTRACT", abstract)


HEADING = "<MeshHeading><DescriptorName>Exosomes</DescriptorName></MeshHeading>"
QUERIES = [
    VESICLES,
    "exosome",
    "vesicles NOT synaptic",
    "protein OR exosom*[ti]",
    "NOT exosomes",
    '"in part"',
    "folding",
]


@settings(max_examples=60)
@given(st.lists(citations(), min_size=1, max_size=8), st.sampled_from(QUERIES), st.randoms(use_true_random=False))
def test_the_cheap_look_finds_what_parsing_everything_finds(made, query, draw: random.Random):
    xml = bulk_xml(made, deleted=["7"])
    asked = TextQuery(query)
    everything = list(parse(io.BytesIO(xml), source="pubmed-bulk"))
    pmids = set()
    expected = []
    for one in everything:
        matches = isinstance(one, Article) and asked.matches(one.title, "\n".join(s.text for s in one.sections))
        if matches or isinstance(one, Deleted) or (isinstance(one, Article) and one.pmid in pmids):
            expected.append(one)
            pmids.add(one.pmid)
    cuts = sorted(draw.sample(range(len(xml)), 5))
    chunks = [xml[a:b] for a, b in zip([0, *cuts], [*cuts, None], strict=True)]
    scan = Scan(Wanted(asked))
    assert list(scan.records(chunks)) == expected
    assert {int(o.pmid) for o in everything if isinstance(o, Article)} == {*scan.passed, *map(int, pmids - {"7"})}


@settings(max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 3_000))
def test_no_bytes_make_it_crash(rubbish, at):
    xml = bulk_xml([record(1), other(2), record(3)])
    spoilt = xml[: at % len(xml)] + rubbish + xml[at % len(xml) :]
    found = []
    with suppress(ParseError):
        found += Scan(Wanted(TextQuery(VESICLES))).records([spoilt])
    assert all(isinstance(one, Article | Reject | Deleted) for one in found)
