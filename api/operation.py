"""What operators and their programs ask: is it alive, is it ready."""

from fastapi import APIRouter
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.bootstrap import House
from domain.errors import DamagedLedger, Unavailable

READY_LAG = 10_000
"""Events by which the views may lag while the service still counts as ready."""


def router(house: House) -> APIRouter:
    """`/healthz` and `/readyz`."""
    routes = APIRouter(tags=["operation"])

    async def healthz(_: Request) -> Response:
        return _answer(200, {"status": "alive"})

    async def readyz(_: Request) -> Response:
        return await run_in_threadpool(_ready, house)

    routes.add_api_route("/healthz", healthz, operation_id="healthz", summary="The process answers.")
    routes.add_api_route("/readyz", readyz, operation_id="readyz", summary="Ledger and views can be used.")
    return routes


def _ready(house: House) -> Response:
    try:
        head = house.store.head().position
        reached = min(house.views.positions().values(), default=0)
    except (Unavailable, DamagedLedger):
        return _answer(503, {"status": "unavailable"})
    lag = max(head - reached, 0)
    if lag > READY_LAG:
        return _answer(503, {"status": "catching up", "position": head, "lag": lag})
    return _answer(200, {"status": "ready", "position": head, "lag": lag})


def _answer(status: int, said: dict[str, str | int]) -> Response:
    return Response(to_json(said), status, {"Cache-Control": "no-store"}, "application/json")
