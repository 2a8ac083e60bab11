"""Erasing at the machine itself: the operator proposes, or agrees to what an enrolled admin proposed."""

from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from api.bootstrap import House
from api.problems import invalid_body
from api.scouring import scour_until_done
from domain.canonical import BadJson, parse
from domain.commands import ACTS
from domain.errors import InvalidInput
from domain.newsroom import Outcome
from domain.session import Order
from domain.values import OPERATOR

PATIENCE: Final = 30.0
"""Seconds in which what else holds the words is removed, if no server does that."""


@dataclass(frozen=True, slots=True)
class Erasing:
    """What came of it. `erased`: the words are gone. `gone`: and so is every trace in the data folder's files.

    `gone` is None where another process, which leads here, removes the traces.
    """

    position: int
    proposal_id: str
    erased: bool
    gone: bool | None


def redacted_words(data: bytes) -> dict[str, Any]:
    """The words in a file that hold in place of those erased. Raises `InvalidInput` unless it is a JSON object."""
    try:
        said = parse(data)
    except BadJson as error:
        raise InvalidInput(f"The redacted words cannot be read: {error.detail}") from None
    if not isinstance(said, dict):
        raise InvalidInput("The redacted words are a JSON object with the fields of the event's words.")
    return said


def propose(house: House, position: int, reason: str, redacted: dict[str, Any] | None) -> Erasing:
    """Proposes to erase; an enrolled admin has to agree. Raises `Refused` and `Unavailable` errors."""
    said = {"reason": reason, **({} if redacted is None else {"redacted_words": redacted})}
    outcome = _give(house, "events.erasure", position, said)
    return Erasing(position, outcome.created[0], erased=False, gone=False)


def approve(house: House, position: int, proposal_id: str) -> Erasing:
    """Agrees to what an enrolled admin proposed, and removes what else holds the words unless a server does."""
    _give(house, "events.erasure.approval", position, {"proposal_id": proposal_id})
    gone = None if house.scourer is None else scour_until_done(house.scourer, PATIENCE)
    return Erasing(position, proposal_id, erased=True, gone=gone)


def _give(house: House, name: str, position: int, said: dict[str, Any]) -> Outcome:
    try:
        body = ACTS[name].body.model_validate(said)
    except ValidationError as error:
        raise invalid_body(error) from None
    return house.newsroom.record(Order(name=name, body=body, actor=OPERATOR, at=(str(position),), newest=True))
