"""Measure the shipped models by themselves on a gold file: `python -m pipelines.train.measure [dev|train] [--limit N]`.

Prints how many gold entities are found, with the right type and any surface form; relations with the gold's entities
given; and relations end to end, with the simple grouping of `merging.py` in place of the product's.
"""

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from graph_schema.model import EntityType
from miner.encoder import shared_encoder
from miner.extract.relations import RelationScorer, ScoredRelation
from miner.model import AnnotatedArticle, Entity, Mention
from miner.nlp.recogniser import Recogniser
from miner.nlp.sentences import sentence_bounds
from pipelines.train.data import gold_articles, mentions_of, scorer
from pipelines.train.merging import merge

Entities = list[tuple[EntityType, list[str]]]
EFFECTS = frozenset({"PROMOTES", "INHIBITS", "REGULATES", "ACTIVATES", "REPRESSES"})
GENERIC = re.compile(
    r"(?i)(cancers?|tumou?rs?|tumou?ral|malignan\w+|neoplas\w+|cancerous|carcinomas?|metastatic cancer|solid tumou?rs?)"
)


def text_of(gold: dict[str, Any]) -> str:
    return f"{gold['title']}\n{gold['abstract']}"


def annotated(gold: dict[str, Any], entities: Entities) -> AnnotatedArticle:
    text = text_of(gold)
    mentions: dict[int, list[Mention]] = {}
    for start, end, _, index in mentions_of(text, entities):
        mentions.setdefault(index, []).append(Mention(start, end, text[start:end]))
    return AnnotatedArticle(
        doc_id=gold["id"],
        text=text,
        sentences=tuple(sentence_bounds(text)),
        entities=tuple(
            Entity(f"text:{i}", kind, forms[0], tuple(mentions.get(i, ()))) for i, (kind, forms) in enumerate(entities)
        ),
    )


def studied_cancer(text: str, entities: Entities) -> list[dict[str, Any]]:
    """The article's most-mentioned cancer, specific names before generic ones."""
    best: tuple[int, list[str]] | None = None
    for kind, forms in entities:
        if kind == EntityType.CANCER:
            title = text.split("\n", 1)[0]
            generic = all(GENERIC.fullmatch(f) for f in forms)
            count = sum(text.count(f) for f in forms) + 3 * any(f in title for f in forms) - 100 * generic
            if best is None or count > best[0]:
                best = (count, forms)
    return [{"name": best[1][0], "mentions": best[1]}] if best else []


def claims(
    gold: dict[str, Any], entities: Entities, found: Sequence[ScoredRelation], threshold: dict[str, float]
) -> list[dict[str, Any]]:
    """Claims as the scorer reads them; of the effects of one pair, and of each other predicate, the likeliest once."""
    score = scorer()
    cancers = studied_cancer(text_of(gold), entities)
    used, seen, out = set(), set(), []
    for relation in found:
        family = "effect" if relation.predicate in EFFECTS else relation.predicate
        pair = (relation.subject, relation.object, family)
        if relation.probability < threshold[relation.predicate] or pair in used:
            continue
        used.add(pair)
        claim = {
            "doc_id": gold["id"],
            "predicate": str(relation.predicate),
            "negated": relation.negated_probability >= 0.5,
            "speculative": relation.speculative_probability >= 0.5,
            "cancers": cancers,
            "probability": relation.probability,
        }
        for side in ("subject", "object"):
            kind, forms = entities[getattr(relation, side)]
            claim[side] = {"type": str(kind), "name": forms[0], "mentions": forms, "forms": score.forms(forms)}
        ends = (
            "Vesicle" if claim[s]["type"] == "Vesicle" else tuple(sorted(map("".join, claim[s]["forms"])))
            for s in ("subject", "object")
        )
        key = (claim["predicate"], claim["negated"], *ends)
        if key not in seen:
            seen.add(key)
            out.append(claim)
    return out


def with_forms(golds: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The gold articles as the scorer wants them."""
    score = scorer()
    return {
        gold["id"]: gold
        | {
            "by_id": {
                e["id"]: {"type": e["type"], "forms": score.forms(e["mentions"]), "show": e["mentions"][0]}
                for e in gold["entities"]
            }
        }
        for gold in golds
    }


def entity_report(golds: Sequence[dict[str, Any]], found: Sequence[Entities]) -> None:
    score = scorer()
    hits: Counter[str] = Counter()
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    guessed: Counter[str] = Counter()
    for gold, entities in zip(golds, found, strict=True):
        guesses = [{"type": str(kind), "forms": score.forms(forms)} for kind, forms in entities]
        wanted = [{"type": e["type"], "forms": score.forms(e["mentions"])} for e in gold["entities"]]
        for entity in wanted:
            total[entity["type"]] += 1
            hits[entity["type"]] += any(g["type"] == entity["type"] and score.agrees(entity, g) for g in guesses)
        for guess in guesses:
            guessed[guess["type"]] += 1
            right[guess["type"]] += any(e["type"] == guess["type"] and score.agrees(e, guess) for e in wanted)
    print(
        f"entities: recall {hits.total() / total.total():.3f}, precision {right.total() / max(1, guessed.total()):.3f}"
    )
    for kind in EntityType:
        if total[kind]:
            precision = right[kind] / max(1, guessed[kind])
            print(f"  {kind:14} recall {hits[kind] / total[kind]:.3f} of {total[kind]}, precision {precision:.3f}")


def relation_report(
    name: str, golds: dict[str, dict[str, Any]], guesses: dict[str, list[dict[str, Any]]], whole: bool = True
) -> None:
    result = scorer().evaluate(golds, guesses)
    overall, head = result["overall"], result["headline_tuples"]
    print(
        f"{name}: P {overall['precision']:.3f} R {overall['recall']:.3f} F1 {overall['f1']:.3f}, strict "
        f"{result['overall_strict']['f1']:.3f}, headline {head['f1']:.3f}, cancer {result['cancer_accuracy']:.3f}, "
        f"speculation {result['speculation_accuracy']:.3f}, ECE {calibration_error(golds, guesses):.3f}"
    )
    if whole:
        print("  " + "  ".join(f"{p} {c['f1']:.2f} ({c['hits']}/{c['gold']})" for p, c in result["predicates"].items()))


def calibration_error(golds: dict[str, dict[str, Any]], guesses: dict[str, list[dict[str, Any]]]) -> float:
    """The expected calibration error of the claims' probabilities, over ten bins."""
    rows = []
    for doc_id, gold in golds.items():
        pairs, _ = scorer().match(gold, guesses.get(doc_id, []))
        right = {id(g) for _, g in pairs}
        rows += [(g["probability"], id(g) in right) for g in guesses.get(doc_id, [])]
    bins: dict[int, list[tuple[float, bool]]] = {}
    for row in rows:
        bins.setdefault(min(9, int(row[0] * 10)), []).append(row)
    gaps = (abs(sum(p for p, _ in rows_) - sum(ok for _, ok in rows_)) for rows_ in bins.values())
    return sum(gaps) / max(1, len(rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="?", default="dev", choices=("dev", "train"))
    parser.add_argument("--limit", type=int)
    parser.add_argument("--thresholds", type=float, nargs="*", default=[], help="also try these for all predicates")
    options = parser.parse_args()
    golds = gold_articles(options.gold)[: options.limit]
    texts = [text_of(g) for g in golds]
    encoder = shared_encoder()
    recogniser, relations = Recogniser(encoder), RelationScorer(encoder)
    started = time.process_time()
    spans = recogniser.recognise(texts, [sentence_bounds(t) for t in texts])
    found = [merge(t, [(s.start, s.end, s.type, s.score) for s in ss]) for t, ss in zip(texts, spans, strict=True)]
    articles = [annotated(g, entities) for g, entities in zip(golds, found, strict=True)]
    scored = [relations.score(article) for article in articles]
    print(f"{len(golds) / (time.process_time() - started):.1f} articles a second of processor time, load excluded")
    entity_report(golds, found)
    given = [[(EntityType(e["type"]), list(e["mentions"])) for e in g["entities"]] for g in golds]
    given_scored = [relations.score(annotated(g, e)) for g, e in zip(golds, given, strict=True)]
    gold_of = with_forms(golds)
    for threshold in [relations.thresholds, *(dict.fromkeys(relations.thresholds, t) for t in options.thresholds)]:
        shown = "shipped" if threshold is relations.thresholds else json.dumps(next(iter(threshold.values())))
        for name, entities, rows in (("gold entities", given, given_scored), ("end to end", found, scored)):
            guesses = {g["id"]: claims(g, e, r, threshold) for g, e, r in zip(golds, entities, rows, strict=True)}
            relation_report(f"{name}, thresholds {shown}", gold_of, guesses, threshold is relations.thresholds)


if __name__ == "__main__":
    main()
