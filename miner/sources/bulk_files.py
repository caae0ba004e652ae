"""Fetch one of PubMed's baseline and update files and check its MD5 sum."""

import hashlib
import re
from pathlib import Path

from miner.formats.record import reject
from miner.http.client import HttpClient
from miner.http.failures import StatusError
from miner.model.articles import Reject
from miner.sources.bulk_listing import SERVICE, BulkFile, md5_problem

_SUM = re.compile(rb"(?<![0-9a-fA-F])[0-9a-fA-F]{32}(?![0-9a-fA-F])")


def fetch_file(file: BulkFile, http: HttpClient, folder: Path) -> Path | Reject:
    """Fetch a file to this disk and check its MD5 sum; a reject if the sum is wrong twice. Raises OutageError."""
    problem = ""
    for _ in range(2):
        try:
            path = (
                http.download(file.place, folder / file.name, service=SERVICE) if file.is_remote else Path(file.place)
            )
            with path.open("rb") as content:
                actual = hashlib.file_digest(content, _md5).hexdigest()
            expected = _expected_md5(file, http)
        except StatusError as error:
            return reject("pubmed-bulk", file.name, str(error))
        except OSError as error:
            return reject("pubmed-bulk", file.name, f"it cannot be read ({error.strerror})")
        if expected in (None, actual):
            return path
        problem = (
            f"its MD5 sum is {actual}, not {expected} as its .md5 file says"
            if expected
            else "its .md5 file names no sum"
        )
    return reject("pubmed-bulk", file.name, f"{problem} - fetch it again")


def _md5() -> "hashlib._Hash":
    return hashlib.md5(usedforsecurity=False)


def _expected_md5(file: BulkFile, http: HttpClient) -> str | None:
    """The sum in the .md5 file beside it: "" if it names none, None if there is no such file."""
    if file.is_remote:
        try:
            text = http.get(f"{file.place}.md5", accept="text", service=SERVICE, validate=md5_problem).body
        except StatusError as error:
            if error.status == 404:
                return None
            raise
    else:
        path = Path(f"{file.place}.md5")
        if not path.exists():
            return None
        text = path.read_bytes()
    found = _SUM.search(text)
    return found[0].decode().lower() if found else ""
