"""Snapshots as `multipart/form-data`: one part `file`, and the fields of the command as parts beside it."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from api.captures import Capture, looked_at
from api.problems import TooLarge
from api.threads import wait_apart
from domain.errors import InvalidInput, Unavailable

FORM: Final = "multipart/form-data"

_FIELDS: Final = 20
_LONGEST_FIELD: Final = 64 * 1024
_AROUND: Final = 256 * 1024
"""Bytes that a form may have besides its file."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent, and the other fields of the form."""

    capture: Capture
    said: dict[str, Any]


def is_form(request: Request) -> bool:
    """Whether the request says that its body is a form with a file."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


@asynccontextmanager
async def upload(request: Request, limit: int) -> AsyncIterator[Upload]:
    """What was sent; the file may be read until the context ends. `limit` is how many bytes it may have.

    Raises `TooLarge`, `UnsupportedMedia` for a file of another type, `InvalidInput` for a form that cannot be read, and
    `Unavailable` where there is no room for it.
    """
    parser = StrictForm(
        request.headers,
        _limited(request, limit + _AROUND),
        max_files=1,
        max_fields=_FIELDS,
        max_part_size=_LONGEST_FIELD,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise InvalidInput(f"The form cannot be read: {error.message}") from None
    except OSError as error:
        raise Unavailable(f"There is no room for the file while it arrives ({error.strerror}).") from error
    if not parser.ended:
        await form.close()
        raise InvalidInput("The form breaks off: its last boundary is missing.")
    try:
        file, said = _taken_apart(form)
        yield Upload(await wait_apart(looked_at, file.file, file.content_type, limit), said)
    finally:
        await form.close()


class StrictForm(MultiPartParser):
    """A form in UTF-8, as JSON is: what is not would be stored as other letters. `ended` says that all of it came."""

    ended = False

    def on_part_end(self) -> None:
        self._charset = "utf-8"
        part = self._current_part
        if part.file is None and not _is_utf8(bytes(part.data)):
            raise MultiPartException("Its fields are UTF-8.")
        super().on_part_end()

    def on_end(self) -> None:
        self.ended = True


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


async def _limited(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge("The form is longer than any snapshot may be.")
        yield chunk


def _taken_apart(form: FormData) -> tuple[UploadFile, dict[str, Any]]:
    """The file and the other fields. Raises `InvalidInput` for a field that is there twice, or that should be text."""
    parts = form.multi_items()
    names = [name for name, _ in parts]
    for name in names:
        if names.count(name) > 1:
            raise InvalidInput.at(f"/{name}", "Each field of the form is given once.")
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise InvalidInput.at("/file", "The form has a part 'file' with the captured bytes and their Content-Type.")
    said: dict[str, Any] = {}
    for name, value in parts:
        if name != "file":
            said[name] = _value(name, value)
    return file, said


def _value(name: str, value: UploadFile | str) -> str | int:
    if isinstance(value, UploadFile):
        raise InvalidInput.at(f"/{name}", "Only 'file' is a file.")
    if name == "http_status" and value.isascii() and value.isdigit() and len(value) == 3:
        return int(value)
    return value
