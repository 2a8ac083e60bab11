"""Replies that were asked of parties, and searches that found nothing, as they stand.

What follows from the clock alone is in no event: it is told for a moment, `at`, a stamp (RFC 3339 in UTC, six digits).
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.edtf import parse
from domain.events import Stamp
from domain.values import WithdrawalCause

ReplyStatus = Literal["asked", "silent", "answered", "declined", "not_sought", "withdrawn"]
SearchStatus = Literal["valid", "expired", "withdrawn"]

_END_OF_DAY = "T23:59:59.999999Z"


@dataclass(frozen=True, slots=True)
class ReplyText:
    """How the party was asked or why it was not, what it said, and what was made of it."""

    channel: str | None = None
    question: str | None = None
    not_sought: str | None = None
    text: str | None = None
    statement: str | None = None
    consideration: str | None = None
    withdrawal_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A party's side of the claim: asked for until `deadline`, or, where that is None, not sought."""

    id: str
    party_id: str
    deadline: str | None
    requested_on: str | None
    recorded: Stamp
    words: ReplyText
    answered: Stamp | None = None
    source_id: str | None = None
    answered_on: str | None = None
    declined: Stamp | None = None
    declined_on: str | None = None
    considered: Stamp | None = None
    withdrawn: Stamp | None = None
    cause: WithdrawalCause | None = None

    @property
    def sought(self) -> bool:
        """Whether the party was asked."""
        return self.deadline is not None

    @property
    def heard(self) -> bool:
        """Whether the party answered, or said that it does not."""
        return self.answered is not None or self.declined is not None

    @property
    def settled(self) -> bool:
        """Whether an event says what came of it. A request that is not settled is pending."""
        return not self.sought or self.heard or self.considered is not None

    @property
    def late(self) -> bool:
        """Whether the answer came after the deadline: decided then, as imported history says, or recorded then."""
        return self.answered is not None and self.deadline is not None and _effective(self.answered) > self.deadline

    @property
    def answer_considered(self) -> bool:
        """Whether somebody looked at the answer since it came."""
        return _before(self.answered, self.considered)

    def status(self, at: str) -> ReplyStatus:
        """How the reply stands at this moment. Until the deadline, that moment included, nobody is silent."""
        if self.withdrawn is not None:
            return "withdrawn"
        if self.deadline is None:
            return "not_sought"
        if self.answered is not None:
            return "answered"
        if self.declined is not None:
            return "declined"
        return "silent" if at > self.deadline else "asked"

    def running(self, published: Stamp) -> bool:
        """Whether the party could still answer when something was published, and had not been heard.

        A request that was recorded in error never ran.
        """
        if self.deadline is None or self.cause == "recorded_in_error":
            return False
        heard = _before(self.answered, published) or _before(self.declined, published)
        return _before(self.recorded, published) and not heard and _effective(published) <= self.deadline


def _effective(stamp: Stamp) -> str:
    return stamp.decided_at or stamp.at


def _before(one: Stamp | None, other: Stamp | None) -> bool:
    return one is not None and other is not None and one.position < other.position


@dataclass(frozen=True, slots=True)
class SearchText:
    """Where the desk looked, for what, and why the search was withdrawn."""

    where: str | None = None
    looked_for: str | None = None
    withdrawal_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """Somebody looked for something and found nothing. Without `valid_until` it never expires."""

    id: str
    searched_on: str | None
    valid_until: str | None
    recorded: Stamp
    words: SearchText
    withdrawn: Stamp | None = None
    cause: WithdrawalCause | None = None

    @property
    def expires(self) -> str | None:
        """The last moment at which the search is valid: the end, in UTC, of the last day; None for never."""
        return None if self.valid_until is None else end_of(self.valid_until)

    def status(self, at: str) -> SearchStatus:
        """How the search stands at this moment."""
        if self.withdrawn is not None:
            return "withdrawn"
        return "expired" if self.expires is not None and at > self.expires else "valid"


def end_of(edtf: str) -> str | None:
    """The end, in UTC, of the last day that the date allows; None where it has none. `ValueError` for no EDTF."""
    latest: date | None = parse(edtf).latest
    return None if latest is None else latest.isoformat() + _END_OF_DAY
