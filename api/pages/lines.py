"""How a claim is headed and listed: its speaker first, then what is claimed, with its verdict and whether contested."""

from dataclasses import dataclass
from typing import Final

from api.pages import phrases
from api.pages.library import Library
from api.pages.shapes import Ref, Sign, Text, Withdrawn, recorded
from domain.claim import Claim
from domain.events import Stamp
from domain.values import WithdrawalCause

_IN_ERROR: Final = "(A claim that was recorded in error.)"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who claims it, and the words that lead over to what they claim: `says:`, or a colon alone."""

    who: Ref
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """A claim in a list. `speaker` is None for the desk's own sentences; `draft` is what only the desk can see."""

    href: str
    speaker: Speaker | None
    statement: Text
    kind: str
    sign: Sign | None
    contested: bool
    withdrawn: str | None
    draft: bool


def speaker_of(claim: Claim, library: Library) -> Speaker | None:
    """Who claims it; None for the desk's own sentence. How an unnamed speaker is called is kept as it was typed."""
    if claim.attribution == "own":
        return None
    if claim.claimant_id is not None:
        return Speaker(library.party_ref(claim.claimant_id), " says:")
    called = claim.words.as_named
    return Speaker(Ref(called[:1].upper() + called[1:] if called else None, None, "(Somebody)"), ":")


def title_of(claim: Claim, library: Library) -> str:
    """The claim's heading as plain text, such as `Nexhat says: …`."""
    speaker = speaker_of(claim, library)
    statement = _statement(claim)
    words = statement.words if statement.words is not None else statement.instead
    return words if speaker is None else f"{speaker.who.plain}{speaker.says} {words}"


def claim_ref(id: str, library: Library) -> Ref:
    """The claim by its heading."""
    claim: Claim | None = library.find(id)
    if claim is None:
        return Ref(None, None, "(a claim that is not public)")
    if _unsaid(claim, library):
        return Ref(None, f"/claims/{id}", _IN_ERROR)
    return Ref(title_of(claim, library), f"/claims/{id}", lang=claim.language if claim.attribution == "own" else "")


def _unsaid(claim: Claim, library: Library) -> bool:
    """Whether the claim keeps its place here and loses its words: it was recorded in error, and the public reads."""
    return claim.cause == "recorded_in_error" and not library.desk


def _statement(claim: Claim) -> Text:
    return Text.of(claim.words.statement, claim.language)


def sign_of(claim: Claim, library: Library) -> Sign | None:
    """The verdict in force, as the policy that it was given under calls it."""
    verdict = claim.verdict
    return None if verdict is None else library.sign(verdict)


def line(claim: Claim, library: Library) -> Line:
    """The claim as lists show it. What was recorded in error loses its words in public lists, not on its own page."""
    statement = Text(None, instead=_IN_ERROR) if _unsaid(claim, library) else _statement(claim)
    return Line(
        href=f"/claims/{claim.id}",
        speaker=speaker_of(claim, library) if statement.words is not None else None,
        statement=statement,
        kind=phrases.CLAIM_KIND[claim.kind],
        sign=sign_of(claim, library),
        contested=claim.contested,
        withdrawn=None if claim.cause is None else phrases.CAUSE[claim.cause],
        draft=library.desk and library.finder.opened_at(claim.id) is None,
    )


def withdrawn(stamp: Stamp | None, cause: WithdrawalCause | None, reason: str | None) -> Withdrawn | None:
    """That something was withdrawn, if it was."""
    if stamp is None:
        return None
    return Withdrawn(recorded(stamp), None if cause is None else phrases.CAUSE[cause], Text(reason))
