"""Train the relation model on top of the recogniser's shared layers.

`python -m pipelines.train.train_relations OUT --base RECOGNISER.pt --found A.spans.jsonl B.spans.jsonl`

The entities that the two half-trained recognisers find in the articles they have not seen teach it which entities no
claim uses. Every tenth article is held aside (--hold 10), for calibration; --hold 0 holds none.
"""

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from miner.extract.pairs import TYPES
from pipelines.train.batches import Batch
from pipelines.train.data import Document, Relations, aligned, gold_articles, gold_relations, read, relations
from pipelines.train.learning import Averaged, mixed_precision, optimiser, shuffled_batches
from pipelines.train.merging import Span, merge, without_clashes
from pipelines.train.network import RelationModel, Shared, pooled, pretrained

SEED = 21
BATCH = 4


def attach_found(documents: list[Document], paths: list[Path], threshold: float = 0.35) -> None:
    """Give each document the entities that a recogniser which has not seen it finds, and those that no claim uses."""
    rows = (json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    spans_of = {row["id"]: row["spans"] for row in rows}
    for document in documents:
        document.found = merge(
            document.text, without_clashes(in_characters(document, spans_of[document.gold["id"]]), threshold)
        )
        used = {i for hits in aligned(document, document.found).values() for i in hits}
        document.distractors = [entity for i, entity in enumerate(document.found) if i not in used]


def in_characters(document: Document, spans: list[tuple[int, int, int, float]]) -> list[Span]:
    tokens = document.tokens
    return [(int(tokens.starts[a]), int(tokens.ends[b]), TYPES[k], p) for a, b, k, p in spans]


@torch.no_grad()
def cache_lower(shared: Shared, documents: list[Document]) -> None:
    shared.eval()
    for document in documents:
        batch = Batch([document])
        with mixed_precision():
            document.lower = batch.flat(shared(batch.ids, batch.shapes, batch.mask)).to(torch.bfloat16)


def training_view(document: Document) -> Relations:
    """The article as gold entities among some that no claim uses, or as a recogniser sees it."""
    if random.random() < 0.5:
        return relations(document, document.found, aligned(document, document.found))
    return gold_relations(document, [e for e in document.distractors if random.random() < 0.7])


def forward(
    model: RelationModel, documents: list[Document], views: list[Relations]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, int]:
    """Pair logits, modality logits, the group of each pair and the number of groups, over the whole batch."""
    batch = Batch(documents)
    marks = torch.from_numpy(np.concatenate([v.pairs.marks for v in views]))
    hidden = batch.grid(torch.cat([d.lower for d in documents]).float())
    with mixed_precision():
        flat = batch.flat(model.encode(hidden, batch.mask, batch.grid(marks)))
    spans, sentences, pairs, groups, features = [], [], [], [], []
    span_row = group_row = 0
    for view, offset in zip(views, batch.offsets, strict=False):
        p = view.pairs
        spans.append(p.spans + np.array([offset, offset, 0, 0]))
        sentences.append(p.sentences + offset)
        pairs.append(p.pairs + span_row)
        groups.append(p.groups + group_row)
        features.append(p.features)
        span_row += len(p.spans)
        group_row += len(p.entities)
    joined = [torch.from_numpy(np.concatenate(part)) for part in (spans, sentences, pairs, features, groups)]
    logits, modality = model(flat.float(), *joined[:4])
    return logits, modality, joined[4], group_row


def relation_loss(model: RelationModel, documents: list[Document]) -> torch.Tensor:
    views = [training_view(d) for d in documents]
    both = [(d, v) for d, v in zip(documents, views, strict=True) if len(v.pairs.pairs)]
    if not both:
        return torch.zeros((), requires_grad=True)
    documents, views = [d for d, _ in both], [v for _, v in both]
    logits, modality, groups, count = forward(model, documents, views)
    scores = pooled(logits, groups, count)
    target, weight = (torch.from_numpy(np.concatenate([getattr(v, n) for v in views])) for n in ("target", "weight"))
    weight = weight * (scores > -20)
    loss = (F.binary_cross_entropy_with_logits(scores, target, reduction="none") * weight).sum() / 16
    pair_row = group_row = 0
    for view in views:
        loss = loss + occurrence_loss(view, logits, modality, pair_row) / 16
        pair_row += len(view.pairs.pairs)
        group_row += len(view.pairs.entities)
    return loss / len(documents)


def occurrence_loss(view: Relations, logits: torch.Tensor, modality: torch.Tensor, row: int) -> torch.Tensor:
    """That the pair in the evidence sentence scores best, and that it tells negation and speculation."""
    total = torch.zeros(())
    flags = {(int(g), int(p)): (n, s) for g, p, n, s in view.modality}
    for group, predicate, inside in view.evidence:
        rows = np.flatnonzero(view.pairs.groups == group)
        at = torch.from_numpy(np.array(inside) + row)
        if len(inside) < len(rows):
            every = torch.logsumexp(logits[torch.from_numpy(rows + row), predicate], 0)
            total = total + 0.3 * (every - torch.logsumexp(logits[at, predicate], 0))
        wanted = torch.tensor(flags[group, predicate]).expand(len(inside), 2)
        total = total + 0.5 * F.binary_cross_entropy_with_logits(modality[at], wanted, reduction="sum") / len(inside)
    return total


def train(
    documents: list[Document], epochs: int, seed: int, log: str, start: Path | None = None, batch: int = BATCH
) -> RelationModel:
    """Train on `documents`, from MiniLM's upper layers or, at two thirds of the rate, further from those in `start`."""
    random.seed(seed)
    torch.manual_seed(seed)
    model = RelationModel(pretrained())
    if start:
        model.load_state_dict(torch.load(start)["relations"])
    pace = 2 / 3 if start else 1.0
    heads = [p for n, p in model.named_parameters() if not n.startswith("layers.")]
    steps = epochs * -(-len(documents) // batch)
    step, finish = optimiser([(list(model.layers.parameters()), 1.2e-4 * pace), (heads, 1e-3 * pace)], steps)
    average = Averaged([model])
    started = time.monotonic()
    for epoch in range(epochs):
        model.train()
        total = 0.0
        for number, chosen in enumerate(shuffled_batches(documents, batch)):
            loss = relation_loss(model, chosen)
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
    return model.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--found", type=Path, nargs="+", required=True)
    parser.add_argument("--hold", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--start", type=Path, help="relation weights to train further")
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    documents = [read(gold) for gold in gold_articles("train")[: options.limit]]
    attach_found(documents, options.found)
    documents = [d for n, d in enumerate(documents) if d.entities and not (options.hold and n % options.hold == 9)]
    shared = Shared()
    shared.load_state_dict(torch.load(options.base)["shared"])
    cache_lower(shared, documents)
    model = train(documents, options.epochs, options.seed, options.out.name, options.start, options.batch)
    torch.save({"relations": model.state_dict()}, options.out.with_suffix(".pt"))
    print(f"{options.out.name}: done", flush=True)


if __name__ == "__main__":
    main()
