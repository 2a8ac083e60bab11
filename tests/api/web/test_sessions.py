"""The file of sessions: what is in it, what ends a session, and what if the file is damaged."""

import stat
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.sessions import IDLE, LONGEST, PER_TOKEN, Session, Sessions
from domain.errors import Unavailable
from tests.api.web.visitor import Clock, rows
from tests.support.desk import START


class Dice:
    """Bytes that are never the same twice."""

    def __init__(self) -> None:
        self.thrown = 0

    def __call__(self, length: int) -> bytes:
        self.thrown += 1
        return self.thrown.to_bytes(length, "big")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(tmp_path: Path, clock: Clock) -> Iterator[Sessions]:
    sessions = Sessions(tmp_path / "sessions.db", clock, Dice())
    yield sessions
    sessions.close()


def test_a_session_is_found_by_its_secret_and_by_nothing_else(sessions: Sessions) -> None:
    secret = sessions.begin("tok_1", "act_1")

    found = sessions.find(secret)

    assert found == Session("tok_1", "act_1", int(START.timestamp()), int(START.timestamp()))
    for other in ("", "x", secret[:-1], secret.lower(), f"{secret} ", "é" * 43):
        assert sessions.find(other) is None


def test_the_secret_is_not_in_the_file_and_nobody_else_may_read_it(sessions: Sessions, tmp_path: Path) -> None:
    secret = sessions.begin("tok_1", "act_1")

    for file in tmp_path.iterdir():
        assert secret.encode() not in file.read_bytes()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_nothing_is_written_before_somebody_signs_in(sessions: Sessions, tmp_path: Path) -> None:
    assert sessions.find("x") is None
    sessions.end("x")

    assert list(tmp_path.iterdir()) == []


def test_a_session_survives_a_restart(sessions: Sessions, tmp_path: Path, clock: Clock) -> None:
    secret = sessions.begin("tok_1", "act_1")
    sessions.close()

    after = Sessions(tmp_path / "sessions.db", clock, Dice())

    assert after.find(secret) is not None
    after.close()


def test_a_session_ends_when_nobody_has_come_for_long(sessions: Sessions, clock: Clock) -> None:
    secret, other = sessions.begin("tok_1", "act_1"), sessions.begin("tok_2", "act_1")
    clock.pass_by(IDLE - 1)
    assert sessions.find(secret) is not None

    clock.pass_by(1)

    assert sessions.find(secret) is not None
    assert sessions.find(other) is None


def test_coming_back_keeps_it_but_not_for_ever(sessions: Sessions, clock: Clock) -> None:
    secret, hours = sessions.begin("tok_1", "act_1"), 0
    while sessions.find(secret) is not None:
        clock.pass_by(3600)
        hours += 1

    assert hours == LONGEST / 3600


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_no_session_lasts_longer_than_its_two_ends(began: int, seen_after: int, now: int) -> None:
    seen = began + seen_after
    session = Session("tok_1", "act_1", began, seen)

    assert session.lasts_at(now) == (now - began < LONGEST and now - seen < IDLE)


def test_signing_out_ends_one_session(sessions: Sessions) -> None:
    first, second = sessions.begin("tok_1", "act_1"), sessions.begin("tok_1", "act_1")

    sessions.end(first)

    assert (sessions.find(first), sessions.find(second) is None) == (None, False)


def test_sessions_that_are_over_are_swept_out_by_the_next_one(sessions: Sessions, tmp_path: Path, clock: Clock) -> None:
    for token in range(30):
        sessions.begin(f"tok_{token}", "act_1")
    clock.pass_by(IDLE)
    sessions.begin("tok_1", "act_1")

    assert rows(tmp_path / "sessions.db") == 1


def test_one_token_has_so_many_sessions_and_the_oldest_go(sessions: Sessions, tmp_path: Path, clock: Clock) -> None:
    other = sessions.begin("tok_other", "act_1")
    secrets = []
    for _ in range(PER_TOKEN + 2):
        secrets.append(sessions.begin("tok_1", "act_1"))
        clock.pass_by(1)

    assert [sessions.find(secret) is not None for secret in secrets] == [False] * 2 + [True] * PER_TOKEN
    assert sessions.find(other) is not None
    assert rows(tmp_path / "sessions.db") == PER_TOKEN + 1


def test_a_damaged_file_is_made_anew(sessions: Sessions, tmp_path: Path) -> None:
    secret = sessions.begin("tok_1", "act_1")
    sessions.close()
    (tmp_path / "sessions.db").write_bytes(b"This is no database. " * 500)

    assert sessions.find(secret) is None
    assert sessions.find(sessions.begin("tok_1", "act_1")) is not None


def test_a_file_that_cannot_be_used_is_unavailable(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "sessions.db").mkdir()
    sessions = Sessions(tmp_path / "sessions.db", clock, Dice())

    with pytest.raises(Unavailable):
        sessions.begin("tok_1", "act_1")
    with pytest.raises(Unavailable):
        sessions.find("x")


def test_any_thread_may_ask(sessions: Sessions) -> None:
    secret, found = sessions.begin("tok_1", "act_1"), []
    threads = [Thread(target=lambda: found.append(sessions.find(secret))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [session is not None for session in found] == [True] * 8
