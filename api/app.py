"""The web application of an open house: routes, the one shape of errors, and what stands around every request."""

from typing import Any, Final, cast

from fastapi import FastAPI
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from api import (
    auditors,
    commands,
    corrections,
    events,
    explanations,
    impact,
    log,
    operation,
    origins,
    readers,
    registers,
    search,
    similar,
    snapshots,
)
from api.answers import API, VARY
from api.bootstrap import House
from api.limits import Limits
from api.middleware import Frame
from api.openapi import completed, described
from api.pages import router as pages
from api.pages.messages import message, wants_page
from api.problems import MEDIA_TYPE, RETRY_AFTER, kind_of, plain_problem, problem
from api.settings import Settings
from api.shelf import Shelf
from domain.commands import ACTS
from domain.errors import StemmaError

EXPLAINED: Final = {
    404: ("Not found", "There is nothing at this address."),
    405: ("Method not allowed", "This address does not answer to this method."),
}
"""Status that HTTP itself gives → title and detail."""


def create_app(house: House) -> FastAPI:
    """The application. It uses the house, which must stay open as long as it serves, and closes nothing."""
    app = FastAPI(
        title="Stemma",
        summary="A ledger of claims: who said what, on what evidence, who denies it, and what changed since.",
        version="1",
        docs_url=None,  # both would load a script from elsewhere
        redoc_url=None,
        openapi_url=None,  # `completed` gives it an address
        redirect_slashes=False,
    )
    app.state.house = house
    metrics = app.state.metrics = operation.measured(house)
    for name, endpoint in commands.endpoints(house).items():
        act = ACTS[name]
        app.add_api_route(
            API + act.path,
            endpoint,
            methods=["POST"],
            status_code=act.status,
            **described(act),
        )
    app.include_router(readers.router(house))
    app.include_router(snapshots.router(house))
    app.include_router(registers.router(house))
    app.include_router(impact.router(house))
    app.include_router(origins.router(house))
    app.include_router(search.router(house))
    app.include_router(similar.router(house))
    app.include_router(auditors.router(house))
    app.include_router(events.router(house))
    app.include_router(operation.router(house, metrics))
    app.include_router(log.router(house))
    app.include_router(corrections.router(house))
    app.include_router(explanations.router())
    app.include_router(pages.router(house))
    app.add_exception_handler(StemmaError, _refuse)
    app.add_exception_handler(HTTPException, _explain)
    app.add_middleware(Shelf, mark=house.mark, uses=operation.shelf_uses(metrics))
    app.add_middleware(Frame, limits=_limits(house.settings), metrics=metrics)
    completed(app)
    return app


def _limits(settings: Settings) -> Limits:
    return Limits(settings.rate_public, settings.rate_desk, settings.rate_refused)


async def _refuse(request: Request, error: Exception) -> Response:
    kind = kind_of(error)
    headers: dict[str, str] = {"Cache-Control": "no-store"}
    if kind.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="stemma"'
    if kind.status == 408:
        headers["Connection"] = "close"  # the rest of the body would be taken for the next request
    if kind.status == 503:
        headers["Retry-After"] = RETRY_AFTER
    return _problem(kind.status, problem(error, request.scope["path"]), headers)


async def _explain(request: Request, error: Exception) -> Response:
    said = cast("HTTPException", error)
    if said.status_code == 404 and wants_page(request.scope):
        return message(404)
    title, detail = EXPLAINED.get(said.status_code, (said.detail, said.detail))
    shown = plain_problem(said.status_code, title, detail, request.scope["path"])
    headers = {**(said.headers or {}), "Cache-Control": "no-store", "Vary": VARY}
    if said.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request))
    return _problem(said.status_code, shown, headers)


def _methods(request: Request) -> list[str]:
    """All methods that the address answers to. The route that was found first knows only its own."""

    def answers(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)

    reading = ["GET", "HEAD"] if answers("GET") else []
    return [*reading, "POST"] if answers("POST") else reading


def _problem(status: int, shown: dict[str, Any], headers: dict[str, str]) -> Response:
    return Response(to_json(shown), status, headers, MEDIA_TYPE)
