"""What may be asked of the policy."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, StrictBool, StrictInt, StringConstraints, model_validator

from domain.bodies import Body
from domain.values import Key, Line, Prose, Scope


class Rating(Body):
    """One step of the scale. `value` puts it on a line from false to true, if it has a place there."""

    key: Key
    label: Line
    meaning: Line
    value: Annotated[StrictInt, Field(ge=-1_000, le=1_000)] | None = None
    needs_citation: StrictBool


AtLeast = Annotated[StrictInt, Field(ge=1, le=100)]
SHARE: Final = r"^(0(\.[0-9]{1,4})?|1(\.0{1,4})?)$"


class Settings(Body):
    """How evidence is counted. `about_tolerance` is the share by which 'about' may be off, as a decimal from 0 to 1.

    `reply_required`: an allegation is published only when a reply by each party said to have acted was asked, or it is
    recorded why not.
    """

    merge_publisher_family: StrictBool = True
    about_tolerance: Annotated[str, StringConstraints(pattern=SHARE)] = "0.10"
    reply_required: StrictBool = True


class Require(Body):
    """What a rule asks for; all that is named has to be there. Origins are independent ones, without an interest.

    `no_open_dispute` names the points on which no dispute may be open, or unresolvable; `reply_requested` asks that of
    each party said to have acted a reply was asked, or it is recorded why not.
    """

    supports_at_least: AtLeast | None = None
    refutes_at_least: AtLeast | None = None
    primary_at_least: AtLeast | None = None
    open_dispute: Literal[True] | None = None
    no_open_dispute: Annotated[tuple[Scope, ...], Field(min_length=1, max_length=20)] | None = None
    quotes_found: Literal[True] | None = None
    reply_requested: Literal[True] | None = None
    search_recorded: Literal[True] | None = None
    no_expired_search: Literal[True] | None = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not any(value is not None for _, value in self):
            raise ValueError("a rule asks for something")
        return self


class RatingRule(Body):
    """What has to be there before a verdict may give one of these ratings."""

    id: Key
    ratings: Annotated[tuple[Key, ...], Field(min_length=1, max_length=50)]
    require: Require


class ProposePolicy(Body):
    """Writes down a new policy. Another approver adopts it."""

    scale: Annotated[tuple[Rating, ...], Field(min_length=1, max_length=50)]
    four_eyes: StrictBool
    settings: Settings = Settings()
    rules: Annotated[tuple[RatingRule, ...], Field(max_length=100)] = ()
    reason: Prose

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        keys = [rating.key for rating in self.scale]
        if len(set(keys)) != len(keys):
            raise ValueError("each key of the scale is used once")
        return self

    @model_validator(mode="after")
    def _rules_fit_the_scale(self) -> Self:
        ids, keys = [rule.id for rule in self.rules], {rating.key for rating in self.scale}
        if len(set(ids)) != len(ids):
            raise ValueError("each rule has an id of its own")
        unknown = {key for rule in self.rules for key in rule.ratings} - keys
        if unknown:
            raise ValueError(f"rules name ratings that the scale does not have: {', '.join(sorted(unknown))}")
        return self
