"""What readers see instead of a page: that there is none, or that it cannot be shown now."""

from typing import Any, Final

import structlog
from starlette.responses import Response
from starlette.types import Scope

from api.pages.rendering import respond
from api.pages.shapes import MessagePage, Site
from api.problems import RETRY_AFTER, kind_of

_LOG: Final[Any] = structlog.get_logger("stemma.pages")

SITE: Final = Site("Stemma", 0, None, desk=False)
"""A message needs nothing from the ledger, which may be what is out of reach."""

_WORDS: Final = {
    401: (
        "This token opens nothing",
        "The token that was sent is unknown, has expired, or was revoked. What is published can be read without one.",
    ),
    403: (
        "This is for others of the desk",
        "Your roles do not open this page. An admin of the desk can grant them; what is published is open to everyone.",
    ),
    404: (
        "There is no such page",
        "Nothing is published at this address. It may be misspelt, or what it names has not been published.",
    ),
    429: (
        "Too many requests",
        "More pages were asked for from your network than this server gives at once. Please try again in a minute.",
    ),
    503: (
        "This cannot be shown now",
        "Nothing is lost. The ledger or its views cannot be read at the moment; please try again shortly.",
    ),
}
_NOT_LIKE_THIS: Final = (
    "This cannot be answered as it was asked",
    "Something in the address is not as it should be: a date, a number or a filter, perhaps. Nothing was changed.",
)
_OURS: Final = (
    "Something went wrong here",
    "This page cannot be shown; the mistake is ours and has been noted. Nothing that was recorded is lost.",
)


def message(status: int, **headers: str) -> Response:
    """The page that says so. A status below 500 without words of its own is the request's fault, others are ours."""
    heading, detail = _WORDS.get(status, _NOT_LIKE_THIS if status < 500 else _OURS)
    page = MessagePage(site=SITE, title=heading, twin="", status=status, heading=heading, detail=detail)
    return respond(page, status=status, **{"Cache-Control": "no-store", **headers})


def message_of(error: Exception) -> Response:
    """The page for an error. It tells nothing of what is inside; an error of ours is logged, without its message."""
    status = kind_of(error).status
    if status >= 500 and status not in _WORDS:
        _LOG.error("page failed", error=type(error).__name__)
    headers = {503: {"Retry-After": RETRY_AFTER}, 401: {"WWW-Authenticate": 'Bearer realm="stemma"'}}
    return message(status, **headers.get(status, {}))


def wants_page(scope: Scope) -> bool:
    """Whether somebody looks for a page: outside the interface for programs, with a program that shows HTML."""
    if f"{scope['path']}/".startswith("/api/"):
        return False
    accepted = b",".join(value for name, value in scope["headers"] if name == b"accept")
    return b"text/html" in [part.partition(b";")[0].strip().lower() for part in accepted.split(b",")]
