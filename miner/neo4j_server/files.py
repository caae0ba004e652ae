"""Files that only their owner can read, and the size of folders."""

import io
import os
from pathlib import Path


def size(folder: Path) -> int:
    """Bytes of all files in a folder, however deep; 0 if it is not there."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(parent, name).stat().st_size
            except OSError:  # a transaction log that was just rotated away
                continue
    return total


def open_private(path: Path) -> io.BufferedWriter:
    """Open a new or emptied file that only its owner can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read; it appears once it is whole."""
    new = path.with_name(f"{path.name}.new")
    with open_private(new) as file:
        file.write(text.encode())
    new.replace(path)
