"""Whether an answer has the shape that is described: every field, and none besides."""

from functools import cache
from typing import Any

import jsonschema_rs

from api.description.statuses import schema_of


def fits(type: Any, shown: Any) -> None:
    """Claims that this is JSON of this shape."""
    problems = [f"{'/'.join(map(str, e.instance_path))}: {e.message}" for e in _exact(type).iter_errors(shown)]
    assert not problems, problems[:5]


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
