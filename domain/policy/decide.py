"""Commands on the policy."""

from typing import get_args

from domain.bodies import Nothing
from domain.errors import NotFound, RuleBroken, SecondPersonNeeded
from domain.events import NoWords
from domain.facts import Asked, Decided, Facts
from domain.policy import commands as asks
from domain.policy import events as happened
from domain.policy.state import Policy
from domain.rules import AT_MOST
from domain.values import Requirement, Scope


def propose(asked: Asked[asks.ProposePolicy], policy: Policy | None, _: Facts) -> Decided:
    """A new policy is written down."""
    body = asked.body
    number = 1 if policy is None else len(policy.versions) + 1
    scale = tuple(happened.ScaleStep(key=r.key, value=r.value, needs_citation=r.needs_citation) for r in body.scale)
    ratings = tuple(happened.RatingWords(label=r.label, meaning=r.meaning) for r in body.scale)
    event = happened.PolicyProposed(
        number=number,
        scale=scale,
        four_eyes=body.four_eyes,
        merge_publisher_family=body.settings.merge_publisher_family,
        about_tolerance=body.settings.about_tolerance,
        reply_required=body.settings.reply_required,
        rules=tuple(map(_rule, body.rules)) or None,
        words=happened.PolicyWords(ratings=ratings, reason=body.reason),
    )
    return Decided((event,), (str(number),))


def _rule(rule: asks.RatingRule) -> happened.RuleStep:
    asked = rule.require
    demands = tuple(
        _demand(name, value) for name in get_args(Requirement) if (value := getattr(asked, name)) is not None
    )
    return happened.RuleStep(id=rule.id, ratings=rule.ratings, demands=demands)


def _demand(requirement: Requirement, value: int | tuple[Scope, ...]) -> happened.RuleDemand:
    """A number is how many are needed; points to be settled, and what must not be there, need none."""
    if isinstance(value, tuple):
        return happened.RuleDemand(requirement=requirement, needed=0, scopes=value)
    return happened.RuleDemand(requirement=requirement, needed=0 if requirement in AT_MOST else int(value))


def adopt(asked: Asked[Nothing], policy: Policy, _: Facts) -> Decided:
    """A second approver puts the proposed policy in force. The policy in force decides whether a second is needed."""
    (text,) = asked.path
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= len(policy.versions):
        raise NotFound("policy", text)
    proposed, current = policy.versions[number - 1], policy.current
    if proposed.adopted is not None:
        raise RuleBroken(f"Policy {number} was adopted already.")
    if current is not None and number < current.number:
        raise RuleBroken(f"Policy {current.number} came after it; propose it anew.")
    own = proposed.proposed.by == asked.actor
    if own and current is not None and current.four_eyes:
        raise SecondPersonNeeded("Whoever proposed a policy cannot adopt it: the policy in force asks for four eyes.")
    return Decided((happened.PolicyAdopted(number=number, own_proposal=own, words=NoWords()),))
