"""What may be asked of the policy."""

from typing import Annotated, Final, Self

from pydantic import Field, StrictBool, StrictInt, StringConstraints, model_validator

from domain.bodies import Body
from domain.values import Key, Line, Prose


class Rating(Body):
    """One step of the scale. `value` puts it on a line from false to true, if it has a place there."""

    key: Key
    label: Line
    meaning: Line
    value: Annotated[StrictInt, Field(ge=-1_000, le=1_000)] | None = None
    needs_citation: StrictBool


SHARE: Final = r"^(0(\.[0-9]{1,4})?|1(\.0{1,4})?)$"


class Settings(Body):
    """How evidence is counted. `about_tolerance` is the share by which 'about' may be off, as a decimal from 0 to 1."""

    merge_publisher_family: StrictBool = True
    about_tolerance: Annotated[str, StringConstraints(pattern=SHARE)] = "0.10"


class ProposePolicy(Body):
    """Writes down a new policy. Another approver adopts it."""

    scale: Annotated[tuple[Rating, ...], Field(min_length=1, max_length=50)]
    four_eyes: StrictBool
    settings: Settings = Settings()
    reason: Prose

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        keys = [rating.key for rating in self.scale]
        if len(set(keys)) != len(keys):
            raise ValueError("each key of the scale is used once")
        return self
