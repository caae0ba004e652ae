"""Ground names and ids as databases write them: gene symbols, ids of other registers, miRBase names, lipids."""

import gzip
from functools import cache, lru_cache
from importlib.resources import files

from graph_schema.model import EntityType
from miner.nlp.lexicon import Lexicon
from miner.nlp.linker import Grounder, stripped
from miner.nlp.patterns import mirna_within
from miner.nlp.vesicles import vesicle_term

_T = EntityType
_CARGO = (_T.GENE, _T.LNC_RNA, _T.CHEMICAL, _T.MOLECULE_CLASS)


@cache
def gene_of(register: str, id_: str) -> str:
    """The HGNC id of a gene by its id in `register` (ncbigene, uniprot or ensembl); "" for an unknown one.

    >>> gene_of("ncbigene", "3091"), gene_of("uniprot", "Q16665-2")
    ('HGNC:4910', 'HGNC:4910')
    """
    return _gene_ids().get(f"{register}:{id_.partition('-')[0].partition('.')[0].strip()}", "")


@cache
def _gene_ids() -> dict[str, str]:
    text = gzip.decompress((files("miner.nlp") / "data" / "gene_ids.tsv.gz").read_bytes()).decode()
    return dict(line.split("\t") for line in text.splitlines())


@lru_cache(maxsize=200_000)
def ground_cargo(name: str) -> str:
    """The id of a gene, RNA, lipid or other cargo by its name; "" where no vocabulary has it.

    >>> ground_cargo("hsa-miR-21-5p"), ground_cargo("CD9"), ground_cargo("no such thing")
    ('miRBase:MIMAT0000076', 'HGNC:1709', '')
    """
    for kind, is_named in ((_T.CIRC_RNA, "circ" in name.lower()), (_T.MICRO_RNA, bool(mirna_within(name)))):
        if is_named:  # texts and tables give those that no vocabulary has ids made of their names
            return Grounder(Lexicon.load()).ground(name, kind).id
    for form in (name, *stripped(name, _T.GENE), *stripped(name, _T.CHEMICAL)):
        senses = [sense for sense in Lexicon.load().lookup(form) if sense.type in _CARGO]
        if senses:
            return min(senses, key=lambda sense: (sense.rank, _CARGO.index(sense.type))).id
    return ""


@lru_cache(maxsize=10_000)
def ground_cancer(name: str) -> str:
    """The id of the cancer that a disease or sample names, by the longest name within it; "" where it names none.

    >>> ground_cancer("Plasma of patients with colorectal cancer")
    'MONDO:0005575'
    """
    spans = [s for s in Lexicon.load().match(name) if any(sense.type is _T.CANCER for sense in s.senses)]
    longest = max(spans, key=lambda span: span.end - span.start, default=None)
    if longest is None:
        return ""
    return next(sense.id for sense in longest.senses if sense.type is _T.CANCER)


@lru_cache(maxsize=10_000)
def ground_vesicle(name: str) -> str:
    """The id of a kind of vesicle; "" for a carrier that is none, such as Argonaute 2.

    >>> ground_vesicle("Exosomes"), ground_vesicle("AGO2")
    ('GO:0070062', '')
    """
    return vesicle_term(name) or ""


@lru_cache(maxsize=200_000)
def lineage(id_: str) -> frozenset[str]:
    """A concept with all that it is a kind of."""
    found, left = {id_}, [id_]
    while left:
        for parent in Lexicon.load().parents(left.pop()):
            if parent not in found:
                found.add(parent)
                left.append(parent)
    return frozenset(found)
