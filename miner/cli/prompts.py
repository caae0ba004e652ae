"""What curators are asked on the terminal."""

import typer

from miner.cli.output import say


def ask(*answers: str) -> str:
    """One of the answers, skip or quit, given by its word or first letter; nothing else is taken.

    Raises typer.Abort at Ctrl-D, and at the end of a file of answers.
    """
    known = (*answers, "skip", "quit")
    *others, last = known
    *letters, last_letter = (answer[0] for answer in known)
    question = f"{', '.join(others)} or {last}? [{'/'.join((*letters, last_letter))}]"
    while True:
        given = typer.prompt(question, default="s").strip().lower()
        for answer in known:
            if given in (answer, answer[0]):
                return answer
        say(f"{given!r} is not an answer - type {', '.join(letters)} or {last_letter}")


def ask_why() -> str:
    """The reason, "" for none. Raises as `ask`."""
    why: str = typer.prompt("why", default="", show_default=False)
    return why
