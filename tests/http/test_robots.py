"""robots.txt, read as RFC 9309 has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miner.http.robots import parse

ARTICLE = "/articles/view/81135"


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("<html>no such page</html>", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("user-agent:*\ndisallow: /articles # not for programs", False),
        ("User-agent: *\nDisallow: /articles/*/pdf", True),
        ("User-agent: *\nDisallow: /*/view/", False),
        ("User-agent: *\nDisallow: /articles/view$", True),
        ("User-agent: *\nDisallow: /\nAllow: /articles/", True),
        ("User-agent: *\nAllow: /\nDisallow: /articles/", False),
        ("User-agent: *\nDisallow: /articles/view/\nAllow: /articles/view/", True),
        ("User-agent: otherbot\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Exominer\nDisallow: /search", True),
        ("User-agent: otherbot\nUser-agent: exominer\nDisallow: /articles/", False),
        ("\ufeffUser-agent: *\r\nDisallow: /articles/\r\n", False),
    ],
)
def test_what_is_allowed(text, allowed):
    assert parse(text, "Exominer").allows(ARTICLE) is allowed


def test_the_pace_asked_for():
    assert parse("User-agent: *\nCrawl-delay: 2.5\nDisallow: /x", "Exominer").delay == 2.5
    assert parse("User-agent: *\nCrawl-delay: soon", "Exominer").delay == 0.0
    assert parse("User-agent: *\nCrawl-delay: 9\nUser-agent: exominer\nDisallow: /x", "Exominer").delay == 0.0


@given(st.text(alphabet="UserAgentDislow-:*/$# \n\r", max_size=200))
def test_any_text_can_be_read(text):
    parse(text, "Exominer").allows(ARTICLE)
