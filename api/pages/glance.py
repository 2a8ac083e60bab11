"""The top of a claim's page: who says it, who denies it, since when, on what evidence, as one reads it at a glance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from api.pages.disputes import Since, contested_since
from api.pages.evidence import how_known
from api.pages.library import Library
from api.pages.lines import speaker_of
from api.pages.shapes import Quote, Ref, When, dated
from domain.claim import Claim
from domain.claim.state import Citation, Dispute, Position

NAMED: Final = 4
"""How many parties of a side are named at the top; the others are counted."""

_OWN: Final = Ref("The desk itself, in its own words")
_NAMELESS: Final = Ref("Somebody who is not identified")


@dataclass(frozen=True, slots=True)
class Voice:
    """A party on one side: how it is called where it is known from, and when it said so, as far as is known."""

    who: Ref
    called: str | None = None
    said: When | None = None


@dataclass(frozen=True, slots=True)
class Voices:
    """The parties of a side, the first of them by name; `more` counts the others."""

    named: tuple[Voice, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Glance:
    """The answers to a reader's first questions.

    `deny` only say otherwise where `otherwise`. `before`: nobody contradicts it now, somebody did. `since` is None for
    what is not contested. `reported` deny it as sources tell, without a position of theirs being recorded.
    """

    say: Voices
    words: Quote | None
    deny: Voices
    otherwise: bool
    before: bool
    reported: Voices
    since: Since | None
    known: str


def glance(claim: Claim, words: Quote | None, library: Library) -> Glance:
    """The two sides as they stand, and what they stand on. `words` are those in which it was said."""
    since = contested_since(claim, library)
    standing = [] if since is None else _standing(claim.disputes)
    against = [position for position in standing if position.stance != "affirms"]
    return Glance(
        say=_voices([_speaker(claim, library), *_others(claim, standing, library)]),
        words=words,
        deny=_voices(_each_party(against, library)),
        otherwise=all(position.stance == "differs" for position in against),
        before=since is None and bool(claim.disputes),
        reported=_voices(_reported(claim, library)),
        since=since,
        known=how_known(claim, library),
    )


def _standing(disputes: Iterable[Dispute]) -> list[Position]:
    """The positions that are held in disputes that go on."""
    return [p for dispute in disputes if dispute.open or dispute.unsettled_for_good for p in dispute.standing]


def _speaker(claim: Claim, library: Library) -> Voice:
    speaker = speaker_of(claim, library)
    if speaker is None:
        return Voice(_OWN)
    called = claim.words.as_named if claim.claimant_id is not None else None
    return Voice(speaker.who, called, dated(claim.said_on))


def _others(claim: Claim, standing: Iterable[Position], library: Library) -> list[Voice]:
    others = [p for p in standing if p.stance == "affirms" and p.party_id != claim.claimant_id]
    return _each_party(others, library)


def _each_party(positions: Iterable[Position], library: Library) -> list[Voice]:
    """Each party once, with its first position."""
    first: dict[str, Position] = {}
    for position in positions:
        first.setdefault(position.party_id, position)
    return [Voice(library.party_ref(p.party_id), p.words.as_named, dated(p.stated_on)) for p in first.values()]


def _reported(claim: Claim, library: Library) -> list[Voice]:
    """Whom citations that stand report as denying it. Who has taken a position is left out: the position counts.

    A denier who is not identified can be one of those who took a position, and is told only where nobody did.
    """
    heard = {position.party_id for dispute in claim.disputes for position in dispute.positions}
    first: dict[str | None, Voice] = {}
    for citation in claim.citations:
        if citation.stance != "reports_denial" or citation.id not in library.weighed(claim).standing:
            continue
        if citation.reported_party_id in heard or (heard and citation.reported_party_id is None):
            continue
        first.setdefault(citation.reported_party_id or citation.words.as_named, _denier(citation, library))
    return list(first.values())


def _denier(citation: Citation, library: Library) -> Voice:
    party = citation.reported_party_id
    return Voice(_NAMELESS if party is None else library.party_ref(party), citation.words.as_named)


def _voices(voices: Sequence[Voice]) -> Voices:
    return Voices(tuple(voices[:NAMED]), max(0, len(voices) - NAMED))
