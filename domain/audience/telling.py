"""What of a record's ties is open, and whether an event tells the public anything new."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from domain.audience.opening import IsOpen, part_of
from domain.claim import Claim
from domain.claim import events as in_claim
from domain.events import Recorded, Stamp
from domain.party import Party
from domain.source import Source


@dataclass(frozen=True, slots=True)
class Tie:
    """A part of a record that ties it to others, and the position at which it was taken back, if it was."""

    id: str
    names: tuple[str, ...]
    withdrawn: int | None


def ties(record: Any) -> Iterator[Tie]:
    """The parts of a record that are open only where the records that they name are open too."""
    match record:
        case Claim():
            for link in record.links:
                yield _tie(link.id, link.withdrawn, link.claim_id)
        case Party():
            for tie in record.affiliations:
                yield _tie(tie.id, tie.withdrawn, tie.party_id, tie.basis_claim_id)
        case Source():
            for origin in record.origins:
                yield _tie(origin.id, origin.withdrawn, origin.derives_from, origin.basis_claim_id)
        case _:
            return


def _tie(id: str, withdrawn: Stamp | None, *names: str | None) -> Tie:
    known = tuple(name for name in names if name is not None)
    return Tie(id, known, None if withdrawn is None else withdrawn.position)


_TOLD_WHEN_ADOPTED: Final = (
    in_claim.VerdictProposed,
    in_claim.VerdictActProposed,
    in_claim.VerdictRejected,
    in_claim.SettlementProposed,
    in_claim.ReplyRequested,
)
"""Events that nobody hears of unless a later one adopts what they propose, or says what came of it: that one is told
then."""


def tells(recorded: Recorded, before: Any, after: Any, is_open: IsOpen) -> bool:
    """Whether the public may read something new of a record because of this event, which follows its opening.

    `before` and `after` are the states of the record around the event. It is the same as whether `open_positions` has
    more positions with the event than without, for a record that protects nobody; one that does before and after tells
    nothing.
    """
    if isinstance(recorded.event, _TOLD_WHEN_ADOPTED) or (protects(before) and protects(after)):
        return False
    if isinstance(recorded.event, in_claim.ReplyWithdrawn) and not _settled(after, recorded.event.reply_id):
        return False
    part = part_of(recorded.event)
    return part is None or all(is_open(name) for tie in ties(after) if tie.id == part for name in tie.names)


def _settled(claim: Claim, reply_id: str) -> bool:
    reply = claim.reply(reply_id)
    return reply is not None and reply.settled


def tells_of(record: Any, opened_at: int, id: str, is_open: IsOpen) -> bool:
    """Whether the public may read of a tie to the record `id` in this one, which is open since `opened_at`."""
    told = (tie for tie in ties(record) if tie.withdrawn is None or tie.withdrawn > opened_at)
    return not protects(record) and any(id in tie.names and all(map(is_open, tie.names)) for tie in told)


def protects(record: Any) -> bool:
    """Whether the record is a confidential source or a private party, whose history is for the desk."""
    match record:
        case Source():
            return record.confidential
        case Party():
            return record.private
        case _:
            return False
