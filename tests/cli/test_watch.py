"""Watched questions over a year of updates, with kills: each change is reported once, and none is lost."""

import json
import xml.etree.ElementTree as ET
from contextlib import suppress
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from miner import extract
from miner.corpus import Corpus
from miner.errors import UsageError
from miner.model.articles import Article, Notice, Section
from miner.model.news import ClaimState, Report, find_changes
from miner.model.reporter import SILENT
from miner.settings import Settings
from miner.workflow import watch
from miner.workflow.graph import load_graph
from tests.cli.conftest import Cli

GROWS = "Exosomal miR-21 promotes metastasis of colorectal cancer."
STOPS = "Exosomal miR-21 inhibits metastasis of colorectal cancer."
OTHERS = [f"Exosomal miR-{n} promotes metastasis of breast cancer." for n in range(100, 110)]


def state(belief: float = 0.8, papers: int = 1, contradicted: int = 0, retracted: int = 0) -> ClaimState:
    return ClaimState("A —PROMOTES→ B", belief, papers, contradicted, retracted, "A promotes B.", ("PMID:1",))


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (None, state(), "new"),
        (state(), None, "withdrawn"),
        (state(0.6), state(0.65), "stronger"),
        (state(0.65), state(0.6), "weaker"),
        (state(0.65), state(0.61), None),
        (state(papers=1), state(papers=2), None),
        (state(), state(contradicted=1), "contradicted"),
        (state(0.8), state(0.2, contradicted=1), "contradicted"),
        (state(), state(0, retracted=1), "retracted"),
        (state(retracted=1), state(retracted=1), None),
    ],
)
def test_kinds_of_changes(before: ClaimState | None, after: ClaimState | None, kind: str | None) -> None:
    found = find_changes({"a": before} if before else {}, {"a": after} if after else {})
    assert [change.kind for change in found] == ([kind] if kind else [])


class Year:
    """A corpus that changes from week to week, and its graph."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.corpus = Corpus(settings.corpus_path)

    def put(self, pmid: int, text: str, retracted: bool = False) -> None:
        notices = (Notice("retracted_by"),) if retracted else ()
        article = Article("file", str(pmid), f"Paper {pmid}", (Section("abstract", text),), str(pmid), notices=notices)
        self.corpus.add([article])
        for work in list(self.corpus.works([f"pmid:{pmid}"])):
            self.corpus.put_claims(work, "test.v1", extract(work.article.text))

    def load(self) -> None:
        load_graph(self.settings, self.corpus, SILENT)


@pytest.fixture
def year(elsewhere: Settings, tmp_path: Path) -> Year:
    found = Year(elsewhere.model_copy(update={"workspace": tmp_path / "ws"}))
    found.put(1, GROWS)
    found.load()
    watch.add_watch(found.settings, "metastasis", "headline", {"function": "metastasis"})
    return found


@pytest.mark.graph
def test_a_year_of_updates_with_kills_reports_each_change_once(year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    delivered: list[Report] = []
    weeks = [lambda n=n, text=text: year.put(n, text) for n, text in enumerate(OTHERS, 10)]
    weeks[3:3] = [lambda: year.put(2, GROWS), lambda: year.put(3, STOPS), lambda: year.put(2, GROWS, retracted=True)]
    weeks[7:7] = [lambda: None, lambda: year.put(10, "Nothing is known.")]

    for number, change in enumerate(weeks):
        change()
        year.load()
        if number % 3 == 1:  # killed before the new claims are kept
            with monkeypatch.context() as patch:
                patch.setattr(Path, "replace", _killed)
                with suppress(KeyboardInterrupt):
                    watch.report_changes(year.settings, delivered.append)
        if number % 3 == 2:  # killed while the report is delivered
            with suppress(KeyboardInterrupt):
                watch.report_changes(year.settings, _killed)
        watch.report_changes(year.settings, delivered.append)
        assert watch.report_changes(year.settings, delivered.append) == 0

    assert [report.number for report in delivered] == list(range(1, len(delivered) + 1))
    shown = [(c.kind, c.shown.claim.split()[0], c.after) for report in delivered for c in report.changes]
    assert len(set(shown)) == len(shown)
    kinds = {kind for kind, *_ in shown}
    assert kinds >= {"new", "contradicted", "retracted", "withdrawn"}
    known = {name for kind, name, _ in shown if kind == "new"}
    assert known >= {f"miR-{n}" for n in range(100, 110)}
    (kept,) = watch.watches(year.settings)
    assert {c.claim.split()[0] for c in kept.reported.values()} == (known | {"miR-21"}) - {"miR-100"}


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.graph
def test_reports_as_text_markdown_feed_and_mail(
    year: Year, cli: Cli, elsewhere: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert elsewhere.neo4j_uri and elsewhere.neo4j_password
    monkeypatch.setenv("NEO4J_URI", elsewhere.neo4j_uri)
    monkeypatch.setenv("NEO4J_PASSWORD", elsewhere.neo4j_password)
    assert json.loads(cli("watch", "list", "--json").out)[0]["query"] == "headline"
    misfit = cli("watch", "add", "other", "headline", "--param", "cel=macrophage")
    assert misfit.code == 2 and "cel: headline has no such parameter" in misfit.message
    quiet = cli("watch", "report", "--exit-code")
    assert (quiet.code, quiet.out) == (0, "") and "0 changes" in quiet.message
    for pmid, text, format_ in [(10, OTHERS[0], "text"), (11, OTHERS[1], "markdown")]:
        year.put(pmid, text)
        year.load()
        shown = cli("watch", "report", "--format", format_, "--exit-code")
        assert shown.code == 1 and f"miR-{pmid + 90} —PROMOTES→ metastasis" in shown.out and text in shown.out
        assert "new" in shown.out.lower() and f"PMID:{pmid}" in shown.out
    for pmid, text, format_ in [(12, OTHERS[2], "atom"), (13, OTHERS[3], "email")]:
        year.put(pmid, text)
        year.load()
        assert cli("watch", "report", "--format", format_, "--to", tmp_path / "out").code == 0
    feed = ET.parse(tmp_path / "out" / "metastasis-3.atom").getroot()
    (title,) = feed.findall("{*}entry/{*}title")
    assert title.text and title.text.startswith("new: miR-102 —PROMOTES→ metastasis")
    mail = message_from_bytes((tmp_path / "out" / "metastasis-4.eml").read_bytes(), policy=default)
    assert "1 changes in metastasis" in mail["Subject"] and OTHERS[3] in mail.get_content()
    assert cli("watch", "remove", "metastasis").code == 0
    assert cli("watch", "report").message == "0 changes"


@pytest.mark.parametrize(
    ("name", "query", "says"),
    [
        ("../x", "headline", "cannot be the name of a watch"),
        ("x", "contents", "not a cookbook query whose rows are claims"),
        ("x", "MATCH (n) RETURN n", "not a cookbook query whose rows are claims"),
    ],
)
def test_what_cannot_be_watched_is_a_usage_error(tmp_path: Path, name: str, query: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        watch.add_watch(Settings(workspace=tmp_path), name, query, {})
    with pytest.raises(UsageError, match="there is no watch"):
        watch.remove_watch(Settings(workspace=tmp_path), name)
