"""Titles as bibliographies print them, without the brackets around a translated one."""

_ENDS = ".?! "


def without_brackets(title: str) -> str:
    """The title inside the brackets that PubMed sets around translations; any other title as it is.

    >>> without_brackets("[Exosomes in [3H]-labelled cells].")
    'Exosomes in [3H]-labelled cells'
    >>> without_brackets("[18F]FDG uptake of [tumor] cells")
    '[18F]FDG uptake of [tumor] cells'
    """
    for _ in range(2):
        bare = title.rstrip(_ENDS)
        if not (bare.startswith("[") and bare.endswith("]") and _is_one_pair(bare)):
            break
        title = bare[1:-1].strip()
    return title


def _is_one_pair(text: str) -> bool:
    """Whether the bracket that opens `text` is closed by its last character."""
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if depth == 0:
            return at == len(text) - 1
    return False
