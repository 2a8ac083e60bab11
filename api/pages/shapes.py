"""What pages are made of: small values that templates show without asking anything further.

A text that is None was erased or is not public; `instead` says so in its place. Nothing here is HTML: all of it is
escaped where it is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from api.pages import phrases
from domain.edtf import humanise, parse
from domain.errors import NotFound
from domain.events import Stamp
from domain.language import direction


@dataclass(frozen=True, slots=True)
class Text:
    """Something typed, with its language (BCP 47) and direction, empty where they are not known."""

    words: str | None
    lang: str = ""
    dir: str = "auto"
    instead: str = "(these words are not public, or were erased)"

    @classmethod
    def of(cls, words: str | None, lang: str | None = None) -> "Text":
        return cls(words, lang, direction(lang)) if lang else cls(words)


@dataclass(frozen=True, slots=True)
class Ref:
    """A record by its name, with its page if this reader may open it."""

    name: str | None
    href: str | None = None
    instead: str = "(name not public)"
    lang: str = ""

    @property
    def plain(self) -> str:
        """The name, or what stands in its place."""
        return self.name if self.name is not None else self.instead


@dataclass(frozen=True, slots=True)
class When:
    """A time in words; `machine` is the same for `<time datetime>`, where HTML has a form for it."""

    words: str
    machine: str | None = None

    @property
    def day(self) -> "When":
        """The same without the time of day."""
        return When(self.words.partition(",")[0], self.machine)


def recorded(stamp: Stamp) -> When:
    """When the desk recorded it; for imported history, when it was decided."""
    at = stamp.decided_at or stamp.at
    return When(phrases.moment(at), at)


def dated(edtf: str | None) -> When | None:
    """A date in the world, as exact as it is known. HTML has a form for plain days, months and years only."""
    if edtf is None:
        return None
    known = parse(edtf)
    plain = not (known.uncertain or known.approximate) and edtf.replace("-", "").isdigit() and edtf[0] != "-"
    exact = plain and known.precision in ("day", "month", "year")
    return When(humanise(edtf), edtf if exact else None)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """That something was withdrawn: when, for what cause, why."""

    when: When
    cause: str | None
    reason: Text


@dataclass(frozen=True, slots=True)
class Sign:
    """A rating of the policy's scale. `label` and `meaning` are the policy's own words.

    `aside` says why a verdict with this rating was given against rules of the policy; None where it was not.
    """

    label: str
    meaning: str | None
    aside: Text | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of a description: a label, and texts, references and dates that answer it."""

    label: str
    values: tuple[Text | Ref | When, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of others; `how` says how faithful they are."""

    text: Text
    how: str


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that became another. `before` is None where there was nothing."""

    label: str
    before: Text | None
    after: Text


@dataclass(frozen=True, slots=True)
class ErasedPart:
    """Words that were erased: of which event, when, and why. `redacted`: others stand in their place.

    The reason is absent where it was erased too.
    """

    what: str
    recorded: When
    at: When
    reason: Text
    redacted: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a history. A withheld one is counted, and tells only that it exists, and since when it is withheld.

    `erased` says that its words are gone; `kept` tells the desk what was decided between it and the public.

    `record` is the source that it happened to, if it was not the claim itself. `by` is for the desk only. `there` is
    the page of the claim as it was right after the event.
    """

    position: int
    when: When | None
    title: str
    withheld: bool = False
    since: When | None = None
    erased: ErasedPart | None = None
    kept: str | None = None
    decided: When | None = None
    by: str | None = None
    record: Ref | None = None
    about: tuple[Ref, ...] = ()
    changes: tuple[Change, ...] = ()
    quote: Text | None = None
    reason: Text | None = None
    there: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """What every page shows: whose it is, at which ledger position, and for whom it was made.

    `reader` is the name of whoever is signed in.
    """

    name: str
    position: int
    recorded: When | None
    desk: bool
    reader: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What a reader asks of a page: the id in its address, if it has one, and the query, the last of each name."""

    id: str
    asked: Mapping[str, str]


def cursor_of(visit: Visit) -> int:
    """The position after which the page goes on, 0 at the beginning. Raises `NotFound` for what is none."""
    text = visit.asked.get("after", "0")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise NotFound("page", text)
    return int(text)


@dataclass(frozen=True, slots=True)
class Page:
    """What all pages have."""

    site: Annotated[Site, "The desk, the ledger position of the page, and whether it is the desk's view."]
    title: Annotated[str, "The title of the document; for a claim it opens with the speaker."]
    twin: Annotated[str, "The path of the same content as JSON."]


@dataclass(frozen=True, slots=True)
class MessagePage(Page):
    """Says that something is not here, or not now."""

    status: Annotated[int, "The HTTP status, such as 404."]
    heading: Annotated[str, "What is the matter, in a few words."]
    detail: Annotated[str, "What is the matter and what the reader can do."]
