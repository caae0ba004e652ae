"""Whether a started server answers queries, asked over its HTTP interface on the loopback address."""

import base64
import json
from http.client import HTTPConnection, HTTPException
from typing import Any

from miner.errors import ServerError
from miner.neo4j_server.logs import last_words
from miner.neo4j_server.processes import LOOPBACK

_TIMEOUT_S = 5
_DATABASE_ERROR = "SHOW DATABASE neo4j YIELD statusMessage WHERE statusMessage <> '' RETURN statusMessage"


class WrongPasswordError(ServerError):
    """The server refuses the password that its folder holds."""


def answers(http_port: int, username: str, password: str) -> bool:
    """Whether the database answers a query now.

    Raises WrongPasswordError, and ServerError with the server's reason where the database failed to open.
    """
    status, answer = _run(http_port, username, password, "neo4j", "RETURN 1")
    if status == 401:
        raise WrongPasswordError("the server refuses its own password")
    if status == 200 and not answer.get("errors"):
        return True
    if status:  # the server is up, its database not yet, or never
        _, answer = _run(http_port, username, password, "system", _DATABASE_ERROR)
        for result in answer.get("results", ()):
            for row in result["data"]:
                raise ServerError(last_words(row["row"][0]))
    return False


def _run(port: int, username: str, password: str, database: str, statement: str) -> tuple[int, dict[str, Any]]:
    """The HTTP status and body of one statement; status 0 where nothing answers."""
    token = base64.b64encode(f"{username}:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json", "Accept": "application/json"}
    connection = HTTPConnection(LOOPBACK, port, timeout=_TIMEOUT_S)
    try:
        body = json.dumps({"statements": [{"statement": statement}]})
        connection.request("POST", f"/db/{database}/tx/commit", body, headers)
        response = connection.getresponse()
        answer = json.loads(response.read() or b"{}")
        return response.status, answer if isinstance(answer, dict) else {}
    except (OSError, HTTPException, ValueError):
        return 0, {}
    finally:
        connection.close()
