"""Bodies of commands as they come from outside: complete and valid, with what a test cares about put in by name."""

from typing import Any, Final

Said = dict[str, Any]

TEXT = "In Tirana the police raided the camp. One person died, the group says. The police took 150 computers."


def party(**said: Any) -> Said:
    return {"kind": "organisation", "name": "The group", **said}


def source(**said: Any) -> Said:
    return {"kind": "article", "title": "Raid on the camp", **said}


def claim(**said: Any) -> Said:
    return {
        "statement": "A member died in the raid of 20 June 2023.",
        "language": "en",
        "kind": "allegation",
        "attribution": "own",
        **said,
    }


def rewording(statement: str = "In the raid of 20 June 2023 a member died.", **said: Any) -> Said:
    return {"statement": statement, "language": "en", "same_meaning": True, "reason": "It reads better.", **said}


def citation(source_id: str, stance: str = "supports", **said: Any) -> Said:
    return {"source_id": source_id, "stance": stance, **said}


def position(party_id: str, stance: str = "denies", **said: Any) -> Said:
    return {"party_id": party_id, "stance": stance, "statement": "Nobody died in the raid.", **said}


def dispute(*positions: Said, **said: Any) -> Said:
    return {
        "scopes": ["occurrence"],
        "question": "Did somebody die in the raid?",
        "positions": list(positions),
        "reason": "Both sides were reported.",
        **said,
    }


def settlement(outcome: str = "denied", **said: Any) -> Said:
    return {"outcome": outcome, "rationale": "The register of deaths is clear.", **said}


def reply(party_id: str, **said: Any) -> Said:
    """A request for a reply whose deadline lies a week ahead of the clock that tests begin with."""
    return {
        "party_id": party_id,
        "channel": "e-mail to the press office",
        "question": "Did somebody die in the raid?",
        "deadline": "2026-11-30T10:00:00.000000Z",
        **said,
    }


def not_sought(party_id: str, reason: str = "Nobody can be reached there.") -> Said:
    return {"party_id": party_id, "not_sought": reason}


def search(**said: Any) -> Said:
    return {"where": "the register of deaths", "looked_for": "a death on 20 June 2023", "found": False, **said}


def verdict(rating: str = "unproven", *citation_ids: str, **said: Any) -> Said:
    return {
        "rating": rating,
        "rationale": "Nobody has shown evidence.",
        "rests_on": {"citation_ids": list(citation_ids)},
        **said,
    }


def article(**said: Any) -> Said:
    return {"title": "The raid", "language": "en", "role": "own", "text": TEXT, **said}


def place(claim_id: str, exact: str = "One person died", **said: Any) -> Said:
    return {"claim_id": claim_id, "selector": {"exact": exact, **said}}


def correction(kind: str = "correction", *claim_ids: str, **said: Any) -> Said:
    return {"kind": kind, "note": "An earlier version said that two persons died.", "claim_ids": [*claim_ids], **said}


RULES: Final = [
    {"id": "fresh", "ratings": ["false"], "require": {"no_expired_search": True}},
    {"id": "still_fresh", "ratings": ["false"], "require": {"no_expired_search": True}},
]
"""Rules of a desk's first policy, which every verdict meets that does not rest on an expired search."""


def policy(*, four_eyes: bool = True, **said: Any) -> Said:
    """Three ratings: `true` and `false` need a standing citation, `unproven` does not."""
    scale = [
        {"key": "true", "label": "True", "meaning": "It is so.", "value": 5, "needs_citation": True},
        {"key": "false", "label": "False", "meaning": "It is not so.", "value": 1, "needs_citation": True},
        {"key": "unproven", "label": "Unproven", "meaning": "Nobody can tell.", "needs_citation": False},
    ]
    return {"scale": scale, "four_eyes": four_eyes, "reason": "This is how we work.", **said}


def withdraw(cause: str = "recorded_in_error", **said: Any) -> Said:
    return {"cause": cause, "reason": "It was not so.", **said}


def because(reason: str = "We looked again.") -> Said:
    return {"reason": reason}


def snapshot(captured_at: str = "2026-06-01T10:00:00Z", **said: Any) -> Said:
    archive = {"digest": f"sha-256:{'5e' * 32}", "archive_url": "https://archive.example.org/1"}
    return {"captured_at": captured_at, **archive, **said}
