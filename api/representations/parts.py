"""What all representations are made of: who is looking, and when something was recorded."""

from typing import Any, Final, Literal, get_args

from domain.events import Stamp
from domain.values import OPERATOR, WithdrawalCause

Audience = Literal["public", "desk"]
AUDIENCES: Final[tuple[Audience, ...]] = get_args(Audience)


def when(stamp: Stamp, audience: Audience) -> dict[str, Any]:
    """Where in the ledger something was recorded, when, when it was decided (imported history), and by whom (desk)."""
    shown: dict[str, Any] = {"position": stamp.position, "recorded_at": stamp.at}
    if stamp.decided_at is not None:
        shown["decided_at"] = stamp.decided_at
    if audience == "desk":
        shown["by"] = stamp.by
    return shown


def event(stamp: Stamp | None, audience: Audience, **more: Any) -> dict[str, Any] | None:
    """Something that may have happened: null, or what there is to say about it and when it was recorded."""
    return None if stamp is None else {**more, **when(stamp, audience)}


def withdrawal(
    stamp: Stamp | None, cause: WithdrawalCause | None, reason: str | None, audience: Audience
) -> dict[str, Any]:
    """The two fields that say whether and why something no longer counts."""
    return {
        "withdrawn": stamp is not None,
        "withdrawal": event(stamp, audience, cause=cause, reason=reason),
    }


def actor_of(id: str, name: str | None) -> dict[str, Any]:
    """Somebody of the desk, by id and name."""
    return {"id": id, "name": "the operator" if id == OPERATOR else name}
