"""Which roots are one origin, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from domain.evidence.families import Family, family
from domain.evidence.tracing import Root
from domain.evidence.world import Tie, World

Cause = Literal["same_publisher", "affiliated", "shares_content", "known_through"]


@dataclass(frozen=True, slots=True)
class Merge:
    """Why two roots are one origin.

    If an affiliation is the cause, `affiliation_id`, its `basis_claim_id` and the two publishers are there.

    For `known_through`, `citation_id` is the citation that knows the one source through the other.
    """

    cause: Cause
    roots: tuple[str, str]
    parties: tuple[str, ...] = ()
    affiliation_id: str | None = None
    basis_claim_id: str | None = None
    citation_id: str | None = None


class Merging:
    """Joins roots into origins. The roots keep the order in which they were given, and so do the origins.

    What is joined does not depend on standing: when a source falls, what remains is counted as it was before.
    """

    def __init__(self, world: World, roots: Iterable[Root], *, by_house: bool) -> None:
        self.roots = {root.id: root for root in roots}
        self._world = world
        self._by_house = by_house
        self._houses = {id: list(self._families(root)) for id, root in self.roots.items()} if by_house else {}
        self._leader = {id: id for id in self.roots}
        self._merges: list[Merge] = []

    def _families(self, root: Root) -> Iterator[tuple[str, Family]]:
        for node in map(self._world.source, root.members):
            if node.publisher_id is not None:
                yield node.publisher_id, family(self._world, node.publisher_id, node.published_on)

    def join_through(self, citation_id: str, roots: Iterable[Root], via: Iterable[Root]) -> None:
        """What is known only through another source is one origin with it."""
        through = list(via)
        for root in (*through[1:], *roots) if through else ():
            self._join(Merge("known_through", (through[0].id, root.id), citation_id=citation_id))

    def join_houses(self) -> None:
        """What one house of publishers published is one origin, where families are merged."""
        seat: dict[str, tuple[str, str, Family]] = {}
        for id, families in self._houses.items():
            for publisher, house in families:
                for party in house.members:
                    first, theirs, known = seat.setdefault(party, (id, publisher, house))
                    if first != id:
                        self._join(_of_one_house(first, id, theirs, publisher, known, house, party))
        for id, families in self._houses.items():
            for publisher, house in families:
                for party, tie in house.partners.items():
                    if party in seat and seat[party][0] != id:
                        first, theirs, _ = seat[party]
                        self._join(_affiliated("shares_content", (first, id), (theirs, publisher), tie))

    def _join(self, merge: Merge) -> None:
        one, other = map(self._leader_of, merge.roots)
        if one != other:
            self._leader[other] = one
            self._merges.append(merge)

    def _leader_of(self, id: str) -> str:
        while self._leader[id] != id:
            self._leader[id] = self._leader[self._leader[id]]
            id = self._leader[id]
        return id

    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The ids of the roots of each origin."""
        found: dict[str, list[str]] = {}
        for id in self.roots:
            found.setdefault(self._leader_of(id), []).append(id)
        return tuple(map(tuple, found.values()))

    def within(self, ids: tuple[str, ...]) -> tuple[Merge, ...]:
        """Why these roots are one origin, once all are joined: one reason less than there are roots."""
        return tuple(self._reasons.get(self._leader_of(ids[0]), ()))

    @cached_property
    def _reasons(self) -> dict[str, list[Merge]]:
        found: dict[str, list[Merge]] = {}
        for merge in self._merges:
            found.setdefault(self._leader_of(merge.roots[0]), []).append(merge)
        return found

    def interested(self, ids: tuple[str, ...], parties: frozenset[str]) -> tuple[str, ...]:
        """Which of the parties published or wrote one of these roots, or belong to the house of who published it."""
        found: set[str] = set()
        for id in ids:
            for node in map(self._world.source, self.roots[id].members):
                found.update({node.publisher_id, *node.author_ids} & parties)  # type: ignore[arg-type]
            for _, house in self._houses.get(id, ()):
                found.update(parties & house.members.keys())
        return tuple(sorted(found))


def _of_one_house(first: str, id: str, theirs: str, ours: str, known: Family, house: Family, party: str) -> Merge:
    if theirs == ours:
        return Merge("same_publisher", (first, id), (ours,))
    return _affiliated("affiliated", (first, id), (theirs, ours), house.members[party] or known.members[party])


def _affiliated(cause: Cause, roots: tuple[str, str], parties: tuple[str, str], tie: Tie | None) -> Merge:
    if tie is None:
        return Merge(cause, roots, parties)
    return Merge(cause, roots, parties, tie.affiliation_id, tie.basis_claim_id)
