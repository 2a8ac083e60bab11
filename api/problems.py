"""Errors as people and programs outside see them: RFC 9457 problems, the same over HTTP and in journals.

A problem names the fields to blame with RFC 6901 pointers. It never repeats what was sent, and never tells what is
inside: no secret, no stack, no path of a file.
"""

from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from domain import errors
from domain.canonical import BadJson, pointer
from domain.errors import Fault, InvalidInput

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER: Final = "1"
"""Seconds after which a request that could not be served may be sent again."""


class UnsupportedMedia(errors.Refused):
    """The request's body is not JSON by its content type."""


class TooLarge(errors.Refused):
    """The request's body is longer than any command can be."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status, the last part of its type URI, and its title."""

    status: int
    name: str
    title: str

    @property
    def type(self) -> str:
        """The URI reference that identifies the kind."""
        return f"/problems/{self.name}"


KINDS: Final[dict[type[Exception], Kind]] = {
    errors.InvalidInput: Kind(422, "invalid-input", "The request is not valid"),
    errors.RuleBroken: Kind(409, "rule-broken", "The record's state or the policy forbids it"),
    errors.SecondPersonNeeded: Kind(403, "second-person-needed", "A second person has to agree"),
    errors.NotFound: Kind(404, "not-found", "There is no such thing"),
    errors.Forbidden: Kind(403, "forbidden", "Your roles do not allow it"),
    errors.Unauthenticated: Kind(401, "unauthenticated", "A valid token is needed"),
    errors.VersionNeeded: Kind(428, "version-needed", "If-Match is missing"),
    errors.StaleVersion: Kind(412, "stale-version", "The record has changed meanwhile"),
    errors.KeyReused: Kind(422, "key-reused", "The idempotency key belongs to another request"),
    UnsupportedMedia: Kind(415, "unsupported-media-type", "The body has to be JSON"),
    TooLarge: Kind(413, "too-large", "The body is too large"),
    errors.Unavailable: Kind(503, "unavailable", "It cannot be done now"),
    errors.StoreUnavailable: Kind(503, "store-unavailable", "The ledger cannot be reached now"),
    errors.ClockBehind: Kind(503, "clock-behind", "The clock is behind the ledger"),
    errors.NotCaughtUp: Kind(503, "not-caught-up", "The views have not caught up"),
    errors.DamagedLedger: Kind(500, "damaged-ledger", "The ledger is damaged"),
}
"""Error → kind of problem. An error that is not listed is the kind of its nearest listed base."""

UNEXPECTED: Final = Kind(500, "internal-error", "Something went wrong here")
HIDDEN: Final = {
    "unavailable": "It cannot be done now. Try again later.",
    "store-unavailable": "The ledger cannot be read or written now. Try again later, with the same Idempotency-Key.",
    "clock-behind": "The system clock is behind the newest stamp. Nothing was recorded; an operator must set it right.",
    "damaged-ledger": "Stored bytes are not what they must be. An operator has to verify the ledger.",
    "internal-error": "The error has been logged.",
}
"""Kinds whose own sentence would tell what is inside → the sentence that is told instead."""


_PLAIN: Final = {"extra_forbidden": "There is no such field.", "missing": "This field is needed."}
"""pydantic's type of error → what is said about it, where its own sentence is not plain."""


def kind_of(error: BaseException) -> Kind:
    """The kind of problem that this error is."""
    found = (KINDS[base] for base in type(error).__mro__ if base in KINDS)
    return next(found, UNEXPECTED)


def problem(error: BaseException, instance: str | None = None) -> dict[str, Any]:
    """The error as an RFC 9457 object. `instance` is the path of the request that failed."""
    kind = kind_of(error)
    shown: dict[str, Any] = {"type": kind.type, "title": kind.title, "status": kind.status}
    shown["detail"] = HIDDEN.get(kind.name) or getattr(error, "detail", None) or str(error)
    if instance is not None:
        shown["instance"] = instance
    if isinstance(error, errors.Refused) and error.faults:
        shown["errors"] = [{"pointer": fault.pointer, "detail": fault.detail} for fault in error.faults]
    if isinstance(error, errors.StaleVersion):
        shown["current_version"] = error.current
    if isinstance(error, errors.Forbidden):
        shown["needed_roles"] = list(error.needed)
    return shown


def plain_problem(status: int, title: str, detail: str, instance: str) -> dict[str, Any]:
    """A problem that HTTP itself explains, such as 404 for an unknown route or 405."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": instance}


def invalid_body(error: ValidationError) -> InvalidInput:
    """What is wrong with a body, one fault for each error, without repeating what was sent."""
    faults = [
        Fault(pointer(found["loc"]), _PLAIN.get(found["type"]) or _sentence(found["msg"]))
        for found in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return InvalidInput("The body does not fit: see errors.", faults)


def _sentence(message: str) -> str:
    said = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    said = said[:1].upper() + said[1:]
    return said if said.endswith((".", "?", "!", "…")) else f"{said}."


def invalid_json(error: BadJson) -> InvalidInput:
    """What is wrong with bytes that should be JSON."""
    return InvalidInput(error.detail, () if error.pointer is None else (Fault(error.pointer, error.detail),))
