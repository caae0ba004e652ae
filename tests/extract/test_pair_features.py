"""The hashes of a pair's features are those of their names, with which the weights were trained."""

from zlib import crc32

import pytest

from graph_schema.model import EntityType
from miner.extract.scorers.pair_features import describe_occurrence, heads_of
from miner.extract.sentence import view_sentences
from miner.model.annotations import AnnotatedArticle, Entity, Mention

TEXT = "In mice CD63 strongly promotes growth and apoptosis of cells."
NAMES = (("CD63", EntityType.GENE), ("growth", EntityType.FUNCTION), ("apoptosis", EntityType.FUNCTION))


@pytest.mark.parametrize(
    ("subject", "object_", "names"),
    [
        (0, 1, ["Gene>Function|<3", "<b promote", "Gene>Function<b strongl", "<b2 ^ strongl", "<b2 promote $"]),
        (0, 1, ["Gene>Function<path strongl promote", "Gene>Function<l2 in mice", "Gene>Function<r2 and FUNCTION"]),
        (0, 1, ["Gene>Function<sign 1 verb", "Gene>Function<product 1 kept 1", "Gene>Function<governs 1 verb in kept"]),
        (0, 2, ["Gene>Function<b FUNCTION", "Gene>Function<crossing 1", "Gene>Function<rivals 0 1", "<o of"]),
        (1, 0, ["Function>Gene|>3", ">b promote", "Function>Gene>first of its type", "Function>Gene>in title"]),
        (2, 0, ["Function>Gene>later of its type", "Function>Gene>signs 1 kept"]),
    ],
)
def test_hashes_are_those_of_the_names(subject: int, object_: int, names: list[str]) -> None:
    entities = [
        Entity(name, kind, name, (Mention(TEXT.index(name), TEXT.index(name) + len(name), name),))
        for name, kind in NAMES
    ]
    (view,) = view_sentences(AnnotatedArticle("a", TEXT, ((0, len(TEXT)),), tuple(entities)))
    one, other = view.mentions[subject], view.mentions[object_]
    gap = max(one.first, other.first) - min(one.last, other.last)
    found = describe_occurrence(view, one, other, heads_of(one.type, other.type), gap, 5)
    assert {name for name in names if crc32(name.encode()) not in found} == set()
