"""Answers to readers: JSON with its entity tag, conditional requests, cursors and the parameters of a query."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Caller
from api.etag import etag, header, unchanged
from api.moments import Moment, moment_of, whole_number
from domain.errors import InvalidInput
from domain.ledger.store import Store

API: Final = "/api/v1"
"""What the address of everything but pages begins with."""

VARY: Final = "Authorization, Cookie, Accept"
LONGEST_PAGE: Final = 200
USUAL_PAGE: Final = 50
MOMENT: Final = ("position", "as_of", "axis", "min_position")
"""The parameters that every record takes."""


def answer(request: Request, body: Mapping[str, Any], caller: Caller, **headers: str) -> Response:
    """The body as JSON; 304 without it for a reader who has it already."""
    content = to_json(body)
    tag = etag(body.get("version"), content)
    sent = {"ETag": tag, "Vary": VARY, "Cache-Control": _caching(caller), **headers}
    if unchanged(header(request.headers, "if-none-match"), tag):
        return Response(status_code=304, headers=sent)
    return Response(content, 200, sent, "application/json")


def _caching(caller: Caller) -> str:
    return "no-cache" if caller.actor is None else "private, no-cache"


def query(request: Request, *names: str) -> dict[str, str]:
    """The query's parameters. Raises `InvalidInput` for one that is not among `names`, or that is given twice."""
    given = request.query_params.multi_items()
    if {name for name, _ in given} - set(names):
        raise InvalidInput(f"The query takes these parameters: {', '.join(names) or 'none'}.")
    if len(dict(given)) < len(given):
        raise InvalidInput("Each parameter of the query is given once.")
    return dict(given)


def moment_asked(store: Store, asked: Mapping[str, str]) -> Moment:
    """The moment that the query asks for."""
    return moment_of(store, asked.get("position"), asked.get("as_of"), asked.get("axis"))


def flag(asked: Mapping[str, str], name: str) -> bool | None:
    """A parameter that is `true`, `false` or absent."""
    value = asked.get(name)
    if value not in (None, "true", "false"):
        raise InvalidInput(f"'{name}' is true or false.")
    return None if value is None else value == "true"


def page_asked(asked: Mapping[str, str]) -> tuple[int, int]:
    """The cursor after which to go on, 0 for the beginning, and how many items to give, 1 to 200."""
    after = whole_number(asked.get("after", "0"), "after")
    limit = whole_number(asked.get("limit", str(USUAL_PAGE)), "limit")
    if not 1 <= limit <= LONGEST_PAGE:
        raise InvalidInput(f"'limit' is from 1 to {LONGEST_PAGE}.")
    return after, limit


def next_link(request: Request, asked: Mapping[str, str], cursor: int | str) -> str:
    """The Link header's value that leads to the following page."""
    return f'<{request.url.path}?{urlencode({**asked, "after": str(cursor)})}>; rel="next"'
