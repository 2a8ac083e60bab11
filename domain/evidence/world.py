"""What the arithmetic of evidence has to know of sources, parties and articles, at one moment.

Only what stands counts: withdrawn origins and affiliations, and those recorded as merely alleged, are not here at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Protocol

from domain.values import OriginRelation, Relation, Stance, Standing

NEVER: Final = 2**63
"""A ledger position that no event will have: the place of what is only supposed."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """A source got what it says from another, as the desk found; on which claim that rests, if on one."""

    origin_id: str
    source_id: str
    relation: OriginRelation
    basis_claim_id: str | None = None


@dataclass(frozen=True, slots=True)
class SourceNode:
    """A source. `derives` says where it got what it says from; `published_on` is an EDTF date.

    `standings` has every change of its standing with the ledger position of that change, oldest first, and
    `given_up` the ids of its snapshots that were withdrawn with the position of the withdrawal.
    """

    id: str
    standings: tuple[tuple[int, Standing], ...] = ()
    derives: tuple[Derivation, ...] = ()
    publisher_id: str | None = None
    author_ids: tuple[str, ...] = ()
    published_on: str | None = None
    primary: bool = False
    given_up: tuple[tuple[int, str], ...] = ()

    @property
    def standing(self) -> Standing:
        """The standing now; a source of which nothing was said is in good standing."""
        return self.standings[-1][1] if self.standings else "good"

    def moved_since(self, position: int) -> bool:
        """Whether it stands otherwise than after the event at this ledger position, or was corrected once more."""
        if not self.standings or self.standings[-1][0] <= position:
            return False
        return _stood(self.standings) != _stood([entry for entry in self.standings if entry[0] <= position])

    def shows(self, snapshot_id: str, position: int = NEVER) -> bool:
        """Whether the snapshot stands after the event at this ledger position, as far as it was there then."""
        return not any(id == snapshot_id and at <= position for at, id in self.given_up)

    @property
    def fallen(self) -> bool:
        """Whether nothing may rest on it any more."""
        return self.standing == "retracted"


def _stood(standings: Sequence[tuple[int, Standing]]) -> tuple[Standing, int]:
    """The last of these standings, and how often one was declared that was there; of a good one that is over."""
    last = standings[-1][1] if standings else "good"
    repeated = sum(1 for (_, before), (_, after) in pairwise(standings) if before == after)
    return last, 0 if last == "good" else repeated


@dataclass(frozen=True, slots=True)
class Tie:
    """An affiliation seen from one of its two ends; `party_id` is the other end. `since` and `until` are EDTF dates.

    It rests on the claim `basis_claim_id`.
    """

    affiliation_id: str
    party_id: str
    relation: Relation
    since: str | None = None
    until: str | None = None
    basis_claim_id: str | None = None


class World(Protocol):
    """Sources, parties and our own articles as they stand at one moment."""

    def source(self, id: str) -> SourceNode:
        """The source. One that nobody recorded is a node without any ties."""

    def ties(self, party_id: str) -> tuple[Tie, ...]:
        """The party's affiliations in both directions, each once."""

    def own_article(self, source_id: str, claim_id: str) -> str | None:
        """Our own published article that this source is and that holds the claim; None if it is none."""


@dataclass(frozen=True, slots=True)
class Supposing:
    """A world in which some sources have another standing than they have. Nothing is changed by supposing it."""

    world: World
    standings: Mapping[str, Standing]

    def source(self, id: str) -> SourceNode:
        """The source, with the standing that is supposed."""
        node = self.world.source(id)
        standing = self.standings.get(id)
        return node if standing is None else replace(node, standings=(*node.standings, (NEVER, standing)))

    def ties(self, party_id: str) -> tuple[Tie, ...]:
        """As they are."""
        return self.world.ties(party_id)

    def own_article(self, source_id: str, claim_id: str) -> str | None:
        """As it is."""
        return self.world.own_article(source_id, claim_id)


@dataclass(frozen=True, slots=True)
class Placed:
    """A world in which the claim stands in articles of ours; `article_of` says which of them a source is."""

    world: World
    article_of: Callable[[str], str | None]

    def source(self, id: str) -> SourceNode:
        """As it is."""
        return self.world.source(id)

    def ties(self, party_id: str) -> tuple[Tie, ...]:
        """As they are."""
        return self.world.ties(party_id)

    def own_article(self, source_id: str, claim_id: str) -> str | None:
        """The article that the source is, if the claim is to stand there or does."""
        return self.article_of(source_id) or self.world.own_article(source_id, claim_id)


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation that was not withdrawn."""

    id: str
    source_id: str
    stance: Stance
    via_source_id: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A claim, as far as its evidence is concerned.

    `interested` are its claimant, the parties that hold a position in its disputes, and those that it is about.
    """

    claim_id: str
    cited: tuple[Cited, ...]
    interested: frozenset[str] = frozenset()
