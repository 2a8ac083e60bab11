"""A small world of evidence that is drawn by hand or by chance, without a ledger.

world = Sketch(sources(b=["a"], a=[]), ...)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from domain.evidence.world import Cited, Derivation, Question, SourceNode, Tie
from domain.values import Relation, Stance, Standing

NAMES = ("a", "b", "c", "d", "e", "f", "g")
PARTIES = ("p", "q", "r", "s")
YEARS = (None, "2018", "2020", "2022")
RELATIONS: tuple[Relation, ...] = ("owned_by", "part_of", "operates", *(("shares_content_of",) * 3), "funded_by")
STANCES: tuple[Stance, ...] = ("supports", "refutes", "reports_claim", "reports_denial", "context")


@dataclass(frozen=True)
class Affiliated:
    """An affiliation of `one` with `other`, between years."""

    one: str
    other: str
    relation: Relation = "owned_by"
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True)
class Sketch:
    """See `domain.evidence.world.World`. `own` are pairs of a source that is our article, and a claim in it."""

    sources: Mapping[str, SourceNode] = field(default_factory=dict)
    affiliations: tuple[Affiliated, ...] = ()
    own: frozenset[tuple[str, str]] = frozenset()

    def source(self, id: str) -> SourceNode:
        return self.sources.get(id, SourceNode(id))

    def ties(self, party_id: str) -> tuple[Tie, ...]:
        named = [(f"aff{n}", a) for n, a in enumerate(self.affiliations)]
        own = [Tie(id, a.other, a.relation, a.since, a.until) for id, a in named if a.one == party_id]
        theirs = [Tie(id, a.one, a.relation, a.since, a.until) for id, a in named if a.other == party_id != a.one]
        return (*own, *theirs)

    def own_article(self, source_id: str, claim_id: str) -> str | None:
        return f"art_{source_id}" if (source_id, claim_id) in self.own else None


def node(id: str, *derives_from: str, standing: Standing = "good", **said: Any) -> SourceNode:
    """A source that derives from those."""
    standings: tuple[tuple[int, Standing], ...] = () if standing == "good" else ((1, standing),)
    derives = tuple(Derivation(f"ori_{id}_{other}", other, "republishes") for other in derives_from)
    return SourceNode(id, standings, derives, **said)


def drawn(*nodes: SourceNode, **said: Any) -> Sketch:
    """The world of these sources."""
    return Sketch({n.id: n for n in nodes}, **said)


def question(*cited: tuple[str, Stance] | str, interested: Sequence[str] = ()) -> Question:
    """Sources cited on the claim `c`; in its support, where no stance is given."""
    pairs = [(said, "supports") if isinstance(said, str) else said for said in cited]
    citations = tuple(Cited(f"x{n}", source, stance) for n, (source, stance) in enumerate(pairs))  # type: ignore[arg-type]
    return Question("c", citations, frozenset(interested))


@st.composite
def sketches(draw: st.DrawFn) -> Sketch:
    """Any small world: with loops, fallen sources, houses with dates, and articles of our own."""
    nodes = [
        node(
            name,
            *draw(st.lists(st.sampled_from([n for n in NAMES if n != name]), max_size=2, unique=True)),
            standing=draw(st.sampled_from(("good", "good", "gone", "retracted"))),
            publisher_id=draw(st.sampled_from((None, *PARTIES))),
            author_ids=tuple(draw(st.lists(st.sampled_from(PARTIES), max_size=1))),
            published_on=draw(st.sampled_from(YEARS)),
        )
        for name in NAMES
    ]
    affiliated = st.builds(
        Affiliated,
        st.sampled_from(PARTIES),
        st.sampled_from(PARTIES),
        st.sampled_from(RELATIONS),
        st.sampled_from(YEARS),
        st.sampled_from(YEARS),
    ).filter(lambda a: a.one != a.other)
    own = draw(st.frozensets(st.tuples(st.sampled_from(NAMES), st.sampled_from(("c", "other"))), max_size=2))
    return drawn(*nodes, affiliations=tuple(draw(st.lists(affiliated, max_size=4))), own=own)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Any claim with a few citations, some of sources that are known through others."""
    cited = tuple(
        Cited(
            f"x{n}",
            draw(st.sampled_from(NAMES)),
            draw(st.sampled_from(STANCES)),
            draw(st.sampled_from((None, None, *NAMES))),
        )
        for n in range(draw(st.integers(0, 6)))
    )
    return Question("c", cited, draw(st.frozensets(st.sampled_from(PARTIES), max_size=2)))
