"""Names on the command line: files, folders, sources, and what is none of them."""

from pathlib import Path

import pytest

from miner.cli.plan import Arguments, plan
from miner.errors import UsageError
from tests.cli.conftest import Cli


def arguments(*what: str) -> Arguments:
    return Arguments(list(what), None, None, None, None, None, None, None)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_folder_that_is_named_like_a_source_has_to_be_told_apart() -> None:
    Path("pubmed").mkdir()
    with pytest.raises(UsageError, match=r"write \./pubmed for the file or folder"):
        plan(arguments("pubmed"))
    assert plan(arguments("./pubmed"))[0] == ["./pubmed"]
    files, (search,), *_ = plan(arguments("pubmed", "exosomes"))  # with a query it is the source
    assert (files, search.source, search.query) == ([], "pubmed", "exosomes")
    Path("more").mkdir()
    assert plan(arguments("pubmed", "more"))[0] == ["pubmed", "more"]  # two folders


def test_without_such_a_folder_the_name_is_the_source() -> None:
    files, (search,), *_ = plan(arguments("pubmed-bulk"))
    assert (files, search.source) == ([], "pubmed-bulk")


@pytest.mark.parametrize(
    ("name", "hint"),
    [("pubmd", "did you mean pubmed?"), ("bioarxiv", "did you mean biorxiv?"), ("PubMed", "did you mean pubmed?"),
     ("library.nbib", "check the path"), ("a\0b", "check the path"), ("x" * 300, "check the path")],
)  # fmt: skip
def test_a_name_that_is_neither_file_nor_source_is_refused_before_anything_is_read(name: str, hint: str) -> None:
    Path("good.nbib").write_text("")
    with pytest.raises(UsageError, match="no such file or folder, and not a source") as error:
        plan(arguments("good.nbib", name))
    assert hint in str(error.value)


def test_the_error_in_a_recipe_shows_what_one_looks_like() -> None:
    path = Path("recipe.toml")
    path.write_text("nothing = 1")
    given = Arguments(None, None, None, None, None, None, None, path)
    with pytest.raises(UsageError, match=r"\[\[search\]\] source = 'pubmed'"):
        plan(given)


@pytest.mark.parametrize("name", ["", " ", "nosuch.nbib", "no/such/folder", "x" * 5000])
@pytest.mark.parametrize("command", ["ingest", "harvest", "extract"])
def test_a_name_that_is_no_file_is_refused_before_anything_is_read(cli: Cli, command: str, name: str) -> None:
    Path("other.jsonl").write_text('{"id": "n1"}\n')
    result = cli(command, "other.jsonl", name)
    assert (result.code, result.out) == (2, "")
    assert "empty" in result.message if not name.strip() else "no such file or folder" in result.message


@pytest.mark.parametrize(
    "words",
    [
        ("eval", "nosuch.jsonl"),
        ("eval", "folder"),
        ("verdicts", "import", "nosuch.tsv"),
        ("verdicts", "import", "folder"),
        ("restore", "nosuch.tar.gz"),
        ("ingest", "pubmed", "--ids", "nosuch.txt"),
        ("ingest", "--recipe", "nosuch.toml"),
        ("annotate", "Exosomes carry miR-21.", "--html", "no/such/folder.html"),
        ("annotate", "Exosomes carry miR-21.", "--html", "folder"),
    ],
)
def test_a_path_that_cannot_be_used_is_named_in_plain_words(cli: Cli, words: tuple[str, ...]) -> None:
    Path("folder").mkdir()
    result = cli(*words)
    assert result.code in (1, 2)
    named = next(word for word in reversed(words) if "such" in word or word == "folder")
    assert named in result.message
    assert "no such file or directory" in result.message or "is a directory" in result.message
    assert "Errno" not in result.message
    assert " - " in result.message
