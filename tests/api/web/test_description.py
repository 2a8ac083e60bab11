"""The description of the interface (OpenAPI), the table of problems, and the log."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from api import problems
from domain import errors
from domain.commands import ACTS
from domain.proof.checking import NotProven
from tests.api.web.office import API, Office

LOGGING = """
import asyncio, sys
from pathlib import Path
from api.logs import configure
from tests.api.web.office import opened
configure()
with opened(Path(sys.argv[1])) as office:
    office.post("/parties", {"kind": "person", "name": "Jane Roe"}, by="ed").then(201)
    office.get("/parties/pty_nobody?min_position=0", by="ed").then(404)
    office.house.doorkeeper._desk = lambda: 1 / 0
    office.get("/claims", by="ed").then(500)
"""


def every_error(base: type[Exception] = errors.StemmaError) -> set[type[Exception]]:
    return {base}.union(*(every_error(below) for below in base.__subclasses__()))


def test_every_command_is_described_with_its_body_and_its_problems(office: Office) -> None:
    described = office.get("/openapi.json").then(200).body

    for name, act in ACTS.items():
        operation = described["paths"][API + act.path]["post"]
        assert operation["operationId"] == name
        assert operation["x-roles"] == sorted(act.roles)
        named = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        schema = described["components"]["schemas"][named.rpartition("/")[2]]
        fields = {field.alias or name for name, field in act.body.model_fields.items()}
        assert schema["properties"].keys() == fields | {"decided_at"}
        assert schema["additionalProperties"] is False
        assert {"401", "403", "422", "503"} <= operation["responses"].keys()
        assert ("412" in operation["responses"]) is act.conditional
        asked = {parameter["name"] for parameter in operation["parameters"]}
        assert asked == {*act.ids, "Idempotency-Key"} | ({"If-Match"} if act.conditional else set())
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_the_description_is_sent_to_nobody_who_has_it(office: Office) -> None:
    for by in (None, "ed"):
        tag = office.get("/openapi.json", by=by).then(200).headers["etag"]

        again = office.get("/openapi.json", by=by, if_none_match=tag).then(304)
        assert (again.content, again.headers["etag"]) == (b"", tag)
    office.get("/openapi.json?version=2").then(422, "invalid-input")


def test_every_reading_route_is_described_with_the_parameters_that_it_takes(office: Office) -> None:
    described = office.get("/openapi.json").body["paths"]
    reading = {path: said["get"] for path, said in described.items() if path.startswith(API) and "get" in said}
    by_path = {path: [p for p in said.get("parameters", ()) if p["in"] == "path"] for path, said in reading.items()}

    for path, operation in reading.items():
        asked = [parameter for parameter in operation["parameters"] if parameter["in"] == "query"]
        refused = office.get(f"~{path}?elsewhere=1", by="ad").then(422, "invalid-input").body["detail"]
        assert refused == f"The query takes these parameters: {', '.join(p['name'] for p in asked) or 'none'}."
        assert all(parameter["schema"]["type"] and parameter["description"] for parameter in asked)
        assert re.findall(r"{(\w+)}", path) == [parameter["name"] for parameter in by_path[path]]
    assert {path.removeprefix(API) for path in reading} >= {"/claims", "/claims/{claim_id}", "/replay", "/actors"}


def test_operations_have_names_of_their_own(office: Office) -> None:
    paths: dict[str, Any] = office.get("/openapi.json").body["paths"]

    names = [operation["operationId"] for path in paths.values() for operation in path.values()]

    assert len(names) == len(set(names))
    assert set(ACTS) < set(names)


@pytest.mark.parametrize("path", ["~/docs", "~/redoc"])
def test_no_page_loads_anything_from_elsewhere(office: Office, path: str) -> None:
    office.get(path).then(404)


def test_every_error_is_a_problem_that_was_thought_of() -> None:
    inside = {errors.StemmaError, errors.Refused, errors.VersionConflict, errors.KeyTaken, NotProven}
    forgotten = {
        error for error in every_error() - inside if problems.kind_of(error.__new__(error)) is problems.UNEXPECTED
    }

    assert {error.__name__ for error in forgotten if error.__module__.startswith("domain")} == set()


def test_kinds_of_problems_have_names_of_their_own() -> None:
    kinds = [*problems.KINDS.values(), problems.UNEXPECTED]

    assert len({kind.type for kind in kinds}) == len(kinds)
    assert all(400 <= kind.status < 600 for kind in kinds)


@pytest.mark.parametrize(
    "error",
    [
        errors.StoreUnavailable("The ledger /srv/secret/ledger.db is locked"),
        errors.DamagedLedger("bytes differ", 7, "clm_secret"),
        errors.ClockBehind("2026-11-23T10:00:00.000000Z", "secret"),
        ZeroDivisionError("secret"),
    ],
)
def test_a_problem_tells_nothing_about_the_inside(error: Exception) -> None:
    assert "secret" not in json.dumps(problems.problem(error, "/here"))


def test_the_log_has_one_object_a_line_and_nothing_personal(tmp_path: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOGGING, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True
    )

    lines = [json.loads(line) for line in done.stderr.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert [(line["method"], line["route"], line["status"]) for line in requests] == [
        ("POST", "/api/v1/parties", 201),
        ("GET", "/api/v1/parties/{party_id}", 404),
        ("GET", "/api/v1/claims", 500),
    ]
    assert all(line["ms"] >= 0 and line["request"] for line in requests)
    (failure,) = [line for line in lines if line["level"] == "error"]
    assert failure["error"] == "ZeroDivisionError"
    assert done.stdout == ""
    for personal in ("Jane", "stemma_ed", "pty_nobody", "min_position"):
        assert personal not in done.stderr
