"""Kept-alive connections to a server, cheap enough that a test can keep many of them busy."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

HOST: Final = "127.0.0.1"
PATIENCE: Final = 60.0
"""Seconds in which an answer has to come."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. The names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    def __str__(self) -> str:
        return f"{self.status} {self.content[:600].decode(errors='replace')}"


class Connection:
    """One connection, on which one request follows another. The first one makes it.

    A server may let an idle connection go. So where one that was used before ends without a byte of an answer, the
    request is sent once more on a new one; what is sent must be safe to give again. Any other failure is raised, as
    `ConnectionError`, `asyncio.IncompleteReadError` or `TimeoutError`.
    """

    def __init__(self, port: int, token: str | None = None) -> None:
        self._port = port
        self._always = f"Host: {HOST}\r\n" + (f"Authorization: Bearer {token}\r\n" if token else "")
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def close(self) -> None:
        if self._streams is not None:
            _, writer = self._streams
            self._streams = None
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def get(self, path: str, headers: Mapping[str, str] = {}) -> Answer:
        return await self._ask(self._head("GET", path, headers))

    async def post(self, path: str, body: Any, headers: Mapping[str, str] = {}) -> Answer:
        content = json.dumps(body).encode()
        said = {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}
        return await self._ask(self._head("POST", path, said) + content)

    def _head(self, method: str, path: str, headers: Mapping[str, str]) -> bytes:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{method} {path} HTTP/1.1\r\n{self._always}{lines}\r\n".encode()

    async def _ask(self, request: bytes) -> Answer:
        async with asyncio.timeout(PATIENCE):
            if self._streams is not None:
                with suppress(_LetGo):
                    return await _exchange(*self._streams, request)
                await self.close()
            self._streams = await asyncio.open_connection(HOST, self._port)
            return await _exchange(*self._streams, request)


class _LetGo(ConnectionError):
    """The connection had ended before an answer began."""


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> Answer:
    try:
        writer.write(request)
        await writer.drain()
        return await receive(reader)
    except ConnectionError as error:
        raise _LetGo(str(error)) from error
    except asyncio.IncompleteReadError as error:
        if error.partial or error.expected is not None:
            raise  # an answer had begun
        raise _LetGo("no answer") from error


async def receive(reader: asyncio.StreamReader) -> Answer:
    """The next answer on a connection. Raises `asyncio.IncompleteReadError` if it ends before that does."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(first.split(" ")[1])
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}
    length = 0 if status == 304 else int(headers["content-length"])
    return Answer(status, headers, await reader.readexactly(length))
