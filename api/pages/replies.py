"""What a claim's page says of the other side's replies, and of searches that found nothing."""

from dataclasses import dataclass
from typing import Final

from api.pages import phrases
from api.pages.library import Library
from api.pages.lines import withdrawn
from api.pages.shapes import Ref, Text, When, Withdrawn, dated, recorded
from domain.claim import Claim
from domain.claim.state import Reply, ReplyStatus, Search

_STATUS: Final[dict[ReplyStatus, str]] = {
    "asked": "Asked; it has time to reply still",
    "silent": "Asked; no reply by the deadline",
    "answered": "Replied",
    "declined": "Declined to comment",
    "not_sought": "Not asked for its reply",
    "withdrawn": "Withdrawn",
}


@dataclass(frozen=True, slots=True)
class ReplyPart:
    """One party's reply: whether, how and until when it was asked, what it said, and what was made of it."""

    party: Ref
    status: str
    late: bool
    deadline: When | None
    requested: When | None
    channel: Text | None
    question: Text | None
    not_sought: Text | None
    answer: Text | None
    answered: When | None
    source: Ref | None
    refusal: Text | None
    declined: When | None
    consideration: Text | None
    withdrawn: Withdrawn | None
    recorded: When


@dataclass(frozen=True, slots=True)
class SearchPart:
    """One search that found nothing. `until` is the last day on which it may be relied on."""

    where: Text
    looked_for: Text
    searched: When | None
    until: When | None
    expired: bool
    withdrawn: Withdrawn | None
    recorded: When


def reply_parts(claim: Claim, library: Library) -> tuple[ReplyPart, ...]:
    """The replies that this reader may see, in the order in which they were recorded."""
    return tuple(_reply(reply, library) for reply in claim.replies)


def search_parts(claim: Claim, library: Library) -> tuple[SearchPart, ...]:
    """The searches that this reader may see, in the order in which they were recorded."""
    return tuple(_search(search, library) for search in claim.searches)


def _reply(reply: Reply, library: Library) -> ReplyPart:
    said, deadline = reply.words, reply.deadline
    return ReplyPart(
        party=library.party_ref(reply.party_id),
        status=_STATUS[reply.status(library.at)],
        late=reply.late,
        deadline=None if deadline is None else When(phrases.moment(deadline), deadline),
        requested=dated(reply.requested_on),
        channel=Text(said.channel) if reply.sought else None,
        question=Text(said.question) if reply.sought else None,
        not_sought=None if reply.sought else Text(said.not_sought),
        answer=None if reply.answered is None else Text(said.text),
        answered=dated(reply.answered_on) or (None if reply.answered is None else recorded(reply.answered)),
        source=None if reply.source_id is None else library.source_ref(reply.source_id),
        refusal=None if said.statement is None else Text(said.statement),
        declined=dated(reply.declined_on) or (None if reply.declined is None else recorded(reply.declined)),
        consideration=None if reply.considered is None else Text(said.consideration),
        withdrawn=withdrawn(reply.withdrawn, reply.cause, said.withdrawal_reason),
        recorded=recorded(reply.recorded),
    )


def _search(search: Search, library: Library) -> SearchPart:
    said = search.words
    return SearchPart(
        where=Text(said.where),
        looked_for=Text(said.looked_for),
        searched=dated(search.searched_on),
        until=dated(search.valid_until),
        expired=search.status(library.at) == "expired",
        withdrawn=withdrawn(search.withdrawn, search.cause, said.withdrawal_reason),
        recorded=recorded(search.recorded),
    )
