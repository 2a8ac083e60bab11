"""Commands on the claim itself: assert, describe, reword, count, cite, link, publish, withdraw, reinstate."""

from dataclasses import dataclass
from typing import Final

from domain.bodies import GiveReason, Nothing, Withdraw
from domain.claim import commands as asks
from domain.claim import events as happened
from domain.claim.rules import demand_counting
from domain.claim.state import Claim
from domain.errors import NotFound, RuleBroken
from domain.events import Event, NoWords, ReasonWords
from domain.evidence.tracing import trace
from domain.evidence.world import Placed, World
from domain.facts import (
    Also,
    Asked,
    Decided,
    Facts,
    demand_claim,
    demand_heard,
    demand_party,
    demand_snapshot,
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
    cited = [_cited(each, facts) for each in citing]
    articles = [place.article_id for place in body.place]
    world = Placed(facts.world, lambda source_id: facts.our_article(source_id, articles))
    for each in citing:
        _check_not_our_own(each, "", world)
    return Decided(
        events=(*events, *cited),
        created=tuple(event.citation_id for event in cited),
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
    return Decided((_description(body, changes),))


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


def cite(asked: Asked[asks.Cite], claim: Claim, facts: Facts) -> Decided:
    """A source is cited on the claim."""
    event = _cited(asked, facts)
    _check_not_our_own(asked, claim.id, facts.world)
    return Decided((event,), (event.citation_id,))


def _check_not_our_own(asked: Asked[asks.Cite], claim_id: str, world: World) -> None:
    """Our own article that holds the claim says nothing for or against it, not through others either."""
    body = asked.body
    if body.stance not in ("supports", "refutes"):
        return
    for pointer, source_id in (("/source_id", body.source_id), ("/via_source_id", body.via_source_id)):
        roots = () if source_id is None else trace(world, source_id, claim_id)
        circular = [root.own_article for root in roots if root.own_article is not None]
        if circular and not any(root.holds for root in roots):
            raise asked.fault(pointer, f"It goes back to our own article {circular[0]}, which holds the claim itself.")


def _cited(asked: Asked[asks.Cite], facts: Facts) -> happened.ClaimCited:
    body, quote, number = asked.body, asked.body.quote, asked.body.quantity
    demand_source(asked, facts, body.source_id, "/source_id")
    demand_source(asked, facts, body.via_source_id, "/via_source_id")
    demand_party(asked, facts, body.reported_party_id, "/reported_party_id")
    demand_snapshot(asked, facts, body.source_id, body.snapshot_id, "/snapshot_id")
    if body.via_source_id == body.source_id:
        raise asked.fault("/via_source_id", "A source is not known through itself.")
    if body.stance in ("supports", "refutes") and body.reported_party_id is not None:
        raise asked.fault(
            "/reported_party_id", f"'{body.stance}' is in the source's own voice; to report a party, use 'reports_…'."
        )
    return happened.ClaimCited(
        citation_id=asked.new_id("cit"),
        source_id=body.source_id,
        stance=body.stance,
        reported_party_id=body.reported_party_id,
        quote_wording=quote.wording if quote else None,
        quote_translated_from=quote.translated_from if quote else None,
        snapshot_id=body.snapshot_id,
        via_source_id=body.via_source_id,
        accessed_on=body.accessed_on,
        value=number.value if number else None,
        bound=number.bound if number else None,
        upper=number.upper if number else None,
        counted_on=number.counted_on if number else None,
        words=happened.CitationWords(
            as_named=body.as_named,
            quote=quote.text if quote else None,
            locator=body.locator,
            unit=number.unit if number else None,
        ),
    )


def withdraw_citation(asked: Asked[Withdraw], claim: Claim, _: Facts) -> Decided:
    """The citation should not be relied on."""
    (citation_id,) = asked.path
    citation = claim.citation(citation_id)
    if citation is None:
        raise NotFound("citation", citation_id)
    if citation.withdrawn is not None:
        raise RuleBroken("The citation is withdrawn already.")
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.CitationWithdrawn(citation_id=citation_id, cause=asked.body.cause, words=words),))


def link(asked: Asked[asks.Connect], claim: Claim, facts: Facts) -> Decided:
    """The claim stands in a relation to another."""
    body = asked.body
    demand_claim(asked, facts, body.claim_id, "/claim_id")
    if body.claim_id == claim.id:
        raise asked.fault("/claim_id", "A claim is not linked to itself.")
    same = (k for k in claim.links if k.claim_id == body.claim_id and k.relation == body.relation)
    if any(k.withdrawn is None for k in same):
        raise asked.fault("/claim_id", "The claims are linked so already.")
    link_id = asked.new_id("lnk")
    event = happened.ClaimLinked(link_id=link_id, claim_id=body.claim_id, relation=body.relation, words=NoWords())
    return Decided((event,), (link_id,))


def withdraw_link(asked: Asked[Withdraw], claim: Claim, _: Facts) -> Decided:
    """The relation should not be relied on."""
    (link_id,) = asked.path
    held = claim.link(link_id)
    if held is None:
        raise NotFound("link", link_id)
    if held.withdrawn is not None:
        raise RuleBroken("The link is withdrawn already.")
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.ClaimUnlinked(link_id=link_id, cause=asked.body.cause, words=words),))


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
