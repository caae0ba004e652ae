"""What reference managers export: MEDLINE, RIS, BibTeX."""

from pathlib import Path

import pytest

from miner.formats import bibtex, medline, ris
from miner.formats.latex import from_latex
from miner.model.articles import Article, Notice, Reject, Section

DATA = Path(__file__).parents[1] / "data" / "files"


def text(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


def test_medline() -> None:
    full, translated, bare = medline.parse(text("library.nbib"))
    assert full == Article(
        source="file",
        source_id="900001",
        title="Exosomes of an invented line carry miR-0 and other things.",
        sections=(
            Section("abstract", "Invented exosomes carry miR-0.", "BACKGROUND"),
            Section("abstract", "They promoted growth of invented cells (n = 5).", "RESULTS"),
            Section("abstract", "Nothing follows.", "CONCLUSIONS"),
        ),
        pmid="900001",
        pmcid="PMC5550001",
        doi="10.5555/inv.001",
        authors=("Änne B Müller", "John Doe Jr", "Vesicle Consortium"),
        journal="Journal of invented vesicles",
        volume="12",
        issue="3",
        pages="100-112",
        published="2021-03-07",
        language="eng",
        types=("journal article", "retracted publication"),
        notices=(Notice("retracted_by", "900777", "10.5555/inv.ret"), Notice("corrected_by")),
    )
    assert isinstance(translated, Article)
    assert (translated.title, translated.published) == ("A title that was translated", "1998-12")
    assert translated.notices == (Notice("preprint_of", "900010"),)
    assert isinstance(bare, Reject)
    assert bare.item == "PMID 900003"


def test_ris() -> None:
    full, chapter, bare = ris.parse(text("library.ris"))
    assert isinstance(full, Article)
    assert (full.source_id, full.pmid, full.doi) == ("900001", "900001", "10.5555/inv.001")
    assert full.title == "Exosomes of an invented line carry miR-0"
    assert full.sections == (Section("abstract", "Invented exosomes carry miR-0. They promoted growth."),)
    assert full.authors == ("Änne B. Müller", "John Doe")
    assert (full.journal, full.volume, full.issue, full.pages) == ("Journal of invented vesicles", "12", "3", "100-112")
    assert (full.published, full.types) == ("2021-03-07", ("journal article",))
    assert isinstance(chapter, Article)
    assert (chapter.title, chapter.journal, chapter.types) == (
        "A chapter with narrow tags",
        "Vesicle Reviews",
        ("book chapter",),
    )
    assert isinstance(bare, Reject)
    assert bare.item == "record 3"


def test_what_stands_between_ris_records_is_no_record() -> None:
    found = list(ris.parse("stray\nTY  - JOUR\nTI  - One\nER  - \nfurniture\nTY  - JOUR\nTI  - Two\n"))
    assert [record.title for record in found if isinstance(record, Article)] == ["One", "Two"]
    assert len(found) == 2


def test_bibtex() -> None:
    full, chapter, broken, untitled = bibtex.parse(text("library.bib"))
    assert isinstance(full, Article)
    assert full.title == "Exosomes of an Invented Line Carry miR-0 and α-SMA"
    assert full.sections == (Section("abstract", "CD8+ T cells took up 10^9 exosomes in H2O at 5% in vivo."),)
    assert full.authors == ("Änne B. Müller", "John Doe Jr.", "Vesicle Consortium")
    assert (full.journal, full.volume, full.issue, full.pages) == ("Journal of invented vesicles", "12", "3", "100-112")
    assert (full.published, full.pmid, full.doi) == ("2021-03", "900001", "10.5555/inv.001")
    assert isinstance(chapter, Article)
    assert (chapter.title, chapter.types) == ("A chapter without a key", ("book chapter",))
    assert isinstance(broken, Reject)
    assert broken.item == "entry broken"
    assert isinstance(untitled, Reject)
    assert "neither a title nor an abstract" in untitled.reason


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"{\'E}tude of \emph{Rab27a} \& \textgreater 5", "Étude of Rab27a & > 5"),
        (r"TGF-$\beta$1 --- 37\,$^\circ$C", "TGF-β1 — 37"),
        (r"\textalpha-SMA costs \$5", "α-SMA costs $5"),
    ],
)
def test_latex_reads_as_text(latex: str, plain: str) -> None:
    assert " ".join(from_latex(latex).split()).startswith(plain)
