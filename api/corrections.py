"""The register of corrections as a list, and as feeds that readers and other programs can follow.

The feeds are everybody's: whoever asks gets what the public may see, with addresses that begin with the one that the
desk was opened under. Both are given page by page (RFC 5005, section 3), the correction that was recorded last first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, get_args
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import USUAL_PAGE, page_asked, query
from api.bootstrap import House
from api.etag import etag, header, unchanged
from api.feeds import ATOM, JSON_FEED, Feed, atom, json_feed
from api.pages import phrases
from api.representations import Audience
from api.threads import compute
from domain.errors import InvalidInput
from domain.values import CorrectionKind
from projections.corrections import CorrectionRow, corrections
from projections.projection import FIRST, Page
from projections.views import Reading

FEEDS: Final[Mapping[str, tuple[Callable[[Feed], bytes], str]]] = {
    "/corrections.atom": (atom, ATOM),
    "/corrections.json": (json_feed, JSON_FEED),
}
"""Address of a feed → what writes it, and its media type."""

_USUAL: Final = {"after": FIRST, "limit": USUAL_PAGE}


def listed(
    reading: Reading, audience: Audience, asked: Mapping[str, str], after: int, limit: int
) -> Page[CorrectionRow]:
    """A page of the register, of one kind or one article if the query says so."""
    wanted = {name: asked[name] for name in ("kind", "article") if name in asked}
    kinds = get_args(CorrectionKind)
    if wanted.get("kind", kinds[0]) not in kinds:
        raise InvalidInput(f"'kind' is one of {', '.join(kinds)}.")
    return corrections(reading, audience, after, limit, **wanted)


def router(house: House) -> APIRouter:
    """Both feeds."""
    routes = APIRouter(include_in_schema=False)
    for path, (write, media_type) in FEEDS.items():
        routes.add_api_route(path, _feed(house, path, write, media_type), methods=["GET"])
    return routes


def _feed(house: House, path: str, write: Callable[[Feed], bytes], media_type: str) -> Callable[[Request], object]:
    async def show(request: Request) -> Response:
        after, limit = page_asked(query(request, "after", "limit"))
        content = await compute(lambda: write(_read(house, path, after, limit)))
        tag = etag(None, content)
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if unchanged(header(request.headers, "if-none-match"), tag):
            return Response(status_code=304, headers=headers)
        return Response(content, 200, headers, media_type)

    return show


def _read(house: House, path: str, after: int, limit: int) -> Feed:
    with house.views.reading() as reading:
        page = corrections(reading, "public", after, limit)
    desk = house.newsroom.desk
    return Feed(
        base_url=desk.base_url,
        name=desk.words.name or "The desk",
        opened_at=desk.opened.at,
        path=_page(path, after, limit),
        next=None if page.next is None else _page(path, page.next, limit),
        entries=page.items,
        touched=dict(_touched(house, page.items)),
    )


def _touched(house: House, entries: Iterable[CorrectionRow]) -> Iterator[tuple[int, tuple[str, str]]]:
    """What is said in place of a note that is gone or withheld, and when what is read of it changed, by position."""
    concealment = house.newsroom.streams.concealment
    for entry in entries:
        erased, kept = concealment.erased(entry.position), concealment.kept(entry.article_id).get(entry.position)
        if erased is not None:
            yield entry.position, (phrases.erased(erased.at, erased.reason), erased.at)
        elif kept is not None:
            yield entry.position, (phrases.withheld(kept.at), kept.at)


def _page(path: str, after: int, limit: int) -> str:
    """The address of a page of the feed; the first one, if it is as long as usual, is the feed's own."""
    asked = {"after": after, "limit": limit}
    unusual = {name: value for name, value in asked.items() if value != _USUAL[name]}
    return f"{path}?{urlencode(unusual)}" if unusual else path
