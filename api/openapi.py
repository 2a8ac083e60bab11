"""What the description of the interface (OpenAPI) says of the routes that are made from tables."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from fastapi import FastAPI

from domain.commands import Act

_PROBLEM: Final = {
    "description": "A problem (RFC 9457)",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": {"type": "string", "format": "uri-reference"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "instance": {"type": "string"},
                    "errors": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["pointer", "detail"],
                            "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
                        },
                    },
                    "current_version": {"type": "integer"},
                    "needed_roles": {"type": "array", "items": {"type": "string"}},
                },
            }
        }
    },
}
_WRITE_STATUSES: Final = (401, 403, 404, 409, 412, 413, 415, 422, 428, 503)
_CREATE_STATUSES: Final = (401, 403, 409, 413, 415, 422, 503)
_READ_STATUSES: Final = (401, 403, 404, 422, 503)
_ANSWER_HEADERS: Final = {
    "ETag": {"description": "The record's version and a hash of this representation", "schema": {"type": "string"}},
    "Ledger-Position": {"description": "Position of the command's last event", "schema": {"type": "integer"}},
    "Idempotency-Replayed": {"description": "`true` for a repeated request", "schema": {"type": "string"}},
}
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
_RECORD: Final = {
    "type": "object",
    "required": ["id", "version", "position"],
    "properties": {
        "id": {"type": "string"},
        "version": {"type": "integer"},
        "position": {"type": "integer"},
        "created": {"type": "array", "items": {"type": "string"}, "description": "Ids of what was made, in order"},
    },
}

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
    "article": ({"type": "string"}, "Only claims placed in the article with this id."),
    "source": ({"type": "string"}, "Only claims citing the source with this id."),
    "party": ({"type": "string"}, "Only claims in which the party with this id occurs, in whatever part."),
    "about": ({"type": "string"}, "Only claims about the party with this id."),
    "rating": ({"type": "string"}, "Only claims whose verdict in force has this rating."),
    "topic": ({"type": "string"}, "Only claims with this topic."),
    "contested": ({"type": "boolean"}, "Only claims about which parties disagree, or only the others."),
    "evidence_conflicts": ({"type": "boolean"}, "Only claims that standing citations support and refute, or others."),
    "withdrawn": ({"type": "boolean"}, "Only withdrawn claims, or only the others."),
    "needs_review": ({"type": "boolean"}, "Only claims whose verdict needs review, or only the others."),
}
"""Parameter of a query → its schema, and what it asks for."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with."""
    return dict.fromkeys(statuses, _PROBLEM)


def described(act: Act) -> dict[str, Any]:
    """What the description says of a command's route, as arguments for `add_api_route`."""
    headers = dict(_ANSWER_HEADERS)
    if act.creates:
        headers["Location"] = {"description": "The new record", "schema": {"type": "string"}}
    answer = {
        "description": "The record's new state",
        "headers": headers,
        "content": {"application/json": {"schema": _RECORD}},
    }
    return {
        "operation_id": act.name,
        "summary": act.summary,
        "tags": [act.path.split("/")[1]],
        "responses": {
            201 if act.creates else 200: answer,
            **problems(*(_CREATE_STATUSES if act.creates else _WRITE_STATUSES)),
        },
        "openapi_extra": {
            "parameters": [*_path(act.ids), _KEY, *(() if act.creates else (_IF_MATCH,))],
            "requestBody": {
                "required": bool(_body_schema(act).get("required")),
                "content": {"application/json": {"schema": _body_schema(act)}},
            },
            "security": [{"token": []}],
            "x-roles": sorted(act.roles),
        },
    }


def _path(ids: Iterable[str]) -> list[dict[str, Any]]:
    return [{"name": id, "in": "path", "required": True, "schema": {"type": "string"}} for id in ids]


def _query(name: str) -> dict[str, Any]:
    schema, description = QUERY[name]
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


@cache
def _body_schema(act: Act) -> dict[str, Any]:
    """The schema of the command's body, complete in itself, with the one field that every write may have."""
    schema = act.body.model_json_schema(by_alias=True)
    said = {
        "type": "string",
        "format": "date-time",
        "description": "When it was decided, for imported history; needs the role importer.",
    }
    schema["properties"] = {**schema.get("properties", {}), "decided_at": said}
    inlined: dict[str, Any] = _inlined(schema, schema.pop("$defs", {}))
    return inlined


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """The schema with its references resolved; no body contains itself."""
    if isinstance(schema, list):
        return [_inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        named = definitions[schema["$ref"].rpartition("/")[2]]
        return _inlined({**named, **{k: v for k, v in schema.items() if k != "$ref"}}, definitions)
    return {name: _inlined(part, definitions) for name, part in schema.items()}


def read(
    operation: str, summary: str, *, tag: str, ids: Iterable[str] = (), takes: Iterable[str] = ()
) -> dict[str, Any]:
    """What the description says of a reading route, as arguments for `add_api_route`.

    `ids` are the names in its path; `takes` are the parameters of its query, each of them one of `QUERY`.
    """
    return {
        "operation_id": operation,
        "summary": summary,
        "tags": [tag],
        "responses": problems(*_READ_STATUSES),
        "openapi_extra": {
            "parameters": [*_path(ids), *map(_query, takes)],
            "security": [{}, {"token": []}],
        },
    }


def secured(app: FastAPI) -> None:
    """Has the description say what the token is that routes ask for."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        said = describe()
        said.setdefault("components", {})["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        return said

    app.openapi = openapi  # type: ignore[method-assign]
