"""What arrives as a snapshot: its bytes are kept and its text extracted before the command about it is decided.

So the bytes are on disk before the event that names them. A crash between the two, or a refusal, leaves bytes that no
event names, which do no harm.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO, Final

from api.extraction import extract
from api.problems import TooLarge
from api.sniffing import SEEN, charset_of, media_type_of
from domain.errors import InvalidInput, Unavailable
from domain.source.commands import DIGEST, CaptureSnapshot, KeptSnapshot
from domain.vault import Vault

CAPTURES: Final = "sources.snapshots"
"""The one command that takes a file."""

_CHUNK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Capture:
    """A file that may become a snapshot: where its bytes are read from, their digest, and what was declared of them."""

    file: BinaryIO
    digest: str
    media_type: str
    charset: str | None

    def said(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The body of the command with these fields. Raises `InvalidInput` for a digest that is another's."""
        if fields.get("digest", self.digest) != self.digest:
            raise InvalidInput.at("/digest", "The file has another digest.")
        return {**fields, "digest": self.digest}


def looked_at(file: BinaryIO, content_type: str | None, limit: int) -> Capture:
    """The file with its digest and its type. Raises `TooLarge`, `UnsupportedMedia`, and `InvalidInput` for no bytes."""
    hashed, size = sha256(), 0
    file.seek(0)
    head = file.read(SEEN)
    file.seek(0)
    while chunk := file.read(_CHUNK):
        hashed.update(chunk)
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"A snapshot may have {limit} bytes.")
    if not size:
        raise InvalidInput.at("/file", "The file is empty.")
    return Capture(file, DIGEST + hashed.hexdigest(), media_type_of(head, content_type), charset_of(content_type))


def kept(vault: Vault | None, asked: CaptureSnapshot, capture: Capture) -> KeptSnapshot:
    """What is asked, with the bytes and their text kept in the vault, durably.

    Raises `Unavailable` where nothing can be kept, or the file is not any more what it was when it was looked at.
    """
    if vault is None:
        raise Unavailable("This ledger was opened without a place for snapshots.")
    capture.file.seek(0)
    with vault.arriving() as arriving:
        while chunk := capture.file.read(_CHUNK):
            arriving.write(chunk)
        if DIGEST + arriving.sha256 != capture.digest:
            raise Unavailable("The file changed while it was read.")
        arriving.flush()
        extracted = extract(arriving.path, capture.media_type, capture.charset)
        arriving.keep()
    found: dict[str, Any] = {
        "size": arriving.size,
        "media_type": capture.media_type,
        "text_sha256": None if extracted.text is None else vault.keep(extracted.text.encode()),
        "text_profile": extracted.profile,
        "no_text": extracted.no_text,
    }
    return KeptSnapshot.model_validate({**asked.model_dump(exclude_unset=True), **found})
