"""Corrections as a feed: Atom (RFC 4287, in pages as in RFC 5005) and JSON Feed 1.1.

An entry is named by the address of the correction on its article's page, which never changes. Nothing is ever taken
out of a feed: the corrections of a withdrawn article stay, and a note that was erased is shown as erased.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from pydantic_core import to_json

from api.pages.phrases import CORRECTION
from projections.corrections import CorrectionRow

ATOM: Final = "application/atom+xml"
JSON_FEED: Final = "application/feed+json"

_ATOM_NAMES: Final = "http://www.w3.org/2005/Atom"
_JSON_FEED_VERSION: Final = "https://jsonfeed.org/version/1.1"
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ERASED: Final = "(This note was erased.)"

register_namespace("", _ATOM_NAMES)


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of the register. `path` is where it is, `next` where the older ones are; both follow `base_url`."""

    base_url: str
    name: str
    opened_at: str
    path: str
    next: str | None
    entries: Sequence[CorrectionRow]
    touched: Mapping[int, tuple[str, str]]

    @property
    def title(self) -> str:
        return f"Corrections · {self.name}"

    @property
    def home(self) -> str:
        """The page of the register, which is the name of the feed too."""
        return f"{self.base_url}/corrections"

    @property
    def updated(self) -> str:
        """When the newest correction here was recorded, or changed; of none, when the desk was opened."""
        return max(map(self.changed_at, self.entries), default=self.opened_at)

    def changed_at(self, entry: CorrectionRow) -> str:
        """When its note was erased, withheld or released, or else when it was recorded."""
        return max(entry.recorded_at, self.touched.get(entry.position, ("", ""))[1])

    def note(self, entry: CorrectionRow) -> str:
        """The note, or what is said in its place."""
        said, _ = self.touched.get(entry.position, (_ERASED, ""))
        return said if entry.note is None else entry.note

    def address(self, entry: CorrectionRow) -> str:
        """Where the correction is shown, and its name for ever."""
        return f"{self.base_url}/articles/{entry.article_id}#{entry.id}"


def title_of(entry: CorrectionRow) -> str:
    """What the entry is called: its kind and its article."""
    return f"{CORRECTION[entry.kind]}: {entry.article_title or 'an article whose title was erased'}"


def atom(feed: Feed) -> bytes:
    """The feed as Atom. Characters that XML 1.0 cannot hold are U+FFFD in it."""
    root = Element(_name("feed"))
    _say(root, "id", feed.home)
    _say(root, "title", feed.title)
    _say(root, "updated", feed.updated)
    _say(SubElement(root, _name("author")), "name", feed.name)
    _link(root, "self", feed.base_url + feed.path, ATOM)
    _link(root, "alternate", feed.home, "text/html")
    if feed.next is not None:
        _link(root, "next", feed.base_url + feed.next, ATOM)
    for entry in feed.entries:
        _entry(root, feed, entry)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: Element, feed: Feed, entry: CorrectionRow) -> None:
    said = SubElement(root, _name("entry"))
    _say(said, "id", feed.address(entry))
    _say(said, "title", title_of(entry))
    _say(said, "updated", feed.changed_at(entry))
    _say(said, "published", entry.issued_at)
    _link(said, "alternate", feed.address(entry), "text/html")
    for claim in entry.claims:
        _link(said, "related", f"{feed.base_url}/claims/{claim.id}", "text/html")
    SubElement(said, _name("category"), {"term": entry.kind, "label": CORRECTION[entry.kind]})
    _say(said, "content", feed.note(entry))


def _name(name: str) -> str:
    return f"{{{_ATOM_NAMES}}}{name}"


def _say(parent: Element, name: str, text: str) -> None:
    SubElement(parent, _name(name)).text = _NOT_IN_XML.sub("\ufffd", text)


def _link(parent: Element, relation: str, address: str, media_type: str) -> None:
    SubElement(parent, _name("link"), {"rel": relation, "type": media_type, "href": address})


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed. What JSON Feed has no field for is under `_stemma` in each item."""
    said: dict[str, Any] = {
        "version": _JSON_FEED_VERSION,
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.base_url + feed.path,
        "authors": [{"name": feed.name}],
        "items": [_item(feed, entry) for entry in feed.entries],
    }
    if feed.next is not None:
        said["next_url"] = feed.base_url + feed.next
    return to_json(said)


def _item(feed: Feed, entry: CorrectionRow) -> dict[str, Any]:
    claims = [
        {"id": claim.id, "url": f"{feed.base_url}/claims/{claim.id}", "statement": claim.statement}
        for claim in entry.claims
    ]
    return {
        "id": feed.address(entry),
        "url": feed.address(entry),
        "title": title_of(entry),
        "content_text": feed.note(entry),
        "date_published": entry.issued_at,
        "date_modified": feed.changed_at(entry),
        "tags": [entry.kind],
        "_stemma": {"id": entry.id, "article_id": entry.article_id, "claims": claims, "position": entry.position},
    }
