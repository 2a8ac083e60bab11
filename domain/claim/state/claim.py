"""A claim as it stands: its words, its parts, and what follows from them."""

from dataclasses import dataclass
from datetime import date

from domain.claim.events import AboutParty, ExactWords
from domain.claim.state.dispute import Dispute
from domain.claim.state.evidence import Citation, Link, Quantity
from domain.claim.state.reply import Reply, Search
from domain.claim.state.verdict import ReviewReason, Verdict
from domain.edtf import Edtf, parse
from domain.events import Stamp
from domain.values import Attribution, ClaimKind, WithdrawalCause


@dataclass(frozen=True, slots=True)
class ClaimText:
    """The claim as the desk words it now, and what else was typed about it."""

    statement: str | None = None
    as_named: str | None = None
    exact_words: str | None = None
    topics: tuple[str, ...] = ()
    reason: str | None = None
    description_reason: str | None = None
    rewording_reason: str | None = None
    withdrawal_reason: str | None = None
    reinstatement_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody claims something."""

    id: str
    kind: ClaimKind
    language: str
    attribution: Attribution
    claimant_id: str | None
    about: tuple[AboutParty, ...]
    exact_words: ExactWords | None
    said_on: str | None
    happened_on: str | None
    appeared_in_id: str | None
    asserted: Stamp
    changed: Stamp
    version: int
    words: ClaimText
    worded: Stamp
    quantity: Quantity | None = None
    citations: tuple[Citation, ...] = ()
    links: tuple[Link, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    replies: tuple[Reply, ...] = ()
    searches: tuple[Search, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    published: Stamp | None = None
    withdrawn: Stamp | None = None
    cause: WithdrawalCause | None = None
    reinstated: Stamp | None = None

    def citation(self, id: str) -> Citation | None:
        """The citation with this id, withdrawn or not."""
        return next((c for c in self.citations if c.id == id), None)

    def link(self, id: str) -> Link | None:
        """The link with this id, withdrawn or not."""
        return next((k for k in self.links if k.id == id), None)

    def dispute(self, id: str) -> Dispute | None:
        """The dispute with this id, settled or not."""
        return next((d for d in self.disputes if d.id == id), None)

    def reply(self, id: str) -> Reply | None:
        """The reply with this id, whatever became of it."""
        return next((r for r in self.replies if r.id == id), None)

    def search(self, id: str) -> Search | None:
        """The search with this id, withdrawn or not."""
        return next((s for s in self.searches if s.id == id), None)

    def verdict_by_id(self, id: str) -> Verdict | None:
        """The verdict with this id, whatever became of it."""
        return next((v for v in self.verdicts if v.id == id), None)

    @property
    def verdict(self) -> Verdict | None:
        """The verdict in force."""
        return next((v for v in reversed(self.verdicts) if v.status == "in_force"), None)

    @property
    def needs_review(self) -> tuple[ReviewReason, ...]:
        """What moved under the verdict in force since people looked at it; no verdict, nothing to review."""
        verdict = self.verdict
        return () if verdict is None else verdict.needs_review

    def review_reasons(self, at: str) -> tuple[ReviewReason, ...]:
        """`needs_review` at this moment: a search behind the verdict in force may have expired without an event."""
        verdict = self.verdict
        behind = () if verdict is None else verdict.rests_on.search_ids
        expired = any(s.id in behind and s.status(at) == "expired" for s in self.searches)
        return (*self.needs_review, "search_expired") if expired else self.needs_review

    @property
    def unheard(self) -> tuple[str, ...]:
        """Of an allegation, the parties said to have acted whose reply was neither asked for nor said not to be sought.

        Of any other claim, nobody.
        """
        if self.kind != "allegation":
            return ()
        heard = {reply.party_id for reply in self.replies if reply.withdrawn is None}
        actors = dict.fromkeys(about.party_id for about in self.about if about.role == "actor")
        return tuple(party_id for party_id in actors if party_id not in heard)

    def rating_at(self, position: int) -> str | None:
        """The rating of the verdict that was in force after the event at this ledger position."""
        given = [v for v in self.verdicts if v.approved is not None and v.approved.position <= position]
        newest = max(given, key=lambda v: v.approved.position if v.approved else 0, default=None)
        if newest is None or (newest.withdrawn is not None and newest.withdrawn.position <= position):
            return None
        return newest.rating

    @property
    def proposal(self) -> Verdict | None:
        """The proposed verdict that waits for a second person."""
        return next((v for v in reversed(self.verdicts) if v.status == "proposed"), None)

    @property
    def contested(self) -> bool:
        """Whether two different parties oppose each other in a dispute that is open, or that cannot be resolved.

        The claim itself is a side: its claimant's, or nobody's in particular.
        """
        return any(_opposed(d, self.claimant_id) for d in self.disputes if d.open or d.unsettled_for_good)

    @property
    def contradicted_since(self) -> str | None:
        """The earliest date (EDTF) on which a party that denies or differs, in a dispute that goes on, said so.

        Of dates that begin alike the narrower counts. What it says is true of the first contradiction, however wide it
        is; one that only says until when is compared by its end.
        """
        going_on = (d for d in self.disputes if d.open or d.unsettled_for_good)
        against = (p.stated_on for d in going_on for p in d.standing if p.stance != "affirms")
        dates = [parse(text) for text in against if text is not None]
        return min(dates, key=_by_beginning).text if dates else None


def _by_beginning(said: Edtf) -> tuple[date, date, str]:
    return said.earliest or said.latest or date.max, said.latest or date.max, said.text


def _opposed(dispute: Dispute, claimant_id: str | None) -> bool:
    against = {p.party_id for p in dispute.standing if p.stance != "affirms"}
    affirming: set[str | None] = {p.party_id for p in dispute.standing if p.stance == "affirms"}
    affirming.add(claimant_id)
    return any(denier != affirmer for denier in against for affirmer in affirming)
