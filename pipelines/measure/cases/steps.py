"""What a case's commands came to, and the checks that cases share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import miner
from miner.corpus import Corpus

if TYPE_CHECKING:
    from miner.corpus.merge import Work
    from miner.model.articles import Article, Reject

CHECKOUT = Path(miner.__file__).parents[1]
CASES = CHECKOUT.parent / "shared" / "cases"
TIMEOUT_S = 120
"""Seconds one line of a command may take."""

ENTRY = "from miner.cli import main; main()"
MIN_SIGNAL_CODE = 128
"""Exit codes from here on tell of a signal."""


# what a run came to


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a command: what each call of `exominer` in it ended with, and what was printed."""

    line: str
    codes: tuple[int, ...]
    stdout: str
    stderr: str
    timed_out: bool = False

    @property
    def printed(self) -> str:
        """Both streams."""
        return f"{self.stdout}\n{self.stderr}"

    @property
    def failed(self) -> bool:
        """Whether any call of `exominer` ended with an error."""
        return any(self.codes)


@dataclass(frozen=True)
class Run:
    """All steps of a case and the folder they ran in."""

    steps: tuple[Step, ...]
    folder: Path

    @property
    def printed(self) -> str:
        """All that was printed."""
        return "\n".join(step.printed for step in self.steps)

    @cached_property
    def works(self) -> list[Work]:
        """The works in the corpus, in the order they came."""
        return self._corpus[0]

    @cached_property
    def articles(self) -> list[Article]:
        """Every record in the corpus, as its source has it."""
        return self._corpus[1]

    @cached_property
    def rejects(self) -> list[Reject]:
        """What could not be taken in."""
        return self._corpus[2]

    @cached_property
    def claims(self) -> list[dict[str, Any]]:
        """What `extract` printed."""
        return [found for found in self._objects() if "predicate" in found]

    @cached_property
    def entities(self) -> list[dict[str, Any]]:
        """What `annotate --format jsonl` printed."""
        return [entity for found in self._objects() for entity in found.get("entities", ())]

    @cached_property
    def _corpus(self) -> tuple[list[Work], list[Article], list[Reject]]:
        path = self.folder / "W" / "corpus.sqlite"
        if not path.exists():
            return [], [], []
        with Corpus(path) as corpus:
            works = list(corpus.works())
            return works, [article for work in works for article in corpus.records(work)], corpus.rejects()

    def _objects(self) -> Iterator[dict[str, Any]]:
        for line in "\n".join(step.stdout for step in self.steps).splitlines():
            if line.startswith("{"):
                yield json.loads(line)

    def titles(self) -> set[str]:
        """The titles of all works."""
        return {work.article.title for work in self.works}

    def article(self, **wanted: str) -> Article | None:
        """The work whose fields are those wanted."""
        articles = (work.article for work in self.works)
        return next((a for a in articles if all(getattr(a, n) == v for n, v in wanted.items())), None)


Problems = Iterator[str]
Check = Callable[[Run], Problems]


# what checks are made of


def check_counts(run: Run, works: int, rejects: int | None = 0) -> Problems:
    if len(run.works) != works:
        yield f"{len(run.works)} articles, not {works} (titles: {sorted(run.titles())[:3]})"
    if rejects is not None and len(run.rejects) != rejects:
        reasons = "; ".join(dict.fromkeys(reject.reason for reject in run.rejects))
        yield f"{len(run.rejects)} rejects, not {rejects} ({reasons[:160]})"


def abstract_of(article: Article) -> str:
    return " ".join(section.text for section in article.sections)


def check_contains(article: Article | None, *parts: str, what: str = "record") -> Problems:
    """Whether the text of an article holds all the parts, whatever the spacing."""
    if article is None:
        yield f"the {what} is not there"
        return
    text = " ".join(article.text.split())
    for part in parts:
        if part not in text:
            yield f"{part!r} is not in the text: {text[:200]!r}"


def check_lacks(article: Article | None, *parts: str) -> Problems:
    for part in parts:
        if article is not None and part in article.text:
            yield f"{part!r} is in the text"


def check_fields(article: Article | None, **wanted: str | None) -> Problems:
    """Whether an article's fields are those wanted."""
    if article is None:
        yield f"no record to compare with {wanted}"
        return
    for name, value in wanted.items():
        found = getattr(article, name)
        if found != value:
            yield f"{name} is {found!r}, not {value!r}"


def only_article(run: Run) -> Article | None:
    return run.works[0].article if len(run.works) == 1 else None


def check_date(article: Article | None, start: str) -> Problems:
    if article is not None and not (article.published or "").startswith(start):
        yield f"its date is {article.published}, not {start}"


def reject_names(run: Run, file: str, *words: str) -> bool:
    """Whether a file is a reject of which the reason says one of the words."""
    of_file = [reject for reject in run.rejects if file in reject.item]
    return any(word.lower() in reject.reason.lower() for reject in of_file for word in words)


def check_no_titles(run: Run, pattern: str) -> Problems:
    for title in run.titles():
        if re.search(pattern, title):
            yield f"an article is titled {title[:80]!r}"


def check_exit_0(run: Run) -> Problems:
    for step in run.steps:
        if step.failed:
            yield f"exit code {max(step.codes)}: {step.stderr.strip()[-200:]}"


def is_about(reference: dict[str, Any], pattern: str) -> bool:
    """Whether an entity is meant, by its name or by how the text writes it (whole)."""
    names = [reference["name"], *(m if isinstance(m, str) else m["text"] for m in reference["mentions"])]
    return any(re.search(rf"(?<![\w-]){pattern}(?!\w)", name, re.IGNORECASE) for name in names)


def check_not_claimed(run: Run, subject: str, predicate: str, object_: str, negated: bool = False) -> Problems:
    for claim in run.claims:
        if (
            claim["predicate"] == predicate
            and claim["negated"] is negated
            and is_about(claim["subject"], subject)
            and is_about(claim["object"], object_)
        ):
            yield describe(claim)


def describe(claim: dict[str, Any]) -> str:
    marks = [mark for mark in ("negated", "speculative") if claim[mark]]
    told = f"claimed: {claim['subject']['name']} {claim['predicate']} {claim['object']['name']}"
    return f"{told} ({', '.join(marks) or 'as a finding'})"


def check_loss_reversed(subject: str, predicate: str, object_: str) -> Check:
    """What the loss or the inhibitor of something does, the thing itself does not do."""
    opposite = {"PROMOTES": "INHIBITS", "INHIBITS": "PROMOTES"}[predicate]

    def check(run: Run) -> Problems:
        yield from check_not_claimed(run, subject, predicate, object_)
        yield from check_not_claimed(run, subject, opposite, object_, negated=True)

    return check


def check_speculative(run: Run) -> Problems:
    for claim in run.claims:
        # That the vesicle carries the cargo is taken for granted there, and may be claimed.
        if claim["predicate"] != "CARRIES" and not claim["speculative"]:
            yield describe(claim)


def gene_ids(run: Run) -> set[str]:
    return {entity["name"] for entity in run.entities if entity["type"] == "Gene"}


def surfaces(entity: dict[str, Any]) -> list[str]:
    return [mention["text"] for mention in entity["mentions"]]


def check_without_pmid(run: Run, doi: str) -> Problems:
    yield from check_counts(run, 1)
    if article := only_article(run):
        yield from check_fields(article, pmid=None, doi=doi)
