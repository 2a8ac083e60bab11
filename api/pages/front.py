"""The front page, and the register of what is contested."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Final

from api.pages import phrases
from api.pages.disputes import Since, contested_since
from api.pages.library import Library
from api.pages.lines import Line, line, speaker_of
from api.pages.shapes import Page, Ref, Text, Visit, When, cursor_of, recorded
from domain.article import Article
from domain.claim import Claim
from projections.contested import ContestedRow
from projections.projection import FIRST

ARTICLES: Final = 20
LATEST: Final = 10
CONTESTED: Final = 5
REGISTER: Final = 50
"""How many entries the lists show at most; the register, how many a page."""


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article in a list. `published` is None for a draft, which only the desk sees."""

    href: str
    title: Text
    own: bool
    role: str
    published: When | None
    withdrawn: bool
    claims: str


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A claim, and when it changed last as far as this reader may know."""

    line: Line
    changed: When


@dataclass(frozen=True, slots=True)
class ContestedLine:
    """A contested claim with the questions on which parties disagree, and who takes which side."""

    line: Line
    since: Since
    questions: tuple[Text, ...]
    affirming: tuple[Ref, ...]
    opposing: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class FrontPage(Page):
    """The front page, at /."""

    articles: Annotated[tuple[ArticleLine, ...], "The articles, the newest first."]
    contested: Annotated[tuple[ContestedLine, ...], "A few of the claims that are contested now."]
    contested_total: Annotated[int, "How many claims are contested now."]
    latest: Annotated[tuple[ChangedLine, ...], "The claims that changed last."]


@dataclass(frozen=True, slots=True)
class ContestedPage(Page):
    """The register of contested claims, at /contested."""

    contested: Annotated[tuple[ContestedLine, ...], "Claims about which parties disagree now, the oldest first."]
    total: Annotated[int, "How many there are in all."]
    first: Annotated[str | None, "Where the register begins; absent where this page is its beginning."]
    later: Annotated[str | None, "Where the register goes on; absent at its end."]


def front_page(_: Visit, library: Library) -> FrontPage:
    """What there is to read."""
    ids = library.finder.articles(library.audience, ARTICLES)
    articles = [article for article in map(library.find, ids) if isinstance(article, Article)]
    disputed, total = library.finder.contested(library.audience, FIRST, CONTESTED)
    return FrontPage(
        site=library.site,
        title=library.site.name,
        twin="/api/v1/front",
        articles=tuple(_article_line(article) for article in articles),
        contested=_contested(disputed.items, library),
        contested_total=total,
        latest=tuple(_changed(library)),
    )


def contested_page(visit: Visit, library: Library) -> ContestedPage:
    """What parties disagree about now. Raises `NotFound` for a cursor that is none."""
    after = cursor_of(visit)
    found, total = library.finder.contested(library.audience, after, REGISTER)
    return ContestedPage(
        site=library.site,
        title="Contested claims",
        twin=f"/api/v1/contested?after={after}" if after else "/api/v1/contested",
        contested=_contested(found.items, library),
        total=total,
        first="/contested" if after else None,
        later=None if found.next is None else f"/contested?after={found.next}",
    )


def _changed(library: Library) -> Iterator[ChangedLine]:
    for row in library.finder.latest(library.audience, LATEST):
        claim = library.find(row.id)
        if isinstance(claim, Claim):
            yield ChangedLine(line(claim, library), library.when(row.position))


def _article_line(article: Article) -> ArticleLine:
    count = len({placement.claim_id for placement in article.placed})
    at = article.published_at
    recorded_at = None if article.published is None else recorded(article.published)
    return ArticleLine(
        href=f"/articles/{article.id}",
        title=Text.of(article.words.title, article.language),
        own=article.role == "own",
        role=phrases.ARTICLE_ROLE[article.role],
        published=When(phrases.moment(at), at) if at else recorded_at,
        withdrawn=article.withdrawn is not None,
        claims=phrases.counted(count, "claim", "claims"),
    )


def _contested(rows: Iterable[ContestedRow], library: Library) -> tuple[ContestedLine, ...]:
    claims = library.claims([row.claim_id for row in rows])
    found = ((claim, contested_since(claim, library)) for claim in claims)
    return tuple(_contested_line(claim, since, library) for claim, since in found if since is not None)


def _contested_line(claim: Claim, since: Since, library: Library) -> ContestedLine:
    disputes = [dispute for dispute in claim.disputes if dispute.open or dispute.unsettled_for_good]
    standing = [position for dispute in disputes for position in dispute.standing]
    stated = dict.fromkeys(p.party_id for p in standing if p.stance == "affirms")
    against = dict.fromkeys(p.party_id for p in standing if p.stance != "affirms")
    speaker = speaker_of(claim, library)
    own = () if speaker is None or claim.claimant_id in stated else (speaker.who,)
    affirming, opposing = (*own, *map(library.party_ref, stated)), tuple(map(library.party_ref, against))
    questions = tuple(Text(dispute.words.question) for dispute in disputes)
    return ContestedLine(line(claim, library), since, questions, affirming, opposing)
