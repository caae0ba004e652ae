"""What a site's robots.txt allows, as RFC 9309 reads it: the most specific rule wins, * and $ are wildcards."""

import re
from dataclasses import dataclass, field

_LINE = re.compile(r"^[ \t]*([A-Za-z-]+)[ \t]*:[ \t]*([^#\r\n]*)", re.MULTILINE)
MAX_LENGTH = 500 * 1024
"""Characters that have to be read (RFC 9309, 2.5)."""


@dataclass(slots=True)
class _Group:
    agents: list[str] = field(default_factory=list)
    rules: list[tuple[bool, str]] = field(default_factory=list)
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for one crawler: (allowed, path pattern) pairs, and the seconds wanted between its requests."""

    rules: tuple[tuple[bool, str], ...] = ()
    delay: float = 0.0

    def allows(self, path: str) -> bool:
        """Whether `path` (from the site's root) may be fetched."""
        matching = [(len(pattern), allowed) for allowed, pattern in self.rules if _matches(pattern, path)]
        return max(matching)[1] if matching else True


NO_ROBOTS = Robots()


def parse(text: str, agent: str) -> Robots:
    """The rules that a robots.txt has for `agent`, else those for all. What is unintelligible is skipped."""
    groups: list[_Group] = []
    for name, value in _LINE.findall(text[:MAX_LENGTH].removeprefix("\ufeff").replace("\r", "\n")):
        name, value = name.lower(), value.strip()
        if name == "user-agent":
            if not groups or groups[-1].rules or groups[-1].delay:
                groups.append(_Group())
            groups[-1].agents.append(value.lower())
        elif groups and name in ("allow", "disallow") and value:
            groups[-1].rules.append((name == "allow", value))
        elif groups and name == "crawl-delay" and re.fullmatch(r"\d+(\.\d+)?", value):
            groups[-1].delay = float(value)
    own = [group for group in groups if agent.lower() in group.agents]
    chosen = own or [group for group in groups if "*" in group.agents]
    rules = tuple(rule for group in chosen for rule in group.rules)
    return Robots(rules, max((group.delay for group in chosen), default=0.0))


def _matches(pattern: str, path: str) -> bool:
    anchored = pattern.endswith("$")
    parts = [re.escape(part) for part in pattern.removesuffix("$").split("*")]
    return re.match(".*?".join(parts) + ("$" if anchored else ""), path) is not None
