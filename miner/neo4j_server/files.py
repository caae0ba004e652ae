"""Files for the owner's eyes only, and how much room they take."""

import io
import os
from pathlib import Path


def size(folder: Path) -> int:
    """Bytes of all files in a folder, however deep; 0 if it is not there."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(place, name).stat().st_size
            except OSError:  # a transaction log that was just rotated away
                continue
    return total


def open_private(path: Path) -> io.BufferedWriter:
    """A new or emptied file that only its owner can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    new = path.with_name(f"{path.name}.new")
    with open_private(new) as file:
        file.write(text.encode())
    new.replace(path)
