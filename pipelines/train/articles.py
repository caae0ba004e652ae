"""The gold articles with the entities that the language pipeline finds, in a file for trainings that run without it.

    python -m pipelines.train.articles OUT.jsonl [train|dev] [--spans A.spans.jsonl B.spans.jsonl]

With `--spans` the pipeline uses the spans that recognizers found in articles they were not trained on, instead of its
own recognizer, which was trained on these articles.
"""

import argparse
import json
from pathlib import Path

from graph_schema.model import EntityType
from miner.model.annotations import AnnotatedArticle, Entity, Mention


def read_articles(path: Path) -> dict[str, AnnotatedArticle]:
    """The articles that `main` wrote, by id."""
    return {article.doc_id: article for article in map(_from_json, path.read_text(encoding="utf-8").splitlines())}


def _from_json(line: str) -> AnnotatedArticle:
    row = json.loads(line)
    text = row["text"]
    entities = tuple(
        Entity(
            entity["id"],
            EntityType(entity["type"]),
            entity["name"],
            tuple(Mention(start, end, text[start:end]) for start, end in entity["mentions"]),
        )
        for entity in row["entities"]
    )
    return AnnotatedArticle(row["id"], text, tuple((start, end) for start, end in row["sentences"]), entities)


def _to_json(article: AnnotatedArticle) -> str:
    entities = [
        {"id": e.id, "type": e.type.value, "name": e.name, "mentions": [(m.start, m.end) for m in e.mentions]}
        for e in article.entities
    ]
    row = {"id": article.doc_id, "text": article.text, "sentences": article.sentences, "entities": entities}
    return json.dumps(row, ensure_ascii=False)


def main() -> None:
    """Write the articles, one a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("gold", nargs="?", default="train", choices=("train", "dev"))
    parser.add_argument("--spans", type=Path, nargs="+", default=[])
    options = parser.parse_args()
    from pipelines import gold

    articles = gold.annotate_with_pipeline(gold.articles(options.gold), options.spans)
    options.out.write_text("".join(_to_json(article) + "\n" for article in articles), encoding="utf-8")


if __name__ == "__main__":
    main()
