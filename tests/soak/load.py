"""Writers and readers at one server at once, in step: so many readings for every command."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from time import monotonic
from typing import Final

from tests.soak.reading import Reader
from tests.soak.stories import story
from tests.soak.vitals import Vitals
from tests.soak.writing import Book, Writer

READINGS: Final = 5
"""Readings for every command."""

AHEAD: Final = 20 * READINGS
"""By how many readings the writers may be ahead of the readers."""

SAMPLE: Final = 20
"""Commands after which the vitals of the server are looked at again."""


class Load:
    """What a server is given to do. `course` are its vitals meanwhile, `readings` how many addresses were read.

    Whatever a writer or a reader raises ends everything, and says when it was.
    """

    def __init__(self, pid: int, book: Book, writers: Sequence[Writer], readers: Sequence[Reader]) -> None:
        self._pid = pid
        self.book = book
        self._writers = writers
        self._readers = readers
        self._numbers = count()
        self._due: asyncio.Queue[bool] = asyncio.Queue(AHEAD)
        self._began = monotonic()
        self.course: list[Vitals] = []
        self.readings = 0

    async def run(self, stories: int) -> None:
        """Every writer tells so many stories, one after another, while the readers keep in step."""
        async with asyncio.TaskGroup() as all_of_them:
            for reader in self._readers:
                all_of_them.create_task(self._read(reader))
            async with asyncio.TaskGroup() as writing:
                for writer in self._writers:
                    writing.create_task(self._write(writer, stories))
            for _ in self._readers:
                await self._due.put(False)

    async def close(self) -> None:
        """Ends all connections; whoever asks again makes another."""
        for writer in self._writers:
            await writer.close()
        for reader in self._readers:
            await reader.close()

    async def _write(self, writer: Writer, stories: int) -> None:
        for number in [next(self._numbers) for _ in range(stories)]:
            for command in story(number):
                with self._saying_when():
                    await writer.give(command)
                if len(self.book.acknowledged) % SAMPLE == 0:
                    self.course.append(Vitals.of(self._pid))
                for _ in range(READINGS if self._readers else 0):
                    await self._due.put(True)

    async def _read(self, reader: Reader) -> None:
        while await self._due.get():
            with self._saying_when():
                await reader.read()
            self.readings += 1

    @contextmanager
    def _saying_when(self) -> Iterator[None]:
        try:
            yield
        except Exception as problem:
            seconds, commands = monotonic() - self._began, len(self.book.acknowledged)
            problem.add_note(f"after {seconds:.1f} seconds, {commands} commands and {self.readings} readings")
            raise
