"""What is not one article never becomes one: the reject names what it looks like, and the way out."""

import io

import pytest

from miner.formats import files
from miner.model.articles import Article, Reject

PROSE = "Vesicles were isolated from serum of 40 donors. Exosomal miR-0 promoted growth of invented cells."


def read(text: str) -> tuple[list[Article], list[Reject]]:
    found = list(files.read(io.BytesIO(text.encode()), "a.txt"))
    return [one for one in found if isinstance(one, Article)], [one for one in found if isinstance(one, Reject)]


REFUSED = [
    ("From: alerts@example.org\nSubject: new papers\nDate: Wed, 2 Nov 2005\n\n" + PROSE, "an e-mail"),
    ("Subject: papers\nTo: me\n\nDear reader, three papers are new.", "an e-mail"),
    ("2024-05-01 10:00:01 INFO started\n2024-05-01 10:00:02 INFO fetched\n2024-05-01 10:00:03 ERROR x", "a log"),
    ("[10:00:01] started the run\n[10:00:02] fetched records\n[10:00:03] done now", "a log"),
    ("#!/usr/bin/env python3\nimport sys\nprint(sys.argv)\n", "program code"),
    ("import os\nimport sys\n\ndef main():\n    return 1\n\nmain()\n", "program code"),
    ("Things to read about vesicles\n- finish the miR-0 review\n- ask Paul about GPC1\n", "a list"),
    ("Papers of the week\n1. Li et al, on vesicles\n2. Moreau et al, on exosomes\n3. Okafor et al\n", "a list"),
    ("search terms: exosome\nsince: 2020\noutput: results.csv\n", "settings"),
    ("[search]\nterms = exosome\nsince = 2020\noutput = results.csv\n", "it looks like"),
    ("Name\tValue\tUnit\nA\t1\tmg\nB\t2\tmg\n", "no column is named"),
    ("XX  - one\nYY  - two\nZZ  - three\nWW  - four\n", "RIS or MEDLINE"),
    ("%G eng\n%Z note\n%# thing\n%Y other\n", "EndNote"),
    ("AU Li X\nSO J INVENT VES\nPY 2020\nDI 10.5555/a\n", "Web of Science"),
    ("My references\n\nLi X (2020) Vesicles. J Inv. https://doi.org/10.5555/r1\nLi X (2021) Exosomes. doi:10.5555/r2\n"
     "Li X (2022) More vesicles. doi:10.5555/r3\n", "a list of references"),
    ("<b>Vesicles</b> of <i>cells</i>\n" * 4, "holds no articles"),
    ("A title of a text\n\n" + "<b>Vesicles</b> of <i>cells</i> here.\n" * 4, "XML or HTML"),
    ("A title of a text\n\n" + (PROSE + "\n") * 200, "a full text or an export"),
    ("NCT Number,Study Name,Sponsor\nNCT1,Vesicles of cells. They grow.,A\nNCT2,Exosomes. They grow.,B\n", "a table"),
    (f"# Notes\n\n{PROSE}\n\n## More\n\n{PROSE}\n", "Markdown"),
    ("Title: One of them\nAbstract: Text here.\n\nTitle: Two of them\nAbstract: Text there.\n", "a list of records"),
    ("just one line of text", "a line with the title"),
    ("A title\n\nfoo bar", "a line with the title"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_a_text_that_is_no_article(text: str, reason: str) -> None:
    articles, rejects = read(text)
    assert not articles
    (reject,) = rejects
    assert reason in reject.reason
    assert " - " in reject.reason


@pytest.mark.parametrize(
    "text",
    [
        f"Vesicles of an invented line\n\n{PROSE}\n",
        f"Vesicles of an invented line\n\nBackground: {PROSE}\nMethods: {PROSE}\nConclusion: {PROSE}\n",
        f"Vesicles: a review\nAuthors: Li X, Moreau P\nYear: 2021\nDOI: 10.5555/a\nPMID: 900001\n\n{PROSE}\n",
        "Vesicles of an invented line\n\n" + PROSE.replace(". ", ".\n").replace(" of ", "\nof ") + "\n",
        f"Title: Vesicles of an invented line\nAbstract: {PROSE}\n",
        f"IN VITRO STUDY OF VESICLES\n\nAB - type cells were studied. {PROSE}\n",
        f"Vesicles of an invented line\n\n{PROSE} See doi.org/10.5555/a and 10.5555/b.\nKeywords: exosome\n",
    ],
)
def test_a_title_and_an_abstract_are_one(text: str) -> None:
    articles, rejects = read(text)
    assert not rejects
    assert len(articles) == 1
    assert "Exosomal" in articles[0].text
