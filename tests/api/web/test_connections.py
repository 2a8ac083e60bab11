"""Connections to the real server: what cannot be read, is too long or comes too slowly, and whom a proxy names."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from threading import Thread
from time import sleep
from typing import Any, cast

import pytest
import uvicorn

from api.app import create_app
from api.connections import LONGEST_HEAD, Connection
from api.middleware import Frame
from tests.api.web.office import Office

GET = b"GET /healthz HTTP/1.1\r\nHost: desk.example\r\n"
AWHILE = 30


class Patient(Connection):
    """A connection that would wait for the whole test."""

    head_time = 100.0
    body_time = 100.0


class HastyForHeads(Patient):
    """A connection that waits for no head for long."""

    head_time = 0.3


class HastyForBodies(Patient):
    """A connection that waits for no body for long."""

    body_time = 0.3


@contextmanager
def serving(app: Any, connection: type[Connection] = Patient, **options: Any) -> Iterator[int]:
    """The application behind a socket; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", http=connection, **options)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server did not start"
                sleep(0.01)
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


class Wire:
    """A bare connection, for what no client would send."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def send(self, *pieces: bytes) -> "Wire":
        with suppress(ConnectionError):  # the server may have had enough: what it said is still to be read
            for piece in pieces:
                self._socket.sendall(piece)
        return self

    def trickle(self, pieces: int) -> int:
        """Sends a letter now and then until the server closes; gives how many it took."""
        for sent in range(pieces):
            try:
                self._socket.sendall(b"a")
            except ConnectionError:
                return sent
            sleep(0.03)
        return pieces

    def all(self) -> bytes:
        """Everything until the server closes."""
        data = b""
        with suppress(ConnectionResetError):
            while piece := self._socket.recv(65_536):
                data += piece
        return data

    def until(self, end: bytes) -> bytes:
        data = b""
        while end not in data:
            data += (piece := self._socket.recv(65_536))
            assert piece, data
        return data


Dial = Callable[[int], Wire]


@pytest.fixture
def dial() -> Iterator[Dial]:
    """Opens connections to a port; they are closed when the test ends."""
    with ExitStack() as stack:
        yield lambda port: Wire(stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=AWHILE)))


def told(data: bytes) -> tuple[int, dict[str, Any]]:
    """The status and the problem of the last answer, which says that the connection ends."""
    head, _, content = data.rpartition(b"\r\n\r\n")
    lines = head[head.rindex(b"HTTP/1.1 ") :].decode().lower().split("\r\n")
    assert "content-type: application/problem+json" in lines
    assert "connection: close" in lines
    problem = json.loads(content)
    assert problem["status"] == int(lines[0].split()[1])
    return problem["status"], problem


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 501),
        (b"get / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        (b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    ],
)
def test_what_is_no_http_is_answered_with_a_problem(office: Office, dial: Dial, sent: bytes, status: int) -> None:
    with serving(office.app) as port:
        assert told(dial(port).send(sent).all())[0] == status


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /" + b"a" * LONGEST_HEAD + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * LONGEST_HEAD + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * (LONGEST_HEAD // 6) + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 10 * LONGEST_HEAD,
    ],
    ids=["address", "header", "headers", "endless"],
)
def test_a_head_that_is_too_long_is_refused(office: Office, dial: Dial, sent: bytes) -> None:
    with serving(office.app) as port:
        assert told(dial(port).send(sent).all())[0] == 431


def test_a_head_that_just_fits_is_answered_and_so_is_a_large_body_behind_it(office: Office, dial: Dial) -> None:
    long = GET + b"X: " + b"a" * (LONGEST_HEAD - 200) + b"\r\n"
    with serving(office.app) as port:
        wire = dial(port)
        assert wire.send(long + b"\r\n").until(b"alive").startswith(b"HTTP/1.1 200")
        post = b"POST /api/v1/parties HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + b"a" * 500_000
        assert wire.send(post).until(b"\r\n\r\n").startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize(
    "sent",
    [b"GET / HTTP/1.1\r\nHost: a\r\n", b"G", GET + b"\r\n" + GET],
    ids=["no end", "one letter", "a second head"],
)
def test_a_head_that_never_ends_is_told_so(office: Office, dial: Dial, sent: bytes) -> None:
    with serving(office.app, HastyForHeads) as port:
        assert told(dial(port).send(sent).all())[0] == 408


def test_a_connection_on_which_nothing_comes_is_closed(office: Office, dial: Dial) -> None:
    with serving(office.app, HastyForHeads) as port:
        assert dial(port).all() == b""


def test_a_head_in_pieces_is_read_if_it_comes_in_time(office: Office, dial: Dial) -> None:
    with serving(office.app) as port:
        wire = dial(port)
        for byte in GET + b"Connection: close\r\n\r\n":
            wire.send(bytes([byte]))
        assert b'{"status":"alive"}' in wire.all()


@pytest.mark.parametrize("wanted", [b"h2c", b"websocket"])
def test_a_wish_for_another_protocol_is_passed_over(office: Office, dial: Dial, wanted: bytes) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: " + wanted + b"\r\n\r\n"
    with serving(office.app, ws="none") as port:
        assert dial(port).send(GET + upgrade).until(b"alive").startswith(b"HTTP/1.1 200")


def test_requests_sent_in_one_piece_are_answered_in_order(office: Office, dial: Dial) -> None:
    last = b"GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with serving(office.app) as port:
        data = dial(port).send((GET + b"\r\n") * 3 + last).all()

    assert data.count(b"HTTP/1.1 200") == 3
    assert data.rindex(b"HTTP/1.1 404") > data.rindex(b"HTTP/1.1 200")


def test_a_body_that_nobody_reads_and_that_never_ends_holds_no_connection(office: Office, dial: Dial) -> None:
    with serving(office.app, HastyForBodies) as port:
        wire = dial(port).send(GET + b"Content-Length: 1000\r\n\r\n")
        assert wire.until(b"alive").startswith(b"HTTP/1.1 200")

        assert wire.trickle(400) < 400, "the server had enough before the end"


def test_a_body_that_comes_too_slowly_is_answered_and_nothing_is_recorded(office: Office, dial: Dial) -> None:
    before = office.length
    app = create_app(office.house)
    (frame,) = (entry for entry in app.user_middleware if cast("object", entry.cls) is Frame)
    frame.kwargs["body_time"] = 0.2
    token = office.secrets["ed"].encode()
    head = b"POST /api/v1/parties HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token
    head += b"\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    with serving(app) as port:
        status, problem = told(dial(port).send(head + b'{"kind": ').all())

    assert (status, problem["type"]) == (408, "/problems/too-slow")
    assert office.length == before


CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


async def names_headers(scope: Any, receive: Any, send: Any) -> None:
    """Answers, when the body is there, with the names of all headers."""
    while (await receive())["more_body"]:
        pass
    names = b",".join(name for name, _ in scope["headers"])
    await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"close")]})
    await send({"type": "http.response.body", "body": b"<" + names + b">"})


def test_what_follows_a_body_is_no_header(dial: Dial) -> None:
    with serving(names_headers) as port:
        data = dial(port).send(CHUNKED + b"1\r\na\r\n0\r\nAuthorization: Bearer stemma_a\r\n\r\n").all()

    assert b"<host,transfer-encoding>" in data


@pytest.mark.parametrize(
    ("begun", "piece"),
    [(b"0\r\n", b"X: " + b"a" * 1_000 + b"\r\n"), (b"0\r\nX: ", b"a" * 1_000), (b"1;", b"a" * 1_000)],
    ids=["trailers", "trailer", "extension"],
)
def test_what_surrounds_a_body_has_an_end(dial: Dial, begun: bytes, piece: bytes) -> None:
    with serving(names_headers) as port:
        wire = dial(port).send(CHUNKED + b"1\r\na\r\n" + begun, *[piece] * 10 * (LONGEST_HEAD // 1_000))

        assert told(wire.all())[0] == 431


def test_a_long_body_in_chunks_is_read(dial: Dial) -> None:
    chunks = b"1;x=y\r\na\r\n" * LONGEST_HEAD + b"f4240\r\n" + b"a" * 1_000_000 + b"\r\n0\r\n\r\n"
    with serving(names_headers) as port:
        assert dial(port).send(CHUNKED + chunks).all().startswith(b"HTTP/1.1 200")


def test_more_connections_than_there_may_be_are_told_to_come_later(office: Office, dial: Dial) -> None:
    with serving(office.app, limit_concurrency=4) as port:
        held = [dial(port) for _ in range(3)]
        assert b"alive" in held[-1].send(GET + b"\r\n").until(b"alive")
        refused = dial(port).all()
        held[-1].send(GET + b"Connection: close\r\n\r\n").all()
        after = dial(port).send(GET + b"Connection: close\r\n\r\n").all()

    status, _ = told(refused)
    assert status == 503
    assert b"retry-after: 1" in refused
    assert after.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("path", [b"/api/v1/claims/a%3Fb%23c", b"/api/nowhere/a%3Fb%23c"])
def test_a_problem_names_the_address_as_it_was_asked(office: Office, dial: Dial, path: bytes) -> None:
    with serving(office.app) as port:
        data = dial(port).send(b"GET " + path + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").all()

    assert told(data)[1]["instance"] == path.decode()


# Behind a proxy.


def quota_of(dial: Dial, port: int, forwarded: bytes) -> list[int]:
    """How many more requests each of two clients may send that a proxy names."""
    left = []
    for name in (b"203.0.113.9", b"203.0.113.9", b"203.0.113.10"):
        head = b"GET /api/v1/claims HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        data = dial(port).send(head + b"X-Forwarded-For: " + forwarded + name + b"\r\n\r\n").all()
        (line,) = [line for line in data.decode().split("\r\n") if line.startswith("ratelimit:")] or ["r=-1;"]
        left.append(int(line.partition("r=")[2].partition(";")[0]))
    return left


@pytest.mark.parametrize("forwarded", [b"", b"127.0.0.1, ", b"198.51.100.1, "])
def test_clients_of_a_trusted_proxy_are_told_apart_by_what_it_says_last(
    office: Office, dial: Dial, forwarded: bytes
) -> None:
    app = create_app(replace(office.house, settings=replace(office.house.settings, rate_public=10)))
    with serving(app, proxy_headers=True, forwarded_allow_ips=["127.0.0.1/32"]) as port:
        assert quota_of(dial, port, forwarded) == [9, 8, 9]


def test_nobody_else_is_believed(office: Office, dial: Dial) -> None:
    app = create_app(replace(office.house, settings=replace(office.house.settings, rate_public=10)))
    with serving(app, proxy_headers=True, forwarded_allow_ips=["198.51.100.0/24"]) as port:
        assert quota_of(dial, port, b"") == [-1, -1, -1], "it is the machine itself, which has no quota"
