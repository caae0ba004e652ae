"""The workspace's corpus in SQLite, the truth behind the graph."""

from miner.corpus.claims import Claims
from miner.corpus.database import CORPUS_VERSION, now
from miner.corpus.searches import Searches, SearchState
from miner.corpus.verdicts import Verdicts
from miner.corpus.works import Added, Works

__all__ = ["CORPUS_VERSION", "Added", "Corpus", "SearchState", "now"]


class Corpus(Works, Claims, Searches, Verdicts):
    """One workspace's corpus. Use as a context manager; `transaction()` makes several calls one."""

    def counts(self) -> dict[str, int]:
        """How many records, works, retracted works, claims, rejects, searches and verdicts there are."""
        queries = {
            "records": "SELECT count(*) FROM record",
            "works": "SELECT count(*) FROM work",
            "retracted": "SELECT count(*) FROM work WHERE json_extract(body, '$.retracted')",
            "claims": "SELECT count(*) FROM claim",
            "rejects": "SELECT count(*) FROM reject",
            "searches": "SELECT count(*) FROM search",
            "verdicts": "SELECT count(*) FROM verdict",
        }
        with self._errors():
            return {name: int(self._db.execute(query).fetchone()[0]) for name, query in queries.items()}
