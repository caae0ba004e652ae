"""Progress on the terminal: the reporter that long-running work is given."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.filesize import decimal
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from miner.cli.output import stderr
from miner.cli.text import styled
from miner.model.cells import one_line


class TerminalReporter:
    """Shows the current task as a bar with count, time spent and time left; see `miner.model.reporter.Reporter`."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def start(self, task: str, total: int | None = None, *, done: int = 0, unit: str = "") -> None:
        """Replace the bar of the task before."""
        self.end()
        self._task = self._bar.add_task(escape(one_line(task)), total=total, completed=done, unit=unit)

    def advance(self, steps: int = 1, *, total: int | None = None) -> None:
        """Move the bar on; never beyond its total."""
        if self._task is not None:
            self._bar.update(self._task, advance=steps, total=total)

    def message(self, text: str) -> None:
        """Print a line above the bar."""
        self._bar.console.print(styled(text), soft_wrap=True)

    def end(self) -> None:
        """Take the bar away."""
        if self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None


class _Count(ProgressColumn):
    """Steps done of all, or bytes."""

    def render(self, task: Task) -> Text:
        if task.total is None and not task.completed:
            return Text("")
        show = decimal if task.fields.get("unit") == "bytes" else _plain
        total = "?" if task.total is None else show(int(task.total))
        return Text(f"{show(int(task.completed))}/{total}", style="progress.download")


def _plain(number: int) -> str:
    return f"{number:,}"


@contextmanager
def progress() -> Iterator[TerminalReporter]:
    """A reporter on stderr; where stderr is no terminal, only its messages are shown."""
    console = stderr()
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        _Count(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        yield TerminalReporter(bar)
