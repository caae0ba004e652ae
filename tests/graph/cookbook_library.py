"""A small library whose answers to every recipe of the cookbook are known."""

from miner.model.assertions import EvidenceRow, Verdict, assertion_id, evidence_id
from tests.claims import ref, row, work

_SPUN = {"separation": ["ultracentrifugation"], "setting": ["in vitro"]}
_MOUSE = {"species": ["mouse"]}
_ONE = work(1, 2016)
_TWO = work(2, 2019)
_THREE = work(3, 2021, journal="Cell Vesicles", concern=True)
_FOUR = work(4, 2022, retracted=True)
_FIVE = work(5, 2024, kind="review", pmid=None, id="doi:10.1000/5")

ROWS: list[EvidenceRow] = [
    row("exosomes", "CARRIES", "GPC1", "PDAC", _ONE, of="plasma"),
    row("exosomes", "FOUND_IN", "plasma", "PDAC", _ONE, of="plasma"),
    row(
        "GPC1",
        "BIOMARKER_OF",
        "PDAC",
        "PDAC",
        _ONE,
        sentence="Glypican-1 on exosomes marked early tumours.",
        start=90,
        vesicles=ref("exosomes"),
        of="plasma",
    ),
    row("macrophages", "SECRETES", "exosomes", "PDAC", _TWO, context=_SPUN, of="macrophages"),
    row("exosomes", "CARRIES", "miR-21", "PDAC", _TWO, context=_SPUN, of="macrophages"),
    row(
        "miR-21",
        "PROMOTES",
        "metastasis",
        "PDAC",
        _TWO,
        sentence="Vesicle miR-21 drove metastases to the liver.",
        vesicles=ref("exosomes"),
        of="macrophages",
        recipients=(ref("endothelial cell"),),
        context=_MOUSE,
    ),
    row("miR-21", "REPRESSES", "PTEN", "PDAC", _TWO),
    row("miR-21", "DELIVERED_TO", "endothelial cell", "PDAC", _TWO),
    row("exosomes", "CARRIES", "miR-21", "breast cancer", _THREE),
    row("miR-21", "INHIBITS", "metastasis", "breast cancer", _THREE),
    row("PTEN", "INHIBITS", "metastasis", "breast cancer", _THREE),
    row("miR-21", "PROMOTES", "metastasis", "PDAC", _FOUR),
    row("PTEN", "PROMOTES", "angiogenesis", "", _FOUR),
    row("miR-21", "PROMOTES", "metastasis", "PDAC", _FIVE),
    row("exosomes", "CARRIES", "cisplatin", "PDAC", _FIVE),
    row("cisplatin", "TREATS", "PDAC", "PDAC", _FIVE, score=0.6),
    row("miR-21", "PROMOTES", "angiogenesis", "PDAC", _FIVE, negated=True),
    row("GPC1", "ELEVATED_IN", "plasma", "PDAC", _FIVE, score=0.65),
    row("GPC1", "PROMOTES", "angiogenesis", "PDAC", _FIVE, speculative=True),
]


def verdicts() -> list[Verdict]:
    """Two curators on the marker: one accepts it, the other does not."""
    (marker,) = (r for r in ROWS if r.claim.predicate == "BIOMARKER_OF")
    ids = assertion_id(marker.claim), evidence_id(marker.claim, marker.work.id)
    return [Verdict(*ids, "ada", "accept"), Verdict(*ids, "bo", "reject", "too few patients")]
