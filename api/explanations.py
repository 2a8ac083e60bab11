"""What each kind of problem means, in plain words, at the address that its type names (RFC 9457, section 3.1.1)."""

from collections.abc import Iterable
from typing import Final

from fastapi import APIRouter
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.pages.messages import SITE, wants_page
from api.pages.rendering import respond
from api.pages.shapes import MessagePage
from api.problems import KINDS, UNEXPECTED, Kind

EXPLANATIONS: Final = {
    "invalid-input": "Something in the request is not as it has to be: the JSON itself, a field, a parameter of the "
    "query, or a header. Where fields are to blame, errors names each of them with a JSON pointer and says what is "
    "wrong. Nothing was recorded; the same request will be refused again.",
    "rule-broken": "The request is well formed, but the record as it stands, or the policy in force, does not allow "
    "it: a verdict that was rejected already, say, or an allegation without a reply. Nothing was recorded. Read the "
    "record anew and decide again.",
    "policy-broken": "The policy sets rules for this rating, and they are not met: rules says which, what each asks "
    "for and what was found. Nothing was recorded. Record what is missing, give another rating, or set the rules aside "
    "by override, with a reason that is shown wherever the verdict is.",
    "second-person-needed": "Whoever proposed this would now agree to it, and the policy asks for four eyes. Another "
    "person who may approve has to do it. Nothing was recorded.",
    "not-found": "There is no such record, route, position or part of a record, or it is not open to whoever asked. "
    "The two are not told apart.",
    "forbidden": "The token is valid, but none of its actor's roles allows this; needed_roles names those that do. "
    "An admin grants roles.",
    "unauthenticated": "No token was sent, or one that is unknown, expired or revoked. Which of these is not said. "
    "What is published can be read without a token.",
    "version-needed": "A change of a record has to say which version it was made for, so that nobody overwrites what "
    "they have not seen. Send If-Match with the record's ETag.",
    "stale-version": "The record has changed since the version that the change was made for. Nothing was recorded. "
    "Read the record anew, see what others did, and send the change for current_version if it still holds.",
    "key-reused": "This Idempotency-Key was sent before with another request. A key belongs to one request for ever; "
    "take a fresh one for a fresh request.",
    "unsupported-media-type": "The body of a command is JSON, and says so: Content-Type: application/json.",
    "too-large": "The body is longer than any command can be. Nothing was recorded.",
    "too-slow": "The body did not arrive in time. Nothing was recorded. Send it again; with an Idempotency-Key that "
    "is safe, whatever became of the first.",
    "unavailable": "The request is fine, but it cannot be served at this moment. Nothing was recorded. Send it again "
    "after as many seconds as Retry-After says.",
    "store-unavailable": "The ledger cannot be read or written at this moment: it is locked, full or out of reach. "
    "Send a command again with the same Idempotency-Key: if it had been recorded after all, you get its answer.",
    "clock-behind": "The system clock is behind the newest entry of the ledger, so that no honest time could be given "
    "to a new one. Nothing was recorded. An operator has to set the clock right.",
    "not-caught-up": "Lists and registers had not reached the position that min_position asks for within two seconds. "
    "Ask again shortly.",
    "damaged-ledger": "Stored bytes are not what they must be. Nothing can be recorded on them before an operator has "
    "verified the ledger.",
    "internal-error": "Something went wrong that nobody had thought of. It has been logged, without anything of what "
    "was sent. If it was a command, send it again with the same Idempotency-Key.",
}
"""Name of a kind → what it means, and what to do."""


def kinds() -> Iterable[Kind]:
    """Every kind of problem that has a page here."""
    return (*KINDS.values(), UNEXPECTED)


def router() -> APIRouter:
    """`/problems/{name}`: as JSON, or as a page for whoever reads pages."""
    routes = APIRouter(include_in_schema=False)
    known = {kind.name: kind for kind in kinds()}

    async def explain(request: Request) -> Response:
        kind = known.get(request.path_params["name"])
        if kind is None:
            raise HTTPException(404)
        return _page(kind) if wants_page(request.scope) else _json(kind)

    routes.add_api_route("/problems/{name}", explain, methods=["GET"])
    return routes


def _page(kind: Kind) -> Response:
    detail = EXPLANATIONS[kind.name]
    page = MessagePage(
        site=SITE, title=kind.title, twin=kind.type, status=kind.status, heading=kind.title, detail=detail
    )
    return respond(page, kind.type)


def _json(kind: Kind) -> Response:
    said = {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "explanation": EXPLANATIONS[kind.name],
    }
    return Response(to_json(said), 200, {"Cache-Control": "public, max-age=3600", "Vary": "Accept"}, "application/json")
