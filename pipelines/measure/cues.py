"""How well negation and speculation cues and their scopes are found on the BioScope corpus.

    python -m pipelines.measure.cues

Prints, for abstracts and full papers: cues (right when they overlap an annotated cue of their kind), tokens within a
scope, and sentences that hold a cue at all. BioScope (Vincze et al. 2008, BMC Bioinformatics 9(S11):S9) is beside
the checkout, in ../shared/corpora/bioscope.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from miner.evaluation import Counts
from miner.extract.modality.scopes import find_scopes

BIOSCOPE = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "bioscope" / "data" / "bioscope"
KINDS = ("negation", "speculation")
TOKEN = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*|[^\w\s]|_")
Marks = dict[str, set[int]]


def read_sentences(path: Path) -> Iterator[tuple[str, Marks, Marks]]:
    """(text, characters of cues, characters of scopes) of each sentence, the characters by kind."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for sentence in etree.parse(path, parser).iter("sentence"):
        text: list[str] = []
        cues: Marks = defaultdict(set)
        reached: Marks = defaultdict(set)
        _walk(sentence, text, cues, reached, {})
        yield "".join(text), cues, reached


def _walk(node: etree._Element, text: list[str], cues: Marks, reached: Marks, kinds: dict[str, str]) -> None:
    start = len("".join(text))
    kind = ""
    if node.tag == "xcope":
        cue = next((c for c in node.iter("cue") if c.get("ref") == node.get("id")), None)
        kind = cue.get("type", "") if cue is not None else ""
    text.append(node.text or "")
    for child in node:
        _walk(child, text, cues, reached, kinds)
        text.append(child.tail or "")
    characters = range(start, len("".join(text)))
    if node.tag == "cue":
        cues[node.get("type", "")].update(characters)
    elif kind:
        reached[kind].update(characters)


def measure(path: Path) -> None:
    cue_counts, scope_counts, sentence_counts = ({kind: Counts() for kind in KINDS} for _ in range(3))
    for text, cues, reached in read_sentences(path):
        spans = [match.span() for match in TOKEN.finditer(text)]
        found = find_scopes([text[a:b].lower() for a, b in spans])
        for kind in KINDS:
            mine = [scope for scope in found if scope.kind == kind]
            gold = {i for i, (a, b) in enumerate(spans) if cues[kind] & set(range(a, b))}
            predicted = {i for scope in mine for i in range(scope.cue_first, scope.cue_last)}
            add(cue_counts[kind], gold, predicted)
            inside = {i for i, (a, b) in enumerate(spans) if reached[kind] & set(range(a, b))}
            add(scope_counts[kind], inside, {i for scope in mine for i in range(scope.first, scope.last)})
            add(sentence_counts[kind], {0} if gold else set(), {0} if predicted else set())
    for kind in KINDS:
        for name, counts in (
            ("cue tokens", cue_counts),
            ("scope tokens", scope_counts),
            ("sentences", sentence_counts),
        ):
            print(f"{path.stem:12} {kind:12} {name:13} {counts[kind]}")


def add(counts: Counts, gold: set[int], predicted: set[int]) -> None:
    counts.add(Counts(len(gold & predicted), len(gold), len(predicted)))


def main() -> None:
    if not BIOSCOPE.is_dir():
        sys.exit(f"BioScope is missing: {BIOSCOPE} - put the corpus there")
    for name in ("abstracts", "full_papers"):
        measure(BIOSCOPE / f"{name}.xml")


if __name__ == "__main__":
    main()
