"""Ground a mention to a CURIE of the field's vocabularies, or to an id derived from its text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from graph_schema.model import EntityType
from miner.nlp.lexicon import Lexicon, Sense
from miner.nlp.patterns import mirna_within, pirna_within
from miner.nlp.processes import countered, promoted, simpler_names
from miner.nlp.vesicles import EXTRACELLULAR_VESICLE, vesicle_term
from miner.vocabulary.identity import PIRNA, shorten, text_id
from miner.vocabulary.mirnas import MirnaName
from miner.vocabulary.words import alternatives, load_words

_T = EntityType
_RANK_SCORE = (1.0, 0.95, 0.8)
_RANK_REASON = ("name", "synonym", "alias")
_KINDS: dict[EntityType, tuple[EntityType, ...]] = {
    _T.GENE: (_T.GENE, _T.LNC_RNA),
    _T.LNC_RNA: (_T.LNC_RNA, _T.GENE),
    _T.FUNCTION: (_T.FUNCTION,),
    _T.PATHWAY: (_T.PATHWAY,),
    _T.CHEMICAL: (_T.CHEMICAL, _T.MOLECULE_CLASS),
    _T.MOLECULE_CLASS: (_T.MOLECULE_CLASS, _T.CHEMICAL),
}


@dataclass(frozen=True, slots=True)
class Grounding:
    """The concept a mention names. `score` in [0, 1]; `reason` in words ("synonym", "long form of PDAC", "text")."""

    id: str
    name: str
    score: float
    reason: str


_WORDS = load_words("names")
_DERIVED = re.compile(
    r"^.{2,60}?[- ](?:derived|secreted|released|encapsulated|packaged|shuttled|transferred|transmitted"
    r"|delivered|enriched|carried|mediated)[- ](?=\S)",
    re.I,
)
_BOUND = re.compile(
    r"^(?:[\w-]+[- ])?(?:exosom\w+|EVs?|sEVs?|(?:small )?extracellular vesicles?"
    r"|vesicles?)[- ](?:bound|associated|mediated|shuttl\w+)[- ]",
    re.I,
)
_IN_VESICLES = re.compile(
    r" (?:(?:contained |carried |present |encapsulated )?(?:in|from|within|of|by)"
    r"|derived from) (?:the |their )?(?:[\w-]+ )*"
    r"(?:exosomes?|exos|EVs?|sEVs?|vesicles?)$",
    re.I,
)
_BRACKET = re.compile(r" ?\([^()]*\)$")
_LEADING = re.compile(rf"^(?:{alternatives((*_WORDS['adjectives'], *_WORDS['leading']))}[- ]+)+", re.I)
_TRAILING: dict[EntityType, re.Pattern[str]] = {
    kind: re.compile(rf"[- ]{'?' if kind is _T.CELL else ''}{alternatives(_WORDS[key])}$", re.I)
    for kind in _T
    if (key := f"trailing_{kind.value.lower()}") in _WORDS
}
_LEADING_BY_TYPE: dict[EntityType, re.Pattern[str]] = {
    kind: re.compile(rf"^(?:{alternatives(_WORDS[key])}[- ]+)+", re.I)
    for kind in _T
    if (key := f"leading_{kind.value.lower()}") in _WORDS
}


_CARGO = frozenset({_T.GENE, _T.MICRO_RNA, _T.LNC_RNA, _T.CIRC_RNA, _T.MOLECULE_CLASS, _T.CHEMICAL})
_TOO_GENERAL = frozenset(_WORDS["too_general"])


def stripped(surface: str, kind: EntityType) -> Iterator[str]:
    """`surface` with less and less around the name itself: "exosomal PTEN mRNA" → "PTEN mRNA", "PTEN"."""
    seen = {surface}
    current = surface
    for _ in range(3):
        before = current
        for pattern in (_BRACKET, _BOUND, _DERIVED, _LEADING, *([_IN_VESICLES] if kind in _CARGO else [])):
            current = _shorter(pattern, current)
            if current not in seen:
                seen.add(current)
                yield current
        tail = _TRAILING.get(kind)
        if tail:
            current = _shorter(tail, current)
            if current not in seen:
                seen.add(current)
                yield current
        if current == before:
            break
    head = _LEADING_BY_TYPE.get(kind)
    for form in (surface, current):
        shorter = _shorter(head, form) if head else form
        if shorter not in seen:
            seen.add(shorter)
            yield shorter


def _shorter(pattern: re.Pattern[str], surface: str) -> str:
    rest = pattern.sub("", surface, count=1).strip(" -")
    return rest if len(rest) > 1 and rest.lower() not in _TOO_GENERAL else surface


class Grounder:
    """Grounds mentions with a lexicon. `long_forms` gives the article's abbreviations (short → long)."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def ground(self, surface: str, kind: EntityType, long_forms: Mapping[str, str] | None = None) -> Grounding:
        """The best identity of a mention of `kind`; a text id of score 0.3 where no vocabulary has it."""
        if kind is _T.VESICLE:
            return self._vesicle(surface)
        if kind is _T.MICRO_RNA:
            named = mirna_within(surface)
            if named:
                return self._mirna(named)
        if kind is _T.MOLECULE_CLASS and (pirna := self._pirna(surface)):
            return pirna
        full = expanded(surface, long_forms or {})
        if kind is _T.FUNCTION and (prefixed := self._prefixed(full)):
            return prefixed
        best: Grounding | None = None
        for form, factor, why in self._forms(surface, full, kind):
            found = self._look(form, kind, factor, why)
            if found and (best is None or found.score > best.score):
                best = found
            if best and best.score >= 0.9:
                break
        found = best or self._in_part(full, kind)
        if found:
            return found
        bare = ([full, *stripped(full, kind)] if kind in _CARGO else [full])[-1]
        return Grounding(text_id(kind, bare), shorten(bare), 0.3, "text")

    def _prefixed(self, full: str) -> Grounding | None:
        """The effect against a process, which is not that process, or the process that "pro" is for."""
        if noun := promoted(full):
            return self._look(noun, _T.FUNCTION, 0.93, "adjective: ")
        name = countered(full)
        if name is None:
            return None
        forms = (form for form in (full, *stripped(full, _T.FUNCTION), name) if form.lower().startswith("anti"))
        found = filter(None, (self._look(form, _T.FUNCTION, 1.0, "") for form in forms))
        known = next((one for one in found if one.name.lower().startswith(("anti", "negative"))), None)
        return known or Grounding(text_id(_T.FUNCTION, name), name, 0.3, "text")

    def _in_part(self, full: str, kind: EntityType) -> Grounding | None:
        """What the head of a longer mention names, less surely: "TNBC metastasis" is metastasis, of what is set aside.

        A process may be that of any cancer or cell; molecules and cancers may have any modifier.
        """
        words = full.split()
        for at in range(1, len(words)):
            before, after = " ".join(words[:at]), " ".join(words[at:])
            if kind in (_T.MOLECULE_CLASS, _T.CANCER) or (kind is _T.FUNCTION and self._is_bearer(before)):
                tumor = self._look(f"tumor {after}", kind, 0.65, "head of the mention: ")
                found = tumor or self._look(after, kind, 0.65, "head of the mention: ")
                if found:
                    return found
        if kind is _T.FUNCTION:
            return self._process(full)
        return None

    def _process(self, full: str) -> Grounding | None:
        """The process at the head of a longer mention, less surely the further its wording is from a known one."""
        forms = (form for form in simpler_names(full) if form.lower() not in _TOO_GENERAL)
        for far, form in enumerate(forms):
            if found := self._look(form, _T.FUNCTION, 0.65 if far < 2 else 0.55, "head of the mention: "):
                return found
        return None

    def _is_bearer(self, surface: str) -> bool:
        """Whether a surface form is a cancer, a cell or patients, whose process is spoken of."""
        bare = re.sub(r"^(?:the|various|human) ", "", surface)
        return bare.endswith((" cells", " cell", " patients", " cell lines")) or any(
            sense.type in (_T.CANCER, _T.CELL) for sense in self.lexicon.lookup(bare)
        )

    def _forms(self, surface: str, full: str, kind: EntityType) -> Iterator[tuple[str, float, str]]:
        if full != surface:
            yield full, 0.98, f"long form of {surface}: "
        alone = full == surface or " " in surface or _is_symbol(surface, kind)
        if alone:
            yield surface, 1.0, ""
        if kind is _T.PATHWAY:
            bare = list(stripped(full, kind))
            for form in [full, *bare[-1:]]:
                yield f"{form} signaling pathway", 0.95, "pathway of "
        for base in dict.fromkeys([full, surface] if alone else [full]):
            for form in stripped(base, kind):
                yield form, 0.93, "within the mention: "

    def _look(self, form: str, kind: EntityType, factor: float, why: str) -> Grounding | None:
        kinds = _KINDS.get(kind, (kind,))
        senses = [s for s in self.lexicon.lookup(form) if s.type in kinds]
        if not senses:
            return None
        first = min(senses, key=lambda s: (s.rank, kinds.index(s.type), not _same_case(form, s)))
        rivals = [
            s
            for s in senses
            if s.id != first.id and s.rank == first.rank and _same_case(form, s) == _same_case(form, first)
        ]
        score = _RANK_SCORE[first.rank] * factor * (0.75 if rivals and first.rank > 0 else 1.0)
        reason = f"{why}{_RANK_REASON[first.rank]}" + (", ambiguous" if rivals else "")
        return Grounding(first.id, self.lexicon.name(first.id), round(score, 3), reason)

    def _vesicle(self, surface: str) -> Grounding:
        curie = vesicle_term(surface)
        if curie is None:
            return Grounding(EXTRACELLULAR_VESICLE, self.lexicon.name(EXTRACELLULAR_VESICLE), 0.6, "vesicle by context")
        return Grounding(curie, self.lexicon.name(curie), 1.0, "vesicle term")

    def _mirna(self, named: MirnaName) -> Grounding:
        """The gene level for a plain name, the mature form for an arm, the precursor for "pre-"; else an id of its own.

        Human unless another species is named; a name that no human miRNA has is the species' that has it.
        """
        for form, reason in ((named, "miRNA"), (replace(named, copy="", precursor=False), "gene of the precursor")):
            senses = [s for s in self.lexicon.lookup(str(form)) if s.type is _T.MICRO_RNA]
            if senses:
                first = min(senses, key=lambda s: s.rank)
                other = first.rank > 0 and not named.species
                score, why = (0.8, "miRNA of another species") if other else (1.0, reason)
                return Grounding(first.id, self.lexicon.name(first.id), score, why)
        id_ = "exominer:microrna-" + "-".join(named.words)
        return Grounding(id_, str(named), 0.5, "text: miRNA not in the lexicon")

    def _pirna(self, surface: str) -> Grounding | None:
        """A piRNA by its number: a molecule class of one."""
        named = pirna_within(surface)
        return Grounding(PIRNA + named.removeprefix("piR-"), named, 0.9, "piRNA") if named else None


def _is_symbol(short: str, kind: EntityType) -> bool:
    """Whether an abbreviation that the article spells out still means itself: a gene's symbol, never "PC" or "CP"."""
    return kind in (_T.GENE, _T.LNC_RNA) and (len(short) > 3 or any(c.isdigit() for c in short[1:]))


def _same_case(form: str, sense: Sense) -> bool:
    return not sense.cased or form in sense.cased.split(",")


def expanded(surface: str, long_forms: Mapping[str, str]) -> str:
    """`surface` with the article's abbreviations written out, and "long form (SHORT)" without its bracket."""
    if not long_forms:
        return surface
    text = surface
    for short in long_forms:
        text = text.replace(f" ({short})", "").replace(f"({short})", "")
    words = re.split(r"([\s/\-]+)", text)
    if len(words) == 1:
        return long_forms.get(text, text)
    whole = long_forms.get(text)
    return whole if whole else "".join(long_forms.get(word, word) for word in words)
