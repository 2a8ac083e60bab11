"""The transparency log over HTTP: C2SP tlog-tiles v0.1.0, under `/log`.

Everything here can be served as static files too (`stemma export --log`). Tiles and bundles never change once a
checkpoint covers them, so they may be kept for ever; the checkpoint is what changes.
"""

import gzip
from collections.abc import Callable
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.answers import query
from api.bootstrap import House
from api.etag import etag, header, unchanged
from api.openapi import logged
from api.threads import compute
from domain.tlog.errors import BadTile
from domain.tlog.note import parse_note
from domain.tlog.tiles import HEIGHT, WIDTH, BundleId, TileId, bundle, parse_tile_path
from domain.tlog.treehead import Checkpoint
from projections.log.tiles import tile

TEXT: Final = "text/plain; charset=utf-8"
OCTETS: Final = "application/octet-stream"
FOR_EVER: Final = "public, max-age=31536000, immutable"
A_MOMENT: Final = "public, max-age=2"
"""How long the checkpoint may be kept: it changes within a second of what is recorded."""


def router(house: House) -> APIRouter:
    """`/log/checkpoint`, `/log/vkey`, and the tiles."""
    routes = APIRouter(prefix="/log", tags=["log"])

    def add(path: str, make: Callable[[Request], Response], operation: str, summary: str, media_type: str) -> None:
        async def show(request: Request) -> Response:
            query(request)
            return await compute(make, request)

        routes.add_api_route(path, show, **logged(operation, summary, media_type))

    add("/checkpoint", lambda r: _checkpoint(house, r), "log.checkpoint", "The newest signed checkpoint.", TEXT)
    add("/vkey", lambda r: _vkey(house, r), "log.vkey", "The key with which the log signs, to be verified by.", TEXT)
    summary = "A tile of hashes, or a bundle of entries (`entries/` in place of the level)."
    add("/tile/{tile:path}", lambda r: _tile(house, r), "log.tile", summary, OCTETS)
    return routes


def _checkpoint(house: House, request: Request) -> Response:
    note = house.book.now()
    if note is None:
        raise HTTPException(404)
    return _changing(request, note)


def _vkey(house: House, request: Request) -> Response:
    key = house.newsroom.desk.key
    if key is None:
        raise HTTPException(404)
    return _changing(request, f"{key.vkey}\n".encode())


def _changing(request: Request, content: bytes) -> Response:
    tag = etag(None, content)
    headers = {"ETag": tag, "Cache-Control": A_MOMENT}
    if unchanged(header(request.headers, "if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, TEXT)


def _tile(house: House, request: Request) -> Response:
    try:
        id = parse_tile_path(f"tile/{request.path_params['tile']}")
    except BadTile:
        raise HTTPException(404) from None
    content = None
    if _signed(id, signed_size(house)):
        content = entries(house, id) if isinstance(id, BundleId) else hashes(house, id)
    if content is None:
        raise HTTPException(404)
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if isinstance(id, BundleId) and _takes_gzip(request):
        return Response(gzip.compress(content, 6, mtime=0), 200, {**headers, "Content-Encoding": "gzip"}, OCTETS)
    return Response(content, 200, headers, OCTETS)


def signed_size(house: House) -> int:
    """How many entries the checkpoint covers that everybody is shown; 0 if there is none."""
    note = house.book.now()
    return 0 if note is None else Checkpoint.parse(parse_note(note).text).size


def hashes(house: House, id: TileId) -> bytes | None:
    """The bytes of a tile; None if the views do not have all of it."""
    with house.views.reading() as reading:
        return tile(reading, id.level, id.index, id.width)


def entries(house: House, id: BundleId) -> bytes:
    """The bytes of an entry bundle, which the ledger must have."""
    return bundle([row.leaf for row in house.store.rows(id.index * WIDTH, id.width)])


def _signed(id: TileId | BundleId, size: int) -> bool:
    """Whether a log of this size has all that the tile or bundle is over."""
    level = id.level if isinstance(id, TileId) else 0
    return (id.index * WIDTH + id.width) << (HEIGHT * level) <= size


def _takes_gzip(request: Request) -> bool:
    accepted = (part.strip().split(";") for part in (header(request.headers, "accept-encoding") or "").split(","))
    return any(name.strip().lower() == "gzip" and weight != ["q=0"] for name, *weight in accepted)
