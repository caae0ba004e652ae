"""Progress bars: they count known totals, never jump back, and end; what they show is safe to print."""

import io

import pytest
from rich.console import Console

from miner.cli import progress as module
from miner.cli.progress import progress


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What a terminal of 100 columns is sent."""
    file = io.StringIO()
    monkeypatch.setattr(module, "stderr", lambda: Console(file=file, force_terminal=True, width=100, color_system=None))
    return file


def test_a_bar_counts_and_the_next_task_replaces_it(terminal: io.StringIO) -> None:
    with progress() as reporter:
        reporter.start("reading texts", 1310, done=310)
        reporter.advance(1000)
        reporter._bar.refresh()
        assert [(t.description, t.completed, t.total) for t in reporter._bar.tasks] == [("reading texts", 1310, 1310)]
        reporter.start("fetching", 2_000_000, unit="bytes")
        reporter.advance(1_000_000)
        reporter.advance(0, total=4_000_000)
        reporter._bar.refresh()
        (task,) = reporter._bar.tasks
        assert (task.completed, task.total) == (1_000_000, 4_000_000)
        reporter.message("one line\x1b[31m that stays")
    shown = terminal.getvalue()
    assert "1,310/1,310" in shown and "1.0 MB/4.0 MB" in shown
    assert "one line\\x1b[31m that stays" in shown


def test_a_task_named_by_a_user_is_no_markup_and_steers_nothing(terminal: io.StringIO) -> None:
    with progress() as reporter:
        reporter.start("pubmed: [bold]exosomes[/] \x1b]0;x\x07", 3)
        reporter._bar.refresh()
    assert "pubmed: [bold]exosomes[/] \\x1b]0;x\\x07" in terminal.getvalue()


def test_elsewhere_than_on_a_terminal_only_messages_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as reporter:
        reporter.start("reading", 10)
        reporter.advance(10)
        reporter.message("imported")
    assert capsys.readouterr().err.strip() == "imported"
