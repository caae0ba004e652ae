"""Checks of the workspace before a command needs what is in it."""

from miner.errors import UsageError
from miner.settings import Settings


def require_articles(settings: Settings) -> None:
    """Raise UsageError where the corpus holds nothing: often another workspace is meant."""
    from miner.corpus import Corpus

    if settings.corpus_path.exists():
        with Corpus(settings.corpus_path) as corpus:
            if any(corpus.counts().values()):
                return
    raise UsageError(
        f"the workspace {settings.workspace} is empty - import articles first, as in: exominer ingest library.nbib;"
        " or name another with --workspace"
    )


def require_claims(settings: Settings) -> None:
    """Raise UsageError where the corpus holds no claims: there is nothing to search, and no server to start for it."""
    from miner.corpus import Corpus

    require_articles(settings)
    with Corpus(settings.corpus_path) as corpus:
        if not corpus.last_change:
            raise UsageError("no claims have been extracted from the articles here yet - run: exominer update")


def require_graph(settings: Settings) -> None:
    """Raise UsageError where the corpus holds no claims and no other server is named that may have a graph."""
    if not settings.neo4j_uri:
        require_claims(settings)
