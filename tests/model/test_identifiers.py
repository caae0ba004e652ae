import doctest
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miner.model import identifiers
from miner.model.identifiers import (
    MAX_DOI,
    Identifier,
    normalize_doi,
    normalize_pmcid,
    normalize_pmid,
    recognize,
    split_ids,
)
from tests.linear import assert_linear

SICI = "10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2"


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1172/JCI81135", "10.1172/jci81135"),
        ("https://doi.org/10.1172/JCI81135.", "10.1172/jci81135"),
        ("http://dx.doi.org/10.1172%2FJCI81135", "10.1172/jci81135"),
        ("doi:10.1172/JCI81135;", "10.1172/jci81135"),
        ("J Clin Invest. 2016;126(4):1208-1215. https://doi.org/10.1172/JCI81135.", "10.1172/jci81135"),
        ("(see 10.1016/S0140-6736(05)67889-8)", "10.1016/s0140-6736(05)67889-8"),
        (SICI, SICI.lower()),
        ("https://doi.org/10.1002%2F(SICI)1%3C2::X%3E3.0", "10.1002/(sici)1<2::x>3.0"),
        ("https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.full", "10.1101/2020.01.01.123456"),
        ("https://www.pnas.org/doi/full/10.1073/pnas.1521230113?download=true", "10.1073/pnas.1521230113"),
        ("https://journals.org/x?doi=10.1093/a/b", "10.1093/a/b"),
        ("10.1002%2FInv.77", "10.1002/inv.77"),
        ("doi:10.1002%2fINV.77.", "10.1002/inv.77"),
        ("10.1002%252Finv.77", "10.1002/inv.77"),
        ("10.1002/inv%2877%29", "10.1002/inv(77)"),
        ("https://doi.org/10.1002/inv.77#abstract", "10.1002/inv.77"),
        ("https://doi.org/10.1002/inv.77?x=1#top", "10.1002/inv.77"),
        ("https://doi.org/10.1002/inv%2377#top", "10.1002/inv#77"),
        ("https://www.example.org/get?doi=10.1002/inv.77&format=pdf", "10.1002/inv.77"),
        ("https://www.example.org/doi/10.1002/inv.77;jsessionid=A1", "10.1002/inv.77"),
        ("What is it? https://doi.org/10.1002/inv.77", "10.1002/inv.77"),
        ("10.1002/inv.77#2", "10.1002/inv.77#2"),
        ("10.1002/inv;77", "10.1002/inv;77"),
        ("10.1002/inv.77</a>", "10.1002/inv.77"),
        ("10.5555/" + "x" * MAX_DOI, None),
        ("10.1172/", None),
        ("10.1/x", None),
        ("nothing", None),
        ("", None),
    ],
)
def test_a_doi_has_one_form(text: str, doi: str | None) -> None:
    assert normalize_doi(text) == doi


HASH = "10.5555/(SICI)1000-2000(199801/02)3:4<5::AID-INV6>3.0.CO;2-#"


@pytest.mark.parametrize(
    "doi", [SICI, HASH, "10.5555/1000-2000(2001)3:4<5::AID-INV6>3.0.CO;2-V", "10.5555/1000(1963)020<0130:DNF>2.0.CO;2"]
)
@pytest.mark.parametrize(
    "written",
    [
        lambda doi: doi,
        lambda doi: f"doi:{doi}",
        lambda doi: f"https://doi.org/{doi}",
        lambda doi: f"https://doi.org/{quote(doi)}",
        lambda doi: f"http://dx.doi.org/{quote(doi, safe='')}",
        lambda doi: quote(doi, safe=""),
        lambda doi: doi.replace("<", "&lt;").replace(">", "&gt;"),
        lambda doi: doi.replace("<", "%3C").replace(">", "%3E"),
        lambda doi: f"J Inv. 1998;3:5. https://doi.org/{doi}.",
        lambda doi: f"https://onlinelibrary.example.org/doi/{quote(doi)}/abstract",
    ],
)
def test_a_sici_has_one_form_in_every_spelling(doi: str, written: Callable[[str], str]) -> None:
    assert normalize_doi(written(doi)) == doi.lower()


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("1, 2;3 4", ["1", "2", "3", "4"]),
        ("PMID 1, PMID: 2", ["PMID 1", "PMID: 2"]),
        (f"{HASH}; {SICI},10.5555/a", [HASH, SICI, "10.5555/a"]),
        ("10.5555/a;b, 10.5555/c", ["10.5555/a;b", "10.5555/c"]),
        ("https://doi.org/10.5555/a PMC1 doi: 10.5555/b", ["https://doi.org/10.5555/a", "PMC1", "doi: 10.5555/b"]),
        ("no id at all", ["no id at all"]),
        (" , ;", []),
        ("", []),
    ],
)
def test_a_list_is_split_between_identifiers(text: str, entries: list[str]) -> None:
    assert split_ids(text) == entries


@pytest.mark.parametrize("function", [normalize_doi, normalize_pmid, normalize_pmcid, recognize, split_ids])
@pytest.mark.parametrize(
    "unit",
    [
        "pmc ",
        "pmc",
        " ",
        "0",
        "pmc 0",
        "10.1234.",
        "10.1234/",
        "10.1234/.full",
        "www.",
        "doi.",
        "%25",
        "&lt;",
        "(",
        "1,",
        "10.5555/a<",
        "http://",
    ],
)
@pytest.mark.parametrize(
    "start", ["", "pmc", "10.5555/", "https://doi.org/10.5555/", "https://www.biorxiv.org/10.1101/v1.full"]
)
def test_time_grows_no_faster_than_the_text(function: Callable[[str], object], unit: str, start: str) -> None:
    assert_linear(lambda size: function(start + unit * (size // len(unit)) + "!"))


@pytest.mark.parametrize(
    ("text", "pmid"),
    [
        ("26918427", "26918427"),
        ("PMID: 26918427", "26918427"),
        (" 0123 ", "123"),
        ("https://pubmed.ncbi.nlm.nih.gov/26918427/", "26918427"),
        ("0", None),
        ("12 cells", None),
        ("PMC123", None),
    ],
)
def test_a_pmid_has_one_form(text: str, pmid: str | None) -> None:
    assert normalize_pmid(text) == pmid


@pytest.mark.parametrize(
    ("text", "pmcid"),
    [("PMC123", "PMC123"), ("pmc0123.2", "PMC123"), ("123", "PMC123"), ("PMCID: PMC7", "PMC7"), ("x", None)],
)
def test_a_pmcid_has_one_form(text: str, pmcid: str | None) -> None:
    assert normalize_pmcid(text) == pmcid


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("26918427", Identifier("pmid", "26918427")),
        ("PMID33213490", Identifier("pmid", "33213490")),
        ("https://europepmc.org/article/MED/26918427", Identifier("pmid", "26918427")),
        ("PMC4811149", Identifier("pmcid", "PMC4811149")),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC4811149/", Identifier("pmcid", "PMC4811149")),
        ("<10.1172/JCI81135>,", Identifier("doi", "10.1172/jci81135")),
        ("(10.1172/JCI81135)", Identifier("doi", "10.1172/jci81135")),
        (SICI, Identifier("doi", SICI.lower())),
        ("https://www.jci.org/articles/view/81135", Identifier("doi", "10.1172/jci81135")),
        ("https://insight.jci.org/articles/view/121688/figure/1", Identifier("doi", "10.1172/jci.insight.121688")),
        ("\ufeff10.1172/JCI81135\u200b", Identifier("doi", "10.1172/jci81135")),
        ("exosomes", None),
        ("10.1172/JCI81135 and more", None),
        ("https://example.org/", None),
        ("", None),
    ],
)
def test_mixed_lists_are_told_apart(text: str, expected: Identifier | None) -> None:
    assert recognize(text) == expected


@given(st.text())
def test_any_text_is_recognised_or_not_but_never_fails(text: str) -> None:
    found = recognize(text)
    if found:
        assert recognize(found.value) == found


@given(st.from_regex(r"10\.[0-9]{4,9}/[A-Za-z0-9()<>;:._/-]{1,40}", fullmatch=True))
def test_the_canonical_form_is_its_own(text: str) -> None:
    doi = normalize_doi(text)
    assert doi is None or normalize_doi(doi) == doi == normalize_doi(f"doi: {doi}.")


def test_the_examples_in_its_documentation() -> None:
    assert doctest.testmod(identifiers).failed == 0
