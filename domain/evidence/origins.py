"""Independent origins: how many stand behind a claim, once everything that is the same has been counted once.

Each citation is followed to its roots. Roots are one origin if one publisher's house published them (where the policy
says so), or if one of them is known only through the other. An origin is *interested* if the claimant, a party to a
dispute about the claim, or a party that the claim is about published or wrote one of its roots. What only reports
what somebody said is counted apart, and never as support.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from domain.evidence.merging import Merge, Merging
from domain.evidence.tracing import Chains, Root
from domain.evidence.world import Cited, Question, World
from domain.values import Stance

REPORTS: Final[frozenset[Stance]] = frozenset({"reports_claim", "reports_denial"})
WEIGHTY: Final[frozenset[Stance]] = REPORTS | {"supports", "refutes"}
"""Stances that say something of the claim; the others give context."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many independent origins stand behind a claim.

    `supports` and `refutes` speak in their own voice and have no interest in it; `interested` have one; `reported` tell
    what somebody said.
    """

    supports: int = 0
    refutes: int = 0
    interested: int = 0
    reported: int = 0


@dataclass(frozen=True, slots=True)
class Leg:
    """A citation and the roots of its source; `via` are those of the source through which that one is known.

    `origins` are the numbers of the origins to which it leads in fact, which are none where nothing holds it.
    """

    cited: Cited
    roots: tuple[Root, ...]
    via: tuple[Root, ...]
    origins: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether something may rest on it."""
        return bool(self.origins)


@dataclass(frozen=True, slots=True)
class Origin:
    """One origin of what is cited: its roots, why they are one, and the parties by which it is interested."""

    number: int
    roots: tuple[str, ...]
    loops: tuple[tuple[str, ...], ...]
    merges: tuple[Merge, ...]
    interested: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """What is cited on a claim, counted by origin. `origins` are numbered from 1, in the order of the citations."""

    legs: tuple[Leg, ...]
    origins: tuple[Origin, ...]

    @cached_property
    def numbers(self) -> Numbers:
        """The four numbers."""
        interested = {origin.number for origin in self.origins if origin.interested}
        for_it, against_it = self._reached({"supports"}), self._reached({"refutes"})
        return Numbers(
            supports=len(for_it - interested),
            refutes=len(against_it - interested),
            interested=len((for_it | against_it) & interested),
            reported=len(self._reached(REPORTS)),
        )

    def _reached(self, stances: Collection[Stance]) -> set[int]:
        return {number for leg in self.legs if leg.cited.stance in stances for number in leg.origins}

    def behind(self, citation_ids: Collection[str]) -> int:
        """How many origins stand behind these citations together."""
        return len({number for leg in self.legs if leg.cited.id in citation_ids for number in leg.origins})

    @property
    def conflicts(self) -> bool:
        """Whether citations that hold support the claim and others refute it, each source in its own voice."""
        return bool(self._reached({"supports"})) and bool(self._reached({"refutes"}))

    def holding(self) -> frozenset[str]:
        """The citations on which something may rest."""
        return frozenset(leg.cited.id for leg in self.legs if leg.holds)


Tracing = Callable[[str], tuple[Root, ...]]
"""Source → its roots, as `domain.evidence.tracing.trace` finds them for the claim."""


def weigh(question: Question, world: World, *, merge_families: bool, tracing: Tracing | None = None) -> Evidence:
    """The evidence cited on the claim, counted by origin. `merge_families` counts one house of publishers once.

    Whoever weighs many claims in one world may bring a `tracing` that remembers its answers.
    """
    trace = Chains(world, question.claim_id).trace if tracing is None else tracing

    def roots_of(source_id: str | None) -> tuple[Root, ...]:
        return () if source_id is None else trace(source_id)

    weighty = [cited for cited in question.cited if cited.stance in WEIGHTY]
    traced = [(c, roots_of(c.source_id), roots_of(c.via_source_id)) for c in weighty]
    merging = Merging(world, (root for _, roots, via in traced for root in (*roots, *via)), by_house=merge_families)
    for cited, roots, via in traced:
        merging.join_through(cited.id, roots, via)
    merging.join_houses()
    groups = merging.groups()
    numbers = {id: number for number, ids in enumerate(groups, 1) for id in ids}
    origins = tuple(
        Origin(
            number=number,
            roots=ids,
            loops=tuple(merging.roots[id].members for id in ids if merging.roots[id].loop),
            merges=merging.within(ids),
            interested=merging.interested(ids, question.interested),
        )
        for number, ids in enumerate(groups, 1)
    )
    return Evidence(tuple(_leg(cited, roots, via, numbers) for cited, roots, via in traced), origins)


def _leg(cited: Cited, roots: tuple[Root, ...], via: tuple[Root, ...], numbers: Mapping[str, int]) -> Leg:
    reached = {numbers[root.id] for root in roots if root.holds}
    seen = not via or any(root.holds for root in via)
    return Leg(cited, roots, via, tuple(sorted(reached)) if seen else ())
