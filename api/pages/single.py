"""The register of verdicts that hang on one single origin, as a page."""

from dataclasses import dataclass
from typing import Annotated, Final

from api.pages.library import Library
from api.pages.lines import Line, line
from api.pages.shapes import Page, Ref, Visit, cursor_of
from domain.claim import Claim

REGISTER: Final = 50
"""How many verdicts a page has."""


@dataclass(frozen=True, slots=True)
class OnOneOrigin:
    """A claim with such a verdict, and the sources in which the origin begins, as far as this reader may be told."""

    line: Line
    roots: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class SingleOriginPage(Page):
    """The register, at /single-origin."""

    entries: Annotated[tuple[OnOneOrigin, ...], "Verdicts that hang on one origin, the oldest claim first."]
    first: Annotated[str | None, "Where the register begins; absent where this page is its beginning."]
    later: Annotated[str | None, "Where the register goes on; absent at its end."]


def single_origin_page(visit: Visit, library: Library) -> SingleOriginPage:
    """Verdicts that hang on one origin now. Raises `NotFound` for a cursor that is none."""
    after = cursor_of(visit)
    found = library.finder.on_one_origin(library.audience, after, REGISTER)
    claims = ((row, library.find(row.claim_id)) for row in found.items)
    return SingleOriginPage(
        site=library.site,
        title="Verdicts on one origin",
        twin=f"/api/v1/single-origin?after={after}" if after else "/api/v1/single-origin",
        entries=tuple(
            OnOneOrigin(line(claim, library), tuple(map(library.source_ref, row.roots)))
            for row, claim in claims
            if isinstance(claim, Claim)
        ),
        first="/single-origin" if after else None,
        later=None if found.next is None else f"/single-origin?after={found.next}",
    )
