"""Records that were found, as the search page shows them: each by its heading, with what was looked for marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, pairwise
from typing import Final

from api.pages import phrases
from api.pages.library import Library
from api.pages.lines import Speaker, line
from api.pages.shapes import Ref, Sign
from domain.article import Article
from domain.claim import Claim
from domain.language import direction
from domain.party import Party
from domain.source import Source
from projections.results import Result
from projections.terms import Span, Terms
from projections.wordings import PassageKind, Record

FOUND_IN: Final[Mapping[PassageKind, str]] = {
    "exact_words": "In the exact words",
    "as_named": "In how the speaker is called",
    "topic": "Among the topics",
    "unit": "In what is counted",
    "question": "In the question of the dispute",
    "position": "In what a party says about it",
    "rationale": "In the reasons for the verdict",
    "text": "In the text",
    "url": "In its address",
    "description": "In the description",
    "same_as": "In an address of the same party",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text. `found` says that it is what was looked for."""

    words: str
    found: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """A text cut where marks begin and end; its pieces, joined, are the text. `lang` and `dir` as in `Text`."""

    pieces: tuple[Piece, ...]
    lang: str = ""
    dir: str = "auto"


@dataclass(frozen=True, slots=True)
class Finding:
    """A record that was found. Where it has no title that can be shown, `instead` stands there, and no excerpt.

    `found_in` says in words where the excerpt stands; `speaker`, `sign` and `contested` are those of a claim. `cause`
    says why it was withdrawn, where that is known; `draft` is what only the desk can see.
    """

    href: str
    kind: str
    title: Marked | None
    instead: str
    found_in: str
    excerpt: Marked | None
    draft: bool
    withdrawn: bool
    cause: str = ""
    speaker: Speaker | None = None
    sign: Sign | None = None
    contested: bool = False


def findings(results: Sequence[Result], terms: Terms, library: Library) -> tuple[Finding, ...]:
    """The results as the records stand now, which the index may not know yet; without those that cannot be seen."""
    found = ((result, library.find(result.id)) for result in results)
    return tuple(_finding(result, record, terms, library) for result, record in found if record is not None)


def _finding(result: Result, record: Record, terms: Terms, library: Library) -> Finding:
    match record:
        case Claim():
            return _found_claim(result, record, terms, library)
        case Article():
            ref, kind = library.article_ref(record.id), phrases.ARTICLE_ROLE[record.role]
        case Source():
            ref, kind = library.source_ref(record.id), _kind_of_source(record)
        case Party():
            ref, kind = library.party_ref(record.id), phrases.PARTY_KIND[record.kind]
    return _shown(result, terms, ref, kind)


def _kind_of_source(source: Source) -> str:
    """Said to be a source, since an article of ours can be found beside an article that is cited."""
    return "Source" if source.kind == "other" else f"Source: {phrases.SOURCE_KIND[source.kind].lower()}"


def _found_claim(result: Result, claim: Claim, terms: Terms, library: Library) -> Finding:
    said = line(claim, library)
    ref = Ref(said.statement.words, said.href, said.statement.instead, said.statement.lang)
    shown = _shown(result, terms, ref, said.kind)
    return replace(shown, speaker=said.speaker, sign=said.sign, contested=said.contested)


def _shown(result: Result, terms: Terms, ref: Ref, kind: str) -> Finding:
    excerpt = None if ref.name is None else result.excerpt
    return Finding(
        href=ref.href or "",
        kind=kind,
        title=None if ref.name is None else _marked(ref.name, terms.spans(ref.name), ref.lang),
        instead=ref.instead,
        found_in="" if result.found_in is None else FOUND_IN[result.found_in],
        excerpt=None if excerpt is None else _marked(excerpt.text, excerpt.spans),
        draft=not result.open,
        withdrawn=result.withdrawn,
        cause="" if result.cause is None else phrases.CAUSE[result.cause],
    )


def _marked(text: str, spans: Sequence[Span], lang: str = "") -> Marked:
    cuts = [0, *(cut for span in spans for cut in span), len(text)]
    pieces = (Piece(text[a:b], found) for (a, b), found in zip(pairwise(cuts), cycle((False, True)), strict=False))
    return Marked(tuple(piece for piece in pieces if piece.words), lang, direction(lang) if lang else "auto")
