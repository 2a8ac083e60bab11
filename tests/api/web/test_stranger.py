"""A stranger goes everywhere and finds no trace of what stays with the desk.

Every reading route of the interface and every page is asked, with every id that the desk has, with every parameter,
at many moments; every link that is found is followed. The desk goes everywhere first, so that whatever is kept of
answers has had its chance to be given to the wrong reader.
"""

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

import pytest

from api.pages.router import PAGES
from tests.api.pages.world import publication, published
from tests.api.web.office import Answer, Office, Request, opened
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.signing import SignedOffice
from tests.support.story import propose, reject, settle

SECRET: Final = b"secret"
"""Every text that stays with the desk has this word."""

HIDDEN: Final = ("a3", "c4", "c6", "s4", "s5", "p4")
"""Records that are not open, by the names that the story gives them."""

RECANTED: Final = b"recanted"
"""A word of the claim that was recorded in error: it stays in its history, and is in no list."""


def kept_back(desk: Desk) -> None:
    """More that stays with the desk: of every kind that an open record can have."""
    once = bodies.claim(
        statement="RECANTED statement.", as_named="RECANTED name", attribution="general", topics=["RECANTED topic"]
    )
    desk.given(
        # before c6 is opened: a citation with its withdrawal, a wording, and a position that was given up
        Do("sources.create", bodies.source(title="SECRET other source", url="https://example.org/SECRET-4"), name="s4"),
        Do("parties.create", bodies.party(name="SECRET party"), name="p4"),
        Do("claims.create", bodies.claim(statement="SECRET unopened claim.", topics=["SECRET topic"]), name="c6"),
        Do("claims.citations", bodies.citation("@s4", "mentions", locator="SECRET page"), ("@c6",)),
        # on open records
        Do("claims.links", {"claim_id": "@c6", "relation": "refines"}, ("@c1",)),
        Do(
            "sources.origins",
            {
                "derives_from": "@s4",
                "relation": "quotes",
                "basis_claim_id": "@c6",
                "as_alleged": True,
                "reason": "SECRET allegation.",
            },
            ("@s1",),
        ),
        Do("sources.create", bodies.source(title="SECRET informant", confidential=True), name="s5"),
        Do(
            "sources.origins",
            {"derives_from": "@s5", "relation": "quotes", "reason": "SECRET origin."},
            ("@s1",),
        ),
        Do(
            "parties.affiliations",
            {
                "party_id": "@p4",
                "relation": "part_of",
                "basis_claim_id": "@c6",
                "as_alleged": True,
                "reason": "SECRET tie.",
            },
            ("@mek",),
        ),
        settle(rationale="SECRET settlement."),
        propose("true", "x1", name="v9", rationale="SECRET rejected rationale.", changed_because="our_error"),
        reject("v9"),
        Do("claims.verdicts.withdrawal", {"cause": "superseded", "reason": "SECRET act."}, ("@c1", "@v1"), "ed"),
        Do("policies.create", bodies.policy(reason="SECRET policy."), by="ap"),
        Do("actors.create", {"name": "SECRET colleague", "roles": ["editor"]}, by="ad", name="e9"),
        Do("actors.tokens", {"label": "SECRET label"}, ("@e9",), by="ad"),
        # opened, and withdrawn as recorded in error: its words are gone for the public
        Do("claims.create", once, name="c7"),
        publication("c7"),
        Do("claims.withdrawal", bodies.withdraw(), ("@c7",)),
    )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with opened(Path(tmp_path_factory.mktemp("stranger"))) as office:
        desk = office.desk
        published(desk)
        kept_back(desk)
        SignedOffice(office).sign()
        office.runner.catch_up()
        yield office


def addresses(office: Office) -> list[str]:
    """Every route and page there is, with every id where it takes one."""
    ids = sorted(set(office.desk.names.values()))
    positions = [str(position) for position in range(0, office.length + 2, 7)]
    document = office.app.openapi()
    found = [address for path in PAGES for address in filled(path, ids, positions)]
    for path, methods in document["paths"].items():
        if "get" not in methods or path.endswith("/stream"):
            continue
        found.extend(filled(path, ids, positions))
        found.extend(asked(path, methods["get"], ids, positions))
    return list(dict.fromkeys(found))


def filled(path: str, ids: list[str], positions: list[str]) -> Iterator[str]:
    """The path with every value in place of its names."""
    names = re.findall(r"\{(\w+)", path)
    plain = re.sub(r":\w+\}", "}", path)
    choices = [values_of(name, path, ids, positions) for name in names]
    for values in product(*choices):
        yield plain.format(**dict(zip(names, values, strict=True)))


def values_of(name: str, path: str, ids: list[str], positions: list[str]) -> list[str]:
    if name == "position":
        return positions
    if name == "policy_number":
        return ["1", "2", "3", "current"]
    if name.endswith("id"):
        kinds = {"claims": "clm", "articles": "art", "sources": "src", "parties": "pty", "actors": "act"}
        first = path.removeprefix("/api/v1").split("/")[1]
        return [id for id in ids if id.startswith(kinds.get(first, ""))]
    return ["0/000.p/9", "entries/000.p/9"] if name == "tile" else ["stemma.css", "not-found"]


def asked(path: str, operation: dict[str, Any], ids: list[str], positions: list[str]) -> Iterator[str]:
    """The route with each of its parameters, one at a time."""
    if "{" in path:
        return
    for parameter in operation.get("parameters", []):
        if parameter["in"] != "query":
            continue
        name = parameter["name"]
        for value in parameter_values(name, parameter["schema"], ids, positions):
            yield f"{path}?{name}={quote(value)}"


def parameter_values(name: str, schema: dict[str, Any], ids: list[str], positions: list[str]) -> list[str]:
    if schema.get("enum"):
        return list(schema["enum"])
    if schema.get("type") == "boolean":
        return ["true", "false"]
    if name in ("article", "source", "party", "about", "stream", "actor"):
        return ids
    if name == "limit":
        return ["1", "200"]
    return [*positions, "SECRET", "draft", "2027-01-01T00:00:00Z"]


def links(answer: Answer) -> Iterator[str]:
    """The addresses of ours that the answer names."""
    text = answer.content.decode(errors="replace")  # tiles are bytes
    if answer.headers.get("content-type", "").startswith("text/html"):
        yield from (html_unescaped(found) for found in re.findall(r'(?:href|src|action)="(/[^"#]*)', text))
    yield from re.findall(r"<(/[^>]*)>", answer.headers.get("link", ""))


def html_unescaped(address: str) -> str:
    return address.replace("&amp;", "&")


def ask(office: Office, address: str, by: str | None = None) -> Answer:
    said = {} if by is None else {"authorization": f"Bearer {office.secrets[by]}"}
    return office.ask(Request("GET", address, None, said))[0]


def content_of(answer: Answer, address: str) -> bytes:
    """What the answer says, without its echo of what was asked."""
    content = answer.content + repr(sorted(answer.headers.items())).encode()
    if answer.headers.get("content-type") == "application/problem+json":
        content = json.dumps({**answer.body, "instance": ""}).encode()
    if "SECRET" in address and answer.status == 200:
        # A search shows what was looked for; what it found is looked at below.
        return content.lower().replace(SECRET, b"")
    return content.lower()


def demand_nothing_of_the_desk(office: Office, address: str, answer: Answer) -> None:
    content = content_of(answer, address)
    where = (address, answer.status)
    assert answer.status < 500 or "?min_position=" in address, where  # of what is not there yet, 503 is right
    assert SECRET not in content, where
    assert RECANTED not in content or office.desk.id("c7") in address, where
    # A head is hashed as it is, so a proof has who recorded it: an id, of which nothing else is told.
    secret = rb"\btok_" if address.endswith("/proof") else rb"\b(act|tok)_"
    assert not re.search(secret + rb"[0-9a-z]{20}", content), where
    asked_for = urlsplit(address).path + urlsplit(address).query
    for name in HIDDEN:
        id = office.desk.id(name)
        if id not in asked_for:
            assert id.encode() not in content, (*where, name)
    if answer.status == 200 and answer.headers["content-type"] == "application/json" and "SECRET" in address:
        said = answer.body
        assert not said.get("items"), where
        assert not said.get("total"), where


def test_a_stranger_finds_no_trace_of_what_stays_with_the_desk(office: Office) -> None:
    waiting = addresses(office)
    seen: set[str] = set()
    opened = 0
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        ask(office, address, by="au")
        answer = ask(office, address)
        demand_nothing_of_the_desk(office, address, answer)
        opened += answer.status == 200
        waiting.extend(link for link in links(answer) if link not in seen)
    assert opened > 200
    assert opened < len(seen)


def test_the_desk_finds_all_of_it(office: Office) -> None:
    """The words that the stranger must not find are there: otherwise not finding them would say nothing."""
    told = b"".join(
        ask(office, address, by="au").content
        for address in addresses(office)
        if address.startswith("/api/v1") and "?" not in address
    )
    for secret in (
        "SECRET person",
        "SECRET source",
        "SECRET wording.",
        "SECRET draft.",
        "SECRET article",
        "SECRET unopened claim.",
        "SECRET page",
        "SECRET origin.",
        "SECRET tie.",
        "SECRET settlement.",
        "SECRET rejected rationale.",
        "SECRET act.",
        "SECRET policy.",
        "SECRET colleague",
        "SECRET label",
        "RECANTED statement.",
    ):
        assert secret.encode() in told, secret
