"""Who may give which command, cell by cell, and that every command with every field works over HTTP."""

from pathlib import Path
from typing import Final

import pytest

from domain.commands import ACTS
from domain.values import Role
from tests.api.web.office import opened
from tests.support.complete import COMPLETE
from tests.support.desk import Do
from tests.support.story import told

APPROVALS: Final = {
    "claims.disputes.settlement.approval",
    "claims.verdicts.approval",
    "claims.verdicts.rejection",
    "policies.create",
    "policies.approval",
}
PEOPLE_WITH_ONE_ROLE: Final[dict[str, Role]] = {
    "ed": "editor",
    "ap": "approver",
    "au": "auditor",
    "im": "importer",
    "ad": "admin",
}


def may(role: Role, command: str) -> bool:
    """The table as the contract has it in words."""
    if command.startswith(("actors.", "events.")):
        return role == "admin"
    if command in APPROVALS:
        return role == "approver"
    return role in ("editor", "approver", "importer")


def without_time(command: Do, by: str) -> Do:
    return Do(command.command, command.body, command.at, by)


@pytest.mark.parametrize("name", sorted(ACTS))
def test_a_command_is_for_its_roles_and_for_nobody_else(name: str, tmp_path: Path) -> None:
    before, command = COMPLETE[name]
    with opened(tmp_path) as office:
        told(office.desk).given(*before)
        length = office.length

        refused = {p: r for p, r in PEOPLE_WITH_ONE_ROLE.items() if not may(r, name)}
        for person in refused:
            answer = office.do(without_time(command, person)).then(403, "forbidden")
            assert set(answer.body["needed_roles"]) == {r for r in PEOPLE_WITH_ONE_ROLE.values() if may(r, name)}
        assert office.do(without_time(command, "ed"), by=None).then(401, "unauthenticated").headers["www-authenticate"]
        assert office.length == length

        done = office.do(command)
        assert done.status == (ACTS[name].status), done.content.decode()
        assert office.length > length

        for person in PEOPLE_WITH_ONE_ROLE.keys() - refused.keys():
            again = office.do(without_time(command, person))
            assert again.body.get("type") != "/problems/forbidden", again.content.decode()


def test_every_command_has_a_row_in_the_table() -> None:
    assert {role for role in PEOPLE_WITH_ONE_ROLE.values() for name in ACTS if may(role, name)} == {
        role for act in ACTS.values() for role in act.roles
    }
    assert {name: act.roles for name, act in ACTS.items()} == {
        name: {role for role in PEOPLE_WITH_ONE_ROLE.values() if may(role, name)} for name in ACTS
    }
