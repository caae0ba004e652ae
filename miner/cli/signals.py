"""Signals that end a command: it stops where it is, says that its work is kept, and is gone within seconds."""

import os
import signal
import sys
import threading
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from miner.cli.output import say

MAX_SECONDS = 3.0
"""How long a stopped command may take to clean up before it ends at once."""


class Stopped(BaseException):
    """A signal asked the command to end. No `except Exception` of a library swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


def stop_on_signals() -> None:
    """Raise `Stopped` in the main thread on Ctrl-C, SIGTERM and SIGHUP; end the process if that takes too long."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    for number in [getattr(signal, name) for name in names if hasattr(signal, name)]:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup lets commands outlive their terminal
            signal.signal(number, _stop)


def end_stopped(exit_code: int) -> NoReturn:
    """Print once that the work is kept, and end the process.

    A normal exit of the interpreter would wait for pools of killed workers, and might fail with a traceback.
    """
    if _said.acquire(blocking=False):
        say("stopped - the work done so far is kept; run the same command again to go on")
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    os._exit(exit_code)


_said = threading.Lock()


def _stop(number: int, frame: FrameType | None) -> None:
    # What is written is safe at any moment: the corpus and the graph are changed in transactions. Python drops an
    # exception that is raised within a finalizer, and clean-up may hang: the timers end the process in these cases,
    # the second one also where nobody reads stdout or stderr.
    exit_code = 128 + number
    for seconds, end in ((MAX_SECONDS, end_stopped), (MAX_SECONDS + 0.5, os._exit)):
        deadline = threading.Timer(seconds, end, (exit_code,))
        deadline.daemon = True
        deadline.start()
    raise Stopped(number)
