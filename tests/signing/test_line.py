"""The line to a witness: no answer takes longer, is longer, or comes from elsewhere than it may."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from threading import Thread

import pytest

from api.signing.line import Line, Unreachable
from domain.errors import InvalidInput
from domain.tlog.note import MAX_NOTE
from tests.support.serving import free_port
from tests.support.witnesses import stranger, until


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def opened(stack: ExitStack, url: str) -> Line:
    line = Line(url, 10.0)
    stack.callback(line.close)
    return line


@pytest.mark.parametrize(
    "url",
    [
        *("", "witness.example.org", "ftp://example.org", "file:///etc/passwd", "https://", "http://[::1"),
        *("https://user@example.org", "https://example.org/?a=b", "https://example.org/#a", "http://example.org:x"),
        *("http://example.org:99999", "https://exämple.org"),
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        Line(url, 1.0)


@pytest.mark.parametrize("prefix", ["", "/", "/witness", "/a/b/"])
def test_requests_go_below_the_prefix(stack: ExitStack, prefix: str) -> None:
    server = stack.enter_context(stranger(lambda *_: (200, {"Content-Type": "text/x"}, b"yes")))
    line = opened(stack, f"http://127.0.0.1:{server.port}{prefix}")

    reply = line.post("add-checkpoint", b"body")

    assert (reply.status, reply.type, reply.body) == (200, "text/x", b"yes")
    assert server.asked == [(f"{prefix.rstrip('/')}/add-checkpoint", b"body")]


def test_a_redirect_is_an_answer_like_any_other(stack: ExitStack) -> None:
    other = stack.enter_context(stranger(lambda *_: (200, {}, b"elsewhere")))
    location = {"Location": f"http://127.0.0.1:{other.port}/"}
    server = stack.enter_context(stranger(lambda *_: (302, location, b"")))

    assert opened(stack, f"http://127.0.0.1:{server.port}").get("x").status == 302
    assert other.asked == []


def test_an_answer_that_is_too_long_is_none(stack: ExitStack) -> None:
    server = stack.enter_context(stranger(lambda path, _: (200, {}, b"x" * int(path[1:]))))
    line = opened(stack, f"http://127.0.0.1:{server.port}")

    with pytest.raises(Unreachable, match="more than"):
        line.get(str(MAX_NOTE + 1))
    assert len(line.get(str(MAX_NOTE)).body) == MAX_NOTE


def test_a_connection_that_was_ended_meanwhile_is_opened_again(stack: ExitStack) -> None:
    server = stack.enter_context(stranger(lambda *_: (200, {"Connection": "close"}, b"yes")))
    line = opened(stack, f"http://127.0.0.1:{server.port}")

    assert [line.get("x").body for _ in range(3)] == [b"yes"] * 3


def test_nobody_there_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        Line(f"http://127.0.0.1:{free_port()}", 5.0).get("x")


class Dripping:
    """Somebody who answers a byte at a time, without end."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.reached = False
        Thread(target=self._drip, daemon=True).start()

    def _drip(self) -> None:
        taken, _ = self._listening.accept()
        with taken, suppress(OSError):
            taken.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while True:
                taken.sendall(b"x")
                self.reached = True
                time.sleep(0.02)

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def dripping() -> Iterator[Dripping]:
    dripping = Dripping()
    yield dripping
    dripping.close()


def test_an_answer_that_never_ends_is_cut_in_time(dripping: Dripping) -> None:
    with pytest.raises(Unreachable):
        Line(f"http://127.0.0.1:{dripping.port}", 0.3).get("x")


def test_a_request_under_way_can_be_cut_from_another_thread(dripping: Dripping) -> None:
    line, failed = Line(f"http://127.0.0.1:{dripping.port}", 60.0), []

    def ask() -> None:
        try:
            line.get("x")
        except Unreachable as error:
            failed.append(error)

    thread = Thread(target=ask)
    thread.start()
    until(lambda: dripping.reached)
    line.cut()
    thread.join(10)

    assert len(failed) == 1
