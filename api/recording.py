"""Records orders on an event loop: decided at once, waited for until they are on disk, without holding up others."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from api.waiting import Mailbox
from domain.errors import KeyTaken, Unavailable, VersionConflict
from domain.newsroom import ATTEMPTS, Newsroom, Outcome
from domain.session import Order
from domain.streams import Loaded


@dataclass(slots=True)
class _Turn:
    """What belongs to one event loop: its mailbox, and the queue of those who have lost a race."""

    mailbox: Mailbox = field(default_factory=Mailbox)
    queue: asyncio.Lock = field(default_factory=asyncio.Lock)


class Recorder:
    """Gives orders to a newsroom, as `Newsroom.record` does, from any event loop."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        self._turns: WeakKeyDictionary[asyncio.AbstractEventLoop, _Turn] = WeakKeyDictionary()

    async def record(self, order: Order, desk: Loaded | None = None) -> Outcome:
        """Decides and stores one order; returns when it is on disk. Raises `Refused` and `Unavailable` errors.

        `desk` is the desk as the caller has just loaded it.
        """
        turn = self._turn()
        if not turn.queue.locked():
            with suppress(VersionConflict):
                return await self._attempt(turn.mailbox, order, desk)
        # Whoever lost a race waits for a turn, and newcomers queue behind: racing on, some would lose every time.
        async with turn.queue:
            for _ in range(ATTEMPTS):
                with suppress(VersionConflict):
                    return await self._attempt(turn.mailbox, order)
        raise Unavailable("Others keep changing the same record; try again.")

    async def _attempt(self, mailbox: Mailbox, order: Order, desk: Loaded | None = None) -> Outcome:
        decided = self.newsroom.decide(order, desk)
        if isinstance(decided, Outcome):
            return decided
        try:
            (appended,) = await mailbox.result(self.newsroom.submit([decided]))
        except KeyTaken as taken:
            return self.newsroom.replay(order, taken.remembered)
        return self.newsroom.finish(decided, appended)

    def _turn(self) -> _Turn:
        loop = asyncio.get_running_loop()
        turn = self._turns.get(loop)
        if turn is None:
            turn = self._turns[loop] = _Turn()
        return turn
