"""What a hostile sentence costs grows in line with its length: counted in lines run, not in seconds."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import Any

import numpy as np
import pytest

from graph_schema.model import EntityType
from miner.extract.claims import extract
from miner.extract.config import CONFIG
from miner.extract.coreference import resolve_coreference
from miner.extract.scorers.lexical import pair_mentions
from miner.extract.sentence import view_sentences
from miner.model.annotations import AnnotatedArticle, Entity, Mention
from miner.neural.encoder import tokenize
from miner.neural.pair_features import make_pairs, piece_spans

T = EntityType
LENGTH = 40
KINDS = {
    "names divided by slashes": "{G}/",
    "names without a clause end": "{V} promote {F} ",
    "lists that end in lists": "{V}, {G}, {F} and {G} inhibited ",
    "negations": "{G} not {V} no ",
    "speculations": "{V} may possibly alter {F} ",
    "contrasts": "{G}, but not {V}, ",
    "mentions that only qualify": "in {C} activated ",
    "passives": "{F} was inhibited after ",
    "parentheses": "({G} (no {V} ",
    "conclusions": "thus {V} could raise {F} ",
    "that": "{F} that promoted ",
}
TYPES = {"G": T.GENE, "V": T.VESICLE, "F": T.FUNCTION, "C": T.CELL}


def write(pattern: str, count: int, ends: str = "") -> AnnotatedArticle:
    """`pattern` so many times, each {X} an entity of its own of the type X; `ends` after each time ends a sentence."""
    text, entities, sentences, start = "", [], [], 0
    for number in range(count):
        for part in pattern.replace("}", "{").split("{"):
            if part in TYPES:
                name = f"{part}{number}x{len(entities)}"
                entities.append(Entity(name, TYPES[part], name, (Mention(len(text), len(text) + len(name), name),)))
                text += name
            else:
                text += part
        if ends or number == count - 1:
            text += ends
            sentences.append((start, len(text)))
            start = len(text) + 1
            text += " "
    return AnnotatedArticle("a", text, tuple(sentences), tuple(entities))


def count_lines(function: Callable[[], Any]) -> int:
    """How many lines of code a call runs."""
    lines = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return lines


@pytest.fixture
def small_limits() -> Iterator[None]:
    """Limits so low that short sentences are already beyond them."""
    limits = {"max_mentions": 12, "nearest": 2, "max_scope": 15, "max_list": 4, "max_gap": 12}
    before = {name: getattr(CONFIG, name) for name in limits}
    for name, limit in limits.items():
        object.__setattr__(CONFIG, name, limit)  # it is frozen
    yield
    for name, limit in before.items():
        object.__setattr__(CONFIG, name, limit)


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("pattern", KINDS.values(), ids=KINDS)
def test_twice_the_sentence_costs_twice_as_much(pattern: str) -> None:
    extract(write(pattern, 3), "exominer.lexical.v3")
    once, twice = (
        count_lines(partial(extract, write(pattern, n), "exominer.lexical.v3", 0.1)) for n in (LENGTH, 2 * LENGTH)
    )
    assert twice < 2.3 * once


@pytest.mark.parametrize("pattern", ["{G} and {V} carry {F}", "They promote {F}"])
def test_twice_as_many_sentences_cost_twice_as_much(pattern: str) -> None:
    once, twice = (count_lines(partial(resolve_coreference, write(pattern, n, "."))) for n in (LENGTH, 2 * LENGTH))
    assert twice < 2.3 * once


@pytest.mark.parametrize("pattern", KINDS.values(), ids=KINDS)
def test_pairs_grow_with_the_sentence(pattern: str) -> None:
    def count(length: int) -> tuple[int, int]:
        article = write(pattern, length)
        tokens = tokenize(article.text, article.sentences)
        mentions = [(m.start, m.end, e.type, i) for i, e in enumerate(article.entities) for m in e.mentions]
        pairs = make_pairs(tokens, piece_spans(tokens, mentions), np.zeros((len(tokens), 8), np.float32)).pairs
        (view,) = view_sentences(article)
        return len(pairs), len(list(pair_mentions(view)))

    for once, twice in zip(count(100), count(200), strict=True):
        assert twice <= 2.1 * once


def test_pairs_of_a_long_sentence_are_the_nearest() -> None:
    (view,) = view_sentences(write("{V} {G} ", 100))
    position = {mention: number for number, mention in enumerate(view.mentions)}
    distances = {abs(position[s] - position[o]) for _, s, o in pair_mentions(view)}
    assert distances == set(range(1, CONFIG.nearest + 1))
