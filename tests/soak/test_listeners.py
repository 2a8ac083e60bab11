"""Two hundred listeners, writers at full speed, cuts at random moments: every event once, in order, in flat memory."""

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Final

import pytest

from tests.support.listening import PATIENCE, Crowd
from tests.support.serving import Server, stemma
from tests.support.writing import acknowledged, length_of, writing

LISTENERS: Final = 200
EDITORS: Final = 8
SECONDS: Final = 30.0
GROWTH: Final = 12 * 1024
"""KiB by which the server's memory may grow from the first half of the run to the second.

What is kept for everybody fills up meanwhile, by some 3 MiB where the machine is slow; a listener for whom as little as
100 KiB is kept would be too much.
"""
CONNECTIONS_KEPT: Final = 100
"""Files of the ledger and the views that a server keeps open for its threads, at most."""
STOPPED: Final = "timeout graceful shutdown exceeded"
"""What the server logs when it had to give up on somebody."""


class Watched(Server):
    """A server whose memory and files are looked at."""

    @property
    def memory(self) -> int:
        """Resident memory in KiB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0])

    @property
    def files(self) -> tuple[int, int]:
        """How many sockets are open, and how many other files."""
        opened = []
        for descriptor in Path(f"/proc/{self.pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                opened.append(str(descriptor.readlink()))
        sockets = sum(name.startswith("socket:") for name in opened)
        return sockets, len(opened) - sockets


async def watch(server: Watched, crowd: Crowd, seconds: float) -> list[int]:
    """Cuts connections now and then; gives what the server's memory was, twice a second."""
    memory: list[int] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        await asyncio.sleep(0.25)
        crowd.cut_some()
        await asyncio.sleep(0.25)
        memory.append(server.memory)
    return memory


async def work(server: Watched, crowd: Crowd, editor: str) -> list[int]:
    """Writers at full speed, connections that are cut; afterwards everything is as it was. Gives what was written."""
    sockets, others = server.files
    async with crowd.listening(), writing(server.port, editor, EDITORS, SECONDS) as writers:
        memory = await watch(server, crowd, SECONDS)
        written = await acknowledged(writers)
        await crowd.reach(written[-1])
        assert server.files[0] >= LISTENERS
    async with asyncio.timeout(PATIENCE):
        while server.files[0] > sockets:  # noqa: ASYNC110 (nobody tells when the server has closed one)
            await asyncio.sleep(0.1)
    assert server.files[1] <= others + CONNECTIONS_KEPT

    warm = memory[len(memory) // 4 :]
    half = len(warm) // 2
    assert median(warm[half:]) - median(warm[:half]) < GROWTH, memory
    return written


async def settled(server: Watched) -> int:
    """Where the ledger ends, once the signer has committed to what it found."""
    head = -1
    while (now := length_of(server.data)) != head:
        head = now
        await asyncio.sleep(1.0)
    return head


async def stop(server: Watched, crowd: Crowd, editor: str, written: list[int]) -> None:
    """Told to stop while everybody listens and writes, it does; once it is back, they hear what they have missed."""
    async with crowd.listening(), writing(server.port, editor, EDITORS, PATIENCE) as writers:
        await crowd.reach(written[-1] + 50)
        await asyncio.to_thread(server.stop)
        assert server.exit_code == 0
        assert STOPPED not in server.log.read_text(encoding="utf-8")
        head, written = length_of(server.data), await acknowledged(writers)
        assert written[-1] <= head

        await asyncio.to_thread(server.start)
        head = await settled(server)
        await crowd.reach(head)
    assert crowd.heard == {head}
    assert all(wire.connections > 1 for wire in crowd.wires)


@pytest.mark.soak
def test_two_hundred_listeners_hear_every_event_once_in_flat_memory(tmp_path: Path) -> None:
    data = tmp_path / "data"
    stemma("init", "--name", "Soak desk", "--origin", "127.0.0.1/soak", "--base-url", "http://127.0.0.1", data=data)
    editor = stemma("token", "create", "--role", "editor", "--name", "Desk editor", data=data)["token"]
    auditor = stemma("token", "create", "--role", "auditor", "--name", "Auditor", data=data)["token"]
    server = Watched(data)
    crowd = Crowd(server.port, auditor, LISTENERS)

    async def play() -> None:
        written = await work(server, crowd, editor)
        await stop(server, crowd, editor, written)

    server.start()
    try:
        server.get("/healthz", auditor)
        asyncio.run(play())
    finally:
        if server.exit_code is None:
            server.stop()
