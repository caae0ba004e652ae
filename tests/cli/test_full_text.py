"""From a package of full texts to claims with their sections, and the license filter; no server is started."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from miner.corpus import Corpus
from miner.model.quotes import Quote, quote_faults
from miner.workflow.assembly import assertions
from tests.cli.conftest import Cli

FULL_TEXT = Path(__file__).parents[1] / "data" / "files" / "fulltext.nxml"
ABSTRACT = """PMID- 900777
TI  - Glioblastoma exosomes promote angiogenesis through miR-9
AB  - Here we show that exosomal miR-9 promotes angiogenesis in glioblastoma.
LID - 10.5555/inv.777 [doi]
"""


def package(path: Path) -> Path:
    """A package as PMC's bulk service offers them, with an article under another license."""
    text = FULL_TEXT.read_text(encoding="utf-8")
    other = text.replace("900777", "900778").replace("PMC5550777", "PMC5550778").replace("inv.777", "inv.778")
    with tarfile.open(path, "w:gz") as archive:
        for name, document in (("PMC5550777", text), ("PMC5550778", other.replace("licenses/by/", "licenses/by-nc/"))):
            data = document.encode()
            info = tarfile.TarInfo(f"PMC005xxxxxx/{name}.xml")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def test_a_package_is_read_to_claims_with_their_sections(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "library.nbib").write_text(ABSTRACT, encoding="utf-8")
    path = package(tmp_path / "oa_comm_xml.PMC005xxxxxx.tar.gz")
    done = cli("harvest", tmp_path / "library.nbib", path, "--license", "none,cc-by")
    assert done.code == 0
    assert "1 with full text (1 CC BY)" in done.err
    assert "left out for their license: 1 CC BY-NC" in done.err
    claims = [json.loads(line) for line in cli("extract").out.splitlines()]
    assert {claim["section"] for claim in claims if claim["background"]} == {"Introduction", "Discussion"}
    with Corpus(next(tmp_path.rglob("corpus.sqlite"))) as corpus:
        (work,) = corpus.works()
        found = list(assertions(corpus))
    quotes = [Quote(e.id, (e.work.id,), e.sentence, e.start, e.end) for a in found for e in a.evidence]
    assert len(quotes) > 15
    assert not list(quote_faults(quotes, [(work.id, work.article)]))
    promotes = next(a for a in found if a.predicate == "PROMOTES" and len(a.evidence) > 2)
    assert (promotes.tally.papers, promotes.tally.own, promotes.evidence[0].work.license) == (1, 1, "CC BY")
    assert {"abstract: Results", "Figure 1", "Discussion"} <= {e.section for e in promotes.evidence}
    known = next(a for a in found if {e.section for e in a.evidence} == {"Introduction"} and a.predicate == "PROMOTES")
    assert (known.tally.own, known.tally.background) == (0, 1)
    for evidence in promotes.evidence:
        assert {"ultracentrifugation", "size exclusion chromatography"} <= set(evidence.context["separation"])  # type: ignore[call-overload]
        assert evidence.context["centrifugation"] == ["100,000 × g, 70 min"]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("pubmed", "exosomes", "--fulltext"), "--fulltext goes with europepmc, not with pubmed"),
        (("pubmed", "exosomes", "--license", "cc-by"), "--license goes with europepmc, not with pubmed"),
        (("europepmc", "--pmid", "1", "--license", "cc-by"), "--license goes with a query or files"),
        (("europepmc", "exosomes", "--license", "cc-buy"), "'cc-buy' is no license - list some of cc0,"),
        (("europepmc", "exosomes", "--license", ""), "'' is no license"),
        ((str(FULL_TEXT), "--fulltext"), "--fulltext goes with europepmc - files are read with the full text"),
    ],
)
def test_options_that_do_not_go_together_are_refused(cli: Cli, words: tuple[str, ...], fault: str) -> None:
    done = cli("harvest", *words)
    assert (done.code, fault in done.err) == (2, True), done.err


def test_a_license_is_shown_for_each_file_and_kept_apart(cli: Cli, tmp_path: Path) -> None:
    done = cli("harvest", package(tmp_path / "a.tar.gz"), "--license", "cc-by-nc")
    assert "left out for their license: 1 CC BY" in done.err
    with Corpus(next(tmp_path.rglob("corpus.sqlite"))) as corpus:
        assert [work.article.license for work in corpus.works()] == ["CC BY-NC"]
