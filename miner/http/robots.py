"""What a site's robots.txt allows (RFC 9309), read with protego."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

MAX_LENGTH = 500 * 1024
"""Characters that are read (RFC 9309, 2.5)."""


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one robots.txt for one crawler; `delay` is the time between its requests in seconds."""

    rules: Protego
    agent: str

    @property
    def delay(self) -> float:
        """The Crawl-delay in seconds, 0 where there is none."""
        return self.rules.crawl_delay(self.agent) or 0.0

    def allows(self, url: str) -> bool:
        """Whether an address, or a path from the site's root, may be fetched."""
        return self.rules.can_fetch(url, self.agent)


def parse(text: str, agent: str) -> Robots:
    """The rules for `agent`, else those for all crawlers. Lines that cannot be read are skipped.

    >>> parse("User-agent: *\\nDisallow: /articles/", "Exominer").allows("https://example.org/articles/1")
    False
    """
    text = text[:MAX_LENGTH].removeprefix("\ufeff").replace("\r", "\n").replace("\0", "")
    return Robots(Protego.parse(text), agent)


def paths_to_check(url: str, base_url: str) -> tuple[str, ...]:
    """The paths of `url` that a robots.txt found below `base_url` may mean: from the host's root, and from the base.

    >>> paths_to_check("https://mirror.org/jci/articles/1", "https://mirror.org/jci")
    ('/jci/articles/1', '/articles/1')
    """
    whole, base = _path(url), urlsplit(base_url).path.rstrip("/")
    return (whole, whole.removeprefix(base)) if base and whole.startswith(f"{base}/") else (whole,)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
