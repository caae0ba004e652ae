"""What a claim is said under: its cancer, and the setting that its sentence and article state.

Keys of `Claim.context`, each present only where stated:

| key | value |
| --- | --- |
| `setting` | some of "in vitro", "in vivo", "mouse", "rat", "zebrafish", "patients", from the claim's sentence, else its article's |
| `patients` | the largest number of patients (cases, participants, subjects) the article names |
| `isolation` | how vesicles were isolated: some of "ultracentrifugation", "precipitation", … |
| `characterisation` | how they were characterised: some of "NTA", "TEM", "western blot", … |
| `source_cells` / `recipient_cells` | names of the cells said to release or to take up the vesicles |
| `loading` | of CARRIES: "packaged into" (the text says cargo is put into vesicles) or "detected in" |
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph_schema.model import EntityType, Predicate
from miner.extract.view import SentenceView
from miner.model import AnnotatedArticle, Entity

_GENERIC = re.compile(
    r"(?:the )?(?:(?:human|metastatic|solid|malignant|primary|advanced|various|different|many|several|multiple|other|early) )*"
    r"(?:cancers?|cancerous|tumou?rs?|tumou?rous|tumou?ral|malignan\w+|neoplas\w+|carcinomas?|oncology|metastas[ei]s|types?|of| )+",
    re.IGNORECASE,
)
_ONCOLOGY = re.compile(r"(?i)cancer|tumou?r|metasta|malignan|carcino|oncogen|neoplas|onco|chemoresist|leuk|lymphom|gliom|melanom")
_TITLE_WEIGHT = 3
_OPENING = 2  # sentences after the title that often state what holds beyond the cancer studied


class Cancers:
    """The cancers an article names, and which of them a claim is about."""

    def __init__(self, article: AnnotatedArticle) -> None:
        self._entities = article.entities
        title_end = article.text.find("\n") if "\n" in article.text else len(article.text)
        self._weight: dict[int, int] = {}
        for index, entity in enumerate(article.entities):
            if entity.type is EntityType.CANCER:
                in_title = any(mention.end <= title_end for mention in entity.mentions)
                self._weight[index] = len(entity.mentions) + _TITLE_WEIGHT * in_title
        self._specific = {index for index in self._weight if not is_generic(article.entities[index])}
        self._main = self._heaviest(self._specific) if self._specific else self._heaviest(self._weight)

    def _heaviest(self, indices: Iterable[int]) -> int | None:
        return max(indices, key=lambda i: self._weight[i], default=None)

    def of_claim(self, view: SentenceView, subject: int, object_: int) -> tuple[int, ...]:
        """Indices of the entities that are the claim's cancer: none, or one."""
        if self._main is None:
            return ()
        ends = [end for end in (object_, subject) if end in self._weight]
        named = [end for end in ends if end in self._specific or not self._specific]
        if named:
            return (named[0],)
        here = Counter(slot.entity for slot in view.slots if slot.entity in self._weight)
        if self._main in here:
            return (self._main,)
        special = [index for index in here if index in self._specific]
        opening = 0 < view.index <= _OPENING
        if special or (here and opening):
            return (max(special or here, key=lambda i: (here[i], self._weight[i])),)
        if not here and not _ONCOLOGY.search(" ".join(view.tokens)) and (opening or self._in_passing()):
            return ()
        return (self._main,)

    def _in_passing(self) -> bool:
        """Whether the article names its cancer too seldom to be about it."""
        assert self._main is not None
        return self._weight[self._main] <= (1 if self._main in self._specific else _TITLE_WEIGHT)


def is_generic(cancer: Entity) -> bool:
    """Whether all names of a cancer are general ones: "cancer", "solid tumours"."""
    return all(_GENERIC.fullmatch(mention.text.strip()) for mention in cancer.mentions)
