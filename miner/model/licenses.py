"""Licenses of articles under one name each: "CC BY", "CC BY-NC-ND", "CC0", "public domain", "other"."""

import re

from miner.errors import UsageError

OTHER = "other"
"""A license that is none of Creative Commons."""

NO_LICENSE = "no license"
"""How an article is shown that states none."""

_CODES = {"by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd"}
LICENSES = ("CC0", "public domain", *(f"CC {code.upper()}" for code in sorted(_CODES)), OTHER)
"""Every name that a license may have."""
NONE = "none"
"""What stands for no license where licenses are listed."""

_URL = re.compile(r"creativecommons\.org/(?:licenses/(?P<code>by[a-z-]*)|publicdomain/(?P<public>zero|mark))", re.I)
_SHORT = re.compile(r"\bcc[\s_-]*(?:(?P<zero>0|zero)\b|(?P<code>by(?:[\s_-]+(?:nc|sa|nd)\b)*))", re.I)
_LONG = re.compile(r"creative[\s-]+commons[\s-]+attribution(?P<terms>[^.;(]{0,80})", re.I)
_TERMS = (
    ("nc", re.compile(r"non-?\s?commercial", re.I)),
    ("sa", re.compile(r"share-?\s?alike", re.I)),
    ("nd", re.compile(r"no-?\s?deriv", re.I)),
)


def normalize_license(text: str) -> str | None:
    """The name of the license that a URL, a code or a statement names; "other" for one that is not known, None for "".

    >>> normalize_license("http://creativecommons.org/licenses/by-nc/4.0/"), normalize_license("cc by")
    ('CC BY-NC', 'CC BY')
    >>> normalize_license("the Creative Commons Attribution Non-Commercial License (the terms)")
    'CC BY-NC'
    """
    text = " ".join(text.split())[:5000]
    if not text:
        return None
    if found := _URL.search(text):
        public = (found["public"] or "").lower()
        return _named(found["code"]) if found["code"] else "CC0" if public == "zero" else "public domain"
    if found := _SHORT.search(text):
        return "CC0" if found["zero"] else _named(re.sub(r"[\s_]+", "-", found["code"]))
    if found := _LONG.search(text):
        return _named("-".join(["by", *(code for code, term in _TERMS if term.search(found["terms"]))]))
    return "public domain" if re.search(r"\bpublic domain\b", text, re.I) else OTHER


def _named(code: str) -> str:
    code = code.lower().strip("-")
    return f"CC {code.upper()}" if code in _CODES else OTHER


def parse_licenses(text: str) -> tuple[str | None, ...]:
    """The licenses of a list such as "cc-by,cc0,none", in which None stands for no license. Raises UsageError.

    >>> parse_licenses("cc-by, CC0, none")
    ('CC BY', 'CC0', None)
    """
    named = {re.sub(r"[\s_-]+", "", name.lower()): name for name in LICENSES}
    found: list[str | None] = []
    for word in text.split(","):
        key = re.sub(r"[\s_-]+", "", word.lower())
        if key != NONE and key not in named:
            codes = ", ".join(name.lower().replace(" ", "-") for name in LICENSES)
            raise UsageError(f"{word.strip()!r} is no license - list some of {codes}, {NONE}")
        found.append(named.get(key))
    return tuple(dict.fromkeys(found))
