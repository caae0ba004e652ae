"""Train the recogniser: `python -m pipelines.train.train_recogniser OUT [--fold K] [--epochs N] [--threads N]`.

Writes OUT.pt (shared and upper layers) and, with --fold, OUT.spans.jsonl: what the model finds in the half of the
training articles it has not seen.
"""

import argparse
import json
import random
import time
from pathlib import Path

import torch
from torch.nn import functional as F

from miner.extract.pairs import TYPES
from pipelines.train.batches import Batch
from pipelines.train.data import Document, gold_articles, read
from pipelines.train.learning import Averaged, mixed_precision, optimiser, shuffled_batches
from pipelines.train.network import Recogniser, Shared, pretrained

SEED = 20
BATCH = 4


def span_loss(shared: Shared, recogniser: Recogniser, documents: list[Document]) -> torch.Tensor:
    batch = Batch([d.tokens for d in documents])
    with mixed_precision():
        hidden = recogniser.encode(shared(batch.ids, batch.shapes, batch.mask), batch.mask)
    flat = batch.flat(hidden).float()
    spans, labels, edges, row = [], [], torch.zeros(len(flat), 2), 0
    for document, offset in zip(documents, batch.offsets, strict=False):
        candidates = torch.from_numpy(document.candidates)
        found = torch.from_numpy(document.span_labels)
        edges[candidates[found[:, 0], 0] + offset, 0] = 1.0
        edges[candidates[found[:, 0], 1] + offset, 1] = 1.0
        spans.append(candidates + torch.tensor([offset, offset, 0]))
        labels.append(found + torch.tensor([row, 0]))
        row += len(candidates)
    logits, edge_logits = recogniser(flat, torch.cat(spans))
    target = torch.zeros_like(logits)
    target[torch.cat(labels).unbind(1)] = 1.0
    every = torch.ones(logits.shape[1])
    counted = torch.cat([(every if d.columns is None else d.columns).expand(len(d.candidates), -1) for d in documents])
    loss = F.binary_cross_entropy_with_logits(logits, target, weight=counted, reduction="sum") / 24
    edge_loss = F.binary_cross_entropy_with_logits(edge_logits, edges, reduction="sum") / 48
    return (loss + edge_loss) / len(documents)


@torch.no_grad()
def score_spans(shared: Shared, recogniser: Recogniser, document: Document) -> list[tuple[int, int, int, float]]:
    """(first piece, last piece, type, probability) of every candidate with a probability of 0.05 or more."""
    batch = Batch([document.tokens])
    flat = batch.flat(recogniser.encode(shared(batch.ids, batch.shapes, batch.mask), batch.mask))
    logits, _ = recogniser(flat, torch.from_numpy(document.candidates))
    probabilities = torch.sigmoid(logits)
    rows, kinds = torch.nonzero(probabilities >= 0.05, as_tuple=True)
    spans = document.candidates[rows.numpy()]
    return [
        (int(a), int(b), int(k), round(float(probabilities[r, k]), 4))
        for (a, b, _), r, k in zip(spans, rows, kinds, strict=True)
    ]


def train(
    documents: list[Document], epochs: int, seed: int, log: str, start: Path | None = None, kinds: int = len(TYPES)
) -> tuple[Shared, Recogniser]:
    """Train on `documents`, from MiniLM's weights or from those in `start`, all but its output layer."""
    random.seed(seed)
    torch.manual_seed(seed)
    weights = pretrained()
    shared, recogniser = Shared(weights), Recogniser(weights, kinds=kinds)
    if start:
        saved = torch.load(start)
        shared.load_state_dict(saved["shared"])
        kept = {name: value for name, value in saved["recogniser"].items() if not name.startswith("out.")}
        recogniser.load_state_dict(kept, strict=False)
    upper = [*recogniser.layers.parameters(), *shared.parameters()]
    heads = [p for n, p in recogniser.named_parameters() if not n.startswith("layers.")]
    steps = epochs * -(-len(documents) // BATCH)
    step, finish = optimiser([(upper, 1.2e-4), (heads, 1.2e-3)], steps)
    average = Averaged([shared, recogniser])
    started = time.monotonic()
    for epoch in range(epochs):
        shared.train()
        recogniser.train()
        total = 0.0
        for number, chosen in enumerate(shuffled_batches(documents, BATCH)):
            loss = span_loss(shared, recogniser, chosen)
            loss.backward()
            step()
            average.update()
            total += loss.item()
            if number in (5, 25):
                print(f"{log}: batch {number}, {time.monotonic() - started:.0f} s", flush=True)
        print(
            f"{log}: epoch {epoch + 1} loss {total / (number + 1):.3f}, {time.monotonic() - started:.0f} s", flush=True
        )
    finish()
    average.apply()
    return shared.eval(), recogniser.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--fold", type=int, choices=(0, 1))
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start", type=Path, help="weights to start from (see corpora.py)")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    documents = [read(gold) for gold in gold_articles("train")[: options.limit]]
    seen = [d for n, d in enumerate(documents) if n % 2 != options.fold]
    name = options.out.name
    shared, recogniser = train(seen, options.epochs, SEED + (options.fold or 0), name, options.start)
    torch.save({"shared": shared.state_dict(), "recogniser": recogniser.state_dict()}, options.out.with_suffix(".pt"))
    if options.fold is not None:
        with options.out.with_suffix(".spans.jsonl").open("w", encoding="utf-8") as file:
            for number, document in enumerate(documents):
                if number % 2 == options.fold:
                    spans = score_spans(shared, recogniser, document)
                    file.write(json.dumps({"id": document.gold["id"], "spans": spans}) + "\n")
    print(f"{name}: done", flush=True)


if __name__ == "__main__":
    main()
