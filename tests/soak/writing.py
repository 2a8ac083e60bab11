"""Editors who tell stories over HTTP, and what they were told is recorded."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from api.journal.names import Names
from domain.commands import ACTS
from tests.soak.stories import CLOSED
from tests.soak.wire import Answer, Connection
from tests.support.desk import Do

API: Final = "/api/v1"
STALE_EVERY: Final = 7
BAD_EVERY: Final = 11
AGAIN_EVERY: Final = 5


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a token."""

    actor: str
    token: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A command that was answered: it is events `first` to `last` of the record, the last of them at `position`."""

    record: str
    first: int
    last: int
    position: int
    actor: str
    key: str


@dataclass(slots=True)
class Book:
    """What was acknowledged.

    `versions` are the last ones, by record; `newest` are records that changed last, `closed` drafts that stay closed.
    The others count what was sent wrongly, or again, on purpose.
    """

    acknowledged: list[Acknowledged] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    newest: deque[str] = field(default_factory=lambda: deque(maxlen=100))
    closed: deque[str] = field(default_factory=lambda: deque(maxlen=100))
    stale: int = 0
    bad: int = 0
    repeated: int = 0

    @property
    def end(self) -> int:
        """The ledger position up to which everything was acknowledged."""
        return max(told.position for told in self.acknowledged)

    def note(self, answer: Answer, actor: str, key: str) -> None:
        """Takes the answer to a command that was made for the newest known version of its record."""
        record, version = answer.body["id"], answer.body["version"]
        first, position = self.versions.get(record, 0) + 1, int(answer.headers["ledger-position"])
        self.acknowledged.append(Acknowledged(record, first, version, position, actor, key))
        self.versions[record] = version
        self.newest.append(record)


@dataclass(slots=True)
class _Sending:
    """A command as it goes over the wire."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]
    status: int
    record: str | None


class Writer:
    """A desk of a few people, each with a connection, who give one command after another, each under its own key.

    Now and then they first send one for a version that is not the newest, or with a field that there is not, and it has
    to be refused; or they send it once more, and have to be answered as before. Where the server checked a quote in the
    meantime, they look at the newer version and send the command for that. `names` holds the ids of all that they
    have made, under the names of the newest story.
    """

    def __init__(self, name: str, port: int, people: Mapping[str, Person], book: Book) -> None:
        self._name = name
        self._people = people
        self._connections = {who: Connection(port, person.token) for who, person in people.items()}
        self.book = book
        self._count = 0
        self.names = Names({})

    async def close(self) -> None:
        for connection in self._connections.values():
            await connection.close()

    async def give(self, command: Do) -> None:
        """Returns once the command is acknowledged. Raises `AssertionError` for any answer that it must not get."""
        self._count += 1
        connection, key = self._connections[command.by], f"{self._name}-{self._count}"
        sending = self._sending(command, key)
        if sending.record is not None and self._count % STALE_EVERY == 0:
            await self._send_stale(connection, sending)
        if self._count % BAD_EVERY == 0:
            await self._send_bad(connection, sending)
        answer = await self._send(connection, sending)
        assert answer.status == sending.status, f"{command.command}: {answer}"
        assert "idempotency-replayed" not in answer.headers, f"{command.command} was recorded before it was answered"
        self.book.note(answer, self._people[command.by].actor, key)
        self._bind(command, answer.body)
        if self._count % AGAIN_EVERY == 0:
            await self._send_again(connection, sending, answer)

    def _sending(self, command: Do, key: str) -> _Sending:
        act = ACTS[command.command]
        at = self.names.resolve(command.at, refers=True)
        record = None if act.creates else str(at[0])
        headers = {"Idempotency-Key": f'"{key}"'}
        if record is not None:
            headers["If-Match"] = f'"v{self.book.versions[record]}"'
        path = API + act.path.format(**dict(zip(act.ids, at, strict=True)))
        body = self.names.resolve(dict(command.body or {}))
        return _Sending(path, body, headers, act.status, record)

    async def _send(self, connection: Connection, sending: _Sending) -> Answer:
        """The answer to the command for the newest version. Nobody but the server's quote check can have made one."""
        answer = await connection.post(sending.path, sending.body, sending.headers)
        while sending.record is not None and answer.status == 412:
            newer = answer.body["current_version"]
            assert newer > self.book.versions[sending.record], f"{sending.path}: {answer}"
            self.book.versions[sending.record] = newer
            sending.headers["If-Match"] = f'"v{newer}"'
            answer = await connection.post(sending.path, sending.body, sending.headers)
        return answer

    async def _send_stale(self, connection: Connection, sending: _Sending) -> None:
        version = self.book.versions[str(sending.record)]
        headers = {**sending.headers, "If-Match": f'"v{version - 1}"'}
        answer = await connection.post(sending.path, sending.body, headers)
        assert answer.status == 412, f"{sending.path} for version {version - 1} of {version}: {answer}"
        assert answer.body["current_version"] >= version, f"{sending.path}: {answer}"
        self.book.stale += 1

    async def _send_bad(self, connection: Connection, sending: _Sending) -> None:
        answer = await connection.post(sending.path, {**sending.body, "colour": "red"}, sending.headers)
        assert answer.status == 422, f"{sending.path} with a field that there is not: {answer}"
        assert [error["pointer"] for error in answer.body["errors"]] == ["/colour"], f"{sending.path}: {answer}"
        self.book.bad += 1

    async def _send_again(self, connection: Connection, sending: _Sending, first: Answer) -> None:
        again = await connection.post(sending.path, sending.body, sending.headers)
        assert again.headers.get("idempotency-replayed") == "true", f"{sending.path} again: {again}"
        assert (again.status, again.content) == (first.status, first.content), f"{sending.path}: {first}, then {again}"
        self.book.repeated += 1

    def _bind(self, command: Do, said: Mapping[str, Any]) -> None:
        if command.name is None:
            return
        created = said["created"]
        inside = not ACTS[command.command].creates and created
        self.names.bind(command.name, created[0] if inside else said["id"])
        if command.name in CLOSED:
            self.book.closed.append(said["id"])
