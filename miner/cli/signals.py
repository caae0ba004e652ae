"""Signals that end a command: it stops where it is, says that its work is kept, and is gone within seconds."""

import os
import signal
import threading
from types import FrameType

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


def _stop(number: int, frame: FrameType | None) -> None:
    # What is written is safe at any moment: the corpus and the graph are changed in transactions.
    deadline = threading.Timer(MAX_SECONDS, os._exit, (128 + number,))
    deadline.daemon = True
    deadline.start()
    raise Stopped(number)
