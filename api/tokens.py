"""People and their tokens, as the operator at the machine gives and takes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from api.auth import make_secret
from api.problems import invalid_body
from domain.bodies import Body
from domain.commands import ACTS
from domain.newsroom import Newsroom, Outcome
from domain.session import Order
from domain.values import OPERATOR

B = TypeVar("B", bound=Body)


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh token: the secret, which nothing but this value ever holds, and the ids of token and actor."""

    token: str
    token_id: str
    actor_id: str


def enrol(newsroom: Newsroom, name: str, roles: list[str], key: str | None = None) -> str:
    """Enrols somebody; gives the actor's id, the same one again for the same `key`.

    Raises `InvalidInput` for an unknown role or a name that is none.
    """
    return _record(newsroom, "actors.create", {"name": name, "roles": roles}, key=key).record


def issue(newsroom: Newsroom, actor_id: str, entropy: Callable[[int], bytes], label: str | None = None) -> Issued:
    """Gives the actor a token. Raises `NotFound` if there is no such actor."""
    secret, secret_sha256 = make_secret(entropy)
    made = _record(newsroom, "actors.tokens", {"label": label}, (actor_id,), secret_sha256=secret_sha256)
    return Issued(secret, made.created[0], actor_id)


def revoke(newsroom: Newsroom, token_id: str, reason: str) -> None:
    """Makes the token open nothing any more. Raises `NotFound`, and `RuleBroken` if it was revoked before."""
    token = newsroom.desk.tokens.get(token_id)
    holder = token.actor_id if token is not None else ""
    _record(newsroom, "actors.tokens.revocation", {"reason": reason}, (holder, token_id))


def listed(newsroom: Newsroom) -> list[dict[str, Any]]:
    """Every token that was ever given, without its secret, with the name and the present roles of its holder."""
    desk = newsroom.desk
    holders = {token.id: desk.actors[token.actor_id] for token in desk.tokens.values()}
    return [
        {
            "token_id": token.id,
            "actor_id": token.actor_id,
            "name": holders[token.id].words.name,
            "roles": sorted(holders[token.id].roles),
            "label": token.words.label,
            "issued_at": token.issued.at,
            "expires_at": token.expires_at,
            "revoked_at": token.revoked.at if token.revoked is not None else None,
        }
        for token in desk.tokens.values()
    ]


def _record(
    newsroom: Newsroom,
    name: str,
    said: Mapping[str, Any],
    at: tuple[str, ...] = (),
    *,
    key: str | None = None,
    secret_sha256: str = "",
) -> Outcome:
    body = fitted(ACTS[name].body, said)
    fingerprint = newsroom.fingerprint(name, at, body, None)
    order = Order(name, body, OPERATOR, at, newest=True, key=key, fingerprint=fingerprint, secret_sha256=secret_sha256)
    return newsroom.record(order)


def fitted(body: type[B], said: Mapping[str, Any]) -> B:
    """What is said as the body of a command. Raises `InvalidInput` that names the fields that do not fit."""
    try:
        return body.model_validate(said)
    except ValidationError as error:
        raise invalid_body(error) from error
