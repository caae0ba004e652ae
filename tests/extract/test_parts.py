"""The full text of an article is read part by part, and its sections decide what is background."""

from dataclasses import replace

import pytest

from graph_schema.model import Predicate
from miner.extract.claims import extract
from miner.extract.context import Cancers, Setting
from miner.extract.methods import describe_methods
from miner.extract.reporting import Reporting
from miner.extract.sentence import view_sentences
from miner.model.annotations import AnnotatedArticle
from miner.model.articles import Article, Role, Section
from miner.model.claims import Claim
from tests.extract.marked import marked

EXOSOMAL = "{Vesicle:Exosomal} {MicroRNA:miR-21}"


def read_as(title: str, *sections: Section) -> AnnotatedArticle:
    """The article with its entities marked; `citations` count in the text without the marks."""
    whole = marked("\n".join([title, *(section.text for section in sections)]))
    plain = (replace(section, text=marked(section.text).text) for section in sections)
    article = Article("file", "1", marked(title).text, tuple(plain))
    assert article.text == whole.text
    return replace(whole, parts=article.parts())


def body(text: str, role: Role = "", label: str = "", cites: str = "") -> Section:
    """A section of the full text that cites after the word `cites`."""
    plain = marked(text).text
    return Section("body", text, label or role, role, (plain.index(cites) + len(cites),) if cites else ())


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        (body("EVs carry KIT.", "introduction"), True),
        (body("Here we show that EVs carry KIT.", "introduction"), False),
        (body("Here we show that EVs carry KIT.", "introduction", cites="KIT."), True),
        (body("We previously found that EVs carry KIT.", "introduction"), True),
        (body("EVs carried KIT.", "results"), False),
        (body("EVs carry KIT.", "results", cites="KIT"), True),
        (body("EVs carry KIT.", "results", cites="KIT."), True),
        (body("In our hands EVs carried KIT.", "results", cites="KIT"), False),
        (body("EVs carried KIT (Figure 2A).", "results", cites="KIT"), False),
        (body("EVs carried KIT (Table S1).", "results", cites="KIT"), False),
        (body("EVs are known to carry KIT.", "results"), True),
        (body("EVs carry KIT.", "discussion"), False),
        (body("EVs carry KIT.", "discussion", cites="KIT"), True),
        (body("We found that EVs carry KIT.", "discussion", cites="KIT"), False),
        (body("EVs carry KIT."), False),
        (body("EVs carry KIT.", cites="KIT"), True),
        (replace(body("EVs carry KIT.", cites="KIT"), kind="caption"), True),
        (replace(body("EVs carry KIT."), kind="table"), False),
    ],
)
def test_sections_decide_what_is_background(section: Section, expected: bool) -> None:
    article = read_as("EVs in glioma", Section("abstract", "We studied EVs."), section, body("Others are here."))
    views = list(view_sentences(article))
    assert Reporting(article, views).is_background(views[2]) is expected


def test_a_citation_belongs_to_the_sentence_before_it_alone() -> None:
    article = read_as("EVs in glioma", body("EVs carry KIT. EVs carried MET.", "results", cites="KIT."))
    views = list(view_sentences(article))
    assert [Reporting(article, views).is_background(view) for view in views] == [False, True, False]


def test_what_the_full_text_discusses_makes_no_review() -> None:
    said = body("We discuss EVs. They are reviewed elsewhere.", "discussion")
    article = read_as("EVs in glioma", Section("abstract", "EVs carry KIT."), said)
    assert not Reporting(article, list(view_sentences(article))).is_review
    assert Article("file", "1", "EVs", (Section("abstract", "EVs carry KIT."), said)).kind == "research"


def claims(*sections: Section) -> list[Claim]:
    return extract(read_as(f"{EXOSOMAL} in {{Cancer:glioma}}", *sections), threshold=0.5)


PROMOTES = f"{EXOSOMAL} promotes {{Function:metastasis}}."


def test_each_part_makes_its_own_claims() -> None:
    found = claims(
        Section("abstract", PROMOTES),
        body(PROMOTES, "introduction", cites="metastasis"),
        body("{Vesicle:Exosomal} {MicroRNA:miR-21} promoted {Function:metastasis} of these cells.", "results"),
    )
    made = sorted((c for c in found if c.predicate is Predicate.PROMOTES), key=lambda c: c.start)
    said = "Exosomal miR-21 promotes metastasis."
    text = f"Exosomal miR-21 in glioma\n{said}\n{said}\nExosomal miR-21 promoted metastasis of these cells."
    assert [c.background for c in made] == [False, True, False]
    assert [text[c.start : c.end] for c in made] == [c.sentence for c in made] == text.split("\n")[1:]
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)


def test_claims_of_the_abstract_are_the_same_with_and_without_the_full_text() -> None:
    alone = claims(Section("abstract", PROMOTES))
    both = claims(Section("abstract", PROMOTES), body("Nothing else is here.", "results"))
    assert [replace(c, score=0.0) for c in alone] == [replace(c, score=0.0) for c in both]


def test_one_label_is_read_together_up_to_a_limit() -> None:
    paragraphs = [body("EVs were seen in cells. " * 50, "results", "Results: EVs") for _ in range(6)]
    article = Article("file", "1", "T", (Section("abstract", "A"), *paragraphs))
    parts = article.parts()
    assert [article.section_at(part.start) for part in parts] == ["title", *["Results: EVs"] * 3]
    assert "\n".join(article.text[part.start : part.end] for part in parts) == article.text


METHODS = "{Vesicle:EVs} were pelleted by ultracentrifugation and seen by TEM in patients."


@pytest.mark.parametrize(
    ("sections", "separation"),
    [
        ((body(METHODS, "methods"), body("Others used ExoQuick.", "introduction")), ["ultracentrifugation"]),
        ((body(METHODS, "results"), body("Others used ExoQuick.", "discussion")), ["ultracentrifugation"]),
        ((body("Others used ExoQuick.", "introduction"),), None),
    ],
)
def test_methods_are_those_of_the_whole_work(sections: tuple[Section, ...], separation: list[str] | None) -> None:
    article = read_as("{Vesicle:EVs} carry {Gene:PTEN}", Section("abstract", "They do."), *sections)
    view = next(view_sentences(article))
    context = Setting(article).describe(view, Predicate.CARRIES, *view.mentions)
    assert context.get("separation") == separation


def test_a_part_of_the_full_text_states_the_setting_of_its_sentences() -> None:
    sections = (body("In mice they grew. {Vesicle:EVs} carry {Gene:PTEN}.", "results"), body("In patients.", "methods"))
    article = read_as("EVs", Section("abstract", "Cultured cells."), *sections)
    view = list(view_sentences(article))[3]
    assert Setting(article).describe(view, Predicate.CARRIES, *view.mentions)["setting"] == ["mouse"]


def test_an_introduction_speaks_of_no_cancer_unless_it_names_one() -> None:
    said = (body("{Vesicle:Exosomes} carry {Gene:CD63}.", role) for role in ("introduction", "results"))
    article = read_as("EVs of {Cancer:glioma}", Section("abstract", "In {Cancer:glioma}, {Cancer:glioma}."), *said)
    known, own = list(view_sentences(article))[2:]
    cancers = Cancers(article)
    assert cancers.find(known, 1, 2) == ()
    assert [article.entities[i].name for i in cancers.find(own, 1, 2)] == ["glioma"]


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("at 100,000 × g for 70 min", "centrifugation", ["100,000 × g, 70 min"]),
        ("at 100 000 x g and 2000×g for 2 h", "centrifugation", ["100,000 × g", "2,000 × g, 2 h"]),
        ("100,000 × g at 4 °C for 70 min", "centrifugation", ["100,000 × g, 70 min"]),
        ("10 × growth medium, 300 g/l", "centrifugation", None),
        ("in an SW 41 Ti or a Type 45 Ti rotor", "rotor", ["SW 41 Ti", "Type 45 Ti"]),
        ("fractions of 1.13–1.19 g/ml", "density", ["1.13–1.19 g/ml"]),
        ("Western blots for TSG101, Alix and CD9", "vesicle_proteins", ["CD9", "TSG101", "ALIX"]),
        ("Antibodies to calnexin and GM130", "contaminant_proteins", ["calnexin", "GM130"]),
        ("CD63 is found in cells.", "vesicle_proteins", None),
        ("Western blotting and nanoparticle tracking", "characterization", ["NTA", "western blot"]),
    ],
)
def test_parameters_of_methods(text: str, key: str, expected: list[str] | None) -> None:
    assert describe_methods(text).get(key) == expected
