"""Train the recognizer: `python -m pipelines.train.train_recognizer OUT [--fold K] [--epochs N] [--threads N]`.

Writes OUT.pt (shared and upper layers) and, with --fold, OUT.spans.jsonl: what the model finds in the half of the
training articles it has not seen.
"""

import argparse
import json
import random
from dataclasses import asdict
from pathlib import Path

import torch
from torch.nn import functional as F

from miner.neural.pair_features import TYPES
from pipelines import gold
from pipelines.train.batches import Batch
from pipelines.train.data import Document, read
from pipelines.train.kinds import KINDS, SHIPPED, Kind, pretrained
from pipelines.train.learning import descend, mixed_precision
from pipelines.train.network import Recognizer, Shared, layer_groups

SEED = 20
HEAD_RATE = 1.2e-3


def span_loss(recognizer: Recognizer, batch: Batch, hidden: torch.Tensor, documents: list[Document]) -> torch.Tensor:
    """The loss of a batch, `hidden` is the output of the shared layers."""
    with mixed_precision():
        flat = batch.flat(recognizer.encode(hidden, batch.mask)).float()
    spans, labels, weights, edges, row = [], [], [], torch.zeros(len(flat), 2), 0
    every = torch.ones(recognizer.out.out_features)
    for document, offset in zip(documents, batch.offsets, strict=False):
        candidates = torch.from_numpy(document.candidates)
        found, kinds = torch.from_numpy(document.span_labels).unbind(1)
        edges[candidates[found, 0] + offset, 0] = 1.0
        edges[candidates[found, 1] + offset, 1] = 1.0
        spans.append(candidates + torch.tensor([offset, offset, 0]))
        labels.append(torch.stack([found + row, kinds], dim=1))
        counted = every if document.columns is None else document.columns
        weights.append(counted.expand(len(candidates), -1))
        row += len(candidates)
    logits, edge_logits = recognizer(flat, torch.cat(spans))
    target = torch.zeros_like(logits)
    target[torch.cat(labels).unbind(1)] = 1.0
    loss = F.binary_cross_entropy_with_logits(logits, target, weight=torch.cat(weights), reduction="sum") / 24
    edge_loss = F.binary_cross_entropy_with_logits(edge_logits, edges, reduction="sum") / 48
    return (loss + edge_loss) / len(documents)


@torch.no_grad()
def score_spans(shared: Shared, recognizer: Recognizer, document: Document) -> list[tuple[int, int, int, float]]:
    """(first piece, last piece, type, probability) of every candidate with a probability of 0.05 or more."""
    batch = Batch([document.tokens])
    flat = batch.flat(recognizer.encode(shared(batch.ids, batch.shapes, batch.mask), batch.mask))
    logits, _ = recognizer(flat, torch.from_numpy(document.candidates))
    probabilities = torch.sigmoid(logits)
    rows, kinds = torch.nonzero(probabilities >= 0.05, as_tuple=True)
    spans = document.candidates[rows.numpy()]
    return [
        (int(a), int(b), int(k), round(float(probabilities[r, k]), 4))
        for (a, b, _), r, k in zip(spans, rows, kinds, strict=True)
    ]


def train(
    documents: list[Document],
    epochs: int,
    seed: int,
    out: Path,
    kind: Kind,
    start: Path | None = None,
    kinds: int = len(TYPES),
) -> tuple[Shared, Recognizer]:
    """Train on `documents`, from pretrained weights or from those in `start` without their output layer.

    Writes the networks to OUT.pt.
    """
    random.seed(seed)
    torch.manual_seed(seed)
    weights = pretrained(kind)
    shared, recognizer = Shared(kind, weights), Recognizer(kind, weights, kinds=kinds)
    if start:
        saved = torch.load(start)
        shared.load_state_dict(saved["shared"])
        kept = {name: value for name, value in saved["recognizer"].items() if not name.startswith("out.")}
        recognizer.load_state_dict(kept, strict=False)

    def loss_of(chosen: list[Document]) -> torch.Tensor:
        batch = Batch([d.tokens for d in chosen])
        with mixed_precision():
            hidden = shared(batch.ids, batch.shapes, batch.mask)
        return span_loss(recognizer, batch, hidden, chosen)

    embeddings = [p for n, p in shared.named_parameters() if not n.startswith("layers.")]
    heads = [p for n, p in recognizer.named_parameters() if not n.startswith("layers.")]
    groups = [*layer_groups(kind, [shared.layers, recognizer.layers]), (embeddings, kind.rate), (heads, HEAD_RATE)]
    descend(documents, Document.longest_window, epochs, [shared, recognizer], groups, loss_of, out)
    parts = {"shared": shared.state_dict(), "recognizer": recognizer.state_dict()}
    torch.save({"encoder": asdict(kind), **parts}, out.with_suffix(".pt"))
    return shared.eval(), recognizer.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--fold", type=int, choices=(0, 1))
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--encoder", choices=KINDS, default=SHIPPED)
    parser.add_argument("--start", type=Path, help="weights to start from (see corpora.py)")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    documents = [read(article) for article in gold.articles("train")[: options.limit]]
    seen = [d for n, d in enumerate(documents) if n % 2 != options.fold]
    kind = KINDS[options.encoder]
    shared, recognizer = train(seen, options.epochs, SEED + (options.fold or 0), options.out, kind, options.start)
    if options.fold is not None:
        with options.out.with_suffix(".spans.jsonl").open("w", encoding="utf-8") as file:
            for number, document in enumerate(documents):
                if number % 2 == options.fold:
                    spans = score_spans(shared, recognizer, document)
                    file.write(json.dumps({"id": document.gold["id"], "spans": spans}) + "\n")
    print(f"{options.out.name}: done", flush=True)


if __name__ == "__main__":
    main()
