"""Random commands, each fitting to what a desk holds at that moment. The rules may still forbid one."""

from collections.abc import Callable
from typing import Any, Final

from tests.support import bodies
from tests.support.chance import Chance
from tests.support.desk import Do

SCOPES: Final = ("occurrence", "quantity", "date", "place", "cause")
TEXTS: Final = (
    bodies.TEXT,
    "In Tirana the police raided the camp. One person died, the group says. The police took 150 laptops.",
    "One person died. One person died, others say. The police took 150 computers.",
    "In Tirana the police raided the camp. One person died, the group says. The police took 150 computer.",
    "Nothing of this is known.",
)
QUOTES: Final = ("One person died", "The police took 150 computers", "raided the camp", "never written")


Move = Callable[[Chance], Do | None]


def _new_party(c: Chance) -> Do:
    kind = c.dice.choice(("person", "organisation", "state", "outlet"))
    return Do("parties.create", bodies.party(name=c.text("Party"), kind=kind, private=c.dice.random() < 0.2))


def _new_source(c: Chance) -> Do:
    said = bodies.source(title=c.text("Source"), confidential=c.dice.random() < 0.2)
    return Do("sources.create", {**said, "publisher_id": c.maybe(c.one_of("party"))})


def _new_article(c: Chance) -> Do:
    role = c.dice.choice(("own", "examined"))
    return Do("articles.create", bodies.article(title=c.text("Article"), role=role, text=c.dice.choice(TEXTS)))


def _new_claim(c: Chance) -> Do | None:
    if len(c.records["claim"]) > 4 and c.dice.random() < 0.7:
        return None
    claimant, about, source, article = (c.one_of(k) for k in ("party", "party", "source", "article"))
    said = bodies.claim(statement=c.text("It is so"), kind=c.dice.choice(("fact", "allegation", "quote", "opinion")))
    if c.maybe(claimant):
        said |= {"attribution": "named", "claimant_id": claimant}
    if c.maybe(about):
        said["about"] = [{"party_id": about, "role": "actor"}]
    if c.maybe(source):
        said["citations"] = [bodies.citation(str(source), "reports_claim", quote={"text": "So", "wording": "verbatim"})]
    if c.maybe(article):
        said["place"] = [{"article_id": article, "selector": {"exact": c.dice.choice(QUOTES)}}]
    return Do("claims.create", said)


def _on_claim(c: Chance) -> Do | None:
    claim, other, party = c.state("claim"), c.one_of("claim"), c.one_of("party")
    if claim is None:
        return None
    commands: tuple[tuple[str, bodies.Said], ...] = (
        ("claims.description", {"topics": [c.text("topic")], "claimant_id": c.maybe(party), **bodies.because()}),
        ("claims.rewording", bodies.rewording(c.text("It is so"))),
        ("claims.quantity", {"value": str(c.dice.randrange(200)), "bound": "about", "unit": "computers"}),
        ("claims.quantity", {"value": "150", "bound": "stated", "unit": "computers", "why": "new_count"}),
        ("claims.links", {"claim_id": other, "relation": c.dice.choice(("refines", "restates"))}),
        ("claims.publication", {}),
        ("claims.withdrawal", c.withdrawal()),
        ("claims.reinstatement", bodies.because()),
    )
    command, said = c.dice.choice(commands)
    return Do(command, said, (claim.id,))


def _cite(c: Chance) -> Do | None:
    claim, source, via = c.one_of("claim"), c.one_of("source"), c.one_of("source")
    if claim is None or source is None:
        return None
    stance = c.dice.choice(("supports", "refutes", "reports_claim", "reports_denial", "context", "mentions"))
    quote = c.maybe({"text": c.text("It is so"), "wording": "verbatim"})
    return Do("claims.citations", bodies.citation(source, stance, via_source_id=c.maybe(via), quote=quote), (claim,))


def _check(c: Chance) -> Do | None:
    claim = c.state("claim")
    quoted = () if claim is None else tuple(k.id for k in claim.citations if k.quote_wording is not None)
    return Do("claims.citations.check", {}, (claim.id, c.dice.choice(quoted))) if quoted else None


def _uncite(c: Chance) -> Do | None:
    claim = c.state("claim")
    parts = () if claim is None else (*claim.citations, *claim.links)
    if not parts:
        return None
    part = c.dice.choice(parts)
    return Do(
        f"claims.{'links' if part.id.startswith('lnk') else 'citations'}.withdrawal",
        c.withdrawal(),
        (claim.id, part.id),
    )


def _position(c: Chance, claim: Any, party: str) -> bodies.Said:
    stance = c.dice.choice(("affirms", "denies", "denies", "differs"))
    stated_on = c.maybe(f"2023-0{c.dice.randrange(1, 10)}")
    return bodies.position(
        party, stance, statement=c.text("No"), stated_on=stated_on, citation_ids=c.some(claim.citations)
    )


def _dispute(c: Chance) -> Do | None:
    claim, parties = c.state("claim"), [c.one_of("party") for _ in range(c.dice.randint(1, 3))]
    positions = [_position(c, claim, party) for party in parties if claim is not None and party is not None]
    if not positions:
        return None
    return Do("claims.disputes", bodies.dispute(*positions, scopes=c.dice.sample(SCOPES, 3)), (claim.id,))


def _in_dispute(c: Chance) -> Do | None:
    claim, party = c.state("claim"), c.one_of("party")
    if claim is None or not claim.disputes or party is None:
        return None
    dispute = c.dice.choice(claim.disputes)
    at, position = (claim.id, dispute.id), c.dice.choice(dispute.positions)
    outcome = c.dice.choice(("affirmed", "denied", "agreed", "unresolvable"))
    if not dispute.open:
        return Do("claims.disputes.reopening", bodies.because(), at)
    if dispute.settlements and c.dice.random() < 0.5:
        return Do("claims.disputes.settlement.approval", {}, at, c.approver())
    commands = (
        Do("claims.disputes.positions", _position(c, claim, party), at),
        Do("claims.disputes.positions.withdrawal", c.withdrawal(), (*at, position.id)),
        Do("claims.disputes.narrowing", {"scopes": dispute.scopes[1:] or ["place"], **bodies.because()}, at),
        Do("claims.disputes.settlement", bodies.settlement(outcome, citation_ids=c.some(claim.citations)), at),
    )
    return c.dice.choice(commands)


def _ask(c: Chance) -> Do | None:
    claim, party = c.one_of("claim"), c.one_of("party")
    if claim is None or party is None:
        return None
    asked = c.dice.choice((bodies.not_sought(party), *[bodies.reply(party, question=c.text("Is it so"))] * 3))
    return Do("claims.replies", asked, (claim,))


def _on_reply(c: Chance) -> Do | None:
    claim, source = c.state("claim"), c.one_of("source")
    if claim is None or not claim.replies:
        return None
    at = (claim.id, c.dice.choice(claim.replies).id)
    commands = (
        Do("claims.replies.answer", {"text": c.text("No"), "source_id": c.maybe(source)}, at),
        Do("claims.replies.refusal", {"statement": c.maybe(c.text("No comment"))}, at),
        Do("claims.replies.consideration", bodies.because(), at),
        Do("claims.replies.withdrawal", c.withdrawal(), at),
    )
    return c.dice.choice(commands)


def _search(c: Chance) -> Do | None:
    claim = c.state("claim")
    if claim is None:
        return None
    if claim.searches and c.dice.random() < 0.3:
        return Do("claims.searches.withdrawal", c.withdrawal(), (claim.id, c.dice.choice(claim.searches).id))
    return Do("claims.searches", bodies.search(valid_until=c.maybe("2027-06")), (claim.id,))


def _propose(c: Chance) -> Do | None:
    claim = c.state("claim")
    if claim is None:
        return None
    rests_on = {"citation_ids": c.some(claim.citations), "dispute_ids": c.some(claim.disputes)}
    rests_on |= {"search_ids": c.some(claim.searches), "reply_ids": c.some(claim.replies)}
    said = bodies.verdict(c.dice.choice(("true", "false", "unproven", "unproven")), rests_on=rests_on)
    if claim.verdict is not None:
        said["changed_because"] = "new_evidence"
    return Do("claims.verdicts", said, (claim.id,), c.dice.choice(("ed", "ap", "ap2")))


def _on_verdict(c: Chance) -> Do | None:
    claim = c.state("claim")
    if claim is None or not claim.verdicts:
        return None
    at = (claim.id, c.dice.choice(claim.verdicts[-2:]).id)
    return c.dice.choice(
        (
            Do("claims.verdicts.approval", {}, at, c.approver()),
            Do("claims.verdicts.approval", {}, at, c.approver()),
            Do("claims.verdicts.rejection", bodies.because(), at, c.approver()),
            Do("claims.verdicts.withdrawal", c.withdrawal(), at),
            Do("claims.verdicts.reaffirmation", bodies.because(), at),
        )
    )


def _correction(c: Chance, article: Any) -> Do:
    kind = c.dice.choice(("typo", "clarification", "correction", "update"))
    named = () if kind == "typo" else dict.fromkeys(p.claim_id for p in article.placements if c.dice.random() < 0.5)
    said = bodies.correction("retraction" if article.withdrawn else kind, *named, note=c.text("Wrong"))
    return Do("articles.corrections", said, (article.id,))


def _on_article(c: Chance) -> Do | None:
    article, claim = c.state("article"), c.one_of("claim")
    if article is None:
        return None
    commands = [
        Do("articles.revisions", {"text": c.dice.choice(TEXTS), **bodies.because()}, (article.id,)),
        Do("articles.publication", {"url": c.maybe("https://example.org/raid")}, (article.id,)),
        Do("articles.withdrawal", bodies.because(), (article.id,)),
        Do("articles.reinstatement", bodies.because(), (article.id,)),
    ]
    if article.published is not None:
        commands += 3 * [_correction(c, article)]
    if claim is not None:
        commands += 3 * [Do("articles.claims", bodies.place(claim, c.dice.choice(QUOTES)), (article.id,))]
    if article.placements:
        at = (article.id, c.dice.choice(article.placements).id)
        selector = {"exact": c.dice.choice(QUOTES)}
        commands += [
            Do("articles.placements.removal", bodies.because(), at),
            Do("articles.placements.confirmation", {"reason": c.maybe("It is right.")}, at),
            Do("articles.placements.selector", {"selector": selector, **bodies.because()}, at),
        ]
    return c.dice.choice(commands)


def _on_source(c: Chance) -> Do | None:
    source, other = c.state("source"), c.one_of("source")
    if source is None:
        return None
    standing = c.dice.choice(("good", "corrected", "concern", "retracted", "gone"))
    declared_by = "publisher" if standing in {"corrected", "retracted"} else "desk"
    day, at_it = f"2013-0{c.dice.randint(1, 9)}-01T10:00:00Z", (source.id,)
    notice = {"declared_by": declared_by, "notice_url": "https://example.org/notice", **bodies.because()}
    commands = [
        Do("sources.description", {"title": c.text("Source"), **bodies.because()}, (source.id,)),
        Do("sources.origins", {"derives_from": other, "relation": "republishes", **bodies.because()}, (source.id,)),
        Do("sources.standing", {"standing": standing, **notice}, (source.id,)),
        Do("sources.snapshots", c.dice.choice((bodies.snapshot(day), {"captured_at": day, "http_status": 404})), at_it),
    ]
    if source.snapshots:
        at = (source.id, c.dice.choice(source.snapshots).id)
        commands.append(Do("sources.snapshots.withdrawal", c.withdrawal(), at))
    if source.origins:
        at = (source.id, c.dice.choice(source.origins).id)
        commands.append(Do("sources.origins.withdrawal", c.withdrawal(), at))
    return c.dice.choice(commands)


def _on_party(c: Chance) -> Do | None:
    party, other, claim = c.state("party"), c.one_of("party"), c.one_of("claim")
    if party is None:
        return None
    commands = [Do("parties.description", {"name": c.text("Party"), **bodies.because()}, (party.id,))]
    if claim is not None:
        said = {"party_id": other, "relation": "owned_by", "basis_claim_id": claim, "as_alleged": True}
        commands.append(Do("parties.affiliations", {**said, **bodies.because()}, (party.id,)))
    if party.affiliations:
        at = (party.id, c.dice.choice(party.affiliations).id)
        commands += [
            Do("parties.affiliations.end", bodies.because(), at),
            Do("parties.affiliations.withdrawal", c.withdrawal(), at),
        ]
    return c.dice.choice(commands)


def _on_policy(c: Chance) -> Do:
    number = str(len(c.desk.newsroom.policy.versions))
    if c.dice.random() < 0.5:
        return Do("policies.create", bodies.policy(four_eyes=c.dice.random() < 0.7), by=c.approver())
    return Do("policies.approval", {}, (number,), c.approver())


MOVES: Final[tuple[tuple[Move, int], ...]] = (
    (_new_party, 3),
    (_new_source, 4),
    (_new_article, 2),
    (_new_claim, 6),
    (_on_claim, 8),
    (_cite, 8),
    (_check, 4),
    (_uncite, 3),
    (_dispute, 4),
    (_in_dispute, 9),
    (_ask, 4),
    (_on_reply, 6),
    (_search, 3),
    (_propose, 7),
    (_on_verdict, 9),
    (_on_article, 7),
    (_on_source, 4),
    (_on_party, 3),
    (_on_policy, 1),
)
