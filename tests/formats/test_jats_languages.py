"""Which title and abstract of a JATS article are read: the full English ones, else the original ones."""

import io

import pytest

from miner.formats import jats
from miner.model.articles import Article

FULL = "<p>The full text of vesicles.</p>"


def article(meta: str, attributes: str = "", rest: str = "") -> Article:
    document = f"<article {attributes}><front><article-meta>{meta}</article-meta></front>{rest}</article>"
    (only,) = jats.parse(io.BytesIO(document.encode()))
    assert isinstance(only, Article)
    return only


def abstract(meta: str, attributes: str = "", rest: str = "") -> str:
    title = "<title-group><article-title>T</article-title></title-group>"
    return " ".join(section.text for section in article(title + meta, attributes, rest).sections)


@pytest.mark.parametrize(
    "kind",
    [
        *("graphical", "teaser", "toc", "short", "executive-summary", "key-points", "author-highlights", "video"),
        *("plain-language-summary", "web-summary", "lay-summary", "summary", "editor-summary", "precis", "unheard-of"),
    ],
)
@pytest.mark.parametrize(
    "full", [f"<abstract>{FULL}</abstract>", f'<abstract abstract-type="structured">{FULL}</abstract>']
)
def test_the_full_abstract_before_every_other_kind(kind: str, full: str) -> None:
    other = f'<abstract abstract-type="{kind}"><p>The other text.</p></abstract>'
    assert abstract(other + full) == abstract(full + other) == "The full text of vesicles."


@pytest.mark.parametrize(
    "heading",
    ["Graphical Abstract", "Highlights", "Plain language summary", "Significance", "Author summary:", "In brief"],
)
def test_a_text_of_another_kind_is_known_by_its_heading_too(heading: str) -> None:
    other = f"<abstract><title>{heading}</title><p>The other text.</p></abstract>"
    assert abstract(f"{other}<abstract><title>Abstract</title>{FULL}</abstract>") == "The full text of vesicles."


@pytest.mark.parametrize(
    ("kind", "read"), [("short", True), ("executive-summary", True), ("graphical", False), ("teaser", False)]
)
def test_an_abridged_abstract_is_read_where_there_is_no_other(kind: str, read: bool) -> None:
    assert bool(abstract(f'<abstract abstract-type="{kind}">{FULL}</abstract>')) is read


FRENCH = "<p>Le texte des vésicules.</p>"
EN = "The full text of vesicles."


@pytest.mark.parametrize(
    ("meta", "attributes"),
    [
        (f'<abstract xml:lang="fr">{FRENCH}</abstract><abstract xml:lang="en">{FULL}</abstract>', ""),
        (f'<abstract xml:lang="en">{FULL}</abstract><abstract xml:lang="fr">{FRENCH}</abstract>', 'xml:lang="fr"'),
        (f'<abstract xml:lang="fr">{FRENCH}</abstract><abstract xml:lang="EN">{FULL}</abstract>', 'xml:lang="fr"'),
        (f'<abstract>{FRENCH}</abstract><trans-abstract xml:lang="en-US">{FULL}</trans-abstract>', 'xml:lang="fr"'),
        (f'<abstract>{FULL}</abstract><trans-abstract xml:lang="fr">{FRENCH}</trans-abstract>', ""),
        (f'<abstract>{FULL}</abstract><trans-abstract xml:lang="fr">{FRENCH}</trans-abstract>', 'xml:lang="en"'),
        (
            f"<abstract>{FRENCH}</abstract>"
            '<trans-abstract xml:lang="en" abstract-type="graphical"><p>Pic.</p></trans-abstract>'
            f'<trans-abstract xml:lang="en">{FULL}</trans-abstract>',
            'xml:lang="fr"',
        ),
        (f'<abstract xml:lang="en"><p/></abstract><abstract>{FULL}</abstract>', ""),
    ],
)
def test_the_english_abstract_is_read(meta: str, attributes: str) -> None:
    assert abstract(meta, attributes) == EN


def test_the_original_where_there_is_no_english_one() -> None:
    spanish = '<trans-abstract xml:lang="es"><p>El texto.</p></trans-abstract>'
    assert abstract(f"<abstract>{FRENCH}</abstract>{spanish}", 'xml:lang="fr"') == "Le texte des vésicules."


def test_a_translation_in_a_sub_article() -> None:
    front = f"<title-group><article-title>Vesicles</article-title></title-group><abstract>{FULL}</abstract>"
    rest = f'<sub-article article-type="translation" xml:lang="en"><front-stub>{front}</front-stub></sub-article>'
    own = f"<title-group><article-title>Vesículas</article-title></title-group><abstract>{FRENCH}</abstract>"
    found = article(own, 'xml:lang="es"', rest)
    assert (found.title, found.sections[0].text, found.language) == ("Vesicles", EN, "es")
    reply = rest.replace("translation", "reply")
    assert article(own, 'xml:lang="es"', reply).title == "Vesículas"


@pytest.mark.parametrize(
    ("group", "attributes", "title"),
    [
        ("<article-title>Von Vesikeln</article-title>{}", 'xml:lang="de"', "On vesicles: a study"),
        ('<article-title xml:lang="de">Von Vesikeln</article-title>{}', "", "On vesicles: a study"),
        ("<article-title>On exosomes</article-title><subtitle>a tale</subtitle>{}", "", "On exosomes: a tale"),
        ('<article-title xml:lang="en">On exosomes</article-title>{}', 'xml:lang="de"', "On exosomes"),
        ("<article-title>Von Vesikeln</article-title>", 'xml:lang="de"', "Von Vesikeln"),
        (
            '<article-title>Von</article-title><trans-title xml:lang="en">Old style</trans-title>',
            'xml:lang="de"',
            "Old style",
        ),
    ],
)
def test_the_english_title_is_read(group: str, attributes: str, title: str) -> None:
    english = (
        '<trans-title-group xml:lang="en"><trans-title>On vesicles</trans-title>'
        "<trans-subtitle>a study</trans-subtitle></trans-title-group>"
    )
    assert article(f"<title-group>{group.format(english)}</title-group>", attributes).title == title
