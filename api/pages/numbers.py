"""What pages say of numbers: how much, by whom, and whether the numbers on a claim agree."""

from typing import Final

from api.pages import phrases
from api.pages.library import Library
from domain.claim import Claim
from domain.quantities import Count, Counting, compatible, count_of

_AGAINST: Final = {
    True: "agrees with the claim’s number",
    False: "conflicts with the claim’s number",
    None: "not compared with the claim’s number, which counts something else or was counted at another time",
}


def counted(count: Count) -> str:
    """The number and how far it binds, in words."""
    return phrases.quantity(count.value, count.bound, count.upper, count.unit)


def number_of(part: Counting, claim: Claim, library: Library) -> str | None:
    """The number that a citation or a position gives, and how it stands to the claim's own; None if it gives none."""
    count = count_of(part)
    if count is None:
        return None
    own = None if claim.quantity is None else count_of(claim.quantity)
    if own is None:
        return counted(count)
    return f"{counted(count)}; {_AGAINST[compatible(own, count, library.tolerance)]}"


def suggested(claim: Claim, library: Library) -> tuple[str, ...]:
    """The pairs of numbers on the claim that cannot both be right, in words, while nobody deals with them."""
    conflict = library.conflict(claim)
    pairs = () if conflict is None else conflict.pairs
    return tuple(f"{counted(one.count)}, and {counted(other.count)}" for one, other in pairs)
