"""Where a claim's evidence comes from, drawn as a tree: each origin once, and under it whatever draws on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from api.pages import phrases
from api.pages.library import Library
from api.pages.shapes import Ref, When, dated
from api.representations.origins import named_by
from domain.audience import protects
from domain.claim import Claim
from domain.evidence.merging import Merge
from domain.evidence.origins import REPORTS, Evidence, Leg, Numbers, Origin
from domain.evidence.tracing import Root
from domain.source import Source
from domain.values import OriginRelation, Stance

DEEPEST: Final = 8
"""How many sources may stand below each other; what draws on the last from further away stands beside it."""
AT_ONCE: Final = 6
"""How many branches are shown at once; the others wait behind a summary."""
_UNNAMED: Final = "(a source that is not named here)"


@dataclass(frozen=True, slots=True)
class Branch:
    """A source, how it draws on the one above it, and what draws on it.

    `cited` says how it is cited on the claim, `holds` whether that counts, and `standing` what is wrong with the source
    itself, if anything is. `more` are branches beyond the first.
    """

    source: Ref
    by: Ref | None
    published: When | None
    how: str | None
    cited: tuple[str, ...]
    holds: bool
    standing: str | None
    branches: tuple["Branch", ...]
    more: tuple["Branch", ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Why two sources are one origin: `words`, about these parties, or sources where no party is the reason."""

    words: str
    about: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Interest:
    """A party for which the origin has an interest in the claim, and why."""

    who: Ref
    because: str


@dataclass(frozen=True, slots=True)
class OriginPart:
    """One origin: what it does for the claim, in a few words, and the sources that are it or draw on it."""

    counts: str
    kind: str
    interested: tuple[Interest, ...]
    citations: int
    tops: tuple[Branch, ...]
    joined: tuple[Joined, ...]
    loop: bool


@dataclass(frozen=True, slots=True)
class OriginsPart:
    """Everything that is cited, counted by origin. `numbers` are those counts with what each of them means.

    `merged` says that there are fewer origins than sources that are cited.
    """

    citations: int
    merged: bool
    numbers: tuple[tuple[int, str], ...]
    origins: tuple[OriginPart, ...]


def origins_part(claim: Claim, library: Library) -> OriginsPart | None:
    """The origins of what is cited on the claim; None where nothing is that says something of it.

    A source that this reader may not be told of is not named, and neither is what lies behind it; both are counted.
    """
    evidence = library.weighed(claim).evidence
    if evidence is None or not evidence.legs:
        return None
    drawing = _Drawing(claim, evidence, library)
    parts = [drawing.part(origin) for origin in evidence.origins]
    return OriginsPart(
        citations=len(evidence.legs),
        merged=len({leg.cited.source_id for leg in evidence.legs}) > len(evidence.origins),
        numbers=tuple(_numbers(evidence.numbers)),
        origins=tuple(part for kind in _KINDS for part in parts if part.kind == kind),
    )


_KINDS: Final = ("supports", "refutes", "both", "interested", "reports", "nothing")
_COUNTS: Final = {
    "supports": "Says so",
    "refutes": "Says the opposite",
    "both": "Says so here and the opposite there",
    "interested": "Has an interest in it, and is counted apart",
    "reports": "Only tells what others say",
    "nothing": "Does not count",
}


def _numbers(numbers: Numbers) -> Iterator[tuple[int, str]]:
    yield numbers.supports, f"independent {_origins(numbers.supports)} for it"
    yield numbers.refutes, f"independent {_origins(numbers.refutes)} against it"
    if numbers.interested:
        yield numbers.interested, f"{_origins(numbers.interested)} with an interest in it"
    if numbers.reported:
        yield numbers.reported, f"{_origins(numbers.reported)} telling what others say"


def _origins(number: int) -> str:
    return "origin" if number == 1 else "origins"


@dataclass(slots=True)
class _Node:
    """A source in a tree that grows; `id` is None for one that is not named."""

    id: str | None
    depth: int
    relation: OriginRelation | None = None
    far: bool = False
    stances: dict[Stance, None] = field(default_factory=dict)
    through: bool = False
    holds: bool = True
    below: list["_Node"] = field(default_factory=list)
    above: "_Node | None" = None


class _Tree:
    """The sources of one origin, each once, where it was put first."""

    def __init__(self) -> None:
        self.tops: list[_Node] = []
        self._nodes: dict[str | None, _Node] = {}

    def grow(self, start: str, root: Root, *, told: bool) -> _Node:
        """Puts the way from the source to its root into the tree; gives the node of the source."""
        if not told:
            top = self._top(None)
            return self._below(top, start, None)
        node = self._top(root.path[-1].source_id if root.path else start)
        for number in range(len(root.path) - 1, -1, -1):
            below = root.path[number - 1].source_id if number else start
            node = self._below(node, below, root.path[number].relation)
        return node

    def _top(self, id: str | None) -> _Node:
        if id not in self._nodes:
            self._nodes[id] = _Node(id, 1)
            self.tops.append(self._nodes[id])
        return self._nodes[id]

    def _below(self, above: _Node, id: str, relation: OriginRelation | None) -> _Node:
        known = self._nodes.get(id)
        if known is not None:
            return known
        far = above.depth == DEEPEST and above.above is not None
        parent = above.above if far and above.above is not None else above
        node = self._nodes[id] = _Node(id, parent.depth + 1, None if far else relation, far=far, above=parent)
        parent.below.append(node)
        return node


class _Drawing:
    """Draws the origins of a claim's evidence for one reader."""

    def __init__(self, claim: Claim, evidence: Evidence, library: Library) -> None:
        self._claim = claim
        self._library = library
        self._number = {id: origin.number for origin in evidence.origins for id in origin.roots}
        self._trees = {origin.number: _Tree() for origin in evidence.origins}
        self._citing: dict[int, set[str]] = {origin.number: set() for origin in evidence.origins}
        self._reached: dict[int, set[Stance]] = {origin.number: set() for origin in evidence.origins}
        self._named: set[str] = set()
        self._ours: set[str] = set()
        for leg in evidence.legs:
            self._take_in(leg)

    def _take_in(self, leg: Leg) -> None:
        cited = leg.cited
        for root in leg.roots:
            node = self._grow(cited.source_id, root)
            node.stances[cited.stance] = None
            node.holds = leg.holds
            self._citing[self._number[root.id]].add(cited.id)
        for root in leg.via if cited.via_source_id is not None else ():
            self._grow(cited.via_source_id or "", root).through = True
        for number in leg.origins:
            self._reached[number].add(cited.stance)

    def _grow(self, start: str, root: Root) -> _Node:
        told = all(map(self._tells, (start, *named_by(root))))
        if told:
            self._named.update(root.members)
        if told and root.own_article is not None and root.broken_at is not None:
            self._ours.add(root.broken_at)
        return self._trees[self._number[root.id]].grow(start, root, told=told)

    def _tells(self, id: str) -> bool:
        if self._library.desk:
            return True
        record = self._library.find(id)
        return record is not None and not protects(record)

    def part(self, origin: Origin) -> OriginPart:
        """The origin, drawn."""
        tree, kind = self._trees[origin.number], self._kind(origin)
        named = self._named.issuperset(origin.roots)
        return OriginPart(
            counts=_COUNTS[kind],
            kind=kind,
            interested=tuple(map(self._interest, origin.interested)) if kind == "interested" and named else (),
            citations=len(self._citing[origin.number]),
            tops=tuple(map(self._branch, tree.tops)),
            joined=tuple(map(self._joined, origin.merges)),
            loop=bool(origin.loops),
        )

    def _interest(self, id: str) -> Interest:
        if id == self._claim.claimant_id:
            return Interest(self._library.party_ref(id), "claims it")
        if any(about.party_id == id for about in self._claim.about):
            return Interest(self._library.party_ref(id), "is one whom the claim is about")
        return Interest(self._library.party_ref(id), "is a party to the dispute")

    def _kind(self, origin: Origin) -> str:
        reached = self._reached[origin.number]
        voices = reached - REPORTS
        if not voices:
            return "reports" if reached else "nothing"
        if origin.interested:
            return "interested"
        return "both" if len(voices) > 1 else next(iter(voices))

    def _branch(self, node: _Node) -> Branch:
        source: Source | None = None if node.id is None else self._library.find(node.id)
        branches = tuple(map(self._branch, node.below))
        shown = AT_ONCE if len(branches) > AT_ONCE + 1 else len(branches)
        return Branch(
            source=Ref(None, None, _UNNAMED) if node.id is None else self._library.source_ref(node.id),
            by=None if source is None or source.publisher_id is None else self._library.party_ref(source.publisher_id),
            published=None if source is None else dated(source.published_on),
            how=self._how(node),
            cited=tuple(_cited(node)),
            holds=node.holds,
            standing=self._standing(source),
            branches=branches[:shown],
            more=branches[shown:],
        )

    def _standing(self, source: Source | None) -> str | None:
        if source is None:
            return None
        if source.id in self._ours:
            return "Our own article, which holds the claim"
        return None if source.standing == "good" else phrases.STANDING[source.standing]

    def _how(self, node: _Node) -> str | None:
        if node.far:
            return "draws on it through others"
        if node.relation is not None:
            return f"{phrases.ORIGIN[node.relation].lower()} it"
        return None if node.above is None else "draws on it"

    def _joined(self, merge: Merge) -> Joined:
        if merge.cause == "known_through":
            return Joined("One is known only through the other", self._sources(merge.roots))
        # Of a source that is not named, its publisher would say too much.
        told = self._named.issuperset(merge.roots) and (
            merge.basis_claim_id is None or self._tells(merge.basis_claim_id)
        )
        parties = tuple(self._library.party_ref(id) for id in dict.fromkeys(merge.parties)) if told else ()
        if merge.cause == "same_publisher":
            return Joined("One publisher", parties)
        if merge.cause == "affiliated":
            return Joined("One house of publishers", parties)
        return Joined("One carries what the other publishes", parties)

    def _sources(self, ids: Sequence[str]) -> tuple[Ref, ...]:
        return tuple(self._library.source_ref(id) for id in ids if self._tells(id))


def _cited(node: _Node) -> Iterator[str]:
    yield from (phrases.CITED_AS[stance] for stance in node.stances)
    if node.through:
        yield "another is known only through it"
