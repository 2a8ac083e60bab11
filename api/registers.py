"""The registers of what changed and of what waits, and the front page, as JSON."""

from collections.abc import Awaitable, Callable, Mapping
from inspect import getdoc
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.agenda import agenda
from api.answers import API, answer, next_link, page_asked, query
from api.auth import Caller
from api.bootstrap import House
from api.moments import utc, whole_number
from api.openapi import read
from api.readers import item_for
from api.representations import Audience, shapes
from api.representations.parts import actor_of
from api.representations.shapes.registers import ChangeItem, Front, WorkItem, WorkPage
from api.threads import compute
from domain.errors import InvalidInput
from domain.ledger.store import Store
from domain.values import kind_of
from projections.articles import newest_articles
from projections.changes import RECORD_KINDS, ChangeRow, Cursor, RecordKind, changed_last, changes, since_position
from projections.contested import contested, count_contested
from projections.projection import FIRST
from projections.worklist import WorkRow

CHANGES: Final = ("since", "after", "limit", "kind", "min_position")
WORKLIST: Final = ("after", "limit", "kind", "min_position")
FRONT_ARTICLES: Final = 20
FRONT_CONTESTED: Final = 5
FRONT_CHANGED: Final = 10
"""How many entries the front page shows of each at most."""

Endpoint = Callable[[Request], Awaitable[Response]]


def router(house: House) -> APIRouter:
    """`/changes`, `/worklist` and `/front`."""
    routes = APIRouter(prefix=API)
    add = routes.add_api_route
    summary = "Every record that changed after `since`, once, that which changed first first."
    takes = tuple("changes.kind" if name == "kind" else name for name in CHANGES)
    said = read("changes.list", summary, tag="changes", takes=takes, shows=shapes.Page[ChangeItem])
    add("/changes", _changes(house), **{**said, "description": getdoc(following)})
    takes = tuple("worklist.kind" if name == "kind" else name for name in WORKLIST)
    said = read(
        "worklist.list",
        "What waits for somebody at the desk, the oldest first.",
        tag="worklist",
        takes=takes,
        shows=WorkPage,
        roles=("editor", "approver", "auditor", "importer", "admin"),
    )
    add("/worklist", _worklist(house), **said)
    said = read("front.show", "What the front page shows.", tag="front", takes=("min_position",), shows=Front)
    add("/front", _front(house), **said)
    return routes


def _changes(house: House) -> Endpoint:
    async def show(request: Request) -> Response:
        caller, asked = house.doorkeeper.caller(request), query(request, *CHANGES)
        await house.wait(asked.get("min_position"))
        body = await compute(following, house, caller.audience, asked)
        return answer(request, body, caller, **_leading_on(request, asked, body))

    return show


def following(house: House, audience: Audience, asked: Mapping[str, str]) -> dict[str, Any]:
    """What a program that keeps a copy asks again and again.

    It follows `next` to the end, takes in every record that it is shown, remembers the `position` of the last page,
    and asks for what changed `since` that position the next time. It misses nothing then: a record that changes while
    the pages are read stands further back among them, and is shown again. A record changes by its own events. To the
    public those count that it may read; a proposal counts when it is adopted, and what a confidential source or a
    private party does, not at all.
    """
    since, kind = _since(house.store, asked.get("since")), _kind(asked.get("kind"))
    _, limit = page_asked({**asked, "after": "0"})
    after = since_position(since) if "after" not in asked else _cursor(asked["after"])
    with house.views.reading() as reading:
        found = changes(reading, audience, max(after, since_position(since)), limit, kind)
        position = reading.position
    items = [change_item(house, row, since) for row in found.items]
    cursor = None if found.next is None else f"{found.next.position}.{found.next.id}"
    return {"position": position, "items": items, "next": cursor}


def change_item(house: House, row: ChangeRow, since: int) -> ChangeItem:
    """The row as it is answered to whoever asked for what changed since this position."""
    (event,) = house.newsroom.streams.events(row.position - 1, row.position, batch=1)
    return {
        "kind": row.kind,
        "id": row.id,
        "position": row.position,
        "recorded_at": row.changed_at,
        "changed_at": event.effective_at,
        "title": row.title,
        "opened": row.opened_at is not None and row.opened_at > since,
        "withdrawn": row.withdrawn,
    }


def _since(store: Store, text: str | None) -> int:
    """The position after which to look. Raises `InvalidInput` for one beyond the ledger's end."""
    if text is None:
        return FIRST
    if not text.isdigit():
        return store.position_at(utc(text.replace(" ", "+"), ""))
    since, head = whole_number(text, "since"), store.head().position
    if since > head:
        raise InvalidInput(f"The ledger ends at position {head}: 'since' lies beyond it.")
    return since


def _kind(text: str | None) -> RecordKind | None:
    kind = next((kind for kind in RECORD_KINDS if kind == text), None)
    if kind is None and text is not None:
        raise InvalidInput(f"'kind' is one of {', '.join(RECORD_KINDS)}.")
    return kind


def _cursor(text: str) -> Cursor:
    position, dot, id = text.partition(".")
    if not dot:
        raise InvalidInput("'after' is a cursor: 'next' of the page before.")
    return Cursor(whole_number(position, "after"), id)


def _worklist(house: House) -> Endpoint:
    async def show(request: Request) -> Response:
        caller, asked = house.doorkeeper.member(request), query(request, *WORKLIST)
        await house.wait(asked.get("min_position"))
        _, limit = page_asked({**asked, "after": "0"})
        at, after, kind = house.reader.at(), asked.get("after"), asked.get("kind")
        found = await compute(agenda, house.newsroom, house.views, at, after, limit, kind)
        body = {
            "position": found.position,
            "total": found.total,
            "items": [_work_item(house, row, caller) for row in found.rows],
            "next": found.next,
        }
        return answer(request, body, caller, **_leading_on(request, asked, body))

    return show


def _work_item(house: House, row: WorkRow, caller: Caller) -> WorkItem:
    by = row.proposer
    return {
        "kind": row.kind,
        "record_kind": kind_of(row.record) or "",
        "record_id": row.record,
        "part_id": row.part,
        "title": row.title,
        "since": row.since,
        "since_at": row.since_at,
        "proposed_by": None if by is None else actor_of(by, house.reader.actor_name(by)),
        "mine": by is not None and by == caller.actor,
        "rating": row.rating,
        "outcome": row.outcome,
        "cause": row.cause,
        "reasons": list(row.reasons),
        "claim_id": row.claim_id,
        "due_at": row.due_at,
        "party_id": row.party_id,
        "score": row.score,
    }


def _front(house: House) -> Endpoint:
    async def show(request: Request) -> Response:
        caller, asked = house.doorkeeper.caller(request), query(request, "min_position")
        await house.wait(asked.get("min_position"))
        return answer(request, await compute(_front_body, house, caller.audience), caller)

    return show


def _front_body(house: House, audience: Audience) -> dict[str, Any]:
    with house.views.reading() as reading:
        newest = newest_articles(reading, audience, FRONT_ARTICLES)
        disputed = contested(reading, audience, FIRST, FRONT_CONTESTED).items
        total, changed = count_contested(reading, audience), changed_last(reading, audience, "claim", FRONT_CHANGED)
        position = reading.position
    return {
        "position": position,
        "articles": [item_for(house, audience, row) for row in newest],
        "contested": [item_for(house, audience, row) for row in disputed],
        "contested_total": total,
        "changed": [change_item(house, row, FIRST) for row in changed],
    }


def _leading_on(request: Request, asked: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, str]:
    return {} if body["next"] is None else {"Link": next_link(request, asked, body["next"])}
