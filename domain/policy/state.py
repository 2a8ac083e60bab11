"""The desk's policy as it stands: every version that was proposed, and the one in force."""

from dataclasses import dataclass, replace

from domain.events import Recorded, Stamp
from domain.folding import Fold, reason_of
from domain.policy import events as happened
from domain.rules import Demand, Rule


@dataclass(frozen=True, slots=True)
class RatingText:
    """How a rating is called, and what it means."""

    label: str | None = None
    meaning: str | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """One step of the scale."""

    key: str
    value: int | None
    needs_citation: bool
    words: RatingText


@dataclass(frozen=True, slots=True)
class PolicyText:
    """Why this version was proposed."""

    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of the policy. It is or was in force if `adopted` is there."""

    number: int
    scale: tuple[Rating, ...]
    four_eyes: bool
    merge_publisher_family: bool
    about_tolerance: str
    proposed: Stamp
    words: PolicyText
    adopted: Stamp | None = None
    own_proposal: bool = False
    reply_required: bool = False
    rules: tuple[Rule, ...] = ()

    def rating(self, key: str) -> Rating | None:
        """The rating of the scale with this key."""
        return next((r for r in self.scale if r.key == key), None)


@dataclass(frozen=True, slots=True)
class Policy:
    """All versions, in the order of their numbers, which count from 1."""

    id: str
    changed: Stamp
    version: int
    versions: tuple[PolicyVersion, ...]
    in_force: int | None = None

    @property
    def current(self) -> PolicyVersion | None:
        """The version in force. Only the first moment of a ledger has none."""
        return None if self.in_force is None else self.versions[self.in_force - 1]

    def called(self, name: str) -> PolicyVersion | None:
        """The version that an address names: by its number, or as `current`."""
        if name == "current":
            return self.current
        return next((version for version in self.versions if str(version.number) == name), None)


fold: Fold[Policy] = Fold("policy")


def _version(recorded: Recorded, event: happened.PolicyProposed) -> PolicyVersion:
    said = event.words
    erased = (RatingText(),) * len(event.scale)
    texts = erased if said is None else tuple(RatingText(r.label, r.meaning) for r in said.ratings)
    scale = tuple(
        Rating(step.key, step.value, step.needs_citation, text) for step, text in zip(event.scale, texts, strict=True)
    )
    return PolicyVersion(
        number=event.number,
        scale=scale,
        four_eyes=event.four_eyes,
        merge_publisher_family=event.merge_publisher_family,
        about_tolerance=event.about_tolerance,
        proposed=Stamp.of(recorded),
        words=PolicyText(reason_of(event)),
        reply_required=bool(event.reply_required),
        rules=tuple(map(_rule, event.rules or ())),
    )


def _rule(step: happened.RuleStep) -> Rule:
    demands = tuple(Demand(demand.requirement, demand.needed, demand.scopes or ()) for demand in step.demands)
    return Rule(step.id, step.ratings, demands)


@fold.first(happened.PolicyProposed)
def _first_proposed(recorded: Recorded, event: happened.PolicyProposed) -> Policy:
    return Policy(recorded.stream, Stamp.of(recorded), recorded.version, (_version(recorded, event),))


@fold.then(happened.PolicyProposed)
def _proposed(policy: Policy, recorded: Recorded, event: happened.PolicyProposed) -> Policy:
    if event.number != len(policy.versions) + 1:
        raise ValueError(f"policy {event.number} cannot come after policy {len(policy.versions)}")
    return replace(policy, versions=(*policy.versions, _version(recorded, event)))


@fold.then(happened.PolicyAdopted)
def _adopted(policy: Policy, recorded: Recorded, event: happened.PolicyAdopted) -> Policy:
    if not 1 <= event.number <= len(policy.versions):
        raise ValueError(f"there is no policy {event.number}")
    versions = tuple(
        replace(v, adopted=Stamp.of(recorded), own_proposal=event.own_proposal) if v.number == event.number else v
        for v in policy.versions
    )
    return replace(policy, versions=versions, in_force=event.number)
