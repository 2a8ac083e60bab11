"""Routes for reading snapshots: what is known of one, and its bytes, which are for the desk."""

from base64 import b64encode
from typing import Any, Final, get_args

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import API, MOMENT, answer, moment_asked, query
from api.bootstrap import House
from api.openapi import content, read
from api.representations import shapes
from api.representations.records import snapshot_body
from api.sniffing import HTML
from api.threads import compute
from domain.errors import NotFound, Unavailable
from domain.source import Source
from domain.source.state import Snapshot
from domain.values import Role
from domain.vault import Vault

_IDS: Final = ("source_id", "snapshot_id")
_AT: Final = "/sources/{source_id}/snapshots/{snapshot_id}"
_SUFFIXES: Final = {
    "application/pdf": "pdf",
    "application/xhtml+xml": "xhtml",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "text/html": "html",
    "text/plain": "txt",
}
"""Media type → how the name of the file ends that somebody saves."""

_INERT: Final = "sandbox; default-src 'none'"


def router(house: House) -> APIRouter:
    """One snapshot, and its content."""
    routes = APIRouter(prefix=API)

    async def show(request: Request) -> Response:
        caller, asked = house.doorkeeper.caller(request), query(request, *MOMENT)
        await house.wait(asked.get("min_position"))
        moment = moment_asked(house.store, asked)
        source_id, snapshot_id = _named(request)
        source: Source = house.reader.state("source", source_id, caller.audience, moment)
        return answer(request, snapshot_body(_found(source, snapshot_id), caller.audience), caller)

    async def give(request: Request) -> Response:
        caller = house.doorkeeper.member(request)
        query(request)
        source_id, snapshot_id = _named(request)
        source: Source = house.reader.state("source", source_id, caller.audience)
        snapshot = _found(source, snapshot_id)
        if not snapshot.stored or snapshot.sha256 is None:
            raise NotFound("content here of snapshot", snapshot_id)
        data = await compute(_vault(house).read, snapshot.sha256)
        return Response(data, 200, _headers(snapshot, snapshot.sha256))

    shown: Any = shapes.Snapshot
    said = read("sources.snapshots.show", "One snapshot.", tag="sources", ids=_IDS, takes=MOMENT, shows=shown)
    routes.add_api_route(_AT, show, **said)
    summary = "The bytes of a snapshot, to be saved. For the desk: what others published is not ours to publish."
    said = content("sources.snapshots.content", summary, tag="sources", ids=_IDS, roles=get_args(Role))
    routes.add_api_route(f"{_AT}/content", give, **said)
    return routes


def _named(request: Request) -> tuple[str, str]:
    return request.path_params["source_id"], request.path_params["snapshot_id"]


def _found(source: Source, id: str) -> Snapshot:
    snapshot = source.snapshot(id)
    if snapshot is None:
        raise NotFound("snapshot", id)
    return snapshot


def _vault(house: House) -> Vault:
    if house.newsroom.vault is None:
        raise Unavailable("This ledger was opened without its snapshots.")
    return house.newsroom.vault


def _headers(snapshot: Snapshot, digest: str) -> dict[str, str]:
    """Nothing of it may run or be shown in our name: a page is given as bytes, and whatever opens it, in a sandbox."""
    media_type = snapshot.media_type or "application/octet-stream"
    suffix = _SUFFIXES.get(media_type, "bin")
    return {
        "Content-Type": "application/octet-stream" if media_type in HTML else media_type,
        "Content-Disposition": f'attachment; filename="{snapshot.id}.{suffix}"',
        "Content-Security-Policy": _INERT,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(digest)).decode()}:",
    }
