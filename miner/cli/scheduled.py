"""A command as a scheduled job: one at a time, with a summary line that is kept in a log."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

import typer
from filelock import FileLock, Timeout

from miner.cli.output import say
from miner.errors import ExominerError, WorkspaceError

if TYPE_CHECKING:
    from miner.corpus import Corpus
    from miner.settings import Settings

MAX_LOG_BYTES = 1_000_000
"""Size at which the log is kept aside once and begun anew."""
INTERRUPTED = 130


@contextmanager
def one_update(settings: "Settings") -> Iterator[None]:
    """Run an update alone in its workspace; its summary, and what retractions took along, is printed and logged.

    Raises WorkspaceError while another update runs.
    """
    from miner.corpus import Corpus

    lock = FileLock(settings.workspace / "locks" / "update.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise WorkspaceError(
            f"{settings.workspace}: another update is running - wait for it to end; nothing was done"
        ) from None
    try:
        with Corpus(settings.corpus_path) as corpus:
            before, flagged, start = corpus.counts(), corpus.flagged_works(), time.monotonic()
        code, reason = 1, ""
        try:
            yield
            code = 0
        except typer.Exit as ended:
            code = ended.exit_code
            raise
        except ExominerError as error:
            code, reason = error.exit_code, f": {error}"
            raise
        except KeyboardInterrupt:
            code = INTERRUPTED
            raise
        finally:
            with Corpus(settings.corpus_path) as corpus:
                seconds = time.monotonic() - start
                _log(settings, [_summary(before, corpus.counts(), seconds, code, reason), *_fallen(corpus, flagged)])
    finally:
        lock.release()


def _summary(before: dict[str, int], after: dict[str, int], seconds: float, code: int, reason: str) -> str:
    gained = {name: after[name] - before[name] for name in ("works", "claims", "retracted", "withdrawn", "rejects")}
    ended = "done" if code == 0 else f"ended with {code}{reason}"
    return (
        f"update {ended} in {seconds:.0f} s: {gained['works']:+} articles,"
        f" {gained['claims']:+} claims, {gained['retracted']:+} retracted, {gained['withdrawn']:+} withdrawn,"
        f" {gained['rejects']:+} rejects"
    )


def _fallen(corpus: "Corpus", before: dict[str, str]) -> Iterator[str]:
    """What rests on each work that was retracted, or about which concern was expressed, since."""
    from miner.workflow.impact import impact_of

    for work, what in corpus.flagged_works().items():
        if before.get(work) != what:
            found = impact_of(corpus, work)
            alone = sum(change.alone for change in found)
            took = "took" if what == "retracted" else "could take"
            yield (
                f"{what}: {work} {took} {alone} claims that rest on it alone, and {len(found) - alone} lose belief -"
                f" see: exominer impact {work.partition(':')[2] or work}"
            )


def _log(settings: "Settings", lines: list[str]) -> None:
    path = settings.workspace / "update.log"
    handler = RotatingFileHandler(path, maxBytes=MAX_LOG_BYTES, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    for line in lines:
        say(line)
        handler.emit(logging.LogRecord(__name__, logging.INFO, __file__, 0, "%s", (line,), None))
    handler.close()
