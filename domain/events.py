"""What an event is: a head of structure, and words that can be taken away without changing the head.

Every event model has a stable, versioned name that is stored with it (`claim.asserted.v1`). Its fields are the *head*:
ids, enumerations, dates, numbers as text. Its `words` are whatever a person typed. Reading is tolerant on purpose:
fields of a stored event are plain types, since a rule that gets stricter must never make the past unreadable; the
rules live in the commands.

`words` is None where they were erased, or are withheld from this reader. Every fold works without them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict

_STORED = ConfigDict(frozen=True, extra="forbid")


class Words(BaseModel):
    """What people typed. An event in which nobody typed anything has words too: they hold only the salt."""

    model_config = _STORED


class Event(BaseModel):
    """One thing that happened to one stream. Subclasses declare `type=` and narrow `words`."""

    model_config = _STORED

    TYPE: ClassVar[str]
    WORDS: ClassVar[type[Words]]

    words: Words | None = Words()

    def __init_subclass__(cls, *, type: str, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.TYPE = type

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        annotation = cls.model_fields["words"].annotation
        cls.WORDS = next(arm for arm in getattr(annotation, "__args__", ()) if issubclass(arm, Words))


class Partial(Event, type="partial"):
    """An event that changes some fields of a description: only the fields that `changes` names count.

    A named field that is absent was cleared. An unnamed field keeps what it was.
    """

    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    """That the words of an event were erased: by the event at `position`, which was recorded `at` that time, and why.

    `reason` is None where that was erased in turn. `redacted` says that other words stand in the place of those erased.
    """

    position: int
    at: str
    reason: str | None
    redacted: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event at its place in the ledger.

    `recorded_at` was given by the ledger; `decided_at` only exists for imported history. `commitment` is the SHA-256 of
    the words, in hex: it stays when the words go. Where they were `erased`, the event has the redacted words, or none.
    """

    position: int
    stream: str
    version: int
    recorded_at: str
    decided_at: str | None
    actor: str
    request: str
    commitment: str
    event: Event
    erased: Erased | None = None

    @property
    def effective_at(self) -> str:
        """When it was decided, as far as anybody says; otherwise when it was recorded."""
        return self.decided_at or self.recorded_at

    def without_words(self) -> "Recorded":
        """The event as one reads it who may not read its words."""
        return replace(self, event=self.event.model_copy(update={"words": None}))


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which event a part of a record comes from: where, when, by whom, over which words."""

    position: int
    at: str
    by: str
    commitment: str
    decided_at: str | None = None

    @classmethod
    def of(cls, recorded: Recorded) -> "Stamp":
        return cls(recorded.position, recorded.recorded_at, recorded.actor, recorded.commitment, recorded.decided_at)


class NoWords(Words):
    """Nothing typed."""


class ReasonWords(Words):
    """Why somebody changed their mind."""

    reason: str


class Older(NamedTuple):
    """An older form of an event: the name that it is read as, and its head data and words in that form."""

    type: str
    data: dict[str, Any]
    words: dict[str, Any] | None


Upcaster = Callable[[dict[str, Any], dict[str, Any] | None], Older]
