"""Every operation, asked as its description says and otherwise, answers as its description says.

Requests are generated from the description: whatever is described is tried, whatever is answered has to be described.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import ensure_resource_availability, positive_data_acceptance, use_after_free

from domain.commands import ACTS
from tests.schema.service import BYTES, CALLERS, ENDLESS, READING, Service, serving

OPERATIONS = (*ACTS, *READING)
# JSON Schema cannot say everything that is asked of a body: a rule between two fields, a text that must show something.
# Nothing is ever deleted here; and whether what was made can be read is tried by the walks, with its own id.
SENSELESS = [positive_data_acceptance, use_after_free, ensure_resource_availability]


@pytest.fixture(scope="module")
def service(tmp_path_factory: Any) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("views")) as service:
        yield service


def try_out(service: Service, operation: str, caller: str, mode: GenerationMode, examples: int) -> None:
    """Sends requests on records of the story, as the description allows them or (negative) does not allow them."""
    known = service.schema.find_operation_by_id(operation)
    on = service.path(operation) if mode is GenerationMode.POSITIVE else {}
    fixed: dict[str, Any] = {"path_parameters": on} if on else {}
    if any(parameter.name == "min_position" for parameter in known.query):
        fixed["query"] = {"min_position": 0}  # each greater one would be waited for

    def ask(case: Case[Any]) -> None:
        headers = {**service.headers(caller), **(service.condition(operation, on) if on else {})}
        answer = case.call(headers=headers)
        case.validate_response(answer, headers=headers, excluded_checks=SENSELESS)

    check = settings(max_examples=examples, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    try:
        check(given(case=known.as_strategy(mode, **fixed))(ask))()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "a request as described has to be possible"


def test_every_operation_is_tried(service: Service) -> None:
    found = {operation["operationId"] for path in service.document["paths"].values() for operation in path.values()}

    assert found == {*OPERATIONS, *BYTES, ENDLESS}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_answers_as_described(service: Service, operation: str) -> None:
    for caller in CALLERS:
        try_out(service, operation, caller, GenerationMode.POSITIVE, 2 if caller == "all" else 1)
    try_out(service, operation, "all", GenerationMode.NEGATIVE, 2)


@pytest.mark.soak
@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_answers_as_described_whatever_is_sent(
    service: Service, operation: str, mode: GenerationMode, caller: str
) -> None:
    try_out(service, operation, caller, mode, 8)
