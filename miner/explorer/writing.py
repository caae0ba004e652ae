"""Handle the verdicts that curators send."""

import re
from dataclasses import replace
from urllib.parse import quote, unquote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from miner.corpus import now
from miner.errors import UsageError
from miner.explorer.library import Library
from miner.explorer.parameters import MAX_TEXT, library
from miner.explorer.security import Access, credentials
from miner.model.assertions import Verdict
from miner.model.claims import EntityRef
from miner.workflow import curation

CURATOR_COOKIE = "exominer_curator"
MAX_WHY = 2_000
_BACK = re.compile(r"/(?:review|claim)(?:[/?][^\s\\]*)?")


class ForbiddenError(Exception):
    """The request may not write."""


def access(request: Request) -> Access:
    """The rules of access to the explorer."""
    found: Access = request.app.state.access
    return found


def curator_of(request: Request) -> str:
    """The curator's name: of the user who logged in, else last given in this browser, else from the settings."""
    if access(request).password_hash is not None:
        return credentials(request.headers)[0][:MAX_TEXT] or "curator"
    return unquote(request.cookies.get(CURATOR_COOKIE, ""))[:MAX_TEXT] or str(request.app.state.curator)


async def verdict(request: Request) -> Response:
    """Store the verdict in a form, and show its claim, or the next claim to review."""
    form = await _form(request)
    who = _curator(request, form)
    await run_in_threadpool(_give, library(request), request.path_params["id"], who, form)
    return _answer(request, form, who)


async def undo(request: Request) -> Response:
    """Undo a curator's own verdict."""
    form = await _form(request)
    who = _curator(request, form)
    await run_in_threadpool(_undo, library(request), request.path_params["id"], who, _field(form, "evidence"))
    return _answer(request, form, who)


def _give(workspace: Library, id_: str, who: str, form: FormData) -> None:
    decision = _field(form, "decision")
    if decision not in curation.DECISIONS:
        raise UsageError(f"{decision!r} is not a decision - accept, reject or edit")
    evidence, why = _field(form, "evidence"), _field(form, "why", MAX_WHY)
    with workspace.corpus() as corpus:
        found = curation.get_assertion(corpus, id_)
        given = Verdict(found.id, evidence, who, decision, why, now())
        if decision == "edit":
            given = replace(
                given,
                correction=("NOT " if _field(form, "polarity") == "not" else "") + _field(form, "predicate").upper(),
                new_subject=_picked(workspace, form, "subject", found.subject),
                new_object=_picked(workspace, form, "object", found.object),
            )
        curation.give_verdict(corpus, found, given)
    workspace.update_graph()


def _picked(workspace: Library, form: FormData, role: str, claimed: str) -> EntityRef | None:
    """The entity that a correction names; None where it names none, or the one of the claim."""
    name = _field(form, f"{role}_id") or _field(form, role)
    picked = workspace.index().pick(name) if name else None
    return picked if picked and picked.id != claimed else None


def _undo(workspace: Library, id_: str, who: str, evidence: str) -> None:
    with workspace.corpus() as corpus:
        curation.undo_verdict(corpus, id_, who, evidence)
    workspace.update_graph()


async def _form(request: Request) -> FormData:
    """The fields of a form. Raises ForbiddenError if the sender may not write, or the form token is wrong."""
    form = await request.form(max_files=0, max_fields=20)
    allowed = access(request)
    if not allowed.may_write(request):
        raise ForbiddenError("This browser may not judge - open the address that `exominer serve` printed.")
    if not allowed.has_form_token(_field(form, "token")):
        raise ForbiddenError("The form is out of date, since the explorer was restarted - open the page again.")
    return form


def _field(form: FormData, name: str, most: int = MAX_TEXT) -> str:
    value = form.get(name, "")
    return value.strip()[:most] if isinstance(value, str) else ""


def _curator(request: Request, form: FormData) -> str:
    if access(request).password_hash is not None:
        return curator_of(request)
    return _field(form, "curator") or curator_of(request)


def _answer(request: Request, form: FormData, who: str) -> Response:
    back = _field(form, "back", 1_000)
    if not _BACK.fullmatch(back):
        back = f"/claim/{quote(request.path_params['id'], safe=':/')}"
    response = RedirectResponse(back, 303)
    if access(request).password_hash is None:
        response.set_cookie(CURATOR_COOKIE, quote(who), samesite="strict", httponly=True, max_age=365 * 86_400)
    return response
