"""A record's state without what stays with the desk."""

from dataclasses import replace
from typing import Final

from domain.article import Article
from domain.article.state import Placement
from domain.claim import Claim
from domain.claim.state import Dispute, Verdict
from domain.party import Party
from domain.party.state import PartyText
from domain.shielding import public_snapshot
from domain.source import Source
from domain.source.state import SourceText, StandingText

_ADOPTED: Final = frozenset({"in_force", "superseded", "withdrawn"})


def public_claim(claim: Claim, open: frozenset[int]) -> Claim:
    """The claim with only those parts whose events are open."""
    words = claim.words if claim.asserted.position in open else replace(claim.words, reason=None)
    return replace(
        claim,
        words=words,
        citations=tuple(c for c in claim.citations if c.cited.position in open),
        links=tuple(k for k in claim.links if k.linked.position in open),
        disputes=tuple(_public_dispute(d, open) for d in claim.disputes if d.opened.position in open),
        replies=tuple(r for r in claim.replies if r.recorded.position in open),
        searches=tuple(s for s in claim.searches if s.recorded.position in open),
        verdicts=tuple(_public_verdict(v, open) for v in claim.verdicts if _was_adopted(v, open)),
    )


def _was_adopted(verdict: Verdict, open: frozenset[int]) -> bool:
    approved = verdict.approved
    return verdict.status in _ADOPTED and approved is not None and approved.position in open


def _public_verdict(verdict: Verdict, open: frozenset[int]) -> Verdict:
    pending = verdict.pending
    if pending is not None and pending.proposed.position not in open:
        pending = None
    words = replace(verdict.words, rejection_reason=None)
    return replace(verdict, pending=pending, words=words, needs_review=())


def _public_dispute(dispute: Dispute, open: frozenset[int]) -> Dispute:
    return replace(
        dispute,
        positions=tuple(p for p in dispute.positions if p.stated.position in open),
        settlements=tuple(s for s in dispute.settlements if s.proposed.position in open and s.agreed is not None),
    )


def public_article(article: Article, open: frozenset[int]) -> Article:
    """The article with only the placements whose events are open.

    Another's text is for the desk: of it the public sees the words that carry a claim, and not what stands around them.
    Words that were lost before the publication stood in a draft.
    """
    placements = tuple(_without_draft(p, article) for p in article.placements if p.placed.position in open)
    if article.role == "own":
        return replace(article, placements=placements)
    alone = tuple(replace(p, words=replace(p.words, prefix=None, suffix=None)) for p in placements)
    return replace(article, placements=alone, words=replace(article.words, text=None))


def _without_draft(placement: Placement, article: Article) -> Placement:
    published = article.published
    if placement.start is not None or (published is not None and published.position < placement.seen.position):
        return placement
    return replace(placement, words=replace(placement.words, exact=None, prefix=None, suffix=None))


def public_source(source: Source, open: frozenset[int]) -> Source:
    """The source with only those parts whose events are open, and without what would give a confidential one away."""
    if not source.confidential:
        return replace(
            source,
            origins=tuple(o for o in source.origins if o.declared.position in open),
            snapshots=tuple(public_snapshot(s) for s in source.snapshots if s.captured.position in open),
        )
    return replace(
        source,
        words=SourceText(),
        publisher_id=None,
        author_ids=(),
        published_on=None,
        standings=tuple(replace(entry, words=StandingText()) for entry in source.standings),
        origins=(),
        snapshots=(),
    )


def public_party(party: Party, open: frozenset[int]) -> Party:
    """The party with only those parts whose events are open, and without what would give a private one away."""
    if party.private:
        return replace(party, words=PartyText(), affiliations=())
    return replace(party, affiliations=tuple(a for a in party.affiliations if a.recorded.position in open))
