"""What the rules of a policy found of a verdict, in the words in which an editor reads them."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.pages.library import Library
from domain.claim.events import Check, Finding
from domain.rules import ALL, Demand, in_words


@dataclass(frozen=True, slots=True)
class CheckPart:
    """One thing that a rule asks for, and how much of it was found."""

    asks: str
    found: str
    met: bool


@dataclass(frozen=True, slots=True)
class RulePart:
    """What a rule found. `aside`: it was not met, and was set aside."""

    id: str
    met: bool
    aside: bool
    checks: tuple[CheckPart, ...]


def rule_parts(
    findings: Sequence[Finding], overrides: Sequence[str], policy_number: int, library: Library
) -> tuple[RulePart, ...]:
    """The findings under the policy with this number, in its order."""
    return tuple(
        RulePart(
            id=finding.rule,
            met=finding.met,
            aside=not finding.met and finding.rule in overrides,
            checks=tuple(_check(check, finding.rule, policy_number, library) for check in finding.checks),
        )
        for finding in findings
    )


def _check(check: Check, rule_id: str, policy_number: int, library: Library) -> CheckPart:
    rule = library.rule(policy_number, rule_id)
    demands = () if rule is None else rule.demands
    asked = next((d for d in demands if d.requirement == check.requirement), Demand(check.requirement, check.needed))
    return CheckPart(in_words(asked), _found(check), check.met)


def _found(check: Check) -> str:
    if check.requirement in ALL:
        return f"{check.found:,} of {check.needed:,}" if check.needed else "none needed"
    return f"{check.found:,}" if check.found else "none"
