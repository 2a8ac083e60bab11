"""One small tree of errors. They carry facts as attributes, read as sentences, and know nothing of HTTP.

`Refused` means the caller asked for something that the rules forbid: nothing was recorded, and asking again in the
same way will be refused again. `Unavailable` means the request was fine and the ledger could not serve it now:
nothing was recorded either, and asking again later is right. `DamagedLedger` means that stored bytes are not what
they must be; no caller can mend that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class StemmaError(Exception):
    """Everything that Stemma raises on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field: an RFC 6901 pointer into the request body, and a sentence."""

    pointer: str
    detail: str


class Refused(StemmaError):
    """The rules forbid it. `faults` name the fields to blame, if any are."""

    def __init__(self, detail: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = tuple(faults)


class InvalidInput(Refused):
    """The request is malformed, or names something that does not exist."""

    @classmethod
    def at(cls, pointer: str, detail: str) -> "InvalidInput":
        return cls(detail, (Fault(pointer, detail),))


class RuleBroken(Refused):
    """The request is well formed, but the record's present state, or the policy in force, forbids it."""

    @classmethod
    def at(cls, pointer: str, detail: str) -> "RuleBroken":
        return cls(detail, (Fault(pointer, detail),))


class PolicyBroken(RuleBroken):
    """Rules of the policy forbid the rating. `outcomes` (`domain.rules.Outcome`) say what they asked for and found."""

    def __init__(self, detail: str, outcomes: Sequence[Any]) -> None:
        super().__init__(detail, (Fault("/rating", detail),))
        self.outcomes = tuple(outcomes)


class SecondPersonNeeded(Refused):
    """The actor proposed what would now be approved, and the policy asks for four eyes."""


class NotFound(Refused):
    """No such record, or none that this reader may see; the two are not told apart."""

    def __init__(self, what: str, id: str) -> None:
        super().__init__(f"There is no {what} {id}.")
        self.what = what
        self.id = id


class Forbidden(Refused):
    """The actor holds none of the roles that may do this."""

    def __init__(self, command: str, needed: Sequence[str]) -> None:
        super().__init__(f"{command} needs one of these roles: {', '.join(needed)}.")
        self.command = command
        self.needed = tuple(needed)


class Unauthenticated(Refused):
    """No token, or one that is unknown, expired or revoked; which of these is not said."""


class VersionNeeded(Refused):
    """A change of an existing record did not say which version it was made for."""

    def __init__(self, record: str) -> None:
        super().__init__(f"A change of {record} must say which version it was made for (If-Match).")
        self.record = record


class StaleVersion(Refused):
    """The record has changed since the version that the caller saw; 0 if the caller named none of its versions."""

    def __init__(self, record: str, seen: int, current: int) -> None:
        made_for = f"version {seen}" if seen else "something that is no version of it"
        super().__init__(f"{record} is at version {current}; the change was made for {made_for}.")
        self.record = record
        self.seen = seen
        self.current = current


class KeyReused(Refused):
    """The idempotency key belongs to another request of the same actor."""

    def __init__(self, key: str) -> None:
        super().__init__("This idempotency key was used for another request.")
        self.key = key


class VersionConflict(StemmaError):
    """Another command took the version first. Nothing of the losing command is stored."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"stream {stream} is at version {actual}, the append was made for version {expected}")
        self.stream = stream
        self.expected = expected
        self.actual = actual


class KeyTaken(StemmaError):
    """The idempotency key is already remembered: `remembered` is its row. Nothing of the losing command is stored."""

    def __init__(self, remembered: Any) -> None:
        super().__init__("the idempotency key is already remembered")
        self.remembered = remembered


class Unavailable(StemmaError):
    """Nothing was recorded; the same request may succeed later."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class StoreUnavailable(Unavailable):
    """The store cannot be written or read now: full, locked, read-only, unreachable. `detail` says which."""


class ClockBehind(Unavailable):
    """The newest stamp lies more than five seconds ahead of the system clock, so no honest time can be given."""

    def __init__(self, last: str, now: str) -> None:
        super().__init__(
            f"The last event was recorded at {last}, but the system clock says {now}. "
            "Set the clock right, or let an operator override it (stemma clock override)."
        )
        self.last = last
        self.now = now


class NotCaughtUp(Unavailable):
    """A view has not reached the position asked for in the time allowed."""

    def __init__(self, wanted: int, reached: int) -> None:
        super().__init__(f"The views are at position {reached}; position {wanted} was asked for.")
        self.wanted = wanted
        self.reached = reached


class DamagedLedger(StemmaError):
    """Stored bytes are not what they must be. `position` and `stream` say where, as far as that is known."""

    def __init__(self, detail: str, position: int | None = None, stream: str | None = None) -> None:
        place = "" if position is None else f" at position {position}"
        super().__init__(f"{detail}{place}" + (f" (stream {stream})" if stream else ""))
        self.detail = detail
        self.position = position
        self.stream = stream


class UnreadableEvent(DamagedLedger):
    """An event cannot be read: its type is unknown, or its bytes do not fit its type. It is never skipped."""

    def __init__(self, detail: str, position: int, stream: str, type: str) -> None:
        super().__init__(f"cannot read {type}: {detail}", position, stream)
        self.type = type
