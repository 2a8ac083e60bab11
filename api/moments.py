"""Moments that a reader may ask for: now, a ledger position, a time of recording, a time of decision."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pydantic import TypeAdapter, ValidationError

from domain.errors import InvalidInput, NotFound
from domain.ledger.rows import stamp
from domain.ledger.store import Store
from domain.values import Moment as MomentText

_MOMENT: Final = TypeAdapter(MomentText)


@dataclass(frozen=True, slots=True)
class Moment:
    """When to look. At most one of `position` and `decided` is set; if none is, the newest state is meant.

    `position` is the end of a command; `recorded` is the time that was asked for, where it was not the position itself.
    `decided` is a stamp: what had been decided by then, whenever it was recorded.
    """

    position: int | None = None
    decided: str | None = None
    recorded: str | None = None

    @property
    def is_now(self) -> bool:
        """Whether the newest state is meant."""
        return self.position is None and self.decided is None


NOW: Final = Moment()


def utc(text: object, pointer: str) -> str:
    """The moment in UTC with six digits. Raises `InvalidInput` that blames `pointer` unless it is RFC 3339."""
    try:
        moment = datetime.fromisoformat(_MOMENT.validate_python(text, strict=True)).astimezone(UTC)
    except (ValidationError, ValueError, OverflowError):
        message = "A time is given as RFC 3339 with its offset, as 2023-06-20T10:00:00+02:00."
        raise InvalidInput.at(pointer, message) from None
    return stamp(moment)


def moment_of(store: Store, position: str | None, as_of: str | None, axis: str | None) -> Moment:
    """The moment that a query asks for.

    Raises `InvalidInput` for what cannot be meant together, `NotFound` for a position that the ledger has not reached.
    """
    if axis not in (None, "recorded", "decided"):
        raise InvalidInput("The axis is 'recorded' or 'decided'.")
    if position is not None and as_of is not None:
        raise InvalidInput("Ask for a position or for a time (as_of), not for both.")
    if position is not None and axis == "decided":
        raise InvalidInput("A position is a place on the axis of recording; for 'decided' give a time (as_of).")
    if position is not None:
        return Moment(position=_reached(store, whole_number(position, "position")))
    if as_of is not None:
        moment = utc(as_of.replace(" ", "+"), "")
        if axis == "decided":
            return Moment(decided=moment)
        return Moment(position=store.position_at(moment), recorded=moment)
    if axis == "decided":
        raise InvalidInput("The axis 'decided' needs a time (as_of).")
    return NOW


def _reached(store: Store, position: int) -> int:
    """The end of the command that the position lies in. Raises `NotFound` for one that is still to come."""
    if position > store.head().position:
        raise NotFound("position", str(position))
    return store.boundary(position)


def whole_number(text: str, name: str) -> int:
    """The number in a query. Raises `InvalidInput` unless it is 0 or more and written in digits."""
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise InvalidInput(f"'{name}' is a whole number, 0 or more.")
    return int(text)
