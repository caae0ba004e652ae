"""Compare quoted sentences with the texts of their works, character by character."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from miner.model.articles import Article


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence quoted from one of `works` ("pmid:1", "doi:10…", a work's id), with its offsets if given.

    `where` is the place of the quote: "evidence exominer:e_1", "claims.csv row 3".
    """

    where: str
    works: tuple[str, ...]
    sentence: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, and the place where it was found."""

    where: str
    fault: str


def quote_fault(quote: Quote, text: str) -> str | None:
    """The fault of a quote from this text; None if the text has the sentence at the given offsets.

    >>> quote_fault(Quote("row 1", ("pmid:1",), "It grew.", 5, 13), "Why. It grew.")
    >>> quote_fault(Quote("row 1", ("pmid:1",), "It grew.", 4, 12), "Why. It grew.")
    'its sentence is at 5 to 13 of the text, not at 4 to 12'
    """
    if not quote.sentence:
        return "it has no sentence"
    found = text.find(quote.sentence)
    if found < 0:
        return "its sentence is not in the text"
    if quote.start is None or quote.end is None or text[quote.start : quote.end] == quote.sentence:
        return None
    right = f"{found} to {found + len(quote.sentence)}"
    return f"its sentence is at {right} of the text, not at {quote.start} to {quote.end}"


def quote_faults(quotes: Iterable[Quote], works: Iterable[tuple[str, Article]]) -> Iterator[Fault]:
    """The faults of quotes from these works, given with their ids. Iterates over the works once.

    A quote that names several works must be in one of them.
    """
    open_quotes: dict[Quote, str] = dict.fromkeys(quotes, "its work is not in the corpus")
    by_work: dict[str, list[Quote]] = defaultdict(list)
    for quote in open_quotes:
        for work in quote.works:
            by_work[work].append(quote)
    for id_, article in works:
        aliases = {id_, f"pmid:{article.pmid}", f"doi:{(article.doi or '').lower()}"}
        named = dict.fromkeys(quote for name in sorted(aliases & by_work.keys()) for quote in by_work[name])
        for quote in named.keys() & open_quotes.keys():
            fault = quote_fault(quote, article.text)
            if fault is None:
                del open_quotes[quote]
            else:
                open_quotes[quote] = fault
    for quote, fault in open_quotes.items():
        yield Fault(quote.where, fault if quote.works else "it names no work")
