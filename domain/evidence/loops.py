"""The ends of a directed graph in which there may be loops (R. E. Tarjan, Depth-first search, 1972)."""

from collections.abc import Iterator, Mapping, Sequence


def ends(graph: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The strongly connected parts that nothing leads out of, each with its members in order, all in order.

    `graph` maps every node to those that it leads to. Takes time in proportion to nodes and edges, and no recursion.
    """
    search = _Search(graph)
    for node in graph:
        search.visit(node)
    left = {search.part[node] for node, others in graph.items() for o in others if search.part[o] != search.part[node]}
    return sorted(members for number, members in enumerate(search.parts) if number not in left)


class _Search:
    """A depth-first search that closes each part when the last of its members has been left."""

    def __init__(self, graph: Mapping[str, Sequence[str]]) -> None:
        self._graph = graph
        self._order: dict[str, int] = {}
        self._low: dict[str, int] = {}
        self._stack: list[str] = []
        self._work: list[tuple[str, Iterator[str]]] = []
        self.part: dict[str, int] = {}
        self.parts: list[tuple[str, ...]] = []

    def visit(self, node: str) -> None:
        """Searches from this node, unless it was found before."""
        if node not in self._order:
            self._enter(node)
        while self._work:
            node, others = self._work[-1]
            other = next(others, None)
            if other is None:
                self._leave(node)
            elif other not in self._order:
                self._enter(other)
            elif other not in self.part:
                self._low[node] = min(self._low[node], self._order[other])

    def _enter(self, node: str) -> None:
        self._order[node] = self._low[node] = len(self._order)
        self._stack.append(node)
        self._work.append((node, iter(self._graph[node])))

    def _leave(self, node: str) -> None:
        self._work.pop()
        if self._work:
            before = self._work[-1][0]
            self._low[before] = min(self._low[before], self._low[node])
        if self._low[node] == self._order[node]:
            self._close(node)

    def _close(self, node: str) -> None:
        members: list[str] = []
        while not members or members[-1] != node:
            members.append(self._stack.pop())
        self.part.update(dict.fromkeys(members, len(self.parts)))
        self.parts.append(tuple(sorted(members)))
