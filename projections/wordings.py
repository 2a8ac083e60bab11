"""Where the words of a record are looked for, and which of them the public may find."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from domain.article import Article
from domain.claim import Claim
from domain.party import Party
from domain.source import Source
from projections.words import words

Shown = Literal["nothing", "title", "all"]
"""What of a record the public may find."""

Record = Article | Claim | Party | Source

PassageKind = Literal[
    "exact_words",
    "as_named",
    "topic",
    "unit",
    "question",
    "position",
    "rationale",
    "text",
    "url",
    "description",
    "same_as",
]
"""Where in its record a passage stands; `rationale` is that of the verdict in force."""


class Passage(NamedTuple):
    """Something that was typed about the record besides its title."""

    kind: PassageKind
    text: str


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a record as it stands: its title, which for a claim is the statement, and everything else.

    Words that were erased are not in it.
    """

    title: str | None = None
    passages: tuple[Passage, ...] = ()

    @property
    def title_words(self) -> str:
        """The folded words of the title, with spaces between them."""
        return " ".join(words(self.title or ""))

    @property
    def passage_words(self) -> str:
        """The folded words of all passages, with spaces between them."""
        return " ".join(words(" ".join(passage.text for passage in self.passages)))


def wording(record: Record) -> Wording:
    """What is looked for in this record."""
    match record:
        case Claim():
            return Wording(record.words.statement, tuple(_given(_of_claim(record))))
        case Article():
            return Wording(record.words.title, tuple(_given([("text", record.words.text)])))
        case Source():
            return Wording(record.words.title, tuple(_given([("url", record.words.url)])))
        case Party():
            return Wording(record.words.name, tuple(_given(_of_party(record))))


def _of_claim(claim: Claim) -> Iterator[tuple[PassageKind, str | None]]:
    yield "exact_words", claim.words.exact_words
    yield "as_named", claim.words.as_named
    for topic in claim.words.topics:
        yield "topic", topic
    if claim.quantity is not None:
        yield "unit", claim.quantity.words.unit
    for dispute in claim.disputes:
        yield "question", dispute.words.question
        for position in dispute.standing:
            yield "position", position.words.statement
    if claim.verdict is not None:
        yield "rationale", claim.verdict.words.rationale


def _of_party(party: Party) -> Iterator[tuple[PassageKind, str | None]]:
    yield "description", party.words.description
    for address in party.words.same_as:
        yield "same_as", address


def _given(passages: Iterable[tuple[PassageKind, str | None]]) -> Iterator[Passage]:
    return (Passage(kind, text) for kind, text in passages if text)


def shown(record: Record, *, open: bool) -> Shown:
    """What of this record the public may find, given whether it is open.

    What stands now in an open record is open (`domain.audience`). What was recorded in error loses its words, a
    confidential source and a private party have none, and of another's text only the title is shown.
    """
    match record:
        case _ if not open:
            return "nothing"
        case Claim(cause="recorded_in_error") | Article(cause="recorded_in_error"):
            return "nothing"
        case Source(confidential=True) | Party(private=True):
            return "nothing"
        case Article(role="examined"):
            return "title"
        case _:
            return "all"
