"""What commands say: bodies as they come from outside, checked field by field, and those that several records share."""

from typing import Annotated

from pydantic import Field, StrictInt

from domain.values import LONGEST_TEXT, Frozen, Prose, WithdrawalCause


class Body(Frozen):
    """What a command says, as it comes from outside: checked field by field, unknown fields refused."""


class Change(Body):
    """A change of some fields: one that is absent stays, one that is null is cleared."""

    def named(self, *, besides: frozenset[str] = frozenset({"reason"})) -> tuple[str, ...]:
        """The fields that are to change, in the order of their names."""
        return tuple(sorted(self.model_fields_set - besides))


class Selector(Body):
    """Where in the article's text (W3C TextQuote and TextPosition selectors, in Unicode code points)."""

    exact: Annotated[str, Field(min_length=1, max_length=20_000)]
    prefix: Annotated[str, Field(max_length=1_000)] | None = None
    suffix: Annotated[str, Field(max_length=1_000)] | None = None
    start: Annotated[StrictInt, Field(ge=0, le=LONGEST_TEXT)] | None = None
    end: Annotated[StrictInt, Field(ge=0, le=LONGEST_TEXT)] | None = None


class Withdraw(Body):
    """Withdraws something; it stays visible as withdrawn."""

    cause: WithdrawalCause
    reason: Prose


class GiveReason(Body):
    """Does what the route says, and says why."""

    reason: Prose


class Nothing(Body):
    """Does what the route says; there is nothing to add."""
