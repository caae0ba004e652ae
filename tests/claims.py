"""A few entities and a way to write claims about them in a line, for tests of assembly and graph."""

from dataclasses import dataclass

from graph_schema.model import EntityType, Predicate
from miner.model.assertions import EvidenceRow, WorkRef
from miner.model.claims import Claim, EntityRef, name_populations


@dataclass(frozen=True)
class Entry:
    id: str
    type: EntityType
    name: str
    synonyms: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    formal_name: str = ""
    orthologs: tuple[str, ...] = ()


T = EntityType
ENTRIES = (
    Entry("GO:0070062", T.VESICLE, "extracellular exosome", ("exosome", "exosomes"), ("GO:1903561",)),
    Entry("GO:1903561", T.VESICLE, "extracellular vesicle", ("EV",)),
    Entry("mirbase:MI0000077", T.MICRO_RNA, "miR-21", ("microRNA 21",)),
    Entry("mirbase.mature:MIMAT0000076", T.MICRO_RNA, "miR-21-5p", (), ("mirbase:MI0000077",)),
    Entry("HGNC:9588", T.GENE, "PTEN", ("MMAC1; phosphatase",)),
    Entry("HGNC:4451", T.GENE, "GPC1", ("glypican 1",)),
    Entry("GO:0001525", T.FUNCTION, "angiogenesis", ("blood vessel formation",)),
    Entry("exominer:function-metastasis", T.FUNCTION, "metastasis"),
    Entry("MONDO:0004992", T.CANCER, "cancer", ("tumour",)),
    Entry("MONDO:0004993", T.CANCER, "carcinoma", (), ("MONDO:0004992",)),
    Entry("MONDO:0005184", T.CANCER, "pancreatic ductal adenocarcinoma", ("PDAC",), ("MONDO:0004993",)),
    Entry("MONDO:0004989", T.CANCER, "breast carcinoma", ("breast cancer",), ("MONDO:0004993",)),
    Entry("CL:0000235", T.CELL, "macrophage", ("macrophages",)),
    Entry("CL:0000115", T.CELL, "endothelial cell", ()),
    Entry("CVCL:0062", T.CELL, "MDA-MB-231", ()),
    Entry("UBERON:0001969", T.ANATOMY, "blood plasma", ("plasma",)),
    Entry("CHEBI:27899", T.CHEMICAL, "cisplatin", ()),
)  # fmt: skip


class TinyVocabulary:
    """The entries above, by id."""

    def __init__(self, entries: tuple[Entry, ...] = ENTRIES) -> None:
        self._by_id = {entry.id: entry for entry in entries}

    def concept(self, curie: str) -> Entry | None:
        return self._by_id.get(curie)

    def lookup(self, surface: str) -> list[Entry]:
        return [entry for entry in self._by_id.values() if surface in (entry.name, *entry.synonyms)]


_BY_NAME = {name: e for e in ENTRIES for name in (e.name, *e.synonyms)}


def ref(name: str) -> EntityRef:
    entry = _BY_NAME[name]
    return EntityRef(entry.id, entry.type, entry.name, (name,))


def work(number: int, year: int = 2020, **changes: object) -> WorkRef:
    fields: dict[str, object] = {
        "id": f"pmid:{number}", "pmid": str(number), "doi": f"10.1000/{number}", "title": f"Work {number}",
        "year": year, "published": f"{year}-03-01", "journal": "J Vesicles",
    }  # fmt: skip
    return WorkRef(**{**fields, **changes})  # type: ignore[arg-type]  # a test's shorthand


def row(
    subject: str, predicate: str, object_: str, cancers: str = "", from_: WorkRef | int = 1, **changes: object
) -> EvidenceRow:
    """row("miR-21", "PROMOTES", "metastasis", "PDAC", from_=2, score=0.8): a work may be given by its number.

    `of` names what the vesicles come from: of="macrophages; plasma".
    """
    source = work(from_) if isinstance(from_, int) else from_
    negated = bool(changes.get("negated", False))
    said = f"{subject} {'does not ' if negated else ''}{predicate} {object_} in {cancers or 'cells'}."
    sentence = str(changes.pop("sentence", said))
    section = str(changes.pop("section", "abstract"))
    fields: dict[str, object] = {
        "predicate": Predicate(predicate), "subject": ref(subject), "object": ref(object_), "negated": False,
        "speculative": False, "sentence": sentence, "start": 10, "end": 10 + len(sentence), "score": 0.9,
        "extractor": "rules-1", "cancers": tuple(ref(c) for c in cancers.split("; ") if c),
    }  # fmt: skip
    sources = tuple(ref(name) for name in str(changes.pop("of", "")).split("; ") if name)
    made = Claim(**{**fields, "sources": sources, **changes})  # type: ignore[arg-type]  # a test's shorthand
    return EvidenceRow(name_populations(made), source, section)
