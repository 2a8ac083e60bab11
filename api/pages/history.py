"""The history of a claim: every event of it and of the sources cited on it, oldest first.

What is not open to this reader is withheld: it is counted at its place, without its time, type or words.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any

from api.pages.library import Library
from api.pages.lines import Line, line, title_of
from api.pages.shapes import Page, Step, Text, recorded
from api.pages.telling import Moment, Told, tell
from domain.claim import Claim
from domain.events import Recorded, Stamp
from domain.streams import FOLDS


@dataclass(frozen=True, slots=True)
class HistoryPage(Page):
    """Everything that happened to a claim, at /claims/{id}/history."""

    line: Annotated[Line, "The claim as it stands."]
    steps: Annotated[tuple[Step, ...], "Every event of the claim and of its cited sources, oldest first."]
    withheld: Annotated[int, "How many of the events are withheld from this reader."]


def history_page(claim_id: str, library: Library) -> HistoryPage:
    """Raises `NotFound` for a claim that this reader may not see."""
    claim = library.claim(claim_id)
    steps = history(claim, library)
    return HistoryPage(
        site=library.site,
        title=f"History: {title_of(claim, library)}",
        twin=f"/api/v1/claims/{claim_id}/history",
        line=line(claim, library),
        steps=steps,
        withheld=sum(step.withheld for step in steps),
    )


def history(claim: Claim, library: Library) -> tuple[Step, ...]:
    """The steps of the claim and of every source that is or was cited on it, as far as this reader may see."""
    sources = list(dict.fromkeys(c.source_id for c in claim.citations if library.find(c.source_id) is not None))
    steps = [step for id in (claim.id, *sources) for step in _steps(id, library)]
    return tuple(sorted(steps, key=lambda step: step.position))


def _steps(id: str, library: Library) -> Iterator[Step]:
    fold, open, opened_at = FOLDS[id[:3]], library.open(id), library.opened_at(id)
    state: Any = None
    for event in library.events(id):
        before, state = state, fold.step(state, event)
        if event.position not in open:
            yield Step(event.position, None, "An event that is not public", withheld=True)
            continue
        told = tell(Moment(event.event, before, state, library))
        yield _step(event, _guarded(told, event, opened_at), library)


def _guarded(told: Told, event: Recorded, opened_at: int) -> Told:
    """What was given up before the record was opened stays with the desk, also as what something was before."""
    if event.position > opened_at:
        return told
    changes = [replace(c, before=None if c.before is None else Text(None)) for c in told.changes]
    return replace(told, changes=tuple(changes))


def _step(event: Recorded, told: Told, library: Library) -> Step:
    of_claim = event.stream.startswith("clm_")
    return Step(
        position=event.position,
        when=recorded(Stamp(event.position, event.recorded_at, event.actor, event.commitment)),
        title=told.title,
        decided=None if event.decided_at is None else recorded(Stamp.of(event)),
        by=library.actor_name(event.actor),
        record=None if of_claim else library.source_ref(event.stream),
        about=told.about,
        changes=told.changes,
        quote=told.quote,
        reason=told.reason,
        there=f"/claims/{event.stream}/at/{library.end_of(event)}" if of_claim else None,
    )
