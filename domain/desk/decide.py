"""Commands on the desk."""

from domain.desk import commands as asks
from domain.desk import events as happened
from domain.desk.state import Actor, Desk
from domain.errors import NotFound, RuleBroken
from domain.events import Event, NoWords, ReasonWords
from domain.facts import Asked, Decided, Facts


def enrol(asked: Asked[asks.EnrolActor], _: Desk, __: Facts) -> Decided:
    """Somebody can be named as the actor of events."""
    actor_id = asked.new_id("act")
    enrolled = happened.ActorEnrolled(actor_id=actor_id, words=happened.ActorWords(name=asked.body.name))
    granted: list[Event] = [
        happened.RoleGranted(actor_id=actor_id, role=role, words=NoWords()) for role in dict.fromkeys(asked.body.roles)
    ]
    return Decided((enrolled, *granted), (actor_id,))


def _actor(desk: Desk, id: str) -> Actor:
    actor = desk.actors.get(id)
    if actor is None:
        raise NotFound("actor", id)
    return actor


def grant(asked: Asked[asks.GrantRole], desk: Desk, _: Facts) -> Decided:
    """The actor may do more."""
    actor, role = _actor(desk, asked.path[0]), asked.body.role
    if role in actor.roles:
        raise asked.fault("/role", f"The actor is {role} already.")
    return Decided((happened.RoleGranted(actor_id=actor.id, role=role, words=NoWords()),))


def revoke(asked: Asked[asks.RevokeRole], desk: Desk, _: Facts) -> Decided:
    """The actor may do less. Their own role of admin nobody gives away: somebody else must hold it still."""
    actor_id, role = asked.path
    actor = _actor(desk, actor_id)
    held = next((r for r in actor.roles if r == role), None)
    if held is None:
        raise NotFound("role", role)
    if held == "admin" and actor_id == asked.actor:
        raise RuleBroken("Nobody takes the role of admin from themselves.")
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.RoleRevoked(actor_id=actor_id, role=held, words=words),))


def issue_token(asked: Asked[asks.IssueToken], desk: Desk, _: Facts) -> Decided:
    """The actor gets a secret, of which only the hash is kept."""
    actor = _actor(desk, asked.path[0])
    if asked.body.expires_at is not None and asked.body.expires_at <= asked.now:
        raise asked.fault("/expires_at", "The token would have expired already.")
    token_id = asked.new_id("tok")
    event = happened.TokenIssued(
        actor_id=actor.id,
        token_id=token_id,
        secret_sha256=asked.secret_sha256,
        expires_at=asked.body.expires_at,
        words=happened.TokenWords(label=asked.body.label),
    )
    return Decided((event,), (token_id,))


def revoke_token(asked: Asked[asks.RevokeToken], desk: Desk, _: Facts) -> Decided:
    """The token opens nothing any more."""
    actor_id, token_id = asked.path
    token = desk.tokens.get(token_id)
    if token is None or token.actor_id != _actor(desk, actor_id).id:
        raise NotFound("token", token_id)
    if token.revoked is not None:
        raise RuleBroken("The token is revoked already.")
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.TokenRevoked(actor_id=actor_id, token_id=token_id, words=words),))
