"""Claims → assertions with belief, pair of entities by pair of entities: pure and deterministic.

Belief counts works, not sentences:

    belief(assertion) = 1 − Π over works (1 − p(work))
    p(work)           = the highest p(evidence) among the work's sentences, 0 if the work is retracted
    p(evidence)       = reading × certainty × article

    reading     the probability that the sentence says so: the extractor's score, at most the extractor's measured
                precision; ACCEPTED where curators accept it; 0 where they reject it; where one accepts and another
                rejects, the extractor's figure stands and the evidence is marked disputed; an edit rejects what the
                assertion says and accepts what the curator puts in its place
    certainty   1 for a statement, SPECULATIVE for a hedged one
    article     1 for research, REVIEW for a review, which mostly retells

The noisy-or over independent sources is the random-error part of INDRA's belief engine (Gyori et al., Mol Syst Biol
2017;13:954).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import combinations, product
from math import prod

from graph_schema.model import OPPOSITES, EntityType, Predicate, allowed, biolink_category
from miner.assertions import (
    Assertion,
    Contradiction,
    EntityNode,
    Evidence,
    EvidenceRow,
    PairGraph,
    Relation,
    Standing,
    Tally,
    Verdict,
    Vocabulary,
    WorkRef,
    assertion_id,
    digest,
    evidence_id,
)
from miner.model import Claim, EntityRef

CURATED = "exominer.curator"
"""The extractor of claims as curators corrected them."""
_DIGITS = 6  # of a belief: more than any of its inputs is known to, few enough that no order of floats shows


@dataclass(frozen=True, slots=True)
class BeliefModel:
    """The numbers of the formula above.

    `precisions` maps an extractor's versioned name to its measured precision; where its scores are calibrated
    probabilities, to that of its surest claims, which a score alone may not exceed (`exominer eval` prints it).
    """

    precisions: Mapping[str, float] = field(default_factory=lambda: {"exominer.combined.v3": 0.9})
    unmeasured: float = 0.7
    accepted: float = 0.99
    speculative: float = 0.5
    review: float = 0.7

    @property
    def version(self) -> str:
        """Names the numbers: two models of one version believe the same."""
        parts = {**asdict(self), "precisions": sorted(self.precisions.items())}
        return digest(*(f"{k}={v}" for k, v in sorted(parts.items())))


def assemble_pair(
    subject: str,
    object_: str,
    rows: Iterable[EvidenceRow],
    verdicts: Iterable[Verdict] = (),
    model: BeliefModel = BeliefModel(),
) -> PairGraph:
    """All that the graph holds of one pair, from every claim whose ends are `subject` and `object_`, in any order."""
    by_assertion: dict[str, list[EvidenceRow]] = defaultdict(list)
    for row in rows:
        by_assertion[assertion_id(row.claim)].append(row)
    said: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        said[verdict.assertion].append(verdict)
    for row, agreed in _edited(by_assertion, said):
        by_assertion[agreed.assertion].append(row)
        said[agreed.assertion].append(agreed)
    assertions = tuple(_assertion(id_, by_assertion[id_], said[id_], model) for id_ in sorted(by_assertion))
    return PairGraph(
        subject,
        object_,
        dict(sorted((ref.id, ref.type) for rows_ in by_assertion.values() for ref in _refs(rows_))),
        assertions,
        tuple(_relations(assertions)),
        tuple(_contradictions(assertions)),
    )


def _edited(
    by_assertion: Mapping[str, Sequence[EvidenceRow]], said: Mapping[str, Sequence[Verdict]]
) -> list[tuple[EvidenceRow, Verdict]]:
    """What curators put in the place of what they edited, with their word for it."""
    edited = []
    for id_, rows in by_assertion.items():
        for verdict in said.get(id_, ()):
            if verdict.decision != "edit" or not fits(rows[0].claim, verdict.correction):
                continue  # an imported edit that fits no such pair still rejects
            for row in rows:
                if verdict.evidence in ("", evidence_id(row.claim, row.work.id)):
                    claim = _corrected(row.claim, verdict.correction)
                    evidence = evidence_id(claim, row.work.id)
                    agreed = Verdict(assertion_id(claim), evidence, verdict.curator, "accept", verdict.why, verdict.at)
                    edited.append((replace(row, claim=claim), agreed))
    return edited


def fits(claim: Claim, correction: str) -> bool:
    """Whether a curator's `correction` ("INHIBITS", "NOT INHIBITS") is a predicate that may join the claim's ends."""
    name = correction.removeprefix("NOT ")
    return name in set(Predicate) and allowed(Predicate(name), claim.subject.type, claim.object.type)


def _corrected(claim: Claim, correction: str) -> Claim:
    predicate = Predicate(correction.removeprefix("NOT "))
    return replace(claim, predicate=predicate, negated=correction.startswith("NOT "), extractor=CURATED)


def _refs(rows: Sequence[EvidenceRow]) -> Iterator[EntityRef]:
    for row in rows:
        yield from (row.claim.subject, row.claim.object, *row.claim.cancers)


def _assertion(id_: str, rows: Sequence[EvidenceRow], verdicts: Sequence[Verdict], model: BeliefModel) -> Assertion:
    by_evidence: dict[str, list[EvidenceRow]] = defaultdict(list)
    for row in rows:
        by_evidence[evidence_id(row.claim, row.work.id)].append(row)
    evidence = tuple(_evidence(e, by_evidence[e], verdicts, model) for e in sorted(by_evidence))
    standing = [e for e in evidence if e.stands]
    claim = rows[0].claim
    return Assertion(
        id=id_,
        predicate=claim.predicate,
        subject=claim.subject.id,
        object=claim.object.id,
        negated=claim.negated,
        cancers=tuple(sorted({c.id for c in claim.cancers})),
        tally=_tally(evidence),
        speculative=all(e.speculative for e in standing or evidence),
        disputed=any(e.verdict == "disputed" for e in evidence),
        retracted=all(e.work.retracted for e in evidence),
        evidence=evidence,
    )


def _evidence(id_: str, rows: Sequence[EvidenceRow], verdicts: Sequence[Verdict], model: BeliefModel) -> Evidence:
    """One evidence from every reading of a sentence: the one believed most speaks for it."""
    ruling = _rulings(id_, verdicts)
    standing = _standing(ruling)

    def weigh(row: EvidenceRow) -> tuple[float, float, float]:
        claim = row.claim
        reading = min(claim.score, model.precisions.get(claim.extractor, model.unmeasured))
        if standing in ("accepted", "rejected"):
            reading = model.accepted if standing == "accepted" else 0.0
        certainty = model.speculative if claim.speculative else 1.0
        return reading, certainty, model.review if row.work.kind == "review" else 1.0

    best = max(rows, key=lambda r: (prod(weigh(r)), r.claim.score, r.claim.extractor, -r.claim.start, r.section))
    reading, certainty, article = weigh(best)
    claim = best.claim
    return Evidence(
        id=id_,
        work=best.work,
        sentence=claim.sentence,
        start=claim.start,
        end=claim.end,
        section=best.section,
        speculative=claim.speculative,
        score=claim.score,
        extractor=claim.extractor,
        extractors=tuple(sorted({r.claim.extractor for r in rows})),
        context=claim.context,
        reading=reading,
        certainty=certainty,
        article=article,
        belief=0.0 if best.work.retracted else round(reading * certainty * article, _DIGITS),
        verdict=standing,
        verdicts=ruling,
    )


def _rulings(evidence: str, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Each curator's last word on an evidence; a word on this very sentence goes before one on the whole assertion."""
    last: dict[str, Verdict] = {}
    for verdict in sorted(verdicts, key=lambda v: (v.evidence != "", v.at, v.decision)):
        if verdict.evidence in ("", evidence):
            last[verdict.curator] = verdict
    return tuple(last[curator] for curator in sorted(last))


def _standing(verdicts: Sequence[Verdict]) -> Standing | None:
    decisions = {"accept" if v.decision == "accept" else "reject" for v in verdicts}
    if len(decisions) == 2:
        return "disputed"
    if not decisions:
        return None
    return "accepted" if "accept" in decisions else "rejected"


def _tally(evidence: Iterable[Evidence]) -> Tally:
    standing = [e for e in evidence if e.stands]
    works = {e.work.id: e.work for e in standing}
    years = [w.year for w in works.values() if w.year is not None]
    dates = [w.published for w in works.values() if w.published]
    return Tally(
        belief=_belief(_by_work(standing).values()),
        papers=len(works),
        reviews=sum(w.kind == "review" for w in works.values()),
        sentences=len({(e.work.id, e.sentence) for e in standing}),
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        first_published=min(dates, default=None),
    )


def _by_work(evidence: Iterable[Evidence]) -> dict[str, float]:
    """p(work) by work id."""
    best: dict[str, float] = {}
    for e in evidence:
        best[e.work.id] = max(e.belief, best.get(e.work.id, 0.0))
    return best


def _belief(works: Iterable[float]) -> float:
    return round(1.0 - prod(1.0 - p for p in sorted(works)), _DIGITS)


def _relations(assertions: Sequence[Assertion]) -> Iterator[Relation]:
    """One for each predicate that something asserts: what is only ever denied is no relationship to walk."""
    for predicate in sorted({a.predicate for a in assertions if not a.negated}):
        asserting = [e for a in assertions if a.predicate == predicate and not a.negated for e in a.evidence]
        denying = [e for a in assertions if a.predicate == predicate and a.negated for e in a.evidence]
        yield Relation(
            predicate=predicate,
            tally=_tally(asserting),
            negated=len({(e.work.id, e.sentence) for e in denying if e.stands}),
            speculative=len({(e.work.id, e.sentence) for e in asserting if e.stands and e.speculative}),
        )


def _contradictions(assertions: Sequence[Assertion]) -> Iterator[Contradiction]:
    """What is believed at all and cannot hold together, whatever the cancers."""
    by_claim: dict[tuple[Predicate, bool], list[Assertion]] = defaultdict(list)
    for assertion in assertions:
        if assertion.tally.belief > 0:
            by_claim[assertion.predicate, assertion.negated].append(assertion)
    for one, other in combinations(sorted(by_claim), 2):
        if _contradict(*one, *other):
            for a, b in product(by_claim[one], by_claim[other]):
                first, second = sorted((a.id, b.id))
                yield Contradiction(first, second, a.cancers == b.cancers, min(a.tally.belief, b.tally.belief))


def _contradict(first: Predicate, first_negated: bool, second: Predicate, second_negated: bool) -> bool:
    if first == second:
        return first_negated != second_negated
    return OPPOSITES.get(first) == second and not first_negated and not second_negated


# belief explained


@dataclass(frozen=True, slots=True)
class Explanation:
    """An assertion's belief, work by work: (the work, p(work), its evidence, the one that counts first)."""

    belief: float
    works: tuple[tuple[WorkRef, float, tuple[Evidence, ...]], ...]

    @property
    def formula(self) -> str:
        """The arithmetic with its numbers, on one line."""
        factors = " × ".join(f"(1 − {p:.3f})" for _, p, _ in self.works)
        return f"belief = 1 − {factors} = {self.belief:.3f}" if factors else "belief = 0.000: no evidence"


def explain(assertion: Assertion) -> Explanation:
    """Every number that went into an assertion's belief, the works that count most first."""
    by_work: dict[str, list[Evidence]] = defaultdict(list)
    for e in assertion.evidence:
        by_work[e.work.id].append(e)
    best = _by_work(assertion.evidence)
    works = [
        (listed[0].work, best[id_], tuple(sorted(listed, key=lambda e: (-e.belief, e.id))))
        for id_, listed in by_work.items()
    ]
    return Explanation(assertion.tally.belief, tuple(sorted(works, key=lambda w: (-w[1], w[0].id))))


# entities


class NoVocabulary:
    """Knows nothing: entities go by their ids."""

    def concept(self, curie: str) -> None:
        """No entry."""


class Catalogue:
    """Describes entities by a vocabulary, each once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._nodes: dict[tuple[str, EntityType], EntityNode] = {}

    def describe(self, types: Mapping[str, EntityType]) -> dict[str, EntityNode]:
        """The nodes of these entities (type by id) and of all they are kinds of, by id."""
        nodes: dict[str, EntityNode] = {}
        waiting = sorted(types.items())
        while waiting:
            id_, type_ = waiting.pop()
            if id_ not in nodes:
                key = id_, type_
                node = self._nodes.get(key)
                if node is None:
                    node = self._nodes[key] = _describe(id_, type_, self._vocabulary)
                nodes[id_] = node
                waiting += [(parent, node.type) for parent in node.parents]
        return nodes


def _describe(id_: str, type_: EntityType, vocabulary: Vocabulary) -> EntityNode:
    concept = vocabulary.concept(id_)
    type_ = concept.type if concept else type_
    name = concept.name if concept else _name_in(id_)
    synonyms = tuple(dict.fromkeys(s for s in concept.synonyms if s and s != name)) if concept else ()
    parents = {p for p in concept.parents if p != id_ and vocabulary.concept(p)} if concept else set()
    lookup = dict.fromkeys(word.lower() for word in (id_, name, *synonyms))
    return EntityNode(
        id=id_,
        type=type_,
        name=name,
        lookup=f"|{'|'.join(lookup)}|",
        category=biolink_category(type_, id_),
        synonyms=synonyms,
        parents=tuple(sorted(parents)),
    )


def _name_in(id_: str) -> str:
    """A readable name for a text-born id, from the id alone: "exominer:function-lung-metastasis" is lung metastasis."""
    words = id_.partition(":")[2]
    for type_ in EntityType:
        words = words.removeprefix(f"{type_.lower()}-")
    return words.replace("-", " ") or id_
