"""Routes for auditors: the ledger's events one by one, in pages, and as they come.

All of them are read from the ledger itself, by `auditor` and `admin` alone. A damaged event is a problem; those around
it stay readable.
"""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.answers import API, answer, next_link, page_asked, query
from api.auth import Caller
from api.bootstrap import House
from api.entries import Wanted, entry_of, look
from api.etag import header
from api.moments import whole_number
from api.openapi import read
from api.representations.shapes.event import EventList, SingleEvent
from api.words import show_words
from domain.errors import InvalidInput, StemmaError, Unavailable
from domain.ledger.store import Store
from domain.values import Role

READERS: Final[tuple[Role, ...]] = ("auditor", "admin")
FILTERS: Final = ("stream", "type", "actor")
LISTED: Final = ("after", "limit", "min_position", *FILTERS)
FOLLOWED: Final = ("after", *FILTERS)

_PATIENCE: Final = 2.0  # seconds that `min_position` waits
_RESUMED: Final[dict[str, Any]] = {
    "name": "Last-Event-ID",
    "in": "header",
    "required": False,
    "description": "The position after which to go on; it counts before `after`. EventSource sends it by itself.",
    "schema": {"type": "integer", "minimum": 0},
}


def router(house: House) -> APIRouter:
    """`/events`, `/events/stream` and `/events/{position}`."""
    routes = APIRouter(prefix=API)

    async def list_events(request: Request) -> Response:
        caller, asked = _admitted(house, request, "events.list"), query(request, *LISTED)
        after, limit = page_asked(asked)
        body = await run_in_threadpool(_page, house, asked, after, limit)
        if body["next"] is None:
            return answer(request, body, caller)
        return answer(request, body, caller, Link=next_link(request, asked, int(body["next"])))

    async def show_event(request: Request) -> Response:
        caller, _ = _admitted(house, request, "events.show"), query(request)
        event = await run_in_threadpool(show_words, house, request.path_params["position"])
        return answer(request, event, caller)

    async def follow(request: Request) -> Response:
        _admitted(house, request, "events.stream")
        asked = query(request, *FOLLOWED)
        after = _beginning(request, asked, house.store.head().position)
        return house.hub.listen(after, _wanted(asked), lambda: _is_welcome(house, request))

    add = routes.add_api_route
    said = read(
        "events.list",
        "The events of the ledger, oldest first.",
        tag="events",
        takes=LISTED,
        shows=EventList,
        roles=READERS,
    )
    add("/events", list_events, **said)
    add("/events/stream", follow, **_streamed())
    said = read(
        "events.show", "One event of the ledger.", tag="events", ids=["position"], shows=SingleEvent, roles=READERS
    )
    add("/events/{position}", show_event, **said)
    return routes


def _streamed() -> dict[str, Any]:
    said = read(
        "events.stream",
        "The events of the ledger as they come, without an end.",
        tag="events",
        takes=FOLLOWED,
        roles=READERS,
    )
    content = {"text/event-stream": {"schema": {"type": "string"}}}
    said["responses"][200] = {"description": "Server-sent events: `id` is the position", "content": content}
    said["openapi_extra"]["parameters"].append(_RESUMED)
    return said


def _admitted(house: House, request: Request, what: str) -> Caller:
    caller = house.doorkeeper.caller(request)
    caller.demand(what, *READERS)
    return caller


def _is_welcome(house: House, request: Request) -> bool:
    """Whether whoever began to listen still may: the token is neither revoked nor expired, the role not taken away."""
    try:
        _admitted(house, request, "events.stream")
    except StemmaError:
        return False
    return True


def _wanted(asked: Mapping[str, str]) -> Wanted:
    return Wanted(**{name: asked[name] for name in FILTERS if name in asked})


def _page(house: House, asked: Mapping[str, str], after: int, limit: int) -> EventList:
    store, concealment = house.store, house.newsroom.streams.concealment
    head = _head(store, asked.get("min_position"))
    rows, reached = look(store, after, _wanted(asked), limit)
    return {
        "position": max(head, rows[-1].position if rows else 0),
        "items": [entry_of(row, concealment) for row in rows],
        "next": str(reached) if reached < head else None,
    }


def _head(store: Store, min_position: str | None) -> int:
    """The newest position. Raises `Unavailable` if the ledger does not reach the one that is asked for in time."""
    needed = 0 if min_position is None else whole_number(min_position, "min_position")
    head = store.head().position
    if head < needed and (head := store.wait(needed - 1, _PATIENCE)) < needed:
        raise Unavailable(f"The ledger is at position {head}; position {needed} was asked for.")
    return head


def _beginning(request: Request, asked: Mapping[str, str], head: int) -> int:
    """The position after which to begin: where the client was, or what it asks for, or else now.

    Raises `InvalidInput` for one that the ledger has not reached: whoever was there has followed another ledger, or
    one that was put back since, and would miss events without knowing.
    """
    resumed = header(request.headers, "last-event-id")
    name, text = ("Last-Event-ID", resumed) if resumed else ("after", asked.get("after", str(head)))
    after = whole_number(text, name)
    if after > head:
        raise InvalidInput(f"'{name}' is {after}, and the ledger is at position {head}.")
    return after
