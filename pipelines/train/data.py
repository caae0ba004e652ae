"""Gold articles as arrays for training the networks. The gold standard is read from ../shared/gold."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graph_schema.model import EntityType, Predicate
from miner.neural.encoder import Floats, Ints, Tokens, tokenize, word_units
from miner.neural.pair_features import PREDICATES, TYPES, Pairs, cue_columns, make_pairs, piece_spans
from miner.neural.span_model import suggest_spans
from miner.nlp.sentencizer import sentence_bounds
from pipelines.gold import VESICLE, find_occurrences, scorer, text_of


@dataclass(eq=False)
class Document:
    """A gold article: its tokens, and the spans that the recognizer should find."""

    gold: dict[str, Any]
    text: str
    tokens: Tokens
    cues: Floats
    entities: list[tuple[EntityType, list[str]]]
    entity_of: dict[str, int]
    candidates: Ints
    span_labels: Ints  # (candidate, type) rows
    columns: Any = None  # which types are annotated, as a tensor of ones and zeros; all of them by default
    lower: Any = None  # the shared layers' output, cached in training
    distractors: list[tuple[EntityType, list[str]]] = field(default_factory=list)
    found: list[tuple[EntityType, list[str]]] = field(default_factory=list)

    def longest_window(self) -> int:
        """Word pieces in the longest window."""
        return max((end - start for start, end in self.tokens.windows), default=0)


@dataclass(eq=False)
class Relations:
    """An article's pairs and their labels. `target` and `weight` are (G, predicates)."""

    pairs: Pairs
    target: Floats
    weight: Floats
    evidence: list[tuple[int, int, list[int]]]  # group, predicate, the pairs in the evidence sentence
    modality: Floats  # rows: group, predicate, negated, speculative


def find_mentions(text: str, entities: list[tuple[EntityType, list[str]]]) -> list[tuple[int, int, EntityType, int]]:
    """All mentions (start, end, type, entity) of entities given by their surface forms, longest form first."""
    found = set()
    vesicles = [i for i, (kind, _) in enumerate(entities) if kind == EntityType.VESICLE]
    for index, (kind, forms) in enumerate(entities):
        taken: list[tuple[int, int]] = []
        for form in sorted(set(forms), key=len, reverse=True):
            for start, end in find_occurrences(text, form):
                if not any(start < b and a < end for a, b in taken):
                    taken.append((start, end))
                    found.add((start, end, kind, vesicles[0] if kind == EntityType.VESICLE else index))
    if vesicles:
        known = [(a, b) for a, b, kind, _ in found if kind == EntityType.VESICLE]
        for match in VESICLE.finditer(text):
            if not any(match.start() < b and a < match.end() for a, b in known):
                found.add((*match.span(), EntityType.VESICLE, vesicles[0]))
    return sorted(found)


def read(gold: dict[str, Any]) -> Document:
    text = text_of(gold)
    tokens = tokenize(text, sentence_bounds(text))
    vesicle: int | None = None
    entities: list[tuple[EntityType, list[str]]] = []
    entity_of: dict[str, int] = {}
    for entity in gold["entities"]:
        kind = EntityType(entity["type"])
        if kind == EntityType.VESICLE and vesicle is not None:
            entities[vesicle][1].extend(entity["mentions"])
            entity_of[entity["id"]] = vesicle
            continue
        if kind == EntityType.VESICLE:
            vesicle = len(entities)
        entity_of[entity["id"]] = len(entities)
        entities.append((kind, list(entity["mentions"])))
    candidates = suggest_spans(tokens)
    row_of = {(a, b): row for row, (a, b, _) in enumerate(candidates.tolist())}
    spans = piece_spans(tokens, find_mentions(text, entities)).tolist()
    labels = sorted({(row_of[a, b], kind) for a, b, kind, _ in spans if (a, b) in row_of})
    first, last = word_units(tokens)
    return Document(
        gold=gold,
        text=text,
        tokens=tokens,
        cues=cue_columns(tokens, first, last),
        entities=entities,
        entity_of=entity_of,
        candidates=candidates,
        span_labels=np.array(labels, dtype=np.int64).reshape(-1, 2),
    )


def make_relations(
    document: Document, entities: list[tuple[EntityType, list[str]]], gold_to_index: dict[str, list[int]]
) -> Relations:
    """Pairs of `entities` with the gold's labels; `gold_to_index` maps gold entities to indices of `entities`.

    Of acceptable alternatives the first pair that exists is the target, and the others are wrong. The second predicate
    that an assertion accepts is left out of the loss.
    """
    spans = piece_spans(document.tokens, find_mentions(document.text, entities))
    pairs = make_pairs(document.tokens, spans, document.cues)
    group_of = {(s, o): g for g, (s, o) in enumerate(pairs.entities.tolist())}
    target = np.zeros((len(pairs.entities), len(PREDICATES)), dtype=np.float32)
    weight = np.ones_like(target)
    evidence, modality = [], []
    for assertion in document.gold["assertions"]:
        predicate = PREDICATES.index(Predicate(assertion["predicate"]))
        ends = [(s, o) for s in assertion["subject"] for o in assertion["object"]]
        groups = [
            group_of[s, o]
            for gold_s, gold_o in ends
            for s in gold_to_index.get(gold_s, [])
            for o in gold_to_index.get(gold_o, [])
            if (s, o) in group_of
        ]
        if not groups:
            continue
        group = groups[0]
        target[group, predicate] = 1.0
        if "or_predicate" in assertion:
            weight[group, PREDICATES.index(Predicate(assertion["or_predicate"]))] = 0.0
        modality.append((group, predicate, assertion["negated"], assertion["speculative"]))
        inside = _pairs_in(document, pairs, group, assertion["evidence"])
        if inside:
            evidence.append((group, predicate, inside))
    weight = np.maximum(weight, target)
    return Relations(pairs, target, weight, evidence, np.array(modality, dtype=np.float32).reshape(-1, 4))


def _pairs_in(document: Document, pairs: Pairs, group: int, sentence: str) -> list[int]:
    start = document.text.find(sentence)
    end = start + len(sentence)
    rows = np.flatnonzero(pairs.groups == group)
    at = document.tokens.starts[pairs.spans[pairs.pairs[rows, 0], 0]]
    return [int(row) for row in rows[(at >= start) & (at < end)]]


def make_gold_relations(document: Document, extra: list[tuple[EntityType, list[str]]] | None = None) -> Relations:
    """The gold's own entities, with `extra` ones that no claim uses."""
    return make_relations(document, document.entities + (extra or []), {k: [v] for k, v in document.entity_of.items()})


def align_entities(document: Document, found: list[tuple[EntityType, list[str]]]) -> dict[str, list[int]]:
    """Indices of the entities `found` that agree with each gold entity by the scorer's rules, the closest first."""
    score = scorer()
    guesses = [{"type": kind, "forms": score.forms(forms)} for kind, forms in found]
    same: dict[str, list[int]] = {}
    for entity in document.gold["entities"]:
        wanted = {"type": entity["type"], "forms": score.forms(entity["mentions"])}
        hits = [i for i, guess in enumerate(guesses) if guess["type"] == wanted["type"] and score.agrees(wanted, guess)]
        same[entity["id"]] = sorted(hits, key=lambda i: (not wanted["forms"] & guesses[i]["forms"], i))
    return same


__all__ = ["TYPES", "Document", "Relations", "align_entities", "make_gold_relations", "make_relations", "read"]
