"""What can happen to the desk's policy: how verdicts are given, by whom, on which scale."""

from pydantic import BaseModel, ConfigDict

from domain.events import Event, NoWords, Words


class ScaleStep(BaseModel):
    """One rating of the scale without its words. `value` puts it on a line from false to true, if it belongs there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    value: int | None = None
    needs_citation: bool


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
    """A new policy was written down. It is not in force before it is adopted. `number` counts from 1."""

    number: int
    scale: tuple[ScaleStep, ...]
    four_eyes: bool
    merge_publisher_family: bool
    about_tolerance: str
    words: PolicyWords | None


class PolicyAdopted(Event, type="policy.adopted.v1"):
    """The proposed policy is in force from here on. `own_proposal`: by the person who proposed it."""

    number: int
    own_proposal: bool
    words: NoWords | None
