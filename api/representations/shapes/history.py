"""The history of a record."""

from typing import Any, Literal

from typing_extensions import TypedDict

from api.representations.shapes.parts import Id, Position, Text, Time, Version


class By(TypedDict):
    """Somebody of the desk."""

    id: str
    name: Text


class Change(TypedDict):
    """What an event changed: a path of names and ids, and what is there before and after."""

    field: str
    before: Any
    after: Any


class ErasedSince(TypedDict):
    """That and why words were erased: by the event at `position`, recorded `at` that time."""

    position: Position
    at: Time
    reason: Text


class KeptWords(TypedDict):
    """What was decided last between desk and public on an event: by the event at `position`, recorded `at`."""

    act: Literal["withholding", "release"]
    position: Position
    at: Time
    reason: Text


class _Place(TypedDict):
    position: Position
    stream: Id
    version: Version
    recorded_at: Time
    withheld: bool


class HistoryItem(_Place, total=False):
    """An event. Of one that is withheld nothing is told but its place, and since when admins withhold it, if they do.

    `erased` says that its words were erased, since when, and why; other words may stand in their place. `kept` tells
    the desk what admins decided between it and the public.
    """

    type: str
    decided_at: Time | None
    actor: By | None
    request: str | None
    data: dict[str, Any]
    words: dict[str, Any] | None
    reason: Text
    changes: list[Change]
    erased: ErasedSince
    kept: KeptWords
    withheld_since: Time


class History(TypedDict):
    """Some of the events of a record and of what it rests on, oldest first.

    `withheld` counts those, of all of them, of which nothing is told. `next` is the cursor for what follows.
    """

    id: Id
    version: Version
    position: Position
    withheld: int
    items: list[HistoryItem]
    next: str | None
