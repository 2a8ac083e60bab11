"""A server whose disk is full or whose ledger may only be read: 503, reading goes on, and so does work afterwards."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.commandline import PROGRAM, ROOT, environment, init, program
from tests.support.needed import lacking

SECONDS: Final = 30
ROOM: Final = 1_000
"""Characters of a description: what the log of a full disk still holds is soon used up."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: Any

    def is_refusal(self, data: Path) -> bool:
        """Whether this says that the ledger cannot be reached now, when to try again, and nothing of the inside."""
        assert str(data) not in json.dumps(self.body)
        kind = (self.status, self.body["type"], self.headers["content-type"])
        return (
            kind == (503, "/problems/store-unavailable", "application/problem+json") and "retry-after" in self.headers
        )


@dataclass(frozen=True)
class Desk:
    """An editor at a server in a process of its own."""

    port: int
    token: str

    def ask(self, method: str, path: str, said: Any = None, **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"/api/v1{path}", None if said is None else json.dumps(said), sent)
        response = connection.getresponse()
        received = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(response.status, received, json.loads(response.read()))
        connection.close()
        return answer

    def create(self, key: str, room: int = 0) -> Answer:
        said = {"kind": "person", "name": key, "description": "x" * room} if room else {"kind": "person", "name": key}
        return self.ask("POST", "/parties", said, Idempotency_Key=f'"{key}"')

    def names(self, position: int) -> list[str]:
        listed = self.ask("GET", f"/parties?min_position={position}")
        assert listed.status == 200, listed.body
        return [party["name"] for party in listed.body["items"]]


@contextmanager
def served(data: Path, token: str) -> Iterator[Desk]:
    """`stemma serve` on a free port; ended in any case."""
    command = [*PROGRAM, "serve", "--port", "0", "--json"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(data), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            said = json.loads(process.stdout.readline())
            yield Desk(int(said["url"].rpartition(":")[2]), token)
        finally:
            process.kill()


def opened(data: Path) -> str:
    """A new ledger in this folder; gives an editor's token."""
    assert init(data).code == 0
    made = program(data, "token", "create", "--role", "editor", "--name", "Ed", "--json")
    return str(made.json["token"])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of eight megabytes; only root can make one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        lacking("a small file system cannot be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@contextmanager
def read_only(file: Path) -> Iterator[Callable[[], object]]:
    """Nobody may write to the file until what is given is called. No mode keeps root from it, but a mount does."""
    if os.geteuid() != 0:
        file.chmod(0o444)
        yield lambda: file.chmod(0o644)
        return
    if not all(subprocess.run(words, capture_output=True, check=False).returncode == 0 for words in mounting(file)):
        lacking("a file cannot be mounted for reading only here")
    with ExitStack() as mounted:
        # Lazily: the server may still have the file open.
        mounted.callback(subprocess.run, ["umount", "-l", str(file)], check=True)
        yield mounted.close


def mounting(file: Path) -> list[list[str]]:
    return [["mount", "--bind", str(file), str(file)], ["mount", "-o", "remount,bind,ro", str(file)]]


def fill(ballast: Path) -> None:
    """Leaves no room on the file system."""
    with ballast.open("wb", buffering=0) as file:
        for size in (65_536, 4_096):
            while True:
                try:
                    file.write(b"x" * size)
                except OSError:
                    break


def test_on_a_full_disk_nothing_is_recorded_and_work_goes_on_when_there_is_room(small_disk: Path) -> None:
    data, ballast = small_disk / "data", small_disk / "ballast"
    with served(data, opened(data)) as desk:
        desk.create("before")
        fill(ballast)

        answers = [desk.create("n0", ROOM)]
        while answers[-1].status == 201:
            answers.append(desk.create(f"n{len(answers)}", ROOM))
        *stored, refused = answers

        assert refused.is_refusal(data)
        assert all(desk.ask("GET", f"/parties/{answer.body['id']}").status == 200 for answer in stored)

        ballast.unlink()
        again = desk.create(f"n{len(stored)}", ROOM)
        assert (again.status, "idempotency-replayed" in again.headers) == (201, False)
        assert desk.names(again.body["position"]) == ["before", *(f"n{number}" for number in range(len(answers)))]
    assert program(data, "verify", "--json").code == 0


def test_a_ledger_that_may_only_be_read_is_read_and_work_goes_on_when_it_may_be_written(tmp_path: Path) -> None:
    data = tmp_path / "data"
    token = opened(data)
    with read_only(data / "ledger.db") as lift, served(data, token) as desk:
        assert desk.create("k").is_refusal(data)
        assert desk.names(0) == []

        lift()
        again = desk.create("k")
        assert (again.status, "idempotency-replayed" in again.headers) == (201, False)
        assert desk.names(again.body["position"]) == ["k"]
