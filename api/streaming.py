"""The live stream of the ledger's events, for many listeners at once: server-sent events, as WHATWG HTML has them.

However many listen, each new event is read once and rendered once, by one follower of the store's head, whoever wrote
it. The newest rendered events are kept in a ring of bounded size, from which all listeners are served. Whoever is
behind the ring, because of beginning in the past or of reading slowly, is served from the store in small batches. A
listener that has everything waits without a thread and without a connection to the store; one that does not take what
it is sent is sent nothing more until it does.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.answers import VARY
from api.entries import Wanted
from api.ring import Frame, Ring, read_back
from domain.concealment import Concealment
from domain.errors import StemmaError, Unavailable
from domain.ledger.rows import Row
from domain.ledger.store import Store

MOST: Final = 1_000
"""How many may listen to one process at the same time."""

BEAT: Final = 15.0
"""Seconds without an event after which a listener is sent a sign of life."""

RETRY: Final = 2_000
"""Milliseconds after which a listener that lost the connection is asked to come again."""

_BATCH: Final = 500
_READERS: Final = 2  # listeners behind the ring that are read for at the same time
_PACE: Final = 0.05  # seconds between readings while commits follow one another closely
_LOOK: Final = 0.1  # seconds that the follower's thread waits for a commit before it looks whether it is needed
_PAUSE: Final = 1.0  # seconds until the store is asked again after it could not be read

log = structlog.get_logger("stemma.stream")


class Hub:
    """All listeners of one process, and the one follower that serves them. It belongs to the event loop.

    While nobody listens it holds nothing and does nothing.
    """

    def __init__(self, store: Store, concealment: Concealment, most: int = MOST) -> None:
        self.store = store
        self.concealment = concealment
        self.closed = False
        self._most = most
        self._listeners: set[Listener] = set()
        self._follower: asyncio.Task[None] | None = None
        self.ring = Ring(0)
        self.readers = asyncio.Semaphore(_READERS)

    @property
    def listeners(self) -> int:
        """How many are listening."""
        return len(self._listeners)

    def listen(self, after: int, wanted: Wanted, is_welcome: Callable[[], bool]) -> "EventStream":
        """An answer that goes on with every wanted event after this position, in order, each of them once.

        `is_welcome` is asked before anything is sent; once it says no, the answer ends. Raises `Unavailable` if too
        many are listening, and when the process is about to stop.
        """
        if self.closed:
            raise Unavailable("The server is stopping.")
        if len(self._listeners) >= self._most:
            raise Unavailable(f"{self._most} are listening already.")
        return EventStream(self, Listener(self, after, wanted, is_welcome))

    def close(self) -> None:
        """Ends every stream where it is; its listener goes on elsewhere, or here after a restart."""
        self.closed = True
        self._wake()

    @contextmanager
    def seat(self, listener: "Listener") -> Iterator[None]:
        """Counts the listener until the context ends. The first one starts the follower, the last one ends it."""
        if self._follower is None:
            self.ring = Ring(self.store.head().position)
            self.readers = asyncio.Semaphore(_READERS)
            self._follower = asyncio.create_task(self._follow())
        self._listeners.add(listener)
        try:
            yield
        finally:
            self._listeners.discard(listener)
            if not self._listeners:
                self._follower.cancel()
                self._follower = None
                self.ring = Ring(0)

    async def _follow(self) -> None:
        while True:
            try:
                frames, changed = await asyncio.to_thread(self._read_on, self.ring.last)
            except Exception as error:  # noqa: BLE001 (the follower outlives whatever it was)
                log.error("the event stream cannot go on", error=type(error).__name__)  # noqa: TRY400
                await asyncio.sleep(_PAUSE)
                continue
            if frames:
                self.ring.add(frames)
                self.ring.replace(changed)
                self._wake()
            if 0 < len(frames) < _BATCH:
                # Lets small commits come together: it costs every listener as much to be sent one event as fifty.
                await asyncio.sleep(_PACE)

    def _read_on(self, after: int) -> tuple[list[Frame], list[Frame]]:
        """The events that are new, and those before whose words they erase."""
        if self.store.wait(after, _LOOK) <= after:
            return [], []
        rows = self.store.rows(after, _BATCH)
        self.concealment.catch_up()
        erased = [position for _, positions in self.concealment.erasing(after) for position in positions]
        changed = [row for position in erased for row in self.store.rows(position - 1, 1)]
        return [self._frame(row) for row in rows], [self._frame(row) for row in changed]

    def _frame(self, row: Row) -> Frame:
        return Frame.of(row, self.concealment)

    def _wake(self) -> None:
        for listener in self._listeners:
            listener.news.set()


class Listener:
    """One who listens: where in the ledger, to what, and whether still welcome."""

    def __init__(self, hub: Hub, after: int, wanted: Wanted, is_welcome: Callable[[], bool]) -> None:
        self.news = asyncio.Event()
        self._hub = hub
        self._at = after
        self._wanted = wanted
        self._is_welcome = is_welcome

    async def chunks(self) -> AsyncIterator[bytes]:
        """What is sent, piece by piece. Every piece ends with whole events."""
        yield b"retry: %d\n%s" % (RETRY, self._place())
        while True:
            try:
                chunk = await self._next()
            except StemmaError as error:
                log.warning("an event stream was cut", error=type(error).__name__)
                return
            # Asked last: what was recorded before somebody lost the right is all that they may have been sent.
            if self._hub.closed or not self._is_welcome():
                return
            yield chunk

    def _place(self) -> bytes:
        """The place up to which there is nothing more to send. A client notes it, and makes no event of it."""
        return b"id: %d\n\n" % self._at

    async def _next(self) -> bytes:
        """The next events, or a sign of life when it is time for one."""
        until = asyncio.get_running_loop().time() + BEAT
        while not self._hub.closed:
            if self._at < self._hub.ring.last:
                chunk, self._at = await self._read()
                if chunk:
                    return chunk
            elif not await self._is_woken(until):
                break
        return b":\n" + self._place()

    async def _read(self) -> tuple[bytes, int]:
        ring = self._hub.ring
        if self._at + 1 >= ring.first:
            return ring.after(self._at, self._wanted)
        async with self._hub.readers:
            return await run_in_threadpool(read_back, self._hub.store, self._hub.concealment, self._at, self._wanted)

    async def _is_woken(self, until: float) -> bool:
        """Waits for news; False if there were none by then."""
        self.news.clear()
        try:
            async with asyncio.timeout_at(until):
                await self.news.wait()
        except TimeoutError:
            return False
        return True


class EventStream(StreamingResponse):
    """The answer to one listener. It lasts until somebody ends it."""

    media_type = "text/event-stream"

    def __init__(self, hub: Hub, listener: Listener) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": VARY}
        super().__init__(listener.chunks(), headers=headers)
        self._hub = hub
        self._listener = listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._hub.seat(self._listener):
            await super().__call__(scope, receive, send)
