"""How long-running work reports its progress, without knowing what shows it."""

from typing import Protocol


class Reporter(Protocol):
    """Shows one task at a time: starting a task ends the one before."""

    def start(self, task: str, total: int | None = None, *, done: int = 0, unit: str = "") -> None:
        """Begin a task of `total` steps (None: unknown), `done` of which are finished; `unit` may be "bytes"."""
        ...

    def advance(self, steps: int = 1, *, total: int | None = None) -> None:
        """Count finished steps of the current task; `total` corrects its number of steps."""
        ...

    def message(self, text: str) -> None:
        """Show one line that stays."""
        ...


class SilentReporter:
    """A reporter that shows nothing."""

    def start(self, task: str, total: int | None = None, *, done: int = 0, unit: str = "") -> None:
        """Do nothing."""

    def advance(self, steps: int = 1, *, total: int | None = None) -> None:
        """Do nothing."""

    def message(self, text: str) -> None:
        """Do nothing."""


SILENT = SilentReporter()
