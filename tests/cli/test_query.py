"""Parameters of queries: typed in Cypher, declared in the cookbook; completion of names."""

import pytest
from typer.testing import CliRunner

from graph_schema.cookbook import NamedQuery, queries
from miner.cli import app
from miner.cli.query import _given, split_parameters, typed_value
from miner.errors import UsageError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2019", 2019), ("0", 0), ("-3", -3), ("0.1", 0.1), ("-2.5", -2.5), ("1e3", 1000.0), ("1.5E-2", 0.015),
        ("true", True), ("False", False), ("null", None),
        ("miR-21", "miR-21"), ("", ""), ("007", "007"), ("1.", "1."), (".5", ".5"), ("1_000", "1_000"), ("+1", "+1"),
        ("٣", "٣"), ("NaN", "NaN"), ("Infinity", "Infinity"), ("1 ", "1 "), ("truest", "truest"),
        ('"2019"', "2019"), ('"true"', "true"), ('""', ""), ('"', '"'), ('a"b"', 'a"b"'),
        (str(2**63 - 1), 2**63 - 1), (str(2**63), str(2**63)), ("10.1000/1", "10.1000/1"),
    ],
)  # fmt: skip
def test_a_parameter_of_cypher_is_typed(text: str, value: object) -> None:
    typed = typed_value(text)
    assert (typed, type(typed)) == (value, type(value))


def test_parameters_of_cypher_may_hold_equals_signs() -> None:
    assert {name: typed_value(text) for name, text in split_parameters(["y=2019", "name=a=b"]).items()} == {
        "y": 2019,
        "name": "a=b",
    }


def test_a_cookbook_parameter_keeps_its_declared_type() -> None:
    headline = queries()["headline"]
    bound = headline.bind(_given(headline, ["function=2019", "min_belief=1", "limit=3", "cargo=true"]))
    assert (bound["function"], bound["min_belief"], bound["limit"], bound["cargo"]) == ("2019", 1.0, 3, "true")
    with pytest.raises(UsageError, match="true or false"):
        _given(queries()["contradictions"], ["same_cancer=maybe"])


@pytest.mark.parametrize("query", [q for q in queries().values() if any(p.default == "" for p in q.parameters)])
def test_a_query_about_one_thing_says_that_it_must_be_named(query: NamedQuery) -> None:
    (name,) = (p.name for p in query.parameters if p.default == "")
    for given in ([], ["limit=3"], [f"{name}="]):
        with pytest.raises(UsageError, match=f"{query.name} needs {name}: "):
            _given(query, given)
    assert _given(query, [f"{name}=x"]) == {name: "x"}


def complete(*words: str) -> str:
    environment = {"_EXOMINER_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(("exominer", *words)),
                   "COMP_CWORD": str(len(words))}  # fmt: skip
    return CliRunner().invoke(app, [], env=environment, prog_name="exominer").output


def test_the_shell_completes_names_of_the_cookbook_and_their_parameters() -> None:
    assert "headline" in complete("query", "head").split()
    assert set(complete("query", "c").split()) >= {"cancers", "contradictions", "cargo_of_source"}
    found = complete("query", "headline", "--param", "c").split()
    assert set(found) == {"cargo=", "cancer="}
