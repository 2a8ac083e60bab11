"""An event of the ledger as auditors read it."""

from typing import Any

from typing_extensions import TypedDict

from api.representations.shapes.parts import Id, Position, Time, Version


class _Place(TypedDict):
    position: Position
    stream: Id
    version: Version
    recorded_at: Time


class Event(_Place):
    """An event as it was stored. `leaf` is the text of its entry in the transparency log.

    `head_sha256` is the hash of the stored head and `words_sha256` the one of the stored words, `{"salt", "words"}`;
    both are null where the words are gone, and their hash stays.
    """

    type: str
    decided_at: Time | None
    actor: str
    request: str
    data: dict[str, Any]
    words: dict[str, Any] | None
    salt: str | None
    head_sha256: str
    words_sha256: str
    leaf: str


class DamagedEvent(_Place):
    """The place of an event whose stored bytes are not what they must be, and the problem that it is."""

    problem: dict[str, Any]


class EventList(TypedDict):
    """Events, oldest first. `position` is how far the ledger has got; `next` is null where nothing more is stored."""

    position: Position
    items: list[Event | DamagedEvent]
    next: str | None
