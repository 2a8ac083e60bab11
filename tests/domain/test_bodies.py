"""Bodies of commands: unknown and missing fields are refused everywhere, and nothing is taken for something else."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from domain.bodies import Change
from domain.commands import ACTS
from domain.errors import Fault
from domain.facts import Asked
from domain.values import PartyId
from tests.support.complete import COMPLETE
from tests.support.desk import Desk, Do
from tests.support.story import told


@pytest.fixture(scope="module")
def complete() -> dict[str, dict[str, Any]]:
    """A complete body of every command, with ids instead of names."""
    found: dict[str, dict[str, Any]] = {}
    for name, (before, command) in COMPLETE.items():
        with Desk() as desk:
            order = told(desk).given(*before).order(command)
        found[name] = order.body.model_dump(mode="json", by_alias=True, exclude_none=True)
    return found


def objects(said: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where there is an object, outermost first."""
    if isinstance(said, dict):
        return [path, *(place for name, inner in said.items() for place in objects(inner, (*path, name)))]
    if isinstance(said, list):
        return [place for index, inner in enumerate(said) for place in objects(inner, (*path, index))]
    return []


def changed(said: Any, path: tuple[str | int, ...], change: Any) -> Any:
    if not path:
        return change(said)
    copy: Any = dict(said) if isinstance(said, dict) else list(said)
    copy[path[0]] = changed(copy[path[0]], path[1:], change)
    return copy


@pytest.mark.parametrize("name", ACTS)
def test_an_unknown_field_is_refused_wherever_it_stands(name: str, complete: dict[str, Any]) -> None:
    # Which fields the redacted words may have follows from the event: `decide` says so.
    for path in (place for place in objects(complete[name]) if "redacted_words" not in place):
        said = changed(complete[name], path, lambda inner: {**inner, "unheard_of": 1})
        with pytest.raises(ValidationError) as refused:
            ACTS[name].body.model_validate(said)
        assert refused.value.errors()[0]["loc"] == (*path, "unheard_of")


@pytest.mark.parametrize("name", ACTS)
def test_a_missing_field_is_refused_unless_it_may_be_absent(name: str, complete: dict[str, Any]) -> None:
    required = {field.alias or own for own, field in ACTS[name].body.model_fields.items() if field.is_required()}

    assert required <= set(complete[name])
    for field in complete[name]:
        rest = {own: value for own, value in complete[name].items() if own != field}
        if field in required:
            with pytest.raises(ValidationError):
                ACTS[name].body.model_validate(rest)


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("other", [5, True, [1], {"a": 1}, "\x00"], ids=str)
def test_no_field_takes_a_value_of_any_other_kind(name: str, other: object, complete: dict[str, Any]) -> None:
    """A number may stand for itself, and an empty list or a truth for theirs; nothing else passes everywhere."""
    for field in complete[name]:
        try:
            body = ACTS[name].body.model_validate({**complete[name], field: other})
        except ValidationError:
            continue
        kept = body.model_dump(by_alias=True)[field]
        assert (kept == other and type(kept) is type(other)) or kept == str(other)
        assert not isinstance(other, str)


@pytest.mark.parametrize("name", ACTS)
def test_a_body_says_in_a_sentence_what_its_command_does(name: str) -> None:
    assert ACTS[name].summary.endswith(".")
    assert ACTS[name].summary != BaseModel.__doc__


def test_names_are_routes_without_ids() -> None:
    act = ACTS["claims.disputes.positions.withdrawal"]

    assert act.path == "/claims/{claim_id}/disputes/{dispute_id}/positions/{position_id}/withdrawal"
    assert act.ids == ("claim_id", "dispute_id", "position_id")
    assert not act.creates
    assert ACTS["claims.create"].creates
    assert ACTS["claims.create"].ids == ()
    assert len({act.path for act in ACTS.values()}) == len(ACTS)


class Renamed(Change):
    name: str | None = None
    party_id: PartyId | None = None
    reason: str = ""


def test_a_change_tells_a_field_that_is_cleared_from_one_that_is_absent() -> None:
    assert Renamed().named() == ()
    assert Renamed(reason="x").named() == ()
    assert Renamed(party_id=None, name="x").named() == ("name", "party_id")


def test_a_fault_inside_a_body_points_at_the_whole_request() -> None:
    asked: Asked[Renamed] = Asked(Renamed(), "a", frozenset(), "now", lambda prefix: prefix)

    inside = asked.within(Renamed(), "/positions/1").within(Renamed(), "/quantity")

    assert inside.fault("/value", "Too much.").faults == (Fault("/positions/1/quantity/value", "Too much."),)
    assert asked.fault("", "Nothing changes.").faults == (Fault("", "Nothing changes."),)


@pytest.mark.parametrize("name", ACTS)
def test_a_body_stands_for_itself_when_it_is_given_again(name: str, complete: dict[str, Any]) -> None:
    body = ACTS[name].body.model_validate(complete[name])

    assert ACTS[name].body.model_validate_json(body.model_dump_json(by_alias=True, exclude_unset=True)) == body


def test_a_command_with_a_malformed_body_never_reaches_the_ledger(desk: Desk) -> None:
    with pytest.raises(ValidationError):
        desk.do(Do("parties.create", {"kind": "ghost", "name": "Nobody"}))
