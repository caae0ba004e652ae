"""`annotate` with what people paste into it."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

SENTENCE = "Exosomal miR-21 promotes angiogenesis in glioblastoma."
ABSTRACT = " ".join([SENTENCE, *["Extracellular vesicles of tumor cells were isolated by ultracentrifugation."] * 20])
WRAPPED = ABSTRACT.replace("vesicles of", "vesicles\nof").replace(". E", ".\n\nE")
PASTED = {
    "a sentence": SENTENCE,
    "an abstract longer than a path may be": ABSTRACT * 5,
    "with line breaks": WRAPPED,
    "with Windows' line breaks": WRAPPED.replace("\n", "\r\n"),
    "with headings": f"BACKGROUND: {SENTENCE}\nMETHODS: We used nanoparticle tracking.\nRESULTS: miR-21 rose.",
    "with a NUL character": SENTENCE + "\0 and more",
    "with a slash": f"{SENTENCE} TGF-β/SMAD signaling/pathway.",
    "with control characters": f"\x1b[31m{SENTENCE}\x1b[0m",
    "with braces": f"{{{SENTENCE}}}",
}


RECORDS = ("with braces", "with a NUL character")
"""On stdin, these are a damaged record and a binary file."""
WAYS = [*((name, "argument") for name in PASTED), *((name, "stdin") for name in PASTED if name not in RECORDS)]


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_pasted_text_is_annotated(cli: Cli, name: str, way: str) -> None:
    text = PASTED[name]
    words = [text] if way == "argument" else []
    result = cli("annotate", *words, "--format", "jsonl", stdin="" if way == "argument" else text)
    assert result.code == 0, result.err
    (line,) = result.out.splitlines()
    found = {m["text"] for e in json.loads(line)["entities"] for m in e["mentions"]}
    assert {"angiogenesis", "glioblastoma"} <= found
    assert any("miR-21" in mention for mention in found)


def test_offsets_count_in_the_text_as_given(cli: Cli) -> None:
    text = WRAPPED
    (line,) = cli("annotate", text, "--format", "jsonl").out.splitlines()
    for entity in json.loads(line)["entities"]:
        for mention in entity["mentions"]:
            assert text[mention["start"] : mention["end"]].replace("\n", " ") == mention["text"]


def test_records_on_stdin_are_articles(cli: Cli) -> None:
    record = json.dumps({"id": "r1", "title": "A finding", "abstract": SENTENCE})
    (line,) = cli("annotate", "--format", "jsonl", stdin=record).out.splitlines()
    assert json.loads(line)["id"] == "r1"


@pytest.mark.parametrize(
    "stdin", [b"\x00\x01\x02\xff" * 500, b'{"title": ', b"<xml>Exosomes</xml>", b"%PDF-1.4 ..."], ids=repr
)
def test_what_is_no_text_is_rejected_with_its_reason(cli: Cli, stdin: bytes) -> None:
    result = cli("annotate", "-", stdin=stdin)
    assert result.code == 3
    assert "rejected stdin" in result.message


def test_several_articles_elsewhere_than_on_a_terminal_are_one_table(cli: Cli, tmp_path: Path) -> None:
    lines = [json.dumps({"id": f"r{n}", "title": f"Finding {n}", "abstract": SENTENCE}) for n in range(2)]
    (tmp_path / "two.jsonl").write_text("\n".join(lines))
    header, *rows = cli("annotate", "two.jsonl").out.splitlines()
    assert header.split("\t") == ["article", "type", "id", "name", "mentions", "why"]
    assert {row.split("\t")[0] for row in rows} == {"r0", "r1"}
