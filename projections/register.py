"""The projections that there are."""

from typing import Final

from projections.articles import Articles
from projections.claims import Claims
from projections.contested import Contested
from projections.openness import Openness
from projections.parties import Parties
from projections.projection import Projection
from projections.sources import Sources

ALL: Final[tuple[Projection, ...]] = (Openness(), Parties(), Sources(), Claims(), Contested(), Articles())
"""Every projection; each keeps its own tables and may be made anew by itself."""
