"""A claim's evidence, counted by origin, as JSON: which citation leads where, and why two sources are one origin."""

from collections.abc import Callable, Iterator, Sequence

from api.representations.claims import numbers_body
from api.representations.shapes import origins as shapes
from domain.claim import Claim
from domain.evidence.merging import Merge
from domain.evidence.origins import Evidence, Leg, Origin
from domain.evidence.tracing import Root
from domain.evidence.world import Derivation

Tellable = Callable[[str], bool]
"""Whether the record with this id may be named to whoever reads."""


def origins_body(claim: Claim, evidence: Evidence, tellable: Tellable) -> shapes.OriginsFound:
    """The evidence with its explanation. What may not be named is null, and counted all the same.

    What lies behind a source that may not be named is not named either: it would tell where that one draws from.
    """
    telling = _Telling(evidence, tellable)
    return {
        "id": claim.id,
        "version": claim.version,
        "position": claim.changed.position,
        "independent_origins": numbers_body(evidence.numbers),
        "evidence_conflicts": evidence.conflicts,
        "origins": [telling.origin(origin) for origin in evidence.origins],
        "citations": [telling.leg(leg) for leg in evidence.legs],
    }


class _Telling:
    def __init__(self, evidence: Evidence, tellable: Tellable) -> None:
        self._tellable = tellable
        self._roots = {
            id
            for leg in evidence.legs
            for start, roots in ((leg.cited.source_id, leg.roots), (leg.cited.via_source_id, leg.via))
            for root in roots
            if start is not None and self._told(start, root)
            for id in root.members
        }

    def _told(self, start: str, root: Root) -> bool:
        """Whether the whole way from the source to its root may be told."""
        return all(map(self._tellable, (start, *named_by(root))))

    def _name(self, id: str | None) -> str | None:
        return id if id is not None and self._tellable(id) else None

    def _root_names(self, ids: Sequence[str]) -> list[str | None]:
        return [id if id in self._roots else None for id in ids]

    def origin(self, origin: Origin) -> shapes.OriginFound:
        """One origin. Whose interest it has would tell of a source that may not be named whose it is."""
        named = set(origin.roots) <= self._roots
        return {
            "number": origin.number,
            "source_ids": self._root_names(origin.roots),
            "loops": [self._root_names(loop) for loop in origin.loops],
            "merged": [self._merged(merge) for merge in origin.merges],
            "interested_party_ids": [self._name(id) if named else None for id in origin.interested],
        }

    def _merged(self, merge: Merge) -> shapes.Merged:
        rests_on = () if merge.basis_claim_id is None else (merge.basis_claim_id,)
        told = all(map(self._tellable, (*merge.parties, *rests_on))) and set(merge.roots) <= self._roots
        return {
            "cause": merge.cause,
            "source_ids": self._root_names(merge.roots),
            "party_ids": list(merge.parties) if told else [None for _ in merge.parties],
            "affiliation_id": merge.affiliation_id if told else None,
            "citation_id": merge.citation_id,
        }

    def leg(self, leg: Leg) -> shapes.LegFound:
        """One citation."""
        cited = leg.cited
        return {
            "citation_id": cited.id,
            "source_id": self._name(cited.source_id),
            "via_source_id": self._name(cited.via_source_id),
            "stance": cited.stance,
            "holds": leg.holds,
            "origins": list(leg.origins),
            "roots": [self._root(cited.source_id, root) for root in leg.roots],
            "via": [self._root(cited.via_source_id, root) for root in leg.via],
        }

    def _root(self, start: str | None, root: Root) -> shapes.RootFound:
        told = start is not None and self._told(start, root)
        return {
            "source_ids": list(root.members) if told else [None for _ in root.members],
            "loop": root.loop,
            "path": [_step(step) for step in root.path] if told else [],
            "holds": root.holds,
            "broken_at": root.broken_at if told else None,
            "own_article_id": self._name(root.own_article) if told else None,
        }


def named_by(root: Root) -> Iterator[str]:
    """The records that must be open for the way to the root to be told: sources, and claims on which its steps rest."""
    yield from root.members
    for step in root.path:
        yield step.source_id
        if step.basis_claim_id is not None:
            yield step.basis_claim_id


def _step(step: Derivation) -> shapes.Step:
    return {"source_id": step.source_id, "relation": step.relation, "origin_id": step.origin_id}
