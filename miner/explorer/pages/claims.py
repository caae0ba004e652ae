"""The page of one claim: arithmetic of its belief, sentences, contradicting claims and verdicts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request

from graph_schema.model import Predicate
from miner.assembly.belief import explain
from miner.corpus import Corpus
from miner.explorer import statements
from miner.explorer.parameters import library
from miner.explorer.rendering import Page
from miner.explorer.writing import curator_of
from miner.model.articles import Article
from miner.model.assertions import Assertion, Evidence, EvidenceRow, Verdict
from miner.model.claims import Claim
from miner.model.marking import forms_of
from miner.workflow.assembly import find_assertion, judged_rows
from miner.workflow.curation import (
    Names,
    describe_correction,
    fitting_predicates,
    names_of,
    statement_parts,
    verdicts_behind,
)

MAX_CONTRADICTIONS = 20
MAX_NEARBY = 400
"""Maximum length of the text shown before and after a sentence, in characters."""
EXPERIMENT = (
    "setting", "species", "separation", "characterization", "characterisation", "centrifugation", "rotor", "density",
    "vesicle_proteins", "contaminant_proteins", "loading", "source_cells", "recipient_cells", "patients",
)  # fmt: skip
"""What pages show of a claim's context; claims of earlier releases have `characterisation`."""
SOURCE_WORDS = {
    "sentence": "the sentence names their source", "name": "their name contains the source",
    "earlier": "the sentence before names their source", "article": "the article studies vesicles of this source",
}  # fmt: skip
"""Where the source of the vesicles is named, by `Claim.source_known`."""
_COLUMNS = ("assertion", "subject", "predicate", "object", "cancers", "belief", "evidence", "sentence", "section",
            "counts", "reading", "certainty", "background", "verdict", "vesicles", "recipients", "pmid", "doi",
            "title", "year", "journal", "retracted", "concern")  # fmt: skip


def claim(request: Request) -> Page:
    """The page of an assertion."""
    with library(request).corpus() as corpus:
        return claim_page(request, corpus, request.path_params["id"])


def claim_page(
    request: Request, corpus: Corpus, id_: str, template: str = "claim.html", view: dict[str, Any] | None = None
) -> Page:
    """The page of an assertion, with a template. Raises LookupError if the corpus has no such assertion."""
    found = find_assertion(corpus, id_)
    if found is None:
        raise LookupError(f"no claim has the id {id_} - search for its entities: its text may have been read again")
    rows, _ = judged_rows(corpus, found.ends)
    names = names_of(row.claim for row in rows)
    explanation = explain(found)
    subject, predicate, object_, cancers = statement_parts(found, names)
    marks = _marks(rows)
    articles = {work.id: work.article for work in corpus.works([work.id for work, *_ in explanation.works])}
    works = [
        {
            "work": asdict(work),
            "p": p,
            "evidence": [_evidence(e, names, marks, articles.get(work.id)) for e in evidence],
        }
        for work, p, evidence in explanation.works
    ]
    assertion = asdict(found)
    assertion.pop("evidence")
    data = {
        **assertion,
        "subject": {"id": found.subject, "name": subject},
        "object": {"id": found.object, "name": object_},
        "cancers": [{"id": c, "name": names.get(c, c)} for c in found.cancers],
        "belief": found.tally.belief,
        "arithmetic": [explanation.support, explanation.agreement, explanation.papers],
        "works": works,
        "contradicted_by": library(request).read(statements.CONTRADICTIONS, id=id_, limit=MAX_CONTRADICTIONS),
        "verdicts": _verdicts(found),
    }
    extra = {
        "own": [_own(v, found) for v in verdicts_behind(corpus, found, curator_of(request))],
        "predicates": fitting_predicates(corpus, found),
        "all_predicates": [*Predicate],
        "predicate": predicate,
        **(view or {}),
    }
    title = f"{subject} {predicate} {object_}" + (f" in {cancers}" if cancers else "")
    return Page(template, title, data, _COLUMNS, _rows(data), extra)


def _own(verdict: Verdict, assertion: Assertion) -> dict[str, Any]:
    """A curator's verdict as the page shows it; `elsewhere` where it is on the claim that was corrected to this one."""
    return {**_shown(verdict), "elsewhere": verdict.assertion != assertion.id}


def _marks(rows: Iterable[EvidenceRow]) -> dict[tuple[str, str], dict[str, list[str]]]:
    """The names to mark, by role, in each sentence that claims are read from, by the work's id and the sentence."""
    by_sentence: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for row in rows:
        by_sentence[row.work.id, row.claim.sentence].append(row.claim)
    return {sentence: forms_of(claims) for sentence, claims in by_sentence.items()}


def _evidence(
    evidence: Evidence, names: Names, marks: dict[tuple[str, str], dict[str, list[str]]], article: Article | None
) -> dict[str, Any]:
    shown = asdict(evidence)
    shown.pop("work")
    ends = [{"id": id_, "name": names.get(id_, id_)} for id_ in (evidence.vesicles, *evidence.recipients)]
    shown["vesicles"], shown["recipients"] = ends[0] if evidence.vesicles else None, ends[1:]
    shown["source_words"] = SOURCE_WORDS.get(evidence.source_known, "")
    shown["verdicts"] = [_shown(v) for v in evidence.verdicts]
    shown["context"] = {key: evidence.context[key] for key in EXPERIMENT if evidence.context.get(key)}
    shown["marks"] = marks.get((evidence.work.id, evidence.sentence), {})
    shown["before"], shown["after"] = _nearby(evidence, article)
    return shown


def _nearby(evidence: Evidence, article: Article | None) -> tuple[str, str]:
    """The text before and after a sentence in its section of the article, cut at words."""
    if article is None or article.text[evidence.start : evidence.end] != evidence.sentence:
        return "", ""
    text = article.text
    first = text.rfind("\n", 0, evidence.start) + 1
    last = text.find("\n", evidence.end)
    before = text[first : evidence.start]
    after = text[evidence.end : last if last >= 0 else len(text)]
    if len(before) > MAX_NEARBY:
        before = "… " + before[-MAX_NEARBY:].partition(" ")[2]
    if len(after) > MAX_NEARBY:
        after = after[:MAX_NEARBY].rpartition(" ")[0] + " …"
    return before, after


def _verdicts(assertion: Assertion) -> list[dict[str, Any]]:
    """The distinct verdicts on the assertion and its sentences."""
    return [_shown(v) for v in dict.fromkeys(v for e in assertion.evidence for v in e.verdicts)]


def _shown(verdict: Verdict) -> dict[str, Any]:
    """A verdict with its correction in words besides its parts."""
    return {**asdict(verdict), "corrected_to": describe_correction(verdict)}


def _rows(data: dict[str, Any]) -> list[list[Any]]:
    """One row for each sentence."""
    said = ("NOT " if data["negated"] else "") + data["predicate"]
    cancers = [cancer["name"] for cancer in data["cancers"]]
    return [
        [
            data["id"], data["subject"]["name"], said, data["object"]["name"], cancers, data["belief"], e["id"],
            e["sentence"], e["section"], e["belief"], e["reading"], e["certainty"], e["background"], e["verdict"],
            e["vesicles"] and e["vesicles"]["name"], [r["name"] for r in e["recipients"]],
            listed["work"]["pmid"], listed["work"]["doi"], listed["work"]["title"], listed["work"]["year"],
            listed["work"]["journal"], listed["work"]["retracted"], listed["work"]["concern"],
        ]
        for listed in data["works"]
        for e in listed["evidence"]
    ]  # fmt: skip
