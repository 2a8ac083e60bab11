"""Every event that can be stored, by its stored name, and how older forms are read.

A stored name means the same for ever. When the meaning or the shape of an event must change, a new version is added
(`….v2`), the old name moves from `EVENTS` to `UPCASTERS` with a pure function from the old head data and words to the
new ones, and stored bytes stay as they are. `tests/domain/test_catalogue.py` freezes names and golden bytes.
"""

from collections.abc import Mapping
from typing import Final

from domain.article import events as article
from domain.claim import events as claim
from domain.commitments import events as commitments
from domain.desk import events as desk
from domain.desk import word_events as words
from domain.events import Event, Upcaster
from domain.party import events as party
from domain.policy import events as policy
from domain.source import events as source

EVENTS: Final[Mapping[str, type[Event]]] = {
    event.TYPE: event
    for event in (
        claim.ClaimAsserted,
        claim.ClaimDescribed,
        claim.ClaimReworded,
        claim.QuantityStated,
        claim.ClaimCited,
        claim.CitationWithdrawn,
        claim.QuoteChecked,
        claim.ClaimLinked,
        claim.ClaimUnlinked,
        claim.DisputeOpened,
        claim.PositionStated,
        claim.PositionWithdrawn,
        claim.DisputeNarrowed,
        claim.SettlementProposed,
        claim.DisputeSettled,
        claim.DisputeReopened,
        claim.ReplyRequested,
        claim.ReplyNotSought,
        claim.ReplyReceived,
        claim.ReplyDeclined,
        claim.ReplyConsidered,
        claim.ReplyWithdrawn,
        claim.SearchRecorded,
        claim.SearchWithdrawn,
        claim.VerdictProposed,
        claim.VerdictApproved,
        claim.VerdictRejected,
        claim.VerdictActProposed,
        claim.VerdictReaffirmed,
        claim.VerdictWithdrawn,
        claim.ClaimPublished,
        claim.ClaimWithdrawn,
        claim.ClaimReinstated,
        source.SourceRegistered,
        source.SourceDescribed,
        source.OriginDeclared,
        source.OriginWithdrawn,
        source.StandingChanged,
        source.SnapshotCaptured,
        source.SnapshotWithdrawn,
        party.PartyRegistered,
        party.PartyDescribed,
        party.AffiliationRecorded,
        party.AffiliationEnded,
        party.AffiliationWithdrawn,
        article.ArticleDrafted,
        article.TextRevised,
        article.ClaimPlaced,
        article.ClaimPlacedAgain,
        article.PlacementConfirmed,
        article.ClaimRemoved,
        article.ArticlePublished,
        article.ArticleWithdrawn,
        article.ArticleReinstated,
        article.CorrectionIssued,
        policy.PolicyProposed,
        policy.PolicyAdopted,
        desk.DeskOpened,
        desk.ActorEnrolled,
        desk.RoleGranted,
        desk.RoleRevoked,
        desk.TokenIssued,
        desk.TokenRevoked,
        desk.ClockOverridden,
        desk.KeyRotated,
        desk.ReceiptMade,
        commitments.MapCommitted,
        words.ErasureProposed,
        words.WordsErased,
        words.WithholdingProposed,
        words.WordsWithheld,
        words.ReleaseProposed,
        words.WordsReleased,
        words.ProposalRejected,
    )
}


UPCASTERS: Final[Mapping[str, Upcaster]] = {}
"""Older names → the function that reads them. Chains are followed."""
