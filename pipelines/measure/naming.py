"""Print how the entities of real abstracts are named and found.

Usage: python -m pipelines.measure.naming [--limit N] [--merges N]

Reads ../shared/abstracts and prints

- of the entities, type by type: how many uses (an entity of one article) have an id of their text alone;
- of the surface forms that entities were read from: the share by which the entity's node is found, by the vocabulary
  alone and with the names that texts give;
- with --merges, that many processes beside the names they were grounded to, drawn at random, to look at.
"""

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from pathlib import Path

from graph_schema.model import EntityType
from miner.assembly.entities import EntityNodes
from miner.model.annotations import AnnotatedArticle
from miner.model.claims import EntityName
from miner.nlp.lexicon import Lexicon
from miner.nlp.pipeline import annotate
from miner.vocabulary.normalize import normalize
from pipelines.gold import text_of

ABSTRACTS = Path(__file__).resolve().parents[3] / "shared" / "abstracts" / "exosome_abstracts.jsonl"
SEED = 7


def print_shares(articles: list[AnnotatedArticle], lexicon: Lexicon) -> None:
    """Uses by type, and how many of them no vocabulary knows."""
    uses: Counter[EntityType] = Counter(e.type for a in articles for e in a.entities)
    own = Counter(e.type for a in articles for e in a.entities if e.id not in lexicon)
    for type_, count in uses.most_common():
        print(f"{type_:14} {count:6} uses, {own[type_] / count:.3f} with an id of their text")


def print_lookups(articles: list[AnnotatedArticle], lexicon: Lexicon) -> None:
    """The share of surface forms by which their entity's node is found."""
    types: dict[str, EntityType] = {}
    surfaces: dict[str, Counter[str]] = defaultdict(Counter)
    for entity in (e for a in articles for e in a.entities):
        types[entity.id] = entity.type
        forms = {" ".join(m.text.split()) for m in entity.mentions}
        surfaces[entity.id].update(form for form in forms if any(c.isalpha() for c in form))
    vocabulary = EntityNodes(lexicon).for_types(types)
    names = {id_: [EntityName(text, n, 0) for text, n in forms.most_common()] for id_, forms in surfaces.items()}
    texts = EntityNodes(lexicon, lambda id_: names.get(id_, [])).for_types(types)
    total = sum(map(len, surfaces.values()))
    for what, nodes in (("vocabulary", vocabulary), ("vocabulary and texts", texts)):
        found = sum(
            f"|{normalize(surface)}|" in nodes[id_].lookup for id_, forms in surfaces.items() for surface in forms
        )
        print(f"found by {found} of {total} surface forms of {len(types)} entities, names of {what}")


def print_merges(articles: list[AnnotatedArticle], count: int) -> None:
    """Processes whose wording is not their name."""
    merges = sorted(
        {
            (mention.text, entity.name)
            for article in articles
            for entity in article.entities
            if entity.type is EntityType.FUNCTION and entity.reason.startswith("head")
            for mention in entity.mentions
        }
    )
    print(f"{len(merges)} wordings grounded by their head")
    for wording, name in random.Random(SEED).sample(merges, min(count, len(merges))):
        print(f"{wording} → {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, help="read that many abstracts only")
    parser.add_argument("--merges", type=int, default=0, help="show that many processes with their names")
    args = parser.parse_args()
    if not ABSTRACTS.is_file():
        sys.exit(f"{ABSTRACTS} is not there - the abstracts do not ship with the project")
    lines = ABSTRACTS.read_text(encoding="utf-8").splitlines()[: args.limit]
    articles = list(annotate((str(n), text_of(json.loads(line))) for n, line in enumerate(lines)))
    lexicon = Lexicon.load()
    print_shares(articles, lexicon)
    print_lookups(articles, lexicon)
    if args.merges:
        print_merges(articles, args.merges)


if __name__ == "__main__":
    main()
