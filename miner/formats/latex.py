"""LaTeX, as BibTeX fields hold it, as plain text: accents, Greek, font commands, sub- and superscripts, dashes."""

import re
import unicodedata
from functools import cache

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.latexwalker import LatexWalkerError

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
_SYMBOLS = {
    **_GREEK,
    **{name.capitalize(): letter.upper() for name, letter in _GREEK.items()},
    **{f"text{name}": letter for name, letter in _GREEK.items()},
    **{f"text{name.capitalize()}": letter.upper() for name, letter in _GREEK.items()},
    **{f"up{name}": letter for name, letter in _GREEK.items()},
    "varepsilon": "ε", "vartheta": "ϑ", "varphi": "φ", "varrho": "ρ", "varsigma": "ς", "varkappa": "κ", "textmu": "µ",
    "textless": "<", "textgreater": ">", "textasciitilde": "\ue005", "textasciicircum": "^", "textendash": "–",
    "textemdash": "—", "textregistered": "®", "texttrademark": "™", "textcopyright": "©", "textquoteright": "’",
    "textquoteleft": "‘", "textquotedblleft": "“", "textquotedblright": "”", "textquotesingle": "'",
    "textbar": "|", "textunderscore": "_", "textbullet": "•", "textdegree": "°", "degree": "°",
    "textpm": "±", "texttimes": "×", "textdiv": "÷", "textonehalf": "½", "textonequarter": "¼", "circ": "°",
    "celsius": "°C", "degreeCelsius": "°C", "micro": "µ", "sim": "\ue005", "leq": "≤", "geq": "≥", "leqslant": "≤",
    "geqslant": "≥", "rightarrow": "→", "to": "→", "times": "×", "cdot": "·", "textperiodcentered": "·",
    "lbrace": "\ue003", "rbrace": "\ue004", "slash": "/", "textnumero": "№", "thinspace": " ", "enspace": " ",
    "quad": " ",
    "meter": "m", "metre": "m", "gram": "g", "liter": "L", "litre": "L", "molar": "M", "mole": "mol", "milli": "m",
    "nano": "n", "kilo": "k", "percent": "\ue006", "per": "/", "prime": "′", "AA": "Å", "aa": "å",
}  # fmt: skip
_LATEX = re.compile(r"[\\${}~^_]|--|``|''")
_UNESCAPED = re.compile(r"(?<!\\)([%#&])")
_SCRIPT = re.compile(r"(?<!\\)([\^_])(?:\{([^{}]{0,200})\}|(\\[A-Za-z]{1,20}|[^\s{}\\$]))")
_REPLACED = (
    (re.compile(r"\\href[ ]?\{[^{}]{0,2000}\}[ ]?(?=\{)"), ""),
    (re.compile(r"\\textsuperscript[ ]?(?=\{)"), "^"),
    (re.compile(r"\\textsubscript[ ]?(?=\{)"), "_"),
    (re.compile(r"\\(?:url|path|ensuremath|mathrm|mathit|mathbf|mathsf|mathnormal)[ ]?(?=\{)"), ""),
)
"""Commands that are replaced before the text is parsed: what they wrap stays."""
_STACKED = re.compile(r"\\(['`^\"~=.])\{?\\(['`^\"~=.])\{?([A-Za-z])\}{0,2}")
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307"}
_COMMAND = re.compile(r"\\([A-Za-z]{2,20})(?:\{\}|( +))?")
_ESCAPED = {
    "%": "%",
    "&": "&",
    "#": "#",
    "_": "\ue001",
    "$": "\ue002",
    "{": "\ue003",
    "}": "\ue004",
    ",": " ",
    ";": " ",
}
_ESCAPE = re.compile(r"\\([%&#_${},;])")
_STAND_INS = str.maketrans(
    {
        "\xa0": " ",
        "\ue000": "^",
        "\ue001": "_",
        "\ue002": "$",
        "\ue003": "{",
        "\ue004": "}",
        "\ue005": "~",
        "\ue006": "%",
    }
)
_POWER = re.compile(r"[+−–-]?\d+$")
MAX_DEPTH = 40
"""Braces within braces beyond which they are only dropped."""
MAX_LATEX = 30_000
"""Characters beyond which commands are only dropped."""


def from_latex(text: str) -> str:
    """LaTeX as plain text; a power keeps its caret, other scripts leave none.

    >>> from_latex(r"{NF}-$\\kappa$B in CD8$^{+}$ cells, 10$^{-5}$ M, M{\\"u}ller")
    'NF-κB in CD8+ cells, 10^-5 M, Müller'
    """
    if not _LATEX.search(text):
        return text
    if len(text) > MAX_LATEX or _depth(text) > MAX_DEPTH:
        return _stripped(text)
    text = _UNESCAPED.sub(r"\\\1", text)
    for pattern, replacement in _REPLACED:
        text = pattern.sub(replacement, text)
    text = _STACKED.sub(_stacked, text)
    if "^" in text or "_" in text:
        text = _SCRIPT.sub(lambda found: _script(found, text), text)
    text = _COMMAND.sub(_symbol, text)
    if (plain := _without_parser(text)) is not None:
        return plain
    try:
        plain = str(_converter().latex_to_text(text))
    except (LatexWalkerError, RecursionError, ValueError, IndexError, TypeError, AttributeError, KeyError):
        return _stripped(text)
    return _restored(plain)


def _symbol(found: re.Match[str]) -> str:
    """The character that a command names; LaTeX drops the space after a letter of the text."""
    name, space = found.group(1), found.group(2) or ""
    symbol = _SYMBOLS.get(name)
    if symbol is None:
        return found.group()
    return symbol if name.startswith("text") and symbol.isalpha() else symbol + space


def _without_parser(text: str) -> str | None:
    """The plain text if symbols, escapes and braces are all its LaTeX (the parser is slow); None for the rest."""
    text = _ESCAPE.sub(lambda found: _ESCAPED[found.group(1)], text)
    if "\\" in text:
        return None
    for latex, plain in (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("~", " ")):
        text = text.replace(latex, plain)
    return _restored(re.sub(r"[{}$]", "", text))


def _restored(text: str) -> str:
    """The characters for which stand-ins were written."""
    return text.translate(_STAND_INS)


def _script(found: re.Match[str], text: str) -> str:
    """A super- or subscript in place; a power after a number keeps its caret, a "_" within a word stays."""
    inner = found.group(2) if found.group(2) is not None else found.group(3)
    before = text[max(found.start() - 8, 0) : found.start()].rstrip("${}")
    if found.group(1) == "^":
        caret = "\ue000" if before[-1:].isdigit() and _POWER.match(inner) else ""
        return f"{{{caret}{inner}}}"
    written = found.group(2) is None and before[-1:].isalnum() and inner.isalpha()
    if written and not _in_maths(text, found.start()):
        return f"\ue001{inner}"
    return f"{{{inner}}}"


def _stacked(found: re.Match[str]) -> str:
    """Two accents on one letter: the inner one is nearer to it."""
    outer, inner, letter = found.groups()
    return unicodedata.normalize("NFC", letter + _ACCENTS[inner] + _ACCENTS[outer])


def _in_maths(text: str, at: int) -> bool:
    """Whether a dollar sign is open at `at`, judged by the 200 characters before it."""
    return text.count("$", max(at - 200, 0), at) % 2 == 1


@cache
def _converter() -> LatexNodes2Text:
    context = get_default_latex_context_db()
    macros = [MacroTextSpec(name, simplify_repl=letter) for name, letter in _SYMBOLS.items()]
    context.add_context_category("exominer", prepend=True, macros=macros)
    return LatexNodes2Text(latex_context=context, math_mode="text", keep_comments=True, strict_latex_spaces=False)


def _depth(text: str) -> int:
    depth = deepest = 0
    for one in re.findall(r"[{}]", text):
        depth += 1 if one == "{" else -1
        deepest = max(deepest, depth)
    return deepest


def _stripped(text: str) -> str:
    """Text without commands, braces and dollar signs: for what cannot be parsed."""
    text = re.sub(r"\\([A-Za-z]{1,40}) ?", lambda found: _SYMBOLS.get(found.group(1)) or " ", text)
    return re.sub(r"\\(.)", r"\1", re.sub(r"[{}$]", "", text))
