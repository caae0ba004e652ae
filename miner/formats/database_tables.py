"""Rows of a database of vesicles' cargo, or of miRNA targets, as its users download it: CSV or tab-separated.

`miner/vocabulary/databases.tsv` lists the names of columns. A file of experiments (Vesiclepedia, ExoCarta) adds the
vesicles and samples of each EXPERIMENT ID.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

from miner.errors import InputError, reason
from miner.formats.encoding import decode_lines
from miner.formats.opening import Unpacked
from miner.vocabulary.words import load_rows

ROLES = (
    "cargo",
    "entrez",
    "uniprot",
    "ensembl",
    "vesicle",
    "cancer",
    "sample",
    "target",
    "target_entrez",
    "experiment",
)
MAX_LINE = 1_000_000
"""Bytes of a line."""
_NOT_A_LETTER = re.compile(r"[\W_]+")
_DELIMITERS = ("\t", ",", ";")


@dataclass(frozen=True, slots=True)
class DatabaseRow:
    """What a row says, each as the database writes it and empty where it does not: cargo, or a miRNA and its target."""

    cargo: str = ""
    entrez: str = ""
    uniprot: str = ""
    ensembl: str = ""
    vesicle: str = ""
    cancer: str = ""
    target: str = ""
    target_entrez: str = ""


def read_database(path: Path, columns: Mapping[str, str], experiments: Path | None = None) -> Iterator[DatabaseRow]:
    """The rows of a file, one after another; rows of other lengths are cut or filled with empty values.

    `columns` names columns by role where the file has names of its own. Raises InputError where the file cannot be
    read, or no column holds cargo.
    """
    studies = {} if experiments is None else _read_experiments(experiments)
    rows = _rows(path)
    header = next(rows, [])
    at = find_columns(path, header, columns)
    for row in rows:
        values = {role: row[column].strip() for role, column in at.items() if column < len(row)}
        study = studies.get(values.pop("experiment", ""), {})
        sample = values.pop("sample", "") or study.get("sample", "")
        values["vesicle"] = values.get("vesicle") or study.get("vesicle", "")
        values["cancer"] = values.get("cancer") or sample
        yield DatabaseRow(**values)


def find_columns(path: Path, header: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """The number of the column for each role that the file has. Raises InputError where cargo or a named one lacks."""
    present = ", ".join(name for name in header if name) or "nothing"
    number_of = {_fold(name): number for number, name in reversed(list(enumerate(header)))}
    at: dict[str, int] = {}
    for role in ROLES:
        names = (columns[role],) if role in columns else _names()[role]
        known = [number_of[_fold(name)] for name in names if _fold(name) in number_of]
        if role in columns and not known:
            raise InputError(f"{path}: no column {columns[role]!r} - it has: {present}")
        if known:
            at[role] = known[0]
    if not at.keys() & {"cargo", "entrez", "uniprot", "ensembl"}:
        raise InputError(
            f"{path}: no column for the cargo, such as {', '.join(_names()['cargo'][:4])} - it has: {present}; name one"
            " with --cargo"
        )
    return at


@lru_cache
def _names() -> Mapping[str, tuple[str, ...]]:
    return {row["role"]: tuple(row["names"].split(",")) for row in load_rows("databases")}


def _fold(name: str) -> str:
    return _NOT_A_LETTER.sub("", name.casefold())


def _read_experiments(path: Path) -> dict[str, dict[str, str]]:
    """The vesicles and the sample of each experiment, by its id."""
    rows = _rows(path)
    header = [_fold(name) for name in next(rows, [])]
    wanted = {role: [header.index(_fold(n)) for n in _names()[role] if _fold(n) in header] for role in _names()}
    if not wanted["experiment"]:
        raise InputError(f"{path}: no column EXPERIMENT ID - give the file of experiments of the same database")
    found = {}
    for row in rows:
        values = {
            role: next((row[n].strip() for n in wanted[role] if n < len(row) and row[n].strip()), "")
            for role in ("experiment", "vesicle", "sample")
        }
        found[values["experiment"]] = values
    return found


def _rows(path: Path) -> Iterator[list[str]]:
    """The rows of a table, its header first; the delimiter is the one that the header has most of."""
    try:
        with path.open("rb") as file:
            stream: io.BufferedReader = io.BufferedReader(Unpacked(file))
            lines = (line for line in decode_lines(stream, MAX_LINE) if line.strip())
            header = next(lines, "")
            delimiter = max(_DELIMITERS, key=header.count)
            if delimiter == "\t":  # quotation marks there are part of names (5'-nucleotidase, 3"-…)
                yield from csv.reader(chain([header], lines), delimiter=delimiter, quoting=csv.QUOTE_NONE)
            else:
                yield from csv.reader(chain([header], lines), delimiter=delimiter)
    except (OSError, csv.Error) as error:
        raise InputError(
            f"{path}: cannot be read ({reason(error)}) - give the file as downloaded, CSV or TSV"
        ) from error
