"""Every error Exominer raises on purpose.

    ExominerError
    ├── UsageError            the command's words are off                         (exit 2)
    ├── InputError            a file or record cannot be read
    │   └── ParseError        … its bytes are there, but say nothing we can use
    ├── SourceError           a service did not answer as it should
    │   ├── OutageError       … it is down, slow or broken: retried, then reported
    │   └── RefusedError      … it answered, and the answer is no
    ├── EngineError           worker processes or a cluster cannot be used
    ├── WorkspaceError        the workspace's folder or corpus cannot be used
    └── GraphError            the graph database cannot be used
        ├── ServerError       … the embedded server cannot be fetched or started
        └── QueryError        … a query is wrong, too slow, or tries to write

Each message is one line that names the thing and, after a dash, the way out.
"""


class ExominerError(Exception):
    """Base of every error a user may see; printed as one line, exit code 1."""

    exit_code = 1


class UsageError(ExominerError):
    """The command was called with words that do not go together."""

    exit_code = 2


class InputError(ExominerError):
    """A file or record cannot be read."""


class ParseError(InputError):
    """The bytes were read, but hold no article that can be used."""


class SourceError(ExominerError):
    """A service did not answer as it should."""


class OutageError(SourceError):
    """A service is down, slow or answers with something broken, after all retries."""


class RefusedError(SourceError):
    """A service answered, and refused the request as asked (bad query, no such record, robots.txt)."""


class EngineError(ExominerError):
    """Worker processes or a cluster cannot be used."""


class WorkspaceError(ExominerError):
    """The workspace's folder or its corpus cannot be used."""


class GraphError(ExominerError):
    """The graph database cannot be used."""


class ServerError(GraphError):
    """The embedded server cannot be fetched, started or stopped."""


class QueryError(GraphError):
    """A query is wrong, too slow, or tries to write."""


def reason(error: Exception) -> str:
    """What an exception says, in lower case and without the number and path of the system's errors.

    >>> reason(FileNotFoundError(2, "No such file or directory", "a.tsv"))
    'no such file or directory'
    """
    text: str = getattr(error, "strerror", None) or ""
    return text.lower() or str(error) or type(error).__name__
