"""A problem (RFC 9457)."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from domain.values import Requirement

Uri = Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]


class FieldFault(TypedDict):
    """What is wrong with one field of the body, which an RFC 6901 pointer names."""

    pointer: str
    detail: str


_Violated = TypedDict("_Violated", {"violated-policies": NotRequired[list[str]]})
"""The name is no name for an attribute."""


class Measured(TypedDict):
    """What one requirement of a rule asks for, how much it needs (of `no_…`: allows), and how much was found."""

    requirement: Requirement
    asks: str
    needed: int
    found: int
    met: bool


class BrokenRule(TypedDict):
    """A rule of the policy that is not met."""

    rule: str
    checks: list[Measured]


class Problem(_Violated):
    """Why a request was refused, or could not be served (RFC 9457). Nothing was recorded.

    `type` names the kind and leads to its explanation; `errors` are there where fields are to blame, `current_version`
    for a stale version, `needed_roles` where a role is missing, `violated-policies` where a quota is used up, and
    `rules` where rules that the policy has for the rating are not met.
    """

    type: Uri
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    instance: NotRequired[Uri]
    errors: NotRequired[list[FieldFault]]
    current_version: NotRequired[int]
    needed_roles: NotRequired[list[str]]
    rules: NotRequired[list[BrokenRule]]
