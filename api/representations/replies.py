"""Replies and searches as JSON, each as it stands at one moment (a stamp)."""

from collections.abc import Iterable

from api.representations import shapes
from api.representations.parts import Audience, reasoned, when, withdrawal
from domain.claim import Claim
from domain.claim.state import Reply, Search
from domain.events import Stamp


def reply_body(reply: Reply, audience: Audience, at: str) -> shapes.Reply:
    """How the party was asked or why it was not, and what it said."""
    words = reply.words
    return {
        "id": reply.id,
        "party_id": reply.party_id,
        "status": reply.status(at),
        "deadline": reply.deadline,
        "requested_on": reply.requested_on,
        "channel": words.channel,
        "question": words.question,
        "not_sought": words.not_sought,
        "answer": _answer(reply, audience),
        "refusal": _refusal(reply, audience),
        "considered": reasoned(reply.considered, audience, words.consideration),
        **when(reply.recorded, audience),
        **withdrawal(reply.withdrawn, reply.cause, words.withdrawal_reason, audience),
    }


def _answer(reply: Reply, audience: Audience) -> shapes.Answer | None:
    if reply.answered is None:
        return None
    return {
        "text": reply.words.text,
        "source_id": reply.source_id,
        "answered_on": reply.answered_on,
        "late": reply.late,
        **when(reply.answered, audience),
    }


def _refusal(reply: Reply, audience: Audience) -> shapes.Refusal | None:
    if reply.declined is None:
        return None
    return {
        "statement": reply.words.statement,
        "declined_on": reply.declined_on,
        **when(reply.declined, audience),
    }


def search_body(search: Search, audience: Audience, at: str) -> shapes.Search:
    """Where somebody looked, and for what."""
    words = search.words
    return {
        "id": search.id,
        "status": search.status(at),
        "where": words.where,
        "looked_for": words.looked_for,
        "searched_on": search.searched_on,
        "valid_until": search.valid_until,
        **when(search.recorded, audience),
        **withdrawal(search.withdrawn, search.cause, words.withdrawal_reason, audience),
    }


def running_at(claim: Claim, publications: Iterable[Stamp]) -> list[str]:
    """The requests on the claim, by id, whose deadline was still to come when it was published in one of these ways."""
    published = tuple(publications)
    return [reply.id for reply in claim.replies if any(map(reply.running, published))]
