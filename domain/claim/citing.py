"""Commands on what a claim is tied to: sources that are cited on it, and other claims."""

from domain.bodies import Withdraw
from domain.claim import commands as asks
from domain.claim import events as happened
from domain.claim.state import Claim
from domain.errors import NotFound, RuleBroken
from domain.events import NoWords, ReasonWords
from domain.evidence.tracing import trace
from domain.evidence.world import World
from domain.facts import Asked, Decided, Facts, demand_claim, demand_party, demand_snapshot, demand_source


def cite(asked: Asked[asks.Cite], claim: Claim, facts: Facts) -> Decided:
    """A source is cited on the claim."""
    event = cited(asked, facts)
    refuse_our_own(asked, claim.id, facts.world)
    return Decided((event,), (event.citation_id,))


def refuse_our_own(asked: Asked[asks.Cite], claim_id: str, world: World) -> None:
    """Our own article that holds the claim says nothing for or against it, not through others either."""
    body = asked.body
    if body.stance not in ("supports", "refutes"):
        return
    for pointer, source_id in (("/source_id", body.source_id), ("/via_source_id", body.via_source_id)):
        roots = () if source_id is None else trace(world, source_id, claim_id)
        circular = [root.own_article for root in roots if root.own_article is not None]
        if circular and not any(root.holds for root in roots):
            raise asked.fault(pointer, f"It goes back to our own article {circular[0]}, which holds the claim itself.")


def cited(asked: Asked[asks.Cite], facts: Facts) -> happened.ClaimCited:
    """The citation that is asked for, if all that it names is there."""
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
