"""Short hashes for ids."""

import hashlib


def digest(*parts: str) -> str:
    """A hash of these parts, in order, as sixteen hexadecimal digits."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
