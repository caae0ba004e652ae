"""Whole-word occurrences of many names in one text, found in one pass."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator

_PIECE = re.compile(r"\w+|[^\w\s]")


class Occurrences:
    """The word runs and signs of a text, by which names are looked up in it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces = [(match.start(), match.group()) for match in _PIECE.finditer(text)]
        self._starts: dict[str, list[int]] = defaultdict(list)
        for start, piece in self._pieces:
            self._starts[piece].append(start)

    def of(self, name: str) -> Iterator[tuple[int, int]]:
        """(start, end) of each occurrence of `name` that no letter or digit touches; they do not overlap.

        >>> list(Occurrences("TAM, TAMs and TAM-like").of("TAM"))
        [(0, 3), (14, 17)]
        """
        first = _PIECE.match(name)
        if not first:
            return
        resume = 0
        for start in self._starts.get(first.group(), ()):
            if start >= resume and self._is_whole(name, start):
                resume = start + len(name)
                yield start, resume

    def of_any(self, names: Collection[str]) -> Iterator[tuple[int, int]]:
        """(start, end) of each occurrence of any of `names`, the longest first; none starts right after a hyphen.

        >>> list(Occurrences("miR-21-5p or miR-21, anti-miR-21").of_any({"miR-21", "miR-21-5p"}))
        [(0, 9), (13, 19)]
        """
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in names:
            first = _PIECE.match(name)
            if first:
                lengths[first.group()].add(len(name))
        longest_first = {piece: sorted(found, reverse=True) for piece, found in lengths.items()}
        resume = 0
        for start, piece in self._pieces:
            if start < resume or self._text[start - 1 : start] == "-":
                continue
            for length in longest_first.get(piece, ()):
                name = self._text[start : start + length]
                if len(name) == length and name in names and self._is_whole(name, start):
                    resume = start + length
                    yield start, resume
                    break

    def _is_whole(self, name: str, start: int) -> bool:
        text, end = self._text, start + len(name)
        return (
            text.startswith(name, start)
            and not (start and _is_word_character(text[start - 1]))
            and not (end < len(text) and _is_word_character(text[end]))
        )


def _is_word_character(character: str) -> bool:
    return character.isalnum() or character == "_"
