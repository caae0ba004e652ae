"""How vesicles were separated and characterized, as an article's text says: MISEV2023's methods, EV-TRACK's parameters.

EV-TRACK (Van Deun et al., Nat Methods 2017;14:228) asks for the force and time of centrifugation, the rotor, the
density of the vesicles, and the proteins that show vesicles or contaminants.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from graph_schema.model import Characterization, Separation

MAX_VALUES = 8
"""Values of a parameter that are kept, in the order of the text."""


class Named(NamedTuple):
    """What a text names by a pattern. Texts in which none of `parts` occurs, in lower case, are not searched."""

    parts: tuple[str, ...]
    pattern: re.Pattern[str]


def named(parts: str, pattern: str, flags: re.RegexFlag = re.IGNORECASE) -> Named:
    """A pattern with the words, separated by bars, of which one is in every text that matches."""
    return Named(tuple(parts.split("|")), re.compile(pattern, flags))


_SEPARATION: Mapping[str, Named] = {
    Separation.ULTRACENTRIFUGATION: named("centrifug", r"ultra-?centrifug"),
    Separation.DENSITY_GRADIENT: named("gradient|optiprep", r"(?:density|sucrose|iodixanol)[- ]gradient|optiprep"),
    Separation.SIZE_EXCLUSION: named("exclusion|sec|qev", r"size[- ]exclusion|\bSEC\b|\bqEV\b", re.RegexFlag(0)),
    Separation.PRECIPITATION: named(
        "exoquick|precipitat|total exosome",
        r"exoquick|precipitation (?:kit|method|reagent)|total exosome isolation|polymer[- ](?:based )?precipitat",
    ),
    Separation.ULTRAFILTRATION: named("filtration|tangential flow", r"ultra-?filtration|tangential flow"),
    Separation.IMMUNOAFFINITY: named(
        "immuno|antibody-coated|magnetic beads",
        r"immuno-?(?:affinity|capture|magnetic|isolat)|antibody-coated|magnetic beads",
    ),
    Separation.MICROFLUIDICS: named("microfluidic", r"microfluidic"),
    Separation.KIT: named(
        " kit|exorneasy|exoeasy",
        r"(?:exosome|vesicle|EV)s? (?:isolation|extraction|purification) kit|exoRNeasy|exoEasy",
    ),
    Separation.DIFFERENTIAL_CENTRIFUGATION: named("differential", r"differential (?:ultra-?)?centrifug"),
}
_CHARACTERIZATION: Mapping[str, Named] = {
    Characterization.NTA: named("nanoparticle tracking|nta|nanosight", r"nanoparticle tracking|\bNTA\b|nanosight"),
    Characterization.TEM: named("transmission electron|tem", r"transmission electron|\bTEM\b", re.RegexFlag(0)),
    Characterization.SEM: named("scanning electron|sem", r"scanning electron|\bSEM\b", re.RegexFlag(0)),
    Characterization.CRYO_EM: named("cryo", r"cryo-?(?:electron|EM\b|TEM\b)"),
    Characterization.DLS: named("dynamic light|dls", r"dynamic light scattering|\bDLS\b"),
    Characterization.WESTERN_BLOT: named("blot", r"western blot|immunoblot"),
    Characterization.FLOW_CYTOMETRY: named("cytometr|facs|nanofcm", r"flow cytometr|\bFACS\b|nanoFCM"),
    Characterization.AFM: named("atomic force|afm", r"atomic force|\bAFM\b"),
    Characterization.PROTEOMICS: named("mass spectrometr|proteomic", r"mass spectrometr|proteomic"),
    Characterization.RNA_SEQUENCING: named(
        "seq", r"(?:RNA|miRNA|small RNA|transcriptome|next[- ]generation)[- ]?seq(?:uencing)?\b"
    ),
    Characterization.QPCR: named(
        "pcr|polymerase", r"q(?:RT-?)?PCR|RT-?q?PCR|real[- ]time (?:quantitative )?(?:PCR|polymerase)"
    ),
    Characterization.MICROARRAY: named("microarray", r"microarray"),
}
_FORCE = re.compile(
    r"\b(?P<force>\d{1,3}(?:[, \u2009\u00a0]\d{3})+|\d{3,6}) ?[×x✕*]? ?g\b(?!/)"
    r"(?:(?:(?!\d ?[×x✕*] ?g\b)[^.;()]){0,25}?\bfor (?P<time>\d+(?:\.\d+)?) ?(?P<unit>min|h)\w*)?"
)
_ROTOR = re.compile(
    r"\b(?:SW ?\d{2}(?:\.\d)?(?: ?Ti)?|(?:Type )?[4-7][05](?:\.\d)? ?Ti|(?:TLA|TLS|MLA|MLS)[- ]?\d{2,3}(?:\.\d)?)\b"
)
_DENSITY = re.compile(r"\b1\.[0-3]\d{1,3}(?: ?[–-] ?1\.[0-3]\d{1,3})? ?g ?(?:/|per|·)? ?(?:ml|cm)\b", re.IGNORECASE)
_OF_VESICLES = {
    "CD9": r"CD9", "CD63": r"CD63", "CD81": r"CD81", "CD82": r"CD82", "TSG101": r"TSG-?101",
    "ALIX": r"alix|PDCD6IP", "flotillin": r"flotillin(?:-?[12])?", "syntenin": r"syntenin(?:-?1)?",
    "HSP70": r"HSP-?70", "annexin": r"annexin[- ](?:A?\d+|[IV]+)",
}  # fmt: skip
_OF_CONTAMINANTS = {
    "calnexin": r"calnexin", "GM130": r"GM-?130", "GRP94": r"GRP-?94", "calreticulin": r"calreticulin",
    "ApoA1": r"apo(?:lipoprotein )?[- ]?A-?[1I]", "Tamm-Horsfall": r"tamm[- ]horsfall|uromodulin",
}  # fmt: skip
"""Without albumin and the like, which texts name for other reasons."""
_PROTEINS = {
    key: {name: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for name, pattern in proteins.items()}
    for key, proteins in (("vesicle_proteins", _OF_VESICLES), ("contaminant_proteins", _OF_CONTAMINANTS))
}
_DETECTED = re.compile(r"blot|cytometr|ELISA|immunogold|antibod|bead-based|mass spectrometr|proteomic", re.IGNORECASE)


def describe_methods(text: str) -> dict[str, Any]:
    """The methods and their parameters that a text names, by their key in a claim's context; without what is not there.

    >>> describe_methods("pelleted at 100,000 × g for 70 min in an SW 32 Ti rotor")
    {'centrifugation': ['100,000 × g, 70 min'], 'rotor': ['SW 32 Ti']}
    """
    values = {
        "separation": match_names(_SEPARATION, text),
        "characterization": match_names(_CHARACTERIZATION, text),
        "centrifugation": _first(_describe_force(found) for found in _FORCE.finditer(text)),
        "rotor": _first(" ".join(found[0].split()) for found in _ROTOR.finditer(text)),
        "density": _first(found[0] for found in _DENSITY.finditer(text)),
    }
    detected = "\n".join(sentence for sentence in re.split(r"(?<=[.;]) |\n", text) if _DETECTED.search(sentence))
    for key, proteins in _PROTEINS.items():
        values[key] = [name for name, pattern in proteins.items() if pattern.search(detected)]
    return {key: listed for key, listed in values.items() if listed}


def _describe_force(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found["force"])
    return f"{int(digits):,} × g" + (f", {found['time']} {found['unit']}" if found["time"] else "")


def _first(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))[:MAX_VALUES]


def match_names(kinds: Mapping[str, Named], text: str) -> list[str]:
    """The names of which a text has the pattern."""
    lowered = text.lower()
    return [
        str(name)
        for name, (parts, pattern) in kinds.items()
        if any(part in lowered for part in parts) and pattern.search(text)
    ]
