"""Names on the command line: files, folders, sources, and what is none of them."""

from pathlib import Path

import pytest

from miner.cli.plan import Arguments, plan
from miner.errors import UsageError


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
    files, (search,), _ = plan(arguments("pubmed", "exosomes"))  # with a query it is the source
    assert (files, search.source, search.query) == ([], "pubmed", "exosomes")
    Path("more").mkdir()
    assert plan(arguments("pubmed", "more"))[0] == ["pubmed", "more"]  # two folders


def test_without_such_a_folder_the_name_is_the_source() -> None:
    files, (search,), _ = plan(arguments("pubmed-bulk"))
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
