"""The pipeline's own spaCy components. Importing this module registers their factories and the tokeniser.

spaCy finds them by the package's entry points `spacy_factories` and `spacy_tokenizers`, so that a pipeline saved
with `nlp.to_disk` loads with plain `spacy.load`.
"""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from importlib.resources import files

import numpy as np
from scispacy.abbreviation import AbbreviationDetector
from spacy.attrs import IDX, SENT_START
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans, registry

from graph_schema.model import EntityType
from miner.model.annotations import Entity, Mention
from miner.nlp.abbreviations import Abbreviation, abbreviations_of
from miner.nlp.grouper import GroundedSpan, Grouper, best_grounding
from miner.nlp.lexicon import Lexicon
from miner.nlp.linker import Grounder, expanded
from miner.nlp.recognizer import Recognizer, ScoredSpan
from miner.nlp.resolver import Candidate, Scored, candidates, resolve, weighed
from miner.nlp.sentencizer import sentence_bounds
from miner.nlp.tokenizer import BiomedicalTokenizer

_T = EntityType
SCISPACY_TYPES: dict[str, EntityType] = {
    # en_ner_bionlp13cg_md
    "GENE_OR_GENE_PRODUCT": _T.GENE,
    "SIMPLE_CHEMICAL": _T.CHEMICAL,
    "AMINO_ACID": _T.CHEMICAL,
    "CANCER": _T.CANCER,
    "CELL": _T.CELL,
    "ORGAN": _T.ANATOMY,
    "TISSUE": _T.ANATOMY,
    "MULTI_TISSUE_STRUCTURE": _T.ANATOMY,
    "ORGANISM_SUBSTANCE": _T.ANATOMY,
    "ANATOMICAL_SYSTEM": _T.ANATOMY,
    "ORGANISM_SUBDIVISION": _T.ANATOMY,
    "IMMATERIAL_ANATOMICAL_ENTITY": _T.ANATOMY,
    "DEVELOPING_ANATOMICAL_STRUCTURE": _T.ANATOMY,
    "PATHOLOGICAL_FORMATION": _T.CANCER,
    # en_ner_jnlpba_md
    "PROTEIN": _T.GENE,
    "DNA": _T.GENE,
    "RNA": _T.GENE,
    "CELL_TYPE": _T.CELL,
    "CELL_LINE": _T.CELL,
    # en_ner_craft_md
    "GGP": _T.GENE,
    "CHEBI": _T.CHEMICAL,
    "CL": _T.CELL,
    "GO": _T.FUNCTION,
    # en_ner_bc5cdr_md
    "CHEMICAL": _T.CHEMICAL,
}
"""Labels of scispaCy's models as our types. Labels left out (ORGANISM, CELLULAR_COMPONENT, SO, TAXON, DISEASE,
and ENTITY of en_core_sci_*) say too little: there patterns and lexicon decide alone."""
SCISPACY_SCORE = 0.7
"""The probability taken for every entity of a scispaCy model, which gives none."""

if not Doc.has_extension("entities"):
    Doc.set_extension("entities", default=())


@registry.tokenizers("exominer.BiomedicalTokenizer.v1")  # type: ignore[untyped-decorator]  # spaCy has no types for it
def make_tokenizer() -> type[BiomedicalTokenizer]:
    """What a pipeline's config names as its tokenizer."""
    return BiomedicalTokenizer


class SentenceStarts:
    """Marks sentence starts; `doc.user_data["sentences"]` keeps the exact (start, end) offsets."""

    def __call__(self, doc: Doc) -> Doc:
        """The document with its sentences marked."""
        bounds = sentence_bounds(doc.text)
        starts = np.isin(doc.to_array(IDX), [start for start, _ in bounds])
        starts[:1] = True
        doc.from_array([SENT_START], np.where(starts, 1, -1).astype(np.uint64)[:, None])  # type: ignore[arg-type]  # thinc's own array type
        doc.user_data["sentences"] = bounds
        return doc


class AbbreviationFinder:
    """scispaCy's detector (Schwartz & Hearst 2003, doi:10.1142/9789812776303_0042): sets `doc._.abbreviations`."""

    def __init__(self, nlp: Language, name: str) -> None:
        self._detector = AbbreviationDetector(nlp, name)

    def __call__(self, doc: Doc) -> Doc:
        """The document with its abbreviations; the detector's warning that it found none is no news."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"\[W036\]")
            found: Doc = self._detector(doc)
        return found


class EntityFinder:
    """Finds, resolves, groups and grounds the entities of a document.

    Sets `doc._.entities`, `doc.spans["entities"]` (all mentions, widened to whole tokens) and `doc.ents` (the longest
    of them that do not overlap). `recognizer` false reads a scispaCy model's `doc.ents` as what was recognised.
    """

    def __init__(self, lexicon: str | None = None, recognizer: bool = True) -> None:
        self._lexicon_path = lexicon
        self._wants_recognizer = recognizer

    @cached_property
    def lexicon(self) -> Lexicon:
        """The lexicon, read when first needed."""
        return Lexicon.load(self._lexicon_path)

    @cached_property
    def recognizer(self) -> Recognizer | None:
        """The trained recognizer, where this pipeline is to use it and its weights are installed."""
        if not self._wants_recognizer or not (files("miner") / "weights" / "config.json").is_file():
            return None
        return Recognizer()

    def __call__(self, doc: Doc) -> Doc:
        """The document with its entities."""
        entities = entities_of(
            doc, self.lexicon, self._scored(doc), self.recognizer.thresholds if self.recognizer else None
        )
        spans = [
            doc.char_span(m.start, m.end, entity.type.value, entity.id, alignment_mode="expand")
            for entity in entities
            for m in entity.mentions
        ]
        doc.spans["entities"] = [span for span in spans if span is not None]
        doc.ents = filter_spans(doc.spans["entities"])
        doc._.entities = entities
        return doc

    def _scored(self, doc: Doc) -> Sequence[Scored]:
        if self.recognizer:
            return self.recognizer.scored(doc.text, doc.user_data["sentences"])
        return [_scispacy_span(ent) for ent in doc.ents if ent.label_ in SCISPACY_TYPES]

    def to_disk(self, path: object, exclude: object = ()) -> None:
        """Nothing to write: lexicon and weights ship with the package."""

    def from_disk(self, path: object, exclude: object = ()) -> "EntityFinder":
        """Nothing to read: lexicon and weights ship with the package."""
        return self


def _scispacy_span(ent: Span) -> ScoredSpan:
    return ScoredSpan(ent.start_char, ent.end_char, SCISPACY_TYPES[ent.label_], SCISPACY_SCORE)


def entities_of(
    doc: Doc, lexicon: Lexicon, scored: Sequence[Scored], thresholds: Mapping[str, float] | None = None
) -> tuple[Entity, ...]:
    """The entities of a document whose abbreviations are detected, given a model's scored spans (may be none)."""
    text = doc.text
    abbreviations = abbreviations_of(doc)
    known = candidates(text, lexicon)
    mentions = resolve(text, weighed(text, known, scored, lexicon, thresholds) if scored else known, abbreviations)
    return gathered(text, mentions, Grounder(lexicon), abbreviations)


def gathered(
    text: str, mentions: Iterable[Candidate], grounder: Grounder, abbreviations: dict[str, Abbreviation]
) -> tuple[Entity, ...]:
    """Resolved mentions grounded and grouped into entities, in order of first mention."""
    long_forms = {short: abbreviation.long for short, abbreviation in abbreviations.items()}
    spans = []
    for m in mentions:
        here = text[m.start : m.end]
        surface = m.name or here
        grounding = grounder.ground(surface, m.type, long_forms)
        spans.append(
            GroundedSpan(m.start, m.end, here, m.type, expanded(surface, long_forms), surface, grounding, m.score)
        )
    return tuple(_entity(group) for group in Grouper(spans, long_forms).groups())


def _entity(group: Sequence[GroundedSpan]) -> Entity:
    best = best_grounding(group)
    mentions = tuple(Mention(span.start, span.end, span.text) for span in group)
    return Entity(best.id, group[0].type, best.name, mentions, best.score, best.reason)


@Language.factory("exominer_sentences_v1", assigns=["token.is_sent_start"])
def make_sentences(nlp: Language, name: str) -> SentenceStarts:
    """The factory behind `nlp.add_pipe("exominer_sentences_v1")`."""
    return SentenceStarts()


@Language.factory("exominer_abbreviations_v1")
def make_abbreviations(nlp: Language, name: str) -> AbbreviationFinder:
    """The factory behind `nlp.add_pipe("exominer_abbreviations_v1")`."""
    return AbbreviationFinder(nlp, name)


@Language.factory("exominer_entities_v1", default_config={"lexicon": None, "recognizer": True}, assigns=["doc.ents"])
def make_entities(nlp: Language, name: str, lexicon: str | None, recognizer: bool) -> EntityFinder:
    """The factory behind `nlp.add_pipe("exominer_entities_v1")`."""
    return EntityFinder(lexicon, recognizer)
