"""The relation model's input besides the text: entity spans, cue words and span pairs, as arrays."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from graph_schema.model import EntityType, Predicate, allowed
from miner.neural.encoder import Floats, Ints, Tokens

TYPES = tuple(EntityType)
_TYPE_INDEX = {kind: index for index, kind in enumerate(TYPES)}
PREDICATES = tuple(Predicate)
SIGNATURE_MASK = np.array([[[allowed(p, s, o) for p in PREDICATES] for o in TYPES] for s in TYPES])
"""(subject type, object type, predicate): which claims the schema allows."""

CUES: dict[str, re.Pattern[str]] = {
    name: re.compile(rf"(?:{stems})", re.IGNORECASE)
    for name, stems in {
        "raise": r"promot|enhanc|increas|elevat|up-?regulat|activat|stimulat|induc|facilitat|augment|accelerat|trigger"
        r"|boost|overexpress|improv|confer|restor|rescu|driv|support|strengthen|amplif|exacerbat|aggravat",
        "lower": r"inhibit|suppress|reduc|decreas|down-?regulat|attenuat|abrogat|block|impair|repress|diminish|abolish"
        r"|prevent|lower|mitigat|alleviat|revers|imped|ameliorat|limit|degrad|hamper|counteract|protect",
        "loss": r"knock|silenc|deplet|deficien|inhibitor|antago|sirna|shrna|absence|loss|delet|ablat|neutrali[sz]|lack"
        r"|blockade|null$|gw4869|dominant",
        "negation": r"(?:not|no|nor|neither|without|fail(?:s|ed)?|unable|cannot|unchanged|independent(?:ly)?|lacks?)$",
        "hedge": r"(?:may|might|could|can)$|potential|possib|putativ|likely|suggest|hypothes|candidate|perhaps|unclear"
        r"|speculat|propos|whether|promising|investigat|aim",
        "target": r"target|spong|bind|interact|via$|through$|by$|mediat|depend|modul|regulat|axis|affect|involv|role",
        "carry": r"carr|contain|enrich|packag|load|transfer|deliver|encapsul|cargo|deriv|secret|releas|shed|uptake"
        r"|internali|taken|transport|isolat|bear|deposit",
        "level": r"biomarker|marker|diagnos|prognos|predict|correlat|associat|higher|level|express|serum|plasma|detect"
        r"|surviv|patient|signific",
    }.items()
}
MARKS = 2 * len(TYPES) + len(CUES)
"""Columns of `marks`: first piece of an entity by type, any piece of an entity by type, cue words."""

MAX_MENTIONS = 60
"""Mentions of a sentence that are all paired; no sentence of 1,310 real abstracts has more than 43."""
NEAREST = 10
"""Mentions on either side that each one of a longer sentence is paired with."""

_NEAR = 4
_ZONES = ("before subject", "after subject", "before object", "after object", "between", "sentence")
FEATURES = len(_ZONES) * len(CUES) + 2 * len(TYPES) + 3


@dataclass(frozen=True, eq=False, slots=True)
class Pairs:
    """The span pairs of an article that a claim could join, P of them, over S spans.

    `spans` is (S, 4): first piece, last piece, type index, entity index; sorted. `sentences` is (S, 2): the pieces that
    open and close the span's sentence. `pairs` is (P, 2), indices of subject and object span; `groups` is (P,), the
    row of `entities` (G, 2), which holds subject and object entity. `marks` is (T, MARKS), `features` (P, FEATURES).
    """

    spans: Ints
    sentences: Ints
    pairs: Ints
    groups: Ints
    entities: Ints
    marks: Floats
    features: Floats


def piece_spans(tokens: Tokens, mentions: Sequence[tuple[int, int, EntityType, int]]) -> Ints:
    """(S, 4) spans of mentions (start, end, type, entity) in characters; those that cross a sentence are left out."""
    sentence = tokens.sentences.tolist()
    rows = {
        (first, last, _TYPE_INDEX[kind], entity)
        for (_, _, kind, entity), first, last in zip(mentions, *piece_bounds(tokens, mentions), strict=True)
        if first <= last < len(sentence) and sentence[first] == sentence[last]
    }
    return np.array(sorted(rows), dtype=np.int64).reshape(-1, 4)


def piece_bounds(tokens: Tokens, places: Sequence[tuple[int, int, *tuple[Any, ...]]]) -> tuple[list[int], list[int]]:
    """The first and the last piece of each place (start, end, …) in characters; no piece where last < first."""
    first = np.searchsorted(tokens.ends, [place[0] for place in places], side="right")
    last = np.searchsorted(tokens.starts, [place[1] for place in places], side="left") - 1
    return first.tolist(), last.tolist()


def cue_columns(tokens: Tokens, first: Ints, last: Ints) -> Floats:
    """(T, len(CUES)): 1 on every piece of a word that is a cue of that class."""
    columns = np.zeros((len(tokens), len(CUES)), dtype=np.float32)
    starts, ends = tokens.starts[first].tolist(), tokens.ends[last].tolist()
    for a, b, start, end in zip(first.tolist(), last.tolist(), starts, ends, strict=True):
        for column in _cues_of(tokens.text[start:end]):
            columns[a : b + 1, column] = 1.0
    return columns


@lru_cache(maxsize=1 << 16)
def _cues_of(word: str) -> tuple[int, ...]:
    """The classes of cues a word belongs to, as columns."""
    if not word[0].isalpha():
        return ()
    return tuple(column for column, pattern in enumerate(CUES.values()) if pattern.match(word))


def make_pairs(tokens: Tokens, spans: Ints, cues: Floats) -> Pairs:
    """Every ordered pair of spans of different entities in one sentence whose types some predicate may join.

    In a sentence of more than `MAX_MENTIONS` spans each is paired with the `NEAREST` on either side alone, so that time
    and memory grow in line with the text. `spans` are sorted.
    """
    total = len(tokens)
    starts_of = np.searchsorted(tokens.sentences, tokens.sentences[spans[:, 0]], side="left") if total else spans[:, 0]
    ends_of = np.searchsorted(tokens.sentences, tokens.sentences[spans[:, 0]], side="right") - 1 if total else starts_of
    pairs = _pair_spans(spans, starts_of)
    entities, groups = np.unique(spans[pairs, 3].reshape(-1, 2), axis=0, return_inverse=True)
    sentences = np.stack([starts_of, ends_of], axis=1)
    return Pairs(
        spans=spans,
        sentences=sentences,
        pairs=pairs,
        groups=groups.reshape(-1),
        entities=entities,
        marks=_marks(total, spans, cues),
        features=_features(total, spans, sentences, pairs, cues),
    )


def _pair_spans(spans: Ints, sentence_of: Ints) -> Ints:
    """(P, 2): the pairs of `make_pairs` as rows of `spans`; `sentence_of` (S,) has one value a sentence, ascending."""
    rows = np.arange(len(spans))
    first = np.searchsorted(sentence_of, sentence_of, side="left")
    end = np.searchsorted(sentence_of, sentence_of, side="right")
    near = np.where(end - first > MAX_MENTIONS, NEAREST, MAX_MENTIONS)
    low, high = np.maximum(first, rows - near), np.minimum(end, rows + near + 1)
    one = np.repeat(rows, high - low)
    other = np.arange(len(one)) - np.repeat(np.cumsum(high - low) - high, high - low)
    joinable = SIGNATURE_MASK.any(axis=2)[spans[one, 2], spans[other, 2]] & (spans[one, 3] != spans[other, 3])
    pairs: Ints = np.stack([one, other], axis=1)[joinable]
    return pairs


def _marks(total: int, spans: Ints, cues: Floats) -> Floats:
    marks = np.zeros((total, MARKS), dtype=np.float32)
    for first, last, kind, _ in spans.tolist():
        marks[first, kind] = 1.0
        marks[first : last + 1, len(TYPES) + kind] = 1.0
    marks[:, 2 * len(TYPES) :] = cues
    return marks


def _features(total: int, spans: Ints, sentences: Ints, pairs: Ints, cues: Floats) -> Floats:
    """Cue words in the zones around both spans, and how many entities of each type are between and beside them."""
    subject, object_ = spans[pairs[:, 0]], spans[pairs[:, 1]]
    opens, closes = sentences[pairs[:, 0]].T if len(pairs) else (np.zeros(0, np.int64),) * 2
    forward = subject[:, 0] <= object_[:, 0]
    gap_first = np.where(forward, subject[:, 1], object_[:, 1]) + 1
    gap_end = np.maximum(np.where(forward, object_[:, 0], subject[:, 0]), gap_first)
    zones = []
    for span in (subject, object_):
        zones.append((np.maximum(span[:, 0] - _NEAR, opens), span[:, 0]))
        zones.append((span[:, 1] + 1, np.minimum(span[:, 1] + 1 + _NEAR, closes + 1)))
    zones.append((gap_first, gap_end))
    zones.append((opens, closes + 1))
    opened = np.zeros((total, len(TYPES)), dtype=np.float32)
    np.add.at(opened, (spans[:, 0], spans[:, 2]), 1.0)
    cue_sums, type_sums = (np.concatenate([np.zeros((1, m.shape[1])), m.cumsum(axis=0)]) for m in (cues, opened))
    columns = [np.minimum(cue_sums[np.maximum(end, start)] - cue_sums[start], 3.0) for start, end in zones]
    between = type_sums[gap_end] - type_sums[gap_first]
    rows = np.arange(len(pairs))
    rivals = np.stack([between[rows, subject[:, 2]], between[rows, object_[:, 2]], forward], axis=1)
    beside = type_sums[closes + 1] - type_sums[opens]
    columns += [np.log1p(between), np.log1p(beside), np.minimum(rivals, 4.0)]
    features: Floats = np.concatenate(columns, axis=1).astype(np.float32)
    return features
