"""Walks from answer to request, along the links of the description: what was made is shown and changed."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance, use_after_free

from api.examples import EXAMPLES
from domain.commands import ACTS
from tests.schema.service import BYTES, ENDLESS, Service, serving, telling

SENSELESS = [positive_data_acceptance, use_after_free]


def walk(service: Service, folder: Path, walks: int, steps: int) -> dict[str, set[int]]:
    """Takes these walks, each through a story of its own; gives the statuses with which each operation answered."""
    schema = service.schema.exclude(operation_id=[*BYTES, ENDLESS])
    schema.config.generation.update(modes=[GenerationMode.POSITIVE])
    answered: dict[str, set[int]] = {}
    headers, numbers = service.headers("all"), count(1)

    class Walk(schema.as_state_machine()):  # type: ignore[misc]
        """Somebody with every role, who goes where the links lead."""

        def setup(self) -> None:
            self.closing, self.taken = ExitStack(), 0
            own = folder / f"walk {next(numbers)}"
            own.mkdir()
            self.service = replace(service, office=self.closing.enter_context(telling(own)))
            service.door.lead_to(self.service.office)

        def teardown(self) -> None:
            self.closing.close()

        def before_call(self, case: Case[Any]) -> None:
            case.headers.update(headers)
            case.query.pop("min_position", None)
            self.taken += 1
            name = case.operation.definition.raw["operationId"]
            if not self.service.knows(name, case.path_parameters):  # no link led here: begin with the story
                case.path_parameters.update(self.service.path(name))
            # Few bodies that are only of the right types are also allowed: two steps of three say what makes sense.
            if name in ACTS and self.taken % 3:
                case.body = dict(EXAMPLES[name])
                case.headers.update(self.service.condition(name, case.path_parameters))

        def after_call(self, response: Any, case: Case[Any]) -> None:
            name = case.operation.definition.raw["operationId"]
            answered.setdefault(name, set()).add(response.status_code)

        def validate_response(self, response: Any, case: Case[Any], **_: Any) -> None:
            case.validate_response(response, headers=headers, excluded_checks=SENSELESS)

    Walk.run(
        settings=settings(
            max_examples=walks,
            stateful_step_count=steps,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
            deadline=None,
        )
    )
    return answered


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path) as service:
        yield service


def test_walks_along_the_links_meet_nothing_that_is_not_described(service: Service, tmp_path: Path) -> None:
    walk(service, tmp_path, 5, 15)


@pytest.mark.soak
def test_long_walks_change_what_was_made(service: Service, tmp_path: Path) -> None:
    answered = walk(service, tmp_path, 60, 40)

    assert len([name for name, statuses in answered.items() if name in ACTS and statuses & {200, 201}]) > 30
