"""Search of a corpus's entities by what people call them."""

import heapq
import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, takewhile
from typing import Any, Literal

from rapidfuzz import fuzz, process

from graph_schema.model import EntityType
from miner.assembly.entities import EntityNodes
from miner.assembly.kinds import Kinds
from miner.corpus import Corpus
from miner.errors import UsageError
from miner.model.claims import EntityRef
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
        self._names = {id_: entry.names.most_common(1)[0][0] for id_, entry in self._entries.items()}
        self._ids_by_key: dict[str, set[str]] = defaultdict(set)
        self._keys_by_word: dict[str, set[str]] = defaultdict(set)
        self._forms: dict[tuple[str, str], str] = {}
        self._own: dict[str, set[str]] = {}
        for id_, entry in self._entries.items():
            concept = self._lexicon.concept(id_)
            known = (concept.name, *concept.synonyms) if concept else ()
            self._own[id_] = {normalize(form) for form in (id_, self._names[id_], *known)}
            for form in (id_, *entry.names, *entry.forms, *known, *(concept.orthologs if concept else ())):
                key = normalize(form)
                self._ids_by_key[key].add(id_)
                self._forms.setdefault((id_, key), form)
                for word in normalize_words(form):
                    self._keys_by_word[word].add(key)
        self._keys = sorted(self._ids_by_key)

    def find(self, text: str, limit: int = 20) -> list[FoundEntity]:
        """The entities that `text` may mean: exact matches first, then prefixes, words within, and similar names.

        Within each kind of match, entities with `text` as a name of their own come before those with it only in texts;
        then those with most claims come first. Entities of the vocabulary without claims follow the exact matches.
        """
        composed = _find_populations(text, self._named, _populations(self._entries), self._kinds)
        ids = [*([text] if text in self._lexicon else []), *(sense.id for sense in self._lexicon.lookup(text))]
        known = [self._known(id_, text) for id_ in ids if id_ not in self._entries]
        found = {entity.id: entity for entity in known}
        found |= {id_: self._found(id_, "exact", text) for id_ in composed}
        matched = set(composed)
        for match, keys in self._matching_keys(text):
            if len(found) >= limit:
                break
            new: dict[str, str] = {}
            for key in keys:
                for id_ in self._ids_by_key[key] - matched:
                    new[id_] = min(new.get(id_, key), key, key=partial(_nearness, self._own[id_]))
            matched |= new.keys()
            best = heapq.nsmallest(limit, new.items(), key=lambda item: self._rank(*item))
            found |= {id_: self._found(id_, match, self._forms[id_, key]) for id_, key in best}
        order = {match: place for place, match in enumerate(_ORDER)}
        return sorted(found.values(), key=lambda e: (order[e.match], *self._rank(e.id, normalize(e.form))))[:limit]

    def _named(self, name: str) -> set[str]:
        """The ids of the entities with a name of their own; without any, of those that texts call so."""
        key = normalize(name)
        found = self._ids_by_key.get(key, set()) | {sense.id for sense in self._lexicon.lookup(name)}
        return {id_ for id_ in found if self._is_own(id_, key)} or found

    def _is_own(self, id_: str, key: str) -> bool:
        if id_ in self._own:
            return key in self._own[id_]
        return key in map(normalize, (id_, self._lexicon.name(id_), *self._lexicon.synonyms(id_)))

    def pick(self, text: str) -> EntityRef:
        """The one entity that a name or an id stands for, as claims name it. Raises UsageError for none or several.

        Entities that claims name come before others, and of entries that vocabularies have twice the best sense counts.
        """
        exact = [found for found in self.find(text) if found.match == "exact"]
        named = [found for found in exact if found.id in self._own and normalize(text) in self._own[found.id]] or exact
        named = [found for found in named if found.claims] or named
        if not named:
            raise UsageError(f"no entity is named {text!r} - give an id or a name, as exominer find prints them")
        if len({(found.type, found.name) for found in named}) > 1:
            listed = ", ".join(f"{found.id} ({found.type} {found.name})" for found in named)
            raise UsageError(f"{text!r} names several entities - give the id of one: {listed}")
        senses = [sense.id for sense in self._lexicon.lookup(text)]
        found = max(named, key=lambda found: (found.claims, found.id in senses and -senses.index(found.id)))
        entry = self._entries.get(found.id)
        population = entry.population if entry else None
        name = self._names[population.kind] if population else found.name
        return EntityRef(found.id, found.type, name, (), population)

    def _rank(self, id_: str, key: str) -> tuple[bool, int, str, str]:
        """The sort key: own names before names only in texts ("miR-211-5p-loaded exosomes"), then most claims."""
        if (entry := self._entries.get(id_)) is None:
            return False, 0, "", id_
        return entry.population is None and key not in self._own[id_], -entry.claims, self._names[id_], id_

    def _matching_keys(self, text: str) -> Iterator[tuple[Match, Iterable[str]]]:
        key, words = normalize(text), set(normalize_words(text))
        if not key:
            return
        yield "exact", [key] if key in self._ids_by_key else []
        if len(key) >= MIN_PREFIX:
            first = bisect_left(self._keys, key)
            yield "prefix", takewhile(lambda k: k.startswith(key), islice(self._keys, first, None))
        yield "words", set.intersection(*(self._keys_by_word.get(word, set()) for word in words)) if words else ()
        similar = process.extract(key, self._keys, scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY, limit=20)
        yield "fuzzy", [k for k, _, _ in similar]

    def _found(self, id_: str, match: Match, form: str) -> FoundEntity:
        entry = self._entries[id_]
        return FoundEntity(id_, entry.type, self._names[id_], match, form, entry.claims, len(entry.articles))

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


def _nearness(own: Collection[str], key: str) -> tuple[bool, int, str]:
    """The sort key of an entity's keys that match: one of its own names, short, comes first."""
    return key not in own, len(key), key


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
