"""A ledger that is open signs with its witnesses: they come before the first signature, and may forbid it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.bootstrap import House, open_house
from api.operation import measured
from api.settings import Settings
from api.signing.book import Signed
from api.signing.keyring import Keyring
from api.witness.folder import Folder
from domain.errors import InvalidInput
from domain.tlog.keys import VerifierKey
from domain.tlog.note import parse_note
from domain.tlog.policy import Policy
from domain.tlog.treehead import Checkpoint
from tests.support.commandline import init, stemma
from tests.support.serving import free_port
from tests.support.witnesses import BOTH, until, witnessing


class Newsroom:
    """A data folder whose log is witnessed as its policy says."""

    def __init__(self, data: Path, witness: Folder, port: int, quorum: str) -> None:
        self.data = data
        self.policy = data.with_name("policy")
        cosigner = witness.cosigners()[0].verifier.render()
        self.policy.write_text(f"witness w {cosigner} http://127.0.0.1:{port}\nquorum {quorum}\n", encoding="utf-8")

    @contextmanager
    def open(self) -> Iterator[House]:
        with open_house(Settings(data=self.data, log_policy=self.policy), signing=True) as house:
            yield house

    def record(self) -> None:
        assert stemma(self.data, "token", "create", "--role", "editor", "--name", "Ed").code == 0


def signed_up_to(house: House) -> int:
    return house.signer.state.size


def shown(house: House) -> int:
    note = house.book.now()
    return 0 if note is None else Checkpoint.parse(parse_note(note).text).size


def is_settled(house: House) -> bool:
    """Whether all that is recorded is signed, cosigned and shown."""
    head = house.store.head().position
    return signed_up_to(house) == shown(house) == head == house.witnesses.states[0].size


@pytest.fixture
def witness(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path / "witness")
    folder.create("example.org/witness", BOTH, lambda count: bytes(range(count)))
    return folder


@pytest.fixture
def port(witness: Folder) -> Iterator[int]:
    with witnessing(witness) as port:
        yield port


@pytest.fixture
def data(tmp_path: Path, witness: Folder) -> Path:
    folder = tmp_path / "data"
    assert init(folder).code == 0
    key = Keyring(folder / "log" / "signing.key").read()[0]
    witness.add_log(key.verifier)
    return folder


@pytest.mark.parametrize("quorum", ["w", "none"])
def test_what_is_recorded_is_signed_cosigned_and_shown(data: Path, witness: Folder, port: int, quorum: str) -> None:
    newsroom = Newsroom(data, witness, port, quorum)

    with newsroom.open() as house:
        for _ in range(3):
            newsroom.record()
            until(lambda: is_settled(house))
        note = house.book.now()
        assert note is not None
        told = measured(house).text().decode()
        size, key = signed_up_to(house), VerifierKey.parse(house.newsroom.desk.keys[0].vkey)

    judged = Policy.parse(newsroom.policy.read_bytes()).satisfied(note, [key])
    assert judged.absent == ()
    seen = witness.seen("example.org/desk")
    assert seen is not None
    assert seen.checkpoint.size == size
    assert f'stemma_witness_cosigned_size{{witness="w"}} {size}.0' in told
    assert 'stemma_witness_alarm{witness="w"} 0.0' in told
    assert 'stemma_witness_cosignature_age_seconds{witness="w"}' in told
    assert f"stemma_log_shown_size {size}.0" in told
    assert "stemma_log_stopped 0.0" in told


def test_a_restored_backup_is_found_out_by_a_witness_before_it_signs(data: Path, witness: Folder, port: int) -> None:
    # Given a copy of the whole data folder, key and book too, and events that were signed after it was made
    newsroom, copy = Newsroom(data, witness, port, "none"), data.with_name("copy")
    with newsroom.open() as house:
        until(lambda: is_settled(house))
    shutil.copytree(data, copy)
    newsroom.record()
    with newsroom.open() as house:
        until(lambda: is_settled(house))

    # When the copy takes its place, and goes on with something else
    newsroom.data = copy
    newsroom.record()
    newsroom.record()
    with newsroom.open() as house:
        before = house.book.last()
        until(lambda: house.signer.state.stopped is not None)
        assert "a witness holds a checkpoint" in str(house.signer.state.stopped)
        assert house.book.last() == before
        assert "stemma_log_stopped 1.0" in measured(house).text().decode()

    # Then it stays so, without the witness too, and a planned change of the key is no way out
    with open_house(Settings(data=copy), signing=True) as house:
        until(lambda: house.signer.state.stopped is not None)
        assert house.book.last() == before
    assert stemma(copy, "key", "rotate", "--reason", "Tuesday").code == 2
    assert stemma(copy, "key", "rotate", "--lost", "--reason", "Tuesday").code == 2

    # Until the break is recorded
    assert stemma(copy, "key", "rotate", "--broken", "--reason", "The disk failed.").code == 0
    with open_house(Settings(data=copy), signing=True) as house:
        until(lambda: signed_up_to(house) == house.store.head().position)
        held = house.book.held_against()
        assert held is not None
        assert house.newsroom.desk.keys[-1].last_size == Checkpoint.parse(held.text).size


def test_with_a_quorum_that_is_away_all_is_signed_and_nothing_new_is_shown(
    data: Path, witness: Folder, port: int
) -> None:
    newsroom = Newsroom(data, witness, port, "w")
    with newsroom.open() as house:
        until(lambda: is_settled(house))
        size = shown(house)

    newsroom = Newsroom(data, witness, free_port(), "w")
    newsroom.record()
    with newsroom.open() as house:
        until(lambda: signed_up_to(house) == house.store.head().position)
        assert shown(house) == size
        until(lambda: house.witnesses.states[0].failure is not None)
    assert stemma(data, "key", "rotate", "--reason", "It is time.").code == 0


def test_a_new_key_is_shown_with_its_cosignature_only(
    data: Path, witness: Folder, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom = Newsroom(data, witness, port, "w")
    with newsroom.open() as house:
        until(lambda: is_settled(house))
        before = house.book.now()
    monkeypatch.setenv("STEMMA_LOG_POLICY", str(newsroom.policy))

    rotated = stemma(data, "key", "rotate", "--reason", "It is time.", "--json")

    assert rotated.code == 0
    assert (data / "log" / "checkpoint").read_bytes() == before
    with newsroom.open() as house:  # the witness knows the old key still, which signs beside the new one
        until(lambda: is_settled(house))


def test_a_policy_that_cannot_be_read_is_bad_input(data: Path) -> None:
    settings = Settings(data=data, log_policy=data / "nowhere")

    with pytest.raises(InvalidInput, match="policy"), open_house(settings, signing=True):
        pass
    with open_house(settings, signing=False) as house:  # who does not sign needs none
        assert isinstance(house.book.last(), Signed)
