"""The behavioural suite: short texts of sixteen kinds, each with the claims that must and that must not come.

A case is a line of `<kind>.jsonl`: `id`, `kind`, `title`, `abstract`, and the patterns `must` and `must_not`. A pattern
names predicates, subjects, objects, `negated` and `speculative`; "*" and null stand for any. A text passes when every
`must` is met by some claim and no claim meets a `must_not`.

    python -m pipelines.measure.behaviour [--folder F] [--failures] [--json]
"""

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miner.extract.claims import extract
from miner.model.claims import Claim, EntityRef
from miner.nlp.pipeline import annotate, load_pipeline

CASES = Path(__file__).parents[2] / "tests" / "data" / "behaviour"
ANY = "*"
BLUNT = frozenset({"Vesicle", "Function", "Cell", "Cancer", "Anatomy", "MoleculeClass", "Pathway"})
"""Types whose spans have no sharp edge: one form may hold the other, "invasion" and "invasion of tumour cells"."""
_GREEK = str.maketrans({"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "μ": "mu"})
_WORD = re.compile(r"[^\W_]+|\+")
_PREFIX = re.compile(r"\b(anti|pro)[- ]")
_PLURAL = re.compile(r"(?<=\w\w[^su])s\b")
_NAME = "name:"
"""Before a surface: the entity's preferred name is meant, which tells "anti-inflammatory" grounded to inflammation."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a claim may look like; an empty tuple or None stands for anything."""

    predicates: tuple[str, ...]
    subjects: tuple[str, ...]
    objects: tuple[str, ...]
    negated: bool | None
    speculative: bool | None

    def meets(self, claim: Claim) -> bool:
        """Whether `claim` is one of those described."""
        return (
            (not self.predicates or str(claim.predicate) in self.predicates)
            and self.negated in (None, claim.negated)
            and self.speculative in (None, claim.speculative)
            and _named(claim.subject, self.subjects)
            and _named(claim.object, self.objects)
        )

    def __str__(self) -> str:
        marks = {(self.negated, "not "), (self.speculative, "perhaps ")}
        words = "".join(sorted(mark for on, mark in marks if on))
        ends = [" / ".join(names) or ANY for names in (self.subjects, self.predicates, self.objects)]
        return words + " | ".join(ends)


@dataclass(frozen=True, slots=True)
class Case:
    """One text with what must and what must not be read in it."""

    id: str
    kind: str
    title: str
    abstract: str
    must: tuple[Pattern, ...]
    must_not: tuple[Pattern, ...]

    @property
    def text(self) -> str:
        """Title and abstract as the extractor reads them."""
        return f"{self.title}\n{self.abstract}" if self.title else self.abstract


def load(folder: Path) -> list[Case]:
    """The cases of all `*.jsonl` in `folder`, file by file."""
    lines = (line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines())
    return [_case(json.loads(line)) for line in lines if line.strip()]


def judge(case: Case, claims: Sequence[Claim]) -> list[str]:
    """What is missing from `claims` and what is wrong in them, a line each; empty where the text passes."""
    missing = [f"missing: {one}" for one in case.must if not any(map(one.meets, claims))]
    wrong = (claim for claim in claims if any(one.meets(claim) for one in case.must_not))
    return missing + [f"wrong: {_shown(claim)}" for claim in wrong]


def judged(cases: Sequence[Case]) -> Iterator[tuple[Case, list[str]]]:
    """Each case with its failures, read by the shipped pipeline and extractor."""
    texts = ((case.id, case.text) for case in cases)
    for case, article in zip(cases, annotate(texts, load_pipeline()), strict=True):
        yield case, judge(case, extract(article))


def rates(results: Iterable[tuple[Case, list[str]]]) -> dict[str, tuple[int, int]]:
    """Texts passed and texts in all, by kind in order, and under "all"."""
    tally: dict[str, tuple[int, int]] = {}
    for case, failures in results:
        for key in (case.kind, "all"):
            passed, total = tally.get(key, (0, 0))
            tally[key] = passed + (not failures), total + 1
    tally["all"] = tally.pop("all", (0, 0))
    return tally


def _case(line: dict[str, Any]) -> Case:
    must, must_not = (tuple(map(_pattern, line.get(key, ()))) for key in ("must", "must_not"))
    return Case(line["id"], line["kind"], line.get("title", ""), line["abstract"], must, must_not)


def _pattern(given: dict[str, Any]) -> Pattern:
    predicates, subjects, objects = (_several(given[key]) for key in ("predicate", "subject", "object"))
    return Pattern(predicates, subjects, objects, given.get("negated"), given.get("speculative"))


def _several(given: str | list[str]) -> tuple[str, ...]:
    if given == ANY:
        return ()
    return (given,) if isinstance(given, str) else tuple(given)


def _named(entity: EntityRef, surfaces: tuple[str, ...]) -> bool:
    blunt = str(entity.type) in BLUNT
    mentions = [_words(mention) for mention in entity.mentions or (entity.name,)]
    for surface in surfaces:
        forms = [_words(entity.name)] if surface.startswith(_NAME) else mentions
        if any(_agree(_words(surface.removeprefix(_NAME)), form, blunt) for form in forms):
            return True
    return not surfaces


def _agree(one: str, other: str, blunt: bool) -> bool:
    return one == other or (blunt and (f" {one} " in f" {other} " or f" {other} " in f" {one} "))


def _words(surface: str) -> str:
    """Folded words: case, Greek letters, hyphens and the plural s do not matter, but "anti-" stays with its word."""
    folded = _PREFIX.sub(r"\1", surface.casefold().translate(_GREEK))
    return _PLURAL.sub("", " ".join(_WORD.findall(folded)))


def _shown(claim: Claim) -> str:
    marks = "not " * claim.negated + "perhaps " * claim.speculative
    return f"{marks}{claim.subject.name} | {claim.predicate} | {claim.object.name} ({claim.score:.2f})"


def main() -> None:
    """Prints pass rates per kind and in all."""
    parser = argparse.ArgumentParser(description="Pass rates of the behavioural suite, per kind and in all.")
    parser.add_argument("--folder", type=Path, default=CASES, help="where the *.jsonl are")
    parser.add_argument("--failures", action="store_true", help="list the texts that fail, with what is amiss")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args()
    results = list(judged(load(options.folder)))
    table = rates(results)
    failed = {case.id: {"text": case.text, "failures": failures} for case, failures in results if failures}
    if options.json:
        shares = {kind: {"passed": passed, "texts": total} for kind, (passed, total) in table.items()}
        print(json.dumps({"kinds": shares} | ({"failures": failed} if options.failures else {}), ensure_ascii=False))
        return
    for kind, (passed, total) in table.items():
        print(f"{kind:28} {passed:4} of {total:4}  {passed / max(total, 1):6.1%}")
    for case_id, one in failed.items() if options.failures else ():
        print(f"\n{case_id}: {one['text']}", *one["failures"], sep="\n    ")


if __name__ == "__main__":
    main()
