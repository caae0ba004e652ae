"""What reaches the terminal: no control characters, no formulas, an encoding that lacks letters, rows of any width."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from miner.cli import output
from miner.cli.rows import layout
from miner.model.cells import printable, spreadsheet_cell, unguarded

HOSTILE = {
    "colors": "\x1b[31mred",
    "title of the window": "\x1b]0;owned\x07",
    "hyperlink": "\x1b]8;;http://evil\x1b\\here",
    "C1 control": "\x9b31mred",
    "backspaces": "good\x08\x08\x08\x08evil",
    "carriage return": "evil\rgood",
    "override of direction": "abc\u202efed",
    "isolate of direction": "abc\u2066fed\u2069",
    "mark of direction": "abc\u200ffed",
    "line separator": "one\u2028two",
    "lone surrogate": "caf\udce9",
    "tag": "a\U000e0041",
    "NUL": "a\x00b",
    "DEL": "a\x7fb",
}
STEERING = set("\x1b\x9b\x07\x08\x00\x7f\u202e\u2066\u2069\u200f\u2028\udce9\U000e0041")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_steers_the_terminal(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = HOSTILE[name]
    assert not STEERING & set(printable(text))
    output.say(text)
    output.print_table(("a",), [(text,), ([text, text],), ({text: text},)])
    output.write_csv(("a",), [(text,)])
    output.print_json_line({"a": text})
    output.print_json({"a": text})
    output.write(text)
    out, err = capsys.readouterr()
    assert not STEERING & set(out + err)
    lines = out.splitlines()
    assert json.loads(next(line for line in lines if line.startswith('{"a"'))) == {"a": text}  # JSON loses nothing


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_steers_the_terminal_from_rows(name: str, width: int) -> None:
    text = HOSTILE[name]
    shown = rendered(("claim", text), [(text, text), (text * 9, [text] * 9)], width)
    assert not STEERING & set(shown)


def test_letters_of_the_field_stay() -> None:
    text = "TGF-β1 “µm” — naïve Müller, 外泌体"
    assert printable(text) == text


@pytest.mark.parametrize("text", ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_text_is_no_formula_in_a_spreadsheet(text: str) -> None:
    assert spreadsheet_cell(text) == f"'{text}"
    assert unguarded(spreadsheet_cell(text)) == text


@pytest.mark.parametrize(
    ("value", "cell"), [(-0.5, "-0.5"), (3, "3"), ("miR-21", "miR-21"), (None, ""), ("'tis", "'tis")]
)
def test_other_values_stay_as_they_are_in_a_spreadsheet(value: object, cell: str) -> None:
    assert spreadsheet_cell(value) == cell
    assert unguarded(cell) == cell


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_an_encoding_that_lacks_letters_gets_escapes(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    output.configure_streams()
    output.print_table(("gene",), [("TGF-β1 外",)])
    output.print_json_line({"gene": "TGF-β1 外"})
    sys.stdout.flush()
    _, row, line = raw.getvalue().decode(encoding).splitlines()
    assert row == "TGF-β1 外" if encoding == "utf-8" else row.startswith("TGF-\\u03b21")
    assert json.loads(line) == {"gene": "TGF-β1 外"}


# rows

SENTENCE = (
    "Exosomal miR-1246 of tumour cells promotes migration and invasion of endothelial cells in colorectal cancer, and"
    " it may serve as a marker of metastasis to the liver in patients after resection."
)
COLUMNS = ("cargo", "vesicle", "effect", "function", "cancers", "belief", "papers", "sentence", "sources", "assertion")


def headline_row(number: int) -> tuple[object, ...]:
    return (
        f"miR-{number}", "extracellular exosome", "PROMOTES", "epithelial to mesenchymal transition",
        ["colorectal cancer", "breast carcinoma"][: 1 + number % 2], 0.9, 1 + number % 7, SENTENCE,
        [f"PMID:2925415{n} doi:10.1186/s10020-025-0111{n}-w" for n in range(1 + number % 7)],
        f"exominer:a_{number:016x}",
    )  # fmt: skip


def rendered(columns: tuple[str, ...], rows: list[tuple[object, ...]], width: int) -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(layout(columns, rows, width), soft_wrap=True)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(("value", "shown"), [(True, True), (False, False), (0, True), ("false", True), (None, False)])
def test_a_block_names_flags_that_are_true(value: object, shown: bool) -> None:
    block = rendered(("subject", "predicate", "object", "inferred", "sentence"),
                     [("miR-21", "PROMOTES", "invasion", value, SENTENCE)], 80)  # fmt: skip
    assert ("inferred" in block) == shown


@pytest.mark.parametrize(
    ("columns", "row", "claim"),
    [
        (("s.name", "one.predicate", "other.predicate", "o.name"), ("miR-21", "PROMOTES", "INHIBITS", "invasion"), 3),
        (
            ("subject", "one", "belief", "other", "papers", "object"),
            ("miR-21", "PROMOTES", 0.9, "INHIBITS", 2, "EMT"),
            5,
        ),
        (("subject", "predicate", "negated", "object"), ("miR-21", "NOT PROMOTES", True, "invasion"), 3),
        (("subject", "predicate", "object", "cancers"), ("miR-21", "PROMOTES", "EMT", "glioma"), 2),
        (("name", "predicate", "papers", "belief"), ("miR-21", "PROMOTES", 3, 0.5), None),
        (("name", "predicate"), ("miR-21", "PROMOTES"), None),
    ],
)
def test_the_object_of_a_claim_is_a_thing(columns: tuple[str, ...], row: tuple[object, ...], claim: int | None) -> None:
    filler = ("sentence", SENTENCE)
    block = rendered((*columns, filler[0]), [(*row, filler[1])], 80)
    assert ("→" in block.splitlines()[0]) == (claim is not None)
    if claim is not None:
        assert block.startswith(f"{row[0]} —{row[1]}→ {row[claim]}")


WIDTHS = [60, 80, 100, 140, 200, 300]


@pytest.mark.parametrize("width", WIDTHS)
def test_headline_rows_are_readable_at_every_width(width: int) -> None:
    rows = [headline_row(number) for number in range(25)]
    shown = rendered(COLUMNS, rows, width)
    lines = shown.splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) <= 25 * (11 if width < 80 else 8)
    for row in rows:
        assert str(row[-1]) in shown  # the id in one piece
    assert lines_of_few_words(lines) <= 25  # no column of a word a line


def lines_of_few_words(lines: list[str]) -> int:
    """Lines of a sentence that hold less than 20 characters: at most the last of each."""
    words = {word.strip(",.") for word in SENTENCE.split()}
    return sum(0 < len(line.strip()) < 20 and set(line.strip(" .,").split()) <= words for line in lines)


def test_a_claim_is_on_the_first_line_with_its_context_and_the_sentence_under_it() -> None:
    first, second, *rest = rendered(COLUMNS, [headline_row(0), headline_row(6)], 80).splitlines()
    assert first == "miR-0 —PROMOTES→ epithelial to mesenchymal transition · extracellular exosome"
    assert second == "    colorectal cancer · belief 0.9 · papers 1"
    assert rest[0].startswith("  Exosomal miR-1246")
    assert rest[3] == "  exominer:a_0000000000000000 · PMID:29254150 doi:10.1186/s10020-025-01110-w"
    assert rest[4].startswith("miR-6 —PROMOTES→")
    assert rest[-1].endswith("and 5 more")  # references take no more than two lines


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (("c.name", "r.papers"), [("miR-21", 3), ("GPC1", 2)]),
        (("n",), [(5,)]),
        (("name",), [("x" * 500,)]),
        (("a", "b", "c"), [(None, [], {}), ("", "   ", "\n")]),
        (tuple(f"column{n}" for n in range(40)), [tuple(range(40))]),
        (("sentence", "section", "claims"), [(SENTENCE, "abstract: results", ["a PROMOTES b", "c INHIBITS d"])]),
        (("subject", "predicate", "object"), [("miR-21", "NOT PROMOTES", "metastasis"), ("a", "CARRIES", "b")]),
        (("predicate",), [("PROMOTES",)]),
        (("外泌体", "name"), [("外泌体" * 60, "β")]),
    ],
    ids=["small", "one number", "one long word", "nothing", "many columns", "sentence first", "claims", "predicate",
         "wide letters"],
)  # fmt: skip
def test_any_columns_can_be_shown(columns: tuple[str, ...], rows: list[tuple[object, ...]], width: int) -> None:
    shown = rendered(columns, rows, width)
    for row in rows:
        for value in row:
            for word in output.cell(value).split():
                assert word in shown or len(word) > width


def test_elsewhere_than_on_a_terminal_rows_are_tsv(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(("name", "sentence"), [("miR-21", "one\ttwo\nthree"), (None, ["a", "b"])], title="not shown")
    assert capsys.readouterr().out == "name\tsentence\nmiR-21\tone two three\n\ta, b\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_the_command_itself_bears_another_encoding(encoding: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from miner.cli import main; main()", "--workspace", str(tmp_path), "queries"]
    result = subprocess.run(command, capture_output=True, env={"PYTHONIOENCODING": encoding, "HOME": str(tmp_path)})
    assert (result.returncode, b"Traceback" in result.stderr) == (0, False), result.stderr
    assert b"headline" in result.stdout
