"""What is answered has the fields that are described, and none besides: of every command and every reading route."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.commands import ACTS
from tests.api.web.office import API, opened
from tests.api.web.shaped import misfits
from tests.schema.service import READING, Service, serving
from tests.support.complete import COMPLETE
from tests.support.story import told


@pytest.fixture(scope="module")
def service(tmp_path_factory: Any) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("views")) as service:
        service.office.runner.catch_up()
        yield service


def fits(document: dict[str, Any], operation: str, status: int, shown: Any) -> None:
    """Claims that this is what the operation is said to answer with, exactly."""
    operations = (said for path in document["paths"].values() for said in path.values())
    (said,) = [found for found in operations if found["operationId"] == operation]
    assert misfits(document, said["responses"][str(status)]["content"]["application/json"]["schema"], shown) == []


PLAIN = {"metrics", "healthz", "readyz", "log.checkpoint", "log.vkey"}
"""What answers in plain text, or to operators."""


@pytest.mark.parametrize("operation", [name for name in READING if name not in PLAIN])
def test_what_is_read_is_what_is_described(service: Service, operation: str) -> None:
    office = service.office
    (path,) = [
        path for path, said in service.document["paths"].items() if said.get("get", {}).get("operationId") == operation
    ]
    at = path.format(**service.path(operation))
    queries = ["", "?limit=1"] if operation.endswith(".list") and operation != "actors.list" else [""]
    if operation == "search":
        queries = ["?q=raid"]
    for query in queries:
        for by in ("all", None):
            answer = office.ask(office.request("GET", f"~{at}{query}", by=by))[0]
            if by == "all" or answer.status == 200:
                fits(service.document, operation, answer.then(200).status, answer.body)


@pytest.mark.parametrize("name", ACTS)
def test_what_a_command_answers_is_what_is_described(service: Service, tmp_path: Path, name: str) -> None:
    before, command = COMPLETE[name]
    with opened(tmp_path) as office:
        told(office.desk).given(*before)

        answer = office.do(command)

        fits(service.document, name, answer.then(ACTS[name].status).status, answer.body)
        assert answer.headers.get("location", API).startswith(API)
