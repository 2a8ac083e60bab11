"""What the public may see of an open record: which of its events, and its state without what stays with the desk."""

from domain.audience.disclosure import readable
from domain.audience.opening import IsOpen, named, open_positions, without_given_up
from domain.audience.public import public_article, public_claim, public_party, public_source
from domain.audience.telling import Tie, protects, tells, tells_of, ties

__all__ = [
    "IsOpen",
    "Tie",
    "named",
    "open_positions",
    "protects",
    "public_article",
    "public_claim",
    "public_party",
    "public_source",
    "readable",
    "tells",
    "tells_of",
    "ties",
    "without_given_up",
]
