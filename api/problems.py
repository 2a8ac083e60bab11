"""Errors as people and programs outside see them: RFC 9457 problems, the same over HTTP and in journals.

A problem names the fields to blame with RFC 6901 pointers. It never repeats what was sent, and never tells what is
inside: no secret, no stack, no path of a file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain import errors, values
from domain.canonical import BadJson, pointer
from domain.errors import Fault, InvalidInput
from domain.policy.commands import SHARE
from domain.rules import Outcome, in_words
from domain.source.commands import DIGEST_FORM

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER: Final = "1"
"""Seconds after which a request that could not be served may be sent again."""


class UnsupportedMedia(errors.Refused):
    """The request's body is not JSON by its content type, or its file is of a kind that is not taken."""


class TooLarge(errors.Refused):
    """The request's body is longer than any command can be."""


class TooSlow(errors.Refused):
    """The request's body did not arrive in time."""


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
    errors.PolicyBroken: Kind(409, "policy-broken", "The rules of the policy are not met"),
    errors.SecondPersonNeeded: Kind(403, "second-person-needed", "A second person has to agree"),
    errors.NotFound: Kind(404, "not-found", "There is no such thing"),
    errors.Forbidden: Kind(403, "forbidden", "Your roles do not allow it"),
    errors.Unauthenticated: Kind(401, "unauthenticated", "A valid token is needed"),
    errors.VersionNeeded: Kind(428, "version-needed", "If-Match is missing"),
    errors.StaleVersion: Kind(412, "stale-version", "The record has changed meanwhile"),
    errors.KeyReused: Kind(422, "key-reused", "The idempotency key belongs to another request"),
    UnsupportedMedia: Kind(415, "unsupported-media-type", "The body is of a type that is not taken"),
    TooLarge: Kind(413, "too-large", "The body is too large"),
    TooSlow: Kind(408, "too-slow", "The body took too long to arrive"),
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


_PLAIN: Final = {
    "bool_type": "This is true or false.",
    "dict_type": "An object is needed.",
    "extra_forbidden": "There is no such field.",
    "greater_than_equal": "This is {ge} or more.",
    "int_type": "A whole number is needed.",
    "less_than_equal": "This is {le} or less.",
    "literal_error": "This is {expected}.",
    "missing": "This field is needed.",
    "model_attributes_type": "An object is needed.",
    "model_type": "An object is needed.",
    "string_pattern_mismatch": "This is not written as it has to be.",
    "string_too_long": "At most {max_length} characters are allowed.",
    "string_too_short": "At least {min_length} characters are needed.",
    "string_type": "A text is needed.",
    "too_long": "The list can hold {max_length} at most.",
    "too_short": "The list needs {min_length} or more.",
    "tuple_type": "A list is needed.",
}
"""pydantic's type of error → what is said about it, where its own sentence is not plain."""

_FORMS: Final = {
    **{
        values.id_pattern(prefix): f"An id is needed: of a {kind}, which is '{prefix}_' and 26 letters and digits."
        for prefix, kind in values.KINDS.items()
    },
    DIGEST_FORM: "A digest is 'sha-256:' and 64 hex digits in small letters.",
    values.DECIMAL: "A number is written in digits, with a point at most: '150', '-3.5'.",
    values.KEY: "A key has up to 40 small letters, digits and '_', and begins with a letter.",
    values.MOMENT: "A time is given as RFC 3339 with its offset, as 2023-06-20T10:00:00+02:00.",
    SHARE: "A share is a decimal from 0 to 1, as '0.10'.",
}
"""Regular expression that a text has to fit → how to write it."""


def kind_of(error: BaseException) -> Kind:
    """The kind of problem that this error is."""
    found = (KINDS[base] for base in type(error).__mro__ if base in KINDS)
    return next(found, UNEXPECTED)


def problem(error: BaseException, instance: str | None = None) -> dict[str, Any]:
    """The error as an RFC 9457 object. `instance` is the path of the request that failed."""
    kind = kind_of(error)
    detail = HIDDEN.get(kind.name) or getattr(error, "detail", None) or str(error)
    shown: dict[str, Any] = {"type": kind.type, "title": kind.title, "status": kind.status, "detail": detail}
    if instance is not None:
        shown["instance"] = _reference(instance)
    if isinstance(error, errors.Refused) and error.faults:
        shown["errors"] = [{"pointer": fault.pointer, "detail": fault.detail} for fault in error.faults]
    if isinstance(error, errors.StaleVersion):
        shown["current_version"] = error.current
    if isinstance(error, errors.PolicyBroken):
        shown["rules"] = [_broken(outcome) for outcome in error.outcomes]
    if isinstance(error, errors.Forbidden):
        shown["needed_roles"] = list(error.needed)
    return shown


def _broken(outcome: Outcome) -> dict[str, Any]:
    """A rule that is not met: what it asks for, and what was found."""
    checks = [
        {
            "requirement": measured.demand.requirement,
            "asks": in_words(measured.demand),
            "needed": measured.needed,
            "found": measured.found,
            "met": measured.met,
        }
        for measured in outcome.measured
    ]
    return {"rule": outcome.rule.id, "checks": checks}


def _reference(path: str) -> str:
    """The path as a URI reference (RFC 3986): what may not stand in one is percent-encoded."""
    return quote(path, safe="/:@!$&'()*+,;=~")


def plain_problem(status: int, title: str, detail: str, instance: str) -> dict[str, Any]:
    """A problem that HTTP itself explains, such as 404 for an unknown route or 405."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": _reference(instance)}


def exceeded(quota: str, instance: str) -> dict[str, object]:
    """The problem of a client that has used up a quota, as draft-ietf-httpapi-ratelimit-headers-10 names it."""
    return {
        "type": "https://iana.org/assignments/http-problem-types#quota-exceeded",
        "title": "Too many requests",
        "status": 429,
        "detail": "Too many requests have come from here. Retry-After says when to go on.",
        "instance": _reference(instance),
        "violated-policies": [quota],
    }


def invalid_body(error: ValidationError) -> InvalidInput:
    """What is wrong with a body, one fault for each error, without repeating what was sent."""
    found = error.errors(include_url=False, include_input=False)
    faults = [Fault(pointer(fault["loc"]), _said(fault)) for fault in found if not _follows(fault, found)]
    return InvalidInput("The body does not fit: see errors.", faults)


def _follows(fault: ErrorDetails, others: Sequence[ErrorDetails]) -> bool:
    """Whether a list is only called too short because what is wrong inside it was not counted."""
    at = fault["loc"]
    return fault["type"] == "too_short" and any(
        len(other["loc"]) > len(at) and other["loc"][: len(at)] == at for other in others
    )


def _said(fault: ErrorDetails) -> str:
    context = fault.get("ctx", {})
    if form := _FORMS.get(context.get("pattern", "")):
        return form
    plain = _PLAIN.get(fault["type"])
    return _sentence(fault["msg"]) if plain is None else plain.format(**context)


def _sentence(message: str) -> str:
    said = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    said = said[:1].upper() + said[1:]
    return said if said.endswith((".", "?", "!", "…")) else f"{said}."


def invalid_json(error: BadJson) -> InvalidInput:
    """What is wrong with bytes that should be JSON."""
    return InvalidInput(error.detail, () if error.pointer is None else (Fault(error.pointer, error.detail),))
