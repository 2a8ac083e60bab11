"""An event of the ledger as auditors read it."""

from typing import Any, Literal

from typing_extensions import TypedDict

from api.representations.shapes.history import KeptWords
from api.representations.shapes.parts import Created, Id, Position, Time, Version, When


class _Place(TypedDict):
    position: Position
    stream: Id
    version: Version
    recorded_at: Time


class ErasedWords(TypedDict):
    """That and why the words of an event were erased: by the event at `position`, recorded `at` that time.

    `redacted_words` stand in their place, if there are any. They and the reason are null where they were erased too.
    """

    position: Position
    at: Time
    reason: str | None
    redacted_words: dict[str, Any] | None


class ErasedEvent(TypedDict):
    """An event of a record whose words were erased: at which position, since when, and why.

    `redacted` says that other words stand in the place of those erased. The reason is null where it was erased too.
    """

    position: Position
    type: str
    recorded_at: Time
    erased_at: Time | None
    reason: str | None
    redacted: bool


class Erasable(TypedDict):
    """What every record carries besides: the events of it whose words were erased, oldest first."""

    erasures: list[ErasedEvent]


class Event(_Place):
    """An event as it was stored. `leaf` is the text of its entry in the transparency log.

    `head_sha256` is the hash of the stored head and `words_sha256` the one of the stored words, `{"salt", "words"}`;
    both are null where the words are gone, and their hash stays. `erased` says why they are gone.
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
    erased: ErasedWords | None


class WordProposal(TypedDict):
    """What an admin proposed of the words of events, which waits for another admin."""

    id: Id
    act: Literal["erasure", "withholding", "release"]
    positions: list[Position]
    reason: str | None
    redacted_words: dict[str, Any] | None
    proposed: When


class SingleEvent(Event):
    """An event, what was decided on its words, and what waits for a second person.

    `kept_files` are the digests of those files of an erased snapshot that stay, since another event names them too.
    """

    kept: KeptWords | None
    proposals: list[WordProposal]
    kept_files: list[str]


class WrittenEvent(SingleEvent, Created):
    """The event whose words the command is about, as it left them."""


class DamagedEvent(_Place):
    """The place of an event whose stored bytes are not what they must be, and the problem that it is."""

    problem: dict[str, Any]


class EventList(TypedDict):
    """Events, oldest first. `position` is how far the ledger has got; `next` is null where nothing more is stored."""

    position: Position
    items: list[Event | DamagedEvent]
    next: str | None
