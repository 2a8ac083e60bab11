"""Commands on replies: ask a party or say why not, record its answer or refusal, say what was made of it, withdraw."""

from domain.bodies import GiveReason, Withdraw
from domain.claim import commands as asks
from domain.claim import events as happened
from domain.claim.state import Claim, Reply
from domain.edtf import parse
from domain.errors import NotFound, RuleBroken
from domain.events import ReasonWords
from domain.facts import Asked, Decided, Facts, demand_party, demand_source


def ask(asked: Asked[asks.AskReply], claim: Claim, facts: Facts) -> Decided:
    """A party is asked for its side, or is not, for a reason."""
    body = asked.body
    demand_party(asked, facts, body.party_id, "/party_id")
    moment = asked.decided_at or asked.now
    if any(r.party_id == body.party_id and r.status(moment) == "asked" for r in claim.replies):
        raise RuleBroken(f"{body.party_id} has been asked and has time to answer still.")
    if body.not_sought is not None:
        return _not_sought(asked, claim, body.not_sought)
    if body.deadline is None or body.channel is None or body.question is None:
        raise asked.fault("", "A request has its channel, question and deadline.")
    _check_dates(asked, body.deadline, moment)
    reply_id = asked.new_id("rpl")
    event = happened.ReplyRequested(
        reply_id=reply_id,
        party_id=body.party_id,
        deadline=body.deadline,
        requested_on=body.requested_on,
        words=happened.RequestWords(channel=body.channel, question=body.question),
    )
    return Decided((event,), (reply_id,))


def _not_sought(asked: Asked[asks.AskReply], claim: Claim, reason: str) -> Decided:
    party_id = asked.body.party_id
    if any(r.party_id == party_id and not r.sought and r.withdrawn is None for r in claim.replies):
        raise RuleBroken(f"It is recorded already why {party_id} was not asked.")
    reply_id = asked.new_id("rpl")
    event = happened.ReplyNotSought(reply_id=reply_id, party_id=party_id, words=ReasonWords(reason=reason))
    return Decided((event,), (reply_id,))


def _check_dates(asked: Asked[asks.AskReply], deadline: str, moment: str) -> None:
    if deadline <= moment:
        raise asked.fault("/deadline", "A party that is asked has time to answer: the deadline lies in the future.")
    requested_on = asked.body.requested_on
    earliest = None if requested_on is None else parse(requested_on).earliest
    if earliest is not None and earliest.isoformat() > deadline[:10]:
        raise asked.fault("/requested_on", "Nobody is asked after the deadline.")


def answer(asked: Asked[asks.RecordAnswer], claim: Claim, facts: Facts) -> Decided:
    """The party answered, if need be after it had declined, or after the deadline."""
    reply = _asked_of(claim, asked.path[0])
    demand_source(asked, facts, asked.body.source_id, "/source_id")
    if reply.answered is not None:
        raise RuleBroken("An answer is recorded already; what the party says besides answers another request.")
    event = happened.ReplyReceived(
        reply_id=reply.id,
        source_id=asked.body.source_id,
        answered_on=asked.body.answered_on,
        words=happened.AnswerWords(text=asked.body.text),
    )
    return Decided((event,))


def decline(asked: Asked[asks.RecordRefusal], claim: Claim, _: Facts) -> Decided:
    """The party does not comment."""
    reply = _asked_of(claim, asked.path[0])
    if reply.heard:
        raise RuleBroken(f"The party {'answered' if reply.answered else 'declined'} already.")
    words = happened.RefusalWords(statement=asked.body.statement)
    return Decided((happened.ReplyDeclined(reply_id=reply.id, declined_on=asked.body.declined_on, words=words),))


def consider(asked: Asked[GiveReason], claim: Claim, _: Facts) -> Decided:
    """An editor says what was made of the answer, or of the silence."""
    reply = _asked_of(claim, asked.path[0])
    if reply.status(asked.decided_at or asked.now) == "asked":
        raise RuleBroken("The party has time to answer still; there is nothing to consider.")
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.ReplyConsidered(reply_id=reply.id, words=words),))


def withdraw(asked: Asked[Withdraw], claim: Claim, _: Facts) -> Decided:
    """What is recorded of the reply should not be relied on."""
    reply = _reply(claim, asked.path[0])
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.ReplyWithdrawn(reply_id=reply.id, cause=asked.body.cause, words=words),))


def _asked_of(claim: Claim, id: str) -> Reply:
    reply = _reply(claim, id)
    if not reply.sought:
        raise RuleBroken("The party was not asked; record a request first.")
    return reply


def _reply(claim: Claim, id: str) -> Reply:
    reply = claim.reply(id)
    if reply is None:
        raise NotFound("reply", id)
    if reply.withdrawn is not None:
        raise RuleBroken("The reply is withdrawn.")
    return reply
