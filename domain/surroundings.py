"""The world of evidence (`domain.evidence.world`), seen through the folded states of records.

A record's own stream says what it names. Who names *it* is in other streams, and those are found through an index that
may name too many: what it names is looked up and checked. So one index, which only ever grows, serves every moment.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from domain.addresses import same_page
from domain.article import Article
from domain.article import events as in_article
from domain.events import Event
from domain.evidence.world import Derivation, SourceNode, Tie
from domain.party import Party
from domain.party.events import AffiliationRecorded
from domain.party.state import Affiliation
from domain.source import Source

StateOf = Callable[[str], Any]
"""Id → the record's state at one moment, None if there was no such record."""

Naming = Callable[[str], Iterable[str]]
"""Id, or address of a page → the records that name it, and perhaps others."""


NAMING: Final[tuple[type[Event], ...]] = (
    AffiliationRecorded,
    in_article.ArticleDrafted,
    in_article.ArticlePublished,
    in_article.ClaimPlaced,
)
"""The events that name something by which it will be looked up."""


def names(event: Event) -> Iterator[str]:
    """What the index of names must know of an event: the ids, and addresses of pages, by which it will be looked up."""
    match event:
        case AffiliationRecorded():
            yield event.party_id
        case in_article.ArticleDrafted(role="own"):
            if event.source_id is not None:
                yield event.source_id
            if event.words is not None and event.words.url is not None:
                yield same_page(event.words.url)
        case in_article.ClaimPlaced():
            yield event.claim_id
        case in_article.ArticlePublished():
            if event.words is not None and event.words.url is not None:
                yield same_page(event.words.url)
        case _:
            return


def named_by(state: Any) -> Iterator[str]:
    """The same of a record in the state that it has: by what it names now, it will be looked up."""
    match state:
        case Party():
            yield from (affiliation.party_id for affiliation in state.affiliations)
        case Article():
            yield from (placement.claim_id for placement in state.placed)
            if state.role == "own":
                yield from (name for name in (state.source_id, _page(state)) if name is not None)
        case _:
            return


def _page(article: Article) -> str | None:
    return None if article.words.url is None else same_page(article.words.url)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The world as records say it at one moment. See `domain.evidence.world.World`."""

    state_of: StateOf
    naming: Naming

    def source(self, id: str) -> SourceNode:
        """The source as it stands."""
        source: Source | None = self.state_of(id)
        return SourceNode(id) if source is None else node_of(source)

    def ties(self, party_id: str) -> tuple[Tie, ...]:
        """The party's own affiliations, then those by which others name it."""
        party: Party | None = self.state_of(party_id)
        own = () if party is None else ties_of(party)
        theirs = (tie for id in sorted(set(self.naming(party_id))) for tie in self._towards(id, party_id))
        return (*own, *theirs)

    def _towards(self, id: str, party_id: str) -> Iterator[Tie]:
        other: Party | None = self.state_of(id) if id.startswith("pty") else None
        if other is not None and id != party_id:
            yield from (tie_from(a, id) for a in other.affiliations if a.party_id == party_id and _counts(a))

    def own_article(self, source_id: str, claim_id: str) -> str | None:
        """Our own published article that this source is and that holds the claim."""
        keys = self._keys(source_id)
        found = sorted({id for key in keys for id in self.naming(key) if id.startswith("art")})
        return next((id for id in found if holds(self.state_of(id), source_id, keys, claim_id)), None)

    def our_article(self, source_id: str, among: Iterable[str]) -> str | None:
        """Which of these articles is ours, published, and is this source; None if none is."""
        keys = self._keys(source_id)
        return next((id for id in among if is_ours(self.state_of(id), source_id, keys)), None)

    def placed_openly(self, claim_id: str) -> bool:
        """Whether the claim stands in an article that is published."""
        articles: Iterator[Article | None] = (self.state_of(id) for id in self.naming(claim_id) if id[:3] == "art")
        published = (article for article in articles if article is not None and article.published is not None)
        return any(placement.claim_id == claim_id for article in published for placement in article.placed)

    def _keys(self, source_id: str) -> list[str]:
        source: Source | None = self.state_of(source_id)
        return [source_id] if source is None or source.words.url is None else [source_id, same_page(source.words.url)]


def node_of(source: Source) -> SourceNode:
    """What evidence has to know of a source: its standing, its snapshots that do not stand, and the origins that do.

    What is merely alleged is no origin here.
    """
    return SourceNode(
        id=source.id,
        standings=tuple((entry.declared.position, entry.standing) for entry in source.standings),
        derives=tuple(
            Derivation(o.id, o.derives_from, o.relation, o.basis_claim_id)
            for o in source.origins
            if o.withdrawn is None and not o.as_alleged
        ),
        publisher_id=source.publisher_id,
        author_ids=source.author_ids,
        published_on=source.published_on,
        primary=source.primary,
        given_up=tuple((s.withdrawn.position, s.id) for s in source.snapshots if s.withdrawn is not None),
    )


def ties_of(party: Party) -> tuple[Tie, ...]:
    """The affiliations in the party's own record that stand and are more than alleged."""
    return tuple(tie_from(a, a.party_id) for a in party.affiliations if _counts(a))


def tie_from(seen: Affiliation, other_id: str) -> Tie:
    """The affiliation with this party at its other end."""
    return Tie(seen.id, other_id, seen.relation, seen.since, seen.until, seen.basis_claim_id)


def _counts(affiliation: Affiliation) -> bool:
    return affiliation.withdrawn is None and not affiliation.as_alleged


def holds(article: Article | None, source_id: str, keys: Iterable[str], claim_id: str) -> bool:
    """Whether this is a published article of ours that the source is, with the claim."""
    if article is None or not is_ours(article, source_id, keys):
        return False
    return any(placement.claim_id == claim_id for placement in article.placed)


def is_ours(article: Article | None, source_id: str, keys: Iterable[str]) -> bool:
    """Whether this is a published article of ours that the source is, by its record or its address."""
    if article is None or article.role != "own" or article.published is None:
        return False
    address = None if article.words.url is None else same_page(article.words.url)
    return article.source_id == source_id or (address is not None and address in keys)
