import importlib.util
import json
import random
from pathlib import Path
from typing import Any

import pytest

from miner import evaluation

GOLD = Path(__file__).resolve().parents[3] / "shared" / "gold"


def entity(kind: str, *names: str) -> dict[str, Any]:
    return {"type": kind, "name": names[0], "mentions": list(names)}


DOCUMENT = {
    "id": "d",
    "entities": [
        {"id": "v", "type": "Vesicle", "mentions": ["exosomes"]},
        {"id": "m", "type": "MicroRNA", "mentions": ["miR-21"]},
        {"id": "f", "type": "Function", "mentions": ["invasion of lung cancer cells"]},
        {"id": "c", "type": "Cancer", "mentions": ["lung cancer"]},
    ],
    "assertions": [
        {"predicate": "CARRIES", "subject": ["v"], "object": ["m"], "cancers": ["c"], "negated": False,
         "speculative": False, "evidence": "exosomes carry miR-21"},
        {"predicate": "PROMOTES", "subject": ["m", "v"], "object": ["f"], "cancers": ["c"], "negated": False,
         "speculative": False, "evidence": "miR-21 promotes invasion", "or_predicate": "REGULATES"},
    ],
}  # fmt: skip
CARRIES = {"doc_id": "d", "predicate": "CARRIES", "subject": entity("Vesicle", "EVs"),
           "object": entity("MicroRNA", "exosomal miRNA-21"),
           "cancers": [entity("Cancer", "lung cancers")]}  # fmt: skip
PROMOTES = {"doc_id": "d", "predicate": "REGULATES", "subject": entity("MicroRNA", "miR-21"),
            "object": entity("Function", "invasion"), "cancers": []}  # fmt: skip


def test_names_agree_as_the_guidelines_say() -> None:
    assert evaluation.folded("TNF-α") == evaluation.folded("TNF alpha")
    assert evaluation.folded("exosome-derived miR-21") == evaluation.folded("miR 21")
    function = evaluation.named("Function", ["invasion of lung cancer cells"])
    assert function.agrees(evaluation.named("Function", ["invasion"]))
    assert not function.agrees(evaluation.named("Function", ["invasion"]), strict=True)
    assert not evaluation.named("Function", ["tumor growth"]).agrees(evaluation.named("Function", ["growth"]))


def test_a_report_counts_right_repeated_and_other_readings() -> None:
    report = evaluation.evaluate([DOCUMENT], [CARRIES, CARRIES, PROMOTES])
    assert (report.overall.right, report.overall.gold, report.overall.predicted) == (2, 2, 2)
    assert report.predicates["PROMOTES"].right == 1
    assert report.cancer_accuracy == 0.5
    assert report.confusions["PROMOTES", "REGULATES"] == 1


def test_errors_are_predictions_apart() -> None:
    wrong = {**PROMOTES, "predicate": "INHIBITS", "evidence": "miR-21 promotes invasion of lung cancer cells"}
    report = evaluation.evaluate([DOCUMENT], [wrong])
    assert report.error_classes == {
        "missed: nothing said of the pair": 1, "missed: another predicate": 1, "wrong: another predicate": 1
    }  # fmt: skip
    assert {error.missed for error in report.errors} == {True, False}


def test_curve_and_calibration() -> None:
    report = evaluation.evaluate(
        [DOCUMENT], [{**CARRIES, "score": 0.9}, {**PROMOTES, "predicate": "INHIBITS", "score": 0.4}]
    )
    points = evaluation.curve(report)
    assert [(p.score, p.precision, p.recall) for p in points] == [(0.9, 1.0, 0.5), (0.4, 0.5, 0.5)]
    assert evaluation.precision_at_recall(points, 0.4) == 1.0
    assert evaluation.score_at_precision(points, 0.9) == 0.9
    assert evaluation.calibration_error(report.outcomes) == pytest.approx((0.1 + 0.4) / 2)


@pytest.mark.skipif(not GOLD.is_dir(), reason=f"the annotated articles are not there: {GOLD}")
@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_the_gold_scorer_on_any_input(tmp_path: Path, seed: int) -> None:
    spec = importlib.util.spec_from_file_location("gold_score", GOLD / "score.py")
    assert spec and spec.loader
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    documents = [json.loads(line) for line in (GOLD / "dev.jsonl").read_text(encoding="utf-8").splitlines()]
    predictions = [
        claim for document in documents for claim in garbled(document, random.Random(f"{seed}{document['id']}"))
    ]
    path = tmp_path / "predictions.jsonl"
    path.write_text("\n".join(map(json.dumps, predictions)), encoding="utf-8")
    expected = theirs.evaluate(*theirs.load(GOLD / "dev.jsonl", path)[:2])
    report = evaluation.evaluate(documents, predictions)
    for name, counts in (
        ("overall", report.overall),
        ("overall_strict", report.strict),
        ("headline_tuples", report.headline),
    ):
        assert figures(counts) == expected[name]
    assert {name: figures(counts) for name, counts in report.predicates.items()} == expected["predicates"]
    assert report.cancer_accuracy == expected["cancer_accuracy"]
    assert report.speculation_accuracy == expected["speculation_accuracy"]


def figures(counts: evaluation.Counts) -> dict[str, float]:
    return {"precision": counts.precision, "recall": counts.recall, "f1": counts.f1, "hits": counts.right,
            "gold": counts.gold, "predicted": counts.predicted}  # fmt: skip


def garbled(document: dict[str, Any], dice: random.Random) -> list[dict[str, Any]]:
    """The article's own assertions, some left out, repeated, with other ends, predicates or names."""
    by_id = {e["id"]: e for e in document["entities"]}

    def end(ids: list[str]) -> dict[str, Any]:
        one = by_id[dice.choice(ids if dice.random() < 0.9 else list(by_id))]
        name = dice.choice(one["mentions"])
        name = dice.choice([name, name, f"exosomal {name}", name.split()[-1], f"levels of {name}"])
        return {"type": one["type"], "name": name, "mentions": dice.choice([[name], one["mentions"]])}

    return [
        {
            "doc_id": document["id"],
            "predicate": dice.choice([a["predicate"]] * 5 + [a.get("or_predicate", "PROMOTES")]),
            "negated": a["negated"] if dice.random() < 0.95 else not a["negated"],
            "speculative": dice.random() < 0.2,
            "subject": end(a["subject"]),
            "object": end(a["object"]),
            "cancers": [end([c]) for c in a["cancers"]] if dice.random() < 0.8 else [],
        }
        for a in document["assertions"] * 2
        if dice.random() < 0.6
    ]
