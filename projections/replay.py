"""The whole ledger at a moment, in numbers: folded from its events, so that anybody can compare them with the views."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from domain.article import Article
from domain.claim import Claim
from domain.claim.grounds import question_of
from domain.events import Recorded
from domain.evidence.origins import Evidence, weigh
from domain.policy import Policy
from domain.review import moved
from domain.source import Source
from domain.streams import FOLDS
from domain.surroundings import Surroundings, named_by

_RECORDS: Final = ("art", "clm", "pol", "pty", "src")

States = dict[str, Any]
"""Stream → the record's folded state, for articles, claims, parties, policies and sources."""


@dataclass(frozen=True, slots=True)
class ClaimCounts:
    """Claims at a moment, withdrawn ones included.

    `open` counts those that the public may see, `by_rating` verdicts in force.
    """

    total: int = 0
    open: int = 0
    contested: int = 0
    evidence_conflicts: int = 0
    withdrawn: int = 0
    needs_review: int = 0
    by_rating: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counts:
    """The ledger at a moment."""

    claims: ClaimCounts
    sources: Mapping[str, int]
    parties: int
    articles: int
    published: int
    withdrawn: int


def replay(events: Iterable[Recorded], decided: str | None = None) -> States:
    """The records after these events; with `decided`, after those that had been decided by that stamp.

    Of each stream that is a beginning: what follows an event that was decided later is left out with it.
    """
    states: States = {}
    later: set[str] = set()
    for recorded in events:
        stream = recorded.stream
        if decided is not None and recorded.effective_at > decided:
            later.add(stream)
        if stream[:3] not in _RECORDS or stream in later:
            continue
        states[stream] = FOLDS[stream[:3]].step(states.get(stream), recorded)
    return states


def count(states: States, is_open: Callable[[str], bool], *, all_records: bool) -> Counts:
    """The records in numbers. Without `all_records` only what is open is counted, and no need for review."""
    counted = [state for id, state in states.items() if all_records or is_open(id)]
    articles = [state for state in counted if isinstance(state, Article)]
    standings = Counter(state.standing for state in counted if isinstance(state, Source))
    return Counts(
        claims=_claims(
            [state for state in counted if isinstance(state, Claim)], states, is_open, all_records=all_records
        ),
        sources=dict(sorted(standings.items())),
        parties=sum(1 for state in counted if state.id.startswith("pty")),
        articles=len(articles),
        published=sum(1 for article in articles if article.offered),
        withdrawn=sum(1 for article in articles if article.withdrawn is not None),
    )


def _claims(claims: list[Claim], states: States, is_open: Callable[[str], bool], *, all_records: bool) -> ClaimCounts:
    ratings = Counter(claim.verdict.rating for claim in claims if claim.verdict is not None)
    surrounded = _Surrounded(states)
    weighed = [(claim, surrounded.evidence(claim)) for claim in claims]
    return ClaimCounts(
        total=len(claims),
        open=sum(1 for claim in claims if is_open(claim.id)),
        contested=sum(1 for claim in claims if claim.contested),
        evidence_conflicts=sum(1 for _, evidence in weighed if evidence.conflicts),
        withdrawn=sum(1 for claim in claims if claim.withdrawn is not None),
        needs_review=sum(1 for claim, evidence in weighed if all_records and surrounded.needs_review(claim, evidence)),
        by_rating=dict(sorted(ratings.items())),
    )


class _Surrounded:
    """Claims among all the other records of the same moment."""

    def __init__(self, states: States) -> None:
        self._states = states
        named: dict[str, set[str]] = {}
        for id, state in states.items():
            for name in named_by(state):
                named.setdefault(name, set()).add(id)
        self._world = Surroundings(states.get, lambda name: named.get(name, ()))
        policies = (state.current for state in states.values() if isinstance(state, Policy))
        self._merge = all(current is None or current.merge_publisher_family for current in policies)

    def evidence(self, claim: Claim) -> Evidence:
        """What is cited on the claim, counted by origin."""
        return weigh(question_of(claim), self._world, merge_families=self._merge)

    def needs_review(self, claim: Claim, evidence: Evidence) -> bool:
        """Whether something moved under the verdict in force, in the claim or in other records."""
        return bool(claim.needs_review or moved(claim, evidence, self._world, self._states.get))
