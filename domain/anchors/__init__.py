"""Places in a text, found by quotation and counted in Unicode code points (W3C Selectors and States, 2017).

A quotation is matched exactly, code point by code point: nothing is normalised, so what is stored is what was read.
Letters that only look alike never match, but the refusal names them. After an edit a place is found again, at best
exactly, or it is given up.
"""

from domain.anchors.places import CONTEXT, COUNTED, Ambiguous, Anchor, NoMatch, find
from domain.anchors.reanchoring import MARGIN, THRESHOLD, Found, Lost, OrphanedBecause, Reanchoring, context_changed

__all__ = [
    "CONTEXT",
    "COUNTED",
    "MARGIN",
    "THRESHOLD",
    "Ambiguous",
    "Anchor",
    "Found",
    "Lost",
    "NoMatch",
    "OrphanedBecause",
    "Reanchoring",
    "context_changed",
    "find",
]
