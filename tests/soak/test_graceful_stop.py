"""A server is told to stop while eight desks record at full speed: it finishes what it has accepted, and no more."""

import asyncio
import json
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from tests.soak.ledgers import Opened, demand_exactly, demand_sound, opened
from tests.soak.stories import story
from tests.soak.wire import HOST, Answer, Connection, receive
from tests.soak.writing import API, Book, Writer
from tests.support import bodies
from tests.support.serving import Server

WRITERS: Final = 8
BEFORE: Final = 400
"""Commands that are acknowledged before the server is told to stop."""

LATE: Final = 2.0
"""Seconds for which a command that has begun leaves the server waiting after that."""


class HalfSent:
    """A command of an editor whose body comes in two pieces."""

    def __init__(self, server: Server, ledger: Opened, name: str) -> None:
        self.key = name
        self.actor = ledger.writers["ed"].actor
        self.said = bodies.party(name=name)
        self._port = server.port
        self._token = ledger.writers["ed"].token

    async def begin(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(HOST, self._port)
        body = json.dumps(self.said).encode()
        lines = [
            f"POST {API}/parties HTTP/1.1",
            f"Host: {HOST}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            f"Authorization: Bearer {self._token}",
            f'Idempotency-Key: "{self.key}"',
        ]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body[:20])
        self._rest = body[20:]
        await self._writer.drain()

    async def finish(self) -> Answer:
        self._writer.write(self._rest)
        return await receive(self._reader)

    async def close(self) -> None:
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()


@pytest.mark.soak
def test_what_was_accepted_is_finished_when_the_server_is_told_to_stop(tmp_path: Path) -> None:
    # Given a server and eight desks at work
    ledger = opened(tmp_path / "data")
    server = Server(ledger.data)
    server.start()

    # When it is told to stop, and bodies that were half sent before are completed, or never are
    try:
        book, late, answer = asyncio.run(stopped_at_work(server, ledger))
    finally:
        server.kill()

    # Then it ends well by itself, and all that was answered is recorded, and nothing else
    assert server.exit_code == 0
    assert len(book.acknowledged) > BEFORE
    assert answer.status == 201, answer
    book.note(answer, late.actor, late.key)
    demand_exactly(ledger, book)

    # And the next server on the same folder knows of it
    server.start()
    try:
        again = asyncio.run(given_again(server, ledger, late))
    finally:
        server.stop()
    assert (again.status, again.headers["idempotency-replayed"], again.content) == (201, "true", answer.content)
    demand_sound(ledger)


async def stopped_at_work(server: Server, ledger: Opened) -> tuple[Book, HalfSent, Answer]:
    """What was acknowledged, and a command with its answer of which half had come when the server was told to stop."""
    book, enough = Book(), asyncio.Event()
    late, never = HalfSent(server, ledger, "late"), HalfSent(server, ledger, "never")
    await late.begin()
    await never.begin()
    writers = [Writer(f"desk {n}", server.port, ledger.writers, book) for n in range(WRITERS)]
    async with asyncio.TaskGroup() as group:
        for number, writer in enumerate(writers):
            group.create_task(write_until_cut_off(writer, number, enough))
        await enough.wait()
        server.tell_to_stop()
        await nobody_listens(server.port)
        await asyncio.sleep(LATE)
        answer = await late.finish()
        await asyncio.to_thread(server.wait)
    await late.close()
    await never.close()
    return book, late, answer


async def write_until_cut_off(writer: Writer, number: int, enough: asyncio.Event) -> None:
    """Tells stories until the connection is gone; what is raised then says that the command was not answered."""
    with suppress(ConnectionError):
        for turn in count():
            for command in story(turn * WRITERS + number):
                await writer.give(command)
                if len(writer.book.acknowledged) >= BEFORE:
                    enough.set()
    await writer.close()


async def nobody_listens(port: int) -> None:
    """Returns when no connection can be made any more."""
    with suppress(ConnectionError):
        while True:
            _, writer = await asyncio.open_connection(HOST, port)
            writer.transport.abort()
            await asyncio.sleep(0.01)


async def given_again(server: Server, ledger: Opened, command: HalfSent) -> Answer:
    connection = Connection(server.port, ledger.writers["ed"].token)
    answer = await connection.post(f"{API}/parties", command.said, {"Idempotency-Key": f'"{command.key}"'})
    await connection.close()
    return answer
