"""The policy, and the people of the desk."""

from typing_extensions import TypedDict

from api.representations.shapes.parts import Agreed, Id, Reasoned, Shown, Text, Time, Version, When
from domain.values import Requirement, Role, Scope


class RatingStep(TypedDict):
    """One step of the scale. `value` puts it on a line from false to true, if it has a place there."""

    key: str
    label: Text
    meaning: Text
    value: int | None
    needs_citation: bool


class CountingRules(TypedDict):
    """How evidence is counted. `about_tolerance` is a decimal from 0 to 1.

    `reply_required`: an allegation is published only when replies were asked of those said to have acted.
    """

    merge_publisher_family: bool
    about_tolerance: str
    reply_required: bool


class PolicyRule(TypedDict):
    """What has to be there before a verdict may give one of these ratings. `reads` says it in words."""

    id: str
    ratings: list[str]
    require: dict[Requirement, int | bool | list[Scope]]
    reads: list[str]


class Policy(Shown):
    """One version of the policy. `number` names it; `version` is that of the record of all policies."""

    number: int
    in_force: bool
    scale: list[RatingStep]
    four_eyes: bool
    settings: CountingRules
    rules: list[PolicyRule]
    reason: Text
    proposed: When
    adopted: Agreed | None


class Token(TypedDict):
    """What is told of a token; never its secret."""

    id: Id
    label: Text
    expires_at: Time | None
    issued: When
    revoked: Reasoned | None


class Actor(Shown):
    """Somebody of the desk, with roles and tokens."""

    name: Text
    roles: list[Role]
    revocation_reason: Text
    tokens: list[Token]
    enrolled: When


class ActorList(TypedDict):
    """Everybody at the desk. `version` is that of the desk's record."""

    version: Version
    items: list[Actor]
    next: None
