"""Where a source got what it says from: followed to the end, over any distance, loops and all.

A *root* is where following ends: a source that derives from no other, or a loop of sources that derive from each other
and from nobody else. Which roots a source has depends on what derives from what alone. Whether a root *holds* the
source depends on standing too: some way to it must be free of fallen sources and of our own article that holds the
claim, whose word for it would be our own.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from domain.evidence.loops import ends
from domain.evidence.world import Derivation, SourceNode, World


@dataclass(frozen=True, slots=True)
class Root:
    """Where a source goes back to. `members` are several only for a loop; `path` leads there, the nearest step first.

    If it does not `hold`, `broken_at` is the source at which the way breaks, and `own_article` our article there.
    """

    members: tuple[str, ...]
    path: tuple[Derivation, ...]
    holds: bool
    broken_at: str | None = None
    own_article: str | None = None

    @property
    def id(self) -> str:
        """What names the root: its first member, in the order of ids."""
        return self.members[0]

    @property
    def loop(self) -> bool:
        """Whether the sources lead back to each other, and to nobody else."""
        return len(self.members) > 1


def trace(world: World, source_id: str, claim_id: str) -> tuple[Root, ...]:
    """The roots of the source, as evidence for or against this claim, in the order of their ids; at least one."""
    start = world.source(source_id)
    if not start.derives:
        return (_alone(world, start, claim_id),)
    nodes = reachable(world, source_id)
    blocked = {id: article for id in nodes if (article := world.own_article(id, claim_id)) is not None}
    ways = _ways(nodes, source_id)
    closed = {*blocked, *(id for id, node in nodes.items() if node.fallen)}
    free = _ways(nodes, source_id, closed) if closed else ways
    graph = {id: [step.source_id for step in node.derives] for id, node in nodes.items()}
    return tuple(_root(members, nodes, ways, free, blocked) for members in ends(graph))


class Chains:
    """Traces sources as `trace` does, for one claim in one world, and follows what their chains share once.

    A chain is a source that derives from one other alone, and so on to one that derives from none. Reprints of reprints
    are chains, and to search each of them for loops would take time by the square of their length.
    """

    def __init__(self, world: World, claim_id: str) -> None:
        self._world = world
        self._claim_id = claim_id
        self._known: dict[str, Root] = {}

    def trace(self, source_id: str) -> tuple[Root, ...]:
        """The roots of the source."""
        chain = self._chain(source_id)
        if chain is None:
            return trace(self._world, source_id, self._claim_id)
        passed, root = chain
        path = (*(node.derives[0] for node in passed), *root.path)
        broken = next((node for node in passed if not _alone(self._world, node, self._claim_id).holds), None)
        if broken is None:
            found = replace(root, path=path)
        else:
            article = self._world.own_article(broken.id, self._claim_id)
            found = Root(root.members, path, holds=False, broken_at=broken.id, own_article=article)
        self._known[source_id] = found
        return (found,)

    def _chain(self, source_id: str) -> tuple[list[SourceNode], Root] | None:
        """The sources on the way to one that is known or derives from none, and the root of that; None for no chain."""
        passed: dict[str, SourceNode] = {}
        id = source_id
        while id not in self._known:
            node = self._world.source(id)
            if not node.derives:
                return list(passed.values()), _alone(self._world, node, self._claim_id)
            if len(node.derives) > 1 or id in passed:
                return None
            passed[id] = node
            id = node.derives[0].source_id
        return list(passed.values()), self._known[id]


def _alone(world: World, node: SourceNode, claim_id: str) -> Root:
    article = world.own_article(node.id, claim_id)
    holds = article is None and not node.fallen
    return Root((node.id,), (), holds, None if holds else node.id, article)


def reachable(world: World, *source_ids: str) -> dict[str, SourceNode]:
    """The sources and everything that they go back to, over any distance, each once."""
    nodes: dict[str, SourceNode] = {}
    waiting = list(source_ids)
    while waiting:
        id = waiting.pop()
        if id not in nodes:
            nodes[id] = world.source(id)
            waiting.extend(step.source_id for step in nodes[id].derives)
    return nodes


_Ways = Mapping[str, tuple[str, Derivation] | None]
"""Source → the last step of a shortest way to it, and where that step begins; None for the start."""


def _ways(nodes: Mapping[str, SourceNode], start: str, closed: Iterable[str] = ()) -> _Ways:
    """The shortest ways from the start to all that can be reached without passing a closed source."""
    shut = frozenset(closed)
    found: dict[str, tuple[str, Derivation] | None] = {} if start in shut else {start: None}
    waiting = deque(found)
    while waiting:
        id = waiting.popleft()
        for step in nodes[id].derives:
            if step.source_id not in found and step.source_id not in shut:
                found[step.source_id] = id, step
                waiting.append(step.source_id)
    return found


def _root(
    members: tuple[str, ...],
    nodes: Mapping[str, SourceNode],
    ways: _Ways,
    free: _Ways,
    blocked: Mapping[str, str],
) -> Root:
    reached = [id for id in members if id in free]
    if reached:
        return Root(members, _shortest(free, reached), holds=True)
    path = _shortest(ways, members)
    passed = (next(iter(ways)), *(step.source_id for step in path))
    broken_at = next(id for id in passed if nodes[id].fallen or id in blocked)
    return Root(members, path, holds=False, broken_at=broken_at, own_article=blocked.get(broken_at))


def _shortest(ways: _Ways, members: Iterable[str]) -> tuple[Derivation, ...]:
    """The way to that member which was reached first: ways are found in the order of their length."""
    wanted = frozenset(members)
    last: str | None = next(id for id in ways if id in wanted)
    path: list[Derivation] = []
    while last is not None and (way := ways[last]) is not None:
        last, step = way
        path.append(step)
    return tuple(reversed(path))
