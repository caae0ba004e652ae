"""The cookbook: named read queries, each a file in `queries/` with a header that describes it.

The header is a block of comment lines before the query:

    // title: Cargo of a source
    // question: What do vesicles of this cell, cancer or fluid carry?
    // alias: cargo_of
    // param: source entity null — name, synonym or id
    // param: limit integer 25 — rows at most
    // chart: bar cargo belief

An alias is a former name of the query. A parameter has a name, a type, a default in JSON, and help. A chart, where one
fits, is `bar LABEL VALUE` or `network SOURCE TARGET`, in names of the query's columns.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, Literal

ParameterType = Literal["string", "entity", "integer", "float", "boolean"]
Value = str | int | float | bool | None

_PARAMETER = re.compile(r"(?P<name>\w+) (?P<type>string|entity|integer|float|boolean) (?P<default>.+?) — (?P<help>.+)")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a query; it may be left out where `default` is None, and must be given where it is "".

    A parameter of type "entity" is given as a name, synonym or id. The query takes the ids of the entities that it
    names (`miner.graph.lookup`).
    """

    name: str
    type: ParameterType
    default: Value
    help: str

    def parse(self, text: str) -> Value:
        """Parse a value given as text. Raises ValueError that says what was expected."""
        if text == "" and self.default is None:
            return None
        try:
            match self.type:
                case "string" | "entity":
                    return text
                case "integer":
                    return int(text)
                case "float":
                    return float(text)
                case "boolean":
                    return {"true": True, "false": False}[text.lower()]
        except (ValueError, KeyError):
            raise ValueError(f"{self.name}={text!r}: expected {_EXPECTED[self.type]}") from None


@dataclass(frozen=True)
class Chart:
    """How a query's table can be drawn: columns of bars (label, value) or of edges (source, target)."""

    kind: Literal["bar", "network"]
    columns: tuple[str, str]


@dataclass(frozen=True)
class NamedQuery:
    """A query of the cookbook."""

    name: str
    title: str
    question: str
    parameters: tuple[Parameter, ...]
    chart: Chart | None
    cypher: str
    aliases: tuple[str, ...] = ()

    def bind(self, given: Mapping[str, str]) -> dict[str, Value]:
        """The values of all parameters: those given are parsed from text, the others have their defaults.

        Raises ValueError where a name is not the query's, a value not of its type, or a parameter missing.
        """
        known = {p.name: p for p in self.parameters}
        return self.complete({name: known[name].parse(text) if name in known else text for name, text in given.items()})

    def complete(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values of all parameters, defaults for those not given.

        Raises ValueError where a name is not the query's, or a parameter that must be given has no value.
        """
        values = {p.name: p.default for p in self.parameters}
        for name in given:
            if name not in values:
                raise ValueError(f"{name}: {self.name} has no such parameter - it takes {', '.join(values) or 'none'}")
        values |= given
        for p in self.parameters:
            if p.default == "" and values[p.name] in ("", None):
                raise ValueError(f"{self.name} needs {p.name}: {p.help}")
        return values


@cache
def queries() -> dict[str, NamedQuery]:
    """All queries by name, the headline first, the others in the order of their names."""
    folder = files("graph_schema") / "queries"
    names = [f.name.removesuffix(".cypher") for f in folder.iterdir() if f.name.endswith(".cypher")]
    names.sort(key=lambda name: (name != "headline", name))
    return {name: parse(name, (folder / f"{name}.cypher").read_text(encoding="utf-8")) for name in names}


def find(name: str) -> NamedQuery | None:
    """The query of this name or former name; None where there is none."""
    book = queries()
    return book.get(name) or next((query for query in book.values() if name in query.aliases), None)


def select(text: str) -> NamedQuery | None:
    """The query that `text` names; None where it is Cypher. Raises ValueError for one word that is neither."""
    named = find(text)
    if named is None and not any(c.isspace() for c in text.strip()):
        near = get_close_matches(text, queries(), 1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise ValueError(f"{text!r} is neither Cypher nor a query of the cookbook{hint}")
    return named


def parse(name: str, text: str) -> NamedQuery:
    """A query from its file's text. Raises ValueError where the header is not as described above."""
    header: dict[str, list[str]] = {"title": [], "question": [], "alias": [], "param": [], "chart": []}
    lines = text.splitlines()
    while lines and lines[0].startswith("// "):
        key, _, value = lines.pop(0).removeprefix("// ").partition(": ")
        if key not in header:
            raise ValueError(f"{name}: unknown header line {key!r}")
        header[key].append(value.strip())
    if len(header["title"]) != 1 or not header["question"] or len(header["chart"]) > 1:
        raise ValueError(f"{name}: the header needs one title, a question, and at most one chart")
    return NamedQuery(
        name,
        header["title"][0],
        " ".join(header["question"]),
        tuple(_parameter(name, line) for line in header["param"]),
        _chart(name, header["chart"][0]) if header["chart"] else None,
        "\n".join(lines).strip(),
        tuple(header["alias"]),
    )


def _parameter(query: str, line: str) -> Parameter:
    match = _PARAMETER.fullmatch(line)
    if match is None:
        raise ValueError(f"{query}: not a parameter: {line!r}")
    type_: ParameterType = match["type"]  # type: ignore[assignment]  # the pattern allows no other
    return Parameter(match["name"], type_, json.loads(match["default"]), match["help"])


def _chart(query: str, line: str) -> Chart:
    match line.split():
        case ["bar", label, value]:
            return Chart("bar", (label, value))
        case ["network", source, target]:
            return Chart("network", (source, target))
    raise ValueError(f"{query}: not a chart: {line!r}")


_EXPECTED = {"integer": "a whole number", "float": "a number", "boolean": "true or false"}
