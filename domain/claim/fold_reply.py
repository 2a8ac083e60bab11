"""How the events of a claim's replies and searches become its state."""

from collections.abc import Callable

from domain.claim import events as happened
from domain.claim.fold import fold, marked
from domain.claim.state import Claim, Reply, ReplyText, Search, SearchText
from domain.events import Recorded, Stamp
from domain.folding import amend, reason_of, replace


def _on(claim: Claim, reply_id: str, change: Callable[[Reply], Reply]) -> Claim:
    return replace(claim, replies=amend(claim.replies, reply_id, change))


@fold.then(happened.ReplyRequested)
def _requested(claim: Claim, recorded: Recorded, event: happened.ReplyRequested) -> Claim:
    said = event.words
    reply = Reply(
        id=event.reply_id,
        party_id=event.party_id,
        deadline=event.deadline,
        requested_on=event.requested_on,
        recorded=Stamp.of(recorded),
        words=ReplyText() if said is None else ReplyText(said.channel, said.question),
    )
    return replace(claim, replies=(*claim.replies, reply))


@fold.then(happened.ReplyNotSought)
def _not_sought(claim: Claim, recorded: Recorded, event: happened.ReplyNotSought) -> Claim:
    words = ReplyText(not_sought=reason_of(event))
    reply = Reply(event.reply_id, event.party_id, None, None, Stamp.of(recorded), words)
    return replace(claim, replies=(*claim.replies, reply))


@fold.then(happened.ReplyReceived)
def _received(claim: Claim, recorded: Recorded, event: happened.ReplyReceived) -> Claim:
    def receive(reply: Reply) -> Reply:
        return replace(
            reply,
            answered=Stamp.of(recorded),
            source_id=event.source_id,
            answered_on=event.answered_on,
            words=replace(reply.words, text=event.words.text if event.words else None),
        )

    return replace(_on(claim, event.reply_id, receive), verdicts=marked(claim, "reply_received"))


@fold.then(happened.ReplyDeclined)
def _declined(claim: Claim, recorded: Recorded, event: happened.ReplyDeclined) -> Claim:
    def decline(reply: Reply) -> Reply:
        words = replace(reply.words, statement=event.words.statement if event.words else None)
        return replace(reply, declined=Stamp.of(recorded), declined_on=event.declined_on, words=words)

    return _on(claim, event.reply_id, decline)


@fold.then(happened.ReplyConsidered)
def _considered(claim: Claim, recorded: Recorded, event: happened.ReplyConsidered) -> Claim:
    def consider(reply: Reply) -> Reply:
        words = replace(reply.words, consideration=reason_of(event))
        return replace(reply, considered=Stamp.of(recorded), words=words)

    return _on(claim, event.reply_id, consider)


@fold.then(happened.ReplyWithdrawn)
def _reply_withdrawn(claim: Claim, recorded: Recorded, event: happened.ReplyWithdrawn) -> Claim:
    def withdraw(reply: Reply) -> Reply:
        words = replace(reply.words, withdrawal_reason=reason_of(event))
        return replace(reply, withdrawn=Stamp.of(recorded), cause=event.cause, words=words)

    verdicts = marked(claim, "reply_withdrawn", lambda v: event.reply_id in v.rests_on.reply_ids)
    return replace(_on(claim, event.reply_id, withdraw), verdicts=verdicts)


@fold.then(happened.SearchRecorded)
def _search_recorded(claim: Claim, recorded: Recorded, event: happened.SearchRecorded) -> Claim:
    said = event.words
    search = Search(
        id=event.search_id,
        searched_on=event.searched_on,
        valid_until=event.valid_until,
        recorded=Stamp.of(recorded),
        words=SearchText() if said is None else SearchText(said.where, said.looked_for),
    )
    return replace(claim, searches=(*claim.searches, search))


@fold.then(happened.SearchWithdrawn)
def _search_withdrawn(claim: Claim, recorded: Recorded, event: happened.SearchWithdrawn) -> Claim:
    def withdraw(search: Search) -> Search:
        words = replace(search.words, withdrawal_reason=reason_of(event))
        return replace(search, withdrawn=Stamp.of(recorded), cause=event.cause, words=words)

    return replace(
        claim,
        searches=amend(claim.searches, event.search_id, withdraw),
        verdicts=marked(claim, "search_withdrawn", lambda v: event.search_id in v.rests_on.search_ids),
    )
