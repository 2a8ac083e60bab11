"""Who is asking: bearer tokens, or the sessions of browsers, looked up in the desk as it stands at that moment.

A session reads and does nothing else: its cookie counts for GET and HEAD alone, so no form of another site can have a
command given in somebody's name.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from starlette.requests import Request

from api.etag import header
from api.exchange import noted
from api.representations import Audience
from api.sessions import LONGEST, Sessions
from domain.desk.state import Desk, Token
from domain.errors import Forbidden, Unauthenticated
from domain.streams import Loaded
from domain.values import Role

BEGINNING: Final = "stemma_"
"""What every secret begins with, so that one left lying about is recognised."""
_READING: Final = ("GET", "HEAD")
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
    """Finds out who a request comes from. What the desk revokes, in any process, opens nothing from the next one on.

    `desk` gives the desk as it stands, `now` the present stamp. It notes what it finds: see `api.exchange`.
    """

    def __init__(self, desk: Callable[[], Loaded], now: Callable[[], str], sessions: Sessions) -> None:
        self._desk = desk
        self._now = now
        self._sessions = sessions
        self._known: tuple[int, dict[str, Token]] = (0, {})

    def caller(self, request: Request) -> Caller:
        """Who sends this request: by its token, or else, where it only reads, by its session; or the public.

        Raises `Unauthenticated` for a token that opens nothing. A session that is over makes nobody's request fail: it
        is the public's, and its answer takes the cookie away.
        """
        credentials = header(request.headers, "authorization")
        if credentials is None:
            return self._visitor(request)
        scheme, _, secret = credentials.partition(" ")
        return self._found(request, self._holder(secret.strip()) if scheme.lower() == "bearer" else None)

    def member(self, request: Request) -> Caller:
        """Who of the desk sends this request. Raises `Unauthenticated` for the public too."""
        caller = self.caller(request)
        if caller.actor is None:
            raise Unauthenticated(_WHO_IS)
        return caller

    # Sessions.

    def sign_in(self, request: Request, secret: str) -> str:
        """Begins a session of whoever holds this token; gives the value of Set-Cookie.

        The session that the request came with, if any, is over. Raises `Unauthenticated` for a token that opens
        nothing, and of somebody without a role; `Unavailable` if sessions cannot be kept now.
        """
        loaded = self._desk()
        token = self._tokens(loaded.state).get(hash_of(secret))
        caller = self._found(request, None if token is None else self._entitled(loaded, token))
        if token is None or not caller.roles:
            raise Unauthenticated(_WHO_IS)
        self._end(request)
        return self._cookie(loaded.state, self._sessions.begin(token.id, token.actor_id), LONGEST)

    def sign_out(self, request: Request) -> str:
        """Ends the session that this request came with, if any; gives the value of Set-Cookie that takes it away."""
        self._end(request)
        return self._cookie(self._desk().state, "", 0)

    def _visitor(self, request: Request) -> Caller:
        if request.method not in _READING or "cookie" not in request.headers:
            return PUBLIC
        loaded = self._desk()
        secret = request.cookies.get(_name(loaded.state))
        if secret is None:
            return PUBLIC
        session = self._sessions.find(secret)
        token = None if session is None else loaded.state.tokens.get(session.token_id)
        caller = None if token is None else self._entitled(loaded, token)
        if caller is None or not caller.roles:
            if session is not None:
                self._sessions.end(secret)
            cleared = self._cookie(loaded.state, "", 0)
            noted(request.scope).headers.append((b"set-cookie", cleared.encode()))
            return PUBLIC
        return self._found(request, caller)

    def _end(self, request: Request) -> None:
        secret = request.cookies.get(_name(self._desk().state))
        if secret is not None:
            self._sessions.end(secret)

    def _cookie(self, desk: Desk, value: str, seconds: int) -> str:
        secure = "; Secure" if _name(desk).startswith("__Host-") else ""
        return f"{_name(desk)}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"

    # Tokens.

    def _found(self, request: Request, caller: Caller | None) -> Caller:
        """Notes whom the request comes from. Raises `Unauthenticated` for nobody."""
        if caller is None:
            noted(request.scope).refused = True
            raise Unauthenticated(_WHO_IS)
        noted(request.scope).actor = caller.actor
        return caller

    def _holder(self, secret: str) -> Caller | None:
        loaded = self._desk()
        token = self._tokens(loaded.state).get(hash_of(secret))
        return None if token is None else self._entitled(loaded, token)

    def _entitled(self, loaded: Loaded, token: Token) -> Caller | None:
        """The holder of this token, if it is good now."""
        if not token.opens_at(self._now()):
            return None
        desk: Desk = loaded.state
        return Caller(token.actor_id, desk.actors[token.actor_id].roles, loaded)

    def _tokens(self, desk: Desk) -> dict[str, Token]:
        version, tokens = self._known
        if version != desk.version:
            tokens = {token.secret_sha256: token for token in desk.tokens.values()}
            self._known = desk.version, tokens
        return tokens


def _name(desk: Desk) -> str:
    """What the cookie is called. The prefix has browsers refuse it from other hosts, and without TLS (RFC 6265bis)."""
    return "__Host-stemma" if desk.base_url.startswith("https://") else "stemma"
