"""The page of an article: its text with the claims marked in place, and each claim with its verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from api.pages import phrases
from api.pages.corrections import CorrectionPart, corrections_in
from api.pages.library import Library
from api.pages.lines import Line, line, withdrawn
from api.pages.marks import Paragraph, Span, paragraphs
from api.pages.shapes import ErasedPart, Page, Ref, Text, When, Withdrawn, recorded
from domain.article import Article
from domain.article.state import Placement
from domain.claim import Claim


@dataclass(frozen=True, slots=True)
class Lost:
    """Words that carried a claim once, and why no place in the text is taken for them."""

    words: Text
    why: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A place whose words were edited: how much it resembles what it was, and when the desk found it right, if so."""

    alike: str
    confirmed: When | None


@dataclass(frozen=True, slots=True)
class Note:
    """A claim that the article carries. `places` are the ids of its marks in the text, in the text's order.

    `lost` are the words that carried it once and are no longer found in the text; `quoted` those that carry it where
    the text itself is not shown. `edited` are those of its places that were found again by likeness only.
    """

    number: int
    line: Line
    places: tuple[str, ...]
    lost: tuple[Lost, ...]
    quoted: tuple[Text, ...]
    edited: tuple[Edited, ...]
    context_changed: bool


@dataclass(frozen=True, slots=True)
class Removed:
    """A claim that was marked once and is not any more."""

    line: Line
    when: When
    reason: Text


@dataclass(frozen=True, slots=True)
class ArticlePage(Page):
    """An article, at /articles/{id}."""

    erased: Annotated[tuple[ErasedPart, ...], "The words of it that were erased: when, and why."]
    heading: Annotated[Text, "The article’s title."]
    own: Annotated[bool, "Whether it is the desk’s own text; else it is another’s, examined here."]
    role: Annotated[str, "Whose text it is, in words."]
    source: Annotated[Ref | None, "The source record of an examined text."]
    url: Annotated[str | None, "Where it was published."]
    published: Annotated[When | None, "When it was published; absent for a draft."]
    early: Annotated[bool, "Whether it was published before the deadline of a request for a reply."]
    revised: Annotated[When | None, "When its text was changed last."]
    revision_reason: Annotated[Text, "Why its text was changed last."]
    withdrawn: Annotated[Withdrawn | None, "That the article was withdrawn, when and why."]
    corrections: Annotated[tuple[CorrectionPart, ...], "What readers were told of it afterwards, the newest first."]
    text: Annotated[tuple[Paragraph, ...] | None, "The text with its marks; absent where this reader may not see it."]
    language: Annotated[Text, "The language and direction of the text, without words."]
    notes: Annotated[tuple[Note, ...], "The claims, numbered in the order in which they stand in the text."]
    by_place: Annotated[dict[str, Note], "For the id of each mark, the claim that it belongs to."]
    alike: Annotated[dict[str, str], "For marks found again by likeness that nobody confirmed: how much alike."]
    removed: Annotated[tuple[Removed, ...], "Claims that are no longer marked."]


def article_page(id: str, library: Library) -> ArticlePage:
    """Raises `NotFound` for an article that this reader may not see."""
    article = library.article(id)
    text = article.words.text
    placed = [p for p in article.placed if library.find(p.claim_id) is not None]
    notes = _notes(placed, text, library)
    spans = [Span(p.start, p.end, p.id) for p in placed if _fits(p, text) and p.start is not None and p.end is not None]
    published = article.published_at
    return ArticlePage(
        site=library.site,
        erased=library.erasures(article.id),
        title=article.words.title or "An article whose title was erased",
        twin=f"/api/v1/articles/{id}",
        heading=Text.of(article.words.title, article.language),
        own=article.role == "own",
        role=phrases.ARTICLE_ROLE[article.role],
        source=None if article.source_id is None else library.source_ref(article.source_id),
        url=article.words.url,
        published=When(phrases.moment(published), published) if published else _published(article),
        early=bool(library.published_early(article)),
        revised=None if article.revised is None else recorded(article.revised),
        revision_reason=Text(article.words.revision_reason),
        withdrawn=withdrawn(article.withdrawn, article.cause, article.words.withdrawal_reason),
        corrections=corrections_in(article, library),
        text=None if text is None else paragraphs(text, spans),
        language=Text.of(None, article.language),
        notes=notes,
        by_place={place: note for note in notes for place in note.places},
        alike={p.id: phrases.alike(p.score) for p in placed if p.score is not None and p.confirmed is None},
        removed=tuple(_removed(article, library)),
    )


def _published(article: Article) -> When | None:
    return None if article.published is None else recorded(article.published)


def _fits(placement: Placement, text: str | None) -> bool:
    """Whether the placement can be shown in this text."""
    if text is None or placement.start is None or placement.end is None:
        return False
    return placement.start < placement.end <= len(text)


def _notes(placed: Sequence[Placement], text: str | None, library: Library) -> tuple[Note, ...]:
    """A note for each claim, in the order of its first place in the text; claims without a place come last."""
    by_claim: dict[str, list[Placement]] = {}
    for placement in sorted(placed, key=lambda p: (p.start is None, p.start or 0)):
        by_claim.setdefault(placement.claim_id, []).append(placement)
    return tuple(
        _note(number, library.find(claim_id), placements, text, library)
        for number, (claim_id, placements) in enumerate(by_claim.items(), 1)
    )


def _note(number: int, claim: Claim, placements: Sequence[Placement], text: str | None, library: Library) -> Note:
    there = [p for p in placements if _fits(p, text)]
    return Note(
        number=number,
        line=line(claim, library),
        places=tuple(p.id for p in there),
        lost=tuple(
            Lost(Text(p.words.exact), phrases.ORPHANED[p.orphaned_because]) for p in placements if p.start is None
        ),
        quoted=tuple(Text(p.words.exact) for p in placements if p.start is not None and p not in there),
        edited=tuple(_edited(p, p.score) for p in placements if p.score is not None and p.start is not None),
        context_changed=any(p.context_changed and p.confirmed is None for p in placements),
    )


def _edited(placement: Placement, score: str) -> Edited:
    return Edited(phrases.alike(score), None if placement.confirmed is None else recorded(placement.confirmed))


def _removed(article: Article, library: Library) -> list[Removed]:
    still = {p.claim_id for p in article.placed}
    return [
        Removed(line(claim, library), recorded(p.removed), Text(p.words.removal_reason))
        for p in article.placements
        if p.removed is not None and p.claim_id not in still and (claim := library.find(p.claim_id)) is not None
    ]
