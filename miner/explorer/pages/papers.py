"""The page of one paper: its text with every claim marked, its methods, and its retraction if any."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from starlette.requests import Request

from miner.corpus.merge import Work
from miner.explorer import statements
from miner.explorer.pages.claims import EXPERIMENT
from miner.explorer.parameters import library
from miner.explorer.rendering import Page
from miner.model.assertions import assertion_id
from miner.model.claims import Claim
from miner.model.marking import forms_of
from miner.workflow.assembly import claims_in, work_ref

_COLUMNS = ("assertion", "subject", "predicate", "object", "cancers", "belief", "papers", "score", "hedged", "section",
            "sentence")  # fmt: skip


def paper(request: Request) -> Page:
    """The page of a work, by its id in the graph, PMID, DOI or PMCID."""
    with library(request).corpus() as corpus:
        work = corpus.find_work(request.path_params["id"])
        if work is None:
            raise LookupError(f"no paper has the id {request.path_params['id']} - give a PMID, DOI or PMCID")
        read = claims_in(corpus, work)
    graph = {row["id"]: row for row in library(request).read(statements.CLAIMS_OF_PAPER, id=work.id)}
    claims = [_claim(number, said, work, graph) for number, said in enumerate(read, 1)]
    data = {
        **asdict(work_ref(work)),
        "volume": work.article.volume,
        "issue": work.article.issue,
        "pages": work.article.pages,
        "types": work.article.types,
        "methods": _methods(read),
        "claims": claims,
    }
    return Page(
        "paper.html", work.article.title or work.id, data, _COLUMNS, _rows(claims),
        {"parts": list(_parts(work, read, claims))},
    )  # fmt: skip


def _claim(number: int, said: Claim, work: Work, graph: dict[str, dict[str, Any]]) -> dict[str, Any]:
    id_ = assertion_id(said)
    known = graph.get(id_, {})
    return {
        "number": number,
        "id": id_,
        "subject": {"id": said.subject.id, "name": said.subject.full_name},
        "predicate": said.predicate.value,
        "negated": said.negated,
        "object": {"id": said.object.id, "name": said.object.full_name},
        "cancers": [{"id": c.id, "name": c.full_name} for c in said.cancers],
        "speculative": said.speculative,
        "score": said.score,
        "belief": known.get("belief"),
        "papers": known.get("papers"),
        "verdict": known.get("verdict"),
        "section": work.article.section_at(said.start),
        "sentence": said.sentence,
    }


def _methods(read: Sequence[Claim]) -> dict[str, list[str]]:
    """The experimental settings and methods of an article, from the contexts of its claims."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for said in read:
        for key in EXPERIMENT:
            value = said.context.get(key)
            for one in value if isinstance(value, list | tuple) else [value]:
                if one not in (None, "", 0):
                    found[key][str(one)] = None
    return {key: list(found[key]) for key in EXPERIMENT if found[key]}


def _parts(work: Work, read: Sequence[Claim], claims: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The title and each section, cut into sentences with claims and the text between them."""
    start = 0
    for label, text in work.article.labelled():
        end = start + len(text)
        within = [(said, shown) for said, shown in zip(read, claims, strict=True) if start <= said.start < end]
        yield {"label": label, "pieces": list(_pieces(text, start, within))}
        start = end + 1


def _pieces(text: str, offset: int, within: list[tuple[Claim, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    by_span: dict[tuple[int, int], list[tuple[Claim, dict[str, Any]]]] = defaultdict(list)
    for said, shown in within:
        by_span[said.start - offset, min(said.end - offset, len(text))].append((said, shown))
    at = 0
    for (start, end), listed in sorted(by_span.items()):
        if start < at:  # a sentence that overlaps one shown already
            start = at
        if start > at:
            yield {"text": text[at:start], "claims": [], "names": {}}
        if end > start:
            yield {
                "text": text[start:end],
                "claims": [shown for _, shown in listed],
                "names": forms_of(c for c, _ in listed),
            }
            at = end
    if at < len(text):
        yield {"text": text[at:], "claims": [], "names": {}}


def _rows(claims: Sequence[dict[str, Any]]) -> list[list[Any]]:
    return [
        [
            c["id"], c["subject"]["name"], ("NOT " if c["negated"] else "") + c["predicate"], c["object"]["name"],
            [cancer["name"] for cancer in c["cancers"]], c["belief"], c["papers"], c["score"], c["speculative"],
            c["section"], c["sentence"],
        ]
        for c in claims
    ]  # fmt: skip
