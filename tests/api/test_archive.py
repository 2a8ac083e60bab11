"""The archive: a ledger goes out and comes in again with the same bytes, whole or not at all."""

import io
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.archive import export_archive, import_archive, is_archive
from domain.canonical import canonical
from domain.errors import DamagedLedger, InvalidInput, RuleBroken, StoreUnavailable
from domain.ledger.audit import audit
from domain.ledger.memory import MemoryStore
from domain.ledger.rows import Erasure, Row, leaf_bytes
from domain.ledger.sqlite import SQLiteStore
from domain.ledger.store import Store
from domain.streams import Streams
from domain.values import OPERATOR
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.ledgers import random_newsroom
from tests.support.newsrooms import new_newsroom
from tests.support.story import told

Lines = list[dict[str, Any]]


def a_ledger(seed: int = 3, commands: int = 60) -> Store:
    store = MemoryStore()
    random_newsroom(seed, commands, store).close()
    return store


def archived(store: Store, folder: Path) -> bytes:
    export_archive(store, folder / "archive.jsonl")
    return (folder / "archive.jsonl").read_bytes()


@pytest.fixture
def archive(tmp_path: Path) -> bytes:
    return archived(a_ledger(), tmp_path)


def all_rows(store: Store) -> list[Row]:
    return store.rows(0, 1_000_000)


@given(seed=st.integers(0, 2**32), commands=st.integers(0, 40))
@settings(max_examples=15)
def test_what_comes_in_is_what_went_out(tmp_path_factory: pytest.TempPathFactory, seed: int, commands: int) -> None:
    folder = tmp_path_factory.mktemp("archive")
    before, after = a_ledger(seed, commands), SQLiteStore(folder / "ledger.db")
    data = archived(before, folder)

    found = import_archive(after, io.BytesIO(data))

    assert all_rows(after) == all_rows(before)
    assert found == audit(after) == audit(before)
    assert archived(after, folder) == data
    after.close()


def test_the_first_and_the_last_line_say_what_the_archive_holds(archive: bytes) -> None:
    lines = [json.loads(line) for line in archive.splitlines()]
    rows = lines[1:-1]

    assert lines[0].keys() == {"archive", "ledger", "position", "root"}
    assert lines[0]["position"] == lines[-1]["count"] == len(rows) == rows[-1]["position"]
    assert lines[0]["root"] == lines[-1]["root"]
    assert lines[0]["ledger"] == rows[0]["stream"]
    assert is_archive(archive.splitlines()[0])
    assert not is_archive(b'{"journal": "x", "version": 1}')
    assert not is_archive(b"{")


def test_recording_goes_on_in_the_ledger_that_came_in(archive: bytes) -> None:
    store = MemoryStore()
    import_archive(store, io.BytesIO(archive))
    length = store.head().position

    newsroom = new_newsroom(store)
    newsroom.close()

    assert newsroom.desk.actors
    assert store.head().position == length


def edit(change: Callable[[Lines], Any]) -> Callable[[bytes], bytes]:
    def edited(archive: bytes) -> bytes:
        lines = [json.loads(line) for line in archive.splitlines()]
        change(lines)
        return b"".join(canonical(line) + b"\n" for line in lines)

    return edited


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "the last line missing": lambda data: data[: data.rindex(b'{"count"')],
    "a line cut short": lambda data: data[: len(data) // 2],
    "a second end": lambda data: data + data[data.rindex(b'{"count"') :],
    "another version": edit(lambda lines: lines[0].update(archive=2)),
    "another ledger": edit(lambda lines: lines[0].update(ledger="dsk_00000000000000000000000000")),
    "another root at the start": edit(lambda lines: lines[0].update(root="0" * 64)),
    "another root at the end": edit(lambda lines: lines[-1].update(root="0" * 64)),
    "another count": edit(lambda lines: lines[-1].update(count=7)),
    "a row missing": edit(lambda lines: lines.pop(10)),
    "a row twice": edit(lambda lines: lines.insert(10, lines[10])),
    "two rows swapped": edit(lambda lines: lines.insert(10, lines.pop(11))),
    "words changed": edit(lambda lines: lines[10].update(words='{"salt":"00","words":{}}')),
    "words gone": edit(lambda lines: lines[10].update(words=None)),
    "a head changed": edit(lambda lines: lines[10].update(head=lines[11]["head"])),
    "a leaf changed": edit(lambda lines: lines[10].update(leaf=lines[11]["leaf"])),
    "a time changed": edit(lambda lines: lines[10].update(recorded_at="2020-01-01T00:00:00.000000Z")),
    "a field too many": edit(lambda lines: lines[10].update(more=1)),
    "no object": lambda data: data.replace(b"\n", b"\n[]\n", 1),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED.keys())
@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_a_damaged_archive_leaves_the_ledger_empty(
    archive: bytes, tmp_path: Path, damage: Callable[[bytes], bytes], kind: str
) -> None:
    store: Store = MemoryStore() if kind == "memory" else SQLiteStore(tmp_path / "ledger.db")

    with pytest.raises(InvalidInput):
        import_archive(store, io.BytesIO(damage(archive)))

    assert store.head().position == 0
    import_archive(store, io.BytesIO(archive))
    store.close()


def test_an_archive_is_imported_into_an_empty_ledger_only(archive: bytes) -> None:
    store = a_ledger(seed=4)
    before = all_rows(store)

    with pytest.raises(RuleBroken):
        import_archive(store, io.BytesIO(archive))

    assert all_rows(store) == before


def test_a_damaged_or_empty_ledger_is_not_archived(tmp_path: Path) -> None:
    rows = all_rows(a_ledger())
    damaged = MemoryStore()
    with damaged.writing() as writing:
        writing.insert([*rows[:5], rows[5]._replace(words=b"x"), *rows[6:]])

    with pytest.raises(DamagedLedger) as raised:
        export_archive(damaged, tmp_path / "archive.jsonl")
    with pytest.raises(RuleBroken):
        export_archive(MemoryStore(), tmp_path / "archive.jsonl")

    assert raised.value.position == 6
    assert list(tmp_path.iterdir()) == []


def test_an_archive_that_cannot_be_written_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        export_archive(a_ledger(), tmp_path / "missing" / "archive.jsonl")

    assert list(tmp_path.iterdir()) == []


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    told: list[int] = []
    store = a_ledger()

    export_archive(store, tmp_path / "archive.jsonl", told.append)

    assert told[-1] == store.head().position


def an_erased_ledger() -> Store:
    """A ledger with a claim whose words were erased, and whose erasure was erased in turn."""
    with Desk() as desk:
        told(desk)
        for at in ("#c1", None):
            position = str(desk.length) if at is None else at
            redacted = {"statement": "[…]"} if at else {"reason": "again", "redacted": {"statement": "…"}}
            asked = {**bodies.because(), "redacted_words": redacted}
            desk.given(Do("events.erasure", asked, (position,), OPERATOR, "w"))
            desk.given(Do("events.erasure.approval", {"proposal_id": "@w"}, (position,), "ad"))
        return desk.store


def test_what_was_erased_comes_in_erased_and_stays_so(tmp_path: Path) -> None:
    before, after = an_erased_ledger(), SQLiteStore(tmp_path / "ledger.db")

    import_archive(after, io.BytesIO(archived(before, tmp_path)))

    assert all_rows(after) == all_rows(before)
    gone = [row.position for row in all_rows(after) if row.words is None]
    assert len(gone) == 3
    assert Streams(after).event(gone[0]).event.words.statement == "…"  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="once"), after.writing() as writing:
        writing.erase([Erasure(gone[0], gone[1])])
    after.close()


def test_words_at_an_erased_position_are_refused(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in archived(an_erased_ledger(), tmp_path).splitlines()]
    erased = next(line for line in lines if "words" in line and line["words"] is None)
    words = canonical({"salt": "00" * 16, "words": {"statement": "He did it."}}).decode()
    sealed = {**json.loads(erased["head"]), "words": sha256(words.encode()).hexdigest()}
    head = canonical(sealed).decode()
    leaf = leaf_bytes(erased["position"], erased["stream"], erased["version"], erased["recorded_at"], head.encode())
    put_back = {**erased, "words": words, "head": head, "leaf": leaf.decode()}
    forged = [put_back if line is erased else line for line in lines]
    store = MemoryStore()

    with pytest.raises(InvalidInput, match="words are there, although"):
        import_archive(store, io.BytesIO(b"".join(canonical(line) + b"\n" for line in forged)))

    assert not all_rows(store)
