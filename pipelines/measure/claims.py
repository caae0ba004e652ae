"""Compare what two checkouts read in the same abstracts, claim by claim.

    python -m pipelines.measure.claims dump OUT.jsonl [--abstracts FILE]     in each checkout
    python -m pipelines.measure.claims compare BEFORE.jsonl AFTER.jsonl      prints every difference, then the counts

A line of a dump is an entity or a claim of one abstract. Versioned names of extractors are left out of the comparison,
and `isolation`, as the key of a claim's context was once called, counts as `separation`.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from miner.workflow.mining import Text, mine

ABSTRACTS = Path(__file__).parents[3] / "shared" / "abstracts" / "exosome_abstracts.jsonl"


def texts(path: Path) -> Iterator[Text]:
    """(id, title and abstract) of each record of a JSON Lines file."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        record = json.loads(line)
        name = record.get("pmid") or record.get("doi") or number
        yield Text(str(name), f"{record['title'] or ''}\n{record['abstract'] or ''}")


def dump(source: Path, target: Path) -> float:
    """Write what is read in the abstracts; returns abstracts per CPU second, the models' loading left out."""
    abstracts = list(texts(source))
    list(mine(abstracts[:2]))
    start = time.process_time()
    with target.open("w", encoding="utf-8") as out:
        for mined in mine(abstracts):
            for entity in mined.annotated.entities:
                spans = [(mention.start, mention.end) for mention in entity.mentions]
                found = {"id": entity.id, "type": entity.type, "spans": spans, "score": entity.score}
                out.write(json.dumps([mined.annotated.doc_id, "entity", found]) + "\n")
            for claim in mined.claims:
                out.write(json.dumps([mined.annotated.doc_id, "claim", asdict(claim)], default=str) + "\n")
    return len(abstracts) / (time.process_time() - start)


def comparable(line: str) -> str:
    """A line of a dump without what may differ between versions that read the same."""
    name, kind, found = json.loads(line)
    if kind == "claim":
        _forget_versions(found)
    return json.dumps([name, kind, found], sort_keys=True)


def _forget_versions(claim: dict[str, Any]) -> None:
    claim.pop("extractor", None)
    if "isolation" in claim["context"]:
        claim["context"]["separation"] = claim["context"].pop("isolation")


def differences(before: Path, after: Path) -> Iterator[str]:
    """Lines that only one of two dumps has, "-" before those of the first and "+" before those of the second."""
    one, other = (set(map(comparable, path.read_text(encoding="utf-8").splitlines())) for path in (before, after))
    yield from sorted(
        [f"- {line}" for line in one - other] + [f"+ {line}" for line in other - one], key=lambda s: s[2:]
    )


def main() -> None:
    """Dump or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    dumping = commands.add_parser("dump")
    dumping.add_argument("out", type=Path)
    dumping.add_argument("--abstracts", type=Path, default=ABSTRACTS)
    comparing = commands.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    options = parser.parse_args()
    if options.command == "dump":
        print(f"{dump(options.abstracts, options.out):.1f} abstracts per CPU second")
        return
    found = list(differences(options.before, options.after))
    print(*found, f"{len(found)} differences", sep="\n")


if __name__ == "__main__":
    main()
