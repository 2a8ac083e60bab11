"""The page of a policy: the scale, the rules for its ratings, and which verdicts it would not pass."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final

from api.pages.library import Library
from api.pages.lines import Line, line
from api.pages.rules import RulePart, rule_parts
from api.pages.shapes import Page, Ref, Text, Visit, When, recorded
from domain.claim import Claim
from domain.policy.state import PolicyVersion
from domain.rules import Rule, in_words

EXAMINED: Final = 200
"""How many verdicts the page tries the policy on at most."""


@dataclass(frozen=True, slots=True)
class RatingPart:
    """One step of the scale."""

    label: Text
    meaning: Text
    needs_citation: bool


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """What has to be there before a verdict may give one of these ratings."""

    id: str
    ratings: tuple[Text, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FailingPart:
    """A verdict in force that the policy would not pass: rules that are not met, or a rating that it does not know."""

    line: Line
    unknown: bool
    rules: tuple[RulePart, ...]


@dataclass(frozen=True, slots=True)
class PolicyPage(Page):
    """A version of the policy, at /policies/{number}, and the one in force at /policies/current."""

    number: Annotated[int, "The number of the version."]
    state: Annotated[str, "Whether it is in force, was, or waits for a second person."]
    proposed: Annotated[When, "When it was written down."]
    adopted: Annotated[When | None, "When it was put in force."]
    reason: Annotated[Text, "Why it was written."]
    scale: Annotated[tuple[RatingPart, ...], "The ratings, with what they mean."]
    rules: Annotated[tuple[PolicyRule, ...], "What each rating asks for."]
    settings: Annotated[tuple[str, ...], "How the desk works and counts under it."]
    failing: Annotated[tuple[FailingPart, ...] | None, "Verdicts that it would not pass; for the desk only."]
    partly: Annotated[int | None, "How many verdicts it was tried on, where there are more."]
    others: Annotated[tuple[Ref, ...], "The other versions."]


def policy_page(visit: Visit, library: Library) -> PolicyPage:
    """Raises `NotFound` for a policy that this reader may not see."""
    policy, version = library.policy(visit.id)
    in_force = policy.in_force == version.number
    failing, partly = _failing(version, library) if library.desk else (None, None)
    return PolicyPage(
        site=library.site,
        title=f"Policy {version.number}",
        twin=f"/api/v1/policies/{version.number}",
        number=version.number,
        state="In force" if in_force else "No longer in force" if version.adopted else "Waits for a second person",
        proposed=recorded(version.proposed),
        adopted=None if version.adopted is None else recorded(version.adopted),
        reason=Text(version.words.reason),
        scale=tuple(RatingPart(_label(r.key, version), Text(r.words.meaning), r.needs_citation) for r in version.scale),
        rules=tuple(_rule(rule, version) for rule in version.rules),
        settings=tuple(_settings(version)),
        failing=failing,
        partly=partly,
        others=tuple(
            Ref(f"Policy {other.number}", f"/policies/{other.number}")
            for other in policy.versions
            if other.number != version.number and (library.desk or other.adopted is not None)
        ),
    )


def _label(key: str, version: PolicyVersion) -> Text:
    rating = version.rating(key)
    return Text(None if rating is None else rating.words.label, instead=key)


def _rule(rule: Rule, version: PolicyVersion) -> PolicyRule:
    return PolicyRule(
        rule.id, tuple(_label(key, version) for key in rule.ratings), tuple(in_words(demand) for demand in rule.demands)
    )


def _settings(version: PolicyVersion) -> Iterator[str]:
    if version.four_eyes:
        yield "What one person proposes takes a second person: a verdict, a settlement, a rule set aside, a policy."
    else:
        yield "Whoever proposed something may approve it too, if approving is theirs to do."
    if version.merge_publisher_family:
        yield "Sources of one house of publishers are counted as one origin."
    else:
        yield "Sources of different publishers are counted apart, also where the publishers belong together."
    share = (Decimal(version.about_tolerance) * 100).normalize()
    yield f"A number given with “about” may be off by {share:f} %."
    if version.reply_required:
        yield "An allegation is published only when each party said to have acted was asked, or it is told why not."


def _failing(version: PolicyVersion, library: Library) -> tuple[tuple[FailingPart, ...], int | None]:
    found = library.finder.judged(0, EXAMINED)
    claims = [claim for id in found.items if isinstance(claim := library.find(id), Claim)]
    parts = (_tried(claim, version, library) for claim in claims)
    return tuple(part for part in parts if part is not None), None if found.next is None else len(found.items)


def _tried(claim: Claim, version: PolicyVersion, library: Library) -> FailingPart | None:
    verdict = claim.verdict
    if verdict is None:
        return None
    unknown = version.rating(verdict.rating) is None
    broken = [finding for finding in library.judged(claim, verdict, version).findings if not finding.met]
    if not unknown and not broken:
        return None
    return FailingPart(line(claim, library), unknown, rule_parts(broken, verdict.overrides, version.number, library))
