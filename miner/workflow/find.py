"""Search of a corpus's entities by what people call them."""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rapidfuzz import fuzz, process

from graph_schema.model import EntityType
from miner.assembly.entities import EntityNodes
from miner.assembly.kinds import Kinds
from miner.corpus import Corpus
from miner.errors import UsageError
from miner.model.populations import Population, split_name
from miner.nlp.lexicon import Lexicon
from miner.vocabulary.normalize import normalize, normalize_words

Match = Literal["exact", "prefix", "words", "fuzzy"]
_ORDER: tuple[Match, ...] = ("exact", "prefix", "words", "fuzzy")
MIN_SIMILARITY = 72.0
"""rapidfuzz's ratio (0 to 100) of normalized names from which on they are alike."""
MIN_PREFIX = 2
"""Characters that a prefix needs."""


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """An entity with the form it was found by, how, and how many claims and articles of the corpus name it."""

    id: str
    type: EntityType
    name: str
    match: Match
    form: str
    claims: int
    articles: int

    def as_row(self) -> list[Any]:
        """Its values in the order of `FOUND_COLUMNS`."""
        return [getattr(self, column) for column in FOUND_COLUMNS]


FOUND_COLUMNS = ("name", "type", "id", "match", "form", "claims", "articles")
"""The fields of a found entity in the order in which tables show them."""


@dataclass(slots=True)
class _Entry:
    type: EntityType
    names: Counter[str] = field(default_factory=Counter)
    forms: set[str] = field(default_factory=set)
    claims: int = 0
    articles: set[int] = field(default_factory=set)
    population: Population | None = None


class EntityIndex:
    """The entities of a corpus with every form that names them: as written in texts, and as the vocabulary has them."""

    def __init__(self, corpus: Corpus) -> None:
        self._lexicon = Lexicon.load()
        self._kinds = Kinds(self._lexicon)
        self._entries = _entries(corpus)
        self._ids_by_key: dict[str, set[str]] = defaultdict(set)
        self._forms: dict[tuple[str, str], str] = {}
        for id_, entry in self._entries.items():
            concept = self._lexicon.concept(id_)
            known = (concept.name, *concept.synonyms, *concept.orthologs) if concept else ()
            for form in (id_, *entry.names, *entry.forms, *known):
                key = normalize(form)
                self._ids_by_key[key].add(id_)
                self._forms.setdefault((id_, key), form)

    def find(self, text: str, limit: int = 20) -> list[FoundEntity]:
        """The entities that `text` may mean: exact matches first, then prefixes, words within, and similar names.

        Within each kind of match, entities with `text` as a name of their own come before those with it only in texts;
        then those with most claims come first. Entities of the vocabulary without claims follow the exact matches.
        """
        composed = _find_populations(text, self._named, _populations(self._entries), self._kinds)
        matches: dict[str, tuple[Match, str]] = dict.fromkeys(composed, ("exact", text))
        for match, keys in self._matching_keys(text):
            for key in keys:
                for id_ in self._ids_by_key[key]:
                    matches.setdefault(id_, (match, self._forms[id_, key]))
        found = [self._found(id_, match, form) for id_, (match, form) in matches.items()]
        known = [self._known(sense.id, text) for sense in self._lexicon.lookup(text) if sense.id not in self._entries]
        unique = {entity.id: entity for entity in (*found, *known)}
        return sorted(unique.values(), key=self._rank)[:limit]

    def _named(self, name: str) -> set[str]:
        """The ids of the entities with a name of their own; without any, of those that texts call so."""
        key = normalize(name)
        found = self._ids_by_key.get(key, set()) | {sense.id for sense in self._lexicon.lookup(name)}
        return {id_ for id_ in found if self._is_own(id_, key)} or found

    def _is_own(self, id_: str, key: str) -> bool:
        names = (id_, self._lexicon.name(id_), *self._lexicon.synonyms(id_))
        return key in map(normalize, names)

    def _rank(self, found: FoundEntity) -> tuple[int, bool, int, str, str]:
        """The sort key: kind of match, own names before names only in texts ("miR-211-5p-loaded exosomes"), claims."""
        key = normalize(found.form)
        is_composed = self._entries[found.id].population is not None if found.id in self._entries else False
        by_text = not is_composed and key != normalize(found.name) and not self._is_own(found.id, key)
        return _ORDER.index(found.match), by_text, -found.claims, found.name, found.id

    def _matching_keys(self, text: str) -> Iterator[tuple[Match, Iterable[str]]]:
        key, words = normalize(text), set(normalize_words(text))
        if not key:
            return
        yield "exact", [key] if key in self._ids_by_key else []
        if len(key) >= MIN_PREFIX:
            yield "prefix", [k for k in self._ids_by_key if k.startswith(key)]
        yield "words", [normalize(form) for (_, _), form in self._forms.items() if words <= set(normalize_words(form))]
        similar = process.extract(key, list(self._ids_by_key), scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY, limit=20)
        yield "fuzzy", [k for k, _, _ in similar]

    def _found(self, id_: str, match: Match, form: str) -> FoundEntity:
        entry = self._entries[id_]
        ((name, _),) = entry.names.most_common(1)
        return FoundEntity(id_, entry.type, name, match, form, entry.claims, len(entry.articles))

    def _known(self, id_: str, text: str) -> FoundEntity:
        concept = self._lexicon.concept(id_)
        assert concept is not None  # a sense names a concept
        return FoundEntity(id_, concept.type, concept.name, "exact", text, 0, 0)


class CurrentIndex:
    """The index of a corpus that changes, made anew once claims name other entities; any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: EntityIndex | None = None
        self._change = 0

    def of(self, corpus: Corpus) -> EntityIndex:
        """The index of the corpus as it is now."""
        with self._lock:
            latest = corpus.last_change
            if self._index is None or (latest != self._change and corpus.renamed(self._change)):
                self._index = EntityIndex(corpus)
            self._change = latest
            return self._index


def names_by_use(corpus: Corpus, start: str) -> list[tuple[str, EntityType]]:
    """Names of the entities in claims that begin with `start`, those in most claims first."""
    used = ((entry.claims, entry.names.most_common(1)[0][0], entry.type) for entry in _entries(corpus).values())
    named = [(claims, name, type_) for claims, name, type_ in used if name.startswith(start)]
    return [(name, type_) for _, name, type_ in sorted(named, key=lambda one: (-one[0], one[1]))]


def _entries(corpus: Corpus) -> Mapping[str, _Entry]:
    entries: dict[str, _Entry] = {}
    for article, claim in corpus.claims_by_article():
        for ref in {r.id: r for r in claim.refs}.values():
            for id_, name in {ref.kind: ref.name, ref.id: ref.full_name}.items():  # a population counts for its kind
                entry = entries.setdefault(id_, _Entry(ref.type))
                entry.names[name] += 1
                entry.claims += 1
                entry.articles.add(article)
            entries[ref.kind].forms.update(ref.mentions)
            entries[ref.id].population = ref.population
    return entries


def _populations(entries: Mapping[str, _Entry]) -> dict[str, Population]:
    return {id_: entry.population for id_, entry in entries.items() if entry.population}


def _find_populations(
    text: str, named: Callable[[str], Collection[str]], populations: Mapping[str, Population], kinds: Kinds
) -> list[str]:
    """The ids of vesicles that are named by their kind, or what it is a kind of, and their only source."""
    for kind, source in split_name(text):
        of_kind, of_source = named(kind), named(source)
        found = [
            id_
            for id_, population in populations.items()
            if len(population.sources) == 1
            and population.source_ids[0] in of_source
            and not kinds.of(population.kind).isdisjoint(of_kind)
        ]
        if found:
            return found
    return []


def ids_with_kinds(corpus: Corpus, text: str) -> frozenset[str]:
    """The ids of the corpus's entities with a name, and of their kinds.

    As in the graph, a name that only texts use for an entity counts only if no entity has it as its own name. Raises
    UsageError if no entity has the name.
    """
    from miner.graph.lookup import is_own, lookup_keys

    lexicon, entries = Lexicon.load(), _entries(corpus)
    populations = _populations(entries)
    types = {id_: entry.type for id_, entry in entries.items()}
    nodes = EntityNodes(lexicon, corpus.names_of).for_types(types, populations)

    def called(name: str) -> tuple[set[str], set[str]]:
        keys = lookup_keys(name)
        found = [node for node in nodes.values() if any(f"|{key}|" in node.lookup for key in keys)]
        own = {n.id for n in found if is_own(keys, n.id, (n.name, n.formal_name, *n.synonyms))}
        return own, {node.id for node in found}

    def named(name: str) -> set[str]:
        own, found = called(name)
        return own or found

    own, found = called(text)
    kinds = own or set(_find_populations(text, named, populations, Kinds(lexicon))) or found
    if not kinds:
        raise UsageError(f"no entity of the corpus is named {text!r} - see: exominer find {text!r}")
    while more := {node.id for node in nodes.values() if not kinds.isdisjoint(node.parents)} - kinds:
        kinds |= more
    return frozenset(kinds)
