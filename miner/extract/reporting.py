"""Distinguish sentences that report an article's own work from background, the work of others.

In the full text the section decides. An introduction is background, except where the authors speak of themselves and
cite nobody. Elsewhere a sentence that cites is background, unless the authors speak of themselves or point to a figure
or table of theirs.
"""

import re
from collections.abc import Sequence
from functools import cached_property

from miner.extract.sentence import SentenceView
from miner.model.annotations import AnnotatedArticle
from miner.model.articles import Part, is_review
from miner.vocabulary.words import alternatives, load_words

_WORDS = load_words("reporting")
_OWN_VOICE = re.compile(rf"(?<!\S){alternatives(_WORDS['own_voice'])}(?!\S)")
_OWN_WORK = re.compile(rf"(?<!\S){alternatives((*_WORDS['own_voice'], *_WORDS['own_work']))}(?!\S)")
_OWN_FIGURE = re.compile(r"\b(?:figs?|figures?|tables?)\b\.? ?S?\d|\bdata not shown\b", re.IGNORECASE)
_CITING = re.compile(alternatives(_WORDS["citing"]), re.IGNORECASE)
_LABEL = re.compile(r"([A-Z][A-Za-z &/]{2,40}): ")
_BACKGROUND_LABEL = re.compile(alternatives(_WORDS["background_labels"]), re.IGNORECASE)
_OWN_LABEL = re.compile(alternatives(_WORDS["own_labels"]), re.IGNORECASE)


class Reporting:
    """The sentences of an article that report its own work."""

    def __init__(self, article: AnnotatedArticle, sentences: Sequence[SentenceView]) -> None:
        self._article = article
        self._sentences = sentences

    @cached_property
    def is_review(self) -> bool:
        """Whether the article says that it reviews the work of others."""
        end = self._article.parts[0].end if self._article.parts else None
        title, _, text = self._article.text[:end].partition("\n")
        return is_review(title, text)

    @cached_property
    def _first(self) -> int:
        """The index of the abstract's first sentence that reports own work; the number of sentences if none."""
        if self.is_review:
            return len(self._sentences)
        found = (v.index for v in self._sentences if v.index > 0 and v.part == 0 and _OWN_WORK.search(v.text))
        return next(found, len(self._sentences))

    @cached_property
    def any(self) -> bool:
        """Whether some sentence after the title reports own work."""
        return any(self.follows_own_work(view) for view in self._sentences)

    def follows_own_work(self, view: SentenceView) -> bool:
        """Whether a sentence comes after the abstract's first one on own work, or in the text after an introduction."""
        if part := self._part(view):
            return not self.is_review and part.role != "introduction"
        return view.index >= self._first

    def introduces(self, view: SentenceView) -> bool:
        """Whether a sentence comes before the first report of own work; in the full text, whether it is background."""
        if self._part(view):
            return self.is_background(view)
        return 0 < view.index < self._first < len(self._sentences)

    def is_background(self, view: SentenceView) -> bool:
        """Whether a sentence reports findings of others: in a review, in an introduction or with a citation."""
        if self.is_review or _CITING.search(self._article.text, view.start, view.end):
            return True
        if part := self._part(view):
            return _is_background_in(part, view, self._article.text)
        label = self._labels[view.index]
        if _BACKGROUND_LABEL.fullmatch(label):
            return True
        return self.introduces(view) and not _OWN_LABEL.fullmatch(label)

    def _part(self, view: SentenceView) -> Part | None:
        """The part of the full text that a sentence is in; None for the title and the abstract."""
        return self._article.parts[view.part] if view.part else None

    @cached_property
    def _labels(self) -> list[str]:
        """The heading of each sentence's section, "" without one."""
        labels: list[str] = []
        label, end = "", 0
        for view in self._sentences:
            if "\n" in self._article.text[end : view.start]:
                label = ""
            if found := _LABEL.match(self._article.text, view.start, view.end):
                label = found[1]
            labels.append(label)
            end = view.end
        return labels


def _is_background_in(part: Part, view: SentenceView, text: str) -> bool:
    cites = any(view.start < at <= view.end for at in part.citations)
    speaks = bool(_OWN_VOICE.search(view.text))
    if part.role == "introduction":
        return cites or not speaks
    return cites and not speaks and not _OWN_FIGURE.search(text, view.start, view.end)
