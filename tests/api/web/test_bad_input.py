"""Bad input of every kind: each is refused with the right problem, blames the right place, and leaves no trace.

The places are found by walking the schema of every command's body, so that a new field is tried as soon as it is there.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from api.commands import LONGEST_BODY
from domain.canonical import pointer
from domain.commands import ACTS
from domain.values import KINDS, make_id
from tests.api.web.filled import Path, arm, filled, look, places, put, types, without
from tests.api.web.office import API, Answer, Office, Request, opened
from tests.support import bodies
from tests.support.complete import COMPLETE

WRONG: dict[str, Any] = {
    "null": None,
    "boolean": True,
    "integer": 7,
    "number": 1.5,
    "string": "no",
    "array": [[]],
    "object": {"no": 1},
}
"""JSON type → a value of it."""

WORDLESS = ["", " ", "\n", "\u200b", "\ufeff", "\u2067\u2069", "\u00a0", "a\x00b"]
TIMES = ["2023-06-21", "2023-02-30T09:00:00Z", "2023-06-21T25:00:00Z", "2023-06-21T09:00:00", "now", ""]
DATES = ["2023-13", "2023-02-30", "20230620", "20 June 2023", "2023/2022", "[2023..2022]", "2023-6-1", "", "NaN"]
LANGUAGES = ["english", "en_US", "e", "en-", "-en", "en--US", "", "English (US)", "x"]
ADDRESSES = ["example.org", "ftp://example.org/", "https://", "https://example.org/a b", "javascript:alert(1)", ""]


@pytest.fixture(scope="module")
def office(tmp_path_factory: Any) -> Iterator[Office]:
    """One office for all: what is refused leaves no trace. Whoever asks for a story has one of their own told there."""
    with opened(tmp_path_factory.mktemp("views")) as office:
        office.issue("imap", "stemma_imap")
        yield office


def command(office: Office, name: str, body: Any, **given: Any) -> Request:
    """The command on records that are not there, by somebody who may give it."""
    act = ACTS[name]
    ids = {id: {"role": "editor", "policy_number": "1"}.get(id, f"{id}_of_nobody") for id in act.ids}
    by = "ad" if act.kind in {"actor", "event"} else "imap"
    return office.request("POST", act.path.format(**ids), body, by=by, version=1 if act.conditional else None, **given)


def refused(office: Office, *requests: Request) -> list[Answer]:
    """What comes back when all of them are refused as invalid, each blaming something."""
    length = office.length
    answers = office.ask(*requests)
    assert office.length == length
    for answer in answers:
        answer.then(422, "invalid-input")
    return answers


def blames(office: Office, name: str, changed: list[tuple[Path, Any]]) -> None:
    """Claims that each of these bodies is refused, and blames exactly this place."""
    answers = refused(office, *(command(office, name, body) for _, body in changed))
    for (path, body), answer in zip(changed, answers, strict=True):
        assert answer.pointers == [pointer(path)], (path, body, answer.body)
        (fault,) = answer.body["errors"]
        assert not re.search(r"\^|Input should|instance of|[Tt]uple|pattern|Traceback", fault["detail"]), fault
        assert fault["detail"].endswith((".", "?", "!")), fault


# Bytes that are no JSON, or are JSON that others might read in another way.


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b'{"name": "\xed\xa0\x80"}',
        b'{"name": "\xc3"}',
        b'{"name": "\\ud800"}',
        b'{"name": "\\udc00\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"name": "\\u0000"}',
        b'{"name": "\x00"}',
        b'{"name": "line\nbreak"}',
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": -Infinity}',
        b'{"name": 1e999}',
        b'{"name": -1e999}',
        b'{"name": ' + b"9" * 5_000 + b"}",
        b'{"name": 01}',
        b'{"name": "a", "name": "b"}',
        b'{"name": {"a": 1, "a": 2}}',
        b'{"name": "a",}',
        b"{'name': 'a'}",
        b'{"name": "a"} {}',
        b'{"name": "a"} // told',
        b"[" * 100_000 + b"]" * 100_000,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"null",
        b"true",
        b"7",
        b'"text"',
        b"[]",
        b" ",
        b"\x00",
        b"\x1f\x8b\x08\x00",
    ],
    ids=range(34),
)
@pytest.mark.parametrize("name", ["parties.create", "claims.citations"])
def test_bytes_that_are_no_acceptable_json_are_refused(office: Office, name: str, content: bytes) -> None:
    (answer,) = refused(office, command(office, name, content))

    assert answer.body["detail"].endswith((".", "?"))
    assert len(answer.content) < 2_000


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b'{"kind": "state", "name": "\\ud800"}', "/name"),
        (b'{"quote": {"text": "a", "text": "b"}}', "/quote"),
        (b'{"quote": {"text": "\\udfff"}}', "/quote/text"),
        (b'{"topics": ["a", "\\ud83d"]}', "/topics/1"),
    ],
)
def test_the_place_is_named_where_json_can_be_read_at_all(office: Office, content: bytes, where: str) -> None:
    (answer,) = refused(office, command(office, "claims.citations", content))

    assert answer.pointers == [where]


def test_bodies_that_are_too_large_are_refused_announced_or_not(office: Office) -> None:
    content = b'{"name": "' + b"a" * LONGEST_BODY + b'"}'
    headers = [{}, {"content_length": "2"}, {"content_length": "9" * 400}, {"content_length": "-1"}]
    length = office.length

    answers = office.ask(*(command(office, "parties.create", content, **given) for given in headers))

    assert [answer.then(413, "too-large").status for answer in answers] == [413] * len(headers)
    assert office.length == length


def test_a_body_that_never_ends_is_read_no_further_than_a_body_may_be_long(office: Office) -> None:
    request = command(office, "parties.create", {})
    scope = {**request.scope, "headers": [h for h in request.scope["headers"] if h[0] != b"content-length"]}
    read, sent = [], []

    async def receive() -> dict[str, Any]:
        read.append(65_536)
        return {"type": "http.request", "body": b" " * 65_536, "more_body": True}

    async def take(message: Any) -> None:
        sent.append(message)

    asyncio.run(office.app(scope, receive, take))

    assert sent[0]["status"] == 413
    assert sum(read) <= LONGEST_BODY + 65_536


# Every field of every command.


@pytest.mark.parametrize("name", ACTS)
def test_a_value_of_another_type_is_refused_wherever_it_stands(office: Office, name: str) -> None:
    changed = []
    for path, schema, _ in list(places(name))[1:]:
        allowed = types(schema)
        changed += [(path, put(filled(name), path, value)) for kind, value in WRONG.items() if kind not in allowed]

    blames(office, name, changed)


@pytest.mark.parametrize("name", ACTS)
def test_a_field_that_nobody_knows_is_refused_at_every_depth(office: Office, name: str) -> None:
    # Which fields redacted words may have, follows from the event.
    at = [path for path, _, said in places(name) if isinstance(said, dict) and "redacted_words" not in path]

    blames(office, name, [((*path, "unheard/of"), put(filled(name), (*path, "unheard/of"), 1)) for path in at])


@pytest.mark.parametrize("name", ACTS)
def test_a_field_that_is_needed_is_missed_at_every_depth(office: Office, name: str) -> None:
    needed = [(*path, field) for path, schema, _ in places(name) for field in arm(schema, "required") or ()]

    blames(office, name, [(path, without(filled(name), path)) for path in needed])


@pytest.mark.parametrize("name", ACTS)
def test_a_text_may_be_as_long_as_is_documented_and_no_longer(office: Office, name: str) -> None:
    limits = [(path, arm(schema, "maxLength")) for path, schema, said in places(name) if isinstance(said, str)]
    for path, limit in limits:
        if limit is None or limit < 100:
            continue
        begins = "https://example.org/" if path[-1] in {"archive_url", "notice_url", "url"} or "same_as" in path else ""
        fits, too_long = (put(filled(name), path, begins + "a" * (n - len(begins))) for n in (limit, limit + 1))
        assert pointer(path) not in office.ask(command(office, name, fits))[0].pointers
        blames(office, name, [(path, too_long)])


@pytest.mark.parametrize("name", ACTS)
def test_a_list_may_be_as_long_as_is_documented_and_no_longer(office: Office, name: str) -> None:
    for path, schema, said in places(name):
        limit, least = arm(schema, "maxItems"), arm(schema, "minItems")
        if limit is not None and isinstance(said, list) and said:
            blames(office, name, [(path, put(filled(name), path, said[:1] * (limit + 1)))])
        if least is not None:
            blames(office, name, [(path, put(filled(name), path, said[: least - 1]))])


@pytest.mark.parametrize("name", ACTS)
def test_a_whole_number_has_bounds(office: Office, name: str) -> None:
    changed = []
    for path, schema, said in places(name):
        if isinstance(said, int) and not isinstance(said, bool):
            beyond = (arm(schema, "minimum") - 1, arm(schema, "maximum") + 1, -(2**53), 2**53, 2**64, 10**400)
            changed += [(path, put(filled(name), path, number)) for number in beyond]

    blames(office, name, changed)


@pytest.mark.parametrize("name", ACTS)
def test_a_word_that_is_none_of_the_words_is_refused(office: Office, name: str) -> None:
    at = [path for path, schema, _ in places(name) if arm(schema, "enum")]

    blames(office, name, [(path, put(filled(name), path, "Something else")) for path in at])


@pytest.mark.parametrize("name", ACTS)
def test_a_text_without_a_visible_character_is_refused(office: Office, name: str) -> None:
    texts = [path for path, schema, said in places(name) if _is_free(path, schema, said)]

    blames(office, name, [(path, put(filled(name), path, text)) for path in texts for text in WORDLESS])


def _is_free(path: Path, schema: Any, said: Any) -> bool:
    """Whether people type what they like there. A selector may name white space, which texts hold too."""
    if "selector" in path:
        return False
    limit = arm(schema, "maxLength")
    return isinstance(said, str) and limit is not None and limit >= 1_000 and arm(schema, "pattern") is None


@pytest.mark.parametrize("name", ACTS)
def test_dates_languages_addresses_and_times_that_are_none_are_refused(office: Office, name: str) -> None:
    changed = []
    for path, _, said in places(name):
        if isinstance(said, str):
            changed += [(path, put(filled(name), path, wrong)) for wrong in _wrong_for(path)]

    blames(office, name, changed)


def _wrong_for(path: Path) -> list[str]:
    field = path[-2] if isinstance(path[-1], int) else path[-1]
    match field:
        case "url" | "notice_url" | "same_as":
            return ADDRESSES
        case "language" | "translated_from":
            return LANGUAGES
        case "published_at" | "expires_at":
            return TIMES
        case "from" | "until":
            return DATES
        case str() if field.endswith("_on"):
            return DATES
        case _:
            return []


# Ids.


def _is_id(said: Any) -> bool:
    return isinstance(said, str) and said[:3] in KINDS and said[3:4] == "_"


@pytest.mark.parametrize("name", ACTS)
def test_an_id_of_another_kind_or_none_at_all_is_refused(office: Office, name: str) -> None:
    changed = []
    for path, _, said in places(name):
        if _is_id(said):
            others = [make_id(prefix, bytes(16)) for prefix in KINDS if prefix != said[:3]]
            wrong = [
                *others,
                said.upper(),
                said[:-1],
                f"{said}0",
                f"{said}\n",
                said.replace("_", "-"),
                "",
                "../" + said,
            ]
            changed += [(path, put(filled(name), path, id)) for id in wrong]

    blames(office, name, changed)


PATH_IDS = [(name, index) for name, act in ACTS.items() for index in range(len(act.ids))]


@pytest.mark.parametrize(("name", "index"), PATH_IDS)
def test_what_a_route_names_has_to_be_there(story: Office, name: str, index: int) -> None:
    act = ACTS[name]
    length, by = story.length, "ad" if act.kind in {"actor", "event"} else "imap"
    known = {"policy_number": "1", "role": "editor", "party_id": "mek", "source_id": "s1", "claim_id": "c1"}
    known |= {"article_id": "a1", "citation_id": "x1", "actor_id": "ed"}
    ids = {id: story.desk.names.get(known.get(id, ""), known.get(id, f"{id}_of_nobody")) for id in act.ids}
    version = story.version(act.kind, ids[act.ids[0]]) if act.conditional else None
    wrong = ["nobody", make_id("clm", bytes(16)), make_id("src", bytes(16)), "%00", "a" * 5_000, "é"]

    paths = [act.path.format(**{**ids, act.ids[index]: id}) for id in wrong]
    answers = story.ask(*(story.request("POST", path, filled(name), by=by, version=version) for path in paths))

    assert {answer.then(404, "not-found").status for answer in answers} == {404}
    assert story.length == length


FOREIGN = [(name, path) for name in ACTS for path, _, said in places(name) if _is_id(said)]


@pytest.mark.parametrize(("name", "path"), FOREIGN)
def test_what_a_body_names_has_to_be_there(story: Office, name: str, path: Path) -> None:
    before, command = COMPLETE[name]
    story.desk.given(*before)
    kind = look(filled(name), path)[:3]
    body = put(dict(command.body or {}), path, make_id(kind, b"sixteen bytes of"))
    length = story.length

    answer = story.do(replace(command, body=body))

    assert answer.then(422, "invalid-input").pointers in ([pointer(path)], [pointer(path[:-1])])
    assert story.length == length


# Names that are not what they seem are kept as they are.


@pytest.mark.parametrize(
    "name", ["\u202eevil\u202c", "A\u200bB", "\u2066x\u2069", "Zoë\u0301", "😀\u200d🔥", "\u00adA", "ﷺ"]
)
def test_names_with_hidden_characters_are_kept_to_the_letter(story: Office, name: str) -> None:
    party = story.post("/parties", bodies.party(name=name), by="ed").then(201).body

    assert party["name"] == name
    assert story.get(f"/parties/{party['id']}", by="ed").body["name"] == name


# Headers.


@pytest.mark.parametrize("given", ["v3", '"v3', 'W"v3"', '"v3" "v2"', "*, *", "\x7f", '"v3";'])
def test_a_condition_that_is_none_is_refused(office: Office, given: str) -> None:
    request = office.request("POST", "/claims/clm_x/rewording", bodies.rewording(), by="ed", if_match=given)

    refused(office, request)


def test_a_command_given_again_is_answered_whatever_its_condition(story: Office) -> None:
    path = f"/claims/{story.desk.id('c1')}/rewording"
    first = story.post(path, bodies.rewording(), by="ed", version=3, key="k1").then(200)
    length = story.length

    for given in ({"if_match": "nonsense"}, {"if_match": '"v1"'}, {"if_match": "*"}, {}):
        again = story.post(path, bodies.rewording(), by="ed", key="k1", **given).then(200)
        assert (again.body, again.headers["idempotency-replayed"]) == (first.body, "true")
    story.post(path, bodies.rewording("Other words."), by="ed", key="k1", if_match="?").then(422, "key-reused")
    story.post(path, bodies.rewording(), by="ed", key="k2", if_match="nonsense").then(422, "invalid-input")
    assert story.length == length


def test_a_condition_that_names_no_version_is_told_so(story: Office) -> None:
    path = f"/claims/{story.desk.id('c1')}/rewording"

    stale = story.post(path, bodies.rewording(), by="ed", if_match='W/"v3"').then(412, "stale-version").body

    assert stale["current_version"] == 3
    assert "version 0" not in stale["detail"]


@pytest.mark.parametrize("key", ["", '""', '"a', "a b", "a,b", "k" * 256, f'"{"k" * 256}"', '"\\n"', "é"])
def test_an_idempotency_key_that_cannot_be_one_is_refused(office: Office, key: str) -> None:
    refused(office, office.request("POST", "/parties", bodies.party(), by="ed", key=key))


@pytest.mark.parametrize(
    "given", ["", " ", "Bearer", "Bearer ", "Basic c3Q6ZWQ=", "stemma_ed", "Bearer a b", "Bearer \xff"]
)
def test_credentials_that_open_nothing_are_refused_everywhere(office: Office, given: str) -> None:
    length = office.length
    asked = [("POST", "/parties", bodies.party()), ("GET", "/claims", None), ("GET", "/actors", None)]

    answers = office.ask(*(office.request(*what, authorization=given) for what in asked))

    for answer in answers:
        assert answer.then(401, "unauthenticated").headers["www-authenticate"] == 'Bearer realm="stemma"'
    assert office.length == length


# Queries.


def test_a_query_that_cannot_be_meant_is_refused_on_every_route(story: Office) -> None:
    described = json.loads(story.get("/openapi.json").content)
    for path, operations in described["paths"].items():
        if not path.startswith(API) or "get" not in operations or "stream" in path:
            continue
        known = {"party_id": "mek", "source_id": "s1", "claim_id": "c1", "article_id": "a1", "actor_id": "ed"}
        ids = {id: story.desk.id(name) for id, name in known.items()}
        at = path.format(**ids, policy_number=1, position=1, snapshot_id=make_id("snp", bytes(16)))
        taken = {p["name"]: p["schema"] for p in operations["get"]["parameters"] if p["in"] == "query"}
        wrong = ["elsewhere=1", "%FF=1", "&=1", "a" * 5_000, *(f"{name}=1&{name}=1" for name in taken)]
        for name, schema in taken.items():
            wrong += [f"{name}={value}" for value in _not_of(schema)]
        for query in wrong:
            answer = story.ask(story.request("GET", f"~{at}?{query}", by="au"))[0]
            assert answer.status == 422, (at, query[:80], answer.status)


def _not_of(schema: Any) -> list[str]:
    if schema["type"] == "integer":
        return ["", "-1", "1.5", "x", "9" * 400, "%F0%9D%9F%99", "1e3", "%2B1", "0x1", " 1"]
    if schema["type"] == "boolean":
        return ["", "1", "yes", "TRUE", "null"]
    if "enum" in schema:
        return ["", "else", schema["enum"][0].upper()]
    return ["", "yesterday", "2023-06-20", "9999999999"] if schema.get("format") == "date-time" else []


def test_a_position_that_is_not_there_yet_is_not_found(story: Office) -> None:
    path, beyond = f"/claims/{story.desk.id('c1')}", story.length + 1

    assert story.get(f"{path}?position={beyond - 1}", by="ed").status == 200
    for asked in (path, f"{path}/history", "/replay", "/policies/current"):
        answer = story.get(f"{asked}?position={beyond}", by="ed").then(404, "not-found")
        assert str(beyond) in answer.body["detail"]
    assert story.get(f"~/claims/{story.desk.id('c1')}/at/{beyond}", by="ed").status == 404
