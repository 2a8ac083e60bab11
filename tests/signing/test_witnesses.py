"""Witnesses cosign what is signed; who is slow, down or lying hinders nobody; who knows better is listened to."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from api.signing.witnesses import read_policy
from api.witness.folder import Folder
from api.witness.witness import Witness
from domain.errors import InvalidInput, Unavailable
from domain.tlog.cosignature import Cosigner
from domain.tlog.keys import SigningKey
from domain.tlog.note import parse_note, render_signatures
from domain.tlog.policy import Policy
from domain.tlog.schemes import SignatureType
from domain.tlog.witnessing import SIZE_TYPE, AddCheckpoint
from tests.support.serving import PATIENCE, free_port
from tests.support.witnesses import GrowingLog, Publishing, new_witness, policy, stranger, until, witnessing

NOW = 1_700_000_000


@pytest.fixture(scope="module")
def log() -> GrowingLog:
    return GrowingLog(600)


@pytest.fixture(scope="module")
def fork() -> GrowingLog:
    """The same log with another end."""
    return GrowingLog(600, story="another ", alike=100)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


class Neighbour:
    """A newsroom nearby: the folder of its witness, and the port at which it is served."""

    def __init__(self, folder: Path, stack: ExitStack, log: GrowingLog) -> None:
        self.name = folder.name
        self.folder = new_witness(folder, log, name=f"example.org/{folder.name}")
        self.port = stack.enter_context(witnessing(self.folder))

    @property
    def listed(self) -> tuple[str, Folder, int]:
        return self.name, self.folder, self.port

    def saw(self, log: GrowingLog) -> int:
        seen = self.folder.seen(log.key.name)
        return seen.checkpoint.size if seen else 0


@pytest.fixture
def near(tmp_path: Path, stack: ExitStack, log: GrowingLog) -> Neighbour:
    return Neighbour(tmp_path / "near", stack, log)


@pytest.fixture
def far(tmp_path: Path, stack: ExitStack, log: GrowingLog) -> Neighbour:
    return Neighbour(tmp_path / "far", stack, log)


def test_with_a_quorum_a_checkpoint_is_shown_once_it_is_cosigned(
    tmp_path: Path, log: GrowingLog, near: Neighbour, far: Neighbour
) -> None:
    publishing = Publishing(tmp_path / "log", log, policy("all-of-them", near.listed, far.listed))

    # Given a checkpoint that was signed, and not asked for yet
    publishing.sign(70)
    assert publishing.shown() is None

    with publishing.at_work():
        until(lambda: publishing.shows(70, "near", "far"))
        assert publishing.witnesses.objection() is None
        until(lambda: [state.size for state in publishing.witnesses.states] == [70, 70])

    shown = publishing.shown()
    assert shown is not None
    assert shown.met
    assert len(shown.signed.verified) == 3
    assert shown.signed.unverified == ()  # of the keys that the policy does not name, nothing is added


def test_without_a_quorum_it_is_shown_at_once_and_cosigned_later(
    tmp_path: Path, log: GrowingLog, near: Neighbour
) -> None:
    publishing = Publishing(tmp_path / "log", log, policy("none", near.listed))

    publishing.sign(70)
    assert publishing.shows(70)

    with publishing.at_work():
        until(lambda: publishing.shows(70, "near"))
        publishing.sign(80)
        assert publishing.shows(80)
        until(lambda: publishing.shows(80, "near"))


def test_a_log_that_grows_quickly_is_shown_as_it_was_last(
    tmp_path: Path, log: GrowingLog, near: Neighbour, far: Neighbour
) -> None:
    publishing = Publishing(tmp_path / "log", log, policy("all-of-them", near.listed, far.listed))

    with publishing.at_work():
        sizes = []
        for size in range(1, 601, 3):
            publishing.sign(size)
            time.sleep(0.002)
            if (shown := publishing.shown()) is not None:
                assert shown.met
                sizes.append(shown.checkpoint.size)
        publishing.sign(600)
        until(lambda: publishing.shows(600, "near", "far"))

    assert sizes == sorted(sizes)
    assert near.saw(log) == far.saw(log) == 600


def test_a_restart_keeps_the_cosignatures_and_what_each_witness_saw(
    tmp_path: Path, log: GrowingLog, near: Neighbour
) -> None:
    first = Publishing(tmp_path / "log", log, policy("none", near.listed))
    with first.at_work():
        first.sign(70)
        until(lambda: first.state("near").size == 70)

    second = Publishing(tmp_path / "log", log, first.policy)
    with second.at_work():
        assert second.shows(70, "near")
        assert second.state("near").size == 70
        second.sign(90)
        until(lambda: second.shows(90, "near"))


@pytest.mark.parametrize("memory", [b"", b"[]", b'{"a": 1}', b'{"example.org/near+00000000": {"size": 1}}'])
def test_a_memory_that_is_spoilt_costs_one_request(
    tmp_path: Path, log: GrowingLog, near: Neighbour, memory: bytes
) -> None:
    # Given a witness that is further than anybody here remembers
    Witness(near.folder).add_checkpoint(log.request(0, 70), NOW)
    publishing = Publishing(tmp_path / "log", log, policy("none", near.listed))
    (tmp_path / "log" / "witnesses.json").write_bytes(memory)

    with Publishing(tmp_path / "log", log, publishing.policy).at_work() as publishing:
        publishing.sign(100)
        until(lambda: publishing.shows(100, "near"))


# Those who hinder.


@pytest.mark.parametrize("kind", ["down", "slow", "forging", "silent", "redirecting", "endless", "garbled", "refusing"])
def test_two_of_three_are_enough_whatever_the_third_does(
    tmp_path: Path, stack: ExitStack, log: GrowingLog, near: Neighbour, far: Neighbour, kind: str
) -> None:
    # Given a third witness of this kind
    third = new_witness(tmp_path / "third")
    answers = {
        "slow": (200, {}, b""),
        "forging": (200, {}, b""),
        "silent": (200, {}, b""),
        "redirecting": (307, {"Location": f"http://127.0.0.1:{near.port}/add-checkpoint"}, b""),
        "endless": (200, {}, b"x" * (2 << 20)),
        "garbled": (409, {"Content-Type": SIZE_TYPE}, b"many\n"),
        "refusing": (403, {}, b"no\n"),
    }

    def answer(_: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if kind == "slow":
            time.sleep(1.5)
        if kind in {"forging", "slow"}:
            other = parse_note(log.log.checkpoint(log.key, size=3))
            text = other.text if kind == "forging" else AddCheckpoint.parse(body).note.text
            return 200, {}, render_signatures([third.cosigners()[0].cosign(text, NOW)])
        return answers[kind]

    port = free_port() if kind == "down" else stack.enter_context(stranger(answer)).port
    listed = (near.listed, far.listed, ("third", third, port))
    publishing = Publishing(tmp_path / "log", log, policy("all-of-them", *listed, need="2"))

    # Then checkpoint after checkpoint is shown, and the third is told of as it deserves
    with publishing.at_work():
        for size in (70, 80, 90):
            publishing.sign(size)
            until(lambda size=size: publishing.shows(size, "near", "far"))  # type: ignore[misc]
        until(lambda: publishing.state("third").failure is not None)
        assert (publishing.state("third").alarm is not None) == (kind == "forging")
        assert publishing.state("third").size == 0
        assert publishing.witnesses.objection() is None


def test_a_cosignature_without_time_is_none(tmp_path: Path, stack: ExitStack, log: GrowingLog) -> None:
    folder = new_witness(tmp_path / "timeless")
    cosigner = folder.cosigners()[0]

    def answer(_: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        cosignature = cosigner.cosign(AddCheckpoint.parse(body).note.text, NOW)
        blob = bytes(8) + cosignature.blob[8:]
        return 200, {}, render_signatures([type(cosignature)(cosignature.name, cosignature.key_id, blob)])

    server = stack.enter_context(stranger(answer))
    publishing = Publishing(tmp_path / "log", log, policy("none", ("timeless", folder, server.port)))
    with publishing.at_work():
        publishing.sign(70)
        until(lambda: publishing.state("timeless").alarm is not None)
    assert not publishing.shows(70, "timeless")


def test_without_its_quorum_nothing_is_shown_and_the_newest_is_tried_again(
    tmp_path: Path, stack: ExitStack, log: GrowingLog, near: Neighbour, far: Neighbour
) -> None:
    # Given one of two witnesses that does not know the log yet
    far.folder.remove_log(log.key.verifier)
    publishing = Publishing(tmp_path / "log", log, policy("all-of-them", near.listed, far.listed))

    with publishing.at_work():
        for size in (70, 80, 90):
            publishing.sign(size)
            until(lambda size=size: publishing.state("near").size == size)  # type: ignore[misc]
        until(lambda: "404" in str(publishing.state("far").failure))
        assert publishing.shown() is None
        assert [signed.checkpoint.size for signed in publishing.book.all()] == [70, 80, 90]

        # When it does
        far.folder.add_log(log.key.verifier)
        until(lambda: publishing.shows(90, "near", "far"))
        until(lambda: publishing.state("far").failure is None)


def test_each_is_asked_one_thing_at_a_time_over_one_connection(
    tmp_path: Path, stack: ExitStack, log: GrowingLog
) -> None:
    folder = new_witness(tmp_path / "w", log)
    witness, under_way, most = Witness(folder), [0], [0]

    def answer(_: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        answered = witness.add_checkpoint(body, NOW)
        time.sleep(0.01)
        under_way[0] -= 1
        return answered.status, {"Content-Type": answered.type}, answered.body

    server = stack.enter_context(stranger(answer))
    publishing = Publishing(tmp_path / "log", log, policy("none", ("w", folder, server.port)))
    with publishing.at_work():
        for size in range(1, 101):
            publishing.sign(size)
            time.sleep(0.001)
        until(lambda: publishing.shows(100, "w"))

    assert most == [1]
    assert len(server.asked) < 100  # most checkpoints were passed over for a newer one
    assert server.connections == 1


def test_it_stops_at_once_though_a_witness_never_answers(tmp_path: Path, stack: ExitStack, log: GrowingLog) -> None:
    folder = new_witness(tmp_path / "w", log)

    def answer(*_: object) -> tuple[int, dict[str, str], bytes]:
        time.sleep(60)
        return 200, {}, b""

    server = stack.enter_context(stranger(answer))
    publishing = Publishing(tmp_path / "log", log, policy("none", ("w", folder, server.port)))
    publishing.witnesses.start(None)
    publishing.sign(70)
    until(lambda: bool(server.asked))

    # When somebody waits for its answer before anything is signed
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(publishing.witnesses.objection)
        publishing.witnesses.stop()

        # Then nothing may be signed
        with pytest.raises(Unavailable):
            waiting.result(PATIENCE)


# Those who know better.


def test_a_witness_that_saw_more_ends_the_signing(tmp_path: Path, log: GrowingLog, near: Neighbour) -> None:
    # Given a witness that saw 300 events, and a ledger of 100 that was signed up to there
    Witness(near.folder).add_checkpoint(log.request(0, 300), NOW)
    publishing = Publishing(tmp_path / "log", log, policy("none", near.listed))
    publishing.tree.has = 100
    publishing.sign(100)

    # Then the first question is answered with an objection
    with publishing.at_work():
        objection = publishing.witnesses.objection()
        assert objection is not None
        assert "300 events" in objection
        until(lambda: publishing.state("near").alarms > 0)
        assert "300 events" in str(publishing.state("near").alarm)

    # And without the witness it still is, until the ledger has those events again
    later = Publishing(tmp_path / "log", log, Policy.parse("quorum none\n"))
    later.tree.has = 299
    assert later.witnesses.objection() is not None
    later.tree.has = 300
    assert later.witnesses.objection() is None


def test_while_the_views_are_behind_nobody_was_asked_and_nothing_is_signed(
    tmp_path: Path, log: GrowingLog, near: Neighbour
) -> None:
    # Given a witness that saw more, which cannot be asked before the views are there
    Witness(near.folder).add_checkpoint(log.request(0, 300), NOW)
    publishing = Publishing(tmp_path / "log", log, policy("none", near.listed))
    publishing.tree.has, publishing.tree.is_behind = 100, True
    publishing.sign(100)

    with publishing.at_work(), ThreadPoolExecutor(1) as pool:
        objection = pool.submit(publishing.witnesses.objection)
        time.sleep(0.3)
        assert not objection.done()
        publishing.tree.is_behind = False

        assert "300 events" in str(objection.result(PATIENCE))


@pytest.mark.parametrize("signed", [150, 400])
def test_a_witness_that_saw_another_history_ends_the_signing(
    tmp_path: Path, log: GrowingLog, fork: GrowingLog, near: Neighbour, signed: int
) -> None:
    Witness(near.folder).add_checkpoint(fork.request(0, 150), NOW)
    publishing = Publishing(tmp_path / "log", log, policy("none", near.listed))
    publishing.sign(signed)

    with publishing.at_work():
        until(lambda: publishing.state("near").alarm is not None)
        assert publishing.witnesses.objection() is not None

    held = publishing.book.held_against()
    assert held is not None
    assert held.text == parse_note(fork.log.checkpoint(fork.key, size=150)).text


def test_what_a_key_from_before_a_break_signed_is_no_objection(
    tmp_path: Path, log: GrowingLog, fork: GrowingLog
) -> None:
    other = GrowingLog(150, story="another ", seed=7)
    publishing = Publishing(tmp_path / "log", log, Policy.parse("quorum none\n"))

    publishing.book.hold_against(other.log.checkpoint(other.key))
    assert publishing.witnesses.objection() is None
    publishing.book.hold_against(fork.log.checkpoint(fork.key, size=150))
    assert publishing.witnesses.objection() is not None


@pytest.mark.parametrize("shown", ["nothing", "another key's", "less", "garbage"])
def test_a_witness_that_only_says_so_is_an_alarm_and_no_more(
    tmp_path: Path, stack: ExitStack, log: GrowingLog, shown: str
) -> None:
    # Given a witness that says it saw more, or another history, and shows this
    liar = GrowingLog(600, seed=8)
    notes = {
        "nothing": (404, b"none\n"),
        "another key's": (200, liar.log.checkpoint(liar.key)),
        "less": (200, log.log.checkpoint(log.key, size=20)),
        "garbage": (200, b"500\n"),
    }
    says = [409, 422]

    def answer(path: str, _: bytes) -> tuple[int, dict[str, str], bytes]:
        if path.endswith("/checkpoint"):
            return notes[shown][0], {}, notes[shown][1]
        says.append(says.pop(0))
        return says[0], {}, b"500\n"

    folder = new_witness(tmp_path / "w")
    server = stack.enter_context(stranger(answer))
    publishing = Publishing(tmp_path / "log", log, policy("none", ("w", folder, server.port)))

    # Then the log goes on, and tells of the alarm
    with publishing.at_work():
        publishing.sign(100)
        until(lambda: publishing.state("w").alarms > 2)
        assert publishing.witnesses.objection() is None
        publishing.sign(110)
        assert publishing.shows(110)
    assert publishing.book.held_against() is None


def test_an_alarm_ends_when_the_witness_cosigns_again(tmp_path: Path, stack: ExitStack, log: GrowingLog) -> None:
    folder = new_witness(tmp_path / "w", log)
    witness, upset = Witness(folder), [True]

    def answer(path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if path.endswith("/checkpoint"):
            return 404, {}, b""
        if upset[0]:
            return 422, {}, b"no\n"
        answered = witness.add_checkpoint(body, NOW)
        return answered.status, {"Content-Type": answered.type}, answered.body

    server = stack.enter_context(stranger(answer))
    publishing = Publishing(tmp_path / "log", log, policy("none", ("w", folder, server.port)))
    with publishing.at_work():
        publishing.sign(70)
        until(lambda: publishing.state("w").alarm is not None)
        upset[0] = False
        until(lambda: publishing.state("w").alarm is None)
        until(lambda: publishing.shows(70, "w"))
        assert (publishing.state("w").size, publishing.state("w").at) == (70, NOW)
        assert publishing.state("w").alarms > 0


# The policy's file.


def a_key(type: SignatureType = SignatureType.COSIGNATURE) -> str:
    return Cosigner(SigningKey("example.org/w", bytes(32), type)).verifier.render()


def test_a_policy_is_read(tmp_path: Path) -> None:
    path = tmp_path / "policy"
    path.write_text(f"witness w {a_key()} https://witness.example.org\nquorum w\n", encoding="utf-8")

    assert read_policy(path).quorum == "w"


@pytest.mark.parametrize(
    "text",
    ["", "quorum none", "quorum nobody\n", f"witness w {a_key()}\nquorum w\n", "witness w nonsense\nquorum none\n"],
)
def test_a_policy_that_cannot_be_followed_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "policy"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InvalidInput, match="policy"):
        read_policy(path)
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_policy(tmp_path / "none")
