"""The witness over HTTP: C2SP tlog-witness v1.0.0 (revision 95978ca, 2026-07-06). One prefix for all.

Whatever goes wrong is one line of plain text, as the specification leaves open; only 409 has a body of its own type.
"""

import re
from collections.abc import Callable
from typing import Annotated, Final

from fastapi import FastAPI, Path
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.witness.witness import TEXT_TYPE, Answer, Witness
from domain.errors import DamagedLedger, Unavailable
from domain.tlog.witnessing import MAX_REQUEST

_HASH = re.compile(r"[0-9a-f]{64}")
_SAFE: Final = {"X-Content-Type-Options": "nosniff"}


def create_witness(witness: Witness, now: Callable[[], int]) -> FastAPI:
    """The application. `now` gives POSIX seconds."""
    app = FastAPI(title="Stemma witness", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)

    async def add_checkpoint(request: Request) -> Response:
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)  # there is nobody to answer
        if body is None:
            return _text(413, f"a request has at most {MAX_REQUEST} bytes", {"Connection": "close"})
        return _given(await run_in_threadpool(lambda: witness.add_checkpoint(body, now())))

    async def checkpoint(origin_hash: Annotated[str, Path()]) -> Response:
        if not _HASH.fullmatch(origin_hash):
            return _text(404, "a log is named by the SHA-256 of its origin, in hex")
        return await run_in_threadpool(_checkpoint, witness, origin_hash)

    async def vkey() -> Response:
        return _given(Answer(200, "".join(f"{key.render()}\n" for key in witness.keys).encode()))

    app.add_api_route("/add-checkpoint", add_checkpoint, methods=["POST"])
    app.add_api_route("/{origin_hash}/checkpoint", checkpoint, methods=["GET"])
    app.add_api_route("/vkey", vkey, methods=["GET"])
    app.add_exception_handler(HTTPException, _explain)
    return app


async def _body(request: Request) -> bytes | None:
    """The body of the request, None if it is too long."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_REQUEST:
            return None
    return bytes(body)


def _checkpoint(witness: Witness, hash: str) -> Response:
    try:
        note = witness.checkpoint(hash)
    except (Unavailable, DamagedLedger):
        return _text(503, "the witness cannot tell now")
    if note is None:
        return _text(404, "no checkpoint of this log was cosigned here")
    return _given(Answer(200, note))


def _given(answer: Answer) -> Response:
    return Response(answer.body, answer.status, {**_SAFE, "Cache-Control": "no-store", "Content-Type": answer.type})


def _text(status: int, reason: str, headers: dict[str, str] | None = None) -> Response:
    said = {**_SAFE, "Cache-Control": "no-store", "Content-Type": TEXT_TYPE, **(headers or {})}
    return Response(f"{reason}\n", status, said)


async def _explain(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 (it is registered for no other)
    return _text(error.status_code, error.detail.lower(), dict(error.headers or {}))
