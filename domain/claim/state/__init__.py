"""A claim as it stands: what is claimed and by whom, on what evidence, who denies it, what the desk concludes.

Everything that was ever part of it stays: what was withdrawn, rejected or given up is marked so. Texts are None where
they were erased or are withheld.
"""

from domain.claim.state.claim import Claim, ClaimText
from domain.claim.state.dispute import Dispute, DisputeText, Position, PositionText, Settlement, SettlementText
from domain.claim.state.evidence import (
    FOUND,
    Citation,
    CitationText,
    Link,
    LinkText,
    Quantity,
    QuantityText,
    QuoteCheck,
)
from domain.claim.state.reply import Reply, ReplyStatus, ReplyText, Search, SearchStatus, SearchText
from domain.claim.state.verdict import (
    PendingAct,
    PendingReaffirmation,
    PendingText,
    PendingWithdrawal,
    ReviewReason,
    Verdict,
    VerdictStatus,
    VerdictText,
)

__all__ = [
    "FOUND",
    "Citation",
    "CitationText",
    "Claim",
    "ClaimText",
    "Dispute",
    "DisputeText",
    "Link",
    "LinkText",
    "PendingAct",
    "PendingReaffirmation",
    "PendingText",
    "PendingWithdrawal",
    "Position",
    "PositionText",
    "Quantity",
    "QuantityText",
    "QuoteCheck",
    "Reply",
    "ReplyStatus",
    "ReplyText",
    "ReviewReason",
    "Search",
    "SearchStatus",
    "SearchText",
    "Settlement",
    "SettlementText",
    "Verdict",
    "VerdictStatus",
    "VerdictText",
]
