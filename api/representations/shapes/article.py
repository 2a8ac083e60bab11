"""An article, and where claims stand in it."""

from typing_extensions import TypedDict

from api.representations.shapes.parts import Id, Language, Reasoned, Shown, Text, Time, When, Withdrawable
from domain.values import ArticleRole, CorrectionKind, Fate


class Selected(TypedDict):
    """Where in the text: the words, those around them, and their place in code points, the end excluded."""

    exact: Text
    prefix: Text
    suffix: Text
    start: int | None
    end: int | None


class Placement(When):
    """A claim in the article. `fate` is what became of its place in the last revision."""

    id: Id
    claim_id: Id
    selector: Selected
    fate: Fate | None
    context_changed: bool
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


class ArticlePlace(TypedDict):
    """An article in which a claim is placed. `offered` says that it is published, and not withdrawn."""

    id: Id
    title: Text
    offered: bool
    placement_ids: list[Id]
