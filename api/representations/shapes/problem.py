"""A problem (RFC 9457)."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

Uri = Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]


class FieldFault(TypedDict):
    """What is wrong with one field of the body, which an RFC 6901 pointer names."""

    pointer: str
    detail: str


_Violated = TypedDict("_Violated", {"violated-policies": NotRequired[list[str]]})
"""The name is no name for an attribute."""


class Problem(_Violated):
    """Why a request was refused, or could not be served (RFC 9457). Nothing was recorded.

    `type` names the kind and leads to its explanation; `errors` are there where fields are to blame, `current_version`
    for a stale version, `needed_roles` where a role is missing, `violated-policies` where a quota is used up.
    """

    type: Uri
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    instance: NotRequired[Uri]
    errors: NotRequired[list[FieldFault]]
    current_version: NotRequired[int]
    needed_roles: NotRequired[list[str]]
