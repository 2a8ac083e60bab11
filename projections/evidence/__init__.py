"""The evidence of all claims: their origins, what hangs on which source, and which verdicts need to be looked at."""

from projections.evidence.projection import Evidence

__all__ = ["Evidence"]
