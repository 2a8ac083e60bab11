"""What the desk did to hear the other side, and where it looked and found nothing."""

from domain.events import Event, ReasonWords, Words
from domain.values import WithdrawalCause


class RequestWords(Words):
    """Through which channel the party was asked, and what."""

    channel: str
    question: str


class ReplyRequested(Event, type="claim.reply_requested.v1"):
    """A party was asked for its reply, which it may give until `deadline` (RFC 3339 in UTC, six digits, included).

    `requested_on` is the EDTF date on which it was asked, where that was not when it was recorded.
    """

    reply_id: str
    party_id: str
    deadline: str
    requested_on: str | None = None
    words: RequestWords | None


class ReplyNotSought(Event, type="claim.reply_not_sought.v1"):
    """The desk did not ask the party for its reply, and says why."""

    reply_id: str
    party_id: str
    words: ReasonWords | None


class AnswerWords(Words):
    """What the party answered."""

    text: str


class ReplyReceived(Event, type="claim.reply_received.v1"):
    """The party answered. `answered_on` is an EDTF date; `source_id` a source in which the answer is kept."""

    reply_id: str
    source_id: str | None = None
    answered_on: str | None = None
    words: AnswerWords | None


class RefusalWords(Words):
    """What the party said when it declined, if it said anything."""

    statement: str | None = None


class ReplyDeclined(Event, type="claim.reply_declined.v1"):
    """The party let the desk know that it does not comment. `declined_on` is an EDTF date."""

    reply_id: str
    declined_on: str | None = None
    words: RefusalWords | None


class ReplyConsidered(Event, type="claim.reply_considered.v1"):
    """An editor looked at the answer, or at the silence after the deadline, and says what was made of it."""

    reply_id: str
    words: ReasonWords | None


class ReplyWithdrawn(Event, type="claim.reply_withdrawn.v1"):
    """What is recorded of the reply should not be relied on. It stays visible as withdrawn."""

    reply_id: str
    cause: WithdrawalCause
    words: ReasonWords | None


class SearchWords(Words):
    """Where the desk looked, and what it looked for."""

    where: str
    looked_for: str


class SearchRecorded(Event, type="claim.search_recorded.v1"):
    """Somebody at the desk looked for something and found nothing.

    `searched_on` and `valid_until` are EDTF dates; the latter is the last day on which the search may be relied on.
    """

    search_id: str
    searched_on: str | None = None
    valid_until: str | None = None
    words: SearchWords | None


class SearchWithdrawn(Event, type="claim.search_withdrawn.v1"):
    """The search should not be relied on. It stays visible as withdrawn."""

    search_id: str
    cause: WithdrawalCause
    words: ReasonWords | None
