"""The program that takes the text out of a captured page: `python -m api.extractor MEDIA_TYPE CHARSET < bytes`.

It is run as a process of its own by `api.extraction`, since what it reads may be made to harm whoever reads it: it
limits its own memory, time and files before it looks at the first byte. It writes the profile of the extraction on a
line, then the text, in UTF-8. It ends with 0, with `TOO_LONG` or with `UNREADABLE`.
"""

import re
import resource
import sys
from collections.abc import Iterator
from importlib.metadata import version
from io import BytesIO
from typing import Any, Final
from unicodedata import normalize

from api.charsets import decoded

TOO_LONG: Final = 3
UNREADABLE: Final = 4

LONGEST: Final = 2_000_000
"""Characters that a text may have: a thousand pages of a book."""

MEMORY: Final = 1024 * 1024 * 1024
SECONDS: Final = 20

_BLOCKS: Final = re.compile(
    r"address|article|aside|blockquote|body|br|caption|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure"
    r"|footer|form|h1|h2|h3|h4|h5|h6|header|hgroup|hr|html|legend|li|main|nav|ol|p|pre|section|summary|table"
    r"|tbody|tfoot|thead|tr|ul"
)
"""Elements that begin and end a line."""

_UNSHOWN: Final = re.compile(
    r"applet|audio|canvas|datalist|embed|frame|frameset|head|iframe|math|meter|noframes|noscript|object|param"
    r"|progress|script|select|style|svg|template|textarea|title|video"
)
"""Elements whose text no reader sees as text of the page."""

_CELLS: Final = frozenset({"td", "th"})
_SPACE: Final = re.compile(r"\s+")
_UNDISPLAYED: Final = re.compile(r"(display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)


class _TooLong(Exception):
    """The text has more characters than anybody needs to look through."""


def main() -> int:
    """Reads, writes, and gives the exit code."""
    media_type, charset = sys.argv[1], sys.argv[2]
    _limit()
    data = sys.stdin.buffer.read()
    try:
        profile, text = extract(data, media_type, charset)
    except _TooLong:
        return TOO_LONG
    except Exception:  # noqa: BLE001 (whatever a hostile file sets off, the file is what cannot be read)
        return UNREADABLE
    sys.stdout.buffer.write(f"{profile}\n{text}".encode("utf-8", "replace"))
    return 0


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def extract(data: bytes, media_type: str, charset: str = "") -> tuple[str, str]:
    """The profile and the text, in lines. The same bytes give the same text under the same profile.

    The profile of a page or a text names the codec by which its bytes were read, since what a server declared of them
    is not in the bytes.
    """
    if media_type == "application/pdf":
        return f"pdf/pypdf-{version('pypdf')}/nfc-1", _tidied(_of_pdf(data))
    is_html = media_type != "text/plain"
    codec, text = decoded(data, charset, is_html=is_html)
    if not is_html:
        return f"text/{codec}/nfc-1", _tidied(iter([text]))
    return f"html/selectolax-{version('selectolax')}/{codec}/nfc-1", _tidied(_of_html(text))


def _tidied(pieces: Iterator[str]) -> str:
    """The pieces as one text: NFC, lines that end with a line feed, no empty lines, no white space around lines."""
    kept, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > 2 * LONGEST:
            raise _TooLong
        kept.append(piece)
    lines = (" ".join(line.split()) for line in normalize("NFC", "".join(kept)).splitlines())
    text = "\n".join(line for line in lines if line)
    # Some letters are eighteen in the form in which quotes are looked for, and that takes as much longer.
    if len(text) > LONGEST or len(normalize("NFKC", text)) > 2 * LONGEST:
        raise _TooLong
    return text


def _of_html(text: str) -> Iterator[str]:
    """What a reader sees, in order. The tree is walked without recursion: it may be nested as deep as it likes."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 (after the limits)

    root = LexborHTMLParser(text).root
    node: Any = root
    while node is not None:
        shown = _is_shown(node)
        if shown:
            yield _opening(node)
        if shown and node.child is not None:
            node = node.child
            continue
        while node is not None and node.next is None:
            node = node.parent
            if node is not None:
                yield _closing(node)
        if node is not None:
            node = node.next


def _is_shown(node: Any) -> bool:
    if _UNSHOWN.fullmatch(node.tag) or node.tag.startswith("_") or node.is_comment_node:
        return False
    if not node.is_element_node:
        return True
    attributes = node.attributes
    return "hidden" not in attributes and not _UNDISPLAYED.search(attributes.get("style") or "")


def _opening(node: Any) -> str:
    if node.is_text_node:
        return _SPACE.sub(" ", node.text_content or "")
    return "\n" if _BLOCKS.fullmatch(node.tag) else ""


def _closing(node: Any) -> str:
    if node.tag in _CELLS:
        return " "
    return "\n" if _BLOCKS.fullmatch(node.tag) else ""


def _of_pdf(data: bytes) -> Iterator[str]:
    import logging  # noqa: PLC0415 (after the limits)

    from pypdf import PdfReader  # noqa: PLC0415 (after the limits)

    logging.disable(logging.CRITICAL)
    for page in PdfReader(BytesIO(data)).pages:
        yield page.extract_text()
        yield "\n"


if __name__ == "__main__":
    sys.exit(main())
