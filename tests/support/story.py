"""A small story to begin tests from, and short names for what happens in it.

The group (`mek`) claims (`c1`) that a member died in a raid; the police (`police`) deny it. A paper (`outlet`) printed
a report (`s1`), which is cited for the claim (`x1`); a statement of the police (`s2`) is cited against it (`x2`).
Another claim (`c2`) is the desk's own. An article of ours (`a1`) has the text `bodies.TEXT`.
"""

from typing import Any

from tests.support import bodies
from tests.support.desk import Desk, Do


def told(desk: Desk) -> Desk:
    """The desk after the story was recorded."""
    return desk.given(
        Do("parties.create", bodies.party(), name="mek"),
        Do("parties.create", bodies.party(name="The police", kind="state"), name="police"),
        Do("parties.create", bodies.party(name="The paper", kind="outlet"), name="outlet"),
        Do("sources.create", bodies.source(publisher_id="@outlet"), name="s1"),
        Do("sources.create", bodies.source(kind="statement", publisher_id="@police"), name="s2"),
        Do("claims.create", bodies.claim(attribution="named", claimant_id="@mek"), name="c1"),
        Do("claims.create", bodies.claim(statement="The raid was lawful.", kind="fact"), name="c2"),
        cite("s1", name="x1"),
        cite("s2", "refutes", name="x2"),
        Do("articles.create", bodies.article(), name="a1"),
    )


def goes_back_to(origin: str, source: str, name: str | None = None, **said: Any) -> Do:
    body = {"derives_from": f"@{origin}", "relation": "republishes", "reason": "The wording is the same.", **said}
    return Do("sources.origins", body, (f"@{source}",), name=name)


def cite(source: str = "s1", stance: str = "supports", name: str | None = None, **said: Any) -> Do:
    return Do("claims.citations", bodies.citation(f"@{source}", stance, **said), ("@c1",), name=name)


def uncite(citation: str = "x1") -> Do:
    return Do("claims.citations.withdrawal", bodies.withdraw(), ("@c1", f"@{citation}"))


def dispute(*positions: bodies.Said, name: str = "d1", **said: Any) -> Do:
    """By default the police deny. The first position is `@d1.1`."""
    taken = positions or (bodies.position("@police"),)
    return Do("claims.disputes", bodies.dispute(*taken, **said), ("@c1",), name=name)


def take(position: bodies.Said, name: str = "p1") -> Do:
    return Do("claims.disputes.positions", position, ("@c1", "@d1"), name=name)


def give_up(position: str = "d1.1") -> Do:
    return Do("claims.disputes.positions.withdrawal", bodies.withdraw(), ("@c1", "@d1", f"@{position}"))


def narrow(*scopes: str) -> Do:
    return Do("claims.disputes.narrowing", {"scopes": scopes, **bodies.because()}, ("@c1", "@d1"))


def settle(outcome: str = "denied", by: str = "ed", **said: Any) -> Do:
    return Do("claims.disputes.settlement", bodies.settlement(outcome, **said), ("@c1", "@d1"), by, "t1")


def agree(by: str = "ap") -> Do:
    return Do("claims.disputes.settlement.approval", {}, ("@c1", "@d1"), by)


def reopen() -> Do:
    return Do("claims.disputes.reopening", bodies.because(), ("@c1", "@d1"))


def ask(party: str = "police", name: str = "r1", by: str = "ed", **said: Any) -> Do:
    return Do("claims.replies", bodies.reply(f"@{party}", **said), ("@c1",), by, name)


def not_sought(party: str = "police", claim: str = "c1", name: str = "r1") -> Do:
    return Do("claims.replies", bodies.not_sought(f"@{party}"), (f"@{claim}",), name=name)


def answer(text: str = "Nobody died.", reply: str = "r1", **said: Any) -> Do:
    return Do("claims.replies.answer", {"text": text, **said}, ("@c1", f"@{reply}"))


def decline(reply: str = "r1", **said: Any) -> Do:
    return Do("claims.replies.refusal", said, ("@c1", f"@{reply}"))


def consider(reply: str = "r1") -> Do:
    return Do("claims.replies.consideration", bodies.because(), ("@c1", f"@{reply}"))


def unask(reply: str = "r1", cause: str = "recorded_in_error") -> Do:
    return Do("claims.replies.withdrawal", bodies.withdraw(cause), ("@c1", f"@{reply}"))


def look(name: str = "q1", **said: Any) -> Do:
    return Do("claims.searches", bodies.search(**said), ("@c1",), name=name)


def overlook(search: str = "q1") -> Do:
    return Do("claims.searches.withdrawal", bodies.withdraw(), ("@c1", f"@{search}"))


def propose(rating: str = "unproven", *citations: str, by: str = "ed", name: str = "v1", **said: Any) -> Do:
    cited = [f"@{citation}" for citation in citations]
    return Do("claims.verdicts", bodies.verdict(rating, *cited, **said), ("@c1",), by, name)


def approve(verdict: str = "v1", by: str = "ap", **said: Any) -> Do:
    return Do("claims.verdicts.approval", said, ("@c1", f"@{verdict}"), by)


def reject(verdict: str = "v1", by: str = "ap") -> Do:
    return Do("claims.verdicts.rejection", bodies.because("No."), ("@c1", f"@{verdict}"), by)


def reaffirm(verdict: str = "v1", by: str = "ed") -> Do:
    return Do("claims.verdicts.reaffirmation", bodies.because(), ("@c1", f"@{verdict}"), by)


def take_back(verdict: str = "v1", by: str = "ed") -> Do:
    return Do("claims.verdicts.withdrawal", bodies.withdraw(), ("@c1", f"@{verdict}"), by)


def withdraw() -> Do:
    return Do("claims.withdrawal", bodies.withdraw(), ("@c1",))


def reinstate() -> Do:
    return Do("claims.reinstatement", bodies.because(), ("@c1",))


def place(exact: str = "One person died", claim: str = "c1", name: str = "m1", **selector: Any) -> Do:
    return Do("articles.claims", bodies.place(f"@{claim}", exact, **selector), ("@a1",), name=name)


def revise(text: str) -> Do:
    return Do("articles.revisions", {"text": text, **bodies.because()}, ("@a1",))


def place_again(exact: str, placement: str = "m1", **selector: Any) -> Do:
    said = {"selector": {"exact": exact, **selector}, **bodies.because("It moved.")}
    return Do("articles.placements.selector", said, ("@a1", f"@{placement}"))


def confirm(placement: str = "m1", **said: Any) -> Do:
    return Do("articles.placements.confirmation", said, ("@a1", f"@{placement}"))


def publish_article(**said: Any) -> Do:
    return Do("articles.publication", said, ("@a1",))


def correct(kind: str = "correction", *claims: str, name: str = "k1", **said: Any) -> Do:
    """By default a correction of the article that names no claim."""
    named = [f"@{claim}" for claim in claims]
    return Do("articles.corrections", bodies.correction(kind, *named, **said), ("@a1",), name=name)


def retract(source: str = "s1") -> Do:
    notice = {"declared_by": "publisher", "notice_url": "https://example.org/notice"}
    return Do("sources.standing", {"standing": "retracted", **notice, **bodies.because()}, (f"@{source}",))


def new_policy(by: str = "ap", **said: Any) -> Do:
    return Do("policies.create", bodies.policy(**said), by=by)


def adopt(number: int = 2, by: str = "ap2") -> Do:
    return Do("policies.approval", {}, (str(number),), by)


def snap(source: str = "s1", name: str = "n1", **said: Any) -> Do:
    """A snapshot of which only an archive has the bytes."""
    return Do("sources.snapshots", bodies.snapshot(**said), (f"@{source}",), name=name)
