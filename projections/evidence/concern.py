"""Which claims an event concerns: those whose evidence, or whose verdict's ground, may be otherwise after it."""

import json
import sqlite3
from collections.abc import Collection, Iterable
from typing import Final

from domain.article import Article
from domain.claim import events as in_claim
from domain.events import Recorded
from domain.evidence.families import HOUSE
from domain.evidence.world import SourceNode
from domain.party import events as in_party
from domain.source import events as in_source
from projections.batch import Batch
from projections.evidence.world import AFFILIATING, BatchWorld, own_rows

_DERIVED: Final = "SELECT source_id FROM derivations WHERE derives_from IN (SELECT value FROM json_each(?))"
_LEANING: Final = (
    "SELECT DISTINCT claim_id FROM legs JOIN grounds USING (claim) WHERE source_id IN (SELECT value FROM json_each(?))"
)
_PUBLISHED: Final = "SELECT id FROM evidence_sources WHERE publisher_id IN (SELECT value FROM json_each(?))"
_RELYING: Final = "SELECT claim_id FROM dependencies WHERE depends_on IN (SELECT value FROM json_each(?))"
_REJUDGING: Final = (
    in_claim.VerdictApproved,
    in_claim.VerdictWithdrawn,
    in_claim.ClaimWithdrawn,
    in_claim.ClaimReinstated,
    in_claim.CitationWithdrawn,
    in_claim.ClaimUnlinked,
)
"""What may move verdicts on the claims that depend on this one, over any distance."""

Ties = dict[str, set[str]]
"""What is named → the records that name it."""


class Concern:
    """Follows a batch and tells which claims each event concerns. It may name too many, and never too few.

    Who names a record is asked of the tables, which stand before the batch, and of what the batch added since.
    """

    def __init__(self, batch: Batch, views: sqlite3.Connection, world: BatchWorld) -> None:
        self._batch = batch
        self._views = views
        self._world = world
        self._derived: Ties = {}
        self._citing: Ties = {}
        self._relying: Ties = {}
        self._published: Ties = {}

    def note(self, recorded: Recorded) -> None:
        """Remembers what the event ties to what."""
        stream, event = recorded.stream, recorded.event
        match event:
            case in_claim.ClaimCited():
                for source_id in (event.source_id, event.via_source_id):
                    _tie(self._citing, source_id, stream)
            case in_claim.ClaimLinked(relation="depends_on"):
                _tie(self._relying, event.claim_id, stream)
            case in_source.OriginDeclared():
                _tie(self._derived, event.derives_from, stream)
            case in_source.SourceRegistered() | in_source.SourceDescribed():
                _tie(self._published, event.publisher_id, stream)
            case _:
                return

    def of(self, recorded: Recorded, node_before: SourceNode | None, page_before: str | None) -> Iterable[str]:
        """The claims that the event concerns, when the world stands after it.

        For an event of a source, what the source was before; None if it begins with the event.
        """
        stream, event = recorded.stream, recorded.event
        match stream[:3]:
            case "clm":
                return self._and_relying({stream}) if isinstance(event, _REJUDGING) else (stream,)
            case "src" if node_before is not None:
                same = (node_before, page_before) == (self._world.source(stream), self._world.page(stream))
                return () if same else self._and_relying(self._leaning_on({stream}))
            case "pty" if isinstance(event, AFFILIATING):
                return self._leaning_on(self._published_by(self._houses(recorded)))
            case "art":
                before, after = self._articles(recorded)
                return {row[0] for row in set(own_rows(before)) ^ set(own_rows(after))}
            case _:
                return ()

    def _articles(self, recorded: Recorded) -> tuple[Article | None, Article | None]:
        stream, position = recorded.stream, recorded.position
        return self._batch.at(stream, position - 1), self._batch.at(stream, position)

    def _and_relying(self, claim_ids: set[str]) -> set[str]:
        """These claims, and those that depend on them at any distance."""
        return self._at_any_distance(_RELYING, self._relying, claim_ids)

    def _leaning_on(self, source_ids: set[str]) -> set[str]:
        """The claims that cite these sources, or what derives from them at any distance."""
        return self._named(_LEANING, self._citing, self._at_any_distance(_DERIVED, self._derived, source_ids))

    def _at_any_distance(self, statement: str, added: Ties, ids: set[str]) -> set[str]:
        found, waiting = set(ids), set(ids)
        while waiting:
            waiting = self._named(statement, added, waiting) - found
            found |= waiting
        return found

    def _published_by(self, party_ids: set[str]) -> set[str]:
        return self._named(_PUBLISHED, self._published, party_ids)

    def _named(self, statement: str, added: Ties, ids: Collection[str]) -> set[str]:
        known = {id for (id,) in self._views.execute(statement, (json.dumps(sorted(ids)),))}
        return known.union(*(added[id] for id in ids if id in added))

    def _houses(self, recorded: Recorded) -> set[str]:
        """Everybody who may, at some date, be of one house with an end of the affiliation that the event is about."""
        found = set(_ends(recorded, self._batch))
        waiting = list(found)
        while waiting:
            for tie in self._world.ties(waiting.pop()):
                if tie.relation in HOUSE and tie.party_id not in found:
                    found.add(tie.party_id)
                    waiting.append(tie.party_id)
        return found


def _ends(recorded: Recorded, batch: Batch) -> tuple[str, ...]:
    event = recorded.event
    if isinstance(event, in_party.AffiliationRecorded):
        return recorded.stream, event.party_id
    if isinstance(event, in_party.AffiliationEnded | in_party.AffiliationWithdrawn):
        party = batch.at(recorded.stream, recorded.position)
        return recorded.stream, party.affiliation(event.affiliation_id).party_id
    return ()


def _tie(ties: Ties, name: str | None, id: str) -> None:
    if name is not None:
        ties.setdefault(name, set()).add(id)
