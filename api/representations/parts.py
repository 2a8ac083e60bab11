"""What all representations are made of: who is looking, and when something was recorded."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from api.representations.shapes.history import By
from api.representations.shapes.parts import Agreed, Reasoned, When, Withdrawable
from domain.events import Stamp
from domain.values import CHECKER, OPERATOR, WithdrawalCause

Audience = Literal["public", "desk"]
OURSELVES: Final[Mapping[str, str]] = {OPERATOR: "the operator", CHECKER: "system: quote check"}
"""Actors that are nobody enrolled → what they are called."""
AUDIENCES: Final[tuple[Audience, ...]] = get_args(Audience)


def when(stamp: Stamp, audience: Audience) -> When:
    """Where in the ledger something was recorded, when, when it was decided (imported history), and by whom (desk)."""
    shown: When = {"position": stamp.position, "recorded_at": stamp.at}
    if stamp.decided_at is not None:
        shown["decided_at"] = stamp.decided_at
    if audience == "desk":
        shown["by"] = stamp.by
    return shown


def happened(stamp: Stamp | None, audience: Audience) -> When | None:
    """Something that may have happened: null, or when it was recorded."""
    return None if stamp is None else when(stamp, audience)


def reasoned(stamp: Stamp | None, audience: Audience, reason: str | None) -> Reasoned | None:
    """Something that may have happened, and why."""
    return None if stamp is None else {"reason": reason, **when(stamp, audience)}


def agreed(stamp: Stamp | None, audience: Audience, *, own_proposal: bool) -> Agreed | None:
    """The agreement of a second person, if it was given."""
    return None if stamp is None else {"own_proposal": own_proposal, **when(stamp, audience)}


def withdrawal(
    stamp: Stamp | None, cause: WithdrawalCause | None, reason: str | None, audience: Audience
) -> Withdrawable:
    """The two fields that say whether and why something no longer counts."""
    return {
        "withdrawn": stamp is not None,
        "withdrawal": None if stamp is None else {"cause": cause, "reason": reason, **when(stamp, audience)},
    }


def actor_of(id: str, name: str | None) -> By:
    """Somebody of the desk, by id and name."""
    return {"id": id, "name": OURSELVES.get(id, name)}
