"""What every projection is, and what all their readings share."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Generic, Literal, Protocol, TypeVar

from projections.batch import Batch
from projections.tables import Table

T = TypeVar("T")

Audience = Literal["public", "desk"]
"""Who reads: everyone, or the people at the desk."""

FIRST: Final = 0
"""The cursor before everything."""


class Projection(Protocol):
    """Keeps its tables in step with the ledger.

    `VERSION` is raised whenever the code would make other rows of the same events; then everybody's tables are built
    anew. The first of `TABLES` is the main one.
    """

    @property
    def NAME(self) -> str: ...  # noqa: N802 (a constant of the class)
    @property
    def VERSION(self) -> int: ...  # noqa: N802 (a constant of the class)
    @property
    def TABLES(self) -> tuple[Table, ...]: ...  # noqa: N802 (a constant of the class)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Brings the tables from the state before the batch to the state after it, inside the caller's transaction.

        The rows after the batch depend on the events up to its end alone, not on how they were cut into batches.
        """
        ...


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list, in order. `next` is the cursor for what follows, None at the end."""

    items: tuple[T, ...]
    next: int | None


def page(items: Sequence[T], cursors: Sequence[int], limit: int) -> Page[T]:
    """The page of up to `limit` items out of those found, of which there is one more if another page follows."""
    more = len(items) > limit
    return Page(tuple(items[:limit]), cursors[limit - 1] if more else None)


def filled(kind: type[T], row: Sequence[Any], **instead: Any) -> T:
    """A small dataclass from a row with a column for each field, in order; `instead` puts other values in place."""
    named = zip(fields(kind), row, strict=True)  # type: ignore[arg-type]
    said = {field.name: bool(value) if field.type is bool else value for field, value in named}
    return kind(**{**said, **instead})
