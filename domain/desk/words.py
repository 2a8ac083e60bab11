"""Commands on the words of recorded events: erasing, withholding and releasing them, always by two persons.

The policy has no say here. What an admin proposes waits until another admin approves or anyone of them rejects it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError

from domain.canonical import pointer
from domain.desk import word_commands as asks
from domain.desk import word_events as happened
from domain.desk.proposals import Proposal, WordAct
from domain.desk.state import Desk
from domain.errors import Fault, InvalidInput, NotFound, RuleBroken, SecondPersonNeeded
from domain.events import Event, ReasonWords, Recorded
from domain.facts import Asked, Decided, Facts
from domain.values import FullText

_TEXT: Final = TypeAdapter(FullText)
_PUBLIC: Final = ("clm", "src", "pty", "art")
"""Prefixes of the streams of which the public may read anything, event by event."""
_PLAIN: Final = {
    "extra_forbidden": "There is no such field.",
    "missing": "This field is needed.",
    "string_type": "A text is needed.",
    "tuple_type": "A list is needed.",
}
"""pydantic's type of error → what is said about it."""
_KEPT_ALREADY: Final[Mapping[WordAct, str]] = {
    "withholding": "The words of the event at position {} are withheld already.",
    "release": "The event at position {} is released already.",
}
_PLACED: Final = ("text",)
"""Fields in which claims are marked by their place."""


def propose_erasure(asked: Asked[asks.Erase], desk: Desk, facts: Facts) -> Decided:
    """An admin asks that the words of an event be erased."""
    recorded = _event(asked, facts)
    _demand_unerased(desk, recorded.position)
    _demand_nothing_waits(desk, "erasure", recorded.position)
    if not _said(recorded.event.words):
        raise RuleBroken(f"Nobody typed anything in the event at position {recorded.position}.")
    redacted = _redacted(asked, recorded, facts)
    proposal_id = asked.new_id("prp")
    event = happened.ErasureProposed(
        proposal_id=proposal_id,
        positions=desk.word_acts.with_twins(recorded.position),
        words=happened.ErasureWords(reason=asked.body.reason, redacted=redacted),
    )
    return Decided((event,), (proposal_id,))


def propose_withholding(asked: Asked[asks.Conceal], desk: Desk, facts: Facts) -> Decided:
    """An admin asks that the words of an event be kept from the public."""
    return _proposed(asked, desk, facts, "withholding", happened.WithholdingProposed)


def propose_release(asked: Asked[asks.Conceal], desk: Desk, facts: Facts) -> Decided:
    """An admin asks that an event be open to the public."""
    return _proposed(asked, desk, facts, "release", happened.ReleaseProposed)


def _proposed(
    asked: Asked[asks.Conceal],
    desk: Desk,
    facts: Facts,
    act: WordAct,
    event: type[happened.WithholdingProposed | happened.ReleaseProposed],
) -> Decided:
    position = _public_event(asked, desk, facts)
    kept = desk.word_acts.kept.get(position)
    if kept is not None and kept.act == act:
        raise RuleBroken(_KEPT_ALREADY[act].format(position))
    _demand_nothing_waits(desk, act, position)
    proposal_id, words = asked.new_id("prp"), ReasonWords(reason=asked.body.reason)
    return Decided((event(proposal_id=proposal_id, positions=(position,), words=words),), (proposal_id,))


def approve_erasure(asked: Asked[asks.Agree], desk: Desk, facts: Facts) -> Decided:
    """Another admin agrees, and the words are gone."""
    recorded, proposal = _event(asked, facts), _agreed(asked, desk, "erasure")
    _demand_unerased(desk, recorded.position)
    said = proposal.words
    words = happened.ErasureWords(reason=said.reason or "", redacted=said.redacted)
    positions = [p for p in desk.word_acts.with_twins(recorded.position) if p not in desk.word_acts.erased]
    event = happened.WordsErased(proposal_id=proposal.id, positions=tuple(positions), words=words)
    return Decided((event,))


def approve_withholding(asked: Asked[asks.Agree], desk: Desk, facts: Facts) -> Decided:
    """Another admin agrees, and the words are for the desk alone."""
    _event(asked, facts)
    proposal = _agreed(asked, desk, "withholding")
    words = ReasonWords(reason=proposal.words.reason or "")
    return Decided((happened.WordsWithheld(proposal_id=proposal.id, positions=proposal.positions, words=words),))


def approve_release(asked: Asked[asks.Agree], desk: Desk, facts: Facts) -> Decided:
    """Another admin agrees, and the event is open."""
    _event(asked, facts)
    proposal = _agreed(asked, desk, "release")
    for position in proposal.positions:
        _demand_unerased(desk, position)
    words = ReasonWords(reason=proposal.words.reason or "")
    return Decided((happened.WordsReleased(proposal_id=proposal.id, positions=proposal.positions, words=words),))


def reject_erasure(asked: Asked[asks.Disagree], desk: Desk, facts: Facts) -> Decided:
    """The words stay."""
    return _rejected(asked, desk, facts, "erasure")


def reject_withholding(asked: Asked[asks.Disagree], desk: Desk, facts: Facts) -> Decided:
    """The words stay as open as they are."""
    return _rejected(asked, desk, facts, "withholding")


def reject_release(asked: Asked[asks.Disagree], desk: Desk, facts: Facts) -> Decided:
    """The event stays with the desk."""
    return _rejected(asked, desk, facts, "release")


def _rejected(asked: Asked[asks.Disagree], desk: Desk, facts: Facts, act: WordAct) -> Decided:
    """Any admin may reject what waits, whoever proposed it included."""
    _event(asked, facts)
    proposal = _waiting(asked, desk, act)
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.ProposalRejected(proposal_id=proposal.id, words=words),))


def _event(asked: Asked[Any], facts: Facts) -> Recorded:
    """The event that the route names. Raises `NotFound`."""
    named = asked.path[0]
    position = int(named) if named.isascii() and named.isdigit() and len(named) <= 15 else 0
    recorded = facts.event(position) if str(position) == named else None
    if recorded is None:
        raise NotFound("event", named)
    return recorded


def _public_event(asked: Asked[Any], desk: Desk, facts: Facts) -> int:
    """The position of an event that may be open, or be kept from the public, by itself."""
    recorded = _event(asked, facts)
    if recorded.stream[:3] not in _PUBLIC:
        raise RuleBroken("Events of the desk and of its policy are never told to the public one by one.")
    _demand_unerased(desk, recorded.position)
    return recorded.position


def _demand_unerased(desk: Desk, position: int) -> None:
    erased = desk.word_acts.erased.get(position)
    if erased is not None:
        raise RuleBroken(f"The words of the event at position {position} were erased at {erased.by.at}; they are gone.")


def _demand_nothing_waits(desk: Desk, act: WordAct, position: int) -> None:
    waiting = next((p for p in desk.word_acts.waiting(position) if p.act == act), None)
    if waiting is not None:
        raise RuleBroken(f"This is proposed already, as {waiting.id}; approve or reject that first.")


def _waiting(asked: Asked[Any], desk: Desk, act: WordAct) -> Proposal:
    proposal = desk.word_acts.proposals.get(asked.body.proposal_id)
    if proposal is None or proposal.act != act or int(asked.path[0]) not in proposal.positions:
        raise asked.fault("/proposal_id", f"This is no {act} that was proposed of the event at {asked.path[0]}.")
    if proposal.outcome != "waiting":
        raise RuleBroken(f"The {act} was {proposal.outcome} already.")
    return proposal


def _agreed(asked: Asked[asks.Agree], desk: Desk, act: WordAct) -> Proposal:
    """The proposal that waits, if this is another than who made it."""
    proposal = _waiting(asked, desk, act)
    if proposal.proposed.by == asked.actor:
        raise SecondPersonNeeded(f"Whoever proposed the {act} cannot approve it: another admin has to agree.")
    if proposal.words.reason is None:
        raise RuleBroken("The reason of this proposal was erased. Reject it, and propose it anew.")
    return proposal


def _said(words: BaseModel | None) -> dict[str, Any]:
    """What was typed, field by field; empty where nothing was."""
    said = {} if words is None else words.model_dump(mode="json", exclude_none=True)
    return {name: text for name, text in said.items() if text}


def _redacted(asked: Asked[asks.Erase], recorded: Recorded, facts: Facts) -> dict[str, Any] | None:
    """The words that shall stand in place of the event's, if they fit it. Raises `InvalidInput`, which names fields."""
    redacted = asked.body.redacted_words
    if redacted is None:
        return None
    event = recorded.event
    faults = [Fault(f"/redacted_words{at}", said) for at, said in _misfits(event, redacted)]
    if isinstance(event, happened.ErasureProposed | happened.WordsErased):
        faults += _inner_misfits(redacted.get("redacted"), event, facts)
    faults += _displaced(redacted, _said(event.words))
    if faults:
        raise InvalidInput(f"The redacted words are no words of {event.TYPE}: see errors.", tuple(faults))
    return redacted


def _misfits(event: Event, redacted: Any) -> Iterator[tuple[str, str]]:
    """What keeps these from being words of the event: where, and what."""
    try:
        event.WORDS.model_validate(redacted)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            yield pointer(fault["loc"]), _PLAIN.get(fault["type"], "This is not what stood here.")
    for at, text in _texts(redacted, ()):
        try:
            _TEXT.validate_python(text, strict=True)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            yield pointer(at), f"{first['msg'].removeprefix('Value error, ')}."


def _inner_misfits(
    redacted: Any, event: happened.ErasureProposed | happened.WordsErased, facts: Facts
) -> Iterator[Fault]:
    """What stands in place of an erasure's own redaction is read in the place of the words that it erased."""
    if redacted is None:
        return
    for position in event.positions:
        erased = facts.event(position)
        if erased is not None:
            for at, said in _misfits(erased.event, redacted):
                yield Fault(f"/redacted_words/redacted{at}", said)


def _texts(value: Any, at: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(inner, (*at, name))


def _displaced(redacted: dict[str, Any], said: dict[str, Any]) -> Iterator[Fault]:
    """A text in which claims are marked by their place keeps its length, or the marks would slip."""
    for name in _PLACED:
        new, old = redacted.get(name), said.get(name)
        if isinstance(new, str) and isinstance(old, str) and len(new) != len(old):
            detail = f"Claims are marked by their place: {len(old)} characters are needed, as the text had."
            yield Fault(f"/redacted_words/{name}", detail)
