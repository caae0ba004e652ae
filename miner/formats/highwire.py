"""HighWire's typesetting markers in the abstracts of bioRxiv and medRxiv, as services pass them on.

"O_" opens and "C_" closes a part, with nothing between the marker and the text: "O_ST_ABSBackgroundC_ST_ABSWe asked …".
"""

import re

_HEADING = re.compile(r"O_ST_ABS(.{0,100}?)C_ST_ABS", re.DOTALL)
_FIGURE = re.compile(r"O_(FIG|LINKSMALLFIG|INLINEFIG|DISPLAYFIG|TBL)\b")
_SMALL_CAPITALS = re.compile(r"[OC]_(?:SCPLOW|SCPCAP)")
_MARKER = re.compile(r"[OCM]_(?:ST_ABS|LINKSMALLFIG|INLINEFIG|DISPLAYFIG|FIG|TBL|TEXTBOX|LST|LI|QD|UL|OL)")


def has_markers(text: str) -> bool:
    """Whether `text` may contain markers; a cheap test for the many texts that do not."""
    return "O_" in text or "C_" in text


def without_markers(text: str) -> str:
    """`text` without markers, figures and tables; small capitals leave no gap.

    >>> without_markers("O_LINF-O_SCPLOWkC_SCPLOWBC_LI")
    ' NF-kB '
    """
    return _MARKER.sub(" ", _SMALL_CAPITALS.sub("", _without_figures(text))) if has_markers(text) else text


def split_headings(text: str) -> list[tuple[str, str]]:
    """(heading, text) of each part of an abstract; the heading of what comes before the first one is ""."""
    first, *rest = _HEADING.split(_without_figures(text))
    parts = [("", first), *zip(rest[::2], rest[1::2], strict=True)]
    return [(without_markers(heading).strip(" :."), without_markers(body)) for heading, body in parts if body.strip()]


def _without_figures(text: str) -> str:
    """`text` without figures and tables, up to their closing marker or the end."""
    kept, at = [], 0
    for found in _FIGURE.finditer(text):
        if found.start() < at:
            continue
        kept.append(text[at : found.start()])
        end = text.find(f"C_{found[1]}", found.end())
        at = end + len(found[1]) + 2 if end >= 0 else len(text)
    return " ".join([*kept, text[at:]])
