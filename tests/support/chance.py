"""The dice behind random ledgers, and what they choose from."""

from datetime import timedelta
from random import Random
from typing import Any, Final

from domain.ledger.rows import moment, stamp
from domain.newsroom import Outcome
from tests.support import bodies
from tests.support.desk import START, Desk, Do

CAUSES: Final = ("recorded_in_error", "party_withdrew", "superseded", "legal")


class Chance:
    """What random commands choose from: dice, and the records that were made so far, by kind.

    About one record in five is imported; whatever happens to it later is imported too, in its order.
    """

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk = desk
        self.dice = Random(seed)
        self.records: dict[str, list[str]] = {kind: [] for kind in ("party", "source", "claim", "article")}
        self.imported: set[str] = set()

    def note(self, command: Do, outcome: Outcome) -> None:
        """Keeps in mind what the command made."""
        if outcome.status == 201 and outcome.kind in self.records:
            self.records[outcome.kind].append(outcome.record)
            if command.decided_at is not None:
                self.imported.add(outcome.record)

    def as_imported(self, command: Do) -> Do:
        """The command as an importer gives it, where its record began as an imported one."""
        creates = command.command in {"parties.create", "sources.create", "claims.create", "articles.create"}
        if not (self.dice.random() < 0.2 if creates else command.at and command.at[0] in self.imported):
            return command
        last = START - timedelta(days=4_000)
        if not creates:
            last = moment(self.desk.newsroom.streams.load(command.at[0]).effective_at)
        decided_at = stamp(min(last + timedelta(days=self.dice.randrange(300)), START))
        return Do(command.command, command.body, command.at, "imap", decided_at=decided_at)

    # What the moves choose from.

    def one_of(self, kind: str) -> str | None:
        """A record of this kind, if there is one; more often one of the first four, so that much happens to some."""
        some = self.records[kind][:4] if self.dice.random() < 0.7 else self.records[kind]
        return self.dice.choice(some) if some else None

    def state(self, kind: str) -> Any:
        """The state of a record of this kind, if there is one."""
        id = self.one_of(kind)
        return None if id is None else self.desk.newsroom.streams.load(id).state

    def some(self, parts: Any) -> tuple[str, ...]:
        """The ids of a few of these parts."""
        return tuple(part.id for part in parts if self.dice.random() < 0.5)

    def text(self, about: str) -> str:
        """Something to say, seldom the same twice."""
        return f"{about} {self.dice.randrange(1_000)}"

    def maybe(self, value: Any) -> Any:
        """The value, or None."""
        return value if self.dice.random() < 0.5 else None

    def approver(self) -> str:
        return self.dice.choice(("ap", "ap2"))

    def withdrawal(self) -> bodies.Said:
        return bodies.withdraw(self.dice.choice(CAUSES))
