"""One fixed event of every type in the catalogue, every field filled in: what the golden bytes are made from.

The values follow from the names and types of the fields alone, so that an event whose shape changes is another example,
and its golden bytes no longer fit. Ids of one kind are all the same: events that belong together meet in one fold.
"""

from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel

from domain.catalogue import EVENTS
from domain.events import Event
from domain.values import make_id

ACTOR: Final = make_id("act", bytes(range(16)))
REQUEST: Final = make_id("req", bytes(range(16)))
STREAMS: Final = {
    kind: make_id(prefix, bytes(range(16)))
    for kind, prefix in {
        "article": "art",
        "claim": "clm",
        "desk": "dsk",
        "map": "map",
        "party": "pty",
        "policy": "pol",
        "source": "src",
    }.items()
}
"""Kind of record → the stream of its examples."""

_IDS: Final = {
    "actor": "act",
    "affiliation": "aff",
    "appeared_in": "src",
    "author": "pty",
    "basis_claim": "clm",
    "citation": "cit",
    "claim": "clm",
    "claimant": "pty",
    "correction": "cor",
    "dispute": "dsp",
    "link": "lnk",
    "origin": "ori",
    "party": "pty",
    "placement": "pch",
    "policy": "pol",
    "proposal": "prp",
    "position": "pos",
    "publisher": "pty",
    "reply": "rpl",
    "reported_party": "pty",
    "search": "sch",
    "settlement": "stl",
    "snapshot": "snp",
    "source": "src",
    "token": "tok",
    "verdict": "vdt",
    "via_source": "src",
}
_TEXTS: Final = {
    "derives_from": STREAMS["source"],
    "since": "2013",
    "until": "2020?",
    "valid_until": "2027",
    "value": "150",
    "upper": "160",
    "score": "0.87",
    "about_tolerance": "0.10",
    "language": "en",
    "translated_from": "fa",
    "quote_translated_from": "fa",
    "rating": "unproven",
    "key": "unproven",
    "secret_sha256": "5e" * 32,
    "sha256": "5e" * 32,
    "text_sha256": "6f" * 32,
    "media_type": "text/html",
    "text_profile": "html/selectolax-1.0.2/nfc-1",
    "profile": "nfkc-1/indel-1",
    "deadline": "2026-12-01T11:00:00.000000Z",
    "last": "2026-11-23T11:00:00.000000Z",
    "system": "2026-11-23T10:00:00.000000Z",
    "ceiling": "2026-11-23T12:00:00.000000Z",
    "origin": "example.org/ledger",
    "base_url": "https://example.org",
    "projection": "claims",
    "digest": "7a" * 32,
    "root": "8b" * 32,
    "last_root": "8b" * 32,
    "vkey": "example.org/ledger+1157568b+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
    "previous_vkey": "example.org/ledger+98c8c868+AR8eHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgEA",
}


ADDED: Final[dict[str, frozenset[str]]] = {
    "article.text_revised.v1": frozenset({"orphaned_because", "candidates"}),
    "claim.cited.v1": frozenset({"value", "bound", "upper", "counted_on", "unit"}),
    "claim.verdict_act_proposed.v1": frozenset({"numbers"}),
    "claim.verdict_approved.v1": frozenset({"numbers", "findings"}),
    "claim.verdict_proposed.v1": frozenset({"numbers", "findings", "overrides", "override_reason"}),
    "claim.verdict_reaffirmed.v1": frozenset({"numbers", "findings"}),
    "policy.proposed.v1": frozenset({"reply_required", "rules"}),
    "source.origin_declared.v1": frozenset({"as_alleged"}),
}
"""Type → the optional fields that it got since its first golden bytes were frozen, in its head and in its words."""


def example(type: str) -> Event:
    """The example of this type, as it was first stored: without what was added to it since."""
    event: Event = _filled(EVENTS[type], ADDED.get(type, frozenset()))
    return event


def example_with_all(type: str) -> Event:
    """The example of this type with every field that it has now."""
    event: Event = _filled(EVENTS[type])
    return event


def stream_of(type: str) -> str:
    """The stream in which the example of this type lies."""
    return STREAMS[type.partition(".")[0]]


def _filled(model: type[BaseModel], without: frozenset[str] = frozenset()) -> Any:
    fields = {name: field.annotation for name, field in model.model_fields.items() if name not in without}
    return model(**{name: _value(name, annotation, without) for name, annotation in fields.items()})


def _value(name: str, annotation: Any, without: frozenset[str] = frozenset()) -> Any:
    inner = [arm for arm in get_args(annotation) if arm not in {NoneType, Ellipsis}]
    if get_origin(annotation) is Literal:
        return inner[0]
    if get_origin(annotation) is tuple:
        return ("happened_on", "topics") if name == "changes" else (_value(name.removesuffix("s"), inner[0], without),)
    if inner:
        return {name: _text(name)} if get_origin(annotation) is dict else _value(name, inner[0], without)
    if issubclass(annotation, BaseModel):
        return _filled(annotation, without)
    if issubclass(annotation, bool):
        return True
    return 7 if issubclass(annotation, int) else _text(name)


def _text(name: str) -> str:
    if name in _TEXTS:
        return _TEXTS[name]
    if name.endswith("_id"):
        return make_id(_IDS[name.removesuffix("_id")], bytes(range(16)))
    if name.endswith("_on"):
        return "2023-06-20"
    if name.endswith("_at"):
        return "2023-06-21T07:00:00Z"
    return f"{name}: “è 𝄞”\n"
