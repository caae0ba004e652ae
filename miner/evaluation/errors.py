"""What kind of error a miss or a wrong claim is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from miner.evaluation.matching import Annotated, Predicted


@dataclass(frozen=True, slots=True)
class Error:
    """A miss or a wrong claim, with the kind of error and its sentence.

    `confusion` is (annotated, predicted) predicate of one pair of entities, "" where one side has none; None where
    another error already reports it.
    """

    doc_id: str
    missed: bool
    kind: str
    text: str
    sentence: str
    confusion: tuple[str, str] | None

    @property
    def error_class(self) -> str:
        """The kind with whether it is a miss or a wrong claim."""
        return f"{'missed' if self.missed else 'wrong'}: {self.kind}"


def errors_of(article: Annotated, claims: Sequence[Predicted], pairs: Sequence[tuple[int, int]]) -> Iterator[Error]:
    """Every miss and every wrong claim of an article, given what was matched (see `matches`)."""
    found, right = {index for index, _ in pairs}, {number for _, number in pairs}
    wrong = [claim for number, claim in enumerate(claims) if number not in right]
    for index, assertion in enumerate(article.assertions):
        if index not in found:
            kind, other = _why_missed(article, assertion, claims, wrong)
            ends = (article.show(assertion[side]) for side in ("subject", "object"))
            text = _line(assertion["predicate"], assertion["negated"], *ends)
            yield Error(article.id, True, kind, text, assertion["evidence"], (assertion["predicate"], other))
    for claim in wrong:
        kind = _why_wrong(article, claim)
        text = _line(
            claim.predicate, claim.negated, *(str(claim.raw[s].get("name", "")) for s in ("subject", "object"))
        )
        confusion = None if kind == "another predicate" else ("", claim.predicate)
        yield Error(article.id, False, kind, text, str(claim.raw.get("evidence", "")), confusion)


def _line(predicate: str, negated: bool, subject: str, object_: str) -> str:
    return f"{predicate}{' NOT' if negated else ''} {subject} → {object_}"


def _why_missed(
    article: Annotated, assertion: Mapping[str, Any], claims: Sequence[Predicted], wrong: Sequence[Predicted]
) -> tuple[str, str]:
    """(kind of error, the predicate that was predicted instead)."""
    between = [
        c
        for c in claims
        if article.agree(assertion["subject"], c.subject) and article.agree(assertion["object"], c.object)
    ]
    for claim in between:
        if claim in wrong:
            same = claim.predicate in (assertion["predicate"], assertion.get("or_predicate"))
            return ("polarity" if same else "another predicate"), claim.predicate
    if between:
        return "two entities taken for one, or a second claim on the pair", ""
    for claim in wrong:
        if claim.predicate == assertion["predicate"]:
            if article.agree(assertion["object"], claim.object):
                return "another subject", ""
            if article.agree(assertion["subject"], claim.subject):
                return "another object", ""
    surfaces = {end["id"]: end["mentions"] for end in article.raw["entities"]}
    together = all(
        any(m in assertion["evidence"] for end in assertion[side] for m in surfaces[end])
        for side in ("subject", "object")
    )
    return ("nothing said of the pair" if together else "across sentences"), ""


def _why_wrong(article: Annotated, claim: Predicted) -> str:
    known = [any(entity.agrees(end) for entity in article.entities.values()) for end in (claim.subject, claim.object)]
    if not all(known):
        return "an entity that no assertion uses"
    subject = object_ = False
    for assertion in article.assertions:
        here = article.agree(assertion["subject"], claim.subject), article.agree(assertion["object"], claim.object)
        if all(here):
            return "another predicate" if claim.predicate != assertion["predicate"] else "polarity or repeated"
        if claim.predicate == assertion["predicate"]:
            subject, object_ = subject or here[0], object_ or here[1]
    if object_:
        return "another subject"
    return "another object" if subject else "nothing asserted of the pair"
