"""Serve the tools over stdio to an assistant that starts the server, or over HTTP on this machine only."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, ParamSpec

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import BeforeValidator, Field

import miner
from miner.assistants.tools import Answer, Tools
from miner.errors import ExominerError
from miner.settings import Settings

_P = ParamSpec("_P")

_INSTRUCTIONS = (
    "Claims of the literature on extracellular vesicles, each with verbatim sentences, PMID and character offsets."
    " Ground names first; ask a cookbook query; quote sentences with their PMID. Pass the cursor on for the next page."
)

_ABSENT = BeforeValidator(lambda value: None if value in ("", [], {}) else value)
"""Treats an empty value of any type as not given."""

Cursor = Annotated[str | None, _ABSENT, Field(description="cursor of the previous answer")]
Parameters = Annotated[dict[str, Any] | None, _ABSENT, Field(description="name: value; all are optional")]


def create_server(settings: Settings) -> MCPServer[Any]:
    """The server with its six read-only tools."""
    server: MCPServer[Any] = MCPServer(
        "exominer", version=miner.__version__, instructions=_INSTRUCTIONS, log_level="WARNING"
    )
    tools = Tools(settings)

    def ground(text: Annotated[str, Field(description="name, abbreviation or id")], cursor: Cursor = None) -> Answer:
        return tools.ground(text, cursor)

    def ask(
        query: Annotated[str, Field(description="name in the cookbook; schema lists them")],
        parameters: Parameters = None,
        cursor: Cursor = None,
    ) -> Answer:
        return tools.ask(query, parameters, cursor)

    def evidence(
        assertion: Annotated[str, Field(description="id of a claim, exominer:a_…")], cursor: Cursor = None
    ) -> Answer:
        return tools.evidence(assertion, cursor)

    def contradictions(
        entity: Annotated[str | None, _ABSENT, Field(description="only claims about this name or id")] = None,
        everything: Annotated[bool | None, _ABSENT, Field(description="also of different cancers or vesicles")] = None,
        cursor: Cursor = None,
    ) -> Answer:
        return tools.contradictions(entity, everything, cursor)

    def cypher(query: str, parameters: Parameters = None, cursor: Cursor = None) -> Answer:
        return tools.cypher(query, parameters, cursor)

    def schema() -> Answer:
        return tools.schema()

    for tool, description in (
        (ground, "Entities that a name may mean: id, type, number of claims; with sentences about the first."),
        (ask, "Answer a cookbook query, such as headline {function: metastasis, cancer: melanoma}."),
        (evidence, "All sentences of a claim, and how its belief is computed."),
        (contradictions, "Claims on which works disagree: sentences of both sides, and differences of their contexts."),
        (cypher, "Run a read-only Cypher query; Neo4j 5 without APOC."),
        (schema, "Labels, relationships, properties, and the cookbook's queries with their parameters."),
    ):
        server.add_tool(_reporting(tool), description=description, annotations=ToolAnnotations(read_only_hint=True))
    return server


def _reporting(tool: Callable[_P, Answer]) -> Callable[_P, Answer]:
    """Wrap a tool so that expected errors reach the assistant as messages."""

    @wraps(tool)
    def run(*arguments: _P.args, **named: _P.kwargs) -> Answer:
        try:
            return tool(*arguments, **named)
        except ExominerError as error:
            raise ToolError(str(error)) from error

    return run


def serve_stdio(settings: Settings) -> None:
    """Serve over stdin and stdout until they close."""
    create_server(settings).run("stdio")


def serve_http(settings: Settings, port: int) -> None:
    """Serve on 127.0.0.1 at /mcp until stopped; refuse requests with another host or origin."""
    create_server(settings).run("streamable-http", host="127.0.0.1", port=port, stateless_http=True, json_response=True)
