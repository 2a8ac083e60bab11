"""Editors at full speed, in a process of their own.

Each registers a party and goes on describing it, so that the ledger grows and its records do not. They stop when the
time is over or the server is gone, and print the positions that were acknowledged, as a JSON list.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Thread
from typing import Any, Final

from domain.ledger.sqlite import SQLiteStore

ROOT: Final = Path(__file__).parent.parent.parent


@asynccontextmanager
async def writing(port: int, token: str, editors: int, seconds: float) -> AsyncIterator[asyncio.subprocess.Process]:
    """Editors at work in a process of their own."""
    command = [sys.executable, "-m", "tests.support.writing", str(port), token, str(editors), str(seconds)]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def acknowledged(process: asyncio.subprocess.Process) -> list[int]:
    """The positions that the editors were told, once they have ended."""
    assert process.stdout is not None
    said, _ = await asyncio.gather(process.stdout.read(), process.wait())
    positions: list[int] = json.loads(said)
    return positions


def length_of(data: Path) -> int:
    """How many events are in the ledger of this data folder."""
    store = SQLiteStore(data / "ledger.db", read_only=True)
    try:
        return store.head().position
    finally:
        store.close()


class Refused(Exception):
    """The server answered that it cannot do it."""


def describe(port: int, token: str, until: float, acknowledged: list[int]) -> None:
    """Describes a party as often as it can."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    with suppress(OSError, HTTPException, Refused):
        body: dict[str, Any] = {"kind": "person", "name": "Jane Roe"}
        party = post(connection, token, "/parties", body)
        acknowledged.append(party["position"])
        while time.monotonic() < until:
            body = {"description": f"the {party['version']}th description", "reason": "It was out of date."}
            party = post(connection, token, f"/parties/{party['id']}/description", body, party["version"])
            acknowledged.append(party["position"])
    connection.close()


def post(connection: HTTPConnection, token: str, path: str, body: Any, version: int | None = None) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if version is not None:
        headers["If-Match"] = f'"v{version}"'
    connection.request("POST", f"/api/v1{path}", json.dumps(body), headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status not in (200, 201):
        raise Refused(content)
    return json.loads(content)


def main(port: int, token: str, editors: int, seconds: float) -> None:
    acknowledged: list[int] = []
    until = time.monotonic() + seconds
    threads = [Thread(target=describe, args=(port, token, until, acknowledged)) for _ in range(editors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(sorted(acknowledged)))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
