"""An article, and where claims stand in it."""

from typing_extensions import TypedDict

from api.representations.shapes.event import Erasable
from api.representations.shapes.parts import Id, Language, Reasoned, Shown, Text, Time, When, Withdrawable
from domain.anchors import OrphanedBecause
from domain.values import ArticleRole, CorrectionKind, Fate


class Selected(TypedDict):
    """Where in the text: the words, those around them, and their place in code points, the end excluded."""

    exact: Text
    prefix: Text
    suffix: Text
    start: int | None
    end: int | None


class Placement(When):
    """A claim in the article.

    `fate`, `score` and `context_changed` are the worst that revisions did to its place since it was placed or somebody
    looked at it: `exact`, `moved`, `fuzzy` (found by likeness, of which `score` is how much, from 0 to 1) or
    `orphaned` (lost, `orphaned_because`; of several `candidates` none was taken). `confirmed` says that an editor found
    it right since.
    """

    id: Id
    claim_id: Id
    selector: Selected
    fate: Fate | None
    score: str | None
    context_changed: bool
    orphaned_because: OrphanedBecause | None
    candidates: int | None
    confirmed: Reasoned | None
    placed_again: Reasoned | None
    removed: Reasoned | None


class Published(When):
    """That the article was opened to readers. `published_at` is when it appeared, if that was said."""

    published_at: Time | None


class Correction(TypedDict):
    """What readers of the article were told: what was wrong with it, or had changed, and in which of its claims."""

    id: Id
    kind: CorrectionKind
    note: Text
    claim_ids: list[Id]
    issued: When


class Article(Shown, Withdrawable):
    """An article with each claim placed in it; `role` says whether it is ours or another's text."""

    role: ArticleRole
    title: Text
    language: Language
    source_id: Id | None
    url: Text
    text: Text
    claims: list[Placement]
    drafted: When
    revised: Reasoned | None
    published: Published | None
    reinstated: Reasoned | None
    corrections: list[Correction]
    changed: When


class ArticleRecord(Article, Erasable):
    """An article, and the requests for a reply on its claims that it did not wait for.

    `published_before_deadline` names those whose deadline was still to come when the article was published, or when
    the claim was placed in the published article.
    """

    published_before_deadline: list[Id]


class ArticlePlace(TypedDict):
    """An article in which a claim is placed. `offered` says that it is published, and not withdrawn."""

    id: Id
    title: Text
    offered: bool
    placement_ids: list[Id]
