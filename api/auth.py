"""Who is asking: bearer tokens, looked up by their hash in the desk as it stands at that moment."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from starlette.requests import Request

from api.etag import header
from api.representations import Audience
from domain.desk.state import Desk, Token
from domain.errors import Forbidden, Unauthenticated
from domain.streams import Loaded
from domain.values import Role

BEGINNING: Final = "stemma_"
"""What every secret begins with, so that one left lying about is recognised."""
_WHO_IS: Final = "A valid token is needed: Authorization: Bearer stemma_…"


def make_secret(entropy: Callable[[int], bytes]) -> tuple[str, str]:
    """A fresh secret with 256 random bits, and its SHA-256 in hex, which is all that is ever stored."""
    secret = BEGINNING + urlsafe_b64encode(entropy(32)).rstrip(b"=").decode()
    return secret, hash_of(secret)


def hash_of(secret: str) -> str:
    """The SHA-256 of a secret, in hex."""
    return sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking. `actor` is None for the public. `desk` is the desk by which that was found out."""

    actor: str | None = None
    roles: frozenset[Role] = frozenset()
    desk: Loaded | None = None

    @property
    def audience(self) -> Audience:
        """Everybody with a token reads what the desk reads."""
        return "public" if self.actor is None else "desk"

    def demand(self, what: str, *roles: Role) -> None:
        """Raises `Unauthenticated` for the public, `Forbidden` for an actor with none of the roles."""
        if self.actor is None:
            raise Unauthenticated(_WHO_IS)
        if not self.roles & frozenset(roles):
            raise Forbidden(what, sorted(roles))


PUBLIC: Final = Caller()


class Doorkeeper:
    """Finds out who a token belongs to. What the desk revokes, in any process, opens nothing from the next request on.

    `desk` gives the desk as it stands, `now` the present stamp.
    """

    def __init__(self, desk: Callable[[], Loaded], now: Callable[[], str]) -> None:
        self._desk = desk
        self._now = now
        self._known: tuple[int, dict[str, Token]] = (0, {})

    def caller(self, request: Request) -> Caller:
        """Who sends this request. Raises `Unauthenticated` for a token that opens nothing; no token is the public."""
        credentials = header(request.headers, "authorization")
        if credentials is None:
            return PUBLIC
        scheme, _, secret = credentials.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated(_WHO_IS)
        return self._holder(hash_of(secret.strip()))

    def member(self, request: Request) -> Caller:
        """Who of the desk sends this request. Raises `Unauthenticated` for the public too."""
        caller = self.caller(request)
        if caller.actor is None:
            raise Unauthenticated(_WHO_IS)
        return caller

    def _holder(self, secret_sha256: str) -> Caller:
        loaded = self._desk()
        desk: Desk = loaded.state
        token = self._tokens(desk).get(secret_sha256)
        if token is None or not token.opens_at(self._now()):
            raise Unauthenticated(_WHO_IS)
        return Caller(token.actor_id, desk.actors[token.actor_id].roles, loaded)

    def _tokens(self, desk: Desk) -> dict[str, Token]:
        version, tokens = self._known
        if version != desk.version:
            tokens = {token.secret_sha256: token for token in desk.tokens.values()}
            self._known = desk.version, tokens
        return tokens
