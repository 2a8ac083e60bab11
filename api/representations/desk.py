"""The policy and the people of the desk as JSON."""

from api.representations import shapes
from api.representations.parts import Audience, agreed, reasoned, when
from domain.desk.state import Actor, Desk, Token
from domain.policy import Policy
from domain.policy.state import PolicyVersion
from domain.rules import Demand, Rule, in_words
from domain.values import Scope


def policy_body(policy: Policy, version: PolicyVersion, audience: Audience) -> shapes.Policy:
    """One version of the policy. `number` names it; `version` is that of the record of all policies."""
    return {
        "id": policy.id,
        "version": policy.version,
        "position": policy.changed.position,
        "number": version.number,
        "in_force": policy.in_force == version.number,
        "scale": [
            {
                "key": rating.key,
                "label": rating.words.label,
                "meaning": rating.words.meaning,
                "value": rating.value,
                "needs_citation": rating.needs_citation,
            }
            for rating in version.scale
        ],
        "four_eyes": version.four_eyes,
        "settings": {
            "merge_publisher_family": version.merge_publisher_family,
            "about_tolerance": version.about_tolerance,
            "reply_required": version.reply_required,
        },
        "rules": [_rule(rule) for rule in version.rules],
        "reason": version.words.reason,
        "proposed": when(version.proposed, audience),
        "adopted": agreed(version.adopted, audience, own_proposal=version.own_proposal),
    }


def _rule(rule: Rule) -> shapes.PolicyRule:
    """The rule as it was asked for, and as one reads it."""
    return {
        "id": rule.id,
        "ratings": list(rule.ratings),
        "require": {demand.requirement: _asked(demand) for demand in rule.demands},
        "reads": [in_words(demand) for demand in rule.demands],
    }


def _asked(demand: Demand) -> int | bool | list[Scope]:
    if demand.scopes:
        return list(demand.scopes)
    return demand.needed if demand.requirement.endswith("_at_least") else True


def actor_body(desk: Desk, actor: Actor) -> shapes.Actor:
    """Somebody of the desk, with roles and tokens; never a secret or its hash. For admins and auditors only."""
    return {
        "id": actor.id,
        "version": actor.version,
        "position": desk.changed.position,
        "name": actor.words.name,
        "roles": sorted(actor.roles),
        "revocation_reason": actor.words.revocation_reason,
        "tokens": [_token(desk.tokens[id]) for id in actor.token_ids],
        "enrolled": when(actor.enrolled, "desk"),
    }


def _token(token: Token) -> shapes.Token:
    return {
        "id": token.id,
        "label": token.words.label,
        "expires_at": token.expires_at,
        "issued": when(token.issued, "desk"),
        "revoked": reasoned(token.revoked, "desk", token.words.revocation_reason),
    }
