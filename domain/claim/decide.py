"""Commands on the claim itself: assert, describe, reword, count, publish, withdraw, reinstate."""

from dataclasses import dataclass, replace
from typing import Final

from domain.bodies import GiveReason, Nothing, Withdraw
from domain.claim import commands as asks
from domain.claim import events as happened
from domain.claim.citing import cited, refuse_our_own
from domain.claim.rules import demand_counting, demand_heard_once_public
from domain.claim.state import Claim
from domain.errors import RuleBroken
from domain.events import Event, NoWords, ReasonWords
from domain.evidence.world import Placed
from domain.facts import (
    Also,
    Asked,
    Decided,
    Facts,
    demand_heard,
    demand_party,
    demand_source,
)
from domain.values import Attribution

_CALLED_SOMEHOW: Final = ("unnamed", "general")


@dataclass(frozen=True, slots=True)
class _Who:
    """Who is said to claim, as far as the rule on attribution is concerned."""

    attribution: Attribution
    claimant_id: str | None
    as_named: str | None


def assert_claim(asked: Asked[asks.AssertClaim], _: None, facts: Facts) -> Decided:
    """Somebody claims something."""
    body = asked.body
    _check_who(asked, _Who(body.attribution, body.claimant_id, body.as_named))
    demand_party(asked, facts, body.claimant_id, "/claimant_id")
    demand_source(asked, facts, body.appeared_in_id, "/appeared_in_id")
    for index, about in enumerate(body.about):
        demand_party(asked, facts, about.party_id, f"/about/{index}/party_id")
    if body.kind == "quantity" and body.quantity is None:
        raise asked.fault("/quantity", "A claim of kind 'quantity' states its number.")
    events: list[Event] = [_assertion(body)]
    if body.quantity is not None:
        events.append(_quantity(asks.StateQuantity.model_construct(**dict(body.quantity), why=None, reason=None)))
    citing = [asked.within(c, f"/citations/{i}") for i, c in enumerate(body.citations)]
    citations = [cited(each, facts) for each in citing]
    articles = [place.article_id for place in body.place]
    world = Placed(facts.world, lambda source_id: facts.our_article(source_id, articles))
    for each in citing:
        refuse_our_own(each, "", world)
    return Decided(
        events=(*events, *citations),
        created=tuple(event.citation_id for event in citations),
        also=tuple(
            Also("articles.claims", place.article_id, {"selector": place.selector}, "claim_id", f"/place/{index}")
            for index, place in enumerate(body.place)
        ),
    )


def _check_who(asked: Asked[asks.AssertClaim] | Asked[asks.DescribeClaim], who: _Who) -> None:
    if who.attribution == "named" and who.claimant_id is None:
        raise asked.fault("/claimant_id", "A named claim says which party claims it.")
    if who.attribution != "named" and who.claimant_id is not None:
        raise asked.fault("/claimant_id", f"A claim whose attribution is '{who.attribution}' has no claimant.")
    if who.attribution in _CALLED_SOMEHOW and who.as_named is None:
        raise asked.fault("/as_named", "Say how the claimants are called: 'its opponents', 'it is believed' …")


def _assertion(body: asks.AssertClaim) -> happened.ClaimAsserted:
    spoken = body.exact_words
    return happened.ClaimAsserted(
        kind=body.kind,
        language=body.language,
        attribution=body.attribution,
        claimant_id=body.claimant_id,
        about=tuple(happened.AboutParty(party_id=a.party_id, role=a.role) for a in body.about),
        exact_words=_faithfulness(spoken),
        said_on=body.said_on,
        happened_on=body.happened_on,
        appeared_in_id=body.appeared_in_id,
        words=happened.ClaimWords(
            statement=body.statement,
            as_named=body.as_named,
            exact_words=spoken.text if spoken else None,
            topics=body.topics,
            reason=body.reason,
        ),
    )


def _faithfulness(spoken: asks.Spoken | None) -> happened.ExactWords | None:
    if spoken is None:
        return None
    return happened.ExactWords(wording=spoken.wording, translated_from=spoken.translated_from)


def describe(asked: Asked[asks.DescribeClaim], claim: Claim, facts: Facts) -> Decided:
    """Some of what is recorded about the claim was wrong, or is known better now."""
    body, changes = asked.body, asked.body.named()
    if not changes:
        raise asked.fault("", "Name at least one field that changes.")
    for required in ("kind", "attribution"):
        if required in changes and getattr(body, required) is None:
            raise asked.fault(f"/{required}", f"A claim always has its {required}; it cannot be cleared.")
    demand_party(asked, facts, body.claimant_id, "/claimant_id")
    demand_source(asked, facts, body.appeared_in_id, "/appeared_in_id")
    for index, about in enumerate(body.about or ()):
        demand_party(asked, facts, about.party_id, f"/about/{index}/party_id")
    _check_who(
        asked,
        _Who(
            body.attribution or claim.attribution,
            body.claimant_id if "claimant_id" in changes else claim.claimant_id,
            body.as_named if "as_named" in changes else _named_so_far(claim),
        ),
    )
    if body.kind == "quantity" and claim.quantity is None:
        raise asked.fault("/kind", "A claim of kind 'quantity' states its number; state it first.")
    event = _description(body, changes)
    parties = event.about if "about" in changes else claim.about
    demand_heard_once_public(claim, replace(claim, kind=event.kind or claim.kind, about=parties), facts)
    return Decided((event,))


def _named_so_far(claim: Claim) -> str | None:
    """How the claimants were called; where that was erased, it is known still that they were."""
    erased = "(erased)" if claim.attribution in _CALLED_SOMEHOW else None
    return claim.words.as_named or erased


def _description(body: asks.DescribeClaim, changes: tuple[str, ...]) -> happened.ClaimDescribed:
    spoken = body.exact_words
    return happened.ClaimDescribed(
        changes=changes,
        kind=body.kind,
        attribution=body.attribution,
        claimant_id=body.claimant_id,
        about=tuple(happened.AboutParty(party_id=a.party_id, role=a.role) for a in body.about or ()),
        exact_words=_faithfulness(spoken),
        said_on=body.said_on,
        happened_on=body.happened_on,
        appeared_in_id=body.appeared_in_id,
        words=happened.ClaimChange(
            reason=body.reason,
            as_named=body.as_named,
            exact_words=spoken.text if spoken else None,
            topics=body.topics or (),
        ),
    )


def reword(asked: Asked[asks.Reword], claim: Claim, _: Facts) -> Decided:
    """The same meaning in other words."""
    body = asked.body
    if body.statement == claim.words.statement and body.language == claim.language:
        raise asked.fault("/statement", "The claim is worded so already.")
    words = happened.RewordingWords(statement=body.statement, reason=body.reason)
    return Decided((happened.ClaimReworded(language=body.language, words=words),))


def state_quantity(asked: Asked[asks.StateQuantity], claim: Claim, _: Facts) -> Decided:
    """The claim's number, for the first time or anew."""
    body = asked.body
    if claim.quantity is not None and body.why is None:
        raise asked.fault("/why", "A number stands already: was it our error, or is it a new count?")
    if claim.quantity is None and body.why is not None:
        raise asked.fault("/why", "No number stands yet; 'why' is for a number that replaces another.")
    return Decided((_quantity(body),))


def _quantity(body: asks.StateQuantity) -> happened.QuantityStated:
    return happened.QuantityStated(
        value=body.value,
        bound=body.bound,
        upper=body.upper,
        counted_on=body.counted_on,
        why=body.why,
        words=happened.QuantityWords(unit=body.unit, reason=body.reason),
    )


def publish(_: Asked[Nothing], claim: Claim, facts: Facts) -> Decided:
    """Readers can open the claim by itself."""
    demand_counting(claim, "publication")
    if claim.published is not None:
        raise RuleBroken("The claim is published already.")
    demand_heard(facts, claim.id)
    return Decided((happened.ClaimPublished(words=NoWords()),))


def withdraw(asked: Asked[Withdraw], claim: Claim, _: Facts) -> Decided:
    """The claim no longer counts."""
    if claim.withdrawn is not None:
        raise RuleBroken("The claim is withdrawn already.")
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.ClaimWithdrawn(cause=asked.body.cause, words=words),))


def reinstate(asked: Asked[GiveReason], claim: Claim, _: Facts) -> Decided:
    """The withdrawal is taken back."""
    if claim.withdrawn is None:
        raise RuleBroken("The claim is not withdrawn.")
    return Decided((happened.ClaimReinstated(words=ReasonWords(reason=asked.body.reason)),))
