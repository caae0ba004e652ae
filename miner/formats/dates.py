"""Dates as bibliographies write them, as ISO 8601 no more precise than stated."""

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june",
            "jul july", "aug august", "sep sept september", "oct october", "nov november", "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)[-/. ](\d{1,2})(?:[-/. ](\d{1,2}))?(?!\d)(?![-/]\d)")
_COMPACT = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(0[1-9]|1[0-2])([0-3]\d)(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?\.?$")
_DAY_AFTER = re.compile(r"[\s.,]*(\d{1,2})(?:st|nd|rd|th)?(?![\d])")
_WORD = re.compile(r"[A-Za-z]{3,9}")


def iso_date(year: str | int | None, month: str | int | None = None, day: str | int | None = None) -> str | None:
    """ISO date of the parts that are usable: month by number or English name; None without a year."""
    found = _YEAR.search(str(year or ""))
    if not found:
        return None
    known = found.group()
    month_number = _month(month)
    if not month_number:
        return known
    known = f"{known}-{month_number:02d}"
    day_text = str(day or "").strip()
    if not day_text.isdecimal():
        return known
    try:
        return date(int(found.group()), month_number, int(day_text)).isoformat()
    except ValueError:
        return known


def date_in(text: str) -> str | None:
    """The first date that `text` states: "2016-04-01", "2016 Nov-Dec", "April 1, 2016", "1 Apr 2016", "Spring 1999"."""
    for pattern in (_NUMERIC, _COMPACT):
        if found := pattern.search(text):
            return iso_date(*found.groups())
    year = _YEAR.search(text)
    if not year:
        return None
    for word in _WORD.finditer(text):
        if month := _MONTHS.get(word.group().lower()):
            before, after = _DAY_FIRST.search(text[: word.start()].rstrip()), _DAY_AFTER.match(text, word.end())
            day = after or before
            return iso_date(year.group(), month, day.group(1) if day else None)
    return year.group()


def most_precise(first: str | None, second: str | None) -> str | None:
    """`first`, unless `second` says the same more precisely or `first` is unknown."""
    if first is None:
        return second
    return second if second is not None and second.startswith(first) else first


def _month(month: str | int | None) -> int | None:
    text = str(month or "").strip().lower().rstrip(".")
    if text.isdecimal():
        return int(text) if 1 <= int(text) <= 12 else None
    word = _WORD.match(text)
    return _MONTHS.get(word.group()) if word else None
