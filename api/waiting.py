"""Waiting, on an event loop, for what other threads finish: woken once for many.

`asyncio.wrap_future` wakes the loop for every future by itself, through a system call. The ledger's writer resolves
the futures of a whole transaction one after another; here the first of them wakes the loop, which then takes them all.
"""

import asyncio
from collections import deque
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Mailbox:
    """What was finished in other threads and not yet taken by the loop on which the mailbox was made."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._finished: deque[tuple[asyncio.Future[Any], Future[Any]]] = deque()
        self._woken = False

    async def result(self, future: "Future[T]") -> T:
        """What the future comes to. Giving up waiting does not take back what was handed over."""
        waiting: asyncio.Future[T] = self._loop.create_future()
        future.add_done_callback(lambda done: self._finish(waiting, done))
        return await waiting

    def _finish(self, waiting: "asyncio.Future[Any]", done: "Future[Any]") -> None:
        self._finished.append((waiting, done))
        if not self._woken:
            # Before the loop is called: what is appended from here on is taken by this call, or wakes it once more.
            self._woken = True
            self._loop.call_soon_threadsafe(self._take)

    def _take(self) -> None:
        self._woken = False
        while self._finished:
            waiting, done = self._finished.popleft()
            if waiting.done():
                continue
            error = done.exception()
            if error is None:
                waiting.set_result(done.result())
            else:
                waiting.set_exception(error)
