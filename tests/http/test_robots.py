"""robots.txt, read as RFC 9309 has it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miner.http.robots import parse, paths_to_check

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


@pytest.mark.parametrize(
    ("url", "base_url", "paths"),
    [
        ("https://a.org/articles/1", "https://a.org", ("/articles/1",)),
        ("https://a.org/m/articles/1", "https://a.org/m", ("/m/articles/1", "/articles/1")),
        ("https://a.org/m/n/articles/1?q=x", "https://a.org/m/n", ("/m/n/articles/1?q=x", "/articles/1?q=x")),
        ("https://a.org/mirror/1", "https://a.org/m", ("/mirror/1",)),
        ("https://a.org", "https://a.org", ("/",)),
    ],
)
def test_the_paths_that_rules_may_mean(url, base_url, paths):
    assert paths_to_check(url, base_url) == paths


@pytest.mark.parametrize("rule", ["/*a*a*a*b$", "/" + "*a" * 500 + "*b$", "/" + "a" * 5_000 + "$", "/%", "/*" * 900])
def test_no_rule_takes_long(rule):
    begun = time.process_time()
    rules = parse(f"User-agent: *\nDisallow: {rule}\n" * 50, "Exominer")
    for _ in range(20):
        rules.allows("/" + "a" * 2_000)
    assert time.process_time() - begun < 2


@given(st.text(alphabet="UserAgentDislow-:*/$# \n\r", max_size=200))
def test_any_text_can_be_read(text):
    parse(text, "Exominer").allows(ARTICLE)
