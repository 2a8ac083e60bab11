"""The worklist as the desk reads it: what waits in claims and articles, which the views know, and in the policy."""

from dataclasses import dataclass
from itertools import islice

from api.moments import whole_number
from domain.desk import Desk
from domain.errors import InvalidInput
from domain.newsroom import Newsroom
from domain.policy import Policy
from projections.views import Views
from projections.worklist import BEGINNING, WORK_KINDS, Place, WorkRow, count_waiting, worklist


@dataclass(frozen=True, slots=True)
class Agenda:
    """Some of what waits, the oldest first. `next` is the cursor for what follows, None at the end.

    `total` counts all that waits in the ways that were asked for; `position` is what the views had reached.
    """

    position: int
    total: int
    rows: tuple[WorkRow, ...]
    next: str | None


def agenda(newsroom: Newsroom, views: Views, at: str, after: str | None, limit: int, kind: str | None) -> Agenda:
    """A page of the worklist at this moment (a stamp); of one kind if it is named.

    Raises `InvalidInput` for a cursor or a kind that is none, `Unavailable` where the views cannot be read.
    """
    if kind is not None and kind not in WORK_KINDS:
        raise InvalidInput(f"'kind' is one of {', '.join(WORK_KINDS)}.")
    place = BEGINNING if after is None else _place(after)
    waiting = [*proposed_policies(newsroom.policy), *proposed_of_words(newsroom.desk)]
    beside = [row for row in waiting if kind in (None, row.kind)]
    with views.reading() as reading:
        total = len(beside) + count_waiting(reading, kind, at)
        found = [*worklist(reading, place, limit + 1, kind, at), *(row for row in beside if _at(row) > place)]
        position = reading.position
    rows = sorted(found, key=_at)
    more = len(rows) > limit
    return Agenda(position, total, tuple(islice(rows, limit)), _cursor(_at(rows[limit - 1])) if more else None)


def proposed_policies(policy: Policy) -> list[WorkRow]:
    """The versions of the policy that can still be adopted: those after the one in force."""
    return [
        WorkRow(
            since=version.proposed.position,
            part=str(version.number),
            since_at=version.proposed.at,
            kind="policy",
            record=policy.id,
            proposer=version.proposed.by,
            title=f"Policy {version.number}",
        )
        for version in policy.versions
        if version.adopted is None and version.number > (policy.in_force or 0)
    ]


def proposed_of_words(desk: Desk) -> list[WorkRow]:
    """What admins proposed of the words of events, and another admin has to decide."""
    return [
        WorkRow(
            since=proposal.proposed.position,
            part=proposal.id,
            since_at=proposal.proposed.at,
            kind=proposal.act,
            record=desk.id,
            proposer=proposal.proposed.by,
            title=f"The event at position {', '.join(map(str, proposal.positions))}",
        )
        for proposal in desk.word_acts.waiting()
    ]


def _at(row: WorkRow) -> Place:
    return Place(row.since, row.part)


def _cursor(place: Place) -> str:
    return f"{place.since}.{place.part}"


def _place(text: str) -> Place:
    since, dot, part = text.partition(".")
    if not dot:
        raise InvalidInput("'after' is a cursor: 'next' of the page before.")
    return Place(whole_number(since, "after"), part)
