"""The line to one witness: HTTP with the standard library, one request at a time, each within a bounded time.

No redirect is followed, no proxy is used, and no answer is longer than a note may be. Certificates are verified by the
system's authorities (or those of SSL_CERT_FILE).
"""

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Timer
from typing import Final
from urllib.parse import urlsplit

from domain.errors import InvalidInput
from domain.tlog.note import MAX_NOTE

_HEADERS: Final = {"User-Agent": "stemma", "Content-Type": "text/plain; charset=utf-8"}


class Unreachable(Exception):
    """There was no answer, or none that can be read."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The status, type and body of an answer."""

    status: int
    type: str
    body: bytes


class Line:
    """Requests below the prefix `url`, each of `timeout` seconds at most. The connection is kept between them.

    One thread asks at a time; any may `cut`. Raises `InvalidInput` if `url` is no http or https address without user,
    query and fragment.
    """

    def __init__(self, url: str, timeout: float) -> None:
        self._timeout = timeout
        self._connection, self._prefix = _connection(url, timeout)
        self._used = False
        self._is_late = self._is_cut = False

    def post(self, path: str, body: bytes) -> Reply:
        """The answer to a POST. It may arrive there twice. Raises `Unreachable`."""
        return self._ask("POST", path, body)

    def get(self, path: str) -> Reply:
        """The answer to a GET. Raises `Unreachable`."""
        return self._ask("GET", path, None)

    def cut(self) -> None:
        """Ends the request that is under way, if any, and every later one."""
        self._is_cut = True
        self._shut()

    def _shut(self) -> None:
        taken = self._connection.sock
        if taken is not None:
            with suppress(OSError):
                # That of the base class: TLS must not be touched while another thread reads from it.
                socket.socket.shutdown(taken, socket.SHUT_RDWR)

    def close(self) -> None:
        """Ends the connection. The next request opens another."""
        self._used = False
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None) -> Reply:
        if self._used:
            try:
                return self._once(method, path, body)
            except Unreachable:
                if self._is_late or self._is_cut:
                    raise
                # The other side may just have ended a connection that was idle.
        return self._once(method, path, body)

    def _once(self, method: str, path: str, body: bytes | None) -> Reply:
        self._is_late = False
        watch = Timer(self._timeout, self._end_late)
        watch.daemon = True
        watch.start()
        try:
            self._demand_time()
            self._connection.request(method, f"{self._prefix}/{path}", body, _HEADERS)
            self._demand_time()  # while it was being opened there was nothing to shut
            response = self._connection.getresponse()
            content = _read(response)
            self._demand_time()
            self._used = True
            return Reply(response.status, response.headers.get("Content-Type", ""), content)
        except (OSError, HTTPException, ValueError) as error:
            self.close()
            raise Unreachable(str(error) or type(error).__name__) from error
        finally:
            watch.cancel()

    def _end_late(self) -> None:
        self._is_late = True
        self._shut()

    def _demand_time(self) -> None:
        """An answer that was cut short may look whole: its headers, and a body without length, end where it ends."""
        if self._is_late or self._is_cut:
            raise HTTPException("it took too long" if self._is_late else "the line is cut")


def _read(response: HTTPResponse) -> bytes:
    content = response.read(MAX_NOTE + 1)
    if len(content) > MAX_NOTE:
        raise HTTPException(f"the answer has more than {MAX_NOTE} bytes")
    if response.length:
        raise HTTPException("the answer was cut short")
    return content


def _connection(url: str, timeout: float) -> tuple[HTTPConnection, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidInput(f"{url!r} is no address of a witness.") from None
    plain = parts.username is None and not parts.query and not parts.fragment and url.isascii()
    if not plain or not parts.hostname or parts.scheme not in {"http", "https"}:
        raise InvalidInput(f"{url!r} is no address of a witness: https://, a host, and a path at most.")
    prefix = parts.path.rstrip("/")
    if parts.scheme == "http":
        return HTTPConnection(parts.hostname, port, timeout=timeout), prefix
    return HTTPSConnection(parts.hostname, port, timeout=timeout, context=ssl.create_default_context()), prefix
