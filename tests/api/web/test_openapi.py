"""The description of the interface (OpenAPI): complete, true to itself, with examples that really work."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis

from api.description import links
from api.examples import EXAMPLES, IDS
from domain.commands import ACTS
from domain.values import KINDS
from tests.api.web.office import API, Office
from tests.support.complete import COMPLETE
from tests.support.desk import Do
from tests.support.story import agree, dispute, propose, settle, told

METHODS = {"get", "post"}
EVERYWHERE = {"401", "408", "422", "429", "500", "503"}
BEFORE: dict[str, tuple[Do, ...]] = {
    "claims.disputes.narrowing": (dispute(scopes=["occurrence", "cause"]),),
    "claims.disputes.settlement.approval": (dispute(), settle()),
    "claims.disputes.reopening": (dispute(), settle(), agree()),
    "claims.quantity": (),
    "claims.verdicts": (*COMPLETE["claims.verdicts"][0],),
    "claims.verdicts.approval": (propose(),),
}
"""What has to happen before an example fits, where it is something else than for the complete command."""


@pytest.fixture(scope="module")
def document(tmp_path_factory: Any) -> dict[str, Any]:
    from tests.api.web.office import opened

    with opened(tmp_path_factory.mktemp("views")) as office:
        found: dict[str, Any] = json.loads(office.get("/openapi.json").then(200).content)
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, said in document["paths"].items():
        assert said.keys() <= METHODS, path
        yield from ((path, operation) for operation in said.values())


def walk(said: Any) -> Iterator[Mapping[str, Any]]:
    """Every object inside."""
    if isinstance(said, dict):
        yield said
        said = list(said.values())
    for part in said if isinstance(said, list) else ():
        yield from walk(part)


def resolved(document: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in said:
        place: Any = document
        for part in said["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        said = place
    return said


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(document).validate()


def test_every_reference_leads_somewhere_and_every_component_is_used(document: dict[str, Any]) -> None:
    refs = {found["$ref"] for found in walk(document) if isinstance(found.get("$ref"), str)}

    for ref in refs:
        assert resolved(document, {"$ref": ref})
    there = {
        f"#/components/{kind}/{name}"
        for kind, named in document["components"].items()
        for name in named
        if kind != "securitySchemes"
    }
    assert refs == there
    assert not [found for found in walk(document) if "$defs" in found]


def test_every_answer_has_a_meaning_a_media_type_and_a_schema(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        for status, said in operation["responses"].items():
            answer = resolved(document, said)
            assert answer["description"] not in {"", "Successful Response"}, path
            if status != "304":
                (media,) = answer["content"].values()
                assert media["schema"] or "text/plain" in str(answer["content"]), (path, status)


def test_every_operation_below_the_interface_names_every_status(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        if not path.startswith(API):
            continue
        statuses = operation["responses"].keys()
        act = ACTS.get(operation["operationId"])
        assert statuses >= EVERYWHERE, path
        if act is None:
            assert "200" in statuses, path
            assert ("403" in statuses) == ("x-roles" in operation), path
        elif act.creates:
            assert statuses >= {"201", "403", "409", "413", "415"}
        else:
            assert statuses >= {"200", "403", "404", "409", "412", "413", "415", "428"}


@pytest.mark.parametrize(
    ("status", "header"), [("401", "WWW-Authenticate"), ("429", "Retry-After"), ("503", "Retry-After")]
)
def test_a_problem_comes_with_the_header_that_helps(document: dict[str, Any], status: str, header: str) -> None:
    answer = resolved(document, document["paths"][f"{API}/claims"]["post"]["responses"][status])

    assert header in answer["headers"]
    assert list(answer["content"]) == ["application/problem+json"]


def test_every_tag_has_a_description(document: dict[str, Any]) -> None:
    used = {tag for _, operation in operations(document) for tag in operation["tags"]}

    assert used == {tag["name"] for tag in document["tags"]}
    assert all(tag["description"].endswith(".") for tag in document["tags"])


def test_who_may_is_said_of_every_operation_below_the_interface(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        if path.startswith(API):
            assert ({} in operation["security"]) != ("x-roles" in operation), path
    assert document["components"]["securitySchemes"].keys() == {"token", "session"}


# Links.


def test_a_link_leads_to_an_operation_and_gives_it_all_that_its_path_needs(document: dict[str, Any]) -> None:
    known = {operation["operationId"]: operation for _, operation in operations(document)}

    for name, link in document["components"]["links"].items():
        operation = known[link["operationId"]]
        needed = {f"{p['in']}.{p['name']}" for p in operation.get("parameters", ()) if p["required"]}
        assert link["parameters"].keys() == needed, name


def test_every_change_of_a_record_can_be_reached_from_where_it_is_shown(document: dict[str, Any]) -> None:
    shown = {operation["operationId"]: operation for _, operation in operations(document)}
    plurals = {"party": "parties", "policy": "policies"}

    for name, act in ACTS.items():
        if not act.creates:
            reading = shown[f"{plurals.get(act.kind, act.kind + 's')}.show"]
            assert name in reading["responses"]["200"]["links"]
        answer = shown[name]["responses"]["201" if act.creates else "200"]
        assert f"{plurals.get(act.kind, act.kind + 's')}.show" in answer["links"]


def test_what_a_command_makes_is_linked_with_what_changes_it(document: dict[str, Any]) -> None:
    links = document["paths"][f"{API}/claims/{{claim_id}}/citations"]["post"]["responses"]["200"]["links"]

    linked = resolved(document, links["claims.citations.withdrawal.of_new"])

    assert linked["parameters"]["path.citation_id"] == "$response.body#/created/0"


def test_every_part_of_a_route_has_its_place_in_an_answer(document: dict[str, Any]) -> None:
    named = {part for act in ACTS.values() for part in act.ids}

    assert named <= links.PLACES.keys()


# Examples.


def test_every_command_has_an_example_that_is_shown() -> None:
    assert EXAMPLES.keys() == ACTS.keys()


@pytest.mark.parametrize("name", ACTS)
def test_an_example_can_be_carried_out(office: Office, name: str) -> None:
    told(office.desk).given(*BEFORE.get(name, COMPLETE[name][0]))
    command = COMPLETE[name][1]
    by, at = ("ap2", command.at) if name == "claims.verdicts.approval" else (command.by, command.at)
    if name == "claims.verdicts":
        command = Do(name, {}, at)

    answer = office.do(Do(name, _by_name(EXAMPLES[name]), at, by))

    answer.then(201 if ACTS[name].creates else 200)


def _by_name(said: Any) -> Any:
    """The example with names of the story in place of its ids."""
    names = {id: f"@{name}" for name, id in IDS.items()}
    if isinstance(said, dict):
        return {name: _by_name(value) for name, value in said.items()}
    if isinstance(said, list):
        return [_by_name(value) for value in said]
    return names.get(said, said) if isinstance(said, str) else said


def test_ids_in_examples_are_ids() -> None:
    for id in IDS.values():
        assert re.fullmatch(r"[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}", id)
        assert id[:3] in KINDS
