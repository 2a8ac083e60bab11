"""Importing a journal: commands run in the order of their lines, on the newest state, many in one transaction.

A line's idempotency key belongs to the operator, whoever gives the command, and its fingerprint covers who does: a
line that was recorded once is refused when it is changed in any way, and is otherwise never recorded again.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any, BinaryIO, Final, cast

from pydantic import ValidationError

from api.journal.files import Files
from api.journal.lines import Command, Line, Run, read_header, read_runs
from api.journal.names import Names, Wanted, take_names
from api.moments import utc
from api.problems import invalid_body, problem
from domain.bodies import Body
from domain.claim import Claim
from domain.claim import events as in_claim
from domain.commands import ACTS, Act
from domain.errors import InvalidInput, KeyReused, KeyTaken, Refused, RuleBroken, Unavailable, VersionConflict
from domain.ledger.appender import Entry
from domain.newsroom import ATTEMPTS, Newsroom
from domain.session import Draft, Order
from domain.source.commands import CaptureSnapshot
from domain.source.events import SnapshotWithdrawn, StandingChanged
from domain.values import OPERATOR

BATCH_LINES: Final = 500
BATCH_BYTES: Final = 1024 * 1024

_JUDGES: Final = frozenset({"claims.verdicts", "claims.verdicts.reaffirmation"})
"""Commands that look at the ground under a claim."""
_MOVES: Final = (
    StandingChanged,
    SnapshotWithdrawn,
    in_claim.VerdictApproved,
    in_claim.VerdictWithdrawn,
    in_claim.ClaimWithdrawn,
    in_claim.ClaimReinstated,
)
"""Events that move the ground under verdicts on other claims."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not recorded, counted from 1, and why: an RFC 9457 problem, as HTTP would answer."""

    line: int
    problem: dict[str, Any]


@dataclass(slots=True)
class Imported:
    """What an import came to, in lines: recorded now, recorded before, refused."""

    recorded: int = 0
    already: int = 0
    refused: list[Refusal] = field(default_factory=list)

    def add(self, other: "Imported") -> None:
        """Counts these lines too."""
        self.recorded += other.recorded
        self.already += other.already
        self.refused.extend(other.refused)


def import_journal(
    newsroom: Newsroom, file: BinaryIO, progress: Progress = lambda _: None, files: Files | None = None
) -> Imported:
    """Records what the journal tells and the ledger does not know yet; what was recorded is on disk on return.

    A refused line is reported, and the others go on; a group goes on or is refused as a whole. `progress` is told how
    many bytes of the file are dealt with. `files` gives the files that lines name; without it, such lines are refused.
    Memory grows with the names that the journal gives, and with what is refused. Others may record meanwhile.

    Raises `InvalidInput` if the file is no journal, and `Unavailable` errors if the ledger cannot be written now: what
    was recorded until then stays, and importing again goes on from there.
    """
    journal = _Journal(newsroom, read_header(file).journal, files)
    batch: list[Run] = []
    lines = size = 0
    for run in read_runs(file):
        batch.append(run)
        lines += len(run.lines)
        size += sum(line.size for line in run.lines)
        if lines >= BATCH_LINES or size >= BATCH_BYTES:
            journal.record(batch)
            progress(file.tell())
            batch, lines, size = [], 0, 0
    journal.record(batch)
    progress(file.tell())
    return journal.imported


class _Journal:
    """One import: what it has come to so far, and the names bound so far."""

    def __init__(self, newsroom: Newsroom, id: str, files: Files | None) -> None:
        self._newsroom = newsroom
        self._id = id
        self._files = files
        self._names: dict[str, str] = {}
        self.imported = Imported()

    def record(self, batch: list[Run]) -> None:
        """Decides and stores the lines; decides them anew while others change the same records."""
        while batch:
            batch = self._record_some(batch)

    def _record_some(self, batch: list[Run]) -> list[Run]:
        """Records the runs that can be stored together; gives the others."""
        for _ in range(ATTEMPTS):
            attempt = _Attempt(self._newsroom, self._id, Names(self._names), self._files)
            together = list(takewhile(attempt.take, batch))
            if not self._store(attempt.drafts):
                continue
            self._names.update(attempt.names.new)
            self.imported.add(attempt.imported)
            return batch[len(together) :]
        raise Unavailable("Others keep changing the same records; import the journal again to go on.")

    def _store(self, drafts: list[Draft]) -> bool:
        """Whether the drafts are on disk; otherwise others were first and nothing of them is stored."""
        if not drafts:
            return True
        try:
            self._newsroom.submit(drafts).result()
        except (VersionConflict, KeyTaken):
            return False
        return True


class _Attempt:
    """A batch of lines, decided in one session and not stored yet."""

    def __init__(self, newsroom: Newsroom, journal: str, names: Names, files: Files | None) -> None:
        self._newsroom = newsroom
        self._journal = journal
        self._files = files
        self._session = newsroom.session()
        self._keys: set[str] = set()
        self._moved: set[str] = set()
        self.names = names
        self.imported = Imported()

    @property
    def drafts(self) -> list[Draft]:
        """What is to be stored, all or nothing, in the order of the lines."""
        return [_of_operator(draft) for draft in self._session.drafts]

    def take(self, run: Run) -> bool:
        """Decides the run, unless it has to wait until what was decided before it is stored.

        A verdict names the ledger position of its facts, and what moves after that has it looked at again. What moved
        in this attempt has no position yet: judged beside it, a verdict would seem to know nothing of it.
        """
        if self._moved and any(self._judges_what_moved(line.command) for line in run.lines if line.command):
            return False
        decided = len(self._session.drafts)
        self._run(run)
        events = (recorded for draft in self._session.drafts[decided:] for recorded in draft.events)
        self._moved.update(recorded.stream for recorded in events if isinstance(recorded.event, _MOVES))
        return True

    def _judges_what_moved(self, command: Command) -> bool:
        """Whether the line judges a claim, and a source or a claim on which that one may depend has moved here."""
        if command.do not in _JUDGES:
            return False
        if any(id.startswith("src") for id in self._moved):
            return True
        with suppress(InvalidInput):
            (id, *_) = self.names.resolve(command.at, ("at",), refers=True) or ("",)
            claim: Claim | None = self._session.load(id).state if id.startswith("clm") else None
            return claim is not None and any(link.relation == "depends_on" for link in claim.links)
        return False

    def _run(self, run: Run) -> None:
        """Decides the lines of the run, or refuses all that are not recorded already."""
        if run.spoiled_by is not None:
            self._refuse_group(run, run.spoiled_by, None)
            return
        names, keys, counted, culprit = dict(self.names.new), set(self._keys), Imported(), run.lines[0]
        try:
            with self._session.together():
                for line in run.lines:
                    culprit = line
                    recorded = self._line(line)
                    counted.recorded += recorded
                    counted.already += not recorded
        except Refused as refusal:
            self.names.new, self._keys = names, keys
            self._refuse_group(run, culprit.number, refusal)
            return
        self.imported.add(counted)

    def _refuse_group(self, run: Run, culprit: int, refusal: Refused | None) -> None:
        because = RuleBroken(f"The group was refused because of line {culprit}.")
        for line in run.lines:
            why = refusal if line.number == culprit and refusal is not None else because
            if why is because and self._recall(line):
                self.imported.already += 1
            else:
                self.imported.refused.append(Refusal(line.number, problem(why)))

    def _recall(self, line: Line) -> bool:
        """Whether the line was recorded by an earlier import; then it stays so, and its names hold."""
        try:
            return line.command is not None and self._unrecorded(line.number, line.command) is None
        except Refused:
            return False

    def _line(self, line: Line) -> bool:
        """Whether the line is new: decided now. False if it was recorded before. Raises `Refused` errors."""
        if line.command is None:
            raise line.fault or InvalidInput("The line cannot be read.")
        order = self._unrecorded(line.number, line.command)
        if order is None:
            return False
        key = str(order.key)
        if key in self._keys:
            raise KeyReused(key)
        draft = self._session.run(self._with_file(order, line.command))
        self._keys.add(key)
        self._bind(line.command, draft.record, draft.created)
        return True

    def _unrecorded(self, number: int, command: Command) -> Order | None:
        """The order that this line gives; None, with its names bound, if it was recorded before."""
        order = self._order(number, command)
        self.names.demand_free(_wanted(command))
        row = self._newsroom.store.remembered(OPERATOR, str(order.key))
        if row is None:
            return order
        outcome = self._newsroom.replay(order, row)
        self._bind(command, outcome.record, outcome.created)
        return None

    def _order(self, number: int, command: Command) -> Order:
        act = _act(command)
        actor, at = self.names.actor(command.by), self._at(act, command)
        body = self._body(act, command)
        decided_at = None if command.decided_at is None else utc(command.decided_at, "/decided_at")
        return Order(
            name=command.do,
            body=body,
            actor=actor,
            at=at,
            newest=True,
            decided_at=decided_at,
            key=command.key or f"{self._journal}:{number}",
            fingerprint=self._newsroom.fingerprint(command.do, (actor, *at), body, decided_at),
        )

    def _at(self, act: Act, command: Command) -> tuple[str, ...]:
        if len(command.at) != len(act.ids):
            needed = ", ".join(act.ids) or "nothing"
            raise InvalidInput.at("/at", f"{act.name} needs here: {needed}.")
        return tuple(self.names.resolve(command.at, ("at",), refers=True))

    def _body(self, act: Act, command: Command) -> Body:
        bare, _ = take_names(command.body)
        said = self.names.resolve(bare)
        if command.file is not None:
            said = self._demand_files().said(command, said)
        try:
            return act.body.model_validate(said)
        except ValidationError as error:
            raise invalid_body(error) from error

    def _with_file(self, order: Order, command: Command) -> Order:
        """The order with the bytes that its line names kept."""
        if command.file is None:
            return order
        return replace(order, body=self._demand_files().kept(command.file, cast("CaptureSnapshot", order.body)))

    def _demand_files(self) -> Files:
        if self._files is None:
            raise InvalidInput.at("/file", "This journal has no folder in which files could lie.")
        return self._files

    def _bind(self, command: Command, record: str, created: tuple[str, ...]) -> None:
        inside = list(created)
        if command.name is not None:
            if not ACTS[command.do].creates and not inside:
                raise InvalidInput.at("/as", "The command makes nothing that could be named.")
            self.names.bind(command.name, record if ACTS[command.do].creates else inside.pop(0))
        elif command.do == "claims.disputes":
            del inside[0]
        _, names = take_names(command.body)
        for name, id in zip(names, inside, strict=False):
            if name is not None:
                self.names.bind(name[0], id)


def _act(command: Command) -> Act:
    act = ACTS.get(command.do)
    if act is None:
        raise InvalidInput.at("/do", f"There is no command {command.do!r}.")
    if act.name == "actors.tokens":
        raise InvalidInput.at("/do", "A journal gives no tokens, since nobody would be shown the secret.")
    return act


def _wanted(command: Command) -> Wanted:
    line = [] if command.name is None else [(command.name, "/as")]
    return [*line, *(name for name in take_names(command.body)[1] if name is not None)]


def _of_operator(draft: Draft) -> Draft:
    """The draft with its key under the operator, who runs the import."""
    remember = draft.entry.remember
    entry = draft.entry if remember is None else Entry(draft.entry.events, remember._replace(actor=OPERATOR))
    return replace(draft, entry=entry)
