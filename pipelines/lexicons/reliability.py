"""Which of the lexicon's forms the annotated training articles seldom mean, and which of their own they lack.

Usage: python pipelines/lexicons/reliability.py [--write]

Counts, for every form that proposes a mention, in how many articles it occurs and in how many of those an
entity of that type has it among its surface forms. `--write` adds to curated/unreliable.tsv the forms met in
at least four articles and right in less than a third of them: these stay in the lexicon for grounding and
propose nothing. Needs ../shared/gold/train.jsonl.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from miner.nlp.candidates import find_candidates
from miner.nlp.lexicon import Lexicon
from miner.vocabulary.normalize import normalize

ROOT = Path(__file__).resolve().parents[2]
TRAIN = ROOT.parent / "shared" / "gold" / "train.jsonl"
UNRELIABLE = Path(__file__).parent / "curated" / "unreliable.tsv"
HEADER = "# form\ttype\tarticles\tright\n"
LEAST_ARTICLES, LEAST_SHARE = 4, 0.34


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="rewrite curated/unreliable.tsv")
    parser.add_argument(
        "--missing", type=int, default=3, help="show annotated forms of that many articles the lexicon lacks"
    )
    args = parser.parse_args()
    if not TRAIN.is_file():
        sys.exit(f"{TRAIN} is not there - the annotated articles do not ship with the project")
    lexicon = Lexicon.load()
    seen: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    missing: Counter[tuple[str, str]] = Counter()
    written: dict[tuple[str, str], str] = {}
    for line in TRAIN.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        text = article["title"] + "\n" + article["abstract"]
        gold = defaultdict(set)
        for entity in article["entities"]:
            gold[entity["type"]] |= {normalize(mention) for mention in entity["mentions"]}
        met = {
            (normalize(text[c.start : c.end]), c.type.value): text[c.start : c.end]
            for c in find_candidates(text, lexicon)
            if c.source == "lexicon"
        }
        written |= met
        seen.update(met.keys())
        right.update(key for key in met if key[0] in gold[key[1]] or any(key[0] in form for form in gold[key[1]]))
        for kind, forms in gold.items():
            missing.update((form, kind) for form in forms if (form, kind) not in met)
    rows = [
        (written[k], k[1], n, right[k]) for k, n in seen.items() if n >= LEAST_ARTICLES and right[k] / n < LEAST_SHARE
    ]
    rows.sort(key=lambda row: (row[1], row[3] / row[2], row[0]))
    kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for key, n in seen.items():
        kinds[key[1]][0] += n
        kinds[key[1]][1] += right[key]
    for kind, (n, hits) in sorted(kinds.items()):
        print(f"{kind:14} proposed in {n:6} articles, right in {hits / n:.2f}")
    for row in rows:
        print("unreliable\t" + "\t".join(map(str, row)))
    for (form, kind), n in missing.most_common():
        if n >= args.missing:
            print(f"missing\t{form}\t{kind}\t{n}")
    if args.write:
        kept = UNRELIABLE.read_text(encoding="utf-8").splitlines()[1:] if UNRELIABLE.exists() else []
        merged = sorted({*kept, *("\t".join(map(str, row)) for row in rows)}, key=lambda r: r.split("\t")[1::-1])
        UNRELIABLE.write_text(HEADER + "\n".join(merged) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
