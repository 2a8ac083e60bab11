"""Commands on searches that found nothing: record one, withdraw it."""

from domain.bodies import Withdraw
from domain.claim import commands as asks
from domain.claim import events as happened
from domain.claim.state import Claim
from domain.claim.state.reply import end_of
from domain.edtf import parse
from domain.errors import NotFound, RuleBroken
from domain.events import ReasonWords
from domain.facts import Asked, Decided, Facts


def record(asked: Asked[asks.RecordSearch], _: Claim, __: Facts) -> Decided:
    """Somebody looked for something and did not find it."""
    body = asked.body
    _check_dates(asked)
    search_id = asked.new_id("sch")
    event = happened.SearchRecorded(
        search_id=search_id,
        searched_on=body.searched_on,
        valid_until=body.valid_until,
        words=happened.SearchWords(where=body.where, looked_for=body.looked_for),
    )
    return Decided((event,), (search_id,))


def _check_dates(asked: Asked[asks.RecordSearch]) -> None:
    valid_until, searched_on = asked.body.valid_until, asked.body.searched_on
    if valid_until is None:
        return
    end = end_of(valid_until)
    if end is None:
        raise asked.fault("/valid_until", "Say the last day on which the search holds, or leave it out.")
    earliest = None if searched_on is None else parse(searched_on).earliest
    if earliest is not None and earliest.isoformat() > end:
        raise asked.fault("/valid_until", "The search would have expired before it was made.")


def withdraw(asked: Asked[Withdraw], claim: Claim, _: Facts) -> Decided:
    """The search should not be relied on."""
    (search_id,) = asked.path
    search = claim.search(search_id)
    if search is None:
        raise NotFound("search", search_id)
    if search.withdrawn is not None:
        raise RuleBroken("The search is withdrawn already.")
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.SearchWithdrawn(search_id=search_id, cause=asked.body.cause, words=words),))
