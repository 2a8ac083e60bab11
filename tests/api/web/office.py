"""A desk at work behind its real HTTP interface, for tests that read as given - when - then.

Everything is real but the clock and the dice: the newsroom over a ledger in memory, the views, the
application. Requests go through the whole application, without a socket. The views have no thread of their own: they
catch up before a `get`.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from api.app import create_app
from api.bootstrap import furnish
from api.checking import Checker
from api.settings import Settings
from domain.commands import ACTS
from domain.ledger.store import Store
from domain.session import Order
from domain.values import OPERATOR
from domain.vault import Vault
from projections.runner import Runner
from projections.views import Views
from tests.support.desk import PEOPLE, START, Desk, Do

API: Final = "/api/v1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def position(self) -> int:
        return int(self.headers["ledger-position"])

    @property
    def pointers(self) -> list[str]:
        return [fault["pointer"] for fault in self.body.get("errors", [])]

    def then(self, status: int, problem: str | None = None) -> Self:
        """Claims this status and, of a problem, its kind."""
        assert self.status == status, self.content.decode()
        if problem is not None:
            assert self.headers["content-type"] == "application/problem+json"
            assert self.body["type"] == f"/problems/{problem}"
        return self


@dataclass(slots=True)
class Request:
    """What is sent. `body` is JSON unless it is bytes already."""

    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    client: str = field(default="127.0.0.1", kw_only=True)

    @property
    def scope(self) -> dict[str, Any]:
        address = urlsplit(self.path)
        sent = {"content-length": str(len(self.content)), **self.headers} if self.content else self.headers
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": address.path,
            "raw_path": address.path.encode(),
            "query_string": address.query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.items()],
            "client": (self.client, 1),
            "server": ("127.0.0.1", 80),
        }

    @property
    def content(self) -> bytes:
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Office:
    """A desk with its application and a token for each of its people."""

    def __init__(self, desk: Desk, views: Views, runner: Runner) -> None:
        self.desk = desk
        self.runner = runner
        self.now = START
        desk.newsroom.vault = Vault(views.path.parent / "snapshots")
        self.checker = Checker(desk.newsroom, views)
        self.house = furnish(Settings(data=views.path.parent), desk.newsroom, views, runner, lambda: self.now)
        self.app = create_app(self.house)
        self.secrets = {person: f"stemma_{person}" for person in PEOPLE}
        for person, secret in self.secrets.items():
            self.issue(person, secret)

    def skip(self, time: timedelta) -> None:
        """Lets this much time go by, for those who record and for those who read."""
        self.desk.now.skip(time)
        self.now += time

    def issue(self, person: str, secret: str, **said: Any) -> str:
        """Gives the person a token with this secret; gives its id."""
        order = Order(
            name="actors.tokens",
            body=ACTS["actors.tokens"].body.model_validate(said),
            actor=OPERATOR,
            at=(self.desk.id(person),),
            newest=True,
            secret_sha256=sha256(secret.encode()).hexdigest(),
        )
        return self.desk.newsroom.record(order).created[0]

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        by: str | None = None,
        version: int | None = None,
        key: str | None = None,
        **headers: str,
    ) -> Request:
        """A request of somebody (None: of the public). In names of headers `_` stands for `-`.

        The path is below the API, or, after a `~`, anywhere.
        """
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if by is not None:
            sent["authorization"] = f"Bearer {self.secrets[by]}"
        if version is not None:
            sent["if-match"] = f'"v{version}"'
        if key is not None:
            sent["idempotency-key"] = key
        if body is not None:
            sent.setdefault("content-type", "application/json")
        return Request(method, path[1:] if path.startswith("~") else API + path, body, sent)

    def ask(self, *requests: Request) -> list[Answer]:
        """Sends all of them at once and waits for the answers."""

        async def send_all() -> list[Answer]:
            return await asyncio.gather(*(self.send(request) for request in requests))

        return asyncio.run(send_all())

    async def send(self, request: Request) -> Answer:
        scope, content = request.scope, request.content
        messages: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content, "more_body": False}

        async def take(message: Any) -> None:
            messages.append(message)

        await self.app(scope, receive, take)
        start, *rest = messages
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], headers, b"".join(message.get("body", b"") for message in rest))

    def post(self, path: str, body: Any = None, **given: Any) -> Answer:
        return self.ask(self.request("POST", path, body, **given))[0]

    def get(self, path: str, **given: Any) -> Answer:
        """Asks when the views know what the ledger knows."""
        self.runner.catch_up()
        return self.ask(self.request("GET", path, **given))[0]

    def do(self, command: Do, **given: Any) -> Answer:
        """Gives the command over HTTP, for the newest version unless `version` is given."""
        order, act = self.desk.order(command), ACTS[command.command]
        path = act.path.format(**dict(zip(act.ids, order.at, strict=True)))
        body = dict(self.desk._resolved(command.body or {}))
        if command.decided_at is not None:
            body["decided_at"] = command.decided_at
        version = self.version(act.kind, order.at[0]) if act.conditional else None
        return self.post(path, body, **{"by": command.by, "version": version, **given})

    def version(self, kind: str, id: str) -> int:
        newsroom = self.desk.newsroom
        if kind == "policy":
            return newsroom.policy.version
        if kind == "actor":
            return newsroom.desk.actors[id].version
        return newsroom.streams.load(id).version

    @property
    def length(self) -> int:
        return self.desk.length


@contextmanager
def opened(folder: Path, store: Store | None = None, **policy: Any) -> Iterator[Office]:
    """An office that is open until the context ends; its views lie in the folder. `policy` is what is other in it."""
    views = Views(folder / "views.db", passing=True)
    with Desk(store, **policy) as desk:
        runner = Runner(desk.newsroom.store, desk.newsroom.streams, views)
        try:
            office = Office(desk, views, runner)
            yield office
            office.house.sessions.close()
        finally:
            views.close()
