"""Every command as a route: `POST /api/v1` and the command's path, made from the table of all commands.

The answer is sent when the events are on disk. A command that lost a race is decided anew on the newest state; one
that is given again under its idempotency key gets its first answer again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final, cast

from pydantic import ValidationError
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.answers import API, VARY
from api.auth import make_secret
from api.bootstrap import House
from api.captures import CAPTURES, kept
from api.checking import CHECKS
from api.etag import etag, header, idempotency_key, versions
from api.moments import utc
from api.problems import TooLarge, UnsupportedMedia, invalid_body, invalid_json
from api.recording import Recorder
from api.threads import extract_apart, wait_apart
from api.uploads import is_form, upload
from api.words import show_words
from domain.bodies import Body
from domain.canonical import BadJson, parse
from domain.commands import ACTS, Act
from domain.errors import InvalidInput
from domain.newsroom import Newsroom, Outcome
from domain.session import Order
from domain.source.commands import CaptureSnapshot

LONGEST_BODY: Final = 2 * 1024 * 1024
"""Bytes that the body of a request may have: enough for the longest text of an article, in any script."""

PLURALS: Final = {
    "party": "parties",
    "source": "sources",
    "claim": "claims",
    "article": "articles",
    "policy": "policies",
    "actor": "actors",
    "event": "events",
}
"""Kind of record → the first part of its route."""

GIVES_AWAY: Final = "actors.tokens"
"""The one command whose answer holds a secret, the first time."""

Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(house: House, recorder: Recorder, act: Act) -> Endpoint:
    """What answers the route of this command."""

    async def give(request: Request) -> Response:
        caller = house.doorkeeper.member(request)
        caller.demand(act.name, *act.roles)
        secret, secret_sha256 = make_secret(house.entropy) if act.name == GIVES_AWAY else ("", "")
        order = await _order(house, act, request, str(caller.actor), secret_sha256)
        # A body may take its time to arrive. Who sent it may have lost token or role meanwhile.
        caller = house.doorkeeper.member(request)
        if act.name == CHECKS:  # a long text takes a while to look through, and others shall not wait for that
            outcome = await wait_apart(house.newsroom.record, order)
        else:
            outcome = await recorder.record(order, caller.desk)
        body = await _written(house, outcome)
        body["created"] = list(outcome.created)
        if act.name == GIVES_AWAY:
            body["token_id"] = outcome.created[0]
            if not outcome.replayed:
                body["token"] = secret
        return _answer(outcome, body)

    return give


async def _written(house: House, outcome: Outcome) -> dict[str, Any]:
    """What the command was about, as it left it."""
    if outcome.kind == "event":
        return {**await run_in_threadpool(show_words, house, outcome.record, outcome.position)}
    return house.reader.written(outcome.kind, outcome.record, outcome.position, new=outcome.status == 201)


async def _order(house: House, act: Act, request: Request, actor: str, secret_sha256: str) -> Order:
    if act.name != CAPTURES or not is_form(request):
        return _ordered(house.newsroom, act, request, _object(await _read(request)), actor, secret_sha256)
    async with upload(request, house.settings.snapshot_bytes) as sent:
        order = _ordered(house.newsroom, act, request, sent.capture.said(sent.said), actor, secret_sha256)
        if house.newsroom.remembered(order) is not None:
            return order
        asked = cast("CaptureSnapshot", order.body)
        return replace(order, body=await extract_apart(kept, house.newsroom.vault, asked, sent.capture))


def _ordered(
    newsroom: Newsroom, act: Act, request: Request, said: dict[str, Any], actor: str, secret_sha256: str
) -> Order:
    decided_at = utc(said.pop("decided_at"), "/decided_at") if "decided_at" in said else None
    body = _body(act, said)
    at = tuple(request.path_params[id] for id in act.ids)
    key = idempotency_key(header(request.headers, "idempotency-key"))
    order = Order(
        name=act.name,
        body=body,
        actor=actor,
        at=at,
        decided_at=decided_at,
        key=key,
        fingerprint=b"" if key is None else newsroom.fingerprint(act.name, at, body, decided_at),
        secret_sha256=secret_sha256,
    )
    return _conditional(newsroom, act, order, header(request.headers, "if-match")) if act.conditional else order


def _conditional(newsroom: Newsroom, act: Act, order: Order, if_match: str | None) -> Order:
    """The order for the version that the condition names. One given before is answered whatever its condition."""
    try:
        return replace(order, version=_version(newsroom, act, order.at, if_match))
    except InvalidInput:
        if newsroom.remembered(order) is None:
            raise
        return order


async def _read(request: Request) -> bytes:
    """The body's bytes. Raises `TooLarge` as soon as that is known, `UnsupportedMedia` for other than JSON."""
    announced = request.headers.get("content-length", "0")
    if announced.isascii() and announced.isdigit() and (len(announced) > 15 or int(announced) > LONGEST_BODY):
        raise TooLarge(f"A body may have {LONGEST_BODY} bytes.")
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LONGEST_BODY:
            raise TooLarge(f"A body may have {LONGEST_BODY} bytes.")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and (data or media_type):
        raise UnsupportedMedia("The body of a command is JSON: Content-Type: application/json.")
    return bytes(data)


def _object(data: bytes) -> dict[str, Any]:
    """The JSON object in these bytes; no bytes are an empty one."""
    if not data:
        return {}
    try:
        said = parse(data)
    except BadJson as error:
        raise invalid_json(error) from None
    if not isinstance(said, dict):
        raise InvalidInput.at("", "The body of a command is a JSON object.")
    return said


def _body(act: Act, said: dict[str, Any]) -> Body:
    try:
        return act.body.model_validate(said)
    except ValidationError as error:
        raise invalid_body(error) from None


def _version(newsroom: Newsroom, act: Act, at: tuple[str, ...], if_match: str | None) -> int | None:
    """The version that the change was made for; 0, which no record has, for a condition that cannot be met."""
    named = versions(if_match)
    if named is None:
        return None
    if len(named) < 2:
        return next(iter(named), 0)
    current = _current(newsroom, act, at)
    return current if current in named else max(named)


def _current(newsroom: Newsroom, act: Act, at: tuple[str, ...]) -> int:
    if act.kind == "policy":
        return newsroom.policy.version
    if act.kind == "actor":
        actor = newsroom.desk.actors.get(at[0])
        return 0 if actor is None else actor.version
    return newsroom.streams.load(at[0]).version


def _answer(outcome: Outcome, body: dict[str, Any]) -> Response:
    content = to_json(body)
    headers = {
        "ETag": etag(body["version"], content),
        "Ledger-Position": str(outcome.position),
        "Vary": VARY,
        "Cache-Control": "no-store",
    }
    if outcome.status == 201:
        headers["Location"] = f"{API}/{PLURALS[outcome.kind]}/{outcome.record}"
    if outcome.status == 201 and outcome.kind == "claim":
        # What may say the same is no part of the answer: it changes with other records, and the answer never does.
        headers["Link"] = f'<{API}/claims/{outcome.record}/similar>; rel="related"'
    if outcome.replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(content, outcome.status, headers, "application/json")


def endpoints(house: House) -> dict[str, Endpoint]:
    """Every command's name → what answers its route."""
    recorder = Recorder(house.newsroom)
    return {name: endpoint(house, recorder, act) for name, act in ACTS.items()}
