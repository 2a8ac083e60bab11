"""Single records as they are shown: folded from the ledger, so never stale, at any moment, for either audience.

What the public may see rests on which records are open, which the views know. Before a record was opened the public is
shown what the events that became open with it say; the others are left out as if they had not been.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from api.moments import NOW, Moment
from api.pasts import Past, before_opening, blanked, protected_as_now, told_last, without_the_desks
from api.representations import (
    Audience,
    actor_body,
    claim_body,
    policy_body,
    record_body,
)
from api.representations.claims import Weighed
from api.representations.replies import running_at
from api.representations.shapes.event import ErasedEvent
from api.representations.suggestions import conflict_body
from api.weighing import Weighing
from domain.article import Article
from domain.audience import (
    open_positions,
    protects,
    readable,
    without_given_up,
)
from domain.claim import Claim
from domain.claim.events import ClaimCited, QuoteChecked
from domain.claim.state import Citation, CitationText
from domain.claim.suggestions import QuantityConflict, quantity_conflict
from domain.errors import NotFound, Unavailable
from domain.events import Recorded, Stamp
from domain.newsroom import Newsroom
from domain.policy import Policy
from domain.policy.state import PolicyVersion
from domain.session import PREFIX
from domain.shielding import public_event
from domain.source import Source
from domain.streams import FOLDS

Body = dict[str, Any]


class Reader:
    """Shows records. `opened_at` gives the position at which a record became open, or None while it is not.

    `placed_in` gives the articles in which a claim is or was placed, as far as the views know; `clock` the time, as a
    stamp.
    """

    def __init__(
        self,
        newsroom: Newsroom,
        opened_at: Callable[[str], int | None],
        placed_in: Callable[[str], Iterable[str]],
        clock: Callable[[], str],
    ) -> None:
        self.streams = newsroom.streams
        self._newsroom = newsroom
        self._opened_at = opened_at
        self._placed_in = placed_in
        self._clock = clock
        self.weighing = Weighing(newsroom, self.folded)

    def show(self, kind: str, id: str, audience: Audience, moment: Moment = NOW) -> Body:
        """The record of this kind at that moment. Raises `NotFound` for none, and for one that is not open."""
        if kind == "policy":
            return self.policy(id, audience, moment)
        if kind == "actor":
            return self.actor(id, moment)
        state = self.state(kind, id, audience, moment)
        body = {**self._body(state, kind, audience, moment), "erasures": self.erasures(id, audience, state.version)}
        if moment.position is not None:
            body["position"] = moment.position
        return body

    def state(self, kind: str, id: str, audience: Audience, moment: Moment = NOW) -> Any:
        """The folded record, without what this audience may not see. Raises `NotFound`."""
        if id[:3] != PREFIX[kind]:
            raise NotFound(kind, id)
        state = self.folded(id, moment)
        if state is not None and audience == "public":
            state = self._public(id, state)
        if state is None:
            raise NotFound(kind, id)
        return state

    def folded(self, stream: str, moment: Moment) -> Any:
        """The whole record at that moment; None if it was not there yet."""
        if moment.decided is not None:
            return self.streams.decided(stream, moment.decided)
        known = self.streams.known(stream)
        if known is not None and known.changed.position == moment.position:
            return known
        newest = self.streams.load(stream).state
        if moment.position is None or newest is None or newest.changed.position <= moment.position:
            return newest
        return self.streams.at(stream, moment.position)

    def past(self, stream: str) -> Past | None:
        """The record's events, and which of them are open; None if the record is not open."""
        opened_at = self._opened_at(stream)
        if opened_at is None:
            return None
        events = self.streams.history(stream)
        open_ = open_positions(events, opened_at, self._may_be_tied)
        kept = self.streams.concealment.kept(stream)
        told = without_given_up(events, opened_at) if stream.startswith("art") else events
        past = Past((), opened_at, open_, readable(open_, {p: k.withheld for p, k in kept.items()}), kept)
        return replace(past, events=blanked(told, past.withheld))

    def _is_open(self, id: str) -> bool:
        return self._opened_at(id) is not None

    def _may_be_tied(self, id: str) -> bool:
        """Whether the public may be told that another record is tied to this one.

        Who draws on a confidential source would give it away, wherever else that is open.
        """
        return self._is_open(id) and not (id.startswith("src") and self._confidential(id))

    def _public(self, stream: str, state: Any) -> Any:
        past = self.past(stream)
        if past is None:
            return None
        if past.withheld:
            state = FOLDS[stream[:3]].all(event for event in past.events if event.version <= state.version)
        if state.changed.position < past.opened_at:
            state = before_opening(past, state.changed.position)
        last = told_last(past, state.changed.position)
        state = replace(protected_as_now(state, self.streams.load(stream).state), changed=last)
        shown = without_the_desks(state, past.open)
        return replace(shown, citations=tuple(map(self._shielded, shown.citations))) if stream[:3] == "clm" else shown

    def _shielded(self, citation: Citation) -> Citation:
        """The citation; of a confidential source only that there is one, since a passage may give it away."""
        if not self._confidential(citation.source_id):
            return citation
        checks = tuple(replace(check, score=None, start=None, end=None) for check in citation.checks)
        numberless = replace(citation, value=None, bound=None, upper=None, counted_on=None)
        return replace(numberless, words=CitationText(), checks=checks)

    def tells(self, id: str) -> bool:
        """Whether the public may be told of this record by name: it is open, and protects nobody."""
        return self._is_open(id) and not protects(self.streams.load(id).state)

    def for_public(self, stream: str, events: Sequence[Recorded]) -> list[Recorded]:
        """The events of the record without words that stay with the desk. Whether they are open is not looked at."""
        known = without_given_up(events, self._opened_at(stream) or 0) if stream.startswith("art") else events
        return list(map(self.shielded, blanked(known, self.streams.concealment.withheld(stream))))

    def erasures(self, id: str, audience: Audience, version: int | None = None) -> list[ErasedEvent]:
        """The events of the record, up to this version, whose words were erased, as far as this audience may know.

        What was erased is so at every moment of the past.
        """
        gone = self.streams.concealment.erasures(id)
        if not gone or (audience == "public" and protects(self.streams.load(id).state)):
            return []
        past = self.past(id) if audience == "public" else None
        known = [event for event in self.streams.history(id) if event.position in gone]
        return [
            _erased(event)
            for event in known
            if (version is None or event.version <= version) and (past is None or event.position in past.readable)
        ]

    def shielded(self, recorded: Recorded) -> Recorded:
        """The event for the public: without what stays with the desk, as words quoted from a confidential source."""
        event = recorded.event
        confidential = isinstance(event, ClaimCited | QuoteChecked) and self._confidential(event.source_id)
        shown = public_event(event, confidential=confidential)
        return recorded if shown is event else replace(recorded, event=shown)

    def _confidential(self, source_id: str) -> bool:
        source: Source | None = self.streams.load(source_id).state
        return source is not None and source.confidential

    def _body(self, state: Any, kind: str, audience: Audience, moment: Moment) -> Body:
        if kind == "claim":
            return self._claim(state, audience, moment, self._placed_in(state.id))
        if kind == "article":
            early = self.published_early(state, audience, moment)
            return {**record_body(state, audience), "published_before_deadline": early}
        return {**record_body(state, audience)}

    def _claim(self, claim: Claim, audience: Audience, moment: Moment, placed_in: Iterable[str]) -> Body:
        weighed, articles = self.weighing.weigh(claim, moment), self._placing(claim, audience, moment, placed_in)
        return {
            **claim_body(claim, weighed, audience, self.at(moment)),
            "articles": [place for article in articles if (place := _place(claim, article))["placement_ids"]],
            "published_before_deadline": self._ran_on(claim.id, _publications(claim, articles), moment),
            "suggestions": self._suggestions(claim, weighed, moment) if audience == "desk" else [],
        }

    def at(self, moment: Moment = NOW) -> str:
        """The time that is looked at, as a stamp: for a position, when its event was recorded. Never in the future."""
        now = self._clock()
        if moment.is_now:
            return now
        asked = moment.decided or moment.recorded
        if asked is not None:
            return min(asked, now)
        rows = self.streams.store.rows(moment.position - 1, 1) if moment.position else []
        return rows[0].recorded_at if rows else ""

    def published_early(self, record: Claim | Article, audience: Audience, moment: Moment = NOW) -> list[str]:
        """The requests for a reply, on the claim or on the article's claims, that ran on when readers could see it."""
        if isinstance(record, Claim):
            articles = self._placing(record, audience, moment, self._placed_in(record.id))
            return self._ran_on(record.id, _publications(record, articles), moment)
        return [
            id
            for claim_id in dict.fromkeys(p.claim_id for p in record.placements)
            for id in self._ran_on(claim_id, _shown_by(record, claim_id), moment)
        ]

    def _ran_on(self, claim_id: str, publications: Sequence[Stamp], moment: Moment) -> list[str]:
        """Whoever reads is told that a request ran on; what was asked may stay with the desk."""
        claim: Claim | None = self.folded(claim_id, moment) if publications else None
        return [] if claim is None else running_at(claim, publications)

    def _suggestions(self, claim: Claim, weighed: Weighed, moment: Moment) -> list[Body]:
        found = self.conflict(claim, weighed, moment)
        return [] if found is None else [{**conflict_body(found)}]

    def conflict(self, claim: Claim, weighed: Weighed, moment: Moment = NOW) -> QuantityConflict | None:
        """The numbers on the claim that cannot both be right, while nobody deals with them. It is for the desk."""
        return quantity_conflict(claim, weighed.standing, self.tolerance(moment))

    def tolerance(self, moment: Moment = NOW) -> str:
        """The share by which `about` may be off, by the policy in force at that moment."""
        policy: Policy | None = self.folded(self._newsroom.desk.policy_id, moment)
        current = None if policy is None else policy.current
        return "0" if current is None else current.about_tolerance

    def _placing(self, claim: Claim, audience: Audience, moment: Moment, ids: Iterable[str]) -> list[Article]:
        """The articles in which the claim is or was placed, as far as this audience may open them."""
        articles = []
        for id in ids:
            with suppress(NotFound):
                articles.append(self.state("article", id, audience, moment))
        return [article for article in articles if any(p.claim_id == claim.id for p in article.placements)]

    def written(self, kind: str, id: str, position: int, *, new: bool) -> Body:
        """The record as a command at this position left it, for whoever gave the command."""
        moment = Moment(position=position)
        if kind != "claim":
            return self.show(kind, id, "desk", moment)
        claim: Claim = self.state(kind, id, "desk", moment)
        placed_in = self._placed_by_its_command(claim, position) if new else self._placed_so_far(id)
        body = self._claim(claim, "desk", moment, placed_in)
        return {**body, "erasures": self.erasures(id, "desk", claim.version), "position": position}

    def _placed_by_its_command(self, claim: Claim, last: int) -> Iterable[str]:
        """Where a new claim was placed: the views need not know it yet, but the command's other events say it."""
        first = claim.changed.position
        rows = self.streams.store.rows(first, last - first) if last > first else []
        return dict.fromkeys(row.stream for row in rows if row.stream.startswith(PREFIX["article"]))

    def _placed_so_far(self, claim_id: str) -> Iterable[str]:
        try:
            return self._placed_in(claim_id)
        except Unavailable:
            # The command is recorded. That the views cannot be read must not make it look as if it were not.
            return ()

    def policy(self, number: str, audience: Audience, moment: Moment = NOW) -> Body:
        """The policy with this number, or the one in force (`current`). A proposal is for the desk."""
        policy, chosen = self.policy_version(number, audience, moment)
        return {**policy_body(policy, chosen, audience), **_true_at(moment)}

    def policy_version(self, number: str, audience: Audience, moment: Moment = NOW) -> tuple[Policy, PolicyVersion]:
        """All versions that there are, and the one that is asked for. Raises `NotFound` if it may not be seen."""
        policy: Policy | None = self.folded(self._newsroom.desk.policy_id, moment)
        chosen = None if policy is None else policy.called(number)
        if policy is None or chosen is None or (audience == "public" and chosen.adopted is None):
            raise NotFound("policy", number)
        return policy, chosen

    def actor(self, id: str, moment: Moment = NOW) -> Body:
        """Somebody of the desk. For admins and auditors; who asks is the caller's to check."""
        desk = self.folded(self._newsroom.desk_id, moment)
        actor = None if desk is None else desk.actors.get(id)
        if actor is None:
            raise NotFound("actor", id)
        return {**actor_body(desk, actor), **_true_at(moment)}

    def actor_name(self, id: str) -> str | None:
        """How colleagues call this actor."""
        actor = self._newsroom.desk.actors.get(id)
        return None if actor is None else actor.words.name


def _place(claim: Claim, article: Article) -> Body:
    """Where the claim stands in the article."""
    at = [p.id for p in article.placed if p.claim_id == claim.id]
    return {"id": article.id, "title": article.words.title, "offered": article.offered, "placement_ids": at}


def _publications(claim: Claim, articles: Iterable[Article]) -> list[Stamp]:
    """When readers could see the claim, by itself and in each of the articles."""
    alone = [] if claim.published is None else [claim.published]
    return [*alone, *(stamp for article in articles for stamp in _shown_by(article, claim.id))]


def _shown_by(article: Article, claim_id: str) -> list[Stamp]:
    """Since when readers of the article met the claim in it."""
    published = article.published
    if published is None:
        return []
    return [
        max(published, p.placed, key=lambda stamp: stamp.position)
        for p in article.placements
        if p.claim_id == claim_id and (p.removed is None or p.removed.position > published.position)
    ]


def _true_at(moment: Moment) -> Body:
    return {} if moment.position is None else {"position": moment.position}


def _erased(event: Recorded) -> ErasedEvent:
    erased = event.erased
    return {
        "position": event.position,
        "type": event.event.TYPE,
        "recorded_at": event.recorded_at,
        "erased_at": None if erased is None else erased.at,
        "reason": None if erased is None else erased.reason,
        "redacted": erased is not None and erased.redacted,
    }
