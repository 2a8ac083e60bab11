"""What hangs on a source, really or on trial, and which verdicts hang on one origin, as JSON."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any, Final, get_args

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import API, answer, next_link, page_asked, query
from api.bootstrap import House
from api.openapi import read
from api.representations import Audience, shapes
from api.representations.shapes.impact import ImpactShown, OnOneOriginItem
from api.threads import compute
from domain.errors import InvalidInput, NotFound
from domain.values import Standing
from projections.evidence.impact import impact
from projections.evidence.single import on_one_origin

IMPACT: Final = ("assume", "after", "limit", "min_position")
SINGLE: Final = ("after", "limit", "min_position")

Endpoint = Callable[[Request], Awaitable[Response]]


def router(house: House) -> APIRouter:
    """`/sources/{source_id}/impact` and `/single-origin`."""
    routes = APIRouter(prefix=API)
    summary = "Everything that leans on the source, at any distance, and what becomes of it; on trial with `assume`."
    said = read("sources.impact", summary, tag="sources", ids=["source_id"], takes=IMPACT, shows=ImpactShown)
    routes.add_api_route("/sources/{source_id}/impact", _impact(house), **said)
    summary = "The verdicts in force that hang on one single origin."
    said = read("single_origin.list", summary, tag="claims", takes=SINGLE, shows=shapes.Page[OnOneOriginItem])
    routes.add_api_route("/single-origin", _single(house), **said)
    return routes


def _impact(house: House) -> Endpoint:
    async def show(request: Request) -> Response:
        caller, asked = house.doorkeeper.caller(request), query(request, *IMPACT)
        assume, (after, limit) = _standing(asked.get("assume")), page_asked(asked)
        await house.wait(asked.get("min_position"))
        id = request.path_params["source_id"]
        body = await compute(_found, house, caller.audience, id, assume, after, limit)
        return answer(request, body, caller, **_leading_on(request, asked, body))

    return show


def _found(
    house: House, audience: Audience, id: str, assume: Standing | None, after: int, limit: int
) -> dict[str, Any]:
    with house.views.reading() as reading:
        found, position = impact(reading, audience, id, assume, after, limit), reading.position
    if found is None:
        raise NotFound("source", id)
    return {"position": position, **asdict(found), "next": None if found.next is None else str(found.next)}


def _standing(text: str | None) -> Standing | None:
    """The standing that is assumed. Raises `InvalidInput` for what is none."""
    standings: tuple[Standing, ...] = get_args(Standing)
    found = next((standing for standing in standings if standing == text), None)
    if found is None and text is not None:
        raise InvalidInput(f"'assume' is one of {', '.join(standings)}.")
    return found


def _single(house: House) -> Endpoint:
    async def show(request: Request) -> Response:
        caller, asked = house.doorkeeper.caller(request), query(request, *SINGLE)
        after, limit = page_asked(asked)
        await house.wait(asked.get("min_position"))
        body = await compute(_listed, house, caller.audience, after, limit)
        return answer(request, body, caller, **_leading_on(request, asked, body))

    return show


def _listed(house: House, audience: Audience, after: int, limit: int) -> dict[str, Any]:
    with house.views.reading() as reading:
        found, position = on_one_origin(reading, audience, after, limit), reading.position
    items = [asdict(row) for row in found.items]
    for item in items:
        item.pop("created")
    return {"position": position, "items": items, "next": None if found.next is None else str(found.next)}


def _leading_on(request: Request, asked: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, str]:
    return {} if body["next"] is None else {"Link": next_link(request, asked, body["next"])}
