"""Rounds: one checkpoint at a time is asked for, the newest comes next, and what is shown has its quorum."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from api.signing.book import Book, Signed
from api.signing.rounds import Pace, Rounds
from domain.tlog.cosignature import Cosigner
from domain.tlog.keys import SigningKey
from domain.tlog.note import parse_note
from domain.tlog.policy import Policy
from domain.tlog.schemes import SignatureType
from tests.support.witnesses import GrowingLog

NAMES = ("a", "b", "c")
WITNESSES = {
    name: Cosigner(SigningKey(f"example.org/{name}", bytes([n]) * 32, SignatureType.COSIGNATURE))
    for n, name in enumerate(NAMES)
}


@dataclass
class Play:
    """Rounds of a log and three witnesses, whose clock stands still unless it is told to go on."""

    log: GrowingLog
    book: Book
    rounds: Rounds
    now: list[float]

    def sign(self, size: int) -> Signed:
        signed = Signed.of(parse_note(self.log.log.checkpoint(self.log.key, size=size)), "")
        self.rounds.announce(signed)
        return signed

    def cosign(self, name: str, signed: Signed) -> None:
        self.rounds.cosigned(name, signed, WITNESSES[name].cosign(parse_note(signed.note).text, 1_700_000_000))

    def asked(self) -> dict[str, int | None]:
        due = {name: self.rounds.due(name) for name in NAMES}
        return {name: None if signed is None else signed.checkpoint.size for name, signed in due.items()}


def play(folder: Path, quorum: str) -> Play:
    lines = [f"witness {name} {WITNESSES[name].verifier.render()} https://{name}.example.org" for name in NAMES]
    policy = Policy.parse("\n".join([*lines, "group two 2 a b c", f"quorum {quorum}", ""]))
    log, book, now = GrowingLog(100), Book(folder), [0.0]
    pace = Pace(grace=1.0, round=30.0)
    return Play(log, book, Rounds(policy, book, lambda: [log.key.verifier], lambda: now[0], pace), now)


@pytest.fixture
def two(tmp_path: Path) -> Play:
    return play(tmp_path, "two")


def test_all_are_asked_for_one_checkpoint_until_it_has_its_quorum(two: Play) -> None:
    first, second, third = two.sign(10), two.sign(20), two.sign(30)
    assert two.asked() == {"a": 10, "b": 10, "c": 10}
    assert two.rounds.newest == 30

    # When two have cosigned, the third has a moment left
    two.cosign("a", first)
    assert two.rounds.shown == 0
    two.cosign("b", first)
    assert two.rounds.shown == 10
    assert two.asked() == {"a": None, "b": None, "c": 10}

    # Then the newest comes next, and what lies between is passed over
    two.now[0] += 1.0
    assert two.rounds.turn()
    assert two.asked() == {"a": 30, "b": 30, "c": 30}
    two.cosign("c", first)  # too late, and forgotten
    two.cosign("a", second)  # nobody asked for that
    assert two.asked() == {"a": 30, "b": 30, "c": 30}
    two.cosign("c", third)
    two.cosign("a", third)
    assert two.rounds.shown == 30


def test_a_round_ends_at_once_when_all_have_answered(two: Play) -> None:
    first = two.sign(10)
    two.sign(20)
    two.cosign("a", first)
    two.rounds.failed("b")
    assert two.asked() == {"a": None, "b": None, "c": 10}

    two.rounds.failed("c")

    assert two.rounds.shown == 0
    assert two.asked() == {"a": 20, "b": None, "c": None}  # who failed rests
    two.rounds.rested("b")
    assert two.asked() == {"a": 20, "b": 20, "c": None}


def test_without_its_quorum_a_round_ends_in_time(two: Play) -> None:
    first = two.sign(10)
    two.sign(20)
    two.cosign("a", first)

    two.now[0] += 29.0
    assert not two.rounds.turn()
    two.now[0] += 1.0
    assert two.rounds.turn()
    assert two.asked() == {"a": 20, "b": 20, "c": 20}


def test_a_cosignature_that_comes_after_the_quorum_is_added(two: Play) -> None:
    first = two.sign(10)
    for name in NAMES:
        two.cosign(name, first)

    shown = two.book.now()
    assert shown is not None
    assert len(parse_note(shown).signatures) == 4


def test_without_a_quorum_the_newest_is_shown_and_asked_for_at_once(tmp_path: Path) -> None:
    none = play(tmp_path, "none")
    first = none.sign(10)
    assert none.rounds.shown == 10
    second = none.sign(20)
    assert none.rounds.shown == 20
    assert none.asked() == {"a": 20, "b": 20, "c": 20}

    none.cosign("a", first)
    none.cosign("b", second)
    shown = none.book.now()
    assert shown is not None
    assert [signature.name for signature in parse_note(shown).signatures] == [none.log.key.name, "example.org/b"]


def test_what_is_shown_never_gets_smaller(tmp_path: Path) -> None:
    # Given a checkpoint that is shown, and a start from one before it
    before = play(tmp_path, "none")
    before.sign(20)
    after = play(tmp_path, "none")
    assert after.rounds.shown == 20

    after.sign(10)

    shown = after.book.now()
    assert shown is not None
    assert parse_note(shown).text.splitlines()[1] == "20"


@pytest.mark.parametrize("spoilt", [b"", b"nonsense\n\n"])
def test_a_shown_checkpoint_that_is_spoilt_is_replaced(tmp_path: Path, spoilt: bytes) -> None:
    (tmp_path / "checkpoint").write_bytes(spoilt)
    rounds = play(tmp_path, "none")

    rounds.sign(10)

    assert rounds.rounds.shown == 10
    assert rounds.book.now() == rounds.log.log.checkpoint(rounds.log.key, size=10)
