"""Write reports of watched questions as Markdown, as an Atom feed, and as an e-mail."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from itertools import groupby

from miner.model.cells import one_line
from miner.model.news import Change, ChangeKind, Report

_ORDER: tuple[ChangeKind, ...] = ("retracted", "withdrawn", "contradicted", "new", "stronger", "weaker")
_ATOM = "http://www.w3.org/2005/Atom"
_MARKDOWN = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>#|"})


def by_kind(changes: Iterable[Change]) -> Iterator[tuple[ChangeKind, list[Change]]]:
    """The changes grouped by kind, most serious first."""
    ordered = sorted(changes, key=lambda change: (_ORDER.index(change.kind), -change.shown.belief))
    for kind, group in groupby(ordered, key=lambda change: change.kind):
        yield kind, list(group)


def markdown(report: Report) -> str:
    """The report as Markdown, each claim with its beliefs, sentence and sources."""
    lines = [f"# {_escape(report.question)}: {len(report.changes)} changes", "", f"{report.at[:10]}", ""]
    for kind, changes in by_kind(report.changes):
        lines += [f"## {kind.capitalize()}", ""]
        for change in changes:
            state = change.shown
            lines.append(f"- **{_escape(state.claim)}**, {change.beliefs}, papers {state.papers}")
            lines += [f"  > {_escape(state.sentence)}"] if state.sentence else []
            lines += [f"  {_escape(', '.join(state.sources))}"] if state.sources else []
        lines.append("")
    return "\n".join(lines)


def atom(reports: Iterable[Report], feed: str) -> bytes:
    """The reports as an Atom feed (RFC 4287), with an entry for each change and permanent ids."""
    ET.register_namespace("", _ATOM)
    listed = list(reports)
    root = ET.Element(f"{{{_ATOM}}}feed")
    _add(root, "id", f"urn:exominer:watch:{feed}")
    _add(root, "title", f"Exominer: {feed}")
    _add(root, "updated", max((report.at for report in listed), default="1970-01-01T00:00:00Z"))
    _add(_add(root, "author"), "name", "Exominer")
    for report in listed:
        for change in report.changes:
            entry = _add(root, "entry")
            name = f"{report.question}:{report.number}:{change.assertion.removeprefix('exominer:')}"
            _add(entry, "id", f"urn:exominer:watch:{name}")
            _add(entry, "title", f"{change.kind}: {change.shown.claim}")
            _add(entry, "updated", report.at)
            sources = ", ".join(change.shown.sources)
            _add(entry, "content", f"{change.beliefs}. {change.shown.sentence} {sources}".strip())
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def email(report: Report) -> bytes:
    """The report as an e-mail file (RFC 5322) that any mail program can send."""
    message = EmailMessage()
    message["Subject"] = one_line(f"Exominer: {len(report.changes)} changes in {report.question}")
    message["Message-ID"] = f"<{report.question}.{report.number}@exominer.invalid>"
    message.set_content(markdown(report))
    return bytes(message)


def _add(parent: ET.Element, name: str, text: str = "") -> ET.Element:
    element = ET.SubElement(parent, f"{{{_ATOM}}}{name}")
    element.text = one_line(text) or None
    return element


def _escape(text: str) -> str:
    return one_line(text).translate(_MARKDOWN)
