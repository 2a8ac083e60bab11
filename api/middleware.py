"""What stands around every request, as plain ASGI: security headers, one log line, HEAD, and the last safety net."""

from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any, Final
from uuid import uuid4

import structlog
from pydantic_core import to_json
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import MEDIA_TYPE, problem

SECURITY_HEADERS: Final = (
    (
        b"content-security-policy",
        (
            b"default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
    ),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
"""What every answer carries, unless it says otherwise itself."""

log = structlog.get_logger("stemma.http")


class Frame:
    """Wraps the application. An error that nobody expected becomes a problem, and is logged without its message.

    A message may hold what somebody typed; the places in the code do not.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        try:
            await self._app(exchange.scope, receive, exchange.send)
        except Exception as error:  # noqa: BLE001 (whoever asked gets an answer, whatever it was)
            places = _places(error)
            log.error("unexpected error", error=type(error).__name__, at=places, request=exchange.id)  # noqa: TRY400
            await exchange.fail(error)
        finally:
            exchange.note()


def _places(error: BaseException) -> list[str]:
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.id = uuid4().hex
        self._head = scope["method"] == "HEAD"
        self.scope: dict[str, Any] = {**scope, "method": "GET"} if self._head else dict(scope)
        self._method = scope["method"]
        self._path = scope["path"]
        self._send: Callable[[Message], Awaitable[None]] = send
        self._status = 0
        self._began = perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = list(message.get("headers", ()))
            said = {name for name, _ in headers}
            headers.extend(header for header in SECURITY_HEADERS if header[0] not in said)
            headers.append((b"x-request-id", self.id.encode()))
            message = {**message, "headers": headers}
        elif self._head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)

    async def fail(self, error: Exception) -> None:
        """Answers with a problem, unless an answer has begun: then the connection is cut by raising."""
        if self._status:
            raise error
        content = to_json(problem(error, self._path))
        headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(content)).encode())]
        await self.send({"type": "http.response.start", "status": 500, "headers": headers})
        await self.send({"type": "http.response.body", "body": content})

    def note(self) -> None:
        """Writes the log line: the route, never the address itself, which may hold what somebody searched for."""
        route = getattr(self.scope.get("route"), "path", None)
        log.info(
            "request",
            method=self._method,
            route=route,
            status=self._status,
            ms=round((perf_counter() - self._began) * 1000, 2),
            request=self.id,
        )
