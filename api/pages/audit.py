"""The page for those who check: what is signed, with which keys, who else has seen it, and a form for proofs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from api.assessment import Assessed
from api.logbook import Cosigned, Key, LogFacts, Projected, Receipted, Shown
from api.pages import phrases
from api.pages.library import Library
from api.pages.lines import claim_ref
from api.pages.shapes import Fact, Page, Ref, Text, Visit, When
from domain.claim import Claim
from domain.proof.bundle import State
from domain.proof.checking import Proven
from domain.values import KeyCause
from projections.log.map import Committed

CHECKER: Final = Path(__file__).parents[2] / "examples" / "check_proof.py"
"""The verifier that is one file and shares no code with this program, where it lies beside it."""

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a bundle that the form takes."""

_TITLE: Final = "Check the record"
_CAUSE: Final[Mapping[KeyCause, str]] = {
    "first": "the first key of the log",
    "planned": "in place of the one before, as planned",
    "lost": "because the one before was lost, or somebody else had it",
    "broken": "because events were lost for good: the ledger does not continue what was signed before",
}
_TOLD: Final[Mapping[State, str]] = {
    "open": "told whole",
    "words_withheld": "told without its words, which are withheld",
    "withheld": "withheld: only that it exists, and when it was recorded",
    "erased": "told without its words, which were erased",
}


@dataclass(frozen=True, slots=True)
class KeyPart:
    """A key of the log. `last` says what the key before it had signed; the `reason` is for the desk only."""

    vkey: str
    since: When
    cause: str
    reason: Text | None
    last: str | None
    given_up: bool
    signs: bool


@dataclass(frozen=True, slots=True)
class WitnessPart:
    """A signature beside the log's own, and the time it states."""

    name: str
    at: When | None
    verified: bool


@dataclass(frozen=True, slots=True)
class CheckpointPart:
    """The checkpoint that everybody is shown. `ahead` is how many events it does not cover yet."""

    facts: tuple[Fact, ...]
    note: str
    size: int
    ahead: int
    believed: bool
    witnesses: tuple[WitnessPart, ...]


@dataclass(frozen=True, slots=True)
class ReceiptPart:
    """The newest receipt."""

    upto: int
    made: When
    digests: tuple[Projected, ...]


@dataclass(frozen=True, slots=True)
class OutcomePart:
    """What came of a proof that was brought. `refusal` is set where it proves nothing."""

    refusal: str | None
    claim: Ref
    origin: str
    ours: bool
    vkeys: tuple[str, ...]
    facts: tuple[Fact, ...]
    told: tuple[str, ...]
    snapshots: tuple[str, ...]
    continued: bool | None
    given_up: bool


@dataclass(frozen=True, slots=True)
class AuditPage(Page):
    """What the ledger tells of itself as a transparency log, at /audit, where a proof can be checked too."""

    address: Annotated[str, "The public address of this site."]
    origin: Annotated[str, "The log’s origin: the name that its checkpoints and keys carry."]
    signing: Annotated[str, "Whether checkpoints are signed: `on`, `stopped` or `off`."]
    why: Annotated[str | None, "Why nothing is signed any more."]
    checkpoint: Annotated[CheckpointPart | None, "The checkpoint that everybody is shown."]
    keys: Annotated[tuple[KeyPart, ...], "The log’s keys, the one of now first."]
    map: Annotated[tuple[Fact, ...], "The newest commitment to the map."]
    receipt: Annotated[ReceiptPart | None, "The newest receipt."]
    checker: Annotated[str | None, "Where the verifier in a single file can be had."]
    largest: Annotated[int, "How many mebibytes the form takes."]
    outcome: Annotated[OutcomePart | None, "What came of a proof that was sent."]
    wrong: Annotated[str | None, "Why what was sent could not be checked."]


def audit_page(_: Visit, library: Library) -> AuditPage:
    return made(library)


def made(library: Library, assessed: Assessed | None = None, wrong: str | None = None) -> AuditPage:
    """The page; after the form was sent with what came of it, or why it could not be checked.

    Raises `DamagedLedger` if the shown checkpoint is none, and `Unavailable`.
    """
    facts = library.log.facts(desk=library.desk)
    return AuditPage(
        site=library.site,
        title=_titled(assessed, wrong),
        twin="/api/v1/log",
        address=facts.address,
        origin=facts.origin,
        signing=facts.signing,
        why=facts.why,
        checkpoint=None if facts.checkpoint is None else _checkpoint(facts.checkpoint, facts),
        keys=tuple(_key(key, facts, desk=library.desk) for key in facts.keys),
        map=() if facts.map is None else tuple(_map(facts.map)),
        receipt=None if facts.receipt is None else _receipt(facts.receipt),
        checker="/audit/check_proof.py" if CHECKER.is_file() else None,
        largest=LARGEST // 1024 // 1024,
        outcome=None if assessed is None else _outcome(assessed, library),
        wrong=wrong,
    )


def _titled(assessed: Assessed | None, wrong: str | None) -> str:
    if wrong is not None:
        return f"Nothing was checked: {_TITLE}"
    if assessed is None:
        return _TITLE
    return f"{'Not proven' if assessed.proven is None else 'Proven'}: {_TITLE}"


def _checkpoint(shown: Shown, facts: LogFacts) -> CheckpointPart:
    signed = Text("at a time that is not kept at hand") if shown.signed_at is None else _at(shown.signed_at)
    return CheckpointPart(
        facts=(
            Fact("Log", (Text(shown.origin),)),
            Fact("Covers", (Text(f"the first {phrases.number(str(shown.size))} events of the ledger"),)),
            Fact("Root", (Text(shown.root),)),
            Fact("Signed", (signed,)),
        ),
        note=shown.note,
        size=shown.size,
        ahead=max(facts.position - shown.size, 0),
        believed=bool(shown.signed_by),
        witnesses=tuple(map(_witness, shown.cosigned)),
    )


def _witness(cosigned: Cosigned) -> WitnessPart:
    return WitnessPart(cosigned.name, None if cosigned.at is None else _at(cosigned.at), cosigned.verified)


def _key(key: Key, facts: LogFacts, *, desk: bool) -> KeyPart:
    known = key.last_size is not None and key.last_root is not None
    return KeyPart(
        vkey=key.vkey,
        since=_at(key.since),
        cause=_CAUSE[key.cause],
        reason=Text(key.reason) if desk else None,
        last=f"over {key.last_size} events, with the root {key.last_root}" if known else None,
        given_up=key.given_up,
        signs=facts.checkpoint is not None and key.vkey in facts.checkpoint.signed_by,
    )


def _map(committed: Committed) -> Iterator[Fact]:
    event = f"event {committed.position} of the ledger"
    yield Fact("Committed to", (Text(event), _at(committed.recorded_at)))
    yield Fact("Covers", (Text(f"the first {phrases.number(str(committed.size))} events"),))
    yield Fact("Root", (Text(committed.root),))
    sound = (
        "as this server counts it too" if committed.sound else f"this server counts {committed.reckoned}: it is wrong"
    )
    yield Fact("Counted", (Text(sound),))


def _receipt(receipt: Receipted) -> ReceiptPart:
    return ReceiptPart(receipt.upto, _at(receipt.recorded_at), receipt.projections)


def _outcome(assessed: Assessed, library: Library) -> OutcomePart:
    proven = assessed.proven
    return OutcomePart(
        refusal=assessed.refusal if proven is None else None,
        claim=_claim(assessed, library),
        origin=assessed.origin,
        ours=assessed.ours,
        vkeys=() if proven is None else proven.vkeys,
        facts=() if proven is None else tuple(_facts(proven)),
        told=tuple(_told(assessed.states)),
        snapshots=() if proven is None else proven.snapshots,
        continued=assessed.continued,
        given_up=assessed.given_up,
    )


def _claim(assessed: Assessed, library: Library) -> Ref:
    """The claim by its heading, if it is one of this ledger that the reader may see; else by what the bundle says."""
    if assessed.ours and assessed.proven is not None and isinstance(library.find(assessed.claim), Claim):
        return claim_ref(assessed.claim, library)
    return Ref(assessed.claim[:100])


def _facts(proven: Proven) -> Iterator[Fact]:
    yield Fact("First event recorded", (_at(proven.first_at),))
    yield Fact("Last event recorded", (_at(proven.last_at),))
    size = phrases.number(str(proven.complete_upto))
    yield Fact("Complete", (Text(f"among the first {size} events of the ledger, nothing of the claim is left out"),))
    yield Fact("Checkpoint", (Text(f"over {phrases.number(str(proven.size))} events"), Text(proven.root)))


def _told(states: Mapping[State, int]) -> Iterator[str]:
    for state, words in _TOLD.items():
        if count := states.get(state, 0):
            yield f"{count} {'event' if count == 1 else 'events'} {words}"


def _at(stamp: str) -> When:
    return When(phrases.moment(stamp), stamp)
