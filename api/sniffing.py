"""What kind of file captured bytes are: by the bytes themselves, and by what was declared of them."""

import re
from email.message import Message
from typing import Final

from api.problems import UnsupportedMedia

HTML: Final = ("text/html", "application/xhtml+xml")
SEEN: Final = 4_096
"""How many bytes from the beginning decide."""

ACCEPTED: Final = (*HTML, "application/pdf", "text/plain", "image/png", "image/jpeg", "image/gif", "image/webp")

_SIGNATURES: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_UNICODE: Final = (b"\xff\xfe", b"\xfe\xff")
_SVG: Final = re.compile(rb"^(?:\s|<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>)*<svg[\s>]", re.IGNORECASE | re.DOTALL)
_PAGE: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_ANYTHING: Final = (None, "", "application/octet-stream")


def charset_of(content_type: str | None) -> str | None:
    """The charset that a Content-Type names, if it is a plain word."""
    charset = _parsed(content_type).get_param("charset")
    return charset if isinstance(charset, str) and re.fullmatch(r"[A-Za-z0-9_:.-]{1,40}", charset) else None


def media_type_of(head: bytes, content_type: str | None) -> str:
    """The media type of a file that begins so. Raises `UnsupportedMedia` unless it is one of `ACCEPTED`.

    The bytes and what is declared must agree; where nothing is declared, the bytes decide.
    """
    declared = _declared(content_type)
    if declared is not None and declared not in ACCEPTED:
        raise UnsupportedMedia(f"A snapshot is one of {', '.join(ACCEPTED)}; this is declared to be something else.")
    found = _signed(head)
    if found is None:
        return _text(head, declared)
    if declared not in (None, found):
        raise UnsupportedMedia(f"The file is declared to be {declared}, but its bytes are {found}.")
    return found


def _declared(content_type: str | None) -> str | None:
    bare = None if content_type is None else content_type.partition(";")[0].strip().lower()
    return None if bare in _ANYTHING else bare


def _parsed(content_type: str | None) -> Message:
    message = Message()
    message["content-type"] = content_type or "application/octet-stream"
    return message


def _signed(head: bytes) -> str | None:
    """The type whose files begin with a signature."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((found for signature, found in _SIGNATURES if head.startswith(signature)), None)


def _text(head: bytes, declared: str | None) -> str:
    """The kind of text it is. Raises `UnsupportedMedia` for anything else."""
    if (b"\x00" in head and not head.startswith(_UNICODE)) or _SVG.match(head):
        raise UnsupportedMedia(f"The bytes are none of {', '.join(ACCEPTED)}.")
    if declared is None:
        return "text/html" if _PAGE.search(head) else "text/plain"
    if declared not in (*HTML, "text/plain"):
        raise UnsupportedMedia(f"The file is declared to be {declared}, but its bytes are something else.")
    return declared
