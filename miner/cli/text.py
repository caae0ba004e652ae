"""Styled text that is safe to print on a terminal."""

from rich.text import Text

from miner.model.cells import printable


def styled(text: str, style: str = "") -> Text:
    """The text, safe to print, in a style of rich's."""
    return Text(printable(text, keep="\n"), style)
