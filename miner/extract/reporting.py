"""Distinguish sentences that report an article's own work from background, the work of others."""

import re
from collections.abc import Sequence
from functools import cached_property

from miner.extract.sentence import SentenceView
from miner.model.annotations import AnnotatedArticle
from miner.model.articles import is_review
from miner.vocabulary.words import alternatives, load_words

_WORDS = load_words("reporting")
_OWN_WORK = re.compile(rf"(?<!\S){alternatives(_WORDS['own_work'])}(?!\S)")
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
        title, _, text = self._article.text.partition("\n")
        return is_review(title, text)

    @cached_property
    def first(self) -> int:
        """The index of the first sentence after the title that reports own work; the number of sentences if none."""
        if self.is_review:
            return len(self._sentences)
        found = (v.index for v in self._sentences if v.index > 0 and _OWN_WORK.search(v.text))
        return next(found, len(self._sentences))

    @cached_property
    def any(self) -> bool:
        """Whether some sentence after the title reports own work."""
        return self.first < len(self._sentences)

    def introduces(self, view: SentenceView) -> bool:
        """Whether a sentence stands between the title and the first report of own work."""
        return self.any and 0 < view.index < self.first

    def is_background(self, view: SentenceView) -> bool:
        """Whether a sentence reports findings of others: in a review, in an introduction or with a citation."""
        if self.is_review or _CITING.search(self._article.text, view.start, view.end):
            return True
        label = self._labels[view.index]
        if _BACKGROUND_LABEL.fullmatch(label):
            return True
        return self.introduces(view) and not _OWN_LABEL.fullmatch(label)

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
