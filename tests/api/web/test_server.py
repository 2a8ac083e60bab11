"""A real server on a real ledger file: one story by HTTP alone, two processes, and a ledger that cannot be written."""

import json
import secrets
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest
import uvicorn

from api.app import create_app
from api.auth import make_secret
from api.bootstrap import DEFAULT_POLICY, House, initialise, open_house
from api.settings import Settings
from domain.commands import ACTS
from domain.errors import DamagedLedger, InvalidInput, RuleBroken
from domain.newsroom import Charter
from domain.session import Order
from domain.values import OPERATOR
from tests.support import bodies

CHARTER = Charter("The desk", "example.org/ledger", "https://example.org", DEFAULT_POLICY)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data=tmp_path / "data")
    initialise(settings, CHARTER)
    return settings


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    with open_house(settings, lock_timeout=0.2) as house:
        yield house


def enrol(house: House, *roles: str) -> str:
    """Somebody new at the desk; gives their token."""

    def order(name: str, said: Any, *at: str, secret_sha256: str = "") -> Order:
        body = ACTS[name].body.model_validate(said)
        return Order(name, body, OPERATOR, at=at, newest=True, secret_sha256=secret_sha256)

    actor = house.newsroom.record(order("actors.create", {"name": "Somebody", "roles": list(roles)})).record
    secret, secret_sha256 = make_secret(secrets.token_bytes)
    house.newsroom.record(order("actors.tokens", {}, actor, secret_sha256=secret_sha256))
    return secret


@contextmanager
def serving(house: House) -> Iterator[int]:
    """The house behind a socket; gives the port."""
    config = uvicorn.Config(create_app(house), host="127.0.0.1", port=0, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


class Client:
    """Somebody with a token and nothing but HTTP."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self._port = port
        self._token = token

    def ask(self, method: str, path: str, said: Any = None, **headers: str) -> tuple[int, dict[str, str], Any]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._token is not None:
            sent["Authorization"] = f"Bearer {self._token}"
        if said is not None:
            sent["Content-Type"] = "application/json"
        connection.request(method, f"/api/v1{path}", None if said is None else json.dumps(said), sent)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        received = {name.lower(): value for name, value in response.getheaders()}
        return response.status, received, json.loads(content) if content else None

    def make(self, path: str, said: Any, **headers: str) -> Any:
        status, _, body = self.ask("POST", path, said, **headers)
        assert status in (200, 201), body
        return body

    def see(self, path: str) -> Any:
        status, _, body = self.ask("GET", path)
        assert status == 200, body
        return body


def test_one_story_from_the_allegation_to_the_verdict(house: House) -> None:
    with serving(house) as port:
        editor, approver = Client(port, enrol(house, "editor")), Client(port, enrol(house, "approver"))
        reader = Client(port)

        # The allegation, who makes it, and where it was reported
        group = editor.make("/parties", {"kind": "organisation", "name": "The group"})["id"]
        state = editor.make("/parties", {"kind": "state", "name": "The state"})["id"]
        source = editor.make("/sources", {"kind": "article", "title": "Refuge", "language": "en"})["id"]
        claim = editor.make(
            "/claims",
            {
                "statement": "A member of the group was killed in the raid of 20 June 2023.",
                "language": "en",
                "kind": "allegation",
                "attribution": "named",
                "claimant_id": group,
                "happened_on": "2023-06-20",
            },
        )
        at = f"/claims/{claim['id']}"
        reported = bodies.citation(source, "reports_claim", reported_party_id=group)
        denied = bodies.citation(source, "reports_denial", reported_party_id=state, as_named="the state's people")
        editor.make(f"{at}/citations", reported, If_Match='"v1"')
        cited = editor.make(f"{at}/citations", denied, If_Match='"v2"')
        uncontested = cited["position"]

        # The dispute
        said = bodies.dispute(bodies.position(state, citation_ids=cited["created"]))
        disputed = editor.make(f"{at}/disputes", said, If_Match='"v3"')
        (row,) = editor.see(f"/contested?min_position={disputed['position']}")["items"]
        assert (row["id"], disputed["contested"]) == (claim["id"], True)
        assert reader.see("/contested")["items"] == []

        # The verdict, by two people
        proposed = editor.make(f"{at}/verdicts", bodies.verdict("unproven"), If_Match='"v5"')
        approval = f"{at}/verdicts/{proposed['created'][0]}/approval"
        assert editor.ask("POST", approval, {}, If_Match='"v6"')[0] == 403
        judged = approver.make(approval, {}, If_Match='"v6"')
        assert (judged["verdict"]["rating"], judged["proposal"]) == ("unproven", None)

        # Rewording: stale, without a version, done, given again
        rewording = bodies.rewording("In the raid of 20 June 2023 a member of the group was killed.")
        status, _, problem = editor.ask("POST", f"{at}/rewording", rewording, If_Match='"v6"')
        assert (status, problem["current_version"]) == (412, 7)
        assert editor.ask("POST", f"{at}/rewording", rewording)[0] == 428
        tag = editor.ask("GET", at)[1]["etag"]
        first = editor.ask("POST", f"{at}/rewording", rewording, If_Match=tag, Idempotency_Key='"r-1"')
        again = editor.ask("POST", f"{at}/rewording", rewording, If_Match=tag, Idempotency_Key='"r-1"')
        assert (first[0], first[2]["needs_review"]) == (200, ["reworded"])
        assert (again[0], again[2]) == (200, first[2])
        assert again[1]["idempotency-replayed"] == "true"

        # The history, and an earlier position
        history = editor.see(f"{at}/history")["items"]
        assert [item["type"] for item in history if item["stream"] == claim["id"]] == [
            "claim.asserted.v1",
            "claim.cited.v1",
            "claim.cited.v1",
            "claim.dispute_opened.v1",
            "claim.position_stated.v1",
            "claim.verdict_proposed.v1",
            "claim.verdict_approved.v1",
            "claim.reworded.v1",
        ]
        assert editor.see(f"{at}?position={uncontested}")["contested"] is False
        assert editor.see(at)["contested"] is True
        assert reader.ask("GET", at)[0] == 404

        # An article that places it opens it
        article = editor.make("/articles", bodies.article())
        placed = bodies.place(claim["id"])
        editor.make(f"/articles/{article['id']}/claims", placed, If_Match='"v1"')
        published = editor.make(f"/articles/{article['id']}/publication", {}, If_Match='"v2"')
        assert reader.see(f"{at}?min_position={published['position']}")["contested"] is True
        assert reader.see("/replay")["claims"]["by_rating"] == {"unproven": 1}


def test_a_ledger_that_another_process_holds_is_unavailable_and_then_works_again(
    house: House, settings: Settings
) -> None:
    with serving(house) as port:
        editor = Client(port, enrol(house, "editor"))
        other = sqlite3.connect(settings.ledger, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        status, headers, problem = editor.ask("POST", "/parties", bodies.party(), Idempotency_Key="k")

        assert (status, problem["type"]) == (503, "/problems/store-unavailable")
        assert headers["retry-after"]
        assert str(settings.data) not in json.dumps(problem)
        assert editor.see("/parties")["items"] == []

        other.execute("ROLLBACK")
        other.close()
        status, headers, _ = editor.ask("POST", "/parties", bodies.party(), Idempotency_Key="k")
        assert (status, "idempotency-replayed" in headers) == (201, False)


def test_what_one_process_revokes_opens_nothing_in_another(house: House, settings: Settings) -> None:
    token = enrol(house, "editor")
    with open_house(settings) as other, serving(other) as port:
        assert other.runner is None
        client = Client(port, token)
        client.make("/parties", bodies.party())

        (issued,) = house.newsroom.desk.tokens.values()
        revoke = ACTS["actors.tokens.revocation"].body.model_validate(bodies.because())
        at = (issued.actor_id, issued.id)
        house.newsroom.record(Order("actors.tokens.revocation", revoke, OPERATOR, at=at, newest=True))

        assert client.ask("POST", "/parties", bodies.party())[0] == 401


def test_a_second_process_reads_the_views_that_the_first_one_keeps(house: House, settings: Settings) -> None:
    token = enrol(house, "editor")
    with open_house(settings) as other, serving(other) as port:
        client = Client(port, token)

        made = client.make("/parties", bodies.party())

        found = client.see(f"/parties?min_position={made['position']}")["items"]
        assert [party["id"] for party in found] == [made["id"]]


def test_the_service_says_whether_it_lives_and_is_ready(house: House) -> None:
    with serving(house) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        for path, status in (("/healthz", 200), ("/readyz", 200)):
            connection.request("GET", path)
            response = connection.getresponse()
            assert (response.status, bool(json.loads(response.read())["status"])) == (status, True)
        house.views.close()
        connection.request("GET", "/readyz")
        assert connection.getresponse().status == 503
        connection.close()


# The data folder.


def test_a_ledger_is_made_once(settings: Settings) -> None:
    with pytest.raises(RuleBroken):
        initialise(settings, CHARTER)


def test_a_new_ledger_has_the_usual_policy_and_a_key_that_only_its_owner_reads(
    house: House, settings: Settings
) -> None:
    policy = house.newsroom.policy.current
    assert policy is not None
    assert [(rating.key, rating.value, rating.needs_citation) for rating in policy.scale] == [
        ("true", 5, True),
        ("mostly_true", 4, True),
        ("mixed", 3, True),
        ("mostly_false", 2, True),
        ("false", 1, True),
        ("unproven", None, False),
    ]
    assert policy.four_eyes
    assert len(settings.fingerprint_key.read_bytes()) == 32
    assert stat.S_IMODE(settings.fingerprint_key.stat().st_mode) == 0o600


def test_the_key_stays_the_same_when_the_house_is_opened_again(settings: Settings) -> None:
    key = settings.fingerprint_key.read_bytes()

    with open_house(settings, projecting=False):
        pass

    assert settings.fingerprint_key.read_bytes() == key
    assert [path.name for path in settings.data.glob("fingerprint*")] == ["fingerprint.key"]


def test_a_key_of_another_length_is_damage(settings: Settings) -> None:
    settings.fingerprint_key.write_bytes(b"short")

    with pytest.raises(DamagedLedger), open_house(settings):
        pass


def test_where_there_is_no_ledger_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput), open_house(Settings(data=tmp_path)):
        pass

    assert list(tmp_path.iterdir()) == []
