"""Claims: what somebody says is so."""

import domain.claim.fold_quote
import domain.claim.fold_reply
import domain.claim.fold_verdict  # noqa: F401 - these register their events with the fold
from domain.claim.fold import fold
from domain.claim.state import Claim

__all__ = ["Claim", "fold"]
