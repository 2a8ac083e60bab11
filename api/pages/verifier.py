"""Checking a proof with a browser: the form of `/audit`, which changes nothing, and the verifier in a single file.

What is sent is checked in memory and forgotten. The form is answered for this site alone, as every form here is.
"""

from collections.abc import AsyncGenerator
from typing import Final
from urllib.parse import parse_qs

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response

from api.assessment import assess
from api.bootstrap import House
from api.etag import etag, header, unchanged
from api.logbook import Logbook
from api.pages.audit import CHECKER, LARGEST, made
from api.pages.entrance import is_ours
from api.pages.finder import Finder
from api.pages.library import Library
from api.pages.messages import message_of
from api.pages.rendering import respond
from api.problems import TooLarge, UnsupportedMedia
from api.threads import compute
from api.uploads import FORM, StrictForm
from domain.errors import InvalidInput, NotFound, Refused, StemmaError

_ENCODED: Final = "application/x-www-form-urlencoded"
_AROUND: Final = 64 * 1024
"""Bytes that a form with parts may have besides the bundle."""

_FIELDS: Final = ("file", "bundle")
"""Where a bundle may be, in the order in which one is looked for."""


class Foreign(Refused):
    """The form was sent from another site."""


_STATUSES: Final = {Foreign: 403, TooLarge: 413, UnsupportedMedia: 415, InvalidInput: 422}
_REFUSED: Final = tuple(_STATUSES)


class Verifier:
    """The routes of a house where proofs are checked."""

    def __init__(self, house: House, finder: Finder) -> None:
        self._house = house
        self._finder = finder

    def add_to(self, routes: APIRouter) -> None:
        """Adds `POST /audit` and `GET /audit/check_proof.py`."""
        routes.add_api_route("/audit", self.check, methods=["POST"])
        routes.add_api_route("/audit/check_proof.py", self.checker, methods=["GET"])

    async def check(self, request: Request) -> Response:
        """The page with what came of the bundle, 200 whether it proves anything or not; else why it was not checked."""
        try:
            try:
                if not is_ours(request, self._house):
                    raise Foreign("The form was sent from another site. Check the proof here if you meant to.")
                data = await _bundle(request)
                return await compute(self._checked, request, data)
            except _REFUSED as refused:
                return await compute(self._again, request, refused)
        except StemmaError as error:
            return message_of(error)

    async def checker(self, request: Request) -> Response:
        """The file as it is."""
        return await compute(_checker, request)

    def _checked(self, request: Request, data: bytes) -> Response:
        assessed = assess(self._house, data)
        return respond(made(self._library(request), assessed), "/audit", 200, **{"Cache-Control": "no-store"})

    def _again(self, request: Request, refused: StemmaError) -> Response:
        status = next(status for kind, status in _STATUSES.items() if isinstance(refused, kind))
        page = made(self._library(request), wrong=str(refused))
        return respond(page, "/audit", status, **{"Cache-Control": "no-store"})

    def _library(self, request: Request) -> Library:
        caller, house = self._house.doorkeeper.caller(request), self._house
        return Library(
            house.newsroom,
            house.reader,
            self._finder,
            log=Logbook(house),
            audience=caller.audience,
            actor=caller.actor,
        )


async def _bundle(request: Request) -> bytes:
    """The bundle in the form: a file, or what was pasted. Raises one of `_REFUSED`, `InvalidInput` if there is none."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == FORM:
        fields = await _parts(request)
    elif media_type == _ENCODED:
        fields = await _encoded(request)
    else:
        raise UnsupportedMedia("What was sent is not a form.")
    given = [field for name in _FIELDS if (field := fields.get(name, b"").strip())]
    if not given:
        raise InvalidInput("Nothing was sent. Choose the file of a proof, or paste what is in it.")
    if len(given) > 1:
        raise InvalidInput("A file was chosen and something was pasted. Send one of the two.")
    if len(given[0]) > LARGEST:
        raise _too_large()
    return given[0]


async def _parts(request: Request) -> dict[str, bytes]:
    parser = _Form(
        request.headers,
        _limited(request, LARGEST + _AROUND),
        max_files=1,
        max_fields=len(_FIELDS),
        max_part_size=LARGEST + 1,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise InvalidInput(f"The form cannot be read: {error.message}") from None
    try:
        if not parser.ended:
            raise InvalidInput("The form breaks off: its last boundary is missing.")
        return {
            name: await value.read() if isinstance(value, UploadFile) else value.encode()
            for name, value in form.multi_items()
        }
    finally:
        await form.close()


async def _encoded(request: Request) -> dict[str, bytes]:
    # A byte may be written with three.
    data = b"".join([chunk async for chunk in _limited(request, 3 * LARGEST)])
    try:
        fields = parse_qs(data.decode("ascii"), keep_blank_values=True, max_num_fields=8, errors="strict")
    except ValueError:
        raise InvalidInput("The form cannot be read.") from None
    return {name: values[0].encode() for name, values in fields.items()}


class _Form(StrictForm):
    """A form of which nothing is written to a disk while it arrives."""

    spool_max_size = LARGEST + _AROUND


async def _limited(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise _too_large()
        yield chunk


def _too_large() -> TooLarge:
    return TooLarge(
        f"A proof that is checked here may have {LARGEST // 1024 // 1024} MiB; stemma check-proof checks longer ones."
    )


def _checker(request: Request) -> Response:
    try:
        content = CHECKER.read_bytes()
    except OSError:
        return message_of(NotFound("file", CHECKER.name))
    tag = etag(None, content)
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Content-Disposition": f'attachment; filename="{CHECKER.name}"',
    }
    if unchanged(header(request.headers, "if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, "text/x-python; charset=utf-8")
