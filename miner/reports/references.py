"""Write references for reference managers, as BibTeX or RIS."""

from collections.abc import Iterable, Iterator

from miner.model.assertions import WorkRef
from miner.model.cells import one_line

_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_", "%": r"\%",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def bibtex(works: Iterable[WorkRef]) -> Iterator[str]:
    """A BibTeX entry for each work, with a key made from its identifier."""
    for work in works:
        fields = {
            "title": f"{{{_escape(work.title)}}}",
            "author": " and ".join(map(_bibtex_name, work.authors)),
            "journal": _escape(work.journal or ""),
            "year": str(work.year or ""),
            "doi": _escape(work.doi or ""),
            "pmid": work.pmid or "",
            "pmcid": work.pmcid or "",
            "note": _escape(_note(work)),
        }
        key = "".join(c if c.isascii() and c.isalnum() else "-" for c in work.id)
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        yield f"@article{{{key},\n{lines}}}\n"


def ris(works: Iterable[WorkRef]) -> Iterator[str]:
    """A RIS record for each work."""
    for work in works:
        fields = [
            ("TY", "JOUR"),
            ("TI", work.title),
            *(("AU", name) for name in work.authors),
            ("JO", work.journal),
            ("PY", work.year),
            ("DO", work.doi),
            ("AN", work.pmid),
            ("C2", work.pmcid),
            ("N1", _note(work)),
        ]
        yield "".join(f"{tag}  - {one_line(str(value))}\n" for tag, value in fields if value) + "ER  - \n"


def _note(work: WorkRef) -> str:
    return "Retracted" if work.retracted else "Expression of concern" if work.concern else ""


def _bibtex_name(name: str) -> str:
    """A name in BibTeX; one that includes "and", such as a consortium's, is put in braces."""
    escaped = _escape(name)
    return f"{{{escaped}}}" if " and " in escaped.lower() else escaped


def _escape(text: str) -> str:
    return "".join(_LATEX.get(c, c) for c in one_line(text))
