"""Train the relation model on top of a recognizer's shared layers.

    python -m pipelines.train.train_relations OUT --articles TRAIN.jsonl [--base RECOGNIZER.pt] [--fold K] …

`--articles` holds the training articles with the entities that the language pipeline finds in them (see `articles.py`);
they teach the model which entities no claim uses. Writes OUT.pt, and what the model says of articles it has not seen
into OUT.votes.jsonl: of those of fold K of five, or of those in `--score`.
"""

import argparse
import json
import random
from collections.abc import Iterable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from miner.extract.coreference import resolve_coreference
from miner.extract.scorers.relations import RelationScorer
from miner.model.annotations import AnnotatedArticle
from miner.neural.encoder import Floats, Tokens
from miner.neural.pair_features import Pairs
from pipelines import gold
from pipelines.train.articles import read_articles
from pipelines.train.batches import Batch, Lower, lower_layers
from pipelines.train.data import Document, Relations, align_entities, make_gold_relations, make_relations, read
from pipelines.train.kinds import Kind, pretrained
from pipelines.train.learning import descend, mixed_precision
from pipelines.train.network import RelationModel, layer_groups, pooled

SEED = 21
HEAD_RATE = 1e-3
FOLDS = 5


def attach_found(documents: list[Document], articles: dict[str, AnnotatedArticle]) -> None:
    """Add to each document the entities that the language pipeline finds, and those among them that no claim uses."""
    for document in documents:
        entities = articles[document.gold["id"]].entities
        document.found = [(e.type, sorted({m.text for m in e.mentions})) for e in entities]
        used = {i for hits in align_entities(document, document.found).values() for i in hits}
        document.distractors = [entity for i, entity in enumerate(document.found) if i not in used]


def training_view(document: Document) -> Relations:
    """The article's pairs: of gold entities and some that no claim uses, or of entities that the pipeline finds."""
    if random.random() < 0.5:
        return make_relations(document, document.found, align_entities(document, document.found))
    return make_gold_relations(document, [e for e in document.distractors if random.random() < 0.7])


def forward(
    model: RelationModel, documents: list[Document], views: list[Relations]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, int]:
    """Pair logits, modality logits, the group of each pair and the number of groups, over the whole batch."""
    batch = Batch([d.tokens for d in documents])
    marks = torch.from_numpy(np.concatenate([v.pairs.marks for v in views]))
    hidden = batch.spread(torch.cat([d.lower for d in documents]).float())
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
    """Loss of the pair in the evidence sentence, which should score best, and of its negation and speculation."""
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


def train(documents: list[Document], epochs: int, seed: int, out: Path, kind: Kind) -> RelationModel:
    """Train on `documents`, from pretrained upper layers. Writes the network to OUT.pt."""
    random.seed(seed)
    torch.manual_seed(seed)
    model = RelationModel(kind, pretrained(kind))
    heads = [p for n, p in model.named_parameters() if not n.startswith("layers.")]
    groups = [*layer_groups(kind, [model.layers]), (heads, HEAD_RATE)]
    descend(documents, Document.longest_window, epochs, [model], groups, partial(relation_loss, model), out)
    torch.save({"encoder": asdict(kind), "relations": model.state_dict()}, out.with_suffix(".pt"))
    return model.eval()


class TorchScorer:
    """The trained network with the interface of the shipped one (`miner.extract.scorers.relations.PairScorer`)."""

    def __init__(self, lower: Lower, model: RelationModel) -> None:
        self._lower, self._model = lower, model.eval()

    @torch.no_grad()
    def __call__(self, tokens: Tokens, pairs: Pairs) -> Floats:
        batch = Batch([tokens])
        hidden = batch.spread(self._lower(tokens))
        flat = batch.flat(self._model.encode(hidden, batch.mask, batch.grid(torch.from_numpy(pairs.marks))))
        parts = (pairs.spans, pairs.sentences, pairs.pairs, pairs.features)
        logits: Floats = self._model(flat, *map(torch.from_numpy, parts))[0].numpy()
        return logits


def write_votes(path: Path, scorer: RelationScorer, articles: Iterable[AnnotatedArticle]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for article in articles:
            relations = [asdict(relation) for relation in scorer.score(resolve_coreference(article))]
            file.write(json.dumps({"id": article.doc_id, "relations": relations}) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--base", type=Path, help="a recognizer whose shared layers are used; the shipped one by default"
    )
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--fold", type=int, choices=range(FOLDS), help="hold out these articles")
    parser.add_argument("--score", type=Path, help="further annotated articles to score")
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int, help="train on the first LIMIT articles")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    articles = read_articles(options.articles)
    documents = [read(article) for article in gold.articles("train")[: options.limit]]
    attach_found(documents, articles)
    seen = [d for n, d in enumerate(documents) if d.entities and n % FOLDS != options.fold]
    kind, lower = lower_layers(options.base)
    for document in seen:
        document.lower = lower(document.tokens).to(torch.bfloat16)
    model = train(seen, options.epochs, SEED, options.out, kind)
    unseen = list(read_articles(options.score).values()) if options.score else []
    unseen += [articles[d.gold["id"]] for n, d in enumerate(documents) if n % FOLDS == options.fold]
    if unseen:
        write_votes(options.out.with_suffix(".votes.jsonl"), RelationScorer(TorchScorer(lower, model)), unseen)
    print(f"{options.out.name}: done", flush=True)


if __name__ == "__main__":
    main()
