import pytest

from miner.formats.record import to_article
from miner.formats.titles import without_brackets
from miner.model.articles import Article
from tests.linear import assert_linear


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("[Exosomes in plasma].", "Exosomes in plasma"),
        ("[Exosomes in plasma.]", "Exosomes in plasma."),
        ("[Do exosomes matter?].", "Do exosomes matter?"),
        ("[[Exosomes in plasma]].", "Exosomes in plasma"),
        ("[Uptake of [3H]-labelled [18F [x]] vesicles] .", "Uptake of [3H]-labelled [18F [x]] vesicles"),
        ("[18F]FDG uptake of [tumor] cells", "[18F]FDG uptake of [tumor] cells"),
        ("[A] and [B]", "[A] and [B]"),
        ("Exosomes [corrected]", "Exosomes [corrected]"),
        ("[Exosomes", "[Exosomes"),
        ("]Exosomes[", "]Exosomes["),
        ("[]", ""),
        ("", ""),
    ],
)
def test_brackets_around_a_translated_title_are_removed(title: str, bare: str) -> None:
    assert without_brackets(title) == bare


def test_every_source_gets_its_titles_without_brackets() -> None:
    article = to_article(source="file", item="1", title=" [Exosomes  in plasma]. ")
    assert isinstance(article, Article)
    assert article.title == "Exosomes in plasma"


@pytest.mark.parametrize("unit", ["[", "]", "[]", "[a]", "."])
def test_time_grows_no_faster_than_the_title(unit: str) -> None:
    assert_linear(lambda size: without_brackets("[" + unit * size + "]"))
    assert_linear(lambda size: without_brackets("[" * size + "]" * size))
