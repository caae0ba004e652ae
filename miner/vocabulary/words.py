"""Word lists, written as one reads them, and the files of this package that hold them."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files


def word_set(line: str) -> frozenset[str]:
    """The words of a line."""
    return frozenset(line.split())


@lru_cache
def load_words(name: str) -> Mapping[str, tuple[str, ...]]:
    """The lists of `miner/vocabulary/NAME.toml`: each key with its words, in the order of the file."""
    stored = tomllib.loads(files("miner.vocabulary").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    return {key: tuple(words.split()) for key, words in stored.items()}


def load_rows(name: str) -> list[dict[str, str]]:
    """The rows of `miner/vocabulary/NAME.tsv` by column; lines that start with # are comments."""
    text = files("miner.vocabulary").joinpath(f"{name}.tsv").read_text(encoding="utf-8")
    header, *lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return [dict(zip(header, (*line, *[""] * (len(header) - len(line))), strict=True)) for line in lines]


def alternatives(entries: Iterable[str]) -> str:
    """A regular expression for any of the entries, in which * stands for any ending and _ for a space.

    >>> alternatives(["taken_up", "uptake", "ingest*"])
    '(?:taken up|uptake|ingest\\\\w*)'
    """
    return "(?:" + "|".join(entry.replace("_", " ").replace("*", r"\w*") for entry in entries) + ")"
