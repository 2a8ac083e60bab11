"""Rules that a policy sets for its ratings, in a closed vocabulary, and what they find.

A rule names ratings and what has to be there before a verdict may give one of them. Every requirement is a number that
was counted against a number that is needed, so that whoever is refused can see by how much.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.values import Requirement, Scope

AT_MOST: Final[frozenset[Requirement]] = frozenset({"no_open_dispute", "no_expired_search"})
"""Requirements that set a limit; of all others there has to be at least as much as is needed."""

ALL: Final[frozenset[Requirement]] = frozenset({"quotes_found", "reply_requested"})
"""Requirements that have to be met everywhere: as often as there is occasion."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that a rule asks for. `needed` counts, `scopes` are there for `no_open_dispute`."""

    requirement: Requirement
    needed: int
    scopes: tuple[Scope, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """What has to be there before a verdict may give one of these ratings."""

    id: str
    ratings: tuple[str, ...]
    demands: tuple[Demand, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a claim. `disputes` has the scopes of each that is open or cannot be resolved.

    Of `quotes` and `replies` it says (how many there should be, how many there are).
    """

    supports: int
    refutes: int
    primary: int
    disputes: Sequence[Collection[Scope]]
    quotes: tuple[int, int]
    replies: tuple[int, int]
    searches: int
    expired: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What one demand came to."""

    demand: Demand
    needed: int
    found: int

    @property
    def met(self) -> bool:
        """Whether enough was found, or no more than is allowed."""
        return self.found <= self.needed if self.demand.requirement in AT_MOST else self.found >= self.needed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule came to."""

    rule: Rule
    measured: tuple[Measured, ...]

    @property
    def met(self) -> bool:
        """Whether the rule allows the rating."""
        return all(measured.met for measured in self.measured)


def judge(rules: Sequence[Rule], rating: str, found: Found) -> tuple[Outcome, ...]:
    """What each rule for this rating comes to, in the order of the policy."""
    return tuple(
        Outcome(rule, tuple(_measure(demand, found) for demand in rule.demands))
        for rule in rules
        if rating in rule.ratings
    )


def _measure(demand: Demand, found: Found) -> Measured:
    match demand.requirement:
        case "quotes_found":
            return Measured(demand, *found.quotes)
        case "reply_requested":
            return Measured(demand, *found.replies)
        case "no_open_dispute":
            wanted = set(demand.scopes)
            return Measured(demand, 0, sum(1 for scopes in found.disputes if not wanted or wanted & set(scopes)))
        case requirement:
            return Measured(demand, demand.needed, _count(requirement, found))


def _count(requirement: Requirement, found: Found) -> int:
    counts: dict[Requirement, int] = {
        "supports_at_least": found.supports,
        "refutes_at_least": found.refutes,
        "primary_at_least": found.primary,
        "open_dispute": len(found.disputes),
        "search_recorded": found.searches,
        "no_expired_search": found.expired,
    }
    return counts[requirement]


_ASKS: Final[Mapping[Requirement, str]] = {
    "supports_at_least": "at least {} in support",
    "refutes_at_least": "at least {} against it",
    "primary_at_least": "at least {}",
    "open_dispute": "a dispute that is open",
    "no_open_dispute": "no unresolved dispute",
    "quotes_found": "every word-for-word quotation found in a snapshot of its source",
    "reply_requested": "of every party said to have acted, a reply asked for or a reason why not",
    "search_recorded": "a search that found nothing and has not expired",
    "no_expired_search": "no expired search behind the verdict",
}


def in_words(demand: Demand) -> str:
    """What the demand asks for, as an editor reads it."""
    said = _ASKS[demand.requirement]
    match demand.requirement:
        case "supports_at_least" | "refutes_at_least":
            return said.format(_counted(demand.needed, "independent origin"))
        case "primary_at_least":
            return said.format(_counted(demand.needed, "primary source"))
        case "no_open_dispute" if demand.scopes:
            return f"{said} about {' or '.join(scope.replace('_', ' ') for scope in demand.scopes)}"
        case _:
            return said


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
