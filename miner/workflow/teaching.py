"""Names of entities that curators' corrections teach a workspace."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from miner.corpus import Corpus
from miner.errors import UsageError
from miner.model.assertions import Assertion, Verdict
from miner.model.claims import Claim, EntityRef
from miner.model.learned import Synonym, Taught
from miner.model.marking import mark


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


def name_entities(claims: Iterable[Claim], assertion: Assertion, edit: Verdict) -> Verdict:
    """The edit whose new subject and object have as mentions the name that it teaches for them, if it teaches one.

    A name that the curator gave is taught. Else it is the one name that the judged sentences use for the entity, unless
    they name the new entity too, or a vocabulary prefers the name for another: then the claim alone was misread. Raises
    UsageError where no sentence has the name that the curator gave.
    """
    sentences = [evidence.sentence for evidence in assertion.evidence if edit.evidence in ("", evidence.id)]
    judged = [c for c in claims if c.sentence in sentences and c.predicate is assertion.predicate]
    return replace(
        edit,
        new_subject=_named(edit.new_subject, [claim.subject for claim in judged], sentences),
        new_object=_named(edit.new_object, [claim.object for claim in judged], sentences),
    )


def _named(new: EntityRef | None, replaced: Iterable[EntityRef], sentences: Sequence[str]) -> EntityRef | None:
    if new is None:
        return None
    names = _names_in(sentences, replaced)
    given = next(iter(new.mentions), None)
    if given is None:
        return replace(new, mentions=tuple(names) if len(names) == 1 and _is_taught(names[0], new, sentences) else ())
    if not any(given in sentence for sentence in sentences):
        choice = ", ".join(names) or "none"
        raise UsageError(f"no judged sentence has {given!r} - give the name that they use for {new.name}: {choice}")
    return new


def _names_in(sentences: Sequence[str], refs: Iterable[EntityRef]) -> list[str]:
    """What sentences call an entity, without words around the name ("exosomal")."""
    from miner.nlp.linker import stripped

    mentions = [(m, ref.type) for ref in refs for m in ref.mentions if any(m in sentence for sentence in sentences)]
    return list(dict.fromkeys([mention, *stripped(mention, type_)][-1] for mention, type_ in mentions))


def _is_taught(name: str, new: EntityRef, sentences: Iterable[str]) -> bool:
    """Whether a correction to the entity `new` says that the name means it."""
    from miner.nlp.lexicon import Lexicon

    lexicon = Lexicon.load()
    own = {"own": (new.name, lexicon.name(new.id), *lexicon.synonyms(new.id))}
    if any(segment.role for sentence in sentences for segment in mark(sentence, own)):
        return False
    return not any(sense.rank == 0 and sense.id != new.id for sense in lexicon.lookup(name))


def find_synonyms(verdicts: Iterable[Verdict]) -> list[Synonym]:
    """What corrections of entities teach, by form; a form that curators give different entities is left out."""
    from miner.nlp.lexicon import Lexicon

    meant: dict[str, set[str]] = defaultdict(set)
    for verdict in verdicts:
        for ref in filter(None, (verdict.new_subject, verdict.new_object)):
            for name in ref.mentions:
                meant[name].add(ref.id)
    if not meant:
        return []
    lexicon = Lexicon.load()
    found = []
    for form, ids in sorted(meant.items()):
        concept = lexicon.concept(min(ids))
        if len(ids) == 1 and concept:
            found.append(Synonym(form, concept.type, concept.id, concept.name))
    return found
