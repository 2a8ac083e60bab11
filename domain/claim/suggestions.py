"""What the desk might look at in a claim. A suggestion records nothing and decides nothing."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from domain.claim.state import Claim
from domain.events import Stamp
from domain.quantities import Count, conflicts, count_of

PAIRS: Final = 20
"""How many pairs of numbers are told at most. Whoever looks into them finds the others."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number on the claim: the id of what gives it (the claim itself, a citation or a position), and since when."""

    id: str
    count: Count
    given: Stamp


@dataclass(frozen=True, slots=True)
class QuantityConflict:
    """That a dispute about the quantity may be worth opening. `pairs` cannot both be right; there may be more."""

    pairs: tuple[tuple[Numbered, Numbered], ...]

    @property
    def between(self) -> tuple[Numbered, ...]:
        """Every number that is in one of the pairs, once."""
        return tuple(dict.fromkeys(number for pair in self.pairs for number in pair))


def numbers(claim: Claim, standing: Collection[str]) -> Iterator[Numbered]:
    """The claim's own number, and those of the citations and positions that stand."""
    if claim.quantity is not None and (own := count_of(claim.quantity)) is not None:
        yield Numbered(claim.id, own, claim.quantity.stated)
    for citation in claim.citations:
        if (cited := count_of(citation)) is not None and citation.id in standing:
            yield Numbered(citation.id, cited, citation.cited)
    for position in (p for dispute in claim.disputes for p in dispute.standing):
        if (held := count_of(position)) is not None:
            yield Numbered(position.id, held, position.stated)


def quantity_conflict(claim: Claim, standing: Collection[str], tolerance: str) -> QuantityConflict | None:
    """The numbers on the claim that cannot both be right; None if there are none, or the desk deals with them.

    It does in an open dispute about the quantity, and did in one that was settled since the numbers were recorded.
    """
    disputes = [dispute for dispute in claim.disputes if "quantity" in dispute.scopes]
    if any(dispute.open for dispute in disputes):
        return None
    settled = max((d.settlement.agreed.position for d in disputes if d.settlement and d.settlement.agreed), default=0)
    found = list(numbers(claim, standing))
    clashing = conflicts([number.count for number in found], tolerance)
    pairs = ((found[i], found[j]) for i, j in clashing)
    newer = (pair for pair in pairs if max(number.given.position for number in pair) > settled)
    told = tuple(islice(newer, PAIRS))
    return QuantityConflict(told) if told else None
