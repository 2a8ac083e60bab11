"""The tables that a projection keeps, and the few statements that are the same for all of them."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the views: its name, its columns as in CREATE TABLE, its key, and its indexes (name → the rest).

    `key`, which is the first columns, orders the rows and tells them apart; it is the primary key. A table that is
    `main` has one row for each record, with a column `digest` that holds the 32 bytes of the row's digest
    (`projections.documents`); the other tables hold parts of what the main one says.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, str], ...] = ()
    main: bool = False

    @property
    def create(self) -> tuple[str, ...]:
        """The statements that make the table and its indexes, byte for byte as SQLite keeps them."""
        body = ", ".join((*self.columns, f"PRIMARY KEY ({', '.join(self.key)})"))
        layout = "STRICT" if self.main else "STRICT, WITHOUT ROWID"
        indexes = (f"CREATE INDEX {name} ON {self.name} {rest}" for name, rest in self.indexes)
        return (f"CREATE TABLE {self.name} ({body}) {layout}", *indexes)

    @property
    def put(self) -> str:
        """Inserts a row, in place of the one with the same key if there is one."""
        return f"INSERT OR REPLACE INTO {self.name} VALUES ({', '.join('?' * len(self.columns))})"  # noqa: S608

    @property
    def remove(self) -> str:
        """Deletes the row with this key."""
        return f"DELETE FROM {self.name} WHERE {' AND '.join(f'{column} = ?' for column in self.key)}"  # noqa: S608

    @property
    def rows(self) -> str:
        """All rows, in the order of the key."""
        return f"SELECT * FROM {self.name} ORDER BY {', '.join(self.key)}"  # noqa: S608

    @property
    def digests(self) -> str:
        """The digests of all rows, in the order of the key."""
        return f"SELECT digest FROM {self.name} ORDER BY {', '.join(self.key)}"  # noqa: S608

    @property
    def take_over(self) -> tuple[str, ...]:
        """Puts the rows of the same table of the attached database `beside` in the place of all rows."""
        return f"DELETE FROM main.{self.name}", f"INSERT INTO main.{self.name} SELECT * FROM beside.{self.name}"  # noqa: S608


@dataclass(frozen=True, slots=True)
class WordIndex(Table):
    """An index of words (FTS5), of a title and of passages. Its rows are words with spaces between them.

    FTS5 divides them at those spaces and changes nothing: letters that are not ASCII never end a word for its
    tokenizer `ascii`, whichever Unicode it was built with (`projections.words` knows about letters).
    """

    columns: tuple[str, ...] = ("rowid", "title", "passages")
    key: tuple[str, ...] = ("rowid",)

    @property
    def create(self) -> tuple[str, ...]:
        """The statement that makes the index, byte for byte as SQLite keeps it."""
        return (f"CREATE VIRTUAL TABLE {self.name} USING fts5({', '.join(self.columns[1:])}, tokenize = 'ascii')",)

    @property
    def put(self) -> str:
        """Inserts a row, whose rowid must not be there."""
        return f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES ({', '.join('?' * len(self.columns))})"  # noqa: S608

    @property
    def rows(self) -> str:
        """All rows, in the order of the key."""
        return f"SELECT {', '.join(self.columns)} FROM {self.name} ORDER BY rowid"  # noqa: S608

    @property
    def take_over(self) -> tuple[str, ...]:
        """Puts the rows of the same index of the attached database `beside` in the place of all rows.

        Deleted row by row, the old words would stay in the file until the index merges them away.
        """
        named = ", ".join(self.columns)
        copied = f"INSERT INTO main.{self.name} ({named}) SELECT {named} FROM beside.{self.name} ORDER BY rowid"  # noqa: S608
        return f"DROP TABLE main.{self.name}", *self.create, copied


def told(column: str) -> str:
    """A text as the reader may have it: `column` has what everybody may, `desk_` and its name what the desk has beyond.

    A query that forgets to ask so keeps from the desk what is withheld from the public, and gives nothing away.
    """
    return f"CASE WHEN :desk THEN coalesce(desk_{column}, {column}) ELSE {column} END"


def beyond(desk: str | None, public: str | None) -> str | None:
    """What is kept for the desk beside a text that the public may have: nothing if it is the same."""
    return None if desk == public else desk


class Parts:
    """Gathers what changes in a table whose rows are parts of records, to write it all at once."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._gone: list[Row] = []
        self._new: list[Row] = []

    def change(self, before: Iterable[Row], after: Iterable[Row]) -> None:
        """One record had these rows and has those now."""
        old, new = set(before), set(after)
        self._gone.extend(row[: len(self._table.key)] for row in old - new)
        self._new.extend(new - old)

    def write(self, views: sqlite3.Connection) -> None:
        """Writes the changes."""
        views.executemany(self._table.remove, self._gone)
        views.executemany(self._table.put, self._new)
