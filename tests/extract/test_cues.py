"""The table of cues and the word lists: every row can be read, and each column does what its heading says."""

import doctest
import re

import pytest

from miner.extract.modality import cues
from miner.extract.modality.cues import Context, load_cues
from miner.extract.modality.questions import question_patterns
from miner.extract.modality.scopes import find_scopes
from miner.extract.rules import cues as effect_cues
from miner.extract.rules import patterns
from miner.vocabulary import words
from miner.vocabulary.words import load_rows, load_words

ROWS = load_rows("cues")
TARGETS = {
    "negation": {"claim", "between", "subject", "either", "lacked object", "nothing"},
    "speculation": {"claim", "possibility", "conditional", "suggestion", "appearance", "nothing"},
    "question": {""},
}
TRAITS = {"contrast", "fronted", "distant", "trailing", "group", "structure", "closing"}
LIMITED = {"between", "subject", "either", "lacked object"}


@pytest.mark.parametrize("row", ROWS, ids=[row["cue"] for row in ROWS])
def test_every_row_is_valid(row: dict[str, str]) -> None:
    assert row["target"] in TARGETS[row["kind"]]
    assert (row["target"] in LIMITED) == bool(row["reach"])
    assert set(row["traits"].split()) <= TRAITS
    if row["kind"] != "question":
        assert row["direction"] in {"forward", "both"}
        assert row["ends_at"] in {"clause", "phrase"}
        assert row["cue"] == row["cue"].lower()


def test_no_cue_is_listed_twice() -> None:
    listed = [(row["kind"], row["cue"]) for row in ROWS]
    assert len(listed) == len(set(listed))
    assert any(pattern.search("we then investigated it") for _, pattern in question_patterns())
    assert sum(len(cues) for cues in load_cues().values()) == sum(row["kind"] != "question" for row in ROWS)


@pytest.mark.parametrize(
    ("context", "text", "holds"),
    [
        ("~ only", "not only this", True),
        ("~ only", "not this only", False),
        ("/ ~", "x / not", True),
        ("whether or ~", "whether or not", True),
        ("whether or ~", "or not", False),
        ("~ <gap:2>", "not been elucidated", True),
        ("~ <gap:2>", "not so very clear", False),
        ("<state:3> ~", "were the same , not", False),
        ("<state:3> ~", "were much the not", True),
        ("~ <number>", "not 5", True),
        ("~ <number>", "not five", False),
    ],
)
def test_contexts_of_a_cue(context: str, text: str, holds: bool) -> None:
    tokens = text.split()
    at = tokens.index("not")
    assert Context.parse(context).holds(tokens, at, at + 1) is holds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("growth was not only faster", []),
        ("growth of unaffected kin", []),
        ("growth was largely unaffected", ["unaffected"]),
        ("in may 2020 it grew", []),
        ("it may grow", ["may"]),
        ("even if it grows", []),
        ("the nitric oxide ( inos / no ) path", []),
        ("it no longer grows", ["no longer"]),
        ("it appears to grow", ["appears"]),
        ("these appear to grow", ["appear to"]),
        ("with the exception of one", ["with the exception of"]),
    ],
)
def test_what_is_a_cue(text: str, found: list[str]) -> None:
    tokens = text.split()
    assert [" ".join(tokens[scope.cue_first : scope.cue_last]) for scope in find_scopes(tokens)] == found


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("vesicles may act on other cells , but cells rest", "may act on other cells"),
        ("a potential marker of early disease that cells shed", "potential marker of early disease"),
        ("they act ; growth remained unchanged in cells", "growth remained unchanged in cells"),
        ("they act ; growth could be reduced", "growth could be reduced"),
    ],
)
def test_where_scopes_begin_and_end(text: str, scope: str) -> None:
    tokens = text.split()
    (found,) = find_scopes(tokens)
    assert " ".join(tokens[found.first : found.last]) == scope


@pytest.mark.parametrize(
    "name",
    [
        "cancers",
        "clauses",
        "constructions",
        "effects",
        "levels",
        "lists",
        "losses",
        "markers",
        "modality",
        "roles",
        "vesicles",
        "cells",
    ],
)
def test_every_list_holds_patterns(name: str) -> None:
    for key, entries in load_words(name).items():
        assert entries, key
        for entry in entries:
            if name in {"cancers", "constructions", "levels", "losses", "markers", "roles", "vesicles", "cells"}:
                re.compile(words.alternatives([entry]))


def test_stems_have_one_direction() -> None:
    effects = load_words("effects")
    stems = [stem for key in ("raising", "lowering", "neutral") for stem in effects[key]]
    assert len(stems) == len(set(stems))
    for word in effects["not_effects"]:
        assert any(word.startswith(stem) for stem in stems), word


@pytest.mark.parametrize("module", [words, cues, patterns, effect_cues], ids=lambda module: module.__name__)
def test_examples_in_docstrings(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]  # a module
    assert result.attempted and not result.failed
