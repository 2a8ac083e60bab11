"""Records as one reader may see them: the public or the desk, now or at one ledger position.

Single records are read from the ledger, so every acknowledged change is there. Which of them are open, and what is
listed, is asked of an index that may lag a moment behind.
"""

from collections.abc import Sequence
from typing import Any

from api.agenda import Agenda
from api.behind import sources_behind
from api.logbook import Logbook
from api.moments import NOW, Moment
from api.pages import phrases
from api.pages.finder import Finder
from api.pages.shapes import ErasedPart, Ref, Sign, Site, Text, When, recorded
from api.reading import Reader
from api.representations import Audience
from api.representations.claims import Weighed
from api.representations.parts import OURSELVES
from domain.article import Article
from domain.audience import protects
from domain.claim import Claim, fold
from domain.claim.judging import Judged
from domain.claim.state import ReviewReason, Verdict
from domain.claim.suggestions import QuantityConflict
from domain.errors import NotFound
from domain.events import Recorded, Stamp
from domain.newsroom import Newsroom
from domain.party import Party
from domain.policy import Policy
from domain.policy.state import PolicyVersion
from domain.rules import Rule
from domain.source import Source
from domain.values import kind_of


class Library:
    """One reader's view for one request. With a `position`, of that past moment; else of now.

    `actor` is who of the desk reads; `log` tells what is signed.
    """

    def __init__(
        self,
        newsroom: Newsroom,
        reader: Reader,
        finder: Finder,
        *,
        log: Logbook,
        audience: Audience,
        actor: str | None = None,
        position: int | None = None,
    ) -> None:
        self._newsroom = newsroom
        self._reader = reader
        self._found: dict[str, Any] = {}
        self._weighed: dict[str, Weighed] = {}
        self._histories: dict[str, list[Recorded]] = {}
        self._opened: dict[str, frozenset[int]] = {}
        self.finder = finder
        self.log = log
        self.audience = audience
        self.actor = actor
        self.past = position is not None
        self.position = newsroom.store.head().position if position is None else newsroom.store.boundary(position)

    @property
    def desk(self) -> bool:
        """Whether it is the desk's view; else it is everybody's."""
        return self.audience == "desk"

    @property
    def site(self) -> Site:
        """What every page shows."""
        rows = self._newsroom.store.rows(self.position - 1, 1) if self.position else []
        at = rows[0].recorded_at if rows else None
        name = self._newsroom.desk.words.name or "The desk"
        reader = None if self.actor is None else self.actor_name(self.actor)
        return Site(name, self.position, None if at is None else When(phrases.moment(at), at), self.desk, reader)

    @property
    def at(self) -> str:
        """The time that is looked at, as a stamp."""
        return self._reader.at(self._moment(self.position))

    @property
    def tolerance(self) -> str:
        """The share by which `about` may be off, by the policy in force."""
        return self._reader.tolerance(self._moment(self.position))

    def published_early(self, record: Claim | Article) -> list[str]:
        """The requests for a reply whose deadline was still to come when readers could see the record."""
        return self._reader.published_early(record, self.audience, self._moment(self.position))

    def review_reasons(self, claim: Claim) -> tuple[ReviewReason, ...]:
        """Why the verdict in force needs another look; for the desk only."""
        return (*claim.review_reasons(self.at), *self.weighed(claim).moved) if self.desk else ()

    def weighed(self, claim: Claim) -> Weighed:
        """What the claim's evidence comes to: which citations stand, and how many origins they have."""
        if claim.id not in self._weighed:
            self._weighed[claim.id] = self._reader.weighing.weigh(claim, self._moment(self.position))
        return self._weighed[claim.id]

    def behind(self, claim: Claim) -> tuple[str, ...]:
        """The sources that the claim cites or cited, and what they go back to, as far as this reader may be told."""
        return sources_behind(self._reader, claim, self.audience, self._moment(self.position))

    def conflict(self, claim: Claim) -> QuantityConflict | None:
        """The numbers on the claim that cannot both be right, while nobody deals with them."""
        return self._reader.conflict(claim, self.weighed(claim), self._moment(self.position))

    # One record, which the page is about. Raises `NotFound` if there is none that this reader may see.

    def claim(self, id: str) -> Claim:
        found: Claim = self._subject("claim", id)
        return found

    def article(self, id: str) -> Article:
        found: Article = self._subject("article", id)
        return found

    def source(self, id: str) -> Source:
        found: Source = self._subject("source", id)
        return found

    def party(self, id: str) -> Party:
        found: Party = self._subject("party", id)
        return found

    def _subject(self, kind: str, id: str) -> Any:
        state = self._found[id] = self._state(kind, id, self.position)
        return state

    def _state(self, kind: str, id: str, position: int) -> Any:
        return self._reader.state(kind, id, self.audience, self._moment(position))

    def _moment(self, position: int) -> Moment:
        return Moment(position=position) if self.past else NOW

    # Records that the page names. None where this reader may not see them.

    def find(self, id: str) -> Any:
        """The record as far as this reader may see it, or None."""
        if id not in self._found:
            self._found[id] = self._find(id)
        return self._found[id]

    def _find(self, id: str) -> Any:
        # What was given up before a record was opened stays with the desk, even on pages of that time.
        position = max(self.position, self.opened_at(id))
        try:
            return self._state(kind_of(id) or "", id, position)
        except NotFound:
            return None

    def claims(self, ids: Sequence[str]) -> list[Claim]:
        """Those of the claims that this reader may see, in this order."""
        return [claim for claim in map(self.find, ids) if isinstance(claim, Claim)]

    def agenda(self, after: str | None, limit: int) -> Agenda:
        """What waits at the desk, the oldest first."""
        return self.finder.agenda(self._newsroom, self.at, after, limit)

    # Events.

    def events(self, id: str) -> list[Recorded]:
        """Every event of the record up to the position, oldest first, open to this reader or not."""
        if id not in self._histories:
            events = self._reader.streams.history(id, self.position if self.past else None)
            self._histories[id] = events if self.desk else self._reader.for_public(id, events)
        return self._histories[id]

    def open(self, id: str) -> frozenset[int]:
        """The positions of those of its events that this reader may read; of a protected source, none."""
        if id not in self._opened:
            self._opened[id] = self._open(id)
        return self._opened[id]

    def _open(self, id: str) -> frozenset[int]:
        if self.desk:
            return frozenset(event.position for event in self._reader.streams.history(id))
        record, past = self.find(id), self._reader.past(id)
        if past is None or protects(record):
            return frozenset()
        return past.readable

    def withheld_since(self, event: Recorded) -> When | None:
        """Since when admins withhold an event that would be open; None where it is not they who do."""
        past = None if self.desk else self._reader.past(event.stream)
        if past is None or event.position not in past.withheld & past.open or protects(self.find(event.stream)):
            return None
        at = past.kept[event.position].at
        return When(phrases.moment(at), at)

    def decided(self, event: Recorded) -> str | None:
        """What admins decided last between desk and public on the event, for the desk."""
        kept = self._reader.streams.concealment.kept(event.stream).get(event.position) if self.desk else None
        if kept is None:
            return None
        return f"{'Withheld from' if kept.withheld else 'Released to'} the public on {phrases.moment(kept.at)}"

    def erased_part(self, event: Recorded) -> ErasedPart | None:
        """That and why the words of the event were erased; None where they are there."""
        erased = event.erased
        if erased is None:
            return None
        made, gone = event.recorded_at, erased.at
        return ErasedPart(
            what=phrases.event(event.event.TYPE),
            recorded=When(phrases.moment(made), made),
            at=When(phrases.moment(gone), gone),
            reason=Text(erased.reason, instead="(the reason was erased too)"),
            redacted=erased.redacted,
        )

    def erasures(self, id: str) -> tuple[ErasedPart, ...]:
        """The words of the record that were erased, up to the position, as far as this reader may know."""
        if not self._reader.streams.concealment.erasures(id):
            return ()
        open_ = self.open(id)
        parts = (self.erased_part(event) for event in self.events(id) if event.position in open_)
        return tuple(part for part in parts if part is not None)

    def opened_at(self, id: str) -> int:
        """The position up to which this reader may not know what was given up; 0 for the desk."""
        return 0 if self.desk else self.finder.opened_at(id) or 0

    def end_of(self, event: Recorded) -> int:
        """The position at which the command ended that recorded the event."""
        return self._newsroom.store.position_at(event.recorded_at)

    def when(self, position: int) -> When:
        """When the event at this position was recorded; of imported history, when it was decided."""
        (event,) = self._reader.streams.events(position - 1, position, batch=1)
        return recorded(Stamp.of(event))

    def wording(self, claim_id: str, version: int) -> Text | None:
        """How the claim was worded at that version of it, if this reader may know."""
        then = fold.all(event for event in self.events(claim_id) if event.version <= version)
        if then is None or then.worded.position not in self.open(claim_id):
            return None
        return Text.of(then.words.statement, then.language)

    # The policy.

    def policy(self, number: str) -> tuple[Policy, PolicyVersion]:
        """All versions of the policy, and the one with this number or `current`. Raises `NotFound`."""
        return self._reader.policy_version(number, self.audience)

    def rule(self, policy_number: int, id: str) -> Rule | None:
        """The rule of that policy."""
        versions = self._newsroom.policy.versions
        rules = versions[policy_number - 1].rules if policy_number <= len(versions) else ()
        return next((rule for rule in rules if rule.id == id), None)

    def judged(self, claim: Claim, verdict: Verdict, policy: PolicyVersion) -> Judged:
        """What the rules of this policy find of the verdict now."""
        return self._reader.weighing.judge(claim, verdict, policy, NOW, self.at)

    # Names.

    def party_ref(self, id: str) -> Ref:
        """The party by its name."""
        party: Party | None = self.find(id)
        if party is None:
            return Ref(None, None, "(a party that is not public)")
        instead = "(a private party)" if party.private else "(name erased)"
        return Ref(party.words.name, f"/parties/{id}", instead)

    def source_ref(self, id: str) -> Ref:
        """The source by its title."""
        source: Source | None = self.find(id)
        if source is None:
            return Ref(None, None, "(a source that is not public)")
        instead = "(a confidential source)" if source.confidential else "(title erased)"
        return Ref(source.words.title, f"/sources/{id}", instead, source.language or "")

    def article_ref(self, id: str) -> Ref:
        """The article by its title."""
        article: Article | None = self.find(id)
        if article is None:
            return Ref(None, None, "(an article that is not public)")
        return Ref(article.words.title, f"/articles/{id}", "(title erased)", article.language)

    def actor_name(self, id: str) -> str | None:
        """How colleagues call the actor; the public is not told."""
        if not self.desk:
            return None
        if id in OURSELVES:
            return OURSELVES[id]
        actor = self._newsroom.desk.actors.get(id)
        return id if actor is None or actor.words.name is None else actor.words.name

    def sign(self, verdict: Verdict) -> Sign:
        """The verdict's rating as its policy calls and explains it."""
        versions, number = self._newsroom.policy.versions, verdict.policy_number
        step = versions[number - 1].rating(verdict.rating) if number <= len(versions) else None
        aside = Text(verdict.words.override_reason) if verdict.overrides else None
        if step is None:
            return Sign(verdict.rating, None, aside)
        return Sign(step.words.label or verdict.rating, step.words.meaning, aside)
