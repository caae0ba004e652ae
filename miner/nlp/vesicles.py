"""Find vesicle terms (MISEV) and distinguish them from the RNase exosome complex.

Terms and their order of precision follow the MISEV guidelines (Welsh et al. 2024, doi:10.1002/jev2.12404): an
extracellular vesicle is the class; small and large EVs, exosomes, microvesicles (ectosomes), apoptotic bodies and large
oncosomes are its kinds.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from miner.vocabulary.hyphens import unify_hyphens
from miner.vocabulary.words import alternatives, load_words

EXTRACELLULAR_VESICLE = "GO:1903561"
EXOSOME = "GO:0070062"
SMALL_EV = "exominer:small-extracellular-vesicle"
LARGE_EV = "exominer:large-extracellular-vesicle"
MICROVESICLE = "GO:1990742"
APOPTOTIC_BODY = "GO:0097189"
LARGE_ONCOSOME = "exominer:large-oncosome"
RNASE_EXOSOME = "GO:0000178"

_HEADS = (
    (LARGE_ONCOSOME, r"(?:large )?oncosomes?"),
    (APOPTOTIC_BODY, r"apoptotic (?:bod(?:y|ies)|(?:extracellular )?vesicles?)|apoBDs?|apoEVs?"),
    (LARGE_EV, r"(?:(?:medium[-/ ]?)?(?:and )?large|m/l)[- ](?:extracellular vesicles?|EVs?)|[lL]EVs?|m/lEVs?"),
    (SMALL_EV, r"small[- ](?:extracellular (?:membrane )?vesicles?|EVs?|vesicles?)|[A-Za-z]*sEVs?|SEVs?"),
    (
        EXOSOME,
        r"(?:nano)?exosom(?:es?|al|ally)|TEXs?|TDEs?|TDExs?|[A-Za-z0-9]+[Ee]xos?(?=[^A-Za-z0-9]|$)"
        r"|[Ee]xos?(?=[^A-Za-z0-9-]|$)"
        r"|EXOs?(?=[^A-Za-z0-9-]|$)",
    ),
    (MICROVESICLE, r"(?:micro|shed(?:ding)? (?:micro)?)vesicles?|ectosomes?|microparticles?"),
    ("exominer:migrasome", r"migrasomes?"),
    ("exominer:exomere", r"exomeres?|supermeres?"),
    ("exominer:outer-membrane-vesicle", r"outer[- ]membrane vesicles?|OMVs?|bEVs?|bacterial extracellular vesicles?"),
    (
        EXTRACELLULAR_VESICLE,
        r"(?:extracellular|extra-cellular)[- ](?:membrane |nano|micro)?vesic(?:les?|ular)|(?:nano"
        r"|membrane |membranous |secretory |secreted )vesicles?"
        r"|[A-Za-z]{0,6}EVs?(?=[^A-Za-z0-9]|$)",
    ),
)
_HEAD = "|".join(f"(?P<h{i}>{pattern})" for i, (_, pattern) in enumerate(_HEADS))
_NOT_EVS = r"(?!(?:REV|PREV|DEV|GEV|KEV|MEV|SEVEN)s?\b|EV-?[A-D]?-?\d)"
VESICLE = re.compile(rf"(?<![A-Za-z0-9]){_NOT_EVS}(?:{_HEAD})(?![A-Za-z0-9])", re.I)
_CASED = re.compile(r"^[a-z]*(?:tex|tde|tdex|exo|lev|sev|ev|omv|bev)s?$", re.I)
_WORDS_IN_EXO = re.compile(r"(?:exo|hexo|plexo|sexo)$", re.I)
_PREFIX = re.compile(
    r"(?:(?:[A-Za-z0-9αβγκ+./]+[- ])?(?:[A-Za-z0-9αβγκ+./]+-)?[A-Za-z0-9αβγκ+./]+[- ](?:derived"
    r"|secreted|released|shed|educated)[- ]"
    r"|(?:M[12]|CAF|TAM|MSC|BMSC|ADSC|NSC|CSC|T-?cell|PC|GC|CRC|PDAC|HCC)s?-)$"
)


def vesicle_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, CURIE) of every vesicle term in `text`, the RNase exosome complex left out."""
    plain = unify_hyphens(text)
    heads = [match for match in VESICLE.finditer(plain) if _is_vesicle_word(match.group())]
    rnase = rnase_exosomes(plain)
    for match in heads:
        if not any(start <= match.start() < end for start, end in rnase):
            yield match.start(), match.end(), _curie(match)


_PROCESS = re.compile(
    r"(?P<process>(?:release|secretion|production|biogenesis|shedding|uptake|internali[sz]ation|endocytosis) of"
    r" (?:(?:these|such|small|tumou?r|circulating) )?(?P<vesicle>[\w-]+(?: vesicles?)?))"
    r"(?: (?:from|by|in|into)(?: [\w-]+){1,4}?)? (?:is|are|was|were|has been|have been|can be|could be)\b",
    re.I,
)


def vesicle_process_spans(text: str) -> Iterator[tuple[int, int]]:
    """Spans of processes of vesicles that are subjects: "release of exosomes" in "release of exosomes was blocked"."""
    for match in _PROCESS.finditer(text):
        if vesicle_term(match["vesicle"]) is not None:
            yield match.span("process")


_PARTICLE = re.compile(r"vesic|exosom|ectosom|particle|oncosom|migrasom|exomer|apoptotic bod|EVs?\b", re.I)


_ENTEROVIRUS = re.compile(r"EVs?(?:-?[A-D]?-?\d| (?:[A-D]-?)?(?:68|69|70|71)\b)")
_WORDS = load_words("vesicles")
_OTHER_VESICLE = re.compile(rf"(?<![\w-]){alternatives(_WORDS['other'])}[ -]$", re.I)
_NO_VESICLE = re.compile(alternatives(_WORDS["no_vesicle"]), re.I)
_BARE = re.compile(r"vesicles?$", re.I)
_SKIN = re.compile(rf"\b{alternatives(_WORDS['skin'])}\b", re.I)
_EXTRACELLULAR = re.compile(r"exosom|extracellular|microvesic|\b[a-z]{0,3}EVs?\b")
_NAMED_BEFORE = re.compile(rf"\b{alternatives(_WORDS['named_before'])} \(?$", re.I)
_NAMED_AFTER = re.compile(rf"\)?[ -]{alternatives(_WORDS['named_after'])}\b", re.I)
_REACH = 25  # characters before a word that are looked at
_NAME = re.compile(r"[\w-]+")


def means_other(text: str, start: int, end: int, long_forms: Mapping[str, str]) -> bool:
    """Whether a span taken for vesicles is something else: a virus, an organ, a blister, a tool, an abbreviation.

    `long_forms` gives the text's abbreviations: EVs may be esophageal varices, EV an empty vector.
    """
    if _ENTEROVIRUS.match(text, start) or _NO_VESICLE.fullmatch(text, start, end):
        return True
    if _is_other_vesicle(text, start, end) or _is_title(text, start, end):
        return True
    words = _NAME.findall(text, start, end)
    others = [word for word in words if word in long_forms and not names_particle(long_forms[word])]
    return bool(others) and vesicle_term(" ".join(word for word in words if word not in others)) is None


def _is_other_vesicle(text: str, start: int, end: int) -> bool:
    """Whether "vesicle" is named by an organ or organelle ("otic vesicle"), or is one of the skin."""
    bare = _BARE.search(text, start, end)
    if bare is None or vesicle_term(text[start:end]) is not None:
        return False
    if _OTHER_VESICLE.search(text[max(0, bare.start() - _REACH) : bare.start()]):
        return True
    return bool(_SKIN.search(text)) and not _EXTRACELLULAR.search(text)


def _is_title(text: str, start: int, end: int) -> bool:
    """Whether "EXOSOME" is the name of software or of a study."""
    if text[start:end] != "EXOSOME":
        return False
    return bool(_NAMED_BEFORE.search(text[max(0, start - _REACH) : start]) or _NAMED_AFTER.match(text, end))


def names_particle(long_form: str) -> bool:
    """Whether the long form of an abbreviation names vesicles or particles of any kind."""
    return _PARTICLE.search(long_form) is not None


def vesicle_term(surface: str) -> str | None:
    """The CURIE of the most telling vesicle term in a surface form, or None where it has none."""
    found = [_curie(m) for m in VESICLE.finditer(unify_hyphens(surface)) if _is_vesicle_word(m.group())]
    order = [curie for curie, _ in _HEADS]
    return min(found, key=order.index) if found else None


def _curie(match: re.Match[str]) -> str:
    return next(curie for i, (curie, _) in enumerate(_HEADS) if match[f"h{i}"] is not None)


def _is_vesicle_word(word: str) -> bool:
    """Whether the letter case of an abbreviation is one that vesicles are abbreviated in ("sEVs", never "rev")."""
    if not _CASED.match(word):
        return True
    if word.lower() in ("exo", "exos"):
        return word[0].isupper() or word.endswith("s")
    bare = word.rstrip("s")
    if bare.lower().endswith("exo"):
        return bare[-3] == "E" or bare[:-3].isupper()
    return bare[-2:].isupper()


_COMPLEX_NEAR = re.compile(
    r"\b(?:RNA|nuclear|cytoplasmic|nucleolar|RNase|archaeal|yeast|core|eukaryotic|(?:exo)?ribonuclease"
    r"|exonuclease|9-subunit"
    r"|nine-subunit|1[0-4]-subunit|Rrp6[ -](?:containing|associated)|DIS3[ -]associated"
    r"|RRP6[ -]associated|processive) ?[- ]?exosomes?\b(?! (?:derived|isolated|secret|releas|from))"
    r"|\bexosomes?[- ](?:complex(?:es)?|(?:core|catalytic|RNA|ribonuclease|exonuclease|multiprotein"
    r"|multi-subunit|multisubunit) (?:complex(?:es)?|subunits?|component)"
    r"|subunits?|co-?factors?|(?:core )?components? (?:EXOSC|RRP|DIS3|Rrp|Dis3)\w*|targeting complex"
    r"|targeting|adapt[eo]rs?|(?:exo)?nucleases?|exoribonucleases?|ribonucleases?"
    r"|recruitment|specificity factors?|-?(?:mediated|dependent) (?:\w+ ){0,2}(?:decay|degradation"
    r"|surveillance|processing|turnover|trimming|maturation))"
    r"|\bexosome \((?:RNase|RNA) ?complex\)|(?<=degraded by the )exosome\b"
    r"|(?<=degradation by the )exosome\b|(?<=processed by the )exosome\b"
    r"|(?<=decay by the )exosome\b",
    re.I,
)
_COMPLEX_CUE = re.compile(
    r"\b(?:EXOSC\d+\w*|hRRP\d+p?|RRP(?:4\d?|6|40|41|42|43|44|45|46)p?|DIS3L?2?|MTR[34]p?|CSL4p?"
    r"|SKI[237X](?:L2?)?|SKIV2L2?|MTREX|TRAMP\d?|NEXT complex|PAXT|ZCCHC\w+|ZFC3H1|RBM7"
    r"|C1D|MPP6|MPHOSPH6|LRP1p|PM/?-?Scl(?:-?\d+)?|NNS|Nrd1|Nab3|exo(?:ribo)?nucleas\w+"
    r"|endoribonucleas\w+|ribonucleas\w+|RNases?"
    r"|RNA (?:decay|degradation|surveillance|turnover|quality control|processing|helicase|metabolism"
    r"|substrates?|exit|channel)|(?:m|r|sn|sno|t|pre-m|pre-r|antisense |nascent |aberrant "
    r"|unstable )RNAs? (?:decay|degradation|processing|turnover|maturation|surveillance|3)"
    r"|pre-?[rm]RNAs?|snoRNAs?|snRNAs?|[57]\.?\d?S rRNA|rRNAs?|nonsense-mediated|nonstop|no-go decay"
    r"|polyadenylat\w+|oligoadenylat\w+|exosome (?:functions?|activity|components|mutations?)"
    r"|scleroderma|(?:poly)?myositis|[eu]aRNAs?|uaRNAs?|PROMPTs?|cryptic unstable|CUTs|eRNAs?"
    r"|pontocerebellar|3['′’]?[- ]?(?:to|-|→|>)[- ]?5"
    r"|3['′’] (?:end|processing|trimming|extended)|(?:transcripts?|[a-z]*RNAs?) (?:is|are"
    r"|were) (?:rapidly )?(?:degraded|trimmed|polyadenylated)|degrad\w+ (?:of )?(?:nuclear |nascent "
    r"|aberrant |unstable )?(?:RNAs?|transcripts?|mRNAs?)|barrel|hexamer\w*|RNase PH|S1 domain"
    r"|KH domain|holoenzyme|cryo-?EM structure|crystal structure"
    r"|cofactors?|subunits?|ribosome (?:biogenesis|synthesis|assembly)|AU-rich|ARE-mediated"
    r"|transcription termination|R-loops?|V\(D\)J|class switch|CSR|nucle(?:us|ol(?:us|ar)))\b",
    re.I,
)
_VESICLE_CUE = re.compile(
    r"\b(?:exosomes|exosomal|secret\w+|releas\w+|shed\w*|vesic\w+|EVs?|sEVs?|MVBs?|multivesicular"
    r"|derived|plasma|serum|urin\w+|saliva|CSF|blood|uptake|taken up|internali[sz]\w+"
    r"|CD63|CD81|CD9|TSG101|ALIX|HSP70|Rab27\w?|ESCRT|tetraspanins?|ultracentrifug\w+|isolat\w+"
    r"|nanopartic\w+|biomarkers?|deliver\w*|miR-?\d\w*|miRNAs?|microRNAs?|extracellular|membrane|MSCs?"
    r"|stem cells?|circulat\w+|intercellular|loaded|cargo\w*|intraluminal|GW4869|recipient|donor"
    r"|paracrine|liquid biops\w+|engineer\w+|tumou?r|metasta\w+|macrophages?|fibroblasts?)\b",
    re.I,
)
_EXOSOME = re.compile(r"\bexosom(?:es?|al)\b", re.I)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?\n]?")


@lru_cache(maxsize=64)
def rnase_exosomes(text: str) -> tuple[tuple[int, int], ...]:
    """(start, end) of every "exosome" in `text` that means the RNase complex (GO:0000178).

    What stands beside the word decides first, then the cues of its sentence, then those of the whole text.
    """
    if not _EXOSOME.search(text) or not (_COMPLEX_CUE.search(text) or _COMPLEX_NEAR.search(text)):
        return ()
    near = [match.span() for match in _COMPLEX_NEAR.finditer(text)]
    leaning = _lean(text)
    named = bool(near)
    found = []
    for sentence in _SENTENCE.finditer(text):
        mentions = [m.span() for m in _EXOSOME.finditer(text, sentence.start(), sentence.end())]
        lean = _lean(sentence.group())
        for start, end in mentions:
            if any(a <= start < b for a, b in near) or _is_complex(text[start:end], lean, leaning, named):
                found.append((start, end))
    return tuple(found)


def _lean(text: str) -> int:
    """How many more different cues of the complex than of vesicles a text has."""
    complex_cues = {m.group().lower() for m in _COMPLEX_CUE.finditer(text)}
    vesicle_cues = {m.group().lower() for m in _VESICLE_CUE.finditer(text)}
    return len(complex_cues) - len(vesicle_cues)


def _is_complex(word: str, sentence: int, whole: int, named: bool) -> bool:
    if word.lower() != "exosome":
        return sentence > 1 and whole > 1 and not word.lower().endswith("somal")
    return sentence > 0 or (sentence == 0 and whole > 0) or (named and whole > 0 and sentence >= -1)
