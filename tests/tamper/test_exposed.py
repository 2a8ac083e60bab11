"""What becomes of histories that somebody rewrote, keys and maps that lie, and checkpoints that others hold."""

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

from api.bootstrap import desktop
from api.checks.held import Held, fetch
from api.signing import keys
from api.signing.book import Signed
from api.signing.keyring import Keyring
from api.verification import Beside, Verified, verify
from domain.canonical import parse
from domain.ledger.sqlite import SQLiteStore
from domain.tlog.checkpoint import Checkpoint, sign_checkpoint
from domain.tlog.keys import SigningKey
from tests.tamper.damage import forge_history, lie_in_a_receipt, notes_of, put, resealed, root_of, with_true_maps
from tests.tamper.scene import Scene, write

AT = "2026-11-28T12:00:00.000000Z"


def held(scene: Scene, note: bytes) -> Held:
    path = scene.data / "held"
    path.write_bytes(note)
    return fetch(str(path))


def against(scene: Scene, compared: Held) -> Verified:
    with closing(SQLiteStore(scene.settings.ledger, read_only=True)) as store:
        return verify(store, Beside(against=compared))


def test_a_history_that_was_rewritten_whole_is_exposed_by_what_was_signed(sound: Scene, tmp_path: Path) -> None:
    scene = sound.copied(tmp_path / "copy")
    forge_history(scene, Random(1))

    found = scene.verified()

    assert isinstance(found, Verified)
    assert found.first is not None
    assert "checkpoints.jsonl" in found.first.detail
    assert found.first.expected != found.first.found


def cut(scene: Scene, after: int) -> None:
    """Takes away everything behind a position, as a backup of then would."""
    statements = [f"DELETE FROM {table} WHERE position > ?" for table in ("idempotency", "erasure", "ledger")]
    write(scene.settings.ledger, *((statement, (after,)) for statement in statements))


def signed_anew(scene: Scene) -> None:
    """Puts one checkpoint over the ledger as it is in the place of all: what only the holder of the key can do."""
    rows = scene.rows()
    checkpoint = Checkpoint(scene.origin, len(rows), root_of(rows))
    signed = Signed(checkpoint, sign_checkpoint(checkpoint, *Keyring(scene.settings.signing_key).read()), AT)
    scene.book.write_bytes(signed.line())
    scene.shown.write_bytes(signed.note)
    scene.copy.write_bytes(signed.note)


def test_a_second_checkpoint_over_another_history_is_named_beside_the_first(sound: Scene, tmp_path: Path) -> None:
    scene = sound.copied(tmp_path / "copy")
    first = scene.book.read_bytes()
    forge_history(scene, Random(2))
    signed_anew(scene)
    scene.book.write_bytes(first + scene.book.read_bytes())

    found = scene.verified()

    assert isinstance(found, Verified)
    assert found.first is not None
    assert "not those that were signed" in found.first.detail


def test_where_all_was_signed_anew_only_a_checkpoint_held_elsewhere_tells(sound: Scene, tmp_path: Path) -> None:
    scene = sound.copied(tmp_path / "copy")
    notes = notes_of(sound.book)
    assert notes is not None
    forge_history(scene, Random(3))
    signed_anew(scene)

    exposed = against(scene, held(scene, notes[-1].encode()))

    assert exposed.first is not None
    assert (exposed.first.expected, exposed.first.found) == (root_of(sound.rows()).hex(), root_of(scene.rows()).hex())


def test_every_checkpoint_of_the_book_held_elsewhere_is_continued(sound: Scene, tmp_path: Path) -> None:
    scene = sound.copied(tmp_path / "copy")
    notes = notes_of(sound.book)
    assert notes is not None

    assert [against(scene, held(scene, note.encode())).first for note in notes] == [None] * len(notes)


def test_a_ledger_that_was_cut_is_shorter_than_the_checkpoint_held_elsewhere(sound: Scene, tmp_path: Path) -> None:
    scene = sound.copied(tmp_path / "copy")
    compared = held(scene, sound.shown.read_bytes())
    size = len(scene.rows())
    cut(scene, 20)

    found = against(scene, compared)

    assert found.first is not None
    assert (found.first.position, found.size) == (21, 20)
    assert f"over {size} events" in found.first.detail


def test_a_checkpoint_of_a_strangers_key_is_named(sound: Scene, tmp_path: Path) -> None:
    scene = sound.copied(tmp_path / "copy")
    stranger = SigningKey(scene.origin, bytes(32))
    checkpoint = Checkpoint(scene.origin, 20, root_of(scene.rows()[:20]))
    compared = held(scene, sign_checkpoint(checkpoint, stranger))

    unknown = against(scene, compared)
    believed = against(scene, replace(compared, key=stranger.verifier))

    assert unknown.first is not None
    assert "No key" in unknown.first.detail
    assert believed.first is None


def test_what_a_recorded_break_left_behind_is_abandoned_and_not_wrong(sound: Scene, tmp_path: Path) -> None:
    scene = sound.copied(tmp_path / "copy")
    cut(scene, 330)
    (scene.data / "views.db").unlink()
    before = scene.verified()
    with scene.open(working=False) as house:
        keys.rotate(desktop(scene.settings, house.newsroom), "broken", "A disk was lost.")

    found = scene.verified()

    assert isinstance(before, Verified)
    assert not before.ok
    assert isinstance(found, Verified)
    assert found.first is None
    assert found.abandoned > 0
    assert found.checkpoints > 0


def test_a_copy_of_the_ledger_alone_is_said_to_be_unsigned(sound: Scene, tmp_path: Path) -> None:
    scene = sound.copied(tmp_path / "copy")
    shutil.rmtree(scene.settings.log)

    found = scene.verified()

    assert isinstance(found, Verified)
    assert (found.ok, found.unsigned, found.checkpoints) == (True, True, 0)


def test_a_key_that_others_may_read_is_named(sound: Scene, tmp_path: Path) -> None:
    scene = sound.copied(tmp_path / "copy")
    scene.settings.signing_key.chmod(0o644)

    found = scene.verified()

    assert isinstance(found, Verified)
    assert found.first is not None
    assert "chmod" in found.first.detail


def test_a_map_that_was_counted_wrong_is_named_with_both_roots(sound: Scene, tmp_path: Path) -> None:
    scene = sound.copied(tmp_path / "copy")
    row = [row for row in scene.rows() if row.stream.startswith("map")][2]
    data = parse(row.head)["data"]
    put(scene, resealed(row, data={**data, "root": "00" * 32}))

    found = scene.verified()

    assert isinstance(found, Verified)
    assert found.first is not None
    assert (found.first.position, found.first.expected, found.first.found) == (row.position, data["root"], "00" * 32)


def test_a_false_receipt_is_named_even_where_it_was_signed(sound: Scene, tmp_path: Path) -> None:
    scene = sound.copied(tmp_path / "copy")
    lie_in_a_receipt(scene, Random(5))
    put(scene, *with_true_maps(scene.rows()))
    signed_anew(scene)

    found = scene.verified()

    assert isinstance(found, Verified)
    assert found.first is not None
    assert "receipt" in found.first.detail


def test_receipts_of_other_versions_are_not_comparable_and_not_wrong(sound: Scene, tmp_path: Path) -> None:
    scene = sound.copied(tmp_path / "copy")
    row = next(row for row in scene.rows() if b'"desk.receipt_made.v1"' in row.head)
    data = parse(row.head)["data"]
    said = [{**each, "version": each["version"] + 1, "digest": "00" * 32} for each in data["projections"]]
    put(scene, resealed(row, data={**data, "projections": said}))
    put(scene, *with_true_maps(scene.rows()))
    signed_anew(scene)

    found = scene.verified()

    assert isinstance(found, Verified)
    assert (found.ok, found.receipts, found.receipts_incomparable) == (True, 0, 1)
