"""The log's key is changed with a reason, in steps that a crash cannot spoil."""

from pathlib import Path

import pytest

from api.bootstrap import desktop, open_house
from api.checks.folder import Folder
from api.settings import Settings
from api.signing import keys
from api.signing.book import Book
from api.signing.keyring import Keyring, new_key
from api.verification import Beside, verify
from domain.errors import DamagedLedger, RuleBroken, StoreUnavailable
from domain.tlog.checkpoint import open_checkpoint
from domain.tlog.errors import Unverified
from domain.tlog.keys import VerifierKey
from domain.tlog.note import parse_note
from domain.values import KeyCause
from tests.signing.houses import ORIGIN, begun, checkpoints, demand_one_history, grown, signing, wait_stopped
from tests.signing.test_signer import forget, kept


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = begun(tmp_path / "data")
    grown(settings)
    return settings


def rotated(settings: Settings, cause: KeyCause) -> str:
    with open_house(settings, projecting=False) as house:
        return keys.rotate(desktop(settings, house.newsroom), cause, "Because.")


def history(settings: Settings) -> list[tuple[str, str, int | None]]:
    with open_house(settings, projecting=False) as house:
        return [(key.vkey, key.cause, key.last_size) for key in house.newsroom.desk.keys]


def signers(note: bytes) -> int:
    return len(parse_note(note).signatures)


def test_as_planned_both_keys_sign_until_the_old_one_is_retired(settings: Settings) -> None:
    (old, *_), size = history(settings)[0], checkpoints(settings)[-1].checkpoint.size
    new = rotated(settings, "planned")

    grown(settings)
    note = checkpoints(settings)[-1].note
    assert signers(note) == 2
    for vkey in (old, new):
        open_checkpoint(note, [VerifierKey.parse(vkey)], ORIGIN)
    assert history(settings)[1] == (new, "planned", size)

    with open_house(settings, projecting=False) as house:
        assert keys.retire(desktop(settings, house.newsroom)) == (old,)
    grown(settings)
    note = checkpoints(settings)[-1].note
    assert signers(note) == 1
    open_checkpoint(note, [VerifierKey.parse(new)], ORIGIN)
    with pytest.raises(Unverified):
        open_checkpoint(note, [VerifierKey.parse(old)], ORIGIN)
    demand_one_history(settings)


def test_a_lost_key_is_replaced_and_the_history_goes_on(settings: Settings) -> None:
    settings.signing_key.unlink()
    before = checkpoints(settings)

    new = rotated(settings, "lost")

    grown(settings)
    assert [vkey for vkey, *_ in history(settings)][-1] == new
    assert checkpoints(settings)[: len(before)] == before
    assert signers(checkpoints(settings)[-1].note) == 1
    demand_one_history(settings)


def test_a_break_is_recorded_with_what_cannot_be_continued(settings: Settings, tmp_path: Path) -> None:
    old = kept(settings, tmp_path)
    size = grown(settings)
    forget(settings, old)
    for cause in ("planned", "lost"):
        with pytest.raises(RuleBroken, match="that is a break"):
            rotated(settings, cause)

    new = rotated(settings, "broken")

    with signing(settings) as house:
        assert house.signer.state.stopped is None
    grown(settings)
    assert history(settings)[-1] == (new, "broken", size)
    (only,) = Keyring(settings.signing_key).read()
    assert only.verifier.render() == new
    note = checkpoints(settings)[-1].note
    assert signers(note) == 1
    open_checkpoint(note, [VerifierKey.parse(new)], ORIGIN)


def test_a_lost_book_is_a_break(settings: Settings) -> None:
    Book(settings.log).path.unlink()
    with pytest.raises(RuleBroken, match="are not here"):
        rotated(settings, "planned")

    rotated(settings, "broken")

    grown(settings)
    assert history(settings)[-1][1:] == ("broken", None)


def test_a_ledger_from_before_gets_its_key_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data=tmp_path / "data")
    from tests.signing import houses

    with monkeypatch.context() as before:
        before.setattr(keys, "create", lambda _: "")
        houses.begun(settings.data)
    with signing(settings) as house:
        assert "no key yet" in wait_stopped(house)

    with open_house(settings, projecting=False) as house:
        at = desktop(settings, house.newsroom)
        vkey = keys.create(at)
        with pytest.raises(RuleBroken, match="a key already"):
            keys.create(at)

    grown(settings)
    open_checkpoint(checkpoints(settings)[-1].note, [VerifierKey.parse(vkey)], ORIGIN)


@pytest.mark.parametrize("step", ["_enter", "_record"])
@pytest.mark.parametrize("cause", ["planned", "lost", "broken"])
def test_a_change_that_was_interrupted_is_gone_on_with(settings: Settings, cause: KeyCause, step: str) -> None:
    first = history(settings)
    with pytest.MonkeyPatch.context() as power:
        power.setattr(keys, step, _power_fails)
        with pytest.raises(InterruptedError):
            rotated(settings, cause)
    made = Keyring(settings.signing_key).read()[0].verifier.render()

    assert history(settings) == first
    assert (rotated(settings, cause) == made) is (cause != "broken")

    grown(settings)
    demand_one_history(settings)
    with open_house(settings, projecting=False) as house:
        verified = verify(house.store, Beside(log=Folder(Book(settings.log), settings.signing_key)))
    assert verified.ok, verified
    # After a break the key that was made is not taken up; what it signed is told.
    assert len(verified.strange) == (cause == "broken" and step == "_record")


def test_as_planned_needs_the_key_that_is_replaced(settings: Settings) -> None:
    Keyring(settings.signing_key).write([new_key(ORIGIN, lambda size: bytes(range(size)))])

    with pytest.raises(RuleBroken, match="--lost"):
        rotated(settings, "planned")


@pytest.mark.parametrize("after", ["the key is written", "the checkpoint is signed"])
def test_a_beginning_that_was_interrupted_is_gone_on_with(tmp_path: Path, after: str) -> None:
    settings = Settings(data=tmp_path / "data")
    broken = keys._record if after == "the checkpoint is signed" else keys._enter
    name = broken.__name__
    try:
        setattr(keys, name, _power_fails)
        with pytest.raises(InterruptedError):
            begun(settings.data)
    finally:
        setattr(keys, name, broken)
    written = settings.signing_key.read_bytes()

    with open_house(settings, projecting=False) as house:
        keys.create(desktop(settings, house.newsroom))

    assert settings.signing_key.read_bytes() == written
    grown(settings)
    demand_one_history(settings)


def _power_fails(*_: object) -> None:
    raise InterruptedError


def test_the_files_of_another_ledger_are_not_taken_for_ones_own(tmp_path: Path) -> None:
    one = begun(tmp_path / "one")
    grown(one)
    other = Settings(data=tmp_path / "other")
    other.data.mkdir()
    one.log.rename(other.log)

    with pytest.raises(RuleBroken, match="does not continue"):
        begun(other.data)


@pytest.mark.parametrize("text", ["", "nonsense\n", "PRIVATE+KEY+a+b+c\n"])
def test_what_is_no_key_is_not_read_as_one(settings: Settings, text: str) -> None:
    settings.signing_key.write_text(text)

    with pytest.raises(DamagedLedger, match="key"):
        Keyring(settings.signing_key).read()


def test_a_key_that_others_can_read_is_not_used(settings: Settings) -> None:
    settings.signing_key.chmod(0o644)

    with pytest.raises(StoreUnavailable, match="chmod 600"):
        Keyring(settings.signing_key).read()


def test_a_key_is_in_no_event(settings: Settings) -> None:
    secret = settings.signing_key.read_text().strip().rpartition("+")[2]

    ledger = settings.ledger.read_bytes() + b"".join(p.read_bytes() for p in settings.data.glob("ledger.db-*"))

    assert secret.encode() not in ledger
