"""The log is signed by itself, and never twice in different ways."""

import json
import shutil
from pathlib import Path

import pytest

from api.backup import back_up, restore
from api.bootstrap import open_house
from api.settings import Settings
from api.signing.book import Book
from api.signing.keyring import Keyring
from api.verification import verify
from domain.tlog.checkpoint import open_checkpoint
from domain.tlog.keys import VerifierKey
from projections.log import map as ledger_map
from tests.signing.houses import (
    ORIGIN,
    begun,
    checkpoints,
    demand_one_history,
    grown,
    record,
    signing,
    wait_covered,
    wait_signed,
    wait_stopped,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return begun(tmp_path / "data")


def vkey(settings: Settings) -> VerifierKey:
    return Keyring(settings.signing_key).read()[0].verifier


# It signs.


def test_a_new_ledger_has_a_key_that_only_its_owner_can_read_and_a_checkpoint(settings: Settings) -> None:
    (first,) = checkpoints(settings)

    assert settings.signing_key.stat().st_mode & 0o777 == 0o600
    assert settings.log.stat().st_mode & 0o777 == 0o700
    assert open_checkpoint(first.note, [vkey(settings)], ORIGIN).checkpoint.size == 3
    with open_house(settings, projecting=False) as house:
        (key,) = house.newsroom.desk.keys
        assert (key.vkey, key.cause, key.since.position) == (vkey(settings).render(), "first", 4)


def test_what_is_recorded_is_covered_by_the_map_and_signed(settings: Settings) -> None:
    with signing(settings) as house:
        position = record(house, 3)
        size = wait_covered(house, position)

        with house.views.reading() as reading:
            committed = ledger_map.committed(reading)
        assert committed is not None
        assert committed.size >= position
        assert committed.sound
        note = house.book.now()
    assert note is not None
    assert open_checkpoint(note, [vkey(settings)], ORIGIN).checkpoint.size == size
    demand_one_history(settings)


def test_where_nothing_is_recorded_nothing_is_signed_or_committed_to(settings: Settings) -> None:
    size = grown(settings)
    before = checkpoints(settings)

    for _ in range(2):
        with signing(settings) as house:
            wait_signed(house, size)

    assert checkpoints(settings) == before
    with open_house(settings, projecting=False) as house:
        assert house.store.head().position == size


def test_each_checkpoint_is_over_more_than_the_one_before(settings: Settings) -> None:
    with signing(settings) as house:
        for _ in range(5):
            wait_covered(house, record(house))

    sizes = [signed.checkpoint.size for signed in checkpoints(settings)]
    assert sizes == sorted(set(sizes))
    demand_one_history(settings)


def test_a_ledger_that_is_signed_is_sound(settings: Settings) -> None:
    grown(settings)

    with open_house(settings, projecting=False) as house:
        assert verify(house.store).ok


def test_half_a_line_that_a_crash_left_is_written_over(settings: Settings) -> None:
    grown(settings)
    before = checkpoints(settings)
    with Book(settings.log).path.open("ab") as file:
        file.write(b'{"at":"2026-')

    grown(settings)

    after = checkpoints(settings)
    assert after[: len(before)] == before
    assert len(after) > len(before)
    assert all(json.loads(line) for line in Book(settings.log).path.read_bytes().splitlines())


def test_the_copy_elsewhere_holds_the_last_checkpoint(tmp_path: Path) -> None:
    elsewhere = tmp_path / "other disk" / "checkpoint"
    elsewhere.parent.mkdir()
    settings = begun(tmp_path / "data", checkpoint_copy=elsewhere)

    grown(settings)

    assert elsewhere.read_bytes() == checkpoints(settings)[-1].note


# It does not.


def forget(settings: Settings, kept: Path) -> None:
    """Puts the ledger back to what it was when it was kept, and leaves everything else as it is."""
    for path in settings.data.glob("ledger.db*"):
        path.unlink()
    shutil.copy(kept, settings.ledger)


def kept(settings: Settings, tmp_path: Path) -> Path:
    """The ledger's file as it is now."""
    target = tmp_path / "kept.db"
    with open_house(settings, projecting=False) as house:
        house.store.backup(target)
    return target


def test_a_ledger_that_lost_events_is_not_signed(settings: Settings, tmp_path: Path) -> None:
    old = kept(settings, tmp_path)
    size = grown(settings)
    before = checkpoints(settings)
    forget(settings, old)

    with signing(settings) as house:
        assert f"over {size} events was signed" in wait_stopped(house)
        record(house, size)  # longer again, and another one

    with signing(settings) as house:
        assert "are not those that were signed" in wait_stopped(house)
    assert checkpoints(settings) == before


def test_a_restored_backup_has_no_key_and_never_signs(settings: Settings, tmp_path: Path) -> None:
    grown(settings)
    with open_house(settings, projecting=False) as house:
        back_up(house, tmp_path / "backup.db")
    other = Settings(data=tmp_path / "restored")
    restore(other, tmp_path / "backup.db")

    with signing(other) as house:
        assert "cannot be read" in _unsigned(house)
    assert checkpoints(other) == []

    # With the key put back, but not what it signed, it is the same.
    other.log.mkdir(mode=0o700)
    shutil.copy(settings.signing_key, other.signing_key)
    with signing(other) as house:
        assert "has no checkpoint" in wait_stopped(house)
    assert checkpoints(other) == []


def _unsigned(house: object) -> str:
    try:
        house.signer.open()  # type: ignore[attr-defined]
    except Exception as error:  # noqa: BLE001 (its words are what is looked at)
        return str(error)
    return ""


def test_a_ledger_whose_last_checkpoint_is_only_known_elsewhere_is_not_signed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "checkpoint"
    elsewhere.parent.mkdir()
    settings = begun(tmp_path / "data", checkpoint_copy=elsewhere)
    whole = tmp_path / "whole"
    shutil.copytree(settings.data, whole)
    grown(settings)
    shutil.rmtree(settings.data)
    shutil.copytree(whole, settings.data)  # ledger, key and book of before: nothing in the folder knows better

    with signing(settings) as house:
        assert str(elsewhere) in wait_stopped(house)
    assert len(checkpoints(settings)) == 1


def test_without_the_place_of_the_copy_nothing_is_signed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "checkpoint"
    elsewhere.parent.mkdir()
    settings = begun(tmp_path / "data", checkpoint_copy=elsewhere)
    shutil.rmtree(elsewhere.parent)

    with signing(settings) as house:
        assert "is not there" in _unsigned(house)
        record(house)
    assert len(checkpoints(settings)) == 1


@pytest.mark.parametrize("spoil", ["another key", "no key of the ledger", "no line", "a damaged line", "readable"])
def test_files_that_do_not_fit_stop_it(settings: Settings, tmp_path: Path, spoil: str) -> None:
    grown(settings)
    book, key = Book(settings.log).path, settings.signing_key
    other = begun(tmp_path / "other")
    if spoil == "another key":
        shutil.copy(other.signing_key, key)
    elif spoil == "no key of the ledger":
        shutil.copy(other.signing_key, key)
        shutil.copy(Book(other.log).path, book)
    elif spoil == "no line":
        book.write_bytes(b"")
    elif spoil == "a damaged line":
        book.write_bytes(book.read_bytes()[:-20] + b"}\n")
    else:
        key.chmod(0o640)
    before = book.read_bytes()

    with signing(settings) as house:
        assert _unsigned(house) != ""
        record(house)
    assert book.read_bytes() == before


def test_events_that_come_while_the_map_is_committed_to_are_covered_by_the_next(settings: Settings) -> None:
    with open_house(settings) as house:
        position = record(house, 2)
        house.views.wait(position, 20.0)
        with house.views.reading() as reading:
            root = ledger_map.next_root(reading)
        record(house)  # between the reckoning and the commitment
        first = house.newsroom.commit_map(position, root, None).last
        house.views.wait(first, 20.0)
        with house.views.reading() as reading:
            assert ledger_map.due(reading)
            root = ledger_map.next_root(reading)
        second = house.newsroom.commit_map(first, root, (house.store.rows(first - 1, 1)[0].stream, 1)).last

        assert house.store.rows(second - 1, 1)
        assert verify(house.store).ok
