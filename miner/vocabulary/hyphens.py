"""The characters that articles write for a hyphen or a space."""

HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
"""Every character that stands for a hyphen in published abstracts."""
_PLAIN = {ord(c): "-" for c in HYPHENS} | {ord(c): " " for c in "\u00a0\u2009\u200a\u202f\u2007\u2002\u2003\t"}


def unify_hyphens(text: str) -> str:
    """`text`, same length, with every hyphen-like character as "-" and every odd space as " "."""
    return text.translate(_PLAIN)
