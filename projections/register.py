"""The projections that there are."""

from typing import Final

from projections.articles import Articles
from projections.claims import Claims
from projections.contested import Contested
from projections.corrections import Corrections
from projections.due import Due
from projections.evidence import Evidence
from projections.log.map import LedgerMap
from projections.log.tiles import Tiles
from projections.openness import Openness
from projections.parties import Parties
from projections.projection import Projection
from projections.quotes import Quotes
from projections.search import Search
from projections.sources import Sources
from projections.worklist import Worklist

ALL: Final[tuple[Projection, ...]] = (
    Tiles(),
    LedgerMap(),
    Openness(),
    Parties(),
    Sources(),
    Claims(),
    Evidence(),
    Contested(),
    Articles(),
    Corrections(),
    Due(),
    Quotes(),
    Worklist(),
    Search(),
)
"""Every projection; each keeps its own tables and may be made anew by itself."""
