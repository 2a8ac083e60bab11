"""The addresses of the reader pages. A valid token shows the desk's view; without one, what is open."""

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.bootstrap import House
from api.logbook import Logbook
from api.pages.article import article_page
from api.pages.audit import audit_page
from api.pages.claim import claim_page
from api.pages.corrections import corrections_page
from api.pages.entrance import Entrance
from api.pages.finder import Finder
from api.pages.front import contested_page, front_page
from api.pages.history import article_history, claim_history, party_history, source_history
from api.pages.library import Library
from api.pages.messages import message_of
from api.pages.party import party_page
from api.pages.policy import policy_page
from api.pages.rendering import MEDIA_TYPES, STATIC, respond
from api.pages.search import search_page
from api.pages.shapes import MessagePage, Page, Visit
from api.pages.signin import signin_page
from api.pages.single import single_origin_page
from api.pages.source import source_page
from api.pages.verifier import Verifier
from api.pages.worklist import worklist_page
from api.threads import compute
from domain.errors import NotFound, StemmaError

Build = Callable[[Visit, Library], Page]


def _of(build: Callable[[str, Library], Page]) -> Build:
    """The page of a record, which only its id decides."""
    return lambda visit, library: build(visit.id, library)


PAGES: Final[dict[str, Build]] = {
    "/": front_page,
    "/contested": contested_page,
    "/corrections": corrections_page,
    "/articles/{id}": _of(article_page),
    "/articles/{id}/history": article_history,
    "/audit": audit_page,
    "/claims/{id}": _of(claim_page),
    "/claims/{id}/history": claim_history,
    "/claims/{id}/at/{position}": _of(claim_page),
    "/parties/{id}": _of(party_page),
    "/parties/{id}/history": party_history,
    "/policies/{policy_number}": policy_page,
    "/search": search_page,
    "/signin": signin_page,
    "/single-origin": single_origin_page,
    "/sources/{id}": _of(source_page),
    "/sources/{id}/history": source_history,
    "/worklist": worklist_page,
}
"""Address → what builds the page there."""

YEAR: Final = 31_536_000


def router(house: House) -> APIRouter:
    """Every reader page of this house."""
    routes = APIRouter(include_in_schema=False, default_response_class=Response)
    pages = _Pages(house)
    for path, build in PAGES.items():
        routes.add_api_route(path, pages.endpoint(build), methods=["GET"])
    routes.add_api_route("/static/{name}", pages.static, methods=["GET"])
    Entrance(house, pages.finder).add_to(routes)
    Verifier(house, pages.finder).add_to(routes)
    return routes


class _Pages:
    """Answers requests for pages. Errors that are meant for people become pages too."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.finder = Finder(house.views)
        self._log = Logbook(house)

    def endpoint(self, build: Build) -> Callable[[Request], object]:
        async def show(request: Request) -> Response:
            try:
                return await compute(self._show, build, request)
            except StemmaError as error:
                return message_of(error)

        return show

    def _show(self, build: Build, request: Request) -> Response:
        caller = self._house.doorkeeper.caller(request)
        given = request.path_params.get("position")
        library = Library(
            self._house.newsroom,
            self._house.reader,
            self.finder,
            log=self._log,
            audience=caller.audience,
            actor=caller.actor,
            position=None if given is None else self._position(given),
        )
        id = request.path_params.get("id", request.path_params.get("policy_number", ""))
        visit = Visit(id, dict(request.query_params))
        page = build(visit, library)
        return respond(page, request.url.path, page.status if isinstance(page, MessagePage) else 200)

    def _position(self, text: str) -> int:
        """The position in an address. Raises `NotFound` for what is none, or lies beyond the ledger's end."""
        if not text.isascii() or not text.isdigit() or len(text) > 15:
            raise NotFound("position", text)
        if int(text) > self._house.store.head().position:
            raise NotFound("position", text)
        return int(text)

    async def static(self, name: str) -> Response:
        """One of the files that pages load."""
        if name not in STATIC:
            return message_of(NotFound("file", name))
        headers = {"Cache-Control": f"public, max-age={YEAR}, immutable", "X-Content-Type-Options": "nosniff"}
        return Response(STATIC[name], 200, headers, MEDIA_TYPES[name])
