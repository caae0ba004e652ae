"""What an article reports as its own finding, and what it states as known."""

import pytest

from miner.extract.reporting import Reporting
from miner.extract.sentence import view_sentences
from miner.model.articles import Article, Section
from tests.extract.marked import marked


def background(source: str, sentence: int) -> bool:
    article = marked(source)
    views = list(view_sentences(article))
    return Reporting(article, views).is_background(views[sentence])


@pytest.mark.parametrize(
    ("source", "sentence", "expected"),
    [
        ("EVs in glioma\nEVs carry KIT. Here we study EVs. EVs carried KIT.", 0, False),
        ("EVs in glioma\nEVs carry KIT. Here we study EVs. EVs carried KIT.", 1, True),
        ("EVs in glioma\nEVs carry KIT. Here we study EVs. EVs carried KIT.", 3, False),
        ("EVs in glioma\nWe studied EVs. Previous studies have shown that EVs carry KIT.", 2, True),
        ("EVs in glioma\nWe studied EVs. EVs have been reported to carry KIT.", 2, True),
        ("EVs in glioma\nWe studied EVs. EVs are known to carry KIT.", 2, True),
        ("EVs in glioma\nWe studied EVs. Accumulating evidence suggests that EVs carry KIT.", 2, True),
        ("EVs in glioma\nWe studied EVs. EVs carry KIT (Smith et al., 2019).", 2, True),
        ("EVs in glioma\nWe studied EVs. We found that EVs carry KIT.", 2, False),
        ("EVs in glioma\nBACKGROUND: EVs carry KIT.\nRESULTS: EVs carried PTEN.", 1, True),
        ("EVs in glioma\nBACKGROUND: EVs carry KIT.\nRESULTS: EVs carried PTEN.", 2, False),
        ("EVs in glioma: a review\nWe found papers. EVs carry KIT.", 2, True),
        ("EVs in glioma\nHere we review EVs. EVs carry KIT.", 2, True),
    ],
)
def test_background_is_told_from_own_findings(source: str, sentence: int, expected: bool) -> None:
    assert background(source, sentence) is expected


@pytest.mark.parametrize(
    ("title", "abstract", "types", "kind"),
    [
        ("EVs in glioma: a systematic review", "EVs matter.", (), "review"),
        ("EVs in glioma: a meta-analysis", "EVs matter.", ("journal article",), "review"),
        ("EVs in glioma", "Here, we review what is known of EVs.", (), "review"),
        ("EVs in glioma", "This article summarizes the role of EVs.", ("journal article",), "review"),
        ("EVs in glioma", "Recent advances are discussed; methods are reviewed.", (), "review"),
        ("EVs in glioma", "EVs matter.", ("review",), "review"),
        ("EVs in glioma", "We isolated EVs of 20 patients.", (), "research"),
        ("EVs in glioma", "We isolated EVs. In summary, we discuss them.", ("clinical trial",), "research"),
        ("EVs in the reviewers' eyes", "We asked peer reviewers.", (), "research"),
    ],
)
def test_the_kind_of_an_article_is_read_where_the_record_does_not_say(
    title: str, abstract: str, types: tuple[str, ...], kind: str
) -> None:
    assert Article("file", "1", title, (Section("abstract", abstract),), types=types).kind == kind
