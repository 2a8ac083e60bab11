"""Which events of an open record the public may read, by what they are and what came of them.

A record is opened at a ledger position. Of the events up to there, those on which the state of that moment rests
become open; texts given up before, what was withdrawn before, and conclusions that were not adopted stay with the
desk. Of the events after it, all are open but proposals that wait or were rejected. That a party was asked for its
reply stays with the desk until it is told what came of it. Whether a record is open at all,
and since when, is not decided here: that depends on other records.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from domain.article import events as in_article
from domain.claim import events as in_claim
from domain.events import Event, Partial, Recorded
from domain.party.events import AffiliationEnded, AffiliationRecorded, AffiliationWithdrawn, PartyRegistered
from domain.source.events import OriginDeclared, OriginWithdrawn, SnapshotCaptured, SnapshotWithdrawn, SourceRegistered

_PARTS: Final[dict[type[Event], str]] = {
    in_claim.ClaimCited: "citation_id",
    in_claim.QuoteChecked: "citation_id",
    in_claim.ClaimLinked: "link_id",
    in_claim.PositionStated: "position_id",
    in_claim.ReplyRequested: "reply_id",
    in_claim.ReplyNotSought: "reply_id",
    in_claim.ReplyReceived: "reply_id",
    in_claim.ReplyDeclined: "reply_id",
    in_claim.ReplyConsidered: "reply_id",
    in_claim.SearchRecorded: "search_id",
    in_article.ClaimPlaced: "placement_id",
    in_article.ClaimPlacedAgain: "placement_id",
    in_article.PlacementConfirmed: "placement_id",
    AffiliationRecorded: "affiliation_id",
    AffiliationEnded: "affiliation_id",
    OriginDeclared: "origin_id",
    SnapshotCaptured: "snapshot_id",
}
"""Events that add, or change, a part which can be taken back → the field with its id."""
_TAKES_BACK: Final[dict[type[Event], str]] = {
    in_claim.CitationWithdrawn: "citation_id",
    in_claim.ClaimUnlinked: "link_id",
    in_claim.PositionWithdrawn: "position_id",
    in_claim.ReplyWithdrawn: "reply_id",
    in_claim.SearchWithdrawn: "search_id",
    in_article.ClaimRemoved: "placement_id",
    AffiliationWithdrawn: "affiliation_id",
    OriginWithdrawn: "origin_id",
    SnapshotWithdrawn: "snapshot_id",
}
_NAMES: Final[dict[type[Event], tuple[str, ...]]] = {
    in_claim.ClaimLinked: ("claim_id",),
    AffiliationRecorded: ("party_id", "basis_claim_id"),
    OriginDeclared: ("derives_from", "basis_claim_id"),
}
"""Events that tie the record to others → the fields with their ids. They are open where those records are open too."""

IsOpen = Callable[[str], bool]
"""Whether the record with this id is open to the public."""


class _Past:
    """What the events of one record say together: what replaced, took back or adopted what, and when."""

    def __init__(self, events: Sequence[Recorded], opened_at: int, is_open: IsOpen) -> None:
        self.opened_at = opened_at
        self.closed_parts = {part_of(e.event) for e in events if not all(map(is_open, named(e.event)))}
        self.taken_back: set[str] = set()
        self.latest: dict[str, int] = {}
        self.in_force: str | None = None
        self.adopted: set[str] = set()
        self.pending: set[str] = set()
        self.adopted_since: set[str] = set()
        self.acted_on: set[int] = set()
        waiting: dict[str, int] = {}
        for recorded in events:
            self._note_adoption(recorded.event, recorded.position, waiting)
            if recorded.position <= opened_at:
                self._note_state(recorded)
        self.closed_parts |= self.pending

    def _note_adoption(self, event: Event, position: int, waiting: dict[str, int]) -> None:
        match event:
            case in_claim.VerdictApproved():
                self.adopted.add(event.verdict_id)
                if position > self.opened_at:
                    self.adopted_since.add(event.verdict_id)
            case in_claim.DisputeSettled():
                self.adopted.add(event.settlement_id)
            case in_claim.ReplyRequested():
                self.pending.add(event.reply_id)
            case _ if isinstance(event, _SETTLES):
                self.pending.discard(event.reply_id)
            case in_claim.VerdictActProposed():
                waiting[event.verdict_id] = position
            case in_claim.VerdictReaffirmed() | in_claim.VerdictWithdrawn():
                self.acted_on.add(waiting.get(event.verdict_id, 0))
            case _:
                pass

    def _note_state(self, recorded: Recorded) -> None:
        event = recorded.event
        if isinstance(event, in_claim.VerdictApproved):
            self.in_force = event.verdict_id
        if isinstance(event, in_claim.VerdictWithdrawn):
            self.in_force = None
        if (field := _TAKES_BACK.get(type(event))) is not None:
            self.taken_back.add(getattr(event, field))
        for subject in _subjects(recorded):
            self.latest[subject] = recorded.position


_TYPED: Final = frozenset(
    {"as_named", "description", "exact_words", "name", "same_as", "statement", "text", "title", "url"}
)
"""Texts that may have been given up before the opening: an event that holds such a one stays with the desk."""
_DESCRIBES: Final = (
    in_claim.ClaimAsserted,
    in_claim.ClaimReworded,
    in_article.ArticleDrafted,
    in_article.TextRevised,
    PartyRegistered,
    SourceRegistered,
)
"""Events, besides the partial ones, in which such texts are typed."""
_SETTLES: Final = (
    in_claim.ReplyNotSought,
    in_claim.ReplyReceived,
    in_claim.ReplyDeclined,
    in_claim.ReplyConsidered,
)
"""Events that say what came of a request for a reply, or that there was none. Before, it is pending."""
_WITHDRAWALS: Final = (
    in_claim.ClaimWithdrawn,
    in_claim.ClaimReinstated,
    in_article.ArticleWithdrawn,
    in_article.ArticleReinstated,
)
"""Events that say whether the record as a whole counts."""


def _subjects(recorded: Recorded) -> tuple[str, ...]:
    """What the event has the say on until a later one does."""
    event = recorded.event
    match event:
        case Partial():
            return event.changes
        case in_claim.QuantityStated():
            return ("quantity",)
        case in_claim.ReplyConsidered() | in_article.ClaimPlacedAgain() | in_article.PlacementConfirmed():
            return (f"what was made of {part_of(event)}",)
        case _ if isinstance(event, _WITHDRAWALS):
            return ("withdrawn",)
        case _ if isinstance(event, _DESCRIBES):
            # Which texts were erased is not known. An erased rewording still gave up the wording before it.
            typed = set(event.WORDS.model_fields)
            if event.words is not None and recorded.erased is None:
                typed = event.words.model_fields_set
            return tuple(sorted(_TYPED & typed))
        case _:
            return ()


def named(event: Event) -> Iterator[str]:
    """The records that must be open for the event to be."""
    ids = (getattr(event, field) for field in _NAMES.get(type(event), ()))
    return (id for id in ids if id is not None)


def part_of(event: Event) -> str | None:
    """The id of the part that the event is about, if it can be taken back."""
    field = _PARTS.get(type(event)) or _TAKES_BACK.get(type(event))
    return None if field is None else str(getattr(event, field))


def open_positions(events: Sequence[Recorded], opened_at: int, is_open: IsOpen = lambda _: True) -> frozenset[int]:
    """The positions of those events of one record that the public may read, given all its events.

    `opened_at` is the ledger position at which the record became open; `is_open` tells of other records, to which
    this one may be tied. The other events are *withheld*: they are counted.
    """
    past = _Past(events, opened_at, is_open)
    told = (recorded for recorded in events if part_of(recorded.event) not in past.closed_parts)
    return frozenset(recorded.position for recorded in told if _is_open(past, recorded))


def without_given_up(events: Sequence[Recorded], opened_at: int) -> list[Recorded]:
    """The events of one record, those that marked a claim in a text that was given up before the opening without words.

    That the claim was placed is open, since it still is; what it was placed by stood in a draft.
    """
    before = [recorded for recorded in events if recorded.position <= opened_at]
    text = max((r.position for r in before if isinstance(r.event, in_article.TextRevised)), default=0)
    placing = [r for r in before if isinstance(r.event, in_article.ClaimPlaced | in_article.ClaimPlacedAgain)]
    last = {part_of(recorded.event): recorded.position for recorded in placing}
    given_up = {r.position for r in placing if r.position < max(text, last[part_of(r.event)])}
    return [r.without_words() if r.position in given_up else r for r in events]


def _is_open(past: _Past, recorded: Recorded) -> bool:
    event, before = recorded.event, recorded.position <= past.opened_at
    match event:
        case in_claim.VerdictRejected():
            return False
        case in_claim.VerdictProposed() | in_claim.VerdictApproved():
            adopted = event.verdict_id in past.adopted
            return adopted and (
                not before or event.verdict_id == past.in_force or event.verdict_id in past.adopted_since
            )
        case in_claim.VerdictReaffirmed() | in_claim.VerdictWithdrawn():
            return not before or event.verdict_id == past.in_force
        case in_claim.SettlementProposed():
            return event.settlement_id in past.adopted
        case in_claim.VerdictActProposed():
            return recorded.position in past.acted_on and (not before or event.verdict_id == past.in_force)
        case _:
            return not before or _rested_on(past, recorded)


def _rested_on(past: _Past, recorded: Recorded) -> bool:
    """Whether the state at opening rested on this event, which happened before."""
    event = recorded.event
    if type(event) in _TAKES_BACK:
        return False
    if (field := _PARTS.get(type(event))) is not None:
        last = all(past.latest[subject] == recorded.position for subject in _subjects(recorded))
        return last and getattr(event, field) not in past.taken_back
    subjects = _subjects(recorded)
    holding = {subject for subject in subjects if past.latest[subject] == recorded.position}
    given_up = set(subjects) - holding
    return not given_up & _TYPED and (bool(holding) or not subjects)
