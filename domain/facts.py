"""What a rule may know about other records, and what a command is handed besides its body.

Rules see other streams only through `Facts`, at one ledger position; a command that leans on them writes that position
into its event. Time, ids and the actor are arguments too: the domain has no clock and no dice.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from domain.bodies import Body
from domain.errors import Fault, InvalidInput, RuleBroken
from domain.events import Event, Recorded
from domain.evidence.world import World
from domain.rules import Rule
from domain.values import NoText, Role, Standing

B_co = TypeVar("B_co", bound=Body, covariant=True)
N = TypeVar("N", bound=Body)


@dataclass(frozen=True, slots=True)
class Asked(Generic[B_co]):
    """A command with everything it needs: who asks, when, for what, with which new ids.

    `path` holds the ids after the record's own (dispute, position …). `pointer` is where `body` stands in the request.
    `secret_sha256` is the hash of a fresh secret, for the one command that gives one away.
    """

    body: B_co
    actor: str
    roles: frozenset[Role]
    now: str
    new_id: Callable[[str], str]
    path: tuple[str, ...] = ()
    decided_at: str | None = None
    pointer: str = ""
    secret_sha256: str = ""

    def within(self, body: N, pointer: str) -> "Asked[N]":
        """The same command for a body inside this one's."""
        return replace(self, body=body, pointer=self.pointer + pointer)  # type: ignore[return-value, arg-type]

    def fault(self, pointer: str, detail: str) -> InvalidInput:
        """The error that blames the field at `pointer` below this body."""
        return InvalidInput(detail, (Fault(self.pointer + pointer, detail),))


@dataclass(frozen=True, slots=True)
class Also:
    """A command on another record that belongs to this one: same request, same moment, all or nothing.

    `said` are the fields of its body; the field `me` gets the id of the record that this command is about. `pointer`
    is where `said` stands in the body, beside the id of the record.
    """

    name: str
    record: str
    said: dict[str, Any]
    me: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What a command comes to: events for its own record, ids made inside it, and commands on other records."""

    events: tuple[Event, ...]
    created: tuple[str, ...] = ()
    also: tuple[Also, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What the policy in force asks for. `needs_citation` has the keys of its scale.

    `reply_required`: an allegation is published only where it says of each actor whether a reply was asked.
    """

    number: int
    four_eyes: bool
    needs_citation: dict[str, bool]
    reply_required: bool = False
    merge_publisher_family: bool = True
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """A snapshot that was not withdrawn, with the title of its source. `no_text` says why it has no text, if so."""

    id: str
    title: str | None
    captured_at: str
    text_sha256: str | None
    no_text: NoText | None


class Facts(Protocol):
    """What is known of other records. All answers are true at ledger position `position` or later."""

    @property
    def position(self) -> int: ...
    def party_exists(self, id: str) -> bool: ...
    def claim_exists(self, id: str) -> bool: ...
    def source_standing(self, id: str) -> Standing | None:
        """The source's standing; None if there is no such source."""

    def unheard(self, claim_id: str) -> tuple[str, ...]:
        """The parties whose reply an allegation lacks (`Claim.unheard`); none for a claim that is not there."""

    def snapshot(self, source_id: str, id: str | None = None) -> SnapshotFacts | None:
        """This snapshot of the source, without an id the newest; None if there is none that was not withdrawn."""

    def text(self, snapshot: SnapshotFacts) -> str:
        """The text of a snapshot that has one. Raises `DamagedLedger` or `Unavailable` where it cannot be read."""
        ...

    def event(self, position: int) -> Recorded | None:
        """The event at this ledger position; None if there is none."""

    def placed_openly(self, claim_id: str) -> bool:
        """Whether the claim stands in an article that is published."""

    def our_article(self, source_id: str, among: Iterable[str]) -> str | None:
        """Which of these articles is ours, published, and is this source; None if none is."""

    def policy(self) -> PolicyFacts: ...
    def rules_of(self, policy_number: int) -> tuple[Rule, ...]:
        """The rules of this version of the policy, in force or not."""
        ...

    @property
    def world(self) -> World:
        """Sources, parties and our own articles, as evidence sees them."""


def demand_party(asked: Asked[Any], facts: Facts, id: str | None, pointer: str) -> None:
    """Refuses an id that names no party."""
    if id is not None and not facts.party_exists(id):
        raise asked.fault(pointer, f"There is no party {id}.")


def demand_source(asked: Asked[Any], facts: Facts, id: str | None, pointer: str) -> None:
    """Refuses an id that names no source."""
    if id is not None and facts.source_standing(id) is None:
        raise asked.fault(pointer, f"There is no source {id}.")


def demand_snapshot(asked: Asked[Any], facts: Facts, source_id: str, id: str | None, pointer: str) -> None:
    """Refuses an id that names no standing snapshot of this source."""
    if id is not None and facts.snapshot(source_id, id) is None:
        raise asked.fault(pointer, f"The source {source_id} has no snapshot {id} that stands.")


def demand_claim(asked: Asked[Any], facts: Facts, id: str | None, pointer: str) -> None:
    """Refuses an id that names no claim."""
    if id is not None and not facts.claim_exists(id):
        raise asked.fault(pointer, f"There is no claim {id}.")


def demand_heard(facts: Facts, *claim_ids: str) -> None:
    """Refuses to publish allegations against parties of whom no reply was asked, nor said why not, if the policy asks.

    Raises `RuleBroken`, which names the claims and the parties.
    """
    if not facts.policy().reply_required:
        return
    lacking = {id: unheard for id in dict.fromkeys(claim_ids) if (unheard := facts.unheard(id))}
    if lacking:
        named = "; ".join(f"{id} of {', '.join(parties)}" for id, parties in lacking.items())
        raise RuleBroken(
            f"An allegation is published only when a reply was asked, or it is said why not. It is lacking for {named}."
        )
