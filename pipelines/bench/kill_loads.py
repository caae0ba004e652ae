"""Kill -9 the loader, or the server, at random moments of a load, load again, and compare with a load left alone.

    python -m pipelines.bench.kill_loads --kills 100            the loader
    python -m pipelines.bench.kill_loads --kills 20 --server    the embedded server (each kill costs a start)

Every round brings a graph of one random corpus to another, is killed at a random moment, resumes, and must leave the
graph of an undisturbed load: node by node, property by property. Prints a line a kill; exits with 1 at a difference.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph_schema.model import CARGO, SIGNATURES, EntityType, Predicate
from miner.assembly.assemble import assemble_pair
from miner.assembly.entities import EntityNodes, NoVocabulary
from miner.errors import GraphError
from miner.graph import load as graph
from miner.graph.check import check
from miner.graph.connection import Connection, connect
from miner.model.assertions import EvidenceRow, PairSubgraph, WorkRef
from miner.model.claims import Claim, EntityRef, name_populations
from miner.neo4j_server.server import EmbeddedServer
from miner.settings import Settings, load_settings

CORPUS = "kill-loads"
BUILD_ID = "1"


def random_pairs(seed: int, claims: int) -> dict[tuple[str, str], PairSubgraph]:
    """The pairs of a random corpus. Corpora of different seeds share entities, works and part of their claims."""
    rows: dict[tuple[str, str], list[EvidenceRow]] = defaultdict(list)
    for number in range(claims):
        kept = random.Random(number)
        row = _random_row(kept if kept.random() < 0.5 else random.Random(f"{seed} {number}"), seed)
        rows[row.claim.subject.id, row.claim.object.id].append(row)
    return {pair: assemble_pair(*pair, listed) for pair, listed in rows.items()}


def _random_row(rng: random.Random, seed: int) -> EvidenceRow:
    predicate = rng.choice(list(Predicate))
    signature = SIGNATURES[predicate]
    subject, object_ = (_random_entity(rng, sorted(side)) for side in (signature.subject, signature.object))
    cancers = tuple(_random_entity(rng, [EntityType.CANCER]) for _ in range(rng.randint(0, 2)))
    sentence = f"{subject.name} {predicate} {object_.name}, they say in sentence {rng.randint(1, 5)}."
    number = rng.randint(1, 400)
    work = WorkRef(
        f"pmid:{number}",
        f"Work {number}",
        pmid=str(number),
        year=2000 + number % 25,
        retracted=(number + seed) % 40 == 0,
    )
    claim = Claim(
        predicate, subject, object_, rng.random() < 0.1, rng.random() < 0.2, sentence, 0, len(sentence),
        round(rng.uniform(0.3, 0.99), 2), "random-1", cancers,
    )  # fmt: skip
    claim = replace(claim, **_random_participants(rng, {subject.type, object_.type}))
    return EvidenceRow(name_populations(claim), work, "abstract")


def _random_participants(rng: random.Random, ends: set[EntityType]) -> dict[str, Any]:
    """Sources and recipients of vesicles, and for claims of cargo alone the vesicles."""
    places = [EntityType.CELL, EntityType.CANCER, EntityType.ANATOMY]
    vesicles = _random_entity(rng, [EntityType.VESICLE]) if EntityType.VESICLE not in ends and ends & CARGO else None
    return {
        "sources": tuple(_random_entity(rng, places) for _ in range(rng.randint(0, 2))),
        "recipients": tuple(_random_entity(rng, places) for _ in range(rng.randint(0, 2))),
        "vesicles": rng.choice([vesicles, None]),
    }


def _random_entity(rng: random.Random, types: list[EntityType]) -> EntityRef:
    type_ = rng.choice(types)
    name = f"{type_.lower()} {int(rng.paretovariate(0.7)) % 150}"
    return EntityRef(f"exominer:{name.replace(' ', '-')}", type_, name)


def changes(seed: int, claims: int, before: int | None) -> Iterator[PairSubgraph]:
    """The pairs that a load must update: those of this corpus, and those that only the previous one had."""
    pairs = random_pairs(seed, claims)
    gone = () if before is None else random_pairs(before, claims).keys() - pairs.keys()
    yield from pairs.values()
    yield from (PairSubgraph(*pair) for pair in sorted(gone))


def load(connection: Connection, seed: int, claims: int, before: int | None) -> None:
    """Bring the graph to the corpus of this seed."""
    graph.prepare(connection, CORPUS, BUILD_ID)
    for _ in graph.load(connection, changes(seed, claims, before), seed, EntityNodes(NoVocabulary()).for_types):
        pass


def killed_load(settings: Settings, seed: int, claims: int, before: int, after_s: float, server: bool) -> str:
    """Load in another process, and kill it, or the server, after a time; return how it ended."""
    command = [
        sys.executable,
        "-m",
        "pipelines.bench.kill_loads",
        "--worker",
        str(seed),
        str(before),
        "--claims",
        str(claims),
    ]
    uri = settings.neo4j_uri
    environment = os.environ | {"EXOMINER_WORKSPACE": str(settings.workspace)}
    if uri and settings.neo4j_password:
        environment |= {"NEO4J_URI": uri, "NEO4J_PASSWORD": settings.neo4j_password}
    worker = subprocess.Popen(
        command, env=environment, cwd=Path(__file__).parent.parent, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert worker.stdout is not None
    worker.stdout.readline()  # it is about to write
    time.sleep(after_s)
    victim = EmbeddedServer.of_workspace(settings).status().pid if server else worker.pid
    ended = worker.poll()
    if victim is not None and ended is None:
        os.kill(victim, signal.SIGKILL)
    worker.communicate()
    return "had finished" if ended is not None else "killed"


def work(settings: Settings, seed: int, before: int, claims: int) -> None:
    """The loader to be killed: prints a line before it writes."""
    with connect(settings) as connection:
        pairs = list(changes(seed, claims, before))
        graph.prepare(connection, CORPUS, BUILD_ID)
        print("loading", flush=True)
        for _ in graph.load(connection, pairs, seed, EntityNodes(NoVocabulary()).for_types):
            pass


def disturbed_equals_undisturbed(
    settings: Settings, seed: int, claims: int, after_s: float, server: bool = False
) -> tuple[bool, str]:
    """One round: whether the resumed graph equals an undisturbed one and is sound, and how the killed load ended."""
    with connect(settings) as connection:
        graph.prepare(connection, CORPUS, BUILD_ID)
        graph.clear(connection)
        load(connection, seed, claims, None)
    ended = killed_load(settings, seed + 1, claims, seed, after_s, server)
    with connect(settings) as connection:
        load(connection, seed + 1, claims, seed)
        resumed = list(graph.contents(connection))
        sound = not check(connection)
        graph.clear(connection)
        load(connection, seed + 1, claims, None)
        return sound and resumed == list(graph.contents(connection)), ended


def main() -> int:
    """Run all rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--server", action="store_true", help="kill the embedded server, not the loader")
    parser.add_argument("--claims", type=int, default=6_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worker", type=int, nargs=2, metavar=("SEED", "BEFORE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        try:
            work(load_settings(), *arguments.worker, arguments.claims)
        except GraphError as error:
            print(error, file=sys.stderr)
            return 1
        return 0
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(workspace=Path(folder), neo4j_uri=None)
        try:
            return _rounds(settings, arguments)
        finally:
            EmbeddedServer.of_workspace(settings).stop()


def _rounds(settings: Settings, arguments: argparse.Namespace) -> int:
    with connect(settings) as connection:
        for seed in range(4):  # the first are slow, the server being cold
            start = time.monotonic()
            load(connection, seed, arguments.claims, seed - 1 if seed else None)
            whole = time.monotonic() - start
    rng = random.Random(arguments.seed)
    wrong = 0
    for number in range(1, arguments.kills + 1):
        after_s = rng.uniform(0, whole)
        same, ended = disturbed_equals_undisturbed(settings, 10 * number, arguments.claims, after_s, arguments.server)
        wrong += not same
        print(
            f"{number:4} after {after_s:5.2f} of {whole:.2f} s: {ended}, {'same' if same else 'DIFFERENT'}", flush=True
        )
    print(f"{arguments.kills} kills, {wrong} left another graph")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
