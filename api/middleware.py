"""What stands around every request, as plain ASGI.

Quotas and the time in which a body has to arrive; security headers, HEAD, one log line, metrics; the last safety net.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any, Final
from uuid import uuid4

import structlog
from pydantic_core import to_json
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answers import API
from api.exchange import noted
from api.limits import Limits
from api.metrics import DESK, NOWHERE, Metrics
from api.pages.messages import message, wants_page
from api.problems import MEDIA_TYPE, TooSlow, exceeded, problem

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

_DESKS: Final = (f"{API}/actors", f"{API}/events", f"{API}/worklist", "/worklist")
"""How the routes begin that only the desk may read: their numbers would tell when and how it works."""

BODY_TIME: Final = 30.0
"""Seconds in which the body of a request has to arrive whole."""

log = structlog.get_logger("stemma.http")


class Frame:
    """Wraps the application. An error that nobody expected becomes a problem, and is logged without its message.

    A message may hold what somebody typed; the places in the code do not.
    """

    def __init__(self, app: ASGIApp, limits: Limits, metrics: Metrics, body_time: float = BODY_TIME) -> None:
        self._app = app
        self._limits = limits
        self._metrics = metrics
        self._body_time = body_time

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        client = scope.get("client")
        admission = self._limits.admit(
            scope["method"], scope["path"], None if client is None else client[0], scope["headers"]
        )
        exchange.noted.headers += admission.headers
        self._metrics.under_way += 1
        try:
            if admission.exceeded is not None:
                self._metrics.limited(admission.exceeded)
                await exchange.turn_away(admission.exceeded, receive)
                return
            await self._app(exchange.scope, _in_time(scope, receive, self._body_time), exchange.send)
        except ClientDisconnect:
            pass  # there is nobody to answer
        except Exception as error:  # noqa: BLE001 (whoever asked gets an answer, whatever it was)
            places = _places(error)
            log.error("unexpected error", error=type(error).__name__, at=places, request=exchange.id)  # noqa: TRY400
            await exchange.fail(error, receive)
        finally:
            self._metrics.under_way -= 1
            self._limits.settle(admission, exchange.noted)
            exchange.note(self._metrics)


def _in_time(scope: Scope, receive: Receive, seconds: float) -> Receive:
    """What gives the body, and raises `TooSlow` when it has not come whole in that time. Without a body, as it was."""
    if not _has_body(scope):
        return receive
    deadline = asyncio.get_running_loop().time() + seconds
    arrived = False

    async def timed() -> Message:
        nonlocal arrived
        if arrived:
            return await receive()
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            raise TooSlow(f"The body has to arrive within {seconds:g} seconds.") from None
        arrived = not message.get("more_body", False)
        return message

    return timed


def _places(error: BaseException) -> list[str]:
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places


def _has_body(scope: Scope) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.id = uuid4().hex
        self._head = scope["method"] == "HEAD"
        self.scope: dict[str, Any] = {**scope, "method": "GET"} if self._head else dict(scope)
        self.noted = noted(self.scope)
        self._method = scope["method"]
        self._path = scope["path"]
        self._send: Callable[[Message], Awaitable[None]] = send
        self._status = 0
        self._is_complete = False
        self._began = perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = list(message.get("headers", ()))
            said = {name for name, _ in headers}
            headers.extend(header for header in SECURITY_HEADERS if header[0] not in said)
            headers += self.noted.headers
            headers.append((b"x-request-id", self.id.encode()))
            message = {**message, "headers": headers}
        elif self._head and message["type"] == "http.response.body":
            # The first piece is the last: an answer that comes in pieces may have no end.
            if self._is_complete:
                return
            self._is_complete = True
            message = {**message, "body": b"", "more_body": False}
        await self._send(message)

    async def turn_away(self, quota: str, receive: Receive) -> None:
        """Answers that a quota is used up: with a page for somebody who looks for one."""
        if wants_page(self.scope):
            await message(429)(self.scope, receive, self.send)
        else:
            await self._answer(429, to_json(exceeded(quota, self._path)))

    async def fail(self, error: Exception, receive: Receive) -> None:
        """Answers with a problem, or a page, unless an answer has begun: then the connection is cut by raising."""
        if self._status:
            raise error
        if wants_page(self.scope):
            await message(500)(self.scope, receive, self.send)
        else:
            await self._answer(500, to_json(problem(error, self._path)))

    async def _answer(self, status: int, content: bytes) -> None:
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(content)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": content})

    def note(self, metrics: Metrics) -> None:
        """Counts the answer and writes the log line: the route, never the address, which may hold what was searched."""
        route = getattr(self.scope.get("route"), "path", None)
        seconds = perf_counter() - self._began
        metrics.answered(self._method, _counted_as(self._method, route), self._status, seconds)
        log.info(
            "request",
            method=self._method,
            route=route,
            status=self._status,
            ms=round(seconds * 1000, 2),
            request=self.id,
        )


def _counted_as(method: str, route: str | None) -> str:
    """The route under which a request is counted: the desk's are all one, and so is whatever is none of ours."""
    if route is None:
        return NOWHERE
    is_command = method == "POST" and route.startswith(API)
    return DESK if is_command or route.startswith(_DESKS) else route
