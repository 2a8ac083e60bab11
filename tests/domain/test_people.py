"""People are enrolled, get and lose roles and tokens; what they may do, command by command."""

from typing import get_args

import pytest

from domain.commands import ACTS
from domain.errors import Forbidden, InvalidInput, NotFound, Refused, RuleBroken, StaleVersion, VersionNeeded
from domain.session import Order
from domain.values import OPERATOR, Role, make_id
from tests.support import bodies
from tests.support.desk import PEOPLE, Desk, Do

NO_ACTOR, NO_TOKEN = make_id("act", bytes(16)), make_id("tok", bytes(16))
EXPIRED = "2026-11-23T09:00:00Z"
LATER = "2027-01-01T00:00:00Z"


def grant(role: str = "auditor", actor: str = "@ed") -> Do:
    return Do("actors.roles", {"role": role}, (actor,), "ad")


def revoke(role: str = "editor", actor: str = "@ed") -> Do:
    return Do("actors.roles.revocation", bodies.because("They left."), (actor, role), "ad")


def issue(actor: str = "@ed", expires_at: str | None = None) -> Do:
    return Do("actors.tokens", {"label": "laptop", "expires_at": expires_at}, (actor,), "ad", "k1")


def cancel(token: str = "@k1", actor: str = "@ed") -> Do:
    return Do("actors.tokens.revocation", bodies.because("Lost."), (actor, token), "ad")


def test_an_actor_is_enrolled_with_each_role_once(desk: Desk) -> None:
    desk.when(Do("actors.create", {"name": "Eva", "roles": ["editor", "auditor", "editor"]}, by="ad", name="eva"))

    desk.then_events("desk.actor_enrolled.v1", "desk.role_granted.v1", "desk.role_granted.v1")
    actor = desk.newsroom.desk.actors[desk.id("eva")]
    assert actor.words.name == "Eva"
    assert actor.roles == {"editor", "auditor"}
    assert desk.outcome is not None
    assert (desk.outcome.record, desk.outcome.created, desk.outcome.status) == (actor.id, (), 201)


def test_a_role_is_granted_and_revoked(desk: Desk) -> None:
    desk.when(grant()).then_events("desk.role_granted.v1")
    assert desk.newsroom.desk.actors[desk.id("ed")].roles == {"editor", "auditor"}

    desk.when(revoke()).then_events("desk.role_revoked.v1")
    actor = desk.newsroom.desk.actors[desk.id("ed")]
    assert actor.roles == {"auditor"}
    assert actor.words.revocation_reason == "They left."
    desk.when(Do("parties.create", bodies.party())).then_refused(Forbidden)


def test_a_token_opens_until_it_expires_or_is_revoked(desk: Desk) -> None:
    desk.when(issue(expires_at=LATER)).then_events("desk.token_issued.v1")
    token = desk.newsroom.desk.token_by_secret("5e" * 32)
    assert token is not None
    assert (token.id, token.words.label) == (desk.id("k1"), "laptop")
    assert token.opens_at("2026-12-31T23:59:59.999999Z")
    assert not token.opens_at("2027-01-01T00:00:00.000000Z")

    desk.when(cancel()).then_events("desk.token_revoked.v1")
    revoked = desk.newsroom.desk.tokens[desk.id("k1")]
    assert not revoked.opens_at("2026-12-01T00:00:00.000000Z")
    assert revoked.words.revocation_reason == "Lost."


def test_a_token_without_an_end_opens_for_ever(desk: Desk) -> None:
    desk.given(issue())

    assert desk.newsroom.desk.tokens[desk.id("k1")].opens_at("9999-12-31T23:59:59.999999Z")
    assert desk.newsroom.desk.token_by_secret("0" * 64) is None


REFUSALS: dict[str, tuple[tuple[Do, ...], Do, type[Refused], str | None]] = {
    "the role is held already": ((), grant("editor"), InvalidInput, "/role"),
    "there is nobody with this id": ((), grant(actor=NO_ACTOR), NotFound, None),
    "the role is not held": ((), revoke("auditor"), NotFound, None),
    "there is no such role": ((), revoke("king"), NotFound, None),
    "nobody with this id has a role": ((), revoke(actor=NO_ACTOR), NotFound, None),
    "nobody takes the role of admin from themselves": ((), revoke("admin", "@ad"), RuleBroken, None),
    "nobody with this id gets a token": ((), issue(NO_ACTOR), NotFound, None),
    "the token would have expired": ((), issue(expires_at=EXPIRED), InvalidInput, "/expires_at"),
    "there is no such token": ((), cancel(NO_TOKEN), NotFound, None),
    "the token is somebody else's": ((issue(),), cancel(actor="@ap"), NotFound, None),
    "the token was revoked already": ((issue(), cancel()), cancel(), RuleBroken, None),
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_change_of_the_desk_is_refused_because(desk: Desk, reason: str) -> None:
    given, command, error, pointer = REFUSALS[reason]

    desk.given(*given).when(command).then_refused(error, pointer)


def test_another_admin_may_take_the_role_of_admin_away(desk: Desk) -> None:
    desk.given(Do("actors.create", {"name": "Second", "roles": ["admin"]}, by="ad", name="ad2"))

    desk.when(Do("actors.roles.revocation", bodies.because(), ("@ad", "admin"), "ad2"))

    desk.then_events("desk.role_revoked.v1")


def test_an_actor_s_version_is_that_of_the_desk_s_last_event_about_them(desk: Desk) -> None:
    before = desk.newsroom.desk.actors

    desk.given(grant(), issue("@ap"))

    after = desk.newsroom.desk.actors
    changed = {id for id in before if before[id].version != after[id].version}
    assert changed == {desk.id("ed"), desk.id("ap")}


def test_a_change_of_an_actor_made_for_another_version_is_stale_only_for_that_actor(desk: Desk) -> None:
    version = desk.newsroom.desk.actors[desk.id("ed")].version
    seen = Do("actors.roles", {"role": "auditor"}, ("@ed",), "ad", version=version)

    desk.given(grant(actor="@ap")).when(seen).then_events("desk.role_granted.v1")


def test_a_change_of_an_actor_is_refused_when_they_changed_or_are_not_there(desk: Desk) -> None:
    version = desk.newsroom.desk.actors[desk.id("ed")].version
    desk.given(grant())

    desk.when(Do("actors.roles", {"role": "admin"}, ("@ed",), "ad", version=version)).then_refused(StaleVersion)
    desk.when(Do("actors.roles", {"role": "admin"}, (NO_ACTOR,), "ad", version=version)).then_refused(NotFound)
    desk.when(Do("actors.roles", {"role": "admin"}, ("@ed",), "ad", newest=False)).then_refused(VersionNeeded)


MAY = {
    "editor": {"editor", "approver", "importer"},
    "approver": {"approver"},
    "admin": {"admin"},
}
ONLY_APPROVERS = {
    "claims.disputes.settlement.approval",
    "claims.verdicts.approval",
    "claims.verdicts.rejection",
    "policies.create",
    "policies.approval",
}


def needed(command: str) -> set[str]:
    if command.startswith(("actors.", "events.")):
        return MAY["admin"]
    return MAY["approver"] if command in ONLY_APPROVERS else MAY["editor"]


@pytest.mark.parametrize("command", ACTS)
def test_each_command_is_for_these_roles_and_for_nobody_else(shared_story: Desk, command: str) -> None:
    """Whoever may not, is told so before anything else: neither body nor record is looked at."""
    act = ACTS[command]
    nowhere = tuple("nowhere" for _ in act.ids)

    for role in get_args(Role):
        (person,) = [name for name, roles in PEOPLE.items() if roles == (role,)][:1]
        order = Order(command, act.body.model_construct(), shared_story.id(person), nowhere, newest=True)
        if role in needed(command):
            assert role in act.roles
        else:
            with pytest.raises(Forbidden) as forbidden:
                shared_story.newsroom.record(order)
            assert set(forbidden.value.needed) == needed(command)


def test_strangers_may_do_nothing_and_the_operator_what_admins_may(desk: Desk) -> None:
    desk.when(Do("parties.create", bodies.party(), by=NO_ACTOR)).then_refused(Forbidden)
    desk.when(Do("parties.create", bodies.party(), by=OPERATOR)).then_refused(Forbidden)
    desk.when(Do("actors.create", {"name": "New", "roles": ["editor"]}, by=OPERATOR))

    desk.then_events("desk.actor_enrolled.v1", "desk.role_granted.v1")
