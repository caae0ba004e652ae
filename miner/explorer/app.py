"""The web application: routes, and responses to requests."""

import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from miner.errors import ExominerError, GraphError, QueryError, UsageError
from miner.explorer.library import Library
from miner.explorer.pages import claims, console, entities, papers, pictures, review
from miner.explorer.rendering import Page, Renderer, address, url_path
from miner.explorer.scripts import Asset
from miner.explorer.security import Access, Guard
from miner.explorer.writing import ForbiddenError, curator_of, undo, verdict

logger = logging.getLogger(__name__)

PAGES: tuple[tuple[str, Callable[[Request], Page]], ...] = (
    ("/", entities.search),
    ("/pick", entities.pick),
    ("/claims", entities.claims),
    ("/network", pictures.network),
    ("/stories", pictures.stories),
    ("/review", review.review),
    ("/new", console.new_since),
    ("/contradictions", console.contradictions),
    ("/queries", console.cookbook),
    ("/queries/{name}", console.named),
    ("/cypher", console.cypher),
    ("/entity/{id:path}", entities.entity),
    ("/claim/{id:path}", claims.claim),
    ("/paper/{id:path}", papers.paper),
    ("/{index}", entities.index),
)
"""The path of each page; its JSON and CSV twins append .json or .csv."""
TWINS = ("json", "csv")
_YEAR_S = 365 * 86_400


def create_app(library: Library, access: Access, assets: Mapping[str, Asset], curator: str) -> Starlette:
    """Create the application for a workspace; `curator` is the default name of whoever judges."""

    def shared(request: Request) -> dict[str, Any]:
        return {
            "asset": lambda name: f"/static/{assets[name].version}/{name}" if name in assets else "",
            "may_write": access.may_write(request),
            "token": access.form_token if access.may_write(request) else "",
            "curator": curator_of(request),
            "twin": lambda kind: _twin(request, kind),
            "logged_in": access.password_hash is not None,
        }

    renderer = Renderer(shared)

    def static(request: Request) -> Response:
        asset = assets.get(request.path_params["name"])
        if asset is None or asset.version != request.path_params["version"]:
            return Response("not found\n", 404, media_type="text/plain")
        headers = {"Cache-Control": f"public, max-age={_YEAR_S}, immutable"}
        return Response(asset.content, headers=headers, media_type=asset.media_type)

    async def failed(request: Request, error: Exception) -> Response:
        status, message = _explain(error)
        if status == 500:
            number = secrets.token_hex(4)
            logger.error("request %s failed", number, exc_info=error)
            message = f"an error in the explorer, logged as {number} - please report it"
        kind = next((kind for kind in TWINS if request.url.path.endswith(f".{kind}")), "html")
        back = f"/claim/{url_path(request.path_params['id'])}" if request.method == "POST" else ""
        data = {"error": message, "status": status}
        page = Page("error.html", "Not possible", data, ("error",), [[message]], {"back": back}, status)
        return renderer.render(request, page, kind)

    routes = [Route("/static/{version}/{name}", static)]
    routes += [Route("/network.svg", pictures.network_picture), Route("/queries/{name}.svg", console.picture)]
    routes += [Route("/claim/{id:path}/verdict", verdict, methods=["POST"])]
    routes += [Route("/claim/{id:path}/undo", undo, methods=["POST"])]
    for path, page in PAGES:
        routes += [Route(_twin_path(path, kind), _endpoint(page, renderer, kind)) for kind in TWINS]
        routes.append(Route(path, _endpoint(page, renderer, "html")))
    handlers: dict[Any, Any] = dict.fromkeys(
        (ExominerError, LookupError, ForbiddenError, HTTPException, Exception), failed
    )
    app = Starlette(
        routes=routes,
        middleware=[Middleware(GZipMiddleware, minimum_size=2_000), Middleware(Guard, access=access)],
        exception_handlers=handlers,
    )
    app.state.library, app.state.access, app.state.curator = library, access, curator
    return app


def _endpoint(page: Callable[[Request], Page], renderer: Renderer, kind: str) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        request.state.kind = kind
        return renderer.render(request, page(request), kind)

    return endpoint


def _twin_path(path: str, kind: str) -> str:
    return f"/index.{kind}" if path == "/" else f"{path}.{kind}"


def _twin(request: Request, kind: str) -> str:
    """The address of a page's twin, with the same parameters except `page`."""
    path = _twin_path(request.url.path, kind)
    given = [(name, value) for name, value in request.query_params.multi_items() if name != "page"]
    by_name = {name: [v for n, v in given if n == name] for name, _ in given}
    return address(path, by_name)


def _explain(error: Exception) -> tuple[int, str]:
    """The status and the message of an error."""
    match error:
        case UsageError() | QueryError():
            return 400, str(error)
        case LookupError() if type(error) is LookupError:
            return 404, str(error)
        case ForbiddenError():
            return 403, str(error)
        case GraphError():
            return 503, str(error)
        case ExominerError():
            return 500, str(error)
        case HTTPException():
            return error.status_code, "there is no such page - start from the first page"
    return 500, ""
