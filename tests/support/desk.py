"""A desk at work, for tests that read as given - when - then.

Everything is real: a newsroom over a ledger (in memory, unless a test brings another store). Only the clock and the
dice are fixed, so that the same commands make the same bytes: the clock rises by a second whenever it is asked, and
the dice are seeded.

    with Desk() as desk:
        desk.given(Do("parties.create", party(), name="mek"))
        desk.when(Do("claims.create", claim(attribution="named", claimant_id="@mek"), name="c1"))
        desk.then_events("claim.asserted.v1")

`@name` stands for an id in `at` and in fields that end in `_id` or `_ids` or are called `derives_from`, as in journals.
In `at`, `#name` stands for the position of the first event of that record.
`name=` binds the record that a command makes, or the first id that it makes inside one; `@name.0`, `@name.1` … are all
the ids that it made inside the record, in order. Commands are given by `ed`, an editor, unless `by` says otherwise.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from threading import Lock
from types import TracebackType
from typing import Any, Final, Self

from domain.commands import ACTS
from domain.errors import Refused
from domain.events import Recorded
from domain.ledger.memory import MemoryStore
from domain.ledger.store import Store
from domain.newsroom import Charter, Newsroom, Outcome
from domain.policy.commands import ProposePolicy
from domain.session import Order
from domain.values import OPERATOR
from tests.support import bodies

START: Final = datetime(2026, 11, 23, 10, tzinfo=UTC)

PEOPLE: Final[Mapping[str, tuple[str, ...]]] = {
    "ed": ("editor",),
    "ed2": ("editor",),
    "ap": ("approver",),
    "ap2": ("approver",),
    "im": ("importer",),
    "imap": ("importer", "approver"),
    "au": ("auditor",),
    "ad": ("admin",),
}
"""Who works at the desk, by the name that tests call them, and their roles."""


@dataclass(frozen=True, slots=True)
class Do:
    """A command that somebody gives. Without a `version` it is meant for the newest one."""

    command: str
    body: Mapping[str, Any] | None = None
    at: tuple[str, ...] = ()
    by: str = "ed"
    name: str | None = None
    decided_at: str | None = None
    version: int | None = None
    newest: bool = True
    key: str | None = None


class RisingClock:
    """A clock that goes on by `step` whenever somebody looks at it, and by more when it is told to."""

    def __init__(self, start: datetime, step: timedelta) -> None:
        self._start = start
        self._step = step
        self._ticks = count()

    def __call__(self) -> datetime:
        return self._start + self._step * next(self._ticks)

    def skip(self, time: timedelta) -> None:
        """Lets this much time go by at once."""
        self._start += time


def rising_clock(start: datetime = START, step: timedelta = timedelta(seconds=1)) -> RisingClock:
    """A clock that goes on by `step` whenever somebody looks at it."""
    return RisingClock(start, step)


def seeded_dice(seed: int) -> Callable[[int], bytes]:
    """The same bytes in the same order for the same seed; any thread may throw."""
    dice, lock = Random(seed), Lock()

    def throw(size: int) -> bytes:
        with lock:
            return dice.randbytes(size)

    return throw


def charter(**policy: Any) -> Charter:
    adopted = ProposePolicy.model_validate(bodies.policy(**{"rules": bodies.RULES, **policy}))
    return Charter("The desk", "example.org/ledger", "https://example.org", adopted)


class Desk:
    """An open newsroom with people at work. Close it, or use it as a context."""

    def __init__(self, store: Store | None = None, *, seed: int = 0, **policy: Any) -> None:
        self.store = store if store is not None else MemoryStore()
        self.now = rising_clock()
        self.newsroom = Newsroom(self.store, now=self.now, entropy=seeded_dice(seed), fingerprint_key=bytes(range(32)))
        self.newsroom.open(charter(**policy))
        self.names: dict[str, str] = {}
        self.outcome: Outcome | None = None
        self.refusal: Refused | None = None
        self._before = 0
        for person, roles in PEOPLE.items():
            enrolled = {"name": f"Person {person}", "roles": list(roles)}
            self.do(Do("actors.create", enrolled, by=OPERATOR, name=person))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.newsroom.close()

    # Given, when, then.

    def given(self, *commands: Do) -> Self:
        """Records commands that must succeed."""
        for command in commands:
            self.do(command)
        return self

    def when(self, command: Do) -> Self:
        """Gives a command; `then_…` says what came of it."""
        self._before = self.length
        self.outcome = self.refusal = None
        try:
            self.outcome = self.do(command)
        except Refused as refusal:
            self.refusal = refusal
        return self

    def then_events(self, *types: str) -> list[Recorded]:
        """Claims that the command recorded exactly events of these types, in this order, and gives them."""
        assert self.refusal is None, f"refused: {self.refusal!r} {self.refusal.faults}"
        events = list(self.newsroom.streams.events(self._before))
        assert tuple(event.event.TYPE for event in events) == types
        return events

    def then_refused(self, error: type[Refused], pointer: str | None = None) -> Refused:
        """Claims that the command was refused so, blaming this field (None: no field), and left no trace."""
        assert self.refusal is not None, "the command was recorded"
        assert type(self.refusal) is error, f"{self.refusal!r} {self.refusal.faults}"
        assert [fault.pointer for fault in self.refusal.faults] == ([] if pointer is None else [pointer])
        assert self.length == self._before
        return self.refusal

    # What a test looks at.

    @property
    def length(self) -> int:
        """How many events the ledger has."""
        return self.store.head().position

    def id(self, name: str) -> str:
        """The id that this name is bound to."""
        return self.names[name]

    def state(self, name: str) -> Any:
        """The record with this name as it stands."""
        return self.newsroom.streams.load(self.names[name]).state

    def history(self, name: str) -> list[Recorded]:
        """Every event of the record with this name."""
        return self.newsroom.streams.history(self.names[name])

    # How commands are given.

    def do(self, command: Do) -> Outcome:
        """Records the command; raises what the newsroom raises."""
        outcome = self.newsroom.record(self.order(command))
        if command.name is not None:
            inside = ACTS[command.command].creates or not outcome.created
            self.names[command.name] = outcome.record if inside else outcome.created[0]
            self.names.update({f"{command.name}.{index}": id for index, id in enumerate(outcome.created)})
        return outcome

    def order(self, command: Do) -> Order:
        """The command as the newsroom takes it. Raises `ValidationError` for a body that is malformed."""
        body = ACTS[command.command].body.model_validate(self._resolved(command.body or {}))
        at = tuple(self._id(part) for part in command.at)
        order = Order(
            name=command.command,
            body=body,
            actor=self.names.get(command.by, command.by),
            at=at,
            version=command.version,
            newest=command.newest and command.version is None,
            decided_at=command.decided_at,
            key=command.key,
            secret_sha256="5e" * 32,
        )
        return replace(order, fingerprint=self.newsroom.fingerprint(command.command, at, body, command.decided_at))

    def _id(self, text: str) -> str:
        if text.startswith("#"):
            return str(self.history(text[1:])[0].position)
        return self.names[text[1:]] if text.startswith("@") else text

    def _resolved(self, said: Any, field: str = "") -> Any:
        if isinstance(said, Mapping):
            return {name: self._resolved(value, name) for name, value in said.items()}
        if isinstance(said, list | tuple):
            return [self._resolved(value, field) for value in said]
        names_ids = field.endswith(("_id", "_ids")) or field == "derives_from"
        return self._id(said) if isinstance(said, str) and names_ids else said
