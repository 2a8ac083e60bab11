"""The description of the interface (OpenAPI): complete, true to itself, with examples that really work."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis

from api.description import links
from api.description.answers import ANSWERS, FILE, PROBLEMS
from api.description.statuses import schema_of
from api.examples import EXAMPLES, IDS
from api.problems import KINDS, UNEXPECTED
from domain.commands import ACTS
from tests.api.web.office import API, Office
from tests.api.web.shaped import misfits
from tests.docs import answers
from tests.schema.service import BYTES
from tests.support.story import dispute, look, told

MAKE = "run `python -m tests.docs`"
METHODS = {"get", "post"}
EVERYWHERE = {"401", "408", "422", "429", "500", "503"}


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


def test_an_application_is_made_without_its_description_which_holds_every_schema_when_asked_for(tmp_path: Any) -> None:
    from tests.api.web.office import opened

    # Given that no schema has been worked out
    schema_of.cache_clear()

    # When an application is made, and answers
    with opened(tmp_path) as office:
        office.get("/claims").then(200)
        made = schema_of.cache_info().currsize

        # Then none has been yet; and when the description is asked for, nothing in it is only promised
        assert made == 0
        described = office.get("/openapi.json").then(200).content
    assert schema_of.cache_info().currsize > 0
    assert b"#/promised/" not in described


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
        elif not act.conditional:
            assert statuses >= {str(act.status), "403", "404", "409", "413", "415"}
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
        if act.conditional:
            reading = shown[f"{plurals.get(act.kind, act.kind + 's')}.show"]
            assert name in reading["responses"]["200"]["links"]
        answer = shown[name]["responses"][str(act.status)]
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
def test_an_example_is_carried_out_and_answered_as_shown(name: str) -> None:
    answer = answers.carried_out(name).then(ACTS[name].status)

    assert answers.short(answer.body) == ANSWERS[name], MAKE


def test_what_is_read_is_shown_as_it_is_answered() -> None:
    shown = {name: said for name, said in ANSWERS.items() if name not in ACTS}

    assert answers.read() == shown, MAKE


def test_problems_are_shown_as_they_are_answered() -> None:
    assert answers.problems() == PROBLEMS, MAKE
    assert PROBLEMS.keys() == {kind.name for kind in (*KINDS.values(), UNEXPECTED)} | {"quota-exceeded"}


def test_the_file_of_examples_is_written_as_it_is_made() -> None:
    assert FILE.read_text(encoding="utf-8") == answers.text({"answers": ANSWERS, "problems": PROBLEMS}), MAKE


def test_every_answer_has_an_example_that_fits(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        (status,) = operation["responses"].keys() & {"200", "201"}
        (media,) = operation["responses"][status]["content"].values()
        if operation["operationId"] in BYTES:
            continue
        assert misfits(document, media["schema"], media["example"]) == [], path


def test_every_problem_has_an_example_of_each_kind_that_fits(document: dict[str, Any]) -> None:
    shown: dict[str, Any] = {}
    for answer in document["components"]["responses"].values():
        for media in answer.get("content", {}).values():
            assert media["examples"], answer
            shown |= dict.fromkeys(media["examples"], media["schema"])

    assert shown.keys() == PROBLEMS.keys()
    for kind, schema in shown.items():
        assert misfits(document, schema, PROBLEMS[kind]) == []


def test_an_example_speaks_of_what_there_is_in_the_story(office: Office) -> None:
    desk = told(office.desk).given(dispute(), look())

    assert {name: desk.id(name) for name in IDS} == IDS
