"""Histories: every event of a record, oldest first; a claim's with those of the sources that are cited on it.

What is not open to this reader is withheld: it is counted at its place, without its time, type or words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from api.pages.library import Library
from api.pages.lines import Line, line, title_of
from api.pages.proofs import ProofPart, proof_part
from api.pages.shapes import Page, Ref, Step, Text, Visit, cursor_of, recorded
from api.pages.telling import Moment, Told
from api.pages.telling_records import tell
from domain.article import Article
from domain.claim import Claim
from domain.events import Recorded, Stamp
from domain.source import Source
from domain.streams import FOLDS

SHOWN: Final = 100
"""How many steps a page has."""

_WHAT: Final = {"claims": "a claim", "articles": "an article", "sources": "a source", "parties": "a party"}


@dataclass(frozen=True, slots=True)
class HistoryPage(Page):
    """Everything that happened to a record, at /claims/{id}/history and its like, a hundred steps a page."""

    what: Annotated[str, "What kind of record it is: a claim, an article, a source, a party."]
    line: Annotated[Line | None, "The claim as it stands; absent for another record."]
    subject: Annotated[Ref | None, "The article, source or party; absent for a claim."]
    steps: Annotated[tuple[Step, ...], "Some of the events, oldest first."]
    first: Annotated[int, "The number of the first of these steps, counted from 1."]
    total: Annotated[int, "How many events there are in all."]
    withheld: Annotated[int, "How many of all events are withheld from this reader."]
    earlier: Annotated[str | None, "Where the steps before these are; absent on the first page."]
    later: Annotated[str | None, "Where the steps after these are; absent on the last page."]
    proof: Annotated[ProofPart | None, "Where the offline proof of the claim is; absent for another record."]


def claim_history(visit: Visit, library: Library) -> HistoryPage:
    """Raises `NotFound` for a claim that this reader may not see, and for a cursor that is none."""
    claim = library.claim(visit.id)
    return _page(visit, library, "claims", claim, title_of(claim, library), None)


def article_history(visit: Visit, library: Library) -> HistoryPage:
    """Raises `NotFound` for an article that this reader may not see, and for a cursor that is none."""
    article, subject = library.article(visit.id), library.article_ref(visit.id)
    return _page(visit, library, "articles", article, subject.plain, subject)


def source_history(visit: Visit, library: Library) -> HistoryPage:
    """Raises `NotFound` for a source that this reader may not see, and for a cursor that is none."""
    source, subject = library.source(visit.id), library.source_ref(visit.id)
    return _page(visit, library, "sources", source, subject.plain, subject)


def party_history(visit: Visit, library: Library) -> HistoryPage:
    """Raises `NotFound` for a party that this reader may not see, and for a cursor that is none."""
    party, subject = library.party(visit.id), library.party_ref(visit.id)
    return _page(visit, library, "parties", party, subject.plain, subject)


def _page(visit: Visit, library: Library, plural: str, record: Any, title: str, subject: Ref | None) -> HistoryPage:
    events, after = _events(record, library), cursor_of(visit)
    begin = sum(event.position <= after for event in events)
    end = min(begin + SHOWN, len(events))
    here = f"/{plural}/{visit.id}/history"
    before = max(begin - SHOWN, 0)
    return HistoryPage(
        site=library.site,
        title=f"History: {title}",
        twin=_address(f"/api/v1{here}", after, limit=SHOWN),
        what=_WHAT[plural],
        line=line(record, library) if isinstance(record, Claim) else None,
        subject=subject,
        steps=tuple(_steps(record.id, events, begin, end, library)),
        first=begin + 1,
        total=len(events),
        withheld=_withheld(events, library),
        earlier=None if begin == 0 else _address(here, events[before - 1].position if before else 0),
        later=None if end == len(events) else _address(here, events[end - 1].position),
        proof=proof_part(visit.id, library) if isinstance(record, Claim) else None,
    )


def _address(path: str, after: int, **more: int) -> str:
    asked = {**({"after": after} if after else {}), **more}
    return f"{path}?{urlencode(asked)}" if asked else path


def latest_steps(claim: Claim, library: Library, limit: int) -> tuple[tuple[Step, ...], int]:
    """The last steps of the claim that this reader may read, the newest first, and how many steps there are in all."""
    events = _events(claim, library)
    open = [number for number, event in enumerate(events) if event.position in library.open(event.stream)][-limit:]
    begin = open[0] if open else len(events)
    steps = [step for step in _steps(claim.id, events, begin, len(events), library) if not step.withheld]
    return tuple(reversed(steps)), len(events)


def _events(record: Claim | Article | Source, library: Library) -> list[Recorded]:
    """The events of the record, and of every source that is or was cited on it and that this reader may see."""
    behind = library.behind(record) if isinstance(record, Claim) else ()
    sources = [id for id in behind if library.find(id) is not None]
    events = [event for id in (record.id, *sources) for event in library.events(id)]
    return sorted(events, key=lambda event: event.position)


def _withheld(events: Sequence[Recorded], library: Library) -> int:
    return sum(event.position not in library.open(event.stream) for event in events)


def _steps(id: str, events: Sequence[Recorded], begin: int, end: int, library: Library) -> Iterator[Step]:
    """The steps from number `begin` up to `end`, of the history of the record `id`. All before them are folded."""
    states: dict[str, Any] = {}
    for number, event in enumerate(events[:end]):
        before = states.get(event.stream)
        states[event.stream] = FOLDS[event.stream[:3]].step(before, event)
        if number < begin:
            continue
        if event.position not in library.open(event.stream):
            since = library.withheld_since(event)
            yield Step(event.position, None, "An event that is not public", withheld=True, since=since)
            continue
        told = tell(Moment(event.event, before, states[event.stream], library))
        yield _step(id, event, _guarded(told, event, library.opened_at(event.stream)), library)


def _guarded(told: Told, event: Recorded, opened_at: int) -> Told:
    """What was given up before the record was opened stays with the desk, also as what something was before."""
    if event.position > opened_at:
        return told
    changes = [replace(c, before=None if c.before is None else Text(None)) for c in told.changes]
    return replace(told, changes=tuple(changes))


def _step(id: str, event: Recorded, told: Told, library: Library) -> Step:
    of_claim = event.stream.startswith("clm_")
    return Step(
        position=event.position,
        erased=library.erased_part(event),
        kept=library.decided(event),
        when=recorded(Stamp(event.position, event.recorded_at, event.actor, event.commitment)),
        title=told.title,
        decided=None if event.decided_at is None else recorded(Stamp.of(event)),
        by=library.actor_name(event.actor),
        record=None if event.stream == id else library.source_ref(event.stream),
        about=told.about,
        changes=told.changes,
        quote=told.quote,
        reason=told.reason,
        there=f"/claims/{event.stream}/at/{library.end_of(event)}" if of_claim else None,
    )
