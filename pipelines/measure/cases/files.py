"""Checks of the cases on files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.measure.cases.steps import (
    Problems,
    Run,
    abstract_of,
    check_contains,
    check_counts,
    check_date,
    check_exit_0,
    check_fields,
    check_lacks,
    check_no_titles,
    only_article,
    reject_names,
)

if TYPE_CHECKING:
    pass


# A: files


def check_wrapped_er(run: Run) -> Problems:
    yield from check_counts(run, 2)
    first = run.article(doi="10.5555/er.1")
    yield from check_contains(
        first,
        "Annexin A6 was found in vesicles of ER-positive tumours and also in ER - negative ones. Exosomal miR-21",
        what="record with DOI 10.5555/er.1",
    )


def check_embase_link(run: Run) -> Problems:
    yield from check_counts(run, 2)
    for number, mir, title in ((1, 21, "First"), (2, 22, "Second")):
        article = run.article(doi=f"10.5555/embase.{number}")
        yield from check_contains(
            article, f"{title} vesicle study in the colon", f"miR-{mir} promotes", what=f"record {number}"
        )
        yield from check_lacks(article, "Link to the Ovid", "Search Strategy", "exp exosome")


def check_type_not_first(run: Run) -> Problems:
    yield from check_counts(run, 2)
    for number, mir, title in ((1, 21, "First"), (2, 22, "Second")):
        article = run.article(doi=f"10.5555/rpack.{number}")
        yield from check_contains(article, f"miR-{mir} promotes", what=f"record with DOI 10.5555/rpack.{number}")
        yield from check_fields(article, title=f"{title} vesicle study in the colon")


def check_mixed_encoding(run: Run) -> Problems:
    yield from check_counts(run, 1)
    if article := only_article(run):
        text = unicodedata.normalize("NFKC", article.text.replace("’", "'"))
        for part in ("TGF-β1", "café", "IFN-γ", "NF-κB", "5 μg/ml", "patient's", "37°C"):
            if part not in text:
                yield f"{part!r} is not in the text: {article.text!r}"
        yield from check_lacks(article, "\ufffd")


def check_header_repeated(run: Run) -> Problems:
    yield from check_no_titles(run, r"^Title$")
    yield from check_counts(run, 2)


def check_pymed(run: Run) -> Problems:
    yield from check_counts(run, 1)
    yield from check_fields(only_article(run), pmid="31000001")
    if (article := only_article(run)) and article.doi not in ("10.5555/pm1", None):
        yield f"doi is {article.doi}"


def check_surrogate(run: Run) -> Problems:
    yield from check_exit_0(run)
    yield from check_counts(run, 1, 1)


def check_unindented(run: Run) -> Problems:
    yield from check_counts(run, 1)
    if article := only_article(run):
        whole = "Vesicles were studied with antibodies against PD-L1 and CD63. Exosomal MIR-21 promotes metastasis."
        yield from check_contains(article, whole)
        yield from check_fields(article, pmid="39900003")


def check_sici(run: Run) -> Problems:
    doi = "10.1002/(sici)1099-050x(199823/24)37:3/4<197::aid-hrm2>3.0.co;2-#"
    yield from check_counts(run, len(run.works))
    if len(run.articles) != 5:
        yield f"{len(run.articles)} records, not 5"
    for article in run.articles:
        yield from check_fields(article, doi=doi)


def check_percent_doi(run: Run) -> Problems:
    yield from check_counts(run, 1)
    yield from check_fields(only_article(run), doi="10.5555/bf00126690")


def check_graphical_first(run: Run) -> Problems:
    yield from check_counts(run, 1)
    yield from check_contains(only_article(run), "Vesicles were isolated from serum.")
    yield from check_lacks(only_article(run), "Picture of vesicles", "Highlights here", "Short one.", "Exec.")


def check_english_abstract(run: Run) -> Problems:
    yield from check_counts(run, 1)
    yield from check_contains(
        only_article(run), "Vesicles were isolated from serum.", "exosomal miR-21 promotes metastasis"
    )
    yield from check_lacks(only_article(run), "ont été isolées", "fueron aisladas")


def check_undefined_macro(run: Run) -> Problems:
    yield from check_counts(run, 1)
    if (article := only_article(run)) and re.sub(r"[\W_]", "", article.journal or "").upper() != "JINVPROC":
        yield f"the journal is {article.journal!r}, not 'J_INV_PROC'"


def check_latex_markup(run: Run) -> Problems:
    yield from check_counts(run, 1)
    article = only_article(run)
    if article is None:
        return
    yield from check_fields(article, doi="10.5555/latex_1", pmid="31000099")
    text = unicodedata.normalize("NFKC", re.sub(r"\^", "", article.text)).replace("−", "-").replace("–", "-")
    wanted = (
        "TGF-β1 in CD8+ cells and KRAS via NF-κB", "We used 10-5 M and 5 μg/mL at 37 °C", "(p<0.05)",
        "ΔNp63 & p53-/- mice", "PGC-1α.", "In vitro, exosomal miR-21 promotes metastasis by 50%.",
    )  # fmt: skip
    for part in wanted:
        if part not in " ".join(text.split()):
            yield f"{part!r} is not in the text: {article.text!r}"
    if left := re.findall(r"[\\${}]|</?[ip]>", article.text):
        yield f"markup is left: {left}"
    people = [unicodedata.normalize("NFC", name) for name in article.authors]
    if people != ["Xia Li", "The Vesicle Consortium", "Jörg Müller", "A. Nguyễn"]:
        yield f"authors are {people}"


def check_scopus(run: Run) -> Problems:
    yield from check_counts(run, 1)
    article = only_article(run)
    yield from check_fields(
        article, title="Exosomal miR-21 promotes metastasis of colorectal cancer", doi="10.5555/sb1"
    )
    if article:
        yield from check_contains(article, "Vesicles were isolated from serum.")
        yield from check_date(article, "2020")


def _two_or_named(run: Run, file: str, *names: str, dois: Sequence[str | None]) -> Problems:
    """Two records, each with its title, abstract and DOI, or a reject that names the format."""
    wanted = [
        ("Exosomal miR-21 promotes metastasis of colorectal cancer", "Vesicles were isolated from serum."),
        ("Second on vesicles", "Exosomal GPC1 promotes invasion."),
    ]
    if reject_names(run, file, *names):
        return
    for (title, abstract), doi in zip(wanted, dois, strict=True):
        article = next((a for a in run.articles if a.title.rstrip(".") == title), None)
        if article is None:
            yield f"{file}: no article {title!r}, and no reject that names {names[0]}"
            continue
        yield from check_contains(article, abstract)
        if doi:
            yield from check_fields(article, doi=doi)


def check_wos(run: Run) -> Problems:
    yield from check_no_titles(run, r"^(FN|VR|PT) ")
    for file in ("savedrecs.txt", "savedrecs.ciw"):
        yield from _two_or_named(run, file, "Web of Science", dois=("10.5555/wos.1", "10.5555/wos.2"))
    if len(run.works) > 2:
        yield f"{len(run.works)} works, not 2"
    if article := run.article(doi="10.5555/wos.1"):
        yield from check_fields(article, pmid="31000201")


def check_enw(run: Run) -> Problems:
    yield from check_no_titles(run, "^%")
    yield from _two_or_named(run, "export.enw", "EndNote", "refer", dois=("10.5555/enw.1", None))


def check_springer(run: Run) -> Problems:
    yield from check_counts(run, 2)
    yield from check_fields(
        run.article(doi="10.5555/spr.1"), title="Exosomal miR-21 promotes metastasis of colorectal cancer"
    )
    yield from check_fields(run.article(doi="10.5555/spr.2"), title="Second on vesicles")


def check_greek(run: Run) -> Problems:
    names = (run.folder / "in" / "greek.bib").read_text(encoding="utf-8")
    titles = {unicodedata.normalize("NFKC", title) for title in run.titles()}
    wrong = []
    for name in dict.fromkeys(re.findall(r"Letter \$\\(\w+)\$B", names)):
        plain = name.removeprefix("var")
        full = f"GREEK {'CAPITAL' if plain[0].isupper() else 'SMALL'} LETTER {plain.upper()}"
        letter = unicodedata.lookup(full.replace("LAMBDA", "LAMDA"))
        if f"Letter {letter}B and {letter} and {letter} and X-{letter}" not in titles:
            wrong.append(name)
    if wrong:
        yield f"not read as Greek: {', '.join(wrong)}"
    if run.rejects:
        yield f"{len(run.rejects)} rejects"


def check_csl(run: Run) -> Problems:
    yield from check_counts(run, 1)
    article = only_article(run)
    yield from check_fields(article, title="Exosomal miR-21 promotes metastasis", pmid="31000208", doi="10.5555/csl.1")
    if article:
        yield from check_fields(article, pmcid="PMC7000208")
        yield from check_contains(article, "Vesicles were isolated from serum.")
        yield from check_date(article, "2020-05-01")


def check_semantic_scholar(run: Run) -> Problems:
    yield from check_counts(run, 2, None)
    yield from check_fields(run.article(pmid="31000210"), doi="10.5555/s2.1")
    yield from check_fields(run.article(title="Second on vesicles"), doi="10.5555/s2.2")
    yield from check_date(run.article(pmid="31000210"), "2020")


def check_bioc(run: Run) -> Problems:
    for file, pmid in (("b.json", "31000214"), ("b.xml", "31000215")):
        if not reject_names(run, file, "BioC"):
            article = next((a for a in run.articles if a.pmid == pmid), None)
            yield from check_contains(
                article, "Exosomal miR-21 promotes", "Vesicles were isolated", what=f"PMID {pmid} of {file}"
            )
    if len(run.articles) > 2:
        yield f"{len(run.articles)} records, not 2"


def check_summary(run: Run) -> Problems:
    yield from check_no_titles(run, r"^\d+: |PMID|Li X, Moreau")
    if not run.works and not run.rejects:
        yield "neither a record nor a reject"
    if run.works:
        found = {article.pmid: article.title.rstrip(".") for article in run.articles}
        wanted = {
            "31000216": "Exosomal miR-21 promotes metastasis of colorectal cancer",
            "31000217": "Second on vesicles",
        }
        if found != wanted:
            yield f"the records are {found}"


def check_ovid(run: Run) -> Problems:
    yield from check_no_titles(run, r"^<\d+>")
    if not (reject_names(run, "ovid.txt", "Ovid") and reject_names(run, "ovid.txt", "RIS")):
        yield from _two_or_named(run, "ovid.txt", "Ovid's format and RIS", dois=(None, None))


def check_without_type(run: Run) -> Problems:
    yield from check_no_titles(run, r"^[A-Z][A-Z0-9] +-")
    if run.works:
        yield from check_fields(only_article(run), title="Exosomal miR-21 promotes metastasis of colorectal cancer")
    elif not run.rejects:
        yield "neither a record nor a reject"


def check_mail(run: Run) -> Problems:
    for title in sorted(run.titles()):
        yield f"an article is titled {title[:60]!r}"


def check_entities(run: Run) -> Problems:
    yield from check_contains(run.article(pmid="31000220"), "TGF-β1", "IFN-γ", "(p<0.05)", what="record of a.xml")
    other = run.article(pmid="31000221")
    if other is not None:
        yield from check_contains(other, "TGF-β1", "IFN-γ")
    elif not reject_names(run, "b.xml", "beta", "nbsp", "gamma"):
        yield f"b.xml: {[reject.reason for reject in run.rejects]}"


def check_versions(run: Run) -> Problems:
    yield from check_counts(run, 1, None)
    yield from check_contains(run.article(pmid="31000223"), "New text. Exosomal miR-21 inhibits metastasis.")
    yield from check_lacks(run.article(pmid="31000223"), "Old text")


def check_retracted(run: Run) -> Problems:
    yield from check_counts(run, 1)
    if run.works and not run.works[0].retracted:
        yield "the work is not marked as retracted"


def check_nul(run: Run) -> Problems:
    rows = (run.folder / "in" / "n.csv").read_bytes()
    expected = {pmid.decode() for pmid in re.findall(rb"^(\d{8}),", rows, re.MULTILINE)}
    damaged = {pmid.decode() for pmid in re.findall(rb"^(\d{8}),[^\n]*\x00", rows, re.MULTILINE)}
    read = {article.pmid for article in run.articles if article.pmid}
    if missing := expected - read - damaged:
        yield f"{len(missing)} of {len(expected)} records are missing"
    if len(damaged - read) > len(run.rejects):
        yield "a damaged record is neither read nor rejected"
    if any("\x00" in article.text for article in run.articles):
        yield "a NUL is in the text"


def check_gz(run: Run) -> Problems:
    read = {article.pmid for article in run.articles}
    if missing := {f"3990020{n}" for n in range(1, 7)} - read:
        yield f"missing: {sorted(missing)}"
    # Something other than padding after the end may be told, but it costs no record.
    for name in ("two.nbib.gz", "pad.nbib.gz"):
        if any(name in reject.item for reject in run.rejects):
            yield f"{name} is rejected"


def check_text_field(run: Run) -> Problems:
    for word, file in (("one", "beir"), ("two", "medrag"), ("three", "qa")):
        article = next((a for a in run.articles if a.title.endswith(f"cancer {word}")), None)
        if article is not None and "Vesicles were isolated from serum." in abstract_of(article):
            continue
        said = [line for line in run.printed.splitlines() if file in line and "abstract" in line.lower()]
        if not said and not reject_names(run, file, "abstract"):
            yield f"{file}.jsonl: a title alone, without a word"


def check_foreign(run: Run) -> Problems:
    yield from check_counts(run, 2)
    first, second = run.article(pmid="31000504"), run.article(pmid="31000505")
    yield from check_contains(first, "Exosomal miR-21 promotes metastasis of colorectal cancer.", what="PMID 31000504")
    yield from check_contains(second, "Exosomal GPC1 promotes invasion.", what="PMID 31000505")
    yield from check_lacks(first, "Article in Chinese", "Conflict of interest", "Moreau", "Nowhere")
    yield from check_lacks(second, "Collaborators", "Copyright", "Okafor", "Nowhere")
    for article, title, authors in (
        (first, "Exosomal miR-21 and colorectal cancer", ("Li", "Moreau")),
        (second, "Second on vesicles: a trial", ("Okafor",)),
    ):
        if article is None:
            continue
        if article.title.strip("[].") != title:
            yield f"the title is {article.title!r}"
        if not all(any(name in author for author in article.authors) for name in authors):
            yield f"the authors are {article.authors}"
        if any("Chinese" in author or "Adams" in author for author in article.authors):
            yield f"the authors are {article.authors}"
