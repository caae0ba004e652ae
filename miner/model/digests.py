"""Short hashes for ids."""

import hashlib


def digest(*parts: str) -> str:
    """Sixteen hexadecimal digits: a hash of these parts in this order."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
