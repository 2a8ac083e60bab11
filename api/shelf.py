"""Answers to the public that were made once and are given again while nothing has changed.

Whatever the public is shown follows from the ledger and the views: while both stand where they stood, the same question
has the same answer. How far both have got is read anew for every request, so an answer is never older than the last
event of any process. Nothing is kept of what somebody with a token or a session was shown.
"""

from asyncio import Event
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.etag import header, unchanged
from api.pages.messages import wants_page
from domain.errors import StemmaError

ROOM: Final = 64 * 1024 * 1024
"""Bytes of answers that are kept at most."""

LARGEST: Final = 512 * 1024
"""Bytes of an answer that is worth keeping at most."""

_OVERHEAD: Final = 2_048
"""Bytes that an answer takes besides what was sent and asked, roughly: whatever holds it together."""
_UNCHANGED: Final = frozenset({b"cache-control", b"content-location", b"date", b"etag", b"expires", b"link", b"vary"})
"""Headers of an answer that are sent with 304 too (RFC 9110, 15.4.5)."""

SIGNED: Final = ("/log/", "/audit", "/api/v1/log")
"""How the addresses begin that tell of signatures, which come and go without an event: nothing of them is kept."""

PROOF: Final = "/proof"
"""How the addresses end that have a checkpoint in them."""

Key = tuple[str, bytes, bool]
Pairs = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer to `key`. `mark` says where the ledger and the views stood before it was made, `route` what made it."""

    key: Key
    mark: Hashable
    route: Any
    tag: str
    headers: Pairs
    body: bytes

    @property
    def size(self) -> int:
        path, query, _ = self.key
        said = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.body) + said + len(path) + len(query) + _OVERHEAD

    async def give(self, scope: Scope, send: Send) -> None:
        """Answers with it: with 304 whoever has it already."""
        if unchanged(header(Headers(scope=scope), "if-none-match"), self.tag):
            headers = [pair for pair in self.headers if pair[0] in _UNCHANGED]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": self.body})


@dataclass(slots=True)
class Uses:
    """How often an answer was there, and how often it had to be made."""

    hits: int = 0
    misses: int = 0


class Shelf:
    """Stands before the application and answers in its place what the public has asked before.

    `mark` tells how far the ledger and the views have got; two equal marks mean that nothing has changed. An answer is
    kept if it is 200, has an entity tag and may be kept by others than the reader. Many who ask the same at once wait
    for one answer. What is given and made is counted in `uses`.
    """

    def __init__(self, app: ASGIApp, mark: Callable[[], Hashable], uses: Uses | None = None, room: int = ROOM) -> None:
        self._app = app
        self._mark = mark
        self._room = room
        self._uses = uses or Uses()
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._making: dict[tuple[Key, Hashable], Event] = {}
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        mark = None if key is None else self._standing()
        if key is None or mark is None:
            await self._app(scope, receive, send)
            return
        if (making := self._making.get((key, mark))) is not None:
            await making.wait()
        kept = self._kept.get(key)
        if kept is not None and kept.mark == mark:
            self._uses.hits += 1
            self._kept.move_to_end(key)
            scope["route"] = kept.route
        else:
            self._uses.misses += 1
            kept = await self._make(key, mark, scope, receive, send)
        if kept is not None:
            await kept.give(scope, send)

    async def _make(self, key: Key, mark: Hashable, scope: Scope, receive: Receive, send: Send) -> Kept | None:
        """Has the application answer. An answer that may be given again has not been sent yet; any other has."""
        made = self._making[key, mark] = Event()

        def release() -> None:
            # Whoever waits looks for the answer, and asks for it if the one who was asking has left none.
            made.set()
            if self._making.get((key, mark)) is made:
                del self._making[key, mark]

        try:
            return await self._ask(key, mark, scope, receive, _Passing(send, release))
        finally:
            release()

    async def _ask(self, key: Key, mark: Hashable, scope: Scope, receive: Receive, passing: "_Passing") -> Kept | None:
        # The condition is looked at here: the application shall make the answer, not find out that it is not needed.
        asked = [pair for pair in scope["headers"] if pair[0] != b"if-none-match"]
        inner = {**scope, "headers": asked}
        await self._app(inner, receive, passing.send)
        scope["route"] = inner.get("route")
        if passing.held is None:
            return None
        start, body = passing.held
        kept = Kept(key, mark, scope["route"], passing.tag, list(start["headers"]), body)
        if len(body) <= LARGEST:
            self._keep(kept)
        return kept

    def _keep(self, made: Kept) -> None:
        old = self._kept.pop(made.key, None)
        self._size += made.size - (0 if old is None else old.size)
        self._kept[made.key] = made
        while self._size > self._room:
            _, dropped = self._kept.popitem(last=False)
            self._size -= dropped.size

    def _standing(self) -> Hashable | None:
        """The mark; None where it cannot be told now, and the application had better say why."""
        try:
            return self._mark()
        except StemmaError:
            return None


def _key(scope: Scope) -> Key | None:
    """What is asked, if the public asks; None for anybody else and for what is no question."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    if any(name in (b"authorization", b"cookie") for name, _ in scope["headers"]):
        return None
    if scope["path"].startswith(SIGNED) or scope["path"].endswith(PROOF):
        return None
    return scope["path"], scope["query_string"], wants_page(scope)


class _Passing:
    """Lets an answer through, or holds it back as `held` (its start and its body) if it is to be kept.

    Before anything is let through, `release` is called: a client may take for ever to receive it, and nobody else
    shall have to wait for that.
    """

    def __init__(self, send: Send, release: Callable[[], None]) -> None:
        self._send = send
        self._release = release
        self._start: Message | None = None
        self.tag = ""
        self.held: tuple[Message, bytes] | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._is_worth_keeping(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            self._release()
            await self._send(message)
        elif message.get("more_body", False):
            # It comes in parts after all: whoever makes it that way has a reason.
            start, self._start = self._start, None
            self._release()
            await self._send(start)
            await self._send(message)
        else:
            self.held = self._start, message.get("body", b"")

    def _is_worth_keeping(self, start: Message) -> bool:
        headers = Headers(raw=start.get("headers", []))
        caching = headers.get("cache-control", "")
        self.tag = headers.get("etag", "")
        return (
            start["status"] == 200
            and bool(self.tag)
            and "no-store" not in caching
            and "private" not in caching
            and "content-length" in headers
        )
