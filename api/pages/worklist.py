"""The worklist: what waits for somebody at the desk, the oldest first. Only people of the desk may read it."""

from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlencode

from api.pages import phrases
from api.pages.library import Library
from api.pages.lines import Line, claim_ref, line
from api.pages.shapes import MessagePage, Page, Ref, Visit, When
from domain.claim import Claim
from domain.errors import InvalidInput, NotFound
from projections.worklist import WorkKind, WorkRow

SHOWN: Final = 50
"""How many entries a page has."""

_SAYS: Final[dict[WorkKind, str]] = {
    "verdict": "A verdict waits for approval",
    "reaffirmation": "It waits for approval that the verdict stands",
    "withdrawal": "The withdrawal of the verdict waits for approval",
    "settlement": "A settlement of the dispute waits for approval",
    "policy": "A policy waits for adoption",
    "review": "The verdict needs another look",
    "orphaned": "The words that carried a claim are no longer in the text",
    "fuzzy": "The words that carry a claim were edited, and found again by their likeness",
    "context_changed": "The words around a claim have changed",
    "late_answer": "A reply came in after its deadline",
    "reply_overdue": "The deadline for a reply has passed without one",
    "search_expired": "A search behind the verdict has expired",
    "quote": "A quote was not found in the snapshot of its source",
    "erasure": "An erasure of words waits for another admin",
    "withholding": "Words are to be withheld; it waits for another admin",
    "release": "Words are to be released; it waits for another admin",
}


@dataclass(frozen=True, slots=True)
class WorkLine:
    """Something that waits, and in what: a claim (`line`), or an article or a policy (`record`).

    `says` is what waits, `more` the rating, the outcome, the cause or the reasons. `claim` is the claim that an
    article's text carries. `mine` says that the reader proposed it, and so cannot approve it while four eyes hold.
    """

    says: str
    more: str | None
    line: Line | None
    record: Ref | None
    claim: Ref | None
    since: When
    by: str | None
    mine: bool


@dataclass(frozen=True, slots=True)
class WorklistPage(Page):
    """What waits at the desk, at /worklist. For the desk only."""

    entries: Annotated[tuple[WorkLine, ...], "What waits, the oldest first."]
    total: Annotated[int, "How much waits in all."]
    first: Annotated[str | None, "Where the list begins; absent where this page is its beginning."]
    later: Annotated[str | None, "Where the list goes on; absent at its end."]


def worklist_page(visit: Visit, library: Library) -> WorklistPage | MessagePage:
    """What waits; to the public, that the list is not for it. Raises `NotFound` for a cursor that is none."""
    if not library.desk:
        return _closed(library)
    after = visit.asked.get("after")
    try:
        found = library.agenda(after, SHOWN)
    except InvalidInput:
        raise NotFound("page", after or "") from None
    asked = {} if after is None else {"after": after}
    return WorklistPage(
        site=library.site,
        title="Worklist",
        twin=_address("/api/v1/worklist", asked),
        entries=tuple(_entry(row, library) for row in found.rows),
        total=found.total,
        first=None if after is None else "/worklist",
        later=None if found.next is None else _address("/worklist", {"after": found.next}),
    )


def _closed(library: Library) -> MessagePage:
    return MessagePage(
        site=library.site,
        title="The worklist is for the desk",
        twin="",
        status=403,
        heading="The worklist is for the desk",
        detail="It shows what waits for approval, or for another look. What is published is open to everyone.",
    )


def _address(path: str, asked: dict[str, str]) -> str:
    return f"{path}?{urlencode(asked)}" if asked else path


def _entry(row: WorkRow, library: Library) -> WorkLine:
    claim = _claim(row, library)
    return WorkLine(
        says=_SAYS[row.kind] if row.score is None else f"{_SAYS[row.kind]} ({phrases.alike(row.score)})",
        more=_more(row, claim, library),
        line=None if claim is None else line(claim, library),
        record=_record(row, library),
        claim=None if row.claim_id is None else claim_ref(row.claim_id, library),
        since=library.when(row.since),
        by=None if row.proposer is None else library.actor_name(row.proposer),
        mine=row.proposer is not None and row.proposer == library.actor,
    )


def _claim(row: WorkRow, library: Library) -> Claim | None:
    found: Claim | None = library.find(row.record) if row.record.startswith("clm_") else None
    return found


def _record(row: WorkRow, library: Library) -> Ref | None:
    if row.kind == "policy":
        return Ref(row.title, f"/policies/{row.part}")
    if row.record.startswith("dsk_"):
        return Ref(row.title)
    return library.article_ref(row.record) if row.record.startswith("art_") else None


def _more(row: WorkRow, claim: Claim | None, library: Library) -> str | None:
    """What is proposed or why a look is needed, in a few words."""
    if row.party_id is not None:
        return library.party_ref(row.party_id).plain
    if row.reasons:
        return phrases.listed([phrases.REVIEW[reason] for reason in row.reasons])
    if row.outcome is not None:
        return phrases.SETTLED[row.outcome]
    if row.cause is not None:
        return phrases.CAUSE[row.cause]
    verdict = None if claim is None else claim.verdict_by_id(row.part)
    if verdict is None:
        return None
    label = library.sign(verdict).label
    return f"{label}, against {phrases.listed(list(verdict.overrides))}" if verdict.overrides else label
