"""The words in which pages put what records hold as keys, numbers and dates. Nothing is made more exact than it is."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from domain.anchors import OrphanedBecause
from domain.claim.state import ReviewReason
from domain.values import (
    ArticleRole,
    Attribution,
    Bound,
    ChangeCause,
    ClaimKind,
    CorrectionKind,
    LinkRelation,
    NoText,
    OriginRelation,
    PartyKind,
    PartyRole,
    PositionStance,
    QuoteCause,
    Relation,
    Scope,
    Settled,
    SourceKind,
    Stance,
    Standing,
    WithdrawalCause,
    Wording,
)

CLAIM_KIND: Final[Mapping[ClaimKind, str]] = {
    "fact": "Claim of fact",
    "quantity": "Claim of a number",
    "quote": "Quotation",
    "allegation": "Allegation",
    "prediction": "Prediction",
    "opinion": "Opinion",
}
CLAIM_KIND_MEANS: Final[Mapping[ClaimKind, str]] = {
    "fact": "something that can be checked, however doubtful it is",
    "quantity": "something that can be counted or measured",
    "quote": "asks only whether the words were said or printed, not whether what they say is so",
    "allegation": "accuses a party that can be identified of a wrong",
    "prediction": "says what will be; it cannot be checked before",
    "opinion": "a judgement, which is neither true nor false",
}
ATTRIBUTION: Final[Mapping[Attribution, str | None]] = {
    "named": None,
    "unnamed": "somebody who is not named",
    "general": "people in general",
    "own": None,
}
"""Who it is that says so, where that needs words of its own."""

STANCE: Final[Mapping[Stance, str]] = {
    "supports": "Say so in their own voice",
    "refutes": "Say the opposite in their own voice",
    "reports_claim": "Report that it is claimed",
    "reports_denial": "Report that it is denied",
    "context": "Give context",
    "mentions": "Mention it",
}
CITED_AS: Final[Mapping[Stance, str]] = {
    "supports": "says so in its own voice",
    "refutes": "says the opposite in its own voice",
    "reports_claim": "reports that it is claimed",
    "reports_denial": "reports that it is denied",
    "context": "gives context",
    "mentions": "mentions it",
}
STANDING: Final[Mapping[Standing, str]] = {
    "good": "In good standing",
    "corrected": "Corrected by its publisher",
    "concern": "Under concern",
    "retracted": "Retracted by its publisher",
    "gone": "No longer to be found",
}
CAUSE: Final[Mapping[WithdrawalCause, str]] = {
    "recorded_in_error": "recorded in error",
    "party_withdrew": "taken back by the party itself",
    "superseded": "superseded",
    "legal": "for legal reasons",
}
SCOPE: Final[Mapping[Scope, str]] = {
    "occurrence": "whether it happened",
    "quantity": "how much or how many",
    "date": "when it happened",
    "place": "where it happened",
    "cause": "why it happened",
    "responsibility": "who is responsible",
    "said_by": "who said it",
    "identity": "who or what it was",
    "interpretation": "what it means",
}
POSITION: Final[Mapping[PositionStance, str]] = {
    "affirms": "Says it is so",
    "denies": "Denies it",
    "differs": "Says otherwise",
}
SETTLED: Final[Mapping[Settled, str]] = {
    "affirmed": "it is as claimed",
    "denied": "it is not as claimed",
    "agreed": "the parties agree",
    "unresolvable": "it cannot be resolved",
}
CHANGED_BECAUSE: Final[Mapping[ChangeCause, str]] = {
    "new_evidence": "new evidence came up",
    "our_error": "the verdict before was our error",
    "reworded": "the claim was reworded",
    "source_changed": "a source changed",
    "policy": "the policy changed",
}
WORDING: Final[Mapping[Wording, str]] = {
    "verbatim": "word for word",
    "translated": "in translation",
    "paraphrased": "not word for word",
}
LINK: Final[Mapping[LinkRelation, str]] = {
    "contradicts": "Contradicts",
    "restates": "Says the same as",
    "refines": "Refines",
    "depends_on": "Depends on",
}
ORIGIN: Final[Mapping[OriginRelation, str]] = {
    "republishes": "Republishes",
    "translates": "Translates",
    "quotes": "Quotes",
    "summarises": "Summarises",
}
RELATION: Final[Mapping[Relation, str]] = {
    "owned_by": "owned by",
    "funded_by": "funded by",
    "part_of": "part of",
    "operates": "operates",
    "shares_content_of": "shares content of",
}
PARTY_KIND: Final[Mapping[PartyKind, str]] = {
    "person": "Person",
    "organisation": "Organisation",
    "state": "State",
    "outlet": "Outlet",
}
PARTY_ROLE: Final[Mapping[PartyRole, str]] = {
    "actor": "as the one who acts",
    "affected": "as the one affected",
    "mentioned": "mentioned",
}
SOURCE_KIND: Final[Mapping[SourceKind, str]] = {
    "article": "Article",
    "report": "Report",
    "statement": "Statement",
    "dataset": "Data set",
    "document": "Document",
    "interview": "Interview",
    "post": "Post",
    "video": "Video",
    "image": "Image",
    "other": "Source",
}
CORRECTION: Final[Mapping[CorrectionKind, str]] = {
    "typo": "Typo",
    "clarification": "Clarification",
    "correction": "Correction",
    "update": "Update",
    "retraction": "Retraction",
}
ORPHANED: Final[Mapping[OrphanedBecause | None, str]] = {
    None: "No longer found in the text",
    "gone": "No longer found in the text",
    "ambiguous": "The text has it in several places, and nobody can tell which is meant",
    "below_threshold": "No longer found in the text, which has only something that resembles it too little",
}
REVIEW: Final[Mapping[ReviewReason, str]] = {
    "reworded": "the claim was reworded",
    "described": "what is recorded about the claim was changed",
    "quantity_stated": "the number was stated anew",
    "citation_withdrawn": "a citation that the verdict rests on was withdrawn",
    "quote_failed": "a quote that the verdict rests on was not found, or the page has changed or is gone",
    "dispute_changed": "a dispute changed",
    "reply_received": "a reply came in",
    "reply_withdrawn": "a reply that the verdict rests on was withdrawn",
    "search_withdrawn": "a search that the verdict rests on was withdrawn",
    "search_expired": "a search that the verdict rests on has expired",
    "source_changed": "a source that it leans on, directly or through others, does not stand as it did",
    "origins_changed": "what it rests on has more or fewer independent origins than it had",
    "dependency_changed": "a claim on which this one depends was withdrawn, or is judged otherwise now",
    "snapshot_withdrawn": "the snapshot in which a quote was found was withdrawn",
}
NO_TEXT: Final[Mapping[NoText, str]] = {
    "image": "No text: it is an image",
    "unreadable": "No text: it could not be read",
    "empty": "No text: there is none in it",
    "too_long": "No text: it is too long",
    "digest_only": "No text: only its digest is known here",
    "page_gone": "The page was gone",
}
NOT_CHECKED: Final[Mapping[QuoteCause, str]] = {
    "translation": "a translation",
    "paraphrase": "not word for word",
    "too_short": "too short to mean anything",
    "equals_title": "it is only the title",
    "image": "it is an image",
    "unreadable": "its text could not be read",
    "empty": "there is no text in it",
    "too_long": "its text is too long",
    "digest_only": "only its digest is known here",
    "page_gone": "the page was gone",
}
ARTICLE_ROLE: Final[Mapping[ArticleRole, str]] = {"own": "Our article", "examined": "Another’s text, examined"}

_BOUND: Final[Mapping[Bound, str]] = {
    "stated": "{} {}, as stated; whether it is exact is not said",
    "exactly": "exactly {} {}",
    "about": "about {} {}",
    "at_least": "at least {} {}",
    "at_most": "at most {} {}",
    "between": "between {} {}",
}

_FINER: Final = re.compile(r"(?<=\.\d{3})\d+")


def listed(parts: list[str]) -> str:
    """The parts as one enumeration: `a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def counted(number: int, one: str, many: str) -> str:
    """The number with its noun: `1 source`, `2 sources`."""
    return f"{number:,} {one if number == 1 else many}"


def alike(score: str) -> str:
    """How much something resembles what it was: `91 % alike`."""
    return f"{int(Decimal(score) * 100)} % alike"


def moment(stamp: str) -> str:
    """A recorded time to the minute: `23 November 2026, 10:00 UTC`."""
    at = datetime.fromisoformat(stamp)
    zone = at.strftime("%z")
    place = "UTC" if zone in ("+0000", "") else f"UTC{zone[:3]}:{zone[3:]}"
    return f"{at.day} {at.strftime('%B')} {at.year}, {at.strftime('%H:%M')} {place}"


def event(type: str) -> str:
    """A type of event in words: `claim.text_revised.v1` is “claim text revised”."""
    return type.rpartition(".")[0].replace(".", " ").replace("_", " ")


def erased(at: str, reason: str | None) -> str:
    """That words were erased, when, and why, as far as that is still told."""
    because = "; the reason was erased too" if reason is None else f" because: {reason}"
    return f"(These words were erased on {moment(at).partition(',')[0]}{because})"


def withheld(at: str) -> str:
    """That words are withheld, and since when."""
    return f"(These words are withheld from the public since {moment(at).partition(',')[0]})"


def instant(stamp: str) -> str:
    """A recorded time to the millisecond, below which HTML has no form (section 4.5.14, `time`); a date as it is."""
    return _FINER.sub("", stamp)


def number(decimal: str) -> str:
    """A decimal with its thousands set apart; not a digit more or less than was given."""
    whole, point, rest = decimal.partition(".")
    return f"{int(whole):,}{point}{rest}" if whole not in ("-0", "") else decimal


def quantity(value: str, bound: Bound, upper: str | None, unit: str | None) -> str:
    """The number and how far it binds, in words."""
    amount = number(value) if upper is None else f"{number(value)} and {number(upper)}"
    return _BOUND[bound].format(amount, unit or "(unit erased)")
