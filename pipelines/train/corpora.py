"""Train the recognizer on public corpora, and measure it there: `python -m pipelines.train.corpora OUT [--epochs N]`.

One model for six corpora, each with output columns of its own, in the IOB files of Crichton et al. (2017) beside the
checkout. Prints F1 on the test parts, exact spans and types, and writes OUT.pt, from which the training on the gold
starts. Of JNLPBA's training part only the piece that those files call "devel" is there.
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from miner.neural.encoder import WINDOW, tokenize
from miner.neural.span_model import suggest_spans
from pipelines.train.data import Document
from pipelines.train.kinds import KINDS, SHIPPED
from pipelines.train.network import Recognizer, Shared, load_recognizer
from pipelines.train.train_recognizer import score_spans, train

IOB = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "mtl_iob"
CORPORA = {
    "BioNLP13CG-IOB": ("train", "devel") * 3,
    "BC5CDR-IOB": ("train",),
    "NCBI-disease-IOB": ("train",),
    "AnatEM-IOB": ("train",),
    "BC2GM-IOB": ("train",),
    "JNLPBA": ("devel",),
}
"""Corpora of an epoch. CG, which has the most types and is among the smallest, is read three times."""
PUBLISHED = {"BioNLP13CG-IOB": 77.84, "BC5CDR-IOB": 84.23, "NCBI-disease-IOB": 81.65, "JNLPBA": 73.21}
"""scispaCy's F1: of its ner_bionlp13cg and ner_bc5cdr models as documented, else of sci_md in Neumann et al. (2019)."""
SEED = 19

Sentence = list[tuple[str, str]]


def sentences(path: Path) -> Iterator[Sentence]:
    """Sentences as (word, IOB tag)."""
    sentence: Sentence = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.strip() and not line.startswith("-DOCSTART-"):
            word, tag = line.split("\t")[:2]
            sentence.append((word, tag.strip()))
        elif sentence:
            yield sentence
            sentence = []


def read_entities(sentence: Sentence, at: int) -> Iterator[tuple[int, int, str]]:
    """Entities (start, end, type) in characters of a sentence of words joined by spaces that starts at `at`."""
    start, kind, end = -1, "", at
    for word, tag in [*sentence, ("", "O")]:
        if start >= 0 and (tag[0] in "BO" or tag[2:] != kind):
            yield start, end, kind
            start = -1
        if tag[0] != "O" and start < 0:
            start, kind = at, tag[2:]
        end = at + len(word)
        at = end + 1


class Texts:
    """Sentences packed into texts of one window, with their entities."""

    def __init__(self, kinds: Sequence[tuple[str, str]]) -> None:
        self.kinds = {kind: column for column, kind in enumerate(kinds)}

    def read(self, corpus: str, part: str) -> list[tuple[Document, set[tuple[int, int, int]]]]:
        """Documents and, in characters, the gold entities (start, end, column), also those no candidate covers."""
        packed, pack, pieces = [], [], 0
        for sentence in sentences(IOB / corpus / f"{part}.tsv"):
            text = " ".join(word for word, _ in sentence)
            length = len(tokenize(text, [(0, len(text))]))
            if pack and pieces + length > WINDOW:
                packed.append(self._document(corpus, pack))
                pack, pieces = [], 0
            pack.append(sentence)
            pieces += length
        return [*packed, self._document(corpus, pack)]

    def _document(self, corpus: str, pack: list[Sentence]) -> tuple[Document, set[tuple[int, int, int]]]:
        bounds, gold, at = [], set(), 0
        for sentence in pack:
            end = at + sum(len(word) + 1 for word, _ in sentence) - 1
            bounds.append((at, end))
            gold |= {(a, b, self.kinds[corpus, kind]) for a, b, kind in read_entities(sentence, at)}
            at = end + 1
        text = " ".join(word for sentence in pack for word, _ in sentence)
        tokens = tokenize(text, bounds)
        candidates = suggest_spans(tokens)
        places = {
            (int(tokens.starts[a]), int(tokens.ends[b])): row for row, (a, b, _) in enumerate(candidates.tolist())
        }
        labels = sorted((places[a, b], column) for a, b, column in gold if (a, b) in places)
        columns = torch.tensor([float(name == corpus) for name, _ in self.kinds])
        document = Document(
            gold={},
            text=text,
            tokens=tokens,
            cues=np.zeros((len(tokens), 0), np.float32),
            entities=[],
            entity_of={},
            candidates=candidates,
            span_labels=np.array(labels, dtype=np.int64).reshape(-1, 2),
            columns=columns,
        )
        return document, gold


def select_flat_spans(
    document: Document, scored: list[tuple[int, int, int, float]], threshold: float
) -> set[tuple[int, int, int]]:
    """The best spans of the document's own corpus that do not overlap, in characters."""
    taken: list[tuple[int, int, int]] = []
    for first, last, column, score in sorted(scored, key=lambda s: -s[3]):
        start, end = int(document.tokens.starts[first]), int(document.tokens.ends[last])
        if score >= threshold and document.columns[column] and not any(start < b and a < end for a, b, _ in taken):
            taken.append((start, end, column))
    return set(taken)


def report(
    name: str, rows: list[tuple[set[tuple[int, int, int]], set[tuple[int, int, int]]]], kinds: Sequence[str]
) -> None:
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for gold, found in rows:
        for kind, spans in (("gold", gold), ("found", found), ("right", gold & found)):
            for _, _, column in spans:
                counts[column][kind] += 1
    total = sum(counts.values(), Counter())
    f1 = 200 * total["right"] / (total["gold"] + total["found"])
    precision, recall = total["right"] / total["found"], total["right"] / total["gold"]
    print(f"{name}: F1 {f1:.2f} (scispaCy: {PUBLISHED.get(name, 'not known')}), P {precision:.3f} R {recall:.3f}")
    for column, c in sorted(counts.items()):
        print(f"  {kinds[column]:36} F1 {200 * c['right'] / (c['gold'] + c['found']):.1f} of {c['gold']}")


def measure(
    shared: Shared, recognizer: Recognizer, texts: Texts, corpora: Iterable[str], kinds: Sequence[tuple[str, str]]
) -> None:
    """Print F1 on the test parts."""
    for corpus in corpora:
        test = texts.read(corpus, "test")
        rows = [(gold, select_flat_spans(d, score_spans(shared, recognizer, d), 0.4)) for d, gold in test]
        report(corpus, rows, [kind for _, kind in kinds])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--encoder", choices=KINDS, default=SHIPPED)
    parser.add_argument("--measure", nargs="*", choices=CORPORA, help="only measure OUT.pt, on these corpora")
    options = parser.parse_args()
    if not IOB.is_dir():
        sys.exit(f"the corpora are not there: {IOB}")
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    kinds = sorted(
        {
            (corpus, tag[2:])
            for corpus in CORPORA
            for sentence in sentences(IOB / corpus / f"{CORPORA[corpus][0]}.tsv")
            for _, tag in sentence
            if tag[0] != "O"
        }
    )
    texts = Texts(kinds)
    if options.measure is not None:
        _, shared, recognizer = load_recognizer(options.out.with_suffix(".pt"))
        measure(shared, recognizer, texts, options.measure or CORPORA, kinds)
        return
    seen = [d for corpus, parts in CORPORA.items() for part in parts for d, _ in texts.read(corpus, part)]
    started = time.monotonic()
    print(f"{len(seen)} texts, {sum(len(d.tokens) for d in seen)} word pieces, {len(kinds)} types", flush=True)
    shared, recognizer = train(seen, options.epochs, SEED, options.out, KINDS[options.encoder], kinds=len(kinds))
    measure(shared, recognizer, texts, CORPORA, kinds)
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
