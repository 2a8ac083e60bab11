"""The whole application with a story told, and its own description of itself, for tests that are made from that."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import schemathesis
from schemathesis.specs.openapi.schemas import OpenApiSchema
from starlette.types import Receive, Scope, Send

from api.app import create_app
from domain.commands import ACTS
from domain.values import OPERATOR
from tests.api.web.office import API, Office, opened
from tests.support import bodies
from tests.support.desk import Do
from tests.support.signing import SignedOffice
from tests.support.story import ask, dispute, look, place, propose, publish_article, snap, told

EVERYTHING: Final = ("editor", "approver", "auditor", "importer", "admin")
CALLERS: Final = ("all", "ed", "public")
"""Somebody with every role, an editor, and the public."""

READING: Final = (
    "actors.list",
    "actors.show",
    "articles.history",
    "articles.list",
    "articles.show",
    "changes.list",
    "claims.history",
    "claims.list",
    "claims.origins",
    "claims.proof",
    "claims.show",
    "claims.similar",
    "contested.list",
    "corrections.list",
    "events.list",
    "events.show",
    "front.show",
    "healthz",
    "log",
    "log.checkpoint",
    "log.vkey",
    "metrics",
    "parties.history",
    "parties.list",
    "parties.show",
    "policies.review",
    "policies.show",
    "projections",
    "readyz",
    "receipts.list",
    "replay",
    "search",
    "single_origin.list",
    "sources.history",
    "sources.impact",
    "sources.list",
    "sources.show",
    "sources.snapshots.show",
    "worklist.list",
)
BYTES: Final = frozenset({"log.tile", "sources.snapshots.content"})
"""They answer with bytes, if there are any; `tests/api/web` and `tests/signing` have their tests."""

ENDLESS: Final = "events.stream"
"""It answers without an end, so no tool can look at an answer; `tests/api/web` has its tests."""

NAMES: Final = {
    "party_id": "mek",
    "source_id": "s1",
    "claim_id": "c1",
    "article_id": "a1",
    "actor_id": "ed2",
    "citation_id": "x1",
    "dispute_id": "d1",
    "position_id": "d1.1",
    "verdict_id": "v1",
    "placement_id": "m1",
    "link_id": "k1",
    "origin_id": "o1",
    "affiliation_id": "f1",
    "reply_id": "r1",
    "search_id": "q1",
    "snapshot_id": "n1",
    "token_id": "t1",
}
"""Part of a route → what it is in the story."""


@dataclass(frozen=True, slots=True)
class Service:
    """The application under test. `schema` is what it says of itself, bound to the door by which it is reached."""

    office: Office
    schema: OpenApiSchema
    door: "Door"

    @property
    def document(self) -> dict[str, Any]:
        """The description as it is."""
        described: dict[str, Any] = self.schema.raw_schema
        return described

    def headers(self, caller: str) -> dict[str, str]:
        return {} if caller == "public" else {"Authorization": f"Bearer {self.office.secrets[caller]}"}

    def path(self, operation: str) -> dict[str, str]:
        """What the parts of the route are in the story."""
        ids = [p.name for p in self.schema.find_operation_by_id(operation).path_parameters]
        found = {"role": "editor", "policy_number": "1", "position": "5"}
        return {id: found.get(id) or self.office.desk.id(NAMES[id]) for id in ids}

    def knows(self, operation: str, path: Mapping[str, Any]) -> bool:
        """Whether the record that a command changes is there; reading routes may ask for anything."""
        act = ACTS.get(operation)
        if act is None or not act.conditional or act.kind == "policy":
            return True
        record = path[act.ids[0]]
        if act.kind == "actor":
            return record in self.office.desk.newsroom.desk.actors
        return bool(self.office.desk.newsroom.streams.load(record).version)

    def condition(self, operation: str, path: Mapping[str, Any]) -> dict[str, str]:
        """The condition under which a change of what the path names is made for its present version."""
        act = ACTS.get(operation)
        if act is None or not act.conditional:
            return {}
        return {"If-Match": f'"v{self.office.version(act.kind, path[act.ids[0]])}"'}


class Door:
    """What requests come in by. The views catch up before each, so that the same requests are answered the same."""

    def __init__(self, office: Office) -> None:
        self.lead_to(office)

    def lead_to(self, office: Office) -> None:
        """From now on requests are this office's."""
        self.office = office
        limitless = replace(office.house.settings, rate_public=0, rate_desk=0, rate_refused=0)
        self._app = create_app(replace(office.house, settings=limitless))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.office.runner.catch_up()
            if scope["path"].endswith("/proof"):
                self.office.house.signer.sign_due()
        await self._app(scope, receive, send)


@contextmanager
def telling(folder: Path) -> Iterator[Office]:
    """An office with the story told, and somebody there who has every role. One person may do what two should."""
    with opened(folder, four_eyes=False) as office:
        desk = told(office.desk).given(
            dispute(),
            Do("actors.create", {"name": "Everything", "roles": list(EVERYTHING)}, by=OPERATOR, name="all"),
            Do("claims.links", {"claim_id": "@c2", "relation": "refines"}, ("@c1",), name="k1"),
            Do(
                "sources.origins",
                {"derives_from": "@s2", "relation": "quotes", **bodies.because()},
                ("@s1",),
                name="o1",
            ),
            Do("parties.affiliations", _affiliation(), ("@mek",), name="f1"),
            Do("actors.tokens", {}, ("@ed2",), "ad", "t1"),
            ask(),
            look(),
            snap(),
            propose(),
            place(),
            publish_article(),
        )
        desk.names["d1.1"] = desk.state("c1").disputes[0].positions[0].id
        desk.names["t1"] = desk.newsroom.desk.actors[desk.id("ed2")].token_ids[-1]
        office.secrets["all"] = "stemma_all"
        office.issue("all", "stemma_all")
        SignedOffice(office).sign()
        yield office


@contextmanager
def serving(folder: Path) -> Iterator[Service]:
    """The service until the context ends. It knows no rate limits."""
    with telling(folder) as office:
        door = Door(office)
        schema = schemathesis.openapi.from_asgi(f"{API}/openapi.json", door)
        rejection = schema.config.checks.negative_data_rejection
        rejection.expected_statuses = [*rejection.expected_statuses, "413"]  # too long a text may be too long a body
        yield Service(office, schema, door)


def _affiliation() -> dict[str, Any]:
    return {
        "party_id": "@outlet",
        "relation": "operates",
        "basis_claim_id": "@c1",
        "as_alleged": True,
        **bodies.because(),
    }
