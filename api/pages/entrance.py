"""Signing in and out with a browser: two forms, and the only routes besides commands that change anything.

What they change is a session, never the ledger. They are answered for forms of this site alone: a browser says where a
form comes from (`Sec-Fetch-Site`, or `Origin` where it is older), and whatever says nothing is no browser.
"""

from typing import Final
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.bootstrap import House
from api.logbook import Logbook
from api.pages.finder import Finder
from api.pages.library import Library
from api.pages.messages import message_of
from api.pages.rendering import respond
from api.pages.signin import form, local
from domain.errors import StemmaError, Unauthenticated

LONGEST_FORM: Final = 4 * 1024
"""Bytes that a form may have."""

_FORM: Final = "application/x-www-form-urlencoded"
_WRONG: Final = {
    401: "This token opens nothing: it is unknown, has expired, was revoked, or its holder has no role.",
    403: "The form was sent from another site. Sign in here if you meant to.",
    413: "What was sent is too long for a token.",
    415: "What was sent is not a form.",
}


class Entrance:
    """The routes of a house where sessions begin and end."""

    def __init__(self, house: House, finder: Finder) -> None:
        self._house = house
        self._finder = finder

    def add_to(self, routes: APIRouter) -> None:
        """Adds `POST /signin` and `POST /signout`."""
        routes.add_api_route("/signin", self.enter, methods=["POST"])
        routes.add_api_route("/signout", self.leave, methods=["POST"])

    async def enter(self, request: Request) -> Response:
        """Begins a session with the token of the form and leads on to its `next`; else the form again."""
        fields = {} if (refused := self._refused(request)) else await _read(request)
        return await run_in_threadpool(self._enter, request, refused or (0 if fields else 413), fields)

    async def leave(self, request: Request) -> Response:
        """Ends the session, and leads to the front page."""
        return await run_in_threadpool(self._leave, request)

    def _enter(self, request: Request, refused: int, fields: dict[str, str]) -> Response:
        next = local(fields.get("next", "/"))
        if refused:
            return self._again(refused, next)
        try:
            cookie = self._house.doorkeeper.sign_in(request, fields.get("token", "").strip())
        except Unauthenticated:
            return self._again(401, next)
        except StemmaError as error:
            return message_of(error)
        return _lead_on(next, cookie)

    def _leave(self, request: Request) -> Response:
        if not is_ours(request, self._house):
            return self._again(403, "/")
        try:
            return _lead_on("/", self._house.doorkeeper.sign_out(request))
        except StemmaError as error:
            return message_of(error)

    def _refused(self, request: Request) -> int:
        """The status with which the form is refused unread; 0 if it is not."""
        if not is_ours(request, self._house):
            return 403
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        return 0 if media_type == _FORM else 415

    def _again(self, status: int, next: str) -> Response:
        house = self._house
        library = Library(house.newsroom, house.reader, self._finder, log=Logbook(house), audience="public")
        challenge = {"WWW-Authenticate": 'Bearer realm="stemma"'} if status == 401 else {}
        page = form(library, next, _WRONG[status])
        return respond(page, "/signin", status, **{"Cache-Control": "no-store", **challenge})


def is_ours(request: Request, house: House) -> bool:
    """Whether the form is one of this site, as far as the browser says; what says nothing is no browser."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True
    # A proxy may have put another Host in place of the one that the browser asked for.
    ours = {request.headers.get("host"), urlsplit(house.newsroom.desk.base_url).netloc}
    return urlsplit(origin).netloc in ours - {None, ""}


async def _read(request: Request) -> dict[str, str]:
    """The fields of the form, the first of each name; none if it is too long or cannot be read."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LONGEST_FORM:
            return {}
    try:
        fields = parse_qs(data.decode("ascii"), keep_blank_values=True, max_num_fields=8)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _lead_on(path: str, cookie: str) -> Response:
    # 303: the browser asks for the page, and never sends the form again (RFC 9110, 15.4.4).
    return Response(status_code=303, headers={"Location": path, "Set-Cookie": cookie, "Cache-Control": "no-store"})
