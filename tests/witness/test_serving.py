"""The witness over HTTP, to the letter of C2SP tlog-witness, and on the command line."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.witness.folder import MOST_KEYS, Folder
from domain.tlog.keys import SigningKey, VerifierKey
from domain.tlog.note import parse_signatures
from domain.tlog.witnessing import MAX_REQUEST, origin_hash
from projections.leader import LeaderLock
from tests.support.commandline import stemma
from tests.support.witnesses import ORIGIN, GrowingLog, WitnessServer, ask, look, new_witness, witnessing

NAME = "example.org/witness"


@pytest.fixture(scope="module")
def log() -> GrowingLog:
    return GrowingLog()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, log: GrowingLog) -> Folder:
    return new_witness(tmp_path_factory.mktemp("served") / "witness", log)


@pytest.fixture(scope="module")
def port(folder: Folder) -> Iterator[int]:
    with witnessing(folder) as port:
        yield port


def new_log(folder: Folder, origin: str) -> GrowingLog:
    log = GrowingLog(origin=origin)
    folder.add_log(log.key.verifier)
    return log


def test_a_cosignature_is_lines_of_text(port: int, folder: Folder) -> None:
    log = new_log(folder, "example.org/lines")
    response, body = ask(port, log.request(0, 70))

    assert (response.status, response.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert [each.name for each in parse_signatures(body)] == [NAME, NAME]


def test_a_stale_size_is_answered_with_the_right_one_and_nothing_else(port: int, folder: Folder) -> None:
    log = new_log(folder, "example.org/stale")
    ask(port, log.request(0, 70))
    response, body = ask(port, log.request(0, 80))

    assert (response.status, response.headers["Content-Type"], body) == (409, "text/x.tlog.size", b"70\n")


def test_every_refusal_is_a_line_of_plain_text(port: int, folder: Folder, log: GrowingLog) -> None:
    log = new_log(folder, "example.org/refused")
    stranger, forger = GrowingLog(origin="example.org/stranger"), GrowingLog(origin=log.key.name, seed=3)
    expected = {
        400: b"nonsense",
        403: forger.request(0, 3),
        404: stranger.request(0, 3),
        413: bytes(MAX_REQUEST + 1),
        422: log.request(0, 3, proof=(bytes(32),)),
    }
    for status, body in expected.items():
        response, said = ask(port, body)
        assert (response.status, response.headers["Content-Type"]) == (status, "text/plain; charset=utf-8")
        assert said.endswith(b"\n")
        assert said.count(b"\n") == 1


def test_the_last_checkpoint_is_shown_under_the_hash_of_its_origin(port: int, folder: Folder) -> None:
    log = new_log(folder, "example.org/shown")
    path = f"/{origin_hash(log.key.name)}/checkpoint"
    assert look(port, path)[0].status == 404

    _, cosignatures = ask(port, log.request(0, 70))

    response, body = look(port, path)
    assert (response.status, response.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert body == log.log.checkpoint(log.key, size=70) + cosignatures


@pytest.mark.parametrize("hash", ["", "ab", origin_hash(ORIGIN).upper(), "..%2f..%2fwitness.key", "g" * 64])
def test_nothing_else_is_shown(port: int, hash: str) -> None:
    assert look(port, f"/{hash}/checkpoint")[0].status == 404


def test_its_keys_are_shown(port: int, folder: Folder) -> None:
    _, body = look(port, "/vkey")

    assert [VerifierKey.parse(line) for line in body.decode().splitlines()] == [c.verifier for c in folder.cosigners()]


def test_only_posts_are_requests(port: int) -> None:
    response, _ = look(port, "/add-checkpoint")

    assert (response.status, response.headers["Allow"]) == (405, "POST")


def test_a_connection_serves_again_and_one_that_breaks_harms_nobody(port: int, log: GrowingLog) -> None:
    with socket.create_connection(("127.0.0.1", port)) as broken:
        broken.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 100\r\n\r\nold")

    assert ask(port, log.request(1, 2))[0].status == 409


# The command line.


def init(data: Path, *words: str) -> Any:
    return stemma(data, "witness", "init", "--name", NAME, "--json", *words)


def test_a_witness_is_made_once(tmp_path: Path) -> None:
    made = init(tmp_path / "w")
    key = (tmp_path / "w" / "witness.key").read_bytes()
    again = init(tmp_path / "w")

    assert made.code == 0
    assert [VerifierKey.parse(text).type for text in made.json["vkeys"]] == [4, 6]
    assert (again.code, (tmp_path / "w" / "witness.key").read_bytes()) == (2, key)
    assert stemma(tmp_path / "w", "witness", "vkey").out.split() == made.json["vkeys"]


@pytest.mark.parametrize(("word", "type"), [("ed25519", 4), ("ml-dsa-44", 6)])
def test_a_witness_may_have_one_kind_of_key(tmp_path: Path, word: str, type: int) -> None:
    assert [VerifierKey.parse(text).type for text in init(tmp_path / "w", "--key", word).json["vkeys"]] == [type]


@pytest.mark.parametrize("name", ["", "a witness", "a+b", "w" * 256])
def test_a_name_that_no_key_can_have_is_refused(tmp_path: Path, name: str) -> None:
    assert stemma(tmp_path / "w", "witness", "init", "--name", name).code == 2
    assert not (tmp_path / "w").exists()


def test_logs_are_added_listed_and_removed(tmp_path: Path, log: GrowingLog) -> None:
    data = tmp_path / "w"
    init(data)
    assert stemma(data, "witness", "add-log", log.vkey).code == 0
    assert stemma(data, "witness", "add-log", log.vkey).code == 0

    listed = stemma(data, "witness", "logs", "--json").json["logs"]
    assert listed == [{"origin": ORIGIN, "vkey": log.vkey, "size": 0, "root": None, "evidence": 0}]
    assert stemma(data, "witness", "remove-log", log.vkey).code == 0
    assert stemma(data, "witness", "remove-log", log.vkey).code == 2
    assert stemma(data, "witness", "logs").out == "No log is cosigned here.\n"


def test_what_is_no_key_of_a_log_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "w"
    vkeys = init(data).json["vkeys"]

    assert [stemma(data, "witness", "add-log", word).code for word in ("nonsense", *vkeys)] == [2, 2, 2]
    assert stemma(data, "witness", "logs").out == "No log is cosigned here.\n"


def test_a_log_has_only_so_many_keys(tmp_path: Path) -> None:
    data = tmp_path / "w"
    init(data)
    folder = Folder(data)
    for seed in range(MOST_KEYS):
        folder.add_log(SigningKey(ORIGIN, bytes([seed]) * 32).verifier)

    more = SigningKey(ORIGIN, bytes([MOST_KEYS]) * 32).verifier.render()
    assert stemma(data, "witness", "add-log", more).code == 2


@pytest.mark.parametrize("command", ["vkey", "logs"])
def test_without_a_witness_there_is_nothing_to_tell(tmp_path: Path, command: str) -> None:
    assert stemma(tmp_path / "none", "witness", command).code == 2


def test_a_server_takes_up_a_log_while_it_runs_and_is_alone_with_its_folder(tmp_path: Path, log: GrowingLog) -> None:
    data = tmp_path / "w"
    init(data)
    server = WitnessServer(data)
    server.start()
    try:
        assert ask(server.port, log.request(0, 70))[0].status == 404
        stemma(data, "witness", "add-log", log.vkey)
        assert ask(server.port, log.request(0, 70))[0].status == 200

        assert not LeaderLock(data).acquire()
        assert stemma(data, "witness", "logs", "--json").json["logs"][0]["size"] == 70
    finally:
        server._end(signal.SIGTERM)
    assert server.exit_code == 0
    assert "Traceback" not in server.log.read_text()
