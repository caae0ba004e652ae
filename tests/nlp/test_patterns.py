import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_schema.model import EntityType
from miner.nlp.patterns import pattern_spans
from miner.vocabulary.mirnas import parse_mirna

_T = EntityType


def found(text: str, kind: EntityType) -> list[tuple[str, str]]:
    return [(text[s.start : s.end], s.name) for s in pattern_spans(text) if s.type is kind]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("miR-21 and miR-21-5p", ["miR-21", "miR-21-5p"]),
        ("hsa-miR-21", ["hsa-miR-21"]),
        ("microRNA-21 or miRNA-21", ["microRNA-21", "miRNA-21"]),
        ("let-7a, let-7b-5p", ["let-7a", "let-7b-5p"]),
        ("the miR-200 family and the miR-17-92 cluster", ["miR-200 family", "miR-17-92 cluster"]),
        ("the miR-183/96/182 cluster, miR-UL112-3p", ["miR-183/96/182 cluster", "miR-UL112-3p"]),
        ("miR-21/-155/-210", ["miR-21", "miR-155", "miR-210"]),
        ("miR-30a, -30b and -30c", ["miR-30a", "miR-30b", "miR-30c"]),
        ("miR-23a-5p and -23b-5p", ["miR-23a-5p", "miR-23b-5p"]),
        ("miR-29a/b", ["miR-29a", "miR-29b"]),
        ("miR-200a/b/429", ["miR-200a", "miR-200b", "miR-429"]),
        ("pre-miR-21", ["pre-miR-21"]),
        ("mmu-miR-155-5p and rno-miR-1", ["mmu-miR-155-5p", "rno-miR-1"]),
        ("ebv-miR-BART13", ["ebv-miR-BART13"]),
        ("miR\u201121", ["miR-21"]),
        ("miR\u2212155", ["miR-155"]),
        ("miR23b3p", ["miR23b3p"]),
        ("exosomal-miR-106a", ["miR-106a"]),
        ("has-miR-1260a", ["has-miR-1260a"]),
        ("microRNA (miR)-148b-3p", ["microRNA (miR)-148b-3p"]),
        ("MIR21 and miR21", ["MIR21", "miR21"]),
        ("LIN28B binds let-7", ["let-7"]),
        ("piR-25783", []),
    ],
)
def test_mirnas(text: str, names: list[str]) -> None:
    assert [name for _, name in found(text, _T.MICRO_RNA)] == names


@pytest.mark.parametrize(
    "text", ["miRNAs 5 and 6", "many miRNAs were found", "mirror 21", "miR-21, 12 and 30 patients"]
)
def test_what_is_no_list_of_mirnas(text: str) -> None:
    assert [name for _, name in found(text, _T.MICRO_RNA)] in ([], ["miR-21"])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("lncRNA H19 and LINC00152", {"H19", "LINC00152"}),
        ("SLC12A2-DT and IGFL2-AS1", {"SLC12A2-DT", "IGFL2-AS1"}),
        ("lncRNA-9969", {"lncRNA-9969"}),
        ("lncA2M-AS1", {"lncA2M-AS1"}),
        ("RP11-417E7.1", {"RP11-417E7.1"}),
        ("long noncoding RNA BCYRN1", {"BCYRN1"}),
        ("lncRNAs in plasma", set()),
        ("SNHG7", {"SNHG7"}),
    ],
)
def test_lncrnas(text: str, names: set[str]) -> None:
    assert {name for _, name in found(text, _T.LNC_RNA)} == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("hsa_circ_0001445", {"hsa_circ_0001445"}),
        ("circ-0044539", {"circ-0044539"}),
        ("circPDE8A and circ-PDE8A", {"circPDE8A", "circ-PDE8A"}),
        ("ciRS-7", {"ciRS-7"}),
        ("circular RNA PDE8A", {"PDE8A"}),
        ("circulating circRNAs", set()),
        ("Circulating exosomes", set()),
    ],
)
def test_circrnas(text: str, names: set[str]) -> None:
    assert {name for _, name in found(text, _T.CIRC_RNA)} == names


def test_parts_of_a_mirna_name() -> None:
    named = parse_mirna("mmu-miR-30a-5p")
    assert named and (named.species, named.stem, named.number, named.arm) == ("mmu", "mir", "30a", "5p")
    assert parse_mirna("PTEN") is None


@given(st.text(max_size=300))
def test_patterns_stay_within_the_text(text: str) -> None:
    assert all(0 <= span.start < span.end <= len(text) for span in pattern_spans(text))
