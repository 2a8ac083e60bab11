"""What readers see instead of a page: that there is none, or that it cannot be shown now."""

from typing import Any, Final

import structlog
from starlette.responses import Response

from api.pages.rendering import respond
from api.pages.shapes import MessagePage, Site
from api.problems import RETRY_AFTER, kind_of

_LOG: Final[Any] = structlog.get_logger("stemma.pages")

SITE: Final = Site("Stemma", 0, None, desk=False)
"""A message needs nothing from the ledger, which may be what is out of reach."""

_WORDS: Final = {
    401: ("This token opens nothing", "The token that was sent is unknown, has expired, or was revoked."),
    404: (
        "There is no such page",
        "Nothing is published at this address. It may be misspelt, or what it names has not been published.",
    ),
    503: (
        "This cannot be shown now",
        "Nothing is lost. The ledger or its views cannot be read at the moment; please try again shortly.",
    ),
}
_OTHER: Final = ("Something went wrong here", "This page cannot be shown. The error has been noted.")


def message(status: int, **headers: str) -> Response:
    """The page that says so: 401, 404 or 503; any other status is told as an error of ours."""
    heading, detail = _WORDS.get(status, _OTHER)
    page = MessagePage(site=SITE, title=heading, twin="", status=status, heading=heading, detail=detail)
    return respond(page, status=status, **{"Cache-Control": "no-store", **headers})


def message_of(error: Exception) -> Response:
    """The page for an error. It tells nothing of what is inside; an error of ours is logged, without its message."""
    status = kind_of(error).status
    if status not in _WORDS:
        _LOG.error("page failed", error=type(error).__name__)
    headers = {503: {"Retry-After": RETRY_AFTER}, 401: {"WWW-Authenticate": 'Bearer realm="stemma"'}}
    return message(status, **headers.get(status, {}))
