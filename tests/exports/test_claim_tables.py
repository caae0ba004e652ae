"""CSV, XLSX and Parquet hold one row for each claim, read back with the tools that users open them with."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet
import pytest

from miner.exports import claims_csv, claims_parquet, claims_xlsx
from miner.exports.claim_rows import COLUMNS
from miner.exports.export_graph import ExportGraph, Selection, collect
from tests.claims import ref, row, work
from tests.exports.test_exports import HOSTILE_TEXTS, graph_of

Read = Callable[[ExportGraph, Path], list[dict[str, Any]]]


def read_csv(graph: ExportGraph, folder: Path) -> list[dict[str, Any]]:
    (path,) = claims_csv.write(graph, folder)
    with path.open(encoding="utf-8", newline="") as file:
        return [{k: _typed(k, v) for k, v in line.items()} for line in csv.DictReader(file)]


def _typed(column: str, text: str) -> Any:
    kind = COLUMNS[column]
    return None if text == "" else text == "true" if kind is bool else kind(text)


def read_xlsx(graph: ExportGraph, folder: Path) -> list[dict[str, Any]]:
    (path,) = claims_xlsx.write(graph, folder)
    (sheet,) = openpyxl.load_workbook(path).worksheets
    header, *rows = sheet.iter_rows()
    assert all(cell.data_type != "f" for line in rows for cell in line)
    return [dict(zip((c.value for c in header), (c.value for c in line), strict=True)) for line in rows]


def read_parquet(graph: ExportGraph, folder: Path) -> list[dict[str, Any]]:
    (path,) = claims_parquet.write(graph, folder)
    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
    return rows


READERS = pytest.mark.parametrize("read", [read_csv, read_xlsx, read_parquet])


@READERS
def test_a_row_tells_the_whole_claim(read: Read, tmp_path: Path) -> None:
    said = {"vesicles": ref("exosomes"), "of": "macrophages"}
    graph = graph_of(
        [
            row("miR-21", "PROMOTES", "metastasis", "PDAC; breast cancer", work(1), sentence="It drives.", **said),
            row("miR-21", "PROMOTES", "metastasis", "PDAC; breast cancer", work(2, 2023, pmid=None), score=0.4, **said),
            row("exosomes", "CARRIES", "GPC1", from_=work(3, authors=("Roe J",)), negated=True),
        ]
    )
    carries, drives = sorted(read(graph, tmp_path), key=lambda r: r["predicate"])
    assert list(drives) == list(COLUMNS)
    assert {k: drives[k] for k in ("subject", "subject_id", "subject_type")} == {
        "subject": "miR-21", "subject_id": "mirbase:MI0000077", "subject_type": "MicroRNA",
    }  # fmt: skip
    assert (drives["predicate"], drives["negated"], drives["effect"]) == ("PROMOTES", False, "PROMOTES")
    assert (drives["source"], drives["cargo"], drives["function"]) == ("macrophage", "miR-21", "metastasis")
    assert drives["cancers"] == "breast carcinoma; pancreatic ductal adenocarcinoma"
    assert drives["cancer_ids"] == "MONDO:0004989; MONDO:0005184"
    assert (drives["papers"], drives["first_year"], drives["last_year"]) == (2, 2020, 2023)
    assert (drives["sentence"], drives["sentence_source"]) == ("It drives.", "pmid:1")
    assert (drives["pmids"], drives["dois"]) == ("1", "10.1000/1; 10.1000/2")
    assert (carries["vesicle"], carries["cargo"], carries["effect"]) == ("extracellular exosome", "GPC1", None)
    assert (carries["negated"], carries["source"], carries["function"]) == (True, None, None)
    beliefs = {a.id: a.tally.belief for a in graph.assertions}
    assert {r["assertion"]: r["belief"] for r in (carries, drives)} == beliefs


@READERS
@pytest.mark.parametrize("text", [*HOSTILE_TEXTS, "=1+1", "-5p strand", "@SUM(A1)", "\t=1+1", "x" * 40_000])
def test_no_text_breaks_a_table(read: Read, text: str, tmp_path: Path) -> None:
    graph = graph_of([row("exosome", "CARRIES", "miR-21", "PDAC", sentence=f"{text} holds.")])
    named = {id_: replace(node, name=text) for id_, node in graph.entities.items()}
    (found,) = read(replace(graph, entities=named), tmp_path)
    assert "holds." in found["sentence"] or len(text) > 30_000
    assert read is read_parquet or found["sentence"][0] not in "=+-@\t"
    assert (found["belief"], found["papers"]) == (next(graph.assertions).tally.belief, 1)


@READERS
def test_without_claims_there_is_a_header_alone(read: Read, tmp_path: Path) -> None:
    assert read(graph_of([]), tmp_path) == []


def test_more_claims_than_a_sheet_has_rows_fill_further_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims_xlsx, "MAX_ROWS", 3)
    cargo = ("miR-21", "GPC1", "PTEN", "cisplatin", "miR-21-5p")
    (path,) = claims_xlsx.write(graph_of([row("exosome", "CARRIES", name) for name in cargo]), tmp_path)
    sheets = openpyxl.load_workbook(path).worksheets
    assert [sheet.max_row for sheet in sheets] == [3, 3, 2]
    assert len({sheet.cell(row=n, column=1).value for sheet in sheets for n in range(2, sheet.max_row + 1)}) == 5


@pytest.mark.parametrize(
    ("selection", "left"),
    [
        (Selection(), 4),
        (Selection(predicate="PROMOTES"), 2),
        (Selection(entities=frozenset({"mirbase:MI0000077"})), 3),
        (Selection(entities=frozenset({"GO:0001525", "HGNC:4451"})), 2),
        (Selection(cancers=frozenset({"MONDO:0005184"})), 2),
        (Selection(cancers=frozenset({"MONDO:0005184"}), predicate="CARRIES"), 1),
        (Selection(min_belief=0.5), 3),
        (Selection(entities=frozenset()), 0),
    ],
)
def test_a_selection_takes_what_fits_all_of_it(selection: Selection, left: int) -> None:
    everything = graph_of(
        [
            row("exosome", "CARRIES", "miR-21", "PDAC"),
            row("miR-21", "PROMOTES", "angiogenesis", "PDAC"),
            row("miR-21", "PROMOTES", "metastasis", "breast cancer", score=0.3),
            row("exosome", "CARRIES", "GPC1"),
        ]
    )
    some = collect(everything.pairs, lambda types, _: {t: everything.entities[t] for t in types}, selection=selection)
    assert list(some.assertions) == [a for a in everything.assertions if selection.takes(a)]
    assert len(list(some.assertions)) == left
    assert {a.subject for a in some.assertions} <= some.entities.keys()
