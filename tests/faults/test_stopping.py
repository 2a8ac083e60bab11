"""A server that is told to stop finishes what it has accepted, and the next one has all of it."""

import json
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from time import sleep
from typing import Any, Final

import pytest

from tests.support import bodies
from tests.support.commandline import Served, init, program, serving

SECONDS: Final = 30
LATE: Final = 0.5
"""Seconds for which a request that has begun leaves the server waiting."""


@dataclass(frozen=True)
class Sender:
    """Somebody who sends a request bit by bit."""

    connection: socket.socket
    request: bytes

    def send(self, begin: int, end: int | None = None) -> None:
        self.connection.sendall(self.request[begin:end])

    def answer(self) -> tuple[int, str, Any]:
        """The status, what it says of the connection, and the body."""
        response = HTTPResponse(self.connection, method="POST")
        response.begin()
        return response.status, response.headers["connection"], json.loads(response.read())

    def is_cut(self) -> bool:
        """Whether the connection ends without an answer."""
        with suppress(ConnectionResetError):
            return self.connection.recv(1) == b""
        return True


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    assert init(folder).code == 0
    return folder


@pytest.fixture
def token(data: Path) -> str:
    return str(program(data, "token", "create", "--role", "editor", "--name", "Ed", "--json").json["token"])


@pytest.fixture
def open_sockets() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def port_of(served: Served) -> int:
    return int(served.said["url"].rpartition(":")[2])


def sender(served: Served, token: str, name: str, stack: ExitStack) -> Sender:
    body = json.dumps(bodies.party(name=name)).encode()
    head = (
        "POST /api/v1/parties HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", port_of(served)), timeout=SECONDS))
    return Sender(connection, head.encode() + body)


def wait_until_nobody_listens(port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=SECONDS).close()
        except ConnectionError:
            return
        sleep(0.01)


def names(served: Served, token: str, position: int = 1) -> list[str]:
    connection = HTTPConnection("127.0.0.1", port_of(served), timeout=SECONDS)
    path, headers = f"/api/v1/parties?min_position={position}", {"Authorization": f"Bearer {token}"}
    connection.request("GET", path, headers=headers)
    listed = json.loads(connection.getresponse().read())
    connection.close()
    return [party["name"] for party in listed["items"]]


def test_a_request_whose_body_is_half_sent_is_finished_and_recorded(
    data: Path, token: str, open_sockets: ExitStack
) -> None:
    with serving(data, "serve") as served:
        # Given a request whose head is there and half of its body, one with half a head, and one that has not begun
        begun, hardly, silent = (sender(served, token, name, open_sockets) for name in ("begun", "hardly", "silent"))
        half = len(begun.request) - 20
        begun.send(0, half)
        hardly.send(0, 30)
        assert names(served, token) == []  # asked later and answered: what was sent before has arrived

        # When the server is told to stop, and the rest of the body comes well after it has let the others go
        served.process.send_signal(signal.SIGTERM)
        wait_until_nobody_listens(port_of(served))
        assert hardly.is_cut()
        assert silent.is_cut()
        sleep(LATE)
        begun.send(half)

        # Then that request is answered, and the server ends well
        status, connection, party = begun.answer()
        assert (status, connection, party["name"]) == (201, "close", "begun")
        assert served.process.wait(SECONDS) == 0

    # And the next server has it, and nothing else
    with serving(data, "serve") as served:
        assert names(served, token, party["position"]) == ["begun"]
