"""Claims of any number of abstracts, to measure the graph: real ones, repeated with new ids and permuted entities.

The claims come from the annotated articles of `../shared/gold`, or, with `--mined`, from what the installed pipeline
reads in `../shared/abstracts` (kept in a file, since reading takes minutes). Each repeat maps every entity to another
of its type, so that the graph grows in entities' neighbours and keeps its few crowded and many lonely nodes.
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from graph_schema.model import EntityType, Predicate, allowed
from miner.model.assertions import EvidenceRow, WorkRef
from miner.model.claims import Claim, EntityRef
from miner.nlp.lexicon import Lexicon

SHARED = Path(__file__).resolve().parents[3] / "shared"
_ROWS = TypeAdapter(list[EvidenceRow])


def gold_rows(lexicon: Lexicon, names: tuple[str, ...] = ("train", "dev")) -> list[list[EvidenceRow]]:
    """The gold claims, article by article, entities grounded by name where the lexicon knows them."""
    lines = [line for name in names for line in (SHARED / "gold" / f"{name}.jsonl").read_text().splitlines()]
    return [list(_rows_of(json.loads(line), lexicon)) for line in lines]


def mined_rows(kept: Path) -> list[list[EvidenceRow]]:
    """The claims that the installed pipeline reads in the shared abstracts; read once, then taken from `kept`."""
    if not kept.exists():
        from miner.workflow.mining import Text, mine

        lines = (SHARED / "abstracts" / "exosome_abstracts.jsonl").read_text().splitlines()
        records = {f"bench:{n}": json.loads(line) for n, line in enumerate(lines)}
        texts = [Text(id_, f"{r['title']}\n{r['abstract']}") for id_, r in records.items()]
        with kept.open("w") as out:
            for mined in mine(texts, processes=2):
                work = _work(mined.annotated.doc_id, records[mined.annotated.doc_id])
                out.write(_ROWS.dump_json([EvidenceRow(c, work, "abstract") for c in mined.claims]).decode() + "\n")
    return [_ROWS.validate_json(line) for line in kept.read_text().splitlines()]


def repeated(articles: list[list[EvidenceRow]], abstracts: int, seed: int = 1) -> Iterator[list[EvidenceRow]]:
    """These articles repeated up to the number wanted: first as they are, then permuted."""
    rng = random.Random(seed)
    by_type: dict[EntityType, dict[str, EntityRef]] = defaultdict(dict)
    for rows in articles:
        for row in rows:
            for ref in (row.claim.subject, row.claim.object, *row.claim.cancers):
                by_type[ref.type].setdefault(ref.id, ref)
    given = 0
    for turn in range(abstracts // len(articles) + 1):
        swap: dict[tuple[EntityType, str], EntityRef] = {}
        for type_, refs in by_type.items():
            targets = list(refs.values())
            if turn and type_ is not EntityType.VESICLE:
                rng.shuffle(targets)
            swap.update(zip(((type_, id_) for id_ in refs), targets, strict=True))
        for rows in articles[: abstracts - given]:
            yield [_permuted(row, swap, turn) for row in rows]
            given += 1


def _permuted(row: EvidenceRow, swap: dict[tuple[EntityType, str], EntityRef], turn: int) -> EvidenceRow:
    if not turn:
        return row
    claim, work = row.claim, row.work
    claim = replace(
        claim,
        subject=swap[claim.subject.type, claim.subject.id],
        object=swap[claim.object.type, claim.object.id],
        cancers=tuple(swap[c.type, c.id] for c in claim.cancers),
    )
    pmid, doi = (f"{turn}{work.pmid}" if work.pmid else None), (f"{work.doi}.{turn}" if work.doi else None)
    return EvidenceRow(claim, replace(work, id=f"{work.id}.{turn}", pmid=pmid, doi=doi), row.section)


def _rows_of(article: dict, lexicon: Lexicon) -> Iterator[EvidenceRow]:
    work = _work(article["id"], article)
    refs = {e["id"]: _ref(e, lexicon) for e in article["entities"]}
    text = f"{article['title']}\n{article['abstract']}"
    for a in article["assertions"]:
        subject, object_ = refs[a["subject"][0]], refs[a["object"][0]]
        predicate = Predicate(a["predicate"])
        if not allowed(predicate, subject.type, object_.type):
            continue
        start = text.find(a["evidence"])
        claim = Claim(
            predicate, subject, object_, a["negated"], a["speculative"], a["evidence"], start,
            start + len(a["evidence"]), 0.8, "gold", tuple(refs[c] for c in a["cancers"]),
        )  # fmt: skip
        yield EvidenceRow(claim, work, "title" if start == 0 else "abstract")


def _ref(entity: dict, lexicon: Lexicon) -> EntityRef:
    type_, name = EntityType(entity["type"]), entity["mentions"][0]
    senses = [s for m in entity["mentions"] for s in lexicon.lookup(m) if s.type == type_]
    id_ = senses[0].id if senses else f"exominer:{type_}/{name.lower()}"
    return EntityRef(id_, type_, name, tuple(entity["mentions"]))


def _work(id_: str, record: dict) -> WorkRef:
    year = int(record["year"]) if str(record.get("year") or "").isdigit() else 2000 + hash_of(id_) % 25
    return WorkRef(
        id=f"pmid:{record['pmid']}" if record.get("pmid") else id_,
        title=record["title"],
        doi=record.get("doi") or None,
        pmid=record.get("pmid") or None,
        year=year,
        journal=record.get("journal"),
        kind="review" if record.get("kind") == "review" else "research",
        retracted=hash_of(id_) % 200 == 0,
        published=f"{year}-{1 + hash_of(id_) % 12:02}-01",
    )


def hash_of(text: str) -> int:
    """A number that is the same in every run."""
    return sum(ord(c) * 31**n for n, c in enumerate(text)) % 1_000_003
