"""What the benchmarks record: claims of the length and shape that a desk works with, made up by number."""

from collections.abc import Iterator
from typing import Any

from domain.claim.events import AboutParty, ClaimAsserted, ClaimWords
from domain.ledger.appender import Sealed
from domain.ledger.codec import seal
from domain.values import make_id

NUMBER_WIDTH = 8
"""Digits of the number in each statement, so that all bodies have one length."""

RATINGS = ("true", "mostly_true", "mixed", "mostly_false", "false")
EVENTS_PER_CLAIM = 5
PARTIES: dict[str, dict[str, Any]] = {
    "union": {"kind": "organisation", "name": "Harbour Workers' Union"},
    "ministry": {"kind": "state", "name": "Ministry of Transport", "description": "Of the coastal republic."},
    "gazette": {"kind": "outlet", "name": "The Coast Gazette"},
}
SOURCES: dict[str, dict[str, Any]] = {
    "report": {"kind": "article", "title": "Night shift at pier nine", "publisher_id": "@gazette", "language": "en"},
    "minutes": {"kind": "document", "title": "Minutes of the safety board", "author_ids": ["@ministry"]},
}


def claim_body(number: int | str, claimant: str, about: str) -> dict[str, Any]:
    """The body of `POST /claims` for claim `number`, between parties that exist: about 600 bytes of JSON."""
    return {
        "statement": f"Crane {number:0>{NUMBER_WIDTH}} at pier nine was run through the night of 3 March by one man.",
        "language": "en",
        "kind": "allegation",
        "attribution": "named",
        "claimant_id": claimant,
        "about": [{"party_id": about, "role": "actor"}],
        "exact_words": {
            "text": "They left one of us alone up there from ten until six, and everybody in the office knew it.",
            "wording": "verbatim",
        },
        "said_on": "2024-03-05",
        "happened_on": "2024-03-03/2024-03-04",
        "topics": ["harbour", "safety at work"],
        "reason": "Taken from the recording of the union's press conference, second speaker.",
    }


def sealed(stream: str) -> Sealed:
    """The claim as the first event of a stream, ready to be stored: head and words hold about 750 bytes together."""
    party = make_id("pty", bytes(range(16)))
    body = claim_body(1, party, party)
    event = ClaimAsserted(
        kind="allegation",
        language="en",
        attribution="named",
        claimant_id=party,
        about=(AboutParty(party_id=party, role="actor"),),
        said_on=body["said_on"],
        happened_on=body["happened_on"],
        words=ClaimWords(statement=body["statement"], topics=tuple(body["topics"]), reason=body["reason"]),
    )
    actor, request = make_id("act", bytes(16)), make_id("req", bytes(16))
    return seal(event, stream=stream, version=1, actor=actor, request=request, salt=bytes(16))


def people() -> Iterator[dict[str, Any]]:
    """Journal lines that enrol an editor and an approver, and record the parties and sources."""
    yield {"do": "actors.create", "as": "editor", "body": {"name": "Editor", "roles": ["editor"]}}
    yield {"do": "actors.create", "as": "approver", "body": {"name": "Approver", "roles": ["approver"]}}
    for name, body in PARTIES.items():
        yield {"do": "parties.create", "as": name, "by": "@editor", "body": body}
    for name, body in SOURCES.items():
        yield {"do": "sources.create", "as": name, "by": "@editor", "body": body}


def history(claims: int) -> Iterator[dict[str, Any]]:
    """Journal lines, one event each, of so many claims, each with two citations, a verdict and its approval."""
    for number in range(claims):
        yield from _one(number)


def _one(number: int) -> Iterator[dict[str, Any]]:
    claim, first, second, verdict = (f"{letter}{number}" for letter in "cxyv")
    at = [f"@{claim}"]
    body = claim_body(number, "@union", "@ministry")
    yield {"do": "claims.create", "as": claim, "by": "@editor", "body": body}
    for name, source, stance in ((first, "@report", "supports"), (second, "@minutes", "refutes")):
        cited = {
            "source_id": source,
            "stance": stance,
            "quote": {"text": "One operator was on duty for the whole of the shift.", "wording": "verbatim"},
            "locator": f"page {number % 40 + 1}",
        }
        yield {"do": "claims.citations", "as": name, "at": at, "by": "@editor", "body": cited}
    concluded = {
        "rating": RATINGS[number % len(RATINGS)],
        "rationale": "The roster shows one name for the shift; the minutes contradict it and name nobody else.",
        "rests_on": {"citation_ids": [f"@{first}", f"@{second}"]},
    }
    yield {"do": "claims.verdicts", "as": verdict, "at": at, "by": "@editor", "body": concluded}
    yield {"do": "claims.verdicts.approval", "at": [*at, f"@{verdict}"], "by": "@approver", "body": {}}
