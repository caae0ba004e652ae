"""Word lists, written as one reads them."""


def word_set(line: str) -> frozenset[str]:
    """The words of a line."""
    return frozenset(line.split())
