"""The spaCy pipeline of the entity stage, and texts annotated with it.

Its components, each a factory with a versioned name:

    exominer_sentences_v1      sentence starts, from `sentence_bounds`
    abbreviation_detector      scispaCy's (Schwartz & Hearst 2003, doi:10.1142/9789812776303_0042)
    exominer_entities_v1       patterns, lexicon and recogniser resolved, grouped and grounded: `doc._.entities`

With `model`, a scispaCy model that the user has installed takes the recogniser's place: its own components run
first and its entities, read by `SCISPACY_TYPES`, are the scored spans.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from graph_schema.model import EntityType
from miner.errors import UsageError
from miner.model import AnnotatedArticle, Entity, Mention
from miner.nlp.abbreviations import abbreviations_of
from miner.nlp.grounding import Grounder
from miner.nlp.grouping import GroundedSpan, Grouper, best_grounding
from miner.nlp.lexicon import Lexicon
from miner.nlp.resolver import Candidate, candidates, resolve, weighed
from miner.nlp.sentences import sentence_bounds
from miner.nlp.tokens import BiomedicalTokenizer

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from miner.nlp.recogniser import Recogniser

PIPELINE = "exominer.entities.v1"
"""The versioned name of this pipeline; raised when what it finds changes."""
BATCH = 32

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


def load_pipeline(model: str | None = None) -> "Language":
    """The pipeline, with our recogniser or with a scispaCy `model` that is installed.

    Raises `UsageError` where the model is not installed.
    """
    import spacy

    if model is None:
        nlp = spacy.blank("en")
        nlp.tokenizer = BiomedicalTokenizer(nlp)
    else:
        try:
            nlp = spacy.load(model)
        except OSError as error:
            raise UsageError(f"the model {model} is not installed - pip install it, or leave --model out") from error
    register()
    nlp.add_pipe("exominer_sentences_v1", first=True)
    nlp.add_pipe("abbreviation_detector")
    nlp.add_pipe("exominer_entities_v1", config={"recogniser": model is None})
    return nlp


def annotate(
    articles: Iterable[tuple[str, str]], nlp: "Language | None" = None, processes: int = 1
) -> Iterator[AnnotatedArticle]:
    """Each (id, text) with its sentences and entities, in order, in batches; `processes` beyond one share the work."""
    nlp = nlp or load_pipeline()
    pairs = ((text, doc_id) for doc_id, text in articles)
    for doc, doc_id in nlp.pipe(pairs, as_tuples=True, batch_size=BATCH, n_process=processes):
        yield AnnotatedArticle(doc_id, doc.text, tuple(doc.user_data["sentences"]), doc._.entities)


class SentenceStarts:
    """Marks sentence starts; `doc.user_data["sentences"]` keeps the exact (start, end) offsets."""

    def __call__(self, doc: "Doc") -> "Doc":
        bounds = sentence_bounds(doc.text)
        starts = {start for start, _ in bounds}
        for token in doc:
            token.is_sent_start = token.idx in starts or token.i == 0
        doc.user_data["sentences"] = bounds
        return doc


class EntityFinder:
    """Finds, resolves, groups and grounds the entities of a document."""

    def __init__(self, lexicon: str | None, recogniser: bool) -> None:
        self._lexicon_path = lexicon
        self._wants_recogniser = recogniser

    @cached_property
    def lexicon(self) -> Lexicon:
        """The lexicon, read when first needed."""
        return Lexicon.load(self._lexicon_path)

    @cached_property
    def recogniser(self) -> "Recogniser | None":
        """The trained recogniser, where this pipeline is to use it."""
        if not self._wants_recogniser or not (files("miner") / "weights" / "config.json").is_file():
            return None
        from miner.nlp.recogniser import Recogniser

        return Recogniser()

    def __call__(self, doc: "Doc") -> "Doc":
        scored: Sequence[Scored]
        if self.recogniser is None:
            scored = [_ScispacySpan(ent) for ent in doc.ents if ent.label_ in SCISPACY_TYPES]
        else:
            scored = self.recogniser.scored(doc.text, doc.user_data["sentences"])
        self._set(doc, entities_of(doc, self.lexicon, scored))
        return doc

    def _set(self, doc: "Doc", entities: tuple[Entity, ...]) -> None:
        from spacy.util import filter_spans

        spans = []
        for entity in entities:
            for mention in entity.mentions:
                span = doc.char_span(mention.start, mention.end, entity.type.value, entity.id, alignment_mode="expand")
                if span is not None:
                    spans.append(span)
        doc.spans["entities"] = spans
        doc.ents = filter_spans(spans)
        doc._.entities = entities


class _ScispacySpan:
    """An entity of a scispaCy model as a scored span: the models give no probabilities."""

    def __init__(self, ent: Any) -> None:
        self.start: int = ent.start_char
        self.end: int = ent.end_char
        self.type = SCISPACY_TYPES[ent.label_]
        self.score = 0.7


def entities_of(doc: "Doc", lexicon: Lexicon, scored: Sequence[Scored]) -> tuple[Entity, ...]:
    """The entities of a document with abbreviations detected, given a model's scored spans (may be none)."""
    text = doc.text
    abbreviations = abbreviations_of(doc)
    known = candidates(text, lexicon)
    mentions = resolve(text, weighed(known, scored) if scored else known, abbreviations)
    long_forms = {short: abbreviation.long for short, abbreviation in abbreviations.items()}
    return gathered(text, mentions, Grounder(lexicon), long_forms)


def gathered(
    text: str, mentions: Iterable[Candidate], grounder: Grounder, long_forms: dict[str, str]
) -> tuple[Entity, ...]:
    """Resolved mentions grounded and grouped into entities, in order of first mention."""
    from miner.nlp.grounding import expanded

    spans = []
    for m in mentions:
        surface = m.name or text[m.start : m.end]
        spans.append(
            GroundedSpan(
                m.start,
                m.end,
                text[m.start : m.end],
                m.type,
                expanded(surface, long_forms),
                grounder.ground(surface, m.type, long_forms),
                m.score,
            )
        )
    entities = []
    for group in Grouper(spans, long_forms).groups():
        best = best_grounding(group)
        entities.append(
            Entity(
                best.id,
                group[0].type,
                best.name,
                tuple(Mention(s.start, s.end, s.text) for s in group),
                best.score,
                best.reason,
            )
        )
    return tuple(entities)


_registered = False


def register() -> None:
    """Make spaCy know the factories and the tokeniser, so that a saved pipeline loads by its config."""
    global _registered
    if _registered:
        return
    from scispacy.abbreviation import AbbreviationDetector  # noqa: F401 - importing registers its factory
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.util import registry

    if not Doc.has_extension("entities"):
        Doc.set_extension("entities", default=())

    registry.tokenizers("exominer.BiomedicalTokenizer.v1", func=lambda: BiomedicalTokenizer)

    @Language.factory("exominer_sentences_v1", assigns=["token.is_sent_start"])
    def make_sentences(nlp: Language, name: str) -> SentenceStarts:
        return SentenceStarts()

    @Language.factory(
        "exominer_entities_v1",
        default_config={"lexicon": None, "recogniser": True},
        assigns=["doc._.entities", "doc.ents", "doc.spans"],
        requires=["doc._.abbreviations"],
    )
    def make_entities(nlp: Language, name: str, lexicon: str | None, recogniser: bool) -> EntityFinder:
        return EntityFinder(lexicon, recogniser)

    _registered = True
