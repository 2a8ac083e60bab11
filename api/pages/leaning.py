"""What a source's page says of all that leans on it: the sources that draw on it, the claims, and what would fall."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.pages import phrases
from api.pages.library import Library
from api.pages.lines import Line, line
from api.pages.shapes import Ref
from domain.claim import Claim
from domain.source import Source
from domain.values import Standing
from projections.evidence.downstream import Step
from projections.evidence.impact import Impact, LeaningVerdict

SHOWN: Final = 50
"""How many claims, and how many verdicts, the page shows at most."""


@dataclass(frozen=True, slots=True)
class DrawingPart:
    """Another source that draws on this one, and how."""

    how: str
    source: Ref


@dataclass(frozen=True, slots=True)
class LeaningPart:
    """A claim that leans on the source without citing it itself, and how it does."""

    line: Line
    how: str


@dataclass(frozen=True, slots=True)
class FatePart:
    """A verdict, and what becomes of it without the source."""

    line: Line
    fate: str


@dataclass(frozen=True, slots=True)
class FallPart:
    """What falls with the source: whether it has fallen, what that comes to, and `more` that `verdicts` leaves out."""

    heading: str
    sums: str
    verdicts: tuple[FatePart, ...]
    more: int


@dataclass(frozen=True, slots=True)
class LeanersPart:
    """Everything that leans on the source. `drawing` do so directly, `further` counts those that do through others.

    `more` counts the claims that are not shown. `fall` is for the desk.
    """

    drawing: tuple[DrawingPart, ...]
    further: int
    claims: tuple[LeaningPart, ...]
    more: int
    fall: FallPart | None


def leaners_part(source: Source, library: Library) -> LeanersPart | None:
    """All that leans on the source as far as this reader may know; None where nothing does.

    Of a confidential source readers are not told who draws on it.
    """
    if source.confidential and not library.desk:
        return None
    fallen = source.standing == "retracted"
    assume: Standing | None = "retracted" if library.desk and not fallen else None
    found = library.finder.impact(source.id, library.audience, assume, SHOWN)
    if found is None:
        return None
    steps = library.finder.drawing_on(source.id, library.audience)
    direct = [step for step, distance in steps if distance == 1]
    claims = tuple(_claims(found, source.id, library))
    fall = _fall(found, library, fallen=fallen) if library.desk and found.verdicts else None
    if not direct and not claims and fall is None:
        return None
    return LeanersPart(
        drawing=tuple(_drawing(step, library) for step in direct),
        further=len(steps) - len(direct),
        claims=claims,
        more=max(0, found.totals.claims - SHOWN),
        fall=fall,
    )


def _drawing(step: Step, library: Library) -> DrawingPart:
    return DrawingPart(phrases.ORIGIN[step.relation], library.source_ref(step.source_id))


def _claims(found: Impact, source_id: str, library: Library) -> Iterator[LeaningPart]:
    """Claims that cite what draws on the source, and then those that only depend on a claim that leans on it."""
    itself = {c.claim_id for c in found.citations if c.source_id == source_id}
    told = set()
    for leaning in found.claims:
        told.add(leaning.id)
        if leaning.id not in itself and (claim := _claim(leaning.id, library)) is not None:
            number = phrases.counted(leaning.citations, "citation that goes", "citations that go")
            yield LeaningPart(line(claim, library), f"Through {number} back to the source.")
    for verdict in found.verdicts:
        if verdict.claim_id not in told and (claim := _claim(verdict.claim_id, library)) is not None:
            yield LeaningPart(line(claim, library), "It depends on a claim that leans on the source.")


def _fall(found: Impact, library: Library, *, fallen: bool) -> FallPart:
    totals = found.totals
    kept = totals.verdicts - totals.unsupported - totals.weakened
    counts = (
        (totals.unsupported, "without any independent origin"),
        (totals.weakened, "weaker than before"),
        (kept, "as they were" if kept > 1 else "as it was"),
    )
    sums = phrases.listed([f"{number:,} {what}" for number, what in counts if number])
    of_all = phrases.counted(totals.verdicts, "verdict in force leans", "verdicts in force lean")
    return FallPart(
        heading="What fell with it" if fallen else "If it were retracted",
        sums=f"{of_all} on it: {sums}.",
        verdicts=tuple(_fates(found, library)),
        more=totals.verdicts - len(found.verdicts),
    )


def _fates(found: Impact, library: Library) -> Iterator[FatePart]:
    for verdict in found.verdicts:
        claim = _claim(verdict.claim_id, library)
        if claim is not None:
            yield FatePart(line(claim, library), _fate(verdict))


def _fate(verdict: LeaningVerdict) -> str:
    left, before = verdict.remaining_origins, verdict.before
    were = phrases.counted(before, "independent origin", "independent origins")
    if left < before:
        remain = f"{left:,} are" if left > 1 else "1 is" if left else "none is"
        return f"Of {were} behind it, {remain} left."
    if verdict.effect == "unaffected":
        return f"It keeps {were}."
    weaker = "has nothing left" if verdict.effect == "unsupported" else "is weaker"
    return f"A claim that it depends on {weaker}."


def _claim(id: str, library: Library) -> Claim | None:
    found: Claim | None = library.find(id)
    return found
