"""Names of entities that curators' corrections teach a workspace."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

from miner.corpus import Corpus
from miner.errors import UsageError
from miner.model.assertions import Assertion, Verdict
from miner.model.claims import Claim
from miner.model.corrections import EntityCorrection, parse_entity_correction
from miner.model.learned import Synonym, Taught


def update_taught(corpus: Corpus) -> Taught:
    """Bring the synonyms up to date with the verdicts; texts with a form taught or taken back are read again."""
    taught = corpus.taught()
    current = tuple(find_synonyms(verdict for verdict, _ in corpus.all_verdicts()))
    if current == taught.synonyms:
        return taught
    from miner.nlp.synonyms import Synonyms

    changed = Synonyms(set(current) ^ set(taught.synonyms))
    corpus.put_synonyms(current, changed.within)
    return corpus.taught()


def complete_entity_correction(claims: Iterable[Claim], assertion: Assertion, correction: str) -> str:
    """The correction of an entity ("SUBJECT = LAMP1") with the article's text for it and the entity's id.

    Raises UsageError where the vocabularies have no such entity, or it is not clear which text is meant.
    """
    from miner.nlp.lexicon import Lexicon

    given = parse_entity_correction(correction)
    if given is None:
        raise UsageError(f"{correction!r} is no correction of an entity - write it as in SUBJECT = HGNC:9588")
    lexicon = Lexicon.load()
    senses = lexicon.lookup(given.id)
    id_ = given.id if given.id in lexicon else senses[0].id if senses else None
    if id_ is None:
        raise UsageError(f"{given.id}: no such entity in the vocabularies - give an id or a name, such as HGNC:9588")
    texts = _texts_of(claims, assertion, given.end)
    text = given.text or (texts[0] if len(texts) == 1 else "")
    if not text or not any(text in evidence.sentence for evidence in assertion.evidence):
        choice = ", ".join(texts) or "none of this claim's sentences"
        raise UsageError(f"which text is {id_}? - write {given.end} TEXT = {id_}, with one of these as TEXT: {choice}")
    return str(EntityCorrection(given.end, text, id_))


def _texts_of(claims: Iterable[Claim], assertion: Assertion, end: Literal["SUBJECT", "OBJECT"]) -> list[str]:
    """What the sentences of an assertion call its subject or object, without words around the name ("exosomal")."""
    from miner.nlp.linker import stripped

    sentences = [evidence.sentence for evidence in assertion.evidence]
    found: dict[str, None] = {}
    for claim in claims:
        if claim.sentence in sentences and claim.predicate is assertion.predicate:
            ref = claim.subject if end == "SUBJECT" else claim.object
            mentions = (mention for mention in ref.mentions if mention in claim.sentence)
            found |= dict.fromkeys([mention, *stripped(mention, ref.type)][-1] for mention in mentions)
    return list(found)


def find_synonyms(verdicts: Iterable[Verdict]) -> list[Synonym]:
    """What corrections of entities teach, by form; a form that curators give different entities is left out."""
    from miner.nlp.lexicon import Lexicon

    meant: dict[str, set[str]] = defaultdict(set)
    for verdict in verdicts:
        correction = parse_entity_correction(verdict.correction)
        if correction and correction.text:
            meant[correction.text].add(correction.id)
    if not meant:
        return []
    lexicon = Lexicon.load()
    found = []
    for form, ids in sorted(meant.items()):
        concept = lexicon.concept(min(ids))
        if len(ids) == 1 and concept:
            found.append(Synonym(form, concept.type, concept.id, concept.name))
    return found
