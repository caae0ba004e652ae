"""Exports as they really are: wrapped lines that look like tags, furniture, lost tags, damage, odd identifiers."""

import io
import json

import pytest

from miner.formats import files, ris
from miner.formats.fields import without_copyright
from miner.formats.latex import from_latex
from miner.formats.stated_ids import accession_pmid, doi_in_notes, pmid_in_notes
from miner.formats.summary import FileSummary
from miner.model.articles import Article, Reject


def read(data: str | bytes, name: str = "input") -> tuple[list[Article], list[Reject]]:
    data = data.encode() if isinstance(data, str) else data
    found = list(files.read(io.BytesIO(data), name))
    return [one for one in found if isinstance(one, Article)], [one for one in found if isinstance(one, Reject)]


def recognized(data: str | bytes) -> str:
    summaries: list[FileSummary] = []
    list(files.read(io.BytesIO(data.encode() if isinstance(data, str) else data), "input", summaries.append))
    return summaries[0].format


def text_of(article: Article) -> str:
    return " ".join(section.text for section in article.sections)


@pytest.mark.parametrize(
    "line",
    [
        "ER-positive tumors and",
        "ER - negative ones and",
        "ER- and PR-negative ones and",
        "TY-3 cells and",
        "PR - low ones and",
        "AB-type ones and",
        "IL-6 and",
        "T1 - weighted images and",
        "ER stress and",
    ],
)
def test_a_wrapped_line_that_looks_like_a_tag_is_text(line: str) -> None:
    text = f"TY  - JOUR\nTI  - Vesicles of tumors\nAB  - Serum held\n{line}\nmiR-0.\nDO  - 10.5555/er.1\nER  - \n"
    articles, rejects = read(text + "\nTY  - JOUR\nTI  - Second vesicles\nER  - \n")
    assert not rejects
    assert [one.title for one in articles] == ["Vesicles of tumors", "Second vesicles"]
    assert text_of(articles[0]) == f"Serum held {line} miR-0."
    assert articles[0].doi == "10.5555/er.1"


@pytest.mark.parametrize(
    "furniture",
    [
        "1. \n",
        "Link to the Ovid Full Text or citation: https://ovid.example/?AN=1\n\n",
        "C1  - Database: Embase <1980 to 2024>\n\nSearch Strategy:\n1 exp exosome/ (20)\n\n2. \n",
        'Provider: Nobody\nContent: text/plain; charset="UTF-8"\n\n',
        "\n\n\n",
        "EF\n",
    ],
)
def test_furniture_between_records_is_no_record(furniture: str) -> None:
    record = "TY  - JOUR\nTI  - Vesicles {}\nAB  - Text on vesicles.\nER  - \n"
    articles, rejects = read(f"{furniture}{record.format(1)}{furniture}{record.format(2)}{furniture}")
    assert [one.title for one in articles] == ["Vesicles 1", "Vesicles 2"]
    assert not rejects


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ("DB  - Scopus\nTI  - Vesicles\nAB  - Text.\nTY  - JOUR\nER  - \n", "Vesicles"),
        ("JF  - J Inv\nT1  - Vesicles\nN2  - Text.\nER  - \n", "Vesicles"),
        ("T1  - Vesicles\nA1  - Li, Xia\nN2  - Text.\n", "Vesicles"),
        ("TY  - BOOK\nBT  - Vesicles\nAU  - Li, Xia\nER  - \n", "Vesicles"),
        ("TY - JOUR\nTI - Vesicles\nAB - Text.\nER -\n", "Vesicles"),
        ("\ufeffTY  - JOUR\nTI  - Vesicles\nER  - ", "Vesicles"),
        ("TY  - JOUR\r\nTI  - Vesicles\r\nER  - \r\n", "Vesicles"),
    ],
)
def test_ris_in_other_orders_and_with_lost_lines(lines: str, title: str) -> None:
    articles, rejects = read(lines)
    assert [one.title for one in articles] == [title]
    assert not rejects
    assert recognized(lines) == "RIS"


def test_a_ris_record_without_its_end_and_one_without_a_title() -> None:
    found = list(ris.parse("TY  - JOUR\nTI  - One\nTY  - JOUR\nTI  - Two\nER  - \nTY  - JOUR\nAU  - Li, X\nER  - \n"))
    assert [one.title for one in found if isinstance(one, Article)] == ["One", "Two"]
    assert [one.item for one in found if isinstance(one, Reject)] == ["record 3"]


@pytest.mark.parametrize(
    ("tags", "pmid", "doi"),
    [
        (
            "N1  - Accession Number: 176404503; Source: 2024\nL3  - 10.5555/l3\nDP  - EBSCOhost\nDB  - aph",
            None,
            "10.5555/l3",
        ),
        ("N1  - Accession Number: 31000205\nDP  - EBSCOhost\nDB  - cmedm", "31000205", None),
        ("N1  - Accession Number: 1234567. PMID: NLM31000205.\nDB  - ccm", "31000205", None),
        (
            "M1  - Adams C (2004). J Inv, 12. https://pubmed.ncbi.nlm.nih.gov/15179935\nDO  - 10.5555/a",
            None,
            "10.5555/a",
        ),
        ("N1  - References: Adams (2004), PMID: 15179935, doi: 10.5555/cited", None, None),
        ("N1  - Cites: J Inv. 2004. PMID: 15179935. Cites: J Inv. 2005. PMID: 15179936", None, None),
        ("AN  - 31000205\nDB  - PubMed\nDP  - NLM", "31000205", None),
        ("AN  - 31000205\nDB  - Embase", None, None),
        ("AN  - 85437221\nDB  - a9h", None, None),
        ("AN  - 2021-94054-001\nDB  - APA PsycInfo", None, None),
        ("AN  - WOS:000512345600001", None, None),
        ("AN  - 85437221\nUR  - https://search.ebscohost.com/login.aspx?AN=85437221", None, None),
        ("C2  - 31000205\nDB  - Scopus", "31000205", None),
        ("C2  - PMC7000205", None, None),
        ("C5  - 31000205\nDB  - Embase\nU2  - L2014512345", "31000205", None),
        ("C3  - PUBMED 31000205", "31000205", None),
        ("C3  - EMBASE 2014512345", None, None),
        ("UR  - https://www.ncbi.nlm.nih.gov/pubmed/31000205", "31000205", None),
        ("UR  - https://doi.org/10.5555/UR", None, "10.5555/ur"),
        ("M3  - doi: 10.5555/m3", None, "10.5555/m3"),
        ("M3  - Article", None, None),
        ("N1  - 10.5555/n1", None, "10.5555/n1"),
        ("N1  - PMID: 31000205", "31000205", None),
        ("N1  - see 10.5555/other and PMID 15179935 of others", None, None),
        ("DO  - " + "10.5555/" + "x" * 9000, None, None),
    ],
)
def test_identifiers_of_a_ris_record(tags: str, pmid: str | None, doi: str | None) -> None:
    articles, rejects = read(f"TY  - JOUR\nTI  - Vesicles of the colon\n{tags}\nER  - \n")
    assert not rejects
    assert [(one.pmid, one.doi) for one in articles] == [(pmid, doi)]


@pytest.mark.parametrize(
    ("accession", "database", "pmid"),
    [
        ("31000205", "MEDLINE", "31000205"),
        ("1826665544; 31000205", "MEDLINE®", "31000205"),
        ("1826665544", "MEDLINE", None),
        ("31000205", "Embase MEDLINE", None),
        ("31000205", "", None),
        ("rayyan-31000205", "PubMed", None),
    ],
)
def test_accession_numbers(accession: str, database: str, pmid: str | None) -> None:
    assert accession_pmid(accession, database) == pmid


def test_notes() -> None:
    assert pmid_in_notes("Citation Key: x\nPMID: 31000205\nPMCID: PMC7000205") == "31000205"
    assert pmid_in_notes("Comment on PMID: 31000205") is None
    assert pmid_in_notes("PMID: 31000205; PMID: 31000206") is None
    assert doi_in_notes("Publisher: Nobody\ndoi: 10.5555/A") == "10.5555/a"
    assert doi_in_notes("as in 10.5555/a") is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Vesicles carry RNA. © 2021 Nobody B.V. All rights reserved.", "Vesicles carry RNA."),
        ("© 2018 Nobody Ltd. Vesicles carry RNA.", "Vesicles carry RNA."),
        ("Copyright © 2018, The Authors. All rights reserved. Vesicles carry RNA.", "Vesicles carry RNA."),
        ("Vesicles carry RNA. Copyright © 2021 The Authors.", "Vesicles carry RNA."),
        ("Vesicles carry RNA.Copyright of J Inv is the property of Nobody.", "Vesicles carry RNA."),
        ("Vesicles carry RNA. (PsycInfo Database Record (c) 2021 APA)", "Vesicles carry RNA."),
        ("Vesicles carry RNA. [ABSTRACT FROM AUTHOR]", "Vesicles carry RNA."),
        ("Vesicles carry RNA (C) and protein.", "Vesicles carry RNA (C) and protein."),
        ("Cells (c) 20 and vesicles.", "Cells (c) 20 and vesicles."),
    ],
)
def test_copyright_lines(text: str, kept: str) -> None:
    assert without_copyright(text) == kept


@pytest.mark.parametrize("line", ["PD-L1 and CD63 held", "MIR-21 and", "CD9 - and CD63-positive ones", "IL-6, TNF -"])
def test_medline_whose_continuation_lines_lost_their_indent(line: str) -> None:
    articles, rejects = read(
        f"PMID- 900001\nTI  - Vesicles\nAB  - Antibodies against\n{line}\nvesicles.\nFAU - Li, Xia\n"
    )
    assert not rejects
    (article,) = articles
    assert text_of(article) == " ".join(f"Antibodies against {line} vesicles.".split())
    assert article.authors == ("Xia Li",)


def test_medline_whose_columns_are_lost() -> None:
    articles, _ = read("PMID - 900001\nTI - Vesicles\nAB - Text on vesicles.\n\nPMID - 900002\nTI - Others\n")
    assert [(one.pmid, one.title) for one in articles] == [("900001", "Vesicles"), ("900002", "Others")]


@pytest.mark.parametrize(
    ("entry", "title"),
    [
        ("@article{a, title = {Vesicles}, journal = UNDEFINED}", "Vesicles"),
        ('@article{a, title = "Vesicles {"}quoted{"}"}', 'Vesicles "quoted"'),
        ("@article{a, funding_text 1={x}, title={Vesicles}}", "Vesicles"),
        ("@article{a, note={One}, note={Two}, title={Vesicles},,}", "Vesicles"),
        ('@string{v = "Vesi"}\n@article{a, title = v # "cles"}', "Vesicles"),
        ("@ARTICLE(a, title = {Vesicles})", "Vesicles"),
        ("Scopus\nEXPORT DATE: 1 May 2024\n\n@article{a,title={Vesicles}}", "Vesicles"),
        ("junk\n@comment{x}\n@article{a,\n title={Vesicles}\n}\njunk", "Vesicles"),
        ("@article{ WOS:0001,\nTitle = {{Vesicles}},\n}", "Vesicles"),
        ("@article{müller:2020/x, title={Vesicles}}", "Vesicles"),
        ("@article{a, title = {Ves\\{icles\\}}}", "Ves{icles}"),
    ],
)
def test_bibtex_entries(entry: str, title: str) -> None:
    articles, rejects = read(entry)
    assert [one.title for one in articles] == [title]
    assert not rejects


def test_a_broken_bibtex_entry_costs_itself_alone() -> None:
    articles, rejects = read(
        "@article{a, title={One}}\n@article{b, title={No end\n@article{c, title={Three}}\n@misc{d}\n"
    )
    assert [one.title for one in articles] == ["One", "Three"]
    assert [one.item for one in rejects] == ["input: entry b", "input: entry d"]
    assert "does not end" in rejects[0].reason


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("alpha", "α"), ("beta", "β"), ("gamma", "γ"), ("delta", "δ"), ("epsilon", "ε"), ("zeta", "ζ"), ("eta", "η"),
        ("theta", "θ"), ("iota", "ι"), ("kappa", "κ"), ("lambda", "λ"), ("mu", "μ"), ("nu", "ν"), ("xi", "ξ"),
        ("pi", "π"), ("rho", "ρ"), ("sigma", "σ"), ("tau", "τ"), ("upsilon", "υ"), ("phi", "φ"), ("chi", "χ"),
        ("psi", "ψ"), ("omega", "ω"), ("Gamma", "Γ"), ("Delta", "Δ"), ("Theta", "Θ"), ("Lambda", "Λ"), ("Xi", "Ξ"),
        ("Pi", "Π"), ("Sigma", "Σ"), ("Upsilon", "Υ"), ("Phi", "Φ"), ("Psi", "Ψ"), ("Omega", "Ω"),
    ],
)  # fmt: skip
def test_greek_in_latex(name: str, letter: str) -> None:
    command = f"\\{name}"
    for latex, plain in [
        (f"X-${command}$", f"X-{letter}"),
        (f"${command}$B", f"{letter}B"),
        (f"{{${command}$}}-x", f"{letter}-x"),
        (f"{{\\ensuremath{{{command}}}}} x", f"{letter} x"),
        (f"${command}_1{command}^{{2}}$", f"{letter}1{letter}2"),
        (f"$\\mathrm{{{command}}}$ {{\\'e}}", f"{letter} é"),
        (f"\\text{name}{{}}x", f"{letter}x"),
        (f"\\textit{{{command}}}", letter),
    ]:
        assert from_latex(latex).replace("µ", "μ") == plain, latex


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"CD8$^+$, CD4\textsuperscript{+}, Ca$^{2+}$, H$_2$O", "CD8+, CD4+, Ca2+, H2O"),
        (r"10$^{-5}$ M, 10\textsuperscript{6}, $5 \times 10^{9}$", "10^-5 M, 10^6, 5 × 10^9"),
        (r"50\% of 50% \& \#1 a\_b a_b", "50% of 50% & #1 a_b a_b"),
        (r"{\textless}i{\textgreater}", "<i>"),
        (r"p$<$0.05, $\geq$5, $\sim$6, 37~$^{\circ}$C", "p<0.05, ≥5, ~6, 37 °C"),
        (r"M{\"u}ller, Nguy{\~\^e}n, {\O}stergaard, \v{S}ulc, \.{I}, {\l}", "Müller, Nguyễn, Østergaard, Šulc, İ, ł"),
        (r"``in vitro'' -- and --- so", "“in vitro” – and — so"),
        (
            r"\href{https://example.org/a_b}{a page} and \url{https://example.org/a_b}",
            "a page and https://example.org/a_b",
        ),
        (r"$\Delta\Psi_m$, \textmu m, $\mu$m", "ΔΨm, µm, μm"),
        (r"\unknown{kept}", "kept"),
        ("{" * 300 + "x" + "}" * 300, "x"),
    ],
)
def test_latex(latex: str, plain: str) -> None:
    assert from_latex(latex) == plain


@pytest.mark.parametrize(
    "table",
    [
        "PMID,Title\n900001,Vesicles one\nPMID,Title\n900002,Vesicles two\n",
        "sep=;\nPMID;Title\n900001;Vesicles one\n\n;\n900002;Vesicles two\n",
        '"About the data: exported, with commas"\n\nPMID,Title\n900001,Vesicles one\n900002,Vesicles two\n',
        "\ufeffPMID\tTitle\r\n900001\tVesicles one\r\n900002\tVesicles two\r\n",
        'pubmed_id,title\n"900001\n28000001",Vesicles one\n"900002;28000001",Vesicles two\n',
        "PMID,Title,Abstract\n900001,Vesicles one,nan\n900002.0,Vesicles two,N/A\n",
        "PMID,Title,is_retracted\n900001,Vesicles one,False\n900002,Vesicles two,\n",
        "PMID,Title\n900001,Vesi\x00cles one\n900002,Vesicles two\n",
    ],
)
def test_tables_with_furniture(table: str) -> None:
    articles, rejects = read(table)
    assert not rejects
    assert [(one.pmid, one.title) for one in articles] == [("900001", "Vesicles one"), ("900002", "Vesicles two")]
    assert not any(one.notices or one.sections for one in articles)


@pytest.mark.parametrize("column", ["is_retracted", "Retracted", "Is Retracted", "retracted?"])
@pytest.mark.parametrize("value", ["True", "true", "1", "yes", "Retracted"])
def test_a_column_that_says_retracted(column: str, value: str) -> None:
    articles, _ = read(f"title,doi,{column}\nVesicles one,10.5555/a,{value}\n")
    assert [notice.kind for notice in articles[0].notices] == ["retracted_by"]


@pytest.mark.parametrize("name", ["text", "content", "contents", "body", "Abstract Text", "abstractText", "passage"])
def test_json_whose_abstract_is_called_otherwise(name: str) -> None:
    articles, _ = read(json.dumps({"_id": "x", "title": "Vesicles", name: "Text on vesicles."}))
    assert text_of(articles[0]) == "Text on vesicles."


def test_a_full_text_is_no_abstract() -> None:
    articles, rejects = read(json.dumps({"id": "x", "title": "Vesicles", "text": "Long text. " * 3000}))
    assert not articles
    assert "longer than 20,000 characters" in rejects[0].reason


def test_json_nested_too_deep_is_rejected_by_its_reason() -> None:
    good = '{"title": "Vesicles", "abstract": "Text."}'
    for depth in (100, 900, 200_000):
        deep = '{"title": "x", "y": ' + "[" * depth + "]" * depth + "}"
        articles, rejects = read(f"{good}\n{deep}\n{good}\n")
        assert len(articles) == 2
        assert "nested deeper" in rejects[0].reason
        _, rejects = read("[" * depth + "1" + "]" * depth)
        assert "nested deeper" in rejects[0].reason


def test_surrogates_and_nul_cost_nothing() -> None:
    articles, rejects = read(
        '{"title": "Vesicles \\ud835 x", "abstract": "a\\u0000b"}\n{"pmid": "1", "note": "\\udc00"}\n'
    )
    assert articles[0].title == "Vesicles x"
    assert json.dumps([rejects[0].item, rejects[0].payload]).encode() and rejects[0].payload.encode("utf-8")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (
            "TGF-β1 in café".encode() + b" at 37\xb0C, the patient\x92s 5 \xb5g",
            "TGF-β1 in café at 37°C, the patient’s 5 µg",
        ),
        ("M\xfcller at 37\xb0C".encode("cp1252"), "Müller at 37°C"),
        ("κB then ".encode() + b"\xb5g", "κB then µg"),
        ("naïve β".encode("utf-16"), "naïve β"),
    ],
)
def test_mixed_encodings(data: bytes, text: str) -> None:
    head, tail = "TY  - JOUR\nTI  - Vesicles ", "\nER  - \n"
    encoding = "utf-16-le" if data.startswith(b"\xff\xfe") else "ascii"
    whole = data[:2] * (encoding != "ascii") + head.encode(encoding)
    whole += (data[2:] if encoding != "ascii" else data) + tail.encode(encoding)
    articles, _ = read(whole)
    assert articles[0].title == f"Vesicles {text}"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("  - ", "\xa0\xa0- "),
        lambda text: text.replace("  - ", "  – "),
        lambda text: "".join(f"  {line}\n" for line in text.splitlines()),
        lambda text: text.replace("ER  - \n", "ER  -\n\n\n"),
        lambda text: "\n\n" + text,
    ],
)
def test_ris_after_mail_programs_and_word_processors(change: object) -> None:
    assert callable(change)
    text = "TY  - JOUR\nTI  - Vesicles\nAB  - One.\nAB  - Two.\nDO  - 10.5555/a1\nER  - \n"
    text += "TY  - JOUR\nTI  - Second\nER  - \n"
    articles, rejects = read(change(text))
    assert not rejects
    assert [(one.title, one.doi) for one in articles] == [("Vesicles", "10.5555/a1"), ("Second", None)]
    assert text_of(articles[0]) == "One. Two."


def test_json_keyed_by_id_and_cells_that_are_not_a_number() -> None:
    articles, _ = read(
        '{"31000001": {"title": "V one", "abstract": NaN, "doi": NaN}, "31000002": {"CONTEXTS": ["T."]}}'
    )
    assert [(one.pmid, one.title, len(one.sections)) for one in articles] == [
        ("31000001", "V one", 0),
        ("31000002", "", 1),
    ]
    articles, _ = read('{"0": {"title": "V one"}, "1": {"title": "V two"}}')
    assert [(one.pmid, one.source_id) for one in articles] == [(None, "0"), (None, "1")]


def test_control_characters_in_xml_cost_nothing() -> None:
    record = "<record><rec-number>1</rec-number><titles><title>Vesi\x0bcles\x01\x00 of a line</title></titles></record>"
    articles, rejects = read(f"\n<?xml version='1.0' encoding='UTF-8'?><xml><records>{record}</records></xml>")
    assert not rejects
    assert articles[0].title == "Vesicles of a line"


def test_damage_that_no_parser_foresees_costs_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> dict[str, str]:
        raise TypeError("unforeseen")

    monkeypatch.setattr("miner.formats.jsonl.json_shapes.flatten", fail)
    articles, rejects = read('{"title": "Vesicles"}\n{"title": "Others"}\n')
    assert not articles
    assert "is damaged (TypeError: unforeseen) - save it again, or report it" in rejects[0].reason
