"""Routes for those who check.

The ledger in numbers at any moment, where the views stand, what the log tells of itself, and who may do what.
"""

from asyncio import Lock
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.answers import API, MOMENT, answer, moment_asked, next_link, page_asked, query
from api.auth import Caller
from api.bootstrap import House
from api.logbook import Logbook
from api.moments import Moment
from api.openapi import read
from api.representations import actor_body, shapes
from domain.desk.events import ReceiptMade
from domain.events import Event, Recorded
from domain.values import Role
from projections.register import ALL
from projections.replay import Counts, count, replay

PEOPLE: Final[tuple[Role, ...]] = ("admin", "auditor")
"""Roles that may look at who works at the desk."""

PAGED: Final = ("after", "limit")
_RECEIPT: Final = b'"desk.receipt_made.v1"'
_KEPT: Final = 64
"""How many replays are kept, since each reads the whole ledger."""


def router(house: House) -> APIRouter:
    """`/replay`, `/projections`, `/log`, `/receipts` and `/actors`."""
    routes = APIRouter(prefix=API)
    replays, one_at_a_time, logbook = Replays(house), Lock(), Logbook(house)

    async def show_replay(request: Request) -> Response:
        caller, asked = house.doorkeeper.caller(request), query(request, *MOMENT)
        moment = moment_asked(house.store, asked)
        await house.wait(asked.get("min_position"))
        async with one_at_a_time:
            body = await run_in_threadpool(replays.show, caller, moment)
        return answer(request, body, caller)

    async def show_projections(request: Request) -> Response:
        caller = house.doorkeeper.caller(request)
        query(request)
        return answer(request, await run_in_threadpool(_projections, house, caller), caller)

    async def show_log(request: Request) -> Response:
        caller = house.doorkeeper.caller(request)
        query(request)
        return answer(request, await run_in_threadpool(_log, logbook, caller), caller)

    async def list_receipts(request: Request) -> Response:
        caller, asked = house.doorkeeper.caller(request), query(request, *PAGED)
        before, limit = page_asked(asked)
        body = await run_in_threadpool(_receipts, house, before, limit)
        if body["next"] is None:
            return answer(request, body, caller)
        return answer(request, body, caller, Link=next_link(request, asked, body["next"]))

    async def list_actors(request: Request) -> Response:
        caller = house.doorkeeper.caller(request)
        caller.demand("actors.list", *PEOPLE)
        query(request)
        desk = house.newsroom.desk
        items = [actor_body(desk, actor) for actor in desk.actors.values()]
        return answer(request, {"version": desk.version, "items": items, "next": None}, caller)

    async def show_actor(request: Request) -> Response:
        caller, asked = house.doorkeeper.caller(request), query(request, *MOMENT)
        caller.demand("actors.show", *PEOPLE)
        await house.wait(asked.get("min_position"))
        body = house.reader.actor(request.path_params["actor_id"], moment_asked(house.store, asked))
        return answer(request, body, caller)

    add = routes.add_api_route
    said = read("replay", "The ledger at a moment, in numbers.", tag="audit", takes=MOMENT, shows=shapes.Replay)
    add("/replay", show_replay, **said)
    said = read("projections", "Where the views stand.", tag="audit", shows=shapes.Projections)
    add("/projections", show_projections, **said)
    said = read("log", "What the ledger tells of itself as a transparency log.", tag="audit", shows=shapes.Log)
    add("/log", show_log, **said)
    summary = "What the views came to, as it was recorded, the newest first."
    said = read("receipts.list", summary, tag="audit", takes=PAGED, shows=shapes.ReceiptList)
    add("/receipts", list_receipts, **said)
    said = read("actors.list", "Everybody at the desk.", tag="actors", shows=shapes.ActorList, roles=PEOPLE)
    add("/actors", list_actors, **said)
    said = read(
        "actors.show",
        "Somebody at the desk.",
        tag="actors",
        ids=["actor_id"],
        takes=MOMENT,
        shows=shapes.Actor,
        roles=PEOPLE,
    )
    add("/actors/{actor_id}", show_actor, **said)
    return routes


def _receipts(house: House, before: int, limit: int) -> dict[str, Any]:
    """Receipts that were recorded before a position (0 for the newest), out of the desk's stream."""
    rows = [
        row
        for row in house.store.stream(house.newsroom.desk_id)
        if _RECEIPT in row.head and (not before or row.position < before)
    ]
    opened = (house.newsroom.streams.codec.open(row) for row in reversed(rows))
    made = [recorded for recorded in opened if isinstance(recorded.event, ReceiptMade)]
    return {
        "position": house.store.head().position,
        "items": [_receipt(recorded, recorded.event) for recorded in made[:limit]],
        "next": str(made[limit - 1].position) if len(made) > limit else None,
    }


def _receipt(recorded: Recorded, event: Event) -> dict[str, Any]:
    return {
        "position": recorded.position,
        "recorded_at": recorded.recorded_at,
        **event.model_dump(include={"upto", "projections"}),
    }


class Replays:
    """Counts the ledger at a moment, and keeps what it counted last. Not to be used by two threads at once."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._kept: OrderedDict[tuple[int, str | None, bool], Counts] = OrderedDict()

    def show(self, caller: Caller, moment: Moment) -> dict[str, Any]:
        """The numbers as this caller may see them; the public is told of what is open, and nothing else."""
        house = self._house
        position = house.store.head().position if moment.position is None else moment.position
        counts = self._counts(position, moment.decided, all_records=caller.actor is not None)
        return {
            "position": position,
            "axis": "recorded" if moment.decided is None else "decided",
            "as_of": moment.decided,
            "claims": asdict(counts.claims),
            "sources": {"total": sum(counts.sources.values()), "by_standing": counts.sources},
            "parties": {"total": counts.parties},
            "articles": {"total": counts.articles, "published": counts.published, "withdrawn": counts.withdrawn},
            "digests": self._digests(position) if moment.decided is None else {},
        }

    def _counts(self, position: int, decided: str | None, *, all_records: bool) -> Counts:
        house, asked = self._house, (position, decided, all_records)
        if (kept := self._kept.get(asked)) is not None:
            return kept
        reached = min(house.views.positions().values(), default=0)
        states = replay(house.newsroom.streams.events(0, position), decided)
        opened = house.index.opened(states)
        counts = count(states, lambda record: 0 < opened.get(record, 0) <= position, all_records=all_records)
        # The views tell what is open: a count from before they had caught up must not be kept.
        if reached >= position:
            self._kept[asked] = counts
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return counts

    def _digests(self, position: int) -> dict[str, str]:
        """The digests of the views, if every one of them stands at this position."""
        views = self._house.views
        if not _all_at(views.positions, position):
            return {}
        digests = {projection.NAME: views.digest(projection) for projection in ALL}
        return digests if _all_at(views.positions, position) else {}


def _all_at(positions: Callable[[], dict[str, int]], position: int) -> bool:
    return set(positions().values()) == {position}


def _log(logbook: Logbook, caller: Caller) -> dict[str, Any]:
    facts = logbook.facts(desk=caller.actor is not None)
    body = asdict(facts)
    if facts.map is not None:
        said = {name: body["map"][name] for name in ("position", "recorded_at", "size", "root")}
        body["map"] = {**said, "sound": facts.map.sound}
    return body


def _projections(house: House, caller: Caller) -> dict[str, Any]:
    head, positions = house.store.head().position, house.views.positions()
    errors: dict[str, str | None] = {}
    if house.runner is not None and caller.actor is not None:
        errors = {status.name: str(status.error) for status in house.runner.status() if status.error is not None}
    items = [
        {
            "name": projection.NAME,
            "version": projection.VERSION,
            "position": positions.get(projection.NAME, 0),
            "lag": max(head - positions.get(projection.NAME, 0), 0),
            "digest": house.views.digest(projection),
            "error": errors.get(projection.NAME),
        }
        for projection in ALL
    ]
    return {"position": head, "items": items, "next": None}
