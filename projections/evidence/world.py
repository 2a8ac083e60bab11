"""The world of evidence (`domain.evidence.world.World`) inside a batch: the tables, and what the batch did to them."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from domain.addresses import same_page
from domain.article import Article
from domain.events import Recorded
from domain.evidence.tracing import Root, trace
from domain.evidence.world import SourceNode, Tie
from domain.party import Party
from domain.party import events as in_party
from domain.source import Source
from domain.surroundings import node_of, ties_of
from projections.batch import Batch
from projections.documents import Documents
from projections.tables import Row

NODES: Final[Documents[SourceNode]] = Documents(SourceNode)
AFFILIATING: Final = (in_party.AffiliationRecorded, in_party.AffiliationEnded, in_party.AffiliationWithdrawn)
_SOURCE: Final = "SELECT node, page FROM evidence_sources WHERE id = ?"
_TIES: Final = (
    "SELECT affiliation_id, other_id, relation, since, until, basis_claim_id FROM affiliations WHERE party_id = ? "
)
_NAMING: Final = "SELECT DISTINCT party_id FROM affiliations WHERE other_id = ?"
_OWN: Final = "SELECT claim_id, name, article_id FROM own_claims WHERE claim_id = ?"

_KEPT: Final = "evidence"
_MOST: Final = 25_000
"""Sources that are kept from one batch to the next."""

Own = dict[str, str]
"""The name that an article of ours has as a source → the article."""


@dataclass(slots=True)
class Known:
    """What was read of sources and parties so far, as they stand at a ledger position.

    `sources` has every source that a trace in `traced` leads over.
    """

    position: int
    sources: dict[str, tuple[SourceNode, str | None]] = field(default_factory=dict)
    traced: dict[str, tuple[Root, ...]] = field(default_factory=dict)
    ties: dict[str, tuple[Tie, ...]] = field(default_factory=dict)


def known_before(batch: Batch) -> Known:
    """What is known when the batch begins, which goes on to be kept."""
    before = batch.events[0].position - 1
    known: Known | None = batch.kept.get(_KEPT)
    if known is None or known.position != before or len(known.sources) > _MOST:
        known = batch.kept[_KEPT] = Known(before)
    return known


class BatchWorld:
    """Sources, parties and own articles as they stand after the event that was followed last.

    What the batch changes is folded, everything else is read from the tables, which stand before the batch. What was
    read is kept until it changes, be it in a later batch.
    """

    def __init__(self, batch: Batch, views: sqlite3.Connection) -> None:
        self._batch = batch
        self._views = views
        self._known = known_before(batch)
        self._own: dict[str, Own] = {}
        self._articles: dict[str, set[Row]] = {}
        self._placed: dict[str, set[Row]] = {}
        self._affiliated: dict[str, set[str]] = {}

    def follow(self, recorded: Recorded) -> None:
        """Goes on to the state after this event."""
        known, event = self._known, recorded.event
        known.position = recorded.position
        if recorded.stream[:3] == "src":
            before = known.sources.pop(recorded.stream, None)
            if before is not None and before[0] != self.source(recorded.stream):
                known.traced.clear()
        elif recorded.stream[:3] == "art":
            self._article(recorded.stream)
        elif isinstance(event, AFFILIATING):
            known.ties.clear()
            if isinstance(event, in_party.AffiliationRecorded):
                self._affiliated.setdefault(event.party_id, set()).add(recorded.stream)

    def _article(self, id: str) -> None:
        before = self._articles.get(id, set())
        after = self._articles[id] = set(own_rows(self.at(id)))
        for row in before - after:
            self._placed[row[0]].discard(row)
        for row in after - before:
            self._placed.setdefault(row[0], set()).add(row)
        self._own.clear()

    def at(self, id: str) -> Any:
        """The record as it stands; None if there is none."""
        return self._batch.at(id, self._known.position)

    def source(self, id: str) -> SourceNode:
        """The source as it stands."""
        return self._source(id)[0]

    def page(self, id: str) -> str | None:
        """The source's address, in the spelling in which two that lead to the same page are equal."""
        return self._source(id)[1]

    def _source(self, id: str) -> tuple[SourceNode, str | None]:
        found = self._known.sources.get(id)
        if found is None:
            found = self._known.sources[id] = self._source_now(id)
        return found

    def _source_now(self, id: str) -> tuple[SourceNode, str | None]:
        if id in self._batch.changed:
            source: Source | None = self.at(id)
            return (SourceNode(id), None) if source is None else (node_of(source), page_of(source))
        found = self._views.execute(_SOURCE, (id,)).fetchone()
        return (SourceNode(id), None) if found is None else (NODES.load(found[0]), found[1])

    def traced(self, source_id: str, claim_id: str) -> tuple[Root, ...]:
        """The roots of the source as evidence on the claim (`domain.evidence.tracing.trace`)."""
        if self._own_names(claim_id):
            return trace(self, source_id, claim_id)
        found = self._known.traced.get(source_id)
        if found is None:
            found = self._known.traced[source_id] = trace(self, source_id, claim_id)
        return found

    def ties(self, party_id: str) -> tuple[Tie, ...]:
        """The party's own affiliations, then those by which others name it."""
        found = self._known.ties.get(party_id)
        if found is None:
            found = self._known.ties[party_id] = (*self._own_ties(party_id), *self._towards(party_id))
        return found

    def _own_ties(self, party_id: str) -> tuple[Tie, ...]:
        if party_id in self._batch.changed:
            party: Party | None = self.at(party_id)
            return () if party is None else ties_of(party)
        return tuple(Tie(*row) for row in self._views.execute(_TIES + "ORDER BY number", (party_id,)))

    def _towards(self, party_id: str) -> Iterator[Tie]:
        known = {id for (id,) in self._views.execute(_NAMING, (party_id,))}
        for id in sorted((known | self._affiliated.get(party_id, set())) - {party_id}):
            for tie in self._own_ties(id):
                if tie.party_id == party_id:
                    yield replace(tie, party_id=id)

    def own_article(self, source_id: str, claim_id: str) -> str | None:
        """Our own published article that this source is and that holds the claim."""
        own = self._own_names(claim_id)
        if not own:
            return None
        names = (source_id, self.page(source_id))
        return min((own[name] for name in names if name is not None and name in own), default=None)

    def _own_names(self, claim_id: str) -> Own:
        known = self._own.get(claim_id)
        if known is None:
            known = self._own[claim_id] = self._own_now(claim_id)
        return known

    def _own_now(self, claim_id: str) -> Own:
        stored = [row for row in self._views.execute(_OWN, (claim_id,)) if row[2] not in self._articles]
        own: Own = {}
        for _, name, article_id in sorted((*stored, *self._placed.get(claim_id, ())), key=lambda row: row[2]):
            own.setdefault(name, article_id)
        return own


def page_of(source: Source) -> str | None:
    """The source's address, in the spelling in which two that lead to the same page are equal."""
    return None if source.words.url is None else same_page(source.words.url)


def own_rows(article: Article | None) -> Iterator[Row]:
    """The claims in the article, if it is ours and published, by each name that it has as a source."""
    if article is None or article.role != "own" or article.published is None:
        return
    address = None if article.words.url is None else same_page(article.words.url)
    names = {name for name in (article.source_id, address) if name is not None}
    for claim_id in {placement.claim_id for placement in article.placed}:
        yield from ((claim_id, name, article.id) for name in names)
