"""Replies, searches that found nothing, and what the desk might look at."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from api.representations.shapes.parts import Amount, Edtf, Id, Position, Reasoned, Text, Time, When, Withdrawable
from domain.claim.state import ReplyStatus, SearchStatus


class Answer(When):
    """What the party answered. `late`: after the deadline. `source_id` is a source in which the answer is kept."""

    text: Text
    source_id: Id | None
    answered_on: Edtf
    late: bool


class Refusal(When):
    """That the party declined to comment, and what it said."""

    statement: Text
    declined_on: Edtf


class Reply(When, Withdrawable):
    """A party's side of the claim, asked for until `deadline`; or, where `not_sought` says so, not asked for and why.

    `status` is that of the moment that is shown: `silent` once the deadline passed without answer or refusal.
    `considered` says what was made of the answer or the silence. The public is shown a request once it is told what
    came of it.
    """

    id: Id
    party_id: Id
    status: ReplyStatus
    deadline: Time | None
    requested_on: Edtf
    channel: Text
    question: Text
    not_sought: Text
    answer: Answer | None
    refusal: Refusal | None
    considered: Reasoned | None


class Search(When, Withdrawable):
    """Where somebody looked for something and found nothing. It is `expired` the day after `valid_until` (UTC)."""

    id: Id
    status: SearchStatus
    where: Text
    looked_for: Text
    searched_on: Edtf
    valid_until: Edtf


class NumberGiven(TypedDict):
    """A number, and the id of what gives it: the claim, a citation or a position."""

    id: Id
    quantity: Amount


class DisputeSuggestion(TypedDict):
    """That a dispute may be worth opening: these numbers cannot all be right. Nothing is recorded by it."""

    kind: Literal["dispute"]
    scope: Literal["quantity"]
    between: list[NumberGiven]
    because: str


class DuplicateSuggestion(TypedDict):
    """That another claim may say the same. `score`, from 0 to 1, says how alike the words are; nothing is merged."""

    kind: Literal["duplicate"]
    claim_id: Id
    statement: Text
    score: Annotated[float, Field(ge=0, le=1)]
    because: list[str]


class SimilarClaims(TypedDict):
    """Claims that may say the same as this one, the most alike first. `position` is what the views had reached."""

    id: Id
    position: Position
    items: list[DuplicateSuggestion]
