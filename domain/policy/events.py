"""What can happen to the desk's policy: how verdicts are given, by whom, on which scale."""

from pydantic import BaseModel, ConfigDict

from domain.events import Event, NoWords, Words
from domain.values import Requirement, Scope


class ScaleStep(BaseModel):
    """One rating of the scale without its words. `value` puts it on a line from false to true, if it belongs there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    value: int | None = None
    needs_citation: bool


class RuleDemand(BaseModel):
    """One thing that a rule asks for: how many at least, or, where it sets a limit, at most."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requirement: Requirement
    needed: int
    scopes: tuple[Scope, ...] | None = None


class RuleStep(BaseModel):
    """What has to be there before a verdict may give one of these ratings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    ratings: tuple[str, ...]
    demands: tuple[RuleDemand, ...]


class RatingWords(BaseModel):
    """How the rating is called, and what it means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    meaning: str


class PolicyWords(Words):
    """The ratings in words, in the order of the scale, and why the policy is proposed."""

    ratings: tuple[RatingWords, ...]
    reason: str


class PolicyProposed(Event, type="policy.proposed.v1"):
    """A new policy was written down. It is not in force before it is adopted. `number` counts from 1.

    `reply_required`: allegations are published only when replies were asked. Where it is absent, they need not be.
    """

    number: int
    scale: tuple[ScaleStep, ...]
    four_eyes: bool
    merge_publisher_family: bool
    about_tolerance: str
    reply_required: bool | None = None
    rules: tuple[RuleStep, ...] | None = None
    words: PolicyWords | None


class PolicyAdopted(Event, type="policy.adopted.v1"):
    """The proposed policy is in force from here on. `own_proposal`: by the person who proposed it."""

    number: int
    own_proposal: bool
    words: NoWords | None
