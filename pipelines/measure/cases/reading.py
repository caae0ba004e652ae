"""Checks of the cases on reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.measure.cases.steps import Problems, Run, gene_ids, surfaces

if TYPE_CHECKING:
    pass


# B: reading


def check_sharp_s(run: Run) -> Problems:
    if missing := {"TGFB1", "IL1B"} - gene_ids(run):
        yield f"not found: {sorted(missing)} (found: {sorted(gene_ids(run))})"


def check_sma(run: Run) -> Problems:
    spelled = [text for entity in run.entities if entity["name"] == "ACTA2" for text in surfaces(entity)]
    for form in ("α-SMA", "alpha-SMA", "αSMA", "alpha-smooth muscle actin"):
        if not any(form in text for text in spelled):
            yield f"{form} is not ACTA2"


def check_cell_lines(run: Run) -> Problems:
    for entity in run.entities:
        if entity["type"] == "Gene":
            yield f"a gene: {entity['name']} ({', '.join(surfaces(entity))})"


def check_hcc(run: Run) -> Problems:
    for entity in run.entities:
        if entity["type"] == "Gene":
            yield f"a gene: {entity['name']} ({', '.join(surfaces(entity))})"
    if not any(entity["type"] == "Cancer" and "HCC" in surfaces(entity) for entity in run.entities):
        yield "HCC is not the cancer"


def check_no_vesicles(run: Run) -> Problems:
    for entity in run.entities:
        if entity["type"] == "Vesicle":
            yield f"a vesicle: {entity['name']} ({', '.join(surfaces(entity))})"


def check_one_sentence(run: Run) -> Problems:
    if not run.claims:
        yield "no claim to tell the sentence by"
    for sentence in {claim["sentence"] for claim in run.claims}:
        if not (sentence.startswith("Exosomal miR-21") and sentence.endswith("diet carriers.")):
            yield f"a sentence is cut: {sentence!r}"


def check_five_genes(run: Run) -> Problems:
    if missing := {"CD9", "CD63", "EPCAM", "TSG101", "GPC1"} - gene_ids(run):
        yield f"not found: {sorted(missing)} (found: {sorted(gene_ids(run))})"
