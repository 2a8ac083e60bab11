"""What the description of the interface (OpenAPI) says of the routes that are made from tables."""

from collections.abc import Iterable
from functools import cache
from threading import Lock
from typing import Any, Final, get_args

from fastapi import FastAPI, Request, Response
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool

from api.answers import API, query
from api.captures import CAPTURES
from api.description.document import complete
from api.description.promised import kept, promised
from api.description.statuses import CHANGED, PROPOSED, READ, RECORDED, not_modified, problems, referred, shown
from api.etag import etag, header, unchanged
from api.examples import EXAMPLES
from api.representations import shapes
from api.representations.shapes.event import WrittenEvent
from domain.commands import Act, RecordKind
from domain.values import KINDS, CorrectionKind, Role, Standing, id_pattern
from projections.changes import RECORD_KINDS
from projections.terms import MAX_LENGTH, MAX_WORDS
from projections.worklist import WORK_KINDS

_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "1 to 255 characters; the same key and request give the first answer again, for ever.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
_IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": 'The ETag of the record that the change was made for; only the version counts, so "v7" will do.',
    "schema": {"type": "string"},
}
_IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the representation that you have: 304 if it is still this one.",
    "schema": {"type": "string"},
}
_WRITTEN: Final[dict[RecordKind, type]] = {
    "party": shapes.WrittenParty,
    "source": shapes.WrittenSource,
    "claim": shapes.WrittenClaim,
    "article": shapes.WrittenArticle,
    "policy": shapes.WrittenPolicy,
    "actor": shapes.WrittenActor,
    "event": WrittenEvent,
}
"""Kind of record → what a command on it answers."""

_OPERATED: Final = {200: "It is so", 503: "It is not so now"}

QUERY: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "position": ({"type": "integer", "minimum": 0}, "The past as it was recorded up to this ledger position."),
    "as_of": ({"type": "string", "format": "date-time"}, "The past at this time (RFC 3339), on the axis."),
    "axis": (
        {"type": "string", "enum": ["recorded", "decided"], "default": "recorded"},
        "Which time `as_of` means: when it was recorded, or when it was decided.",
    ),
    "min_position": (
        {"type": "integer", "minimum": 0},
        "Waits up to two seconds until the views have reached this position, else 503.",
    ),
    "after": ({"type": "string"}, "The cursor after which to go on: `next` of the page before."),
    "limit": ({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "How many items a page has at most."),
    "kind": ({"type": "string", "enum": list(get_args(CorrectionKind))}, "Only corrections of this kind."),
    "article": ({"type": "string"}, "Only claims placed in the article with this id, or only corrections of it."),
    "source": ({"type": "string"}, "Only claims citing the source with this id."),
    "party": ({"type": "string"}, "Only claims in which the party with this id occurs, in whatever part."),
    "about": ({"type": "string"}, "Only claims about the party with this id."),
    "rating": ({"type": "string"}, "Only claims whose verdict in force has this rating."),
    "topic": ({"type": "string"}, "Only claims with this topic."),
    "contested": ({"type": "boolean"}, "Only claims about which parties disagree, or only the others."),
    "evidence_conflicts": ({"type": "boolean"}, "Only claims that standing citations support and refute, or others."),
    "withdrawn": ({"type": "boolean"}, "Only withdrawn claims, or only the others."),
    "needs_review": ({"type": "boolean"}, "Only claims whose verdict needs review, or only the others."),
    "since": (
        {"type": "string"},
        "Only what changed after this: a ledger position, or a time (RFC 3339). Without it, everything.",
    ),
    "q": (
        {"type": "string", "maxLength": MAX_LENGTH},
        f"Only what has all of these words, {MAX_WORDS} at most; no word finds nothing, and no sign is an operator.",
    ),
    "language": (
        {"type": "string", "maxLength": 100},
        "Only what is in this language (BCP 47): `fa` finds what is in `fa-Arab` too.",
    ),
    "search.kind": ({"type": "string", "enum": list(RECORD_KINDS)}, "Only records of this kind."),
    "changes.kind": ({"type": "string", "enum": list(RECORD_KINDS)}, "Only records of this kind."),
    "worklist.kind": ({"type": "string", "enum": list(WORK_KINDS)}, "Only what waits in this way."),
    "assume": (
        {"type": "string", "enum": list(get_args(Standing))},
        "What would be, if the source had this standing. Nothing is recorded by asking.",
    ),
    "stream": ({"type": "string"}, "Only events of the record with this id."),
    "type": ({"type": "string"}, "Only events of this type, by the name that is stored: `claim.cited.v1`."),
    "actor": ({"type": "string"}, "Only events that the actor with this id recorded."),
}
"""Parameter of a query → its schema, and what it asks for. Before a dot stands the list that means another thing."""


def described(act: Act) -> dict[str, Any]:
    """What the description says of a command's route, as arguments for `add_api_route`."""
    return {
        "operation_id": act.name,
        "summary": act.summary,
        "tags": [act.path.split("/")[1]],
        "responses": {**_written(act), **problems(*_refusals(act))},
        "openapi_extra": {
            "parameters": [*_path(act.ids), _KEY, *((_IF_MATCH,) if act.conditional else ())],
            "requestBody": {
                "required": any(field.is_required() for field in act.body.model_fields.values()),
                "content": {
                    "application/json": {
                        "schema": promised(f"{act.name} body", lambda: _body_schema(act)),
                        "example": EXAMPLES[act.name],
                    },
                    **(
                        {"multipart/form-data": {"schema": promised(f"{act.name} form", lambda: _form_schema(act))}}
                        if act.name == CAPTURES
                        else {}
                    ),
                },
            },
            "security": [{"token": []}],
            "x-roles": sorted(act.roles),
        },
    }


def _refusals(act: Act) -> tuple[int, ...]:
    if act.creates:
        return RECORDED
    return CHANGED if act.conditional else PROPOSED


def _written(act: Act) -> dict[int | str, dict[str, Any]]:
    type = shapes.IssuedToken if act.name == "actors.tokens" else _WRITTEN[act.kind]
    headers = ("ETag", "Ledger-Position", "Idempotency-Replayed", *(("Location",) if act.status == 201 else ()))
    return {act.status: shown("The record's new state", type, headers)}


def _path(ids: Iterable[str]) -> list[dict[str, Any]]:
    return [{"name": id, "in": "path", "required": True, "schema": _id_schema(id)} for id in ids]


def _id_schema(name: str) -> dict[str, Any]:
    """The schema of a part of a route, which is called after what it names."""
    if name == "role":
        return {"type": "string", "enum": list(get_args(Role))}
    prefix = next((prefix for prefix, kind in KINDS.items() if name == f"{kind}_id"), None)
    return {"type": "string", **({} if prefix is None else {"pattern": id_pattern(prefix)})}


def _query(name: str) -> dict[str, Any]:
    schema, description = QUERY[name]
    return {
        "name": name.rpartition(".")[2],
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }


@cache
def _body_schema(act: Act) -> dict[str, Any]:
    """The schema of the command's body, with the one field that every write may have."""
    schema = act.body.model_json_schema(by_alias=True)
    said = {
        "type": "string",
        "format": "date-time",
        "description": "When it was decided, for imported history; needs the role importer.",
    }
    title, properties = f"{schema['title']}Request", {**schema.get("properties", {}), "decided_at": said}
    return {**schema, "title": title, "properties": properties}


def _form_schema(act: Act) -> dict[str, Any]:
    """The schema of the form that carries a file in place of the digest."""
    schema = _body_schema(act)
    file = {"type": "string", "contentMediaType": "application/octet-stream", "description": "The captured bytes."}
    properties = {"file": file, **schema["properties"]}
    required = ["file", *schema.get("required", ())]
    return {**schema, "title": f"{act.body.__name__}Form", "properties": properties, "required": required}


def read(
    operation: str,
    summary: str,
    *,
    tag: str,
    ids: Iterable[str] = (),
    takes: Iterable[str] = (),
    shows: Any = Any,
    roles: Iterable[Role] = (),
) -> dict[str, Any]:
    """What the description says of a reading route, as arguments for `add_api_route`.

    `ids` are the names in its path; `takes` are the parameters of its query, each of them one of `QUERY`; `shows` is
    the type of the JSON that it answers with (a TypedDict, a dataclass, `list[…]`). Without `roles` it is for everyone.
    """
    takes = tuple(takes)
    headers = ("ETag", "Link") if "after" in takes else ("ETag",)
    who: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]
    return {
        "operation_id": operation,
        "summary": summary,
        "tags": [tag],
        "responses": {
            200: shown("What was asked for", shows, headers),
            **not_modified(),
            **problems(*READ, *((403,) if roles else ())),
        },
        "openapi_extra": {
            "parameters": [*_path(ids), *map(_query, takes), _IF_NONE_MATCH],
            "security": who if roles else [{}, *who],
            **({"x-roles": sorted(roles)} if roles else {}),
        },
    }


def content(operation: str, summary: str, *, tag: str, ids: Iterable[str], roles: Iterable[Role]) -> dict[str, Any]:
    """What the description says of a route that gives a file, as arguments for `add_api_route`."""
    octets = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {
        "operation_id": operation,
        "summary": summary,
        "tags": [tag],
        "response_class": Response,
        "responses": {
            200: {
                "description": "The bytes, as they were captured",
                "headers": referred("Content-Disposition", "Repr-Digest"),
                "content": {"*/*": {"schema": octets}},
            },
            **problems(*READ, 403),
        },
        "openapi_extra": {
            "parameters": _path(ids),
            "security": [{"token": []}, {"session": []}],
            "x-roles": sorted(roles),
        },
    }


def operated(operation: str, summary: str, shows: Any, *also: int) -> dict[str, Any]:
    """What the description says of a route for operators, as arguments for `add_api_route`.

    `shows` is the type of what it answers with, `str` for plain text; `also` are statuses besides 200 that show it too.
    """
    media_type = "text/plain" if shows is str else "application/json"
    return {
        "operation_id": operation,
        "summary": summary,
        "response_class": Response,
        "responses": {
            **{
                status: shown(meaning, shows, (), media_type)
                for status, meaning in _OPERATED.items()
                if status in (200, *also)
            },
            **problems(500),
        },
        "openapi_extra": {"security": []},
    }


def logged(operation: str, summary: str, media_type: str) -> dict[str, Any]:
    """What the description says of a route of the transparency log, as arguments for `add_api_route`."""
    octets = {"type": "string", "contentMediaType": "application/octet-stream"}
    schema = {"type": "string"} if media_type.startswith("text/") else octets
    path = [{"name": "tile", "in": "path", "required": True, "schema": {"type": "string"}}]
    return {
        "operation_id": operation,
        "summary": summary,
        "response_class": Response,
        "responses": {
            200: {"description": "As C2SP tlog-tiles says", "content": {media_type: {"schema": schema}}},
            **not_modified(),
            **problems(404, 422, 429, 500, 503),
        },
        "openapi_extra": {"parameters": path if operation == "log.tile" else [], "security": []},
    }


def completed(app: FastAPI) -> None:
    """Has the application describe itself as `api.description` completes it, at `/api/v1/openapi.json`.

    It is put together when somebody asks first, which takes most of a second, and kept.
    """
    describe, making = app.openapi, Lock()

    @cache
    def made() -> tuple[dict[str, Any], bytes, str]:
        document = complete(kept(describe()))
        content = to_json(document)
        return document, content, etag(None, content)

    def told() -> tuple[dict[str, Any], bytes, str]:
        with making:
            return made()

    async def show(request: Request) -> Response:
        query(request)
        _, content, tag = await run_in_threadpool(told)
        sent = {"ETag": tag, "Cache-Control": "no-cache"}
        if unchanged(header(request.headers, "if-none-match"), tag):
            return Response(status_code=304, headers=sent)
        return Response(content, 200, sent, "application/json")

    app.openapi = lambda: told()[0]  # type: ignore[method-assign]
    app.add_api_route(f"{API}/openapi.json", show, include_in_schema=False)
