"""Whether a name may be that of a cancer."""

import re

_STEM = re.compile(
    r"cancer|tumou?r|carcino|sarcoma|leuka?emi|lymphom|myelom|gliom|melanom|blastom|neoplas|malignan|metasta|adenom"
    r"|dysplas|oncogen|[a-z]{3}oma(?:s|ta)?\b",
    re.IGNORECASE,
)
_OTHER_OMAS = re.compile(
    r"\b(?:h(?:a)?ematoma|glaucoma|stroma|stromata|trauma|coma|genoma|trachoma|xanthoma|granuloma|atheroma|diploma"
    r"|condyloma|scleroderma|toxoplasma|mycoplasma|plasma)s?\b",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(r"[A-Za-z]{0,3}[A-Z][A-Za-z-]*[A-Z][A-Za-z]?s?\d?")


def may_name_cancer(name: str) -> bool:
    """Whether a name has a part that cancers are named with, or is an abbreviation of three letters and more.

    >>> may_name_cancer("uveal melanoma"), may_name_cancer("UVM"), may_name_cancer("sleep apnea")
    (True, True, False)
    """
    if _STEM.search(_OTHER_OMAS.sub(" ", name)):
        return True
    return any(len(word) > 2 and _ABBREVIATION.fullmatch(word) is not None for word in re.split(r"[\s/()]+", name))
