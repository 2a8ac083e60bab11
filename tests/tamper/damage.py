"""Ways to damage a data folder: each changes one thing, by chance, in a copy of the scene."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, Final

from domain.canonical import canonical, parse
from domain.ledger.rows import Row, leaf_bytes
from domain.tlog.merkle import Frontier, leaf_hash
from domain.tlog.note import parse_note
from domain.tlog.recount import Recount
from domain.tlog.treehead import Checkpoint
from projections.register import ALL
from projections.tables import WordIndex
from tests.tamper.scene import Scene, write

Statement = tuple[str, tuple[object, ...]]

COLUMNS: Final = ("position", "stream", "version", "recorded_at", "head", "words", "leaf")
VIEWS: Final = tuple(table for projection in ALL for table in projection.TABLES if not isinstance(table, WordIndex))
LOG_TABLES: Final = ("log_tiles", "map_nodes", "map_pending", "map_committed")

Damage = Callable[[Scene, Random], str]
"""Damages the scene, and says how, in words for whoever looks for a mutation that was missed."""


def flipped(data: bytes, dice: Random) -> bytes:
    """The bytes with one of them changed."""
    changed = bytearray(data)
    changed[dice.randrange(len(changed))] ^= dice.randrange(1, 256)
    return bytes(changed)


def flip_file(path: Path, dice: Random) -> str:
    path.write_bytes(flipped(path.read_bytes(), dice))
    return path.name


# The ledger.


def other(value: Any, dice: Random) -> Any:
    """Another value of the same type, one byte apart."""
    if value is None:
        return b"x"
    if isinstance(value, int):
        return value ^ 1 << dice.randrange(20) or value + 1
    return flipped(value.encode() if isinstance(value, str) else value, dice)


def change_column(scene: Scene, dice: Random) -> str:
    row, column = dice.choice(scene.rows()), dice.choice(COLUMNS)
    value = getattr(row, column)
    place = "CAST(? AS TEXT)" if isinstance(value, str) else "?"
    changed = other(value, dice)
    set_column(scene, row.position, column, changed, place)
    return f"{column} at {row.position}: {value!r} to {changed!r}"


def set_column(scene: Scene, position: int, column: str, value: Any, place: str = "?") -> None:
    statements: list[Statement] = [(f"UPDATE ledger SET {column} = {place} WHERE position = ?", (value, position))]
    if column == "position":
        statements.insert(0, ("DELETE FROM ledger WHERE position = ?", (value,)))
    if column in {"stream", "version"}:
        free = f"UPDATE OR REPLACE ledger SET {column} = {place} WHERE position = ?"
        statements = [(free, (value, position))]
    write(scene.settings.ledger, *statements)


def change_raw_byte(scene: Scene, dice: Random) -> str:
    return flip_file(scene.settings.ledger, dice)


def put(scene: Scene, *rows: Row) -> None:
    """Puts rows in the place of those at their positions."""
    statements: list[Statement] = [("DELETE FROM ledger WHERE position = ?", (row.position,)) for row in rows]
    statements += [("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?)", tuple(row)) for row in rows]
    write(scene.settings.ledger, *statements)


def drop_row(scene: Scene, dice: Random) -> str:
    position = dice.choice(scene.rows()).position
    write(scene.settings.ledger, ("DELETE FROM ledger WHERE position = ?", (position,)))
    return f"dropped {position}"


def swap_rows(scene: Scene, dice: Random) -> str:
    one, two = dice.sample(scene.rows(), 2)
    put(scene, one._replace(position=two.position), two._replace(position=one.position))
    return f"swapped {one.position} and {two.position}"


def truncate(scene: Scene, dice: Random) -> str:
    position = dice.choice(scene.rows()).position
    write(
        scene.settings.ledger,
        ("DELETE FROM ledger WHERE position >= ?", (position,)),
        ("DELETE FROM idempotency WHERE position >= ?", (position,)),
    )
    return f"truncated before {position}"


def renumber(scene: Scene, dice: Random) -> str:
    rows = scene.rows()
    position = dice.choice(rows).position
    later = [row for row in rows if row.position > position]
    moved = [row._replace(position=row.position - 1) for row in later]
    statements: list[Statement] = [("DELETE FROM ledger WHERE position >= ?", (position,))]
    statements += [("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?)", tuple(row)) for row in moved]
    statements += [("UPDATE idempotency SET position = position - 1 WHERE position >= ?", (position,))]
    write(scene.settings.ledger, *statements)
    return f"taken out {position}, and closed the gap"


def replay_row(scene: Scene, dice: Random) -> str:
    rows = scene.rows()
    old = dice.choice(rows)
    version = max(row.version for row in rows if row.stream == old.stream) + 1
    position, head = len(rows) + 1, canonical({**parse(old.head), "version": version})
    leaf = leaf_bytes(position, old.stream, version, old.recorded_at, head)
    put(scene, Row(position, old.stream, version, old.recorded_at, head, old.words, leaf))
    return f"replayed {old.position}"


def erase_words(scene: Scene, dice: Random) -> str:
    position = dice.choice([row.position for row in scene.rows() if row.words is not None])
    set_column(scene, position, "words", None)
    return f"words gone at {position}"


def change_erasure(scene: Scene, dice: Random) -> str:
    changes = (
        "DELETE FROM erasure",
        "UPDATE erasure SET position = position + 1",
        "UPDATE erasure SET event = event + 1",
        "INSERT INTO erasure VALUES (3, 4)",
    )
    change = dice.choice(changes)
    write(scene.settings.ledger, (change, ()))
    return change


# Whole events that are well formed, and fit their leaves.


def resealed(row: Row, words: bytes | None = None, **changes: Any) -> Row:
    """The row with other words or head fields, and hashes that fit."""
    words = words or row.words
    assert words is not None
    head = canonical({**parse(row.head), "words": sha256(words).hexdigest(), **changes})
    leaf = leaf_bytes(row.position, row.stream, row.version, row.recorded_at, head)
    return row._replace(head=head, words=words, leaf=leaf)


def salted(row: Row, dice: Random) -> Row:
    """The same event with another salt: nothing but a hash tells it from the one that was recorded."""
    assert row.words is not None
    return resealed(row, canonical({**parse(row.words), "salt": dice.randbytes(16).hex()}))


def forge_event(scene: Scene, dice: Random) -> str:
    row = dice.choice([row for row in scene.rows() if row.words is not None])
    put(scene, salted(row, dice))
    return f"another event at {row.position}"


def with_true_maps(rows: Sequence[Row]) -> list[Row]:
    """The rows with every commitment to the map made anew, as somebody would who changes one and covers it up."""
    counted, waiting, made = Recount(), list[Row](), list[Row]()
    for row in rows:
        head = parse(row.head)
        if head["type"] == "map.committed.v1":
            for known in [each for each in waiting if each.position <= head["data"]["size"]]:
                counted.put(sha256(known.stream.encode()).digest(), known.version, leaf_hash(known.leaf))
            waiting = [each for each in waiting if each.position > head["data"]["size"]]
            row = resealed(row, data={**head["data"], "root": counted.root().hex()})  # noqa: PLW2901
        waiting.append(row)
        made.append(row)
    return made


def forge_history(scene: Scene, dice: Random) -> str:
    rows = scene.rows()
    place = dice.choice([place for place, row in enumerate(rows) if row.words is not None])
    rows[place] = salted(rows[place], dice)
    put(scene, *with_true_maps(rows))
    return f"another history from {place + 1} on"


def lie_in_a_receipt(scene: Scene, dice: Random) -> str:
    row = next(row for row in scene.rows() if b'"desk.receipt_made.v1"' in row.head)
    data = parse(row.head)["data"]
    said = dice.choice(data["projections"])
    said["digest"] = flipped(bytes.fromhex(said["digest"]), dice).hex()
    put(scene, resealed(row, data=data))
    return f"a false digest of {said['projection']}"


def root_of(rows: Sequence[Row]) -> bytes:
    frontier = Frontier()
    for row in rows:
        frontier.push(leaf_hash(row.leaf))
    return frontier.root()


# The log's files.


def change_book_byte(scene: Scene, dice: Random) -> str:
    return flip_file(scene.book, dice)


def change_shown_byte(scene: Scene, dice: Random) -> str:
    return flip_file(scene.shown, dice)


def change_copy_byte(scene: Scene, dice: Random) -> str:
    return flip_file(scene.copy, dice)


def change_key_byte(scene: Scene, dice: Random) -> str:
    return flip_file(scene.settings.signing_key, dice)


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def drop_line(scene: Scene, dice: Random) -> str:
    lines = lines_of(scene.book)
    place = dice.randrange(len(lines))
    scene.book.write_bytes(b"".join(lines[:place] + lines[place + 1 :]))
    return f"dropped line {place + 1}"


def swap_lines(scene: Scene, dice: Random) -> str:
    lines = lines_of(scene.book)
    one, two = dice.sample(range(len(lines)), 2)
    lines[one], lines[two] = lines[two], lines[one]
    scene.book.write_bytes(b"".join(lines))
    return f"swapped lines {one + 1} and {two + 1}"


def cut_book(scene: Scene, dice: Random) -> str:
    data = scene.book.read_bytes()
    end = dice.randrange(len(data))
    scene.book.write_bytes(data[:end])
    return f"cut the book at {end}"


def append_line(scene: Scene, dice: Random) -> str:
    lines = lines_of(scene.book)
    scene.book.write_bytes(b"".join([*lines, dice.choice(lines)]))
    return "appended an old line"


def cut_shown(scene: Scene, dice: Random) -> str:
    path = dice.choice((scene.shown, scene.copy))
    data = path.read_bytes()
    path.write_bytes(data[: dice.randrange(len(data))])
    return f"cut {path}"


# The views.


def change_view(scene: Scene, dice: Random) -> str:
    tables = [table.name for table in VIEWS] + ["projection", "made_from"]
    return _change_row(scene, dice, dice.sample(tables, len(tables)))


def change_log_view(scene: Scene, dice: Random) -> str:
    return _change_row(scene, dice, dice.sample(LOG_TABLES, len(LOG_TABLES)))


def drop_view_row(scene: Scene, dice: Random) -> str:
    with closing(sqlite3.connect(scene.settings.views)) as connection, connection:
        table, row = _some_row(connection, dice, dice.sample([table.name for table in VIEWS], len(VIEWS)))
        _delete(connection, table, row)
    return f"dropped from {table}: {row}"


def _change_row(scene: Scene, dice: Random, tables: Sequence[str]) -> str:
    with closing(sqlite3.connect(scene.settings.views)) as connection, connection:
        table, row = _some_row(connection, dice, tables)
        place = dice.randrange(len(row))
        changed = list(row)
        type = connection.execute(f"PRAGMA table_info({table})").fetchall()[place][2]
        changed[place] = _other_value(row[place], dice, type)
        _delete(connection, table, row)
        marks = ", ".join("?" * len(row))
        connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", changed)
    return f"{table}, column {place}: {row[place]!r} to {changed[place]!r}"


def _some_row(connection: sqlite3.Connection, dice: Random, tables: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
    for table in tables:
        rows = connection.execute(f"SELECT * FROM {table}").fetchall()
        if rows:
            return table, dice.choice(rows)
    raise AssertionError("the views are empty")


def _delete(connection: sqlite3.Connection, table: str, row: Sequence[Any]) -> None:
    columns = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
    same = " AND ".join(f"{name} IS ?" for name in columns)
    connection.execute(f"DELETE FROM {table} WHERE {same}", tuple(row))


def _other_value(value: Any, dice: Random, type: str) -> Any:
    if value is None:
        return {"INTEGER": 1, "TEXT": "x"}.get(type, b"x")
    if isinstance(value, bytes):
        return flipped(value, dice) if value else b"x"
    if isinstance(value, str):
        place = dice.randrange(len(value) + 1)
        changed = value[:place] + dice.choice("abcxyz0189") + value[place + 1 :]
        return changed if changed != value else f"{value}x"
    return value + 1


@dataclass(frozen=True)
class Kind:
    """A way to damage, how many of a thousand mutations it is, and what is damaged."""

    damage: Damage
    share: int
    part: str


KINDS: Final = (
    Kind(change_column, 200, "ledger"),
    Kind(change_raw_byte, 160, "ledger"),
    Kind(drop_row, 15, "ledger"),
    Kind(swap_rows, 15, "ledger"),
    Kind(truncate, 20, "ledger"),
    Kind(renumber, 20, "ledger"),
    Kind(replay_row, 15, "ledger"),
    Kind(erase_words, 15, "ledger"),
    Kind(change_erasure, 10, "ledger"),
    Kind(forge_event, 30, "ledger"),
    Kind(forge_history, 30, "ledger"),
    Kind(lie_in_a_receipt, 10, "ledger"),
    Kind(change_book_byte, 100, "book"),
    Kind(drop_line, 15, "book"),
    Kind(swap_lines, 15, "book"),
    Kind(cut_book, 20, "book"),
    Kind(append_line, 10, "book"),
    Kind(change_shown_byte, 50, "files"),
    Kind(change_copy_byte, 40, "files"),
    Kind(cut_shown, 20, "files"),
    Kind(change_key_byte, 20, "files"),
    Kind(change_log_view, 90, "views"),
    Kind(change_view, 70, "views"),
    Kind(drop_view_row, 20, "views"),
)


def notes_of(book: Path) -> list[str] | None:
    """The notes of the book's whole lines; None if one cannot be made out."""
    try:
        return [json.loads(line)["note"] for line in lines_of(book) if line.endswith(b"\n")]
    except (ValueError, LookupError, TypeError):
        return None


def size_of(note: str) -> int:
    """How many events a checkpoint is over."""
    return Checkpoint.parse(parse_note(note.encode()).text).size
