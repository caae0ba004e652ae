"""The workspace's corpus in SQLite, the truth behind the graph."""

from miner.corpus.claims import Claims, PendingText
from miner.corpus.closings import Closings
from miner.corpus.database import now
from miner.corpus.known import Known
from miner.corpus.learned import Learned
from miner.corpus.migrations import CORPUS_VERSION
from miner.corpus.repair import Damage, Repairs
from miner.corpus.searches import Searches, SearchState
from miner.corpus.verdicts import Verdicts
from miner.corpus.works import Added

__all__ = ["CORPUS_VERSION", "Added", "Corpus", "Damage", "PendingText", "SearchState", "now"]


class Corpus(Repairs, Claims, Searches, Verdicts, Closings, Learned, Known):
    """One workspace's corpus. Use as a context manager; `transaction()` makes several calls one."""

    def counts(self) -> dict[str, int]:
        """Count records, works, retracted and withdrawn works, claims, rejects, searches and verdicts."""
        queries = {
            "records": "SELECT count(*) FROM record",
            "works": "SELECT count(*) FROM work WHERE NOT json_valid(body) OR NOT coalesce(body ->> '$.withdrawn', 0)",
            "retracted": "SELECT count(*) FROM work WHERE json_valid(body) AND body ->> '$.retracted'",
            "withdrawn": "SELECT count(*) FROM work WHERE json_valid(body) AND body ->> '$.withdrawn'",
            "claims": "SELECT count(*) FROM claim",
            "rejects": "SELECT count(*) FROM reject",
            "searches": "SELECT count(*) FROM search",
            "verdicts": "SELECT count(*) FROM verdict",
        }
        with self._errors():
            return {name: int(self._db.execute(query).fetchone()[0]) for name, query in queries.items()}
