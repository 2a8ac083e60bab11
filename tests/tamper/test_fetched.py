"""A checkpoint that is fetched from an address: what is taken for one, and what is not."""

from pathlib import Path

import pytest

from api.checks.held import fetch
from domain.errors import InvalidInput, StoreUnavailable
from domain.tlog.note import MAX_NOTE
from tests.support.serving import free_port
from tests.support.witnesses import stranger
from tests.tamper.scene import Scene


def test_an_address_and_a_file_give_the_same_checkpoint(sound: Scene, tmp_path: Path) -> None:
    note = sound.shown.read_bytes()
    path = tmp_path / "held"
    path.write_bytes(note)

    with stranger(lambda *_: (200, {"Content-Type": "text/plain"}, note)) as server:
        held = fetch(f"http://127.0.0.1:{server.port}/log/checkpoint")

    assert (held.note, held.checkpoint) == (fetch(str(path)).note, fetch(str(path)).checkpoint)
    assert server.asked == [("/log/checkpoint", b"")]


def test_no_redirection_is_followed(sound: Scene) -> None:
    note = sound.shown.read_bytes()

    with stranger(lambda *_: (200, {}, note)) as other:
        location = {"Location": f"http://127.0.0.1:{other.port}/"}
        with stranger(lambda *_: (302, location, b"")) as server, pytest.raises(StoreUnavailable, match="302"):
            fetch(f"http://127.0.0.1:{server.port}/log/checkpoint")

    assert other.asked == []


@pytest.mark.parametrize("status", [404, 500, 503])
def test_an_error_is_no_checkpoint(sound: Scene, status: int) -> None:
    note = sound.shown.read_bytes()

    with stranger(lambda *_: (status, {}, note)) as server, pytest.raises(StoreUnavailable, match=str(status)):
        fetch(f"http://127.0.0.1:{server.port}/log/checkpoint")


@pytest.mark.parametrize("body", [b"", b"<!doctype html>", b"x" * (MAX_NOTE + 1), b"\xff\n\n\xe2\x80\x94 a b\n"])
def test_what_is_no_note_is_refused(body: bytes) -> None:
    with stranger(lambda *_: (200, {}, body)) as server, pytest.raises(InvalidInput, match="cannot be compared with"):
        fetch(f"http://127.0.0.1:{server.port}/log/checkpoint")


def test_nobody_there_is_no_tampering() -> None:
    with pytest.raises(StoreUnavailable, match="cannot be got"):
        fetch(f"http://127.0.0.1:{free_port()}/log/checkpoint")
