"""Whether an answer has the shape that is described: every field, and none besides."""

from functools import cache
from typing import Any

import jsonschema_rs

from api.description.statuses import schema_of


def fits(type: Any, shown: Any) -> None:
    """Claims that this is JSON of this shape."""
    assert _told(_exact(type), shown) == []


def misfits(document: dict[str, Any], schema: Any, shown: Any) -> list[str]:
    """What is not as this schema has it, which may refer to others of the document."""
    whole = {"components": {"schemas": _closed(document["components"]["schemas"])}, **_closed(schema)}
    return _told(jsonschema_rs.Draft202012Validator(whole, validate_formats=True), shown)


def _told(validator: jsonschema_rs.Draft202012Validator, shown: Any) -> list[str]:
    return [f"{'/'.join(map(str, e.instance_path))}: {e.message}" for e in validator.iter_errors(shown)][:5]


@cache
def _exact(type: Any) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_closed(schema_of(type)), validate_formats=True)


def _closed(schema: Any) -> Any:
    """The same with no property allowed that is not named."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(part) for name, part in schema.items()}
    return {"additionalProperties": False, **closed} if isinstance(schema.get("properties"), dict) else closed
