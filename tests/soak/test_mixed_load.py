"""An hour of a busy desk in some minutes: nothing is lost, nothing is left behind, and nothing grows."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from time import monotonic
from typing import Any, Final

import pytest

from domain.commands import ACTS
from tests.soak.ledgers import Opened, demand_exactly, demand_sound, opened
from tests.soak.load import Load
from tests.soak.reading import LINK, PLURALS, Address, Reader, addresses
from tests.soak.stories import story
from tests.soak.vitals import Vitals
from tests.soak.wire import PATIENCE, Connection
from tests.soak.writing import API, Book, Writer
from tests.support.listening import Heard, Wire
from tests.support.serving import Server

WRITERS: Final = 8
READERS: Final = 16
LISTENERS: Final = 4
STORIES: Final = 6
"""Stories that each writer tells while it is measured, after two to warm up: 2,784 of 3,712 commands."""

HOUR: Final = 3_600
"""Commands that a desk gives in a busy hour. Readings are six times as many."""

RECORDS_IN_MEMORY: Final = 100
"""Fewer than there are before anybody reads, so that the memory of records is full before it is measured."""

GROWTH: Final = 8 * 1024 * 1024
"""Bytes by which memory may grow over the last quarter of the measured load: 696 commands and 3,480 readings.

So a command that left 12 kB behind would be found, and a reading that left 2.4 kB. It cannot be much less: what a
process has taken of the machine is the most that it ever needed at once, and grows by megabytes when some large answers
are made at the same moment, while the interpreter has no more in use than before.
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of the hour. `before` and `after` are the vitals at rest, `course` those at work."""

    book: Book
    readings: int
    unchanged: int
    before: Vitals
    course: Sequence[Vitals]
    after: Vitals
    heard: Sequence[Sequence[Heard]]


@pytest.mark.soak
def test_a_busy_hour_loses_nothing_and_leaves_nothing_behind(tmp_path: Path) -> None:
    # Given a ledger with the example story, and a server on it
    ledger = opened(tmp_path / "data")
    server = Server(ledger.data, records_in_memory=RECORDS_IN_MEMORY)
    server.start()

    # When eight desks record, sixteen readers read and four programs follow the events, all at once
    try:
        told = asyncio.run(an_hour(server, ledger))
    finally:
        server.stop()

    # Then nothing failed, also where nobody looked, and the server ended well
    assert len(told.book.acknowledged) >= HOUR
    assert told.readings >= 6 * HOUR
    assert min(told.book.stale, told.book.bad, told.book.repeated, told.unchanged) > 0
    assert [line for line in lines_of(server.log) if line["level"] != "info" or line.get("status", 0) >= 500] == []
    assert server.exit_code == 0

    # And what was acknowledged is in the ledger, once, and nothing else is; and the listeners heard all of it
    demand_exactly(ledger, told.book)
    heard = [[event.id for event in events] for events in told.heard]
    assert [ids[: told.book.end] for ids in heard] == [list(range(1, told.book.end + 1))] * LISTENERS

    # And the server is as it was before
    demand_rest(told)
    assert growth(told.course) < GROWTH, [vitals.memory for vitals in told.course]

    # And the ledger and its views are sound
    demand_sound(ledger)


def test_the_story_gives_every_command_of_a_desk() -> None:
    given = {command.command for command in story(1)}

    assert given == {name for name, act in ACTS.items() if act.kind not in {"actor", "policy", "event"}}


# When.


async def an_hour(server: Server, ledger: Opened) -> Told:
    """Warms the server up until all that it remembers is remembered, then lets everybody work."""
    sockets, book = await sockets_of_its_own(server), Book()
    writers = [Writer(f"desk {n}", server.port, ledger.writers, book) for n in range(WRITERS)]
    first = Load(server.pid, book, writers, [])
    await first.run(1)
    await first.close()
    known = await looked_up(server, ledger, book)
    readers = [
        Reader(server.port, ledger.reader.token if n % 2 else None, known, book, Random(n)) for n in range(READERS)
    ]
    for reader in readers[:2]:
        await reader.read_all()
    load = Load(server.pid, book, writers, readers)
    await shift(server, ledger, load, 1)
    before = await at_rest(server, sockets)
    load.course.clear()
    heard = await shift(server, ledger, load, STORIES)
    after = await at_rest(server, before.files["socket"], before.threads)
    readings, unchanged = sum(reader.answered for reader in readers), sum(reader.unchanged for reader in readers)
    return Told(book, readings, unchanged, before, load.course, after, heard)


async def shift(server: Server, ledger: Opened, load: Load, stories: int) -> list[list[Heard]]:
    """So many stories of every writer, with listeners from the first event on; gives what they heard."""
    wires = [Wire(server.port, ledger.reader.token, "?after=0") for _ in range(LISTENERS)]
    listening = [asyncio.create_task(wire.listen()) for wire in wires]
    await load.run(stories)
    for wire in wires:
        await wire.reach(load.book.end)
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    await load.close()
    return [wire.source.events for wire in wires]


async def looked_up(server: Server, ledger: Opened, book: Book) -> list[Address]:
    """Every address of every record that the public can find by now, as the API describes itself."""
    position, public = book.end, Connection(server.port)
    await caught_up(public, position)
    ids: dict[str, list[str]] = {
        name: [id async for id in listed(public, f"{API}{path}?limit=200")] for path, name in PLURALS.items()
    }
    sources = [(await public.get(f"{API}/sources/{id}")).body for id in ids["source_id"]]
    snapshots = {f"{source['id']}/snapshots/{snap['id']}": snap for source in sources for snap in source["snapshots"]}
    ids |= {"snapshot": list(snapshots), "stored": [path for path, snap in snapshots.items() if snap["stored"]]}
    ids |= {"policy_number": ["1", "current"], "actor_id": [ledger.reader.actor], "position": [str(position)]}
    ids["tile"] = ["0/000", "entries/000", "0/000.p/7", "entries/000.p/7"]
    document = (await public.get(f"{API}/openapi.json")).body
    await public.close()
    return addresses(document, ids, position)


async def caught_up(connection: Connection, position: int) -> None:
    """Returns when the views have reached this position."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await connection.get(f"{API}/parties?limit=1")
            if answer.body["position"] >= position:
                return
            await asyncio.sleep(0.05)


async def listed(connection: Connection, path: str) -> AsyncIterator[str]:
    """The ids in a list, on all of its pages."""
    next_page: str | None = path
    while next_page is not None:
        answer = await connection.get(next_page)
        for item in answer.body["items"]:
            yield item["id"]
        following = LINK.match(answer.headers.get("link", ""))
        next_page = None if following is None else following[1]


async def sockets_of_its_own(server: Server) -> int:
    """How many sockets the server has open while nobody is connected."""
    connection = Connection(server.port)
    await connection.get("/healthz")
    sockets = Vitals.of(server.pid).files["socket"] - 1
    await connection.close()
    return sockets


async def at_rest(server: Server, sockets: int, threads: int = sys.maxsize) -> Vitals:
    """The vitals once no more sockets are open and no more threads are there than that.

    Threads without work leave some ten seconds later, when others are given some. Raises `AssertionError` if it does
    not come about.
    """
    deadline = monotonic() + PATIENCE
    while True:
        vitals = Vitals.of(server.pid)
        if vitals.files["socket"] <= sockets and vitals.threads <= threads:
            return vitals
        assert monotonic() < deadline, f"the server keeps what it should let go: {vitals}"
        connection = Connection(server.port)
        await connection.get("/readyz")
        await connection.close()
        await asyncio.sleep(0.2)


# Then.


def lines_of(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def demand_rest(told: Told) -> None:
    """Whether the server has given back what it took: sockets, threads, files.

    A connection to a database is kept for the next who needs one, so there are as many as were in use at once: no
    more than one for each thread that was ever at work, and one more for writing.
    """
    databases = {name for name in told.after.files if name.endswith((".db", ".db-wal", ".db-shm"))}
    others = {name: number for name, number in told.after.files.items() if name not in databases}
    assert others == {name: number for name, number in told.before.files.items() if name not in databases}
    assert told.after.threads <= told.before.threads
    most = max(vitals.threads for vitals in told.course) + 1
    assert {name: told.after.files[name] for name in databases if told.after.files[name] > most} == {}


def growth(course: Sequence[Vitals]) -> int:
    """By how many bytes memory grew from the third quarter of the load to the last: the medians.

    Before, what is remembered on purpose is still being filled: the newest events, which are kept for listeners from
    the first of them on, and whatever the allocator needs between them.
    """
    levels = [vitals.memory for vitals in course]
    quarter = len(levels) // 4
    return round(median(levels[-quarter:]) - median(levels[-2 * quarter : -quarter]))
