"""What the ledger commits to about itself: the map from each stream to how long it is."""

from domain.commitments.state import LedgerMap, fold

__all__ = ["LedgerMap", "fold"]
