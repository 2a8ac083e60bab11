"""Verification: a sound ledger passes while it is written to, and every changed byte is named with its place."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Thread

import pytest

from api.verification import verify
from domain.canonical import canonical, parse
from domain.claim.commands import AssertClaim
from domain.desk.commands import EnrolActor
from domain.errors import DamagedLedger
from domain.ledger.audit import Auditor, audit
from domain.ledger.memory import MemoryStore
from domain.ledger.rows import Row, leaf_bytes, moment, stamp
from domain.ledger.schema import SCHEMA
from domain.ledger.sqlite import SQLiteStore
from domain.newsroom import Newsroom
from domain.session import Order
from domain.tlog.merkle import leaf_hash, root
from domain.tlog.recount import Recount
from domain.values import OPERATOR
from tests.support.ledgers import random_newsroom
from tests.support.newsrooms import new_newsroom

COLUMNS = ("position", "stream", "version", "recorded_at", "head", "words", "leaf")
COMMANDS = 120

CLAIM = AssertClaim(statement="A bridge was closed in 2019.", language="en", kind="fact", attribution="own")
EDITOR = EnrolActor(name="Desk editor", roles=("editor",))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger file with a few hundred events of all sorts."""
    path = tmp_path_factory.mktemp("sound") / "ledger.db"
    store = SQLiteStore(path)
    random_newsroom(7, COMMANDS, store).close()
    store.close()
    return path


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path / "ledger.db"))


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    opened = new_newsroom(MemoryStore())
    yield opened
    opened.close()


def rows_of(path: Path) -> list[Row]:
    store = SQLiteStore(path, read_only=True)
    try:
        return store.rows(0, 1_000_000)
    finally:
        store.close()


def write(path: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    """Changes the file as nobody may: without triggers and checks, which are there again afterwards."""
    triggers = [name for name, sql in SCHEMA.items() if sql.startswith("CREATE TRIGGER")]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = on")
        for name in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for sql, values in statements:
            connection.execute(sql, values)
        for name in triggers:
            connection.execute(SCHEMA[name])


def changed(value: int | str | bytes, dice: random.Random) -> object:
    """The value with one byte changed: of a number, its last or last but one digit."""
    if isinstance(value, int):
        return value + dice.choice([10_000, 100_000, 1_000_000]) if value > 1 else value + 10_000
    data = bytearray(value.encode() if isinstance(value, str) else value)
    data[dice.randrange(len(data))] ^= dice.randrange(1, 256)
    return bytes(data)


def first_wrong(path: Path) -> tuple[int, str | None] | None:
    store = SQLiteStore(path, read_only=True)
    try:
        first = verify(store).first
    finally:
        store.close()
    return None if first is None else (first.position, first.stream)


def damage(path: Path, dice: random.Random) -> tuple[int, str, str]:
    """One byte of one column of one row, changed: position, stream and column."""
    with closing(sqlite3.connect(path)) as connection:
        (length,) = connection.execute("SELECT count(*) FROM ledger").fetchone()
        position, column = dice.randint(1, length), dice.choice(COLUMNS)
        stream, value = connection.execute(
            f"SELECT stream, {column} FROM ledger WHERE position = ?", (position,)
        ).fetchone()
    new = changed(value, dice)
    place = "CAST(? AS TEXT)" if isinstance(value, str) else "?"
    write(path, (f"UPDATE ledger SET {column} = {place} WHERE position = ?", (new, position)))
    return position, stream, column


def check_changed_bytes(sound: Path, folder: Path, seeds: range) -> None:
    for seed in seeds:
        path = Path(shutil.copy(sound, folder / f"{seed}.db"))
        position, stream, column = damage(path, random.Random(seed))

        found = first_wrong(path)

        assert found is not None, (seed, position, column)
        assert found[0] == position, (seed, position, column, found)
        assert found[1] in (stream, None) or column == "stream", (seed, position, column, found)
        path.unlink()


def test_a_sound_ledger_passes(sound: Path) -> None:
    rows = rows_of(sound)
    store = SQLiteStore(sound, read_only=True)

    found = verify(store)

    store.close()
    assert (found.ok, found.first, found.findings) == (True, None, 0)
    assert (found.size, found.root) == (len(rows), root(leaf_hash(row.leaf) for row in rows).hex())


def test_an_empty_ledger_passes() -> None:
    found = verify(MemoryStore())

    assert (found.ok, found.size, found.root) == (True, 0, sha256(b"").hexdigest())


def test_sixty_changed_bytes_are_each_named_with_their_place(sound: Path, tmp_path: Path) -> None:
    check_changed_bytes(sound, tmp_path, range(60))


@pytest.mark.soak
def test_five_hundred_changed_bytes_are_each_named_with_their_place(sound: Path, tmp_path: Path) -> None:
    check_changed_bytes(sound, tmp_path, range(1_000, 1_500))


@pytest.mark.parametrize("column", ["head", "words", "leaf"])
def test_bytes_changed_in_the_file_itself_are_named(copy: Path, column: str) -> None:
    row = max(rows_of(copy), key=lambda r: -abs(len(getattr(r, column) or b"") - 300))
    data, value = copy.read_bytes(), getattr(row, column)
    assert data.count(value[:200]) == 1
    at = data.index(value[:200]) + 100
    copy.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])

    assert first_wrong(copy) == (row.position, row.stream)


def test_words_that_are_gone_without_an_erasure_are_named(copy: Path) -> None:
    row = rows_of(copy)[40]
    write(copy, ("UPDATE ledger SET words = NULL WHERE position = ?", (row.position,)))

    assert first_wrong(copy) == (row.position, row.stream)


def test_a_missing_row_is_named(copy: Path) -> None:
    write(copy, ("DELETE FROM ledger WHERE position = 30", ()))

    assert first_wrong(copy) == (30, None)


def test_a_missing_end_is_noticed_by_the_keys_that_point_there(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    store = SQLiteStore(path)
    newsroom = new_newsroom(store)
    newsroom.close()
    store.close()
    write(path, ("DELETE FROM ledger WHERE position >= 2", ()))

    assert first_wrong(path) == (3, None)


def test_events_that_changed_places_are_named(copy: Path) -> None:
    swap = "UPDATE ledger SET position = ? WHERE position = ?"
    write(copy, (swap, (-1, 20)), (swap, (20, 50)), (swap, (50, -1)))

    found = first_wrong(copy)

    assert found is not None
    assert found[0] == 20


@pytest.mark.parametrize("name", list(SCHEMA))
def test_an_object_that_is_missing_from_the_schema_is_named(copy: Path, name: str) -> None:
    kind = SCHEMA[name].split()[1]
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute(f"DROP {kind} {name}")

    with pytest.raises(DamagedLedger, match="schema object"):
        SQLiteStore(copy, read_only=True)


def test_a_ledger_is_verified_while_it_grows(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "ledger.db")
    newsroom = new_newsroom(store)
    actor = newsroom.record(Order("actors.create", EDITOR, OPERATOR)).record
    stop: list[bool] = []

    def write_on() -> None:
        while not stop:
            newsroom.record(Order("claims.create", CLAIM, actor))

    writer = Thread(target=write_on)
    writer.start()
    other = SQLiteStore(tmp_path / "ledger.db", read_only=True)
    try:
        found = [verify(other)]
        for _ in range(4):
            other.wait(found[-1].size, timeout=60)
            found.append(verify(other))
    finally:
        stop.append(True)
        writer.join()
        other.close()
        newsroom.close()
        store.close()

    assert all(each.ok for each in found)
    assert [each.size for each in found] == sorted({each.size for each in found})


# What only somebody could do who makes the hashes fit again: verification still reads and folds every event.


def forged(row: Row, **changes: object) -> Row:
    """The row with other head fields, and a leaf that fits them."""
    head = canonical({**parse(row.head), **changes})
    return row._replace(head=head, leaf=leaf_bytes(row.position, row.stream, row.version, row.recorded_at, head))


def stored(rows: list[Row]) -> MemoryStore:
    store = MemoryStore()
    with store.writing() as writing:
        writing.insert(rows)
    return store


@pytest.mark.parametrize(
    "changes",
    [{"type": "claim.invented.v1"}, {"data": {"invented": True}}, {"type": "source.registered.v1"}],
    ids=["type", "data", "other stream's type"],
)
def test_an_event_that_cannot_be_read_or_folded_is_named(newsroom: Newsroom, changes: dict[str, object]) -> None:
    actor = newsroom.record(Order("actors.create", EDITOR, OPERATOR)).record
    made = newsroom.record(Order("claims.create", CLAIM, actor))
    rows = newsroom.store.rows(0, 100)
    bad = made.position - 1

    found = verify(stored([*rows[:bad], forged(rows[bad], **changes), *rows[bad + 1 :]]))

    assert found.first is not None
    assert (found.first.position, found.first.stream) == (made.position, made.record)
    assert found.first.detail


def erasing(rows: list[Row], *positions: object) -> Row:
    """An erasure event after these rows; its form is the one that the store's trigger asks for."""
    last = rows[-1]
    position, recorded_at = last.position + 1, stamp(moment(last.recorded_at) + timedelta(microseconds=1))
    words = canonical({"salt": "00" * 16, "words": {}})
    head = {
        "actor": "operator",
        "data": {"positions": list(positions)},
        "request": "req_erasing",
        "stream": "stream-of-erasures",
        "type": "desk.words_erased.v1",
        "version": 1,
        "words": sha256(words).hexdigest(),
    }
    stream, stored_head = "stream-of-erasures", canonical(head)
    leaf = leaf_bytes(position, stream, 1, recorded_at, stored_head)
    return Row(position, stream, 1, recorded_at, stored_head, words, leaf)


@pytest.mark.parametrize(("named", "first"), [((2,), None), ((1,), 1), (("2", None), 2), ((), 2)])
def test_words_may_be_gone_only_where_an_erasure_names_them(
    newsroom: Newsroom, named: tuple[object, ...], first: int | None
) -> None:
    rows = newsroom.store.rows(0, 100)
    rows[1] = rows[1]._replace(words=None)

    found = audit(stored([*rows, erasing(rows, *named)]))

    assert (found.first.position if found.first else None) == first


def test_an_auditor_counts_on_after_the_first_finding(newsroom: Newsroom) -> None:
    rows = newsroom.store.rows(0, 100)
    auditor = Auditor()
    for row in (rows[0], rows[1]._replace(leaf=b"x"), rows[2]._replace(words=b"x")):
        auditor.see(row)

    found = auditor.result()

    assert found.first is not None
    assert (found.first.position, found.findings, found.size) == (2, 2, 3)


def map_root(rows: list[Row]) -> str:
    counted = Recount()
    for row in rows:
        counted.put(sha256(row.stream.encode()).digest(), row.version, leaf_hash(row.leaf))
    return counted.root().hex()


def commit(newsroom: Newsroom, size: int, last: tuple[str, int] | None = None) -> Row:
    """A commitment to the map of the ledger's first `size` events, as the signer makes it."""
    appended = newsroom.commit_map(size, map_root(newsroom.store.rows(0, size)), last)
    return newsroom.store.rows(appended.first - 1, 1)[0]


def test_what_was_recorded_while_the_map_was_committed_to_is_covered_by_the_next(newsroom: Newsroom) -> None:
    head = newsroom.store.head().position
    first = commit(newsroom, head - 1)
    commit(newsroom, first.position, (first.stream, first.version))

    found = verify(newsroom.store)

    assert (found.first, found.maps) == (None, 2)


def test_a_map_that_is_committed_to_twice_at_one_size_is_named(newsroom: Newsroom) -> None:
    head = newsroom.store.head().position
    first = commit(newsroom, head)
    second = commit(newsroom, head, (first.stream, first.version))

    found = verify(newsroom.store)

    assert found.first is not None
    assert found.first.position == second.position
