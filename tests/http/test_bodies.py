"""Bodies that are not what was requested, in every way that services and proxies have of sending them."""

import time

import pytest

from miner.http.bodies import MAX_DEPTH, BrokenBodyError, excerpt, parse


def nested(opening: str, closing: str, depth: int) -> bytes:
    return f"{opening * depth}1{closing * depth}".encode()


@pytest.mark.parametrize(
    ("body", "accept"),
    [
        (b"", "json"),
        (b" \n", "xml"),
        (b"", "html"),
        (b'{"a": 1', "json"),
        (b'{"a": 1} x', "json"),
        (b"\xff\xfe\x00", "json"),
        (b"1" * 5_000, "json"),  # more digits than Python converts
        (b"<html>upkeep</html>", "json"),
        (b"<!DOCTYPE html><p>upkeep", "xml"),
        (b"upkeep", "xml"),
        (b"<a><b></a>", "xml"),
        (b"<a>" * 900 + b"</a>" * 900, "xml"),
        *((nested("[", "]", depth), "json") for depth in (MAX_DEPTH + 1, 900, 100_000)),
        *((nested('{"a": ', "}", depth), "json") for depth in (MAX_DEPTH + 1, 900, 100_000)),
        (b'[{"a": ' * 500 + b"1" + b"}]" * 500, "json"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_broken(body: bytes, accept: str) -> None:
    with pytest.raises(BrokenBodyError):
        parse(body, accept)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "accept", "content"),
    [
        (b'\xef\xbb\xbf{"a": [1]}', "json", None),
        (b' {"a": [1]}', "json", {"a": [1]}),
        (nested("[", "]", 50), "json", None),
        (b"<?xml version='1.0'?><a/>", "xml", b"<?xml version='1.0'?><a/>"),
        (b"anything", "text", b"anything"),
        (b"<p>anything", "html", b"<p>anything"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_sound(body: bytes, accept: str, content: object) -> None:
    found = parse(body, accept)  # type: ignore[arg-type]
    assert content is None or found == content


@pytest.mark.parametrize("piece", [b"<", b"<script", b"<head>", b"</", b"<!--", b"&", b"<style></sty", b"\x1b[31m"])
def test_an_excerpt_is_short_plain_and_quick(piece: bytes) -> None:
    begun = time.process_time()
    text = excerpt(piece * 1_000_000)
    assert time.process_time() - begun < 0.5
    assert len(text) <= 160
    assert text.isprintable()
