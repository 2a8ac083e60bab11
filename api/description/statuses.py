"""Every status that an operation can answer with: what it means, and the headers that come with it."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final, get_args, get_origin

from pydantic import TypeAdapter

from api.description.promised import Said, promised
from api.problems import MEDIA_TYPE
from api.representations import shapes

EVERY: Final = (401, 408, 422, 429, 500, 503)
"""Problems that any operation may answer with."""
READ: Final = (*EVERY, 404)
RECORDED: Final = (*EVERY, 403, 409, 413, 415)
CHANGED: Final = (*RECORDED, 404, 412, 428)
PROPOSED: Final = (*RECORDED, 404)

_TAG: Final = r'^(W/)?"[^"]*"$'
HEADERS: Final[dict[str, Said]] = {
    "ETag": {
        "description": 'The tag of this representation; of a record `"v<version>.<hash>"`, which is the If-Match for '
        "its next change.",
        "required": True,
        "schema": {"type": "string", "pattern": _TAG},
        "example": '"v7.4f0c1d2e3a4b5c6d"',
    },
    "Location": {
        "description": "Where the new record is.",
        "required": True,
        "schema": {"type": "string", "format": "uri-reference"},
        "example": "/api/v1/parties/pty_1a8qkz9x2m4v6t8r0w3y5n7hjk",
    },
    "Ledger-Position": {
        "description": "The position of the command's last event: `min_position` for lists that must show it.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
        "example": 1742,
    },
    "Idempotency-Replayed": {
        "description": "`true` if the command had been recorded before, under the same Idempotency-Key.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Content-Disposition": {
        "description": "That it is to be saved, and the name of the file (RFC 6266).",
        "required": True,
        "schema": {"type": "string"},
        "example": 'attachment; filename="snp_1a8qkz9x2m4v6t8r0w3y5n7hjk.pdf"',
    },
    "Repr-Digest": {
        "description": "The SHA-256 of the bytes (RFC 9530).",
        "required": True,
        "schema": {"type": "string"},
        "example": "sha-256=:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=:",
    },
    "Link": {
        "description": 'The following page of a list (`rel="next"`), if there is one.',
        "schema": {"type": "string"},
        "example": '</api/v1/claims?after=50>; rel="next"',
    },
    "WWW-Authenticate": {
        "description": "How to say who asks (RFC 6750).",
        "required": True,
        "schema": {"type": "string"},
        "example": 'Bearer realm="stemma"',
    },
    "Retry-After": {
        "description": "Seconds after which the request may be sent again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
        "example": 1,
    },
    "RateLimit": {
        "description": "What is left of the quota, and the seconds until it is filled again.",
        "schema": {"type": "string"},
        "example": '"reads";r=0;t=2',
    },
    "RateLimit-Policy": {
        "description": "The quota, and the seconds that it is for.",
        "schema": {"type": "string"},
        "example": '"reads";q=600;w=60',
    },
}
"""Header of an answer → its description."""

_PROBLEMS: Final[dict[int, tuple[str, str, tuple[str, ...]]]] = {
    401: ("NoValidToken", "The token is missing, unknown, expired or revoked.", ("WWW-Authenticate",)),
    403: ("NotAllowed", "No role of yours allows it, or a second person is needed.", ()),
    404: ("NotFound", "There is no such thing, or none that you may see.", ()),
    408: ("TooSlow", "The request took too long to arrive. Nothing was recorded.", ()),
    409: ("RuleBroken", "The record's present state, or the policy in force, forbids it.", ()),
    412: ("StaleVersion", "The record has changed since the version that the change was made for.", ()),
    413: ("TooLarge", "The body is longer than any command can be.", ()),
    415: ("UnsupportedMediaType", "The body has to be JSON, and a file of a kind that is taken.", ()),
    422: ("InvalidInput", "A field, a parameter, a header or the JSON itself is not valid.", ()),
    428: ("VersionNeeded", "A change of a record must say which version it was made for (If-Match).", ()),
    429: ("TooManyRequests", "The quota is used up.", ("Retry-After", "RateLimit", "RateLimit-Policy")),
    500: ("InternalError", "Something went wrong here. The error has been logged.", ()),
    503: ("Unavailable", "It cannot be done now. Nothing was recorded; try again later.", ("Retry-After",)),
}
"""Status → the name of its component, what it means, and the headers that come with it."""

NOT_MODIFIED: Final = "NotModified"


def referred(*names: str) -> Said:
    """Headers of an answer, each as a reference to what `HEADERS` says of it."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def problems(*statuses: int) -> dict[int | str, Said]:
    """The problems that a route may answer with."""
    return {status: {"$ref": f"#/components/responses/{_PROBLEMS[status][0]}"} for status in sorted(statuses)}


def not_modified() -> dict[int | str, Said]:
    """That a reader has the representation already."""
    return {304: {"$ref": f"#/components/responses/{NOT_MODIFIED}"}}


def shown(
    description: str, type: Any, headers: Iterable[str] = ("ETag",), media_type: str = "application/json"
) -> Said:
    """An answer that shows something of this type."""
    return {
        "description": description,
        "headers": referred(*headers),
        "content": {media_type: {"schema": promised(f"what shows {type!r}", lambda: schema_of(type))}},
    }


@cache
def schema_of(type: Any) -> Said:
    """The JSON Schema of what is answered; what it refers to is in `$defs`. The same object every time: copy it."""
    schema = TypeAdapter(type).json_schema(mode="serialization")
    if get_origin(type) is shapes.Page:
        (item,) = get_args(type)
        schema["title"] = f"{item.__name__}Page"
    return schema


def names() -> dict[int, str]:
    """Status of a problem → the name of its component."""
    return {status: name for status, (name, _, _) in _PROBLEMS.items()}


def components() -> dict[str, Said]:
    """The headers and answers that operations refer to."""
    schema = schema_of(shapes.Problem)
    answers = {
        name: {
            "description": meaning,
            **({"headers": referred(*headers)} if headers else {}),
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for name, meaning, headers in _PROBLEMS.values()
    }
    answers[NOT_MODIFIED] = {"description": "You have this representation already.", "headers": referred("ETag")}
    return {"headers": dict(HEADERS), "responses": answers}
