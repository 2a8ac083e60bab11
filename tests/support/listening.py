"""Listeners to the event stream: what they hear, read as WHATWG HTML says, in this process or over a socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Heard:
    """An event that was dispatched."""

    id: int
    type: str
    data: str

    @property
    def body(self) -> Any:
        return json.loads(self.data)


@dataclass(slots=True)
class EventSource:
    """Takes in bytes as they come, and keeps what a browser's EventSource would know."""

    last_id: str = ""
    retry: int | None = None
    comments: int = 0
    events: list[Heard] = field(default_factory=list)
    _rest: bytes = b""
    _id: str = ""
    _type: str = ""
    _data: list[str] = field(default_factory=list)

    @property
    def place(self) -> int:
        """The position up to which everything was heard; 0 before that is known."""
        return int(self.last_id or 0)

    def resume(self) -> None:
        """Begins anew after the connection was lost: half an event is no part of what comes now."""
        self._rest, self._id, self._type, self._data = b"", self.last_id, "", []

    def hear(self, heard: Heard) -> None:
        """Takes in an event."""
        self.events.append(heard)

    def feed(self, content: bytes) -> None:
        *lines, self._rest = (self._rest + content).split(b"\n")
        for line in lines:
            self._take(line.decode())

    def _take(self, line: str) -> None:
        if not line:
            self._dispatch()
            return
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not name:
            self.comments += 1
        elif name == "event":
            self._type = value
        elif name == "data":
            self._data.append(value)
        elif name == "id":
            self._id = value
        elif name == "retry":
            self.retry = int(value)

    def _dispatch(self) -> None:
        self.last_id = self._id
        if self._data:
            self.hear(Heard(int(self.last_id), self._type or "message", "\n".join(self._data)))
        self._type, self._data = "", []


class Wire:
    """A listener at the other end of a socket, who comes again whenever the connection is lost."""

    def __init__(self, port: int, token: str, query: str = "", source: EventSource | None = None) -> None:
        self.source = source or EventSource()
        self.connections = 0
        self._port = port
        self._token = token
        self._query = query
        self._writer: asyncio.StreamWriter | None = None
        self._news = asyncio.Event()

    async def listen(self) -> None:
        """Listens until it is cancelled. A refusal fails the test."""
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._listen_once()
            await asyncio.sleep(0.05)

    def cut(self) -> None:
        """Ends the connection, without a word, at whatever point it is."""
        if self._writer is not None:
            self._writer.transport.abort()

    async def reach(self, position: int) -> None:
        """Waits until everything up to this position was heard."""
        try:
            async with asyncio.timeout(PATIENCE):
                while self.source.place < position:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"heard up to {self.source.place}, not to {position}") from None

    async def _listen_once(self) -> None:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            self._writer.write(self._request())
            head = await reader.readuntil(b"\r\n\r\n")
            if head.startswith(b"HTTP/1.1 503 "):
                return
            assert head.startswith(b"HTTP/1.1 200 "), head.decode()
            self.connections += 1
            self.source.resume()
            async for piece in _pieces(reader):
                self.source.feed(piece)
                self._news.set()
        finally:
            self._writer.transport.abort()

    def _request(self) -> bytes:
        lines = [
            f"GET /api/v1/events/stream{self._query} HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {self._token}",
            *([f"Last-Event-ID: {self.source.last_id}"] if self.source.last_id else []),
        ]
        return "\r\n".join([*lines, "", ""]).encode()


async def _pieces(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The chunks of a chunked body, until it ends or is cut."""
    while size := int(await reader.readline() or b"0", 16):
        yield (await reader.readexactly(size + 2))[:-2]


@dataclass(slots=True)
class Strict(EventSource):
    """Takes in nothing but the event that follows. `told` holds a hash of what others were told at each position."""

    told: dict[int, int] = field(default_factory=dict)
    heard: int = 0

    def hear(self, heard: Heard) -> None:
        assert heard.id == self.heard + 1, f"{heard.id} came after {self.heard}"
        self.heard = heard.id
        assert self.told.setdefault(heard.id, hash(heard.data)) == hash(heard.data)


class Crowd:
    """The listeners, each with a task of its own."""

    def __init__(self, port: int, token: str, count: int) -> None:
        told: dict[int, int] = {}
        self._sources = [Strict(told=told) for _ in range(count)]
        self.wires = [Wire(port, token, "?after=0", source) for source in self._sources]
        self.chance = Random(20230620)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """They listen until the context ends, and hear on from where they were the next time."""
        tasks = [asyncio.create_task(wire.listen()) for wire in self.wires]
        try:
            yield
        finally:
            failed = [task.exception() for task in tasks if task.done() and not task.cancelled()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert failed == []

    @property
    def heard(self) -> set[int]:
        """How many events each of them has heard."""
        return {source.heard for source in self._sources}

    async def reach(self, position: int) -> None:
        await asyncio.gather(*(wire.reach(position) for wire in self.wires))

    def cut_some(self) -> None:
        for wire in self.chance.sample(self.wires, self.chance.randint(1, 3)):
            wire.cut()


class Ear:
    """A listener to an application in this process. While it is `deaf`, it takes nothing of what it is sent."""

    def __init__(self, app: Any, scope: Mapping[str, Any]) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.source = EventSource()
        self.sent = 0
        self._hearing = asyncio.Event()
        self._hearing.set()
        self._news = asyncio.Event()
        self._left = asyncio.Event()
        self._asked = False
        self._task = asyncio.create_task(app(scope, self._receive, self._send))
        self._task.add_done_callback(lambda _: self._news.set())

    @property
    def events(self) -> list[Heard]:
        return self.source.events

    @property
    def ids(self) -> list[int]:
        return [event.id for event in self.events]

    @property
    def is_over(self) -> bool:
        """Whether the answer has ended."""
        return self._task.done()

    async def hear(self, upto: int) -> list[Heard]:
        """Waits until the place that it was told last is this position, and gives all that it has heard."""
        await self._until(lambda: self.source.last_id != "" and self.source.place >= upto)
        return self.events

    async def hear_comments(self, count: int) -> None:
        await self._until(lambda: self.source.comments >= count)

    async def end(self) -> None:
        """Waits until the answer ends by itself."""
        async with asyncio.timeout(PATIENCE):
            await self._task

    def be_deaf(self) -> None:
        self._hearing.clear()

    def hear_again(self) -> None:
        self._hearing.set()

    async def leave(self) -> None:
        """Ends the connection from this side."""
        self._left.set()
        self._hearing.set()
        await self.end()

    async def _until(self, holds: Any) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                assert not self.is_over, f"the answer has ended: {self.status} {self.headers}"
                self._news.clear()
                await self._news.wait()

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self.sent += 1
        await self._hearing.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        elif self.status == 200:
            self.source.feed(message.get("body", b""))
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self._left.set()  # as a server does once it has sent everything
        self._news.set()
