"""The web application of an open house: routes, the one shape of errors, and what stands around every request."""

from typing import Any, Final, cast

from fastapi import FastAPI
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api import auditors, commands, operation, readers
from api.answers import API
from api.bootstrap import House
from api.middleware import Frame
from api.openapi import described, secured
from api.pages import router as pages
from api.problems import MEDIA_TYPE, RETRY_AFTER, kind_of, plain_problem, problem
from api.shortcut import Shortcut
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
        openapi_url=f"{API}/openapi.json",
        redirect_slashes=False,
    )
    app.state.house = house
    endpoints = commands.endpoints(house)
    for name, endpoint in endpoints.items():
        act = ACTS[name]
        app.add_api_route(
            API + act.path,
            endpoint,
            methods=["POST"],
            status_code=201 if act.creates else 200,
            **described(act),
        )
    app.include_router(readers.router(house))
    app.include_router(auditors.router(house))
    app.include_router(operation.router(house))
    app.include_router(pages.router(house))
    app.add_exception_handler(StemmaError, _refuse)
    app.add_exception_handler(HTTPException, _explain)
    app.add_middleware(
        Shortcut, routes={API + ACTS[name].path: endpoint for name, endpoint in endpoints.items()}, refuse=_refuse
    )
    app.add_middleware(Frame)
    secured(app)
    return app


async def _refuse(request: Request, error: Exception) -> Response:
    kind = kind_of(error)
    headers: dict[str, str] = {"Cache-Control": "no-store"}
    if kind.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="stemma"'
    if kind.status == 503:
        headers["Retry-After"] = RETRY_AFTER
    return _problem(kind.status, problem(error, request.url.path), headers)


async def _explain(request: Request, error: Exception) -> Response:
    said = cast("HTTPException", error)
    title, detail = EXPLAINED.get(said.status_code, (said.detail, said.detail))
    shown = plain_problem(said.status_code, title, detail, request.url.path)
    return _problem(said.status_code, shown, dict(said.headers or {}))


def _problem(status: int, shown: dict[str, Any], headers: dict[str, str]) -> Response:
    return Response(to_json(shown), status, headers, MEDIA_TYPE)
