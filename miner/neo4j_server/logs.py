"""Reasons in the output of Neo4j and Java."""

import re

_JAVA_GIVES_UP = ("Error: Could not create the Java Virtual Machine", "Error: A fatal exception has occurred")


def last_words(text: str) -> str:
    """The last line that names a cause, else the last line, without time stamp and Java class names.

    >>> last_words("2026-01-01 INFO  Starting...\\nCaused by: org.neo4j.kernel.KernelException: Store is locked")
    'Store is locked'
    """
    lines = [
        line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("at ", "..."))
    ]
    lines = [line for line in lines if not line.startswith(_JAVA_GIVES_UP) and " INFO " not in line]
    causes = [line for line in lines if re.search(r"Caused by|ERROR|Exception|Error", line)]
    line = (causes or lines or [""])[-1]
    return re.sub(r"^(?:\S+ ERROR )|(?:Caused by: )|(?:\b[a-z]\w*\.)+[A-Z]\w*: ", "", line)[:300]
