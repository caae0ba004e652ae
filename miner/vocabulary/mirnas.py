"""Names of microRNAs in parts, and the one spelling of each by which they are compared.

Nomenclature: Ambros et al. 2003 (doi:10.1261/rna.2183803); arms and species prefixes as miRBase writes them.
"""

import re
from dataclasses import dataclass

from miner.vocabulary.hyphens import unify_hyphens

SPECIES_PREFIXES = {
    "hsa": "human",
    "has": "human",
    "mmu": "mouse",
    "rno": "rat",
    "ebv": "Epstein-Barr virus",
    "kshv": "Kaposi's sarcoma-associated herpesvirus",
    "hcmv": "human cytomegalovirus",
    "hsv1": "herpes simplex virus 1",
    "hsv2": "herpes simplex virus 2",
    "mcv": "Merkel cell polyomavirus",
    "jcv": "JC polyomavirus",
    "bkv": "BK polyomavirus",
    "hhv6b": "human herpesvirus 6B",
    "bta": "cow",
    "ssc": "pig",
    "cel": "roundworm",
    "cfa": "dog",
    "gga": "chicken",
    "dre": "zebrafish",
    "ath": "thale cress",
    "osa": "rice",
}
"""miRBase's species prefixes; "has" is the common slip for "hsa"."""
_SPECIES = "|".join(SPECIES_PREFIXES)
VIRAL_NUMBER = r"BART\d+[a-z]?|BHRF1-\d|H\d+|K\d+(?:-\d+[ab]?)?|U[LS]\d+[A-Z]?(?:-(?![35]p)\d)?"
"""The number of a herpesvirus miRNA, named after its gene."""
_VIRUSES = {"ebv": r"BART|BHRF", "kshv": r"K\d", "hsv1": r"H\d", "hcmv": r"U[LS]\d"}
"""The viruses that such numbers are of where no species is named."""
_PARTS = re.compile(
    rf"^(?:(?P<species>{_SPECIES})[- ]?)?(?:(?P<form>pre|pri)-?(?=mi|let)|(?:exo|ex|ev)-?(?=mi))?"
    r"(?P<stem>(?:mi(?:cro)?-? ?rnas?|micror|mirs?)[- ]*(?:\((?:mirs?|mirnas?)\)[- ]*)?(?:mir-?)?)?(?P<let>let|lin)?"
    rf"[- ]?(?P<number>{VIRAL_NUMBER}|\d+(?!s$|s )[a-z]{{0,2}}|\d+)"
    r"(?:-(?P<copy>\d{1,2})(?!p|\d))?"
    r"(?P<rest>(?:[~/-]\d{2,3}[a-z]?)+)?"
    r"[-_ ]?(?P<arm>[35]p)?\*?(?: (?P<group>family|cluster)(?: members?)?)?(?P<several>s)?$",
    re.I,
)
_MAX_LENGTH = 60


@dataclass(frozen=True, slots=True)
class MirnaName:
    """A miRNA's name in parts: "mmu-miR-30c-2" → species "mmu", stem "mir", number "30c", copy "2".

    `arm` is "5p" or "3p", `group` "family" or "cluster", `precursor` whether the name says "pre-" or "pri-".
    """

    species: str
    stem: str
    number: str
    copy: str = ""
    arm: str = ""
    group: str = ""
    precursor: bool = False

    @property
    def key(self) -> str:
        """What all spellings of the name share: "mir21", "mir21-5p", "mmumir30c-2", "mir200 family"."""
        species = "" if self.species in ("", "hsa") else self.species
        tail = "".join(f"-{part}" for part in (self.copy, self.arm) if part)
        group = f" {self.group}" if self.group else ""
        return f"{'pre' if self.precursor else ''}{species}{self.stem}{self.number}{tail}{group}"

    @property
    def words(self) -> tuple[str, ...]:
        """The parts that tell it from others, for an id: ("mir", "21", "5p")."""
        species = "" if self.species == "hsa" else self.species
        pre = "pre" if self.precursor else ""
        return tuple(
            p for p in (pre, species, self.stem, *self.number.split("-"), self.copy, self.arm, self.group) if p
        )

    def __str__(self) -> str:
        """The name as the field writes it: "miR-21-5p", "let-7a", "mmu-miR-709", "miR-200 family"."""
        species = f"{self.species}-" if self.species not in ("", "hsa") else ""
        stem = "miR" if self.stem == "mir" else self.stem
        number = self.number.upper() if re.match(VIRAL_NUMBER, self.number, re.I) else self.number
        tail = "".join(f"-{part}" for part in (self.copy, self.arm) if part)
        group = f" {self.group}" if self.group else ""
        return f"{'pre-' if self.precursor else ''}{species}{stem}-{number}{tail}{group}"


def parse_mirna(surface: str, listed: bool = False) -> MirnaName | None:
    """The parts of a miRNA's surface form, or None where it is not one.

    `listed` allows what stands in a list after its first member and lacks the "miR": "155", "-23b-5p".
    """
    if len(surface) > _MAX_LENGTH:
        return None
    match = _PARTS.match(unify_hyphens(surface).strip())
    if not match or not (listed or match["stem"] or match["let"]):
        return None
    number = match["number"].lower()
    stem = (match["let"] or "mir").lower()
    if not match["stem"] and (stem, number[:1]) not in (("let", "7"), ("lin", "4")) and match["let"]:
        return None
    species = (match["species"] or "").lower()
    several = match["several"] or (match["let"] and number == "7")
    group = (match["group"] or "").lower() or ("cluster" if match["rest"] else "family" if several else "")
    virus = next((v for v, sign in _VIRUSES.items() if re.match(sign, number, re.I)), "")
    return MirnaName(
        species="hsa" if species == "has" else species or virus,
        stem=stem,
        number=number + (match["rest"] or "").replace("~", "-").replace("/", "-"),
        copy=match["copy"] or "",
        arm=(match["arm"] or "").lower(),
        group=group,
        precursor=bool(match["form"]),
    )
