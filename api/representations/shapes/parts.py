"""What all shapes are made of."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from domain.values import Bound, WithdrawalCause, Wording

Time = Annotated[str, Field(description="A time, RFC 3339 in UTC.", json_schema_extra={"format": "date-time"})]
Text = Annotated[str | None, Field(description="As it was typed; null where nothing was, or where it is not shown.")]
Edtf = Annotated[str | None, Field(description="A date in the world (EDTF), as far as it is known.")]
Language = Annotated[str | None, Field(description="A language tag (BCP 47).")]
Id = Annotated[str, Field(description="An id: its kind, `_` and 26 letters.")]
Position = Annotated[int, Field(ge=0, description="A position of the ledger.")]
Version = Annotated[int, Field(ge=1, description="The version of the record, which counts its own events.")]


class When(TypedDict):
    """Where in the ledger something was recorded, when, when it was decided (imported history), and by whom."""

    position: Position
    recorded_at: Time
    decided_at: NotRequired[Time]
    by: NotRequired[str]


class Reasoned(When):
    """Something that happened, and why."""

    reason: Text


class Withdrawal(When):
    """That something no longer counts, and why."""

    cause: WithdrawalCause | None
    reason: Text


class Withdrawable(TypedDict):
    """What may have been withdrawn; it stays visible."""

    withdrawn: bool
    withdrawal: Withdrawal | None


class Agreed(When):
    """The agreement of a second person, or of whoever proposed it where the policy allows that."""

    own_proposal: bool


class ExactWords(TypedDict):
    """Words as they were said or printed, and how faithfully they are kept."""

    text: Text
    wording: Wording | None
    translated_from: Language


class Amount(TypedDict):
    """A number, written as a decimal, with what it counts and how far it binds. `upper` is there for `between` only."""

    value: str
    unit: Text
    bound: Bound | None
    upper: str | None
    counted_on: Edtf


class Shown(TypedDict):
    """What every record carries: its id, its version, and the ledger position that it is true at."""

    id: Id
    version: Version
    position: Position


class Created(TypedDict):
    """What the answer to a command adds: the ids of what was made inside the record, in order."""

    created: list[Id]
