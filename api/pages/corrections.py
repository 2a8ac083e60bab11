"""The register of corrections, and the corrections of one article or one claim."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlencode

from api.pages import phrases
from api.pages.library import Library
from api.pages.lines import Line, line
from api.pages.shapes import Page, Ref, Text, Visit, When, recorded
from domain.article import Article
from domain.article.state import Correction
from domain.errors import NotFound
from projections.corrections import CorrectionRow
from projections.projection import FIRST

SHOWN: Final = 50
"""How many corrections a page of the register has."""
_MANY: Final = 200
_AT: Final = "/corrections"
_KINDS: Final = dict[str, str](phrases.CORRECTION.items())


@dataclass(frozen=True, slots=True)
class CorrectionPart:
    """A correction as pages show it. `id` is its anchor; `claims` are those that it names and this reader may see."""

    id: str
    kind: str
    article: Ref
    note: Text
    issued: When
    claims: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class KindLink:
    """A way to the corrections of one kind, or to all of them. `current` says that it leads to this page."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class CorrectionsPage(Page):
    """The register of corrections, at /corrections."""

    corrections: Annotated[tuple[CorrectionPart, ...], "The corrections, the one that was recorded last first."]
    kinds: Annotated[tuple[KindLink, ...], "The kinds of which the register can be shown alone."]
    kind: Annotated[str | None, "The kind that is shown alone, in words."]
    newest: Annotated[str | None, "Where the register begins; absent where this page is its beginning."]
    older: Annotated[str | None, "Where the register goes on; absent at its end."]


def corrections_page(visit: Visit, library: Library) -> CorrectionsPage:
    """What readers were told, of every kind or of one. Raises `NotFound` for a kind or a cursor that there is not."""
    after, wanted = _cursor(visit), _wanted(visit)
    found = library.finder.corrections(library.audience, after, SHOWN, **wanted)
    here = _address(_AT, wanted)
    return CorrectionsPage(
        site=library.site,
        title="Corrections",
        twin=_address("/api/v1/corrections", wanted),
        corrections=tuple(_listed(found.items, library)),
        kinds=_kinds(wanted),
        kind=_KINDS[wanted["kind"]] if wanted else None,
        newest=None if after == FIRST else here,
        older=None if found.next is None else _address(_AT, {**wanted, "after": str(found.next)}),
    )


def _kinds(wanted: dict[str, str]) -> tuple[KindLink, ...]:
    each = (KindLink(label, f"{_AT}?kind={kind}", wanted.get("kind") == kind) for kind, label in _KINDS.items())
    return KindLink("All", _AT, current=not wanted), *each


def _cursor(visit: Visit) -> int:
    text = visit.asked.get("after", str(FIRST))
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise NotFound("page", text)
    return int(text)


def _wanted(visit: Visit) -> dict[str, str]:
    kind = visit.asked.get("kind")
    if kind is not None and kind not in _KINDS:
        raise NotFound("kind of correction", kind)
    return {} if kind is None else {"kind": kind}


def _address(path: str, asked: dict[str, str]) -> str:
    return f"{path}?{urlencode(asked)}" if asked else path


def _listed(rows: Iterable[CorrectionRow], library: Library) -> Iterable[CorrectionPart]:
    """The corrections of these rows, as their articles say them at the library's position."""
    for row in rows:
        article = library.find(row.article_id)
        correction = article.correction(row.id) if isinstance(article, Article) else None
        if correction is not None:
            yield _part(correction, row.article_id, library)


def _part(correction: Correction, article_id: str, library: Library) -> CorrectionPart:
    return CorrectionPart(
        id=correction.id,
        kind=phrases.CORRECTION[correction.kind],
        article=library.article_ref(article_id),
        note=Text(correction.words.note, instead="(This note was erased.)"),
        issued=recorded(correction.issued),
        claims=tuple(line(claim, library) for claim in library.claims(correction.claim_ids)),
    )


def corrections_in(article: Article, library: Library) -> tuple[CorrectionPart, ...]:
    """The corrections of the article, the newest first."""
    return tuple(_part(correction, article.id, library) for correction in reversed(article.corrections))


def corrections_of(claim_id: str, library: Library) -> tuple[CorrectionPart, ...]:
    """The corrections that name the claim, the newest first, as far as they were issued at the library's position."""
    found = library.finder.corrections(library.audience, FIRST, _MANY, claim=claim_id)
    return tuple(_listed(found.items, library))
