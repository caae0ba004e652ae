"""The pipeline's steps as spaCy components, one a step. Importing this module registers their factories.

Each reads what the steps before it stored in `doc.spans` and stores its own result there (`miner.nlp.spans`):

    exominer_sentences_v1       sentence starts; exact offsets in doc.spans["sentences"]
    exominer_abbreviations_v1   doc.spans["abbreviations"]: the long form of each abbreviation
    exominer_candidates_v1      doc.spans["candidates"]: what patterns and the lexicon find, with source and score
    exominer_recognizer_v1      doc.spans["scored"]: what the trained recognizer finds, with probabilities
    exominer_model_ents_v1      doc.spans["scored"] from the `doc.ents` of another model, in the recognizer's place
    exominer_resolver_v1        doc.spans["mentions"]: what is taken of both
    exominer_linker_v1          `kb_id_` of each mention, with the score and the reason
    exominer_grouper_v1         doc.spans["entities"], `doc.ents` and `doc._.entities`

Each factory's `default_config` holds the numbers of its step. spaCy finds the factories by the package's entry points
`spacy_factories` and `spacy_tokenizers`, so that a pipeline saved with `nlp.to_disk` loads with plain `spacy.load`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

import numpy as np
from spacy.attrs import IDX, SENT_START
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import filter_spans, registry

from graph_schema.model import EntityType
from miner.model.annotations import Entity, Mention
from miner.model.learned import Synonym
from miner.nlp.abbreviations import Abbreviation, AbbreviationConfig, find_abbreviations
from miner.nlp.candidates import Candidate, CandidateConfig, find_candidates
from miner.nlp.casing import Casing
from miner.nlp.fusion import FusionConfig, fuse_scores
from miner.nlp.grouper import GroundedSpan, Grouper, best_grounding
from miner.nlp.lexicon import Lexicon
from miner.nlp.linker import Grounder, Grounding, expanded
from miner.nlp.recognizer import MIN_SCORE, Recognizer, ScoredSpan
from miner.nlp.resolver import ResolverConfig, resolve
from miner.nlp.sentencizer import SentencizerConfig, sentence_bounds
from miner.nlp.spans import get, put, set_text, text_of
from miner.nlp.synonyms import Synonyms
from miner.nlp.tokenizer import make_tokenizer

_T = EntityType
MODEL_LABELS: dict[str, str] = {
    # en_ner_bionlp13cg_md
    "GENE_OR_GENE_PRODUCT": _T.GENE.value,
    "SIMPLE_CHEMICAL": _T.CHEMICAL.value,
    "AMINO_ACID": _T.CHEMICAL.value,
    "CANCER": _T.CANCER.value,
    "CELL": _T.CELL.value,
    "ORGAN": _T.ANATOMY.value,
    "TISSUE": _T.ANATOMY.value,
    "MULTI_TISSUE_STRUCTURE": _T.ANATOMY.value,
    "ORGANISM_SUBSTANCE": _T.ANATOMY.value,
    "ANATOMICAL_SYSTEM": _T.ANATOMY.value,
    "ORGANISM_SUBDIVISION": _T.ANATOMY.value,
    "IMMATERIAL_ANATOMICAL_ENTITY": _T.ANATOMY.value,
    "DEVELOPING_ANATOMICAL_STRUCTURE": _T.ANATOMY.value,
    "PATHOLOGICAL_FORMATION": _T.CANCER.value,
    # en_ner_jnlpba_md
    "PROTEIN": _T.GENE.value,
    "DNA": _T.GENE.value,
    "RNA": _T.GENE.value,
    "CELL_TYPE": _T.CELL.value,
    "CELL_LINE": _T.CELL.value,
    # en_ner_craft_md
    "GGP": _T.GENE.value,
    "CHEBI": _T.CHEMICAL.value,
    "CL": _T.CELL.value,
    "GO": _T.FUNCTION.value,
    # en_ner_bc5cdr_md
    "CHEMICAL": _T.CHEMICAL.value,
}
"""Labels of scispaCy's models as our types. Labels left out (ORGANISM, CELLULAR_COMPONENT, SO, TAXON, DISEASE,
and ENTITY of en_core_sci_*) are too general: there patterns and lexicon decide alone."""
MODEL_SCORE = 0.7
"""The probability taken for every entity of another model, which gives none."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A sentence, in characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EntityMention:
    """A mention of the entity of that index."""

    start: int
    end: int
    type: EntityType
    entity: int


class Sentencizer:
    """Marks sentence starts."""

    def __init__(self, config: SentencizerConfig) -> None:
        self.config = config

    def __call__(self, doc: Doc) -> Doc:
        """Mark the sentences of a document."""
        bounds = sentence_bounds(set_text(doc), self.config)
        starts = np.isin(doc.to_array(IDX), [start for start, _ in bounds])
        starts[:1] = True
        doc.from_array([SENT_START], np.where(starts, 1, -1).astype(np.uint64)[:, None])  # type: ignore[arg-type]  # thinc's own array type
        put(doc, "sentences", [Bounds(*pair) for pair in bounds], Bounds)
        return doc


def sentences_of(doc: Doc) -> list[tuple[int, int]]:
    """(start, end) of each sentence, in characters."""
    attrs = doc.spans["sentences"].attrs
    return list(zip(attrs["start"], attrs["end"], strict=True))


class AbbreviationFinder:
    """Finds the abbreviations that a text defines."""

    def __init__(self, config: AbbreviationConfig) -> None:
        self.config = config

    def __call__(self, doc: Doc) -> Doc:
        """Store the abbreviations of a document."""
        found = find_abbreviations(doc, text_of(doc), self.config)
        put(doc, "abbreviations", list(found.values()), Abbreviation, more={"form": list(found)})
        return doc


def abbreviations_of(doc: Doc) -> dict[str, Abbreviation]:
    """Short form → abbreviation, plural or singular too."""
    return dict(zip(doc.spans["abbreviations"].attrs["form"], get(doc, "abbreviations", Abbreviation), strict=True))


def _long_forms(doc: Doc) -> dict[str, str]:
    attrs = doc.spans["abbreviations"].attrs
    return dict(zip(attrs["form"], attrs["long"], strict=True))


class CandidateFinder:
    """Finds candidate mentions by patterns and the lexicon."""

    def __init__(self, lexicon: str | None, config: CandidateConfig, synonyms: Synonyms) -> None:
        self._lexicon = lexicon
        self.config = config
        self.synonyms = synonyms

    def __call__(self, doc: Doc) -> Doc:
        """Store the candidates of a document."""
        text = text_of(doc)
        found = find_candidates(text, Lexicon.load(self._lexicon), self.config)
        put(doc, "candidates", found + self.synonyms.candidates(text), Candidate)
        return doc


class RecognizerScores:
    """Scores spans with the trained recognizer; finds nothing where its weights are not installed."""

    def __init__(self, min_score: float) -> None:
        self.min_score = min_score

    @cached_property
    def recognizer(self) -> Recognizer | None:
        """The recognizer, loaded when first needed."""
        return Recognizer() if (files("miner") / "weights" / "config.json").is_file() else None

    def __call__(self, doc: Doc) -> Doc:
        """Store the scored spans of a document."""
        scored: Sequence[ScoredSpan] = ()
        if self.recognizer:
            scored = self.recognizer.score(text_of(doc), sentences_of(doc), self.min_score)
        put(doc, "scored", scored, ScoredSpan)
        return doc


class ModelEntities:
    """Takes the entities that another model of the pipeline found as scored spans."""

    def __init__(self, score: float, labels: Mapping[str, str]) -> None:
        self.score = score
        self.labels = {label: EntityType(kind) for label, kind in labels.items()}

    def __call__(self, doc: Doc) -> Doc:
        """Store the model's entities."""
        scored = [
            ScoredSpan(ent.start_char, ent.end_char, self.labels[ent.label_], self.score)
            for ent in doc.ents
            if ent.label_ in self.labels
        ]
        put(doc, "scored", scored, ScoredSpan)
        return doc


class Resolver:
    """Fuses candidates and scored spans and resolves them into mentions."""

    def __init__(self, lexicon: str | None, fusion: FusionConfig, config: ResolverConfig) -> None:
        self._lexicon = lexicon
        self.fusion = fusion
        self.config = config

    def __call__(self, doc: Doc) -> Doc:
        """Store the mentions of a document."""
        text = text_of(doc)
        found, scored = get(doc, "candidates", Candidate), get(doc, "scored", ScoredSpan)
        if scored:
            found = fuse_scores(text, found, scored, Lexicon.load(self._lexicon), self.fusion)
        put(doc, "mentions", resolve(text, found, abbreviations_of(doc), self.config), Candidate)
        return doc


class Linker:
    """Links each mention to a concept of the lexicon, or to an id made of its text."""

    def __init__(self, lexicon: str | None, synonyms: Synonyms) -> None:
        self._lexicon = lexicon
        self.synonyms = synonyms

    @cached_property
    def grounder(self) -> Grounder:
        """What grounds a single mention."""
        return Grounder(Lexicon.load(self._lexicon))

    def __call__(self, doc: Doc) -> Doc:
        """Set `kb_id_` of the mentions and store concept, score and reason beside them."""
        text, long_forms = text_of(doc), _long_forms(doc)
        mentions = get(doc, "mentions", Candidate)
        known: dict[tuple[str, EntityType], Grounding] = {}
        links = []
        for mention in mentions:
            key = mention.name or text[mention.start : mention.end], mention.type
            if key not in known:
                known[key] = self.synonyms.ground(*key) or self.grounder.ground(*key, long_forms)
            links.append(known[key])
        more = {
            "concept": [link.name for link in links],
            "link_score": [link.score for link in links],
            "reason": [link.reason for link in links],
            "id": [link.id for link in links],
        }
        put(doc, "mentions", mentions, Candidate, [link.id for link in links], more)
        return doc


class EntityGrouper:
    """Groups the linked mentions of one concept into an entity."""

    def __call__(self, doc: Doc) -> Doc:
        """Store the entities: `doc.spans["entities"]` holds all mentions, `doc.ents` the longest apart."""
        groups = Grouper(_linked_spans(doc), _long_forms(doc)).groups()
        best = [best_grounding(group) for group in groups]
        casing = Casing(text_of(doc), sentences_of(doc))
        members = [
            EntityMention(span.start, span.end, span.type, number)
            for number, group in enumerate(groups)
            for span in group
        ]
        table = [
            [link.id, group[0].type.value, _name(link, group[0].type, casing), link.score, link.reason]
            for link, group in zip(best, groups, strict=True)
        ]
        put(doc, "entities", members, EntityMention, [best[m.entity].id for m in members], {"entities": table})
        doc.ents = filter_spans(doc.spans["entities"])
        return doc


def _name(link: Grounding, kind: EntityType, casing: Casing) -> str:
    """The name of a concept; one that no vocabulary knows is written as in running text."""
    return casing.name(link.name, kind) if link.reason.startswith("text") else link.name


def _linked_spans(doc: Doc) -> list[GroundedSpan]:
    text, long_forms, attrs = text_of(doc), _long_forms(doc), doc.spans["mentions"].attrs
    links = map(Grounding, attrs["id"], attrs["concept"], attrs["link_score"], attrs["reason"])
    spans = []
    for m, link in zip(get(doc, "mentions", Candidate), links, strict=True):
        here = text[m.start : m.end]
        surface = m.name or here
        spans.append(GroundedSpan(m.start, m.end, here, m.type, expanded(surface, long_forms), surface, link, m.score))
    return spans


def entities_of(doc: Doc) -> tuple[Entity, ...]:
    """The entities of a document, in order of first mention: what `doc._.entities` gives."""
    if "entities" not in doc.spans:
        return ()
    text, table = text_of(doc), doc.spans["entities"].attrs["entities"]
    mentions: list[list[Mention]] = [[] for _ in table]
    for m in get(doc, "entities", EntityMention):
        mentions[m.entity].append(Mention(m.start, m.end, text[m.start : m.end]))
    return tuple(
        Entity(id_, EntityType(kind), name, tuple(mentions[number]), score, reason)
        for number, (id_, kind, name, score, reason) in enumerate(table)
    )


if not Doc.has_extension("entities"):
    Doc.set_extension("entities", getter=entities_of)


@registry.tokenizers("exominer.Tokenizer.v1")  # type: ignore[untyped-decorator]  # spaCy has no types for it
def create_tokenizer() -> Callable[[Language], Tokenizer]:
    """The tokenizer that a pipeline's config names."""
    return make_tokenizer


@Language.factory(
    "exominer_sentences_v1",
    default_config={"numbers": asdict(SentencizerConfig())},
    assigns=["token.is_sent_start", "doc.spans"],
)
def make_sentences(nlp: Language, name: str, numbers: dict[str, Any]) -> Sentencizer:
    """Make the component that marks sentences."""
    return Sentencizer(SentencizerConfig(**numbers))


@Language.factory(
    "exominer_abbreviations_v1", default_config={"numbers": asdict(AbbreviationConfig())}, assigns=["doc.spans"]
)
def make_abbreviations(nlp: Language, name: str, numbers: dict[str, Any]) -> AbbreviationFinder:
    """Make the component that finds abbreviations."""
    return AbbreviationFinder(AbbreviationConfig(**numbers))


@Language.factory(
    "exominer_candidates_v1",
    default_config={"lexicon": None, "numbers": asdict(CandidateConfig()), "synonyms": []},
    assigns=["doc.spans"],
)
def make_candidates(
    nlp: Language, name: str, lexicon: str | None, numbers: dict[str, Any], synonyms: list[dict[str, str]]
) -> CandidateFinder:
    """Make the component that finds candidates.

    `lexicon` is the path of another lexicon than the shipped one, `synonyms` are further forms (`Synonym`).
    """
    return CandidateFinder(lexicon, CandidateConfig(**numbers), _synonyms(synonyms))


@Language.factory(
    "exominer_recognizer_v1",
    default_config={"min_score": MIN_SCORE},
    assigns=["doc.spans"],
    requires=["doc.spans"],
)
def make_recognizer(nlp: Language, name: str, min_score: float) -> RecognizerScores:
    """Make the component that scores spans with the trained recognizer."""
    return RecognizerScores(min_score)


@Language.factory(
    "exominer_model_ents_v1",
    default_config={"score": MODEL_SCORE, "labels": MODEL_LABELS},
    assigns=["doc.spans"],
    requires=["doc.ents"],
)
def make_model_entities(nlp: Language, name: str, score: float, labels: dict[str, str]) -> ModelEntities:
    """Make the component that takes another model's entities. `labels` maps that model's labels to entity types."""
    return ModelEntities(score, labels)


@Language.factory(
    "exominer_resolver_v1",
    default_config={"lexicon": None, "fusion": asdict(FusionConfig()), "numbers": asdict(ResolverConfig())},
    assigns=["doc.spans"],
    requires=["doc.spans"],
)
def make_resolver(
    nlp: Language, name: str, lexicon: str | None, fusion: dict[str, Any], numbers: dict[str, Any]
) -> Resolver:
    """Make the component that resolves candidates and scored spans into mentions."""
    return Resolver(lexicon, FusionConfig(**fusion), ResolverConfig(**numbers))


@Language.factory(
    "exominer_linker_v1",
    default_config={"lexicon": None, "synonyms": []},
    assigns=["doc.spans"],
    requires=["doc.spans"],
)
def make_linker(nlp: Language, name: str, lexicon: str | None, synonyms: list[dict[str, str]]) -> Linker:
    """Make the component that links mentions to concepts."""
    return Linker(lexicon, _synonyms(synonyms))


def _synonyms(rows: list[dict[str, str]]) -> Synonyms:
    return Synonyms(Synonym(row["form"], EntityType(row["type"]), row["id"], row["name"]) for row in rows)


@Language.factory("exominer_grouper_v1", assigns=["doc.ents", "doc.spans"], requires=["doc.spans"])
def make_entities(nlp: Language, name: str) -> EntityGrouper:
    """Make the component that groups mentions into entities."""
    return EntityGrouper()
