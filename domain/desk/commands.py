"""What may be asked of the desk: people, what they may do, and their tokens."""

from datetime import datetime
from typing import Annotated

from annotated_types import MinLen
from pydantic import AfterValidator

from domain.bodies import Body
from domain.values import Line, Moment, Prose, Role


def _utc(text: str) -> str:
    if not text.endswith("Z"):
        raise ValueError("a token's end is given in UTC, as 2027-01-01T00:00:00Z")
    return datetime.fromisoformat(text).isoformat("T", "microseconds").replace("+00:00", "Z")


class EnrolActor(Body):
    """Enrols somebody, or some program, who can then be the actor of events."""

    name: Line
    roles: Annotated[tuple[Role, ...], MinLen(1)]


class GrantRole(Body):
    """Lets the actor do what the role may do."""

    role: Role


class RevokeRole(Body):
    """No longer lets the actor do what the role may do."""

    reason: Prose


class IssueToken(Body):
    """Gives the actor a secret. It is shown once."""

    label: Line | None = None
    expires_at: Annotated[Moment, AfterValidator(_utc)] | None = None


class RevokeToken(Body):
    """Makes the token open nothing any more."""

    reason: Prose
