import re
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from miner.nlp.intervals import SpanSet
from miner.nlp.occurrences import Occurrences


class Place(NamedTuple):
    start: int
    end: int


places = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 150)).map(lambda p: Place(p[0], p[0] + p[1])))


@given(places, places, st.integers(0, 400), st.integers(1, 150))
def test_a_span_set_agrees_with_looking_at_all_spans(
    kept: list[Place], gone: list[Place], start: int, length: int
) -> None:
    spans = SpanSet([*kept, *gone])
    for place in gone:
        spans.remove(place)
    expected = [p for p in kept if p.start < start + length and start < p.end]
    assert spans.overlapping(start, start + length) == expected
    assert list(spans) == kept
    assert spans.exactly(set(kept)) == kept


names = st.text(alphabet="aB1-. (α", min_size=1, max_size=6).filter(lambda name: not name[0].isspace())


@given(st.text(alphabet="aB1-. (α_", max_size=80), st.sets(names, min_size=1, max_size=5))
def test_occurrences_are_those_of_the_regular_expressions(text: str, wanted: set[str]) -> None:
    for name in wanted:
        found = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
        assert list(Occurrences(text).of(name)) == found
    longest_first = "|".join(map(re.escape, sorted(wanted, key=len, reverse=True)))
    found = [m.span() for m in re.finditer(rf"(?<![\w-])(?:{longest_first})(?!\w)", text)]
    assert list(Occurrences(text).of_any(wanted)) == found
