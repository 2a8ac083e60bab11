"""Connections to clients: how long a request may take to arrive, how long its head may be, and how many there are.

What cannot be read as HTTP is answered with a problem (RFC 9457), as everything else is.
"""

import asyncio
import sys
from http import HTTPStatus
from typing import Any, Final

import httptools
from pydantic_core import to_json
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from api.problems import MEDIA_TYPE

HEAD_TIME: Final = 10.0
"""Seconds in which the head of a request has to arrive: from the opening of the connection, or from its first byte."""

BODY_TIME: Final = 35.0
"""Seconds after which a connection is cut whose request's body is still arriving; the application answers before."""

LONGEST_HEAD: Final = 64 * 1024
"""Bytes that a request may have before its body begins: the address and all headers; and trailers behind it."""

_SAID: Final = {
    400: "What was sent cannot be read as HTTP/1.1.",
    408: "The head of the request did not arrive in time.",
    431: f"The address and the headers of a request may have {LONGEST_HEAD} bytes together.",
    501: "This server does not know the method.",
    503: "Too many connections are open. Try again later.",
}


class Connection(HttpToolsProtocol):
    """One connection. Fewer than the server's `limit_concurrency` may be open at once."""

    head_time = HEAD_TIME
    body_time = BODY_TIME

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._arriving = False
        self._in_head = False
        self._too_long = False
        self._stage = 0  # of the request being read; counted on, so that any step shows
        self._fed = 0  # bytes in which the head being read lies, which may be shorter; or since the last of the body
        self._piece = 0
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.limit_concurrency is not None and len(self.connections) >= self.limit_concurrency:
            self._refuse(503)
            return
        self._watch = self.loop.call_later(self.head_time, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        stage = self._stage
        self._piece = len(data)
        self._fed += self._piece
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._arriving and self._fed > LONGEST_HEAD:
            self._refuse(431)  # the head; or what surrounds a body in chunks: extensions and trailers
        elif stage != self._stage:
            self._watch_stage()

    # What the parser says.

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._stage += 1
        self._arriving = self._in_head = True
        self._fed = self._piece

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # a trailer is no header (RFC 9110, 6.5.1), and nobody here waits for one
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._stage += 1
        self._in_head = False
        if self._fed > LONGEST_HEAD and self._length_of_head() > LONGEST_HEAD:
            self._too_long = True
            raise ValueError("the head is too long")  # the parser stops, and its error is answered as a refusal
        self._fed = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._fed = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._stage += 1
        self._arriving = False
        super().on_message_complete()

    def _length_of_head(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    # Refusals.

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (the parser's words are not for people)
        unknown = isinstance(sys.exc_info()[1], httptools.HttpParserInvalidMethodError)
        self._refuse(431 if self._too_long else 501 if unknown else 400)

    def _head_is_late(self) -> None:
        self._watch = None
        if self._arriving:
            self._refuse(408)
        else:
            self.transport.close()

    def _body_is_late(self) -> None:
        self._watch = None
        self.transport.close()

    def _refuse(self, status: int) -> None:
        """Answers with a problem and closes; where an answer has begun, it only closes."""
        self._unwatch()
        newest: RequestResponseCycle | None = self.cycle
        if newest is None or newest.response_complete:
            self.transport.write(_problem(status))
        elif not self.pipeline and not newest.response_started:
            newest.disconnected = True  # what the application says from now on is not sent
            self.transport.write(_problem(status))
        self.transport.close()

    def _watch_stage(self) -> None:
        """Sets the time in which what is arriving now has to be there."""
        self._unwatch()
        if self._in_head:
            self._watch = self.loop.call_later(self.head_time, self._head_is_late)
        elif self._arriving:
            self._watch = self.loop.call_later(self.body_time, self._body_is_late)

    def _unwatch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None


def _problem(status: int) -> bytes:
    phrase = HTTPStatus(status).phrase
    content = to_json({"type": "about:blank", "title": phrase, "status": status, "detail": _SAID[status]})
    lines = [
        f"HTTP/1.1 {status} {phrase}",
        f"content-type: {MEDIA_TYPE}",
        f"content-length: {len(content)}",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "connection: close",
        *(["retry-after: 1"] if status == 503 else []),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content
