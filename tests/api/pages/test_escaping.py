"""Whatever somebody typed is shown as it was typed, and never as markup."""

from typing import Any

import pytest

from tests.api.pages.world import Readers
from tests.support import bodies
from tests.support.desk import Do

HOSTILE = (
    """</title><script>alert(1)</script><img src=x onerror='a("b")'>{{ 7*7 }}{% raw %} "><svg/onload=a> &amp;\u202e"""
)
LINE = f"x {HOSTILE}"


@pytest.fixture
def hostile(readers: Readers) -> Readers:
    """Every text that anybody can type is hostile."""
    spoken = {"text": LINE, "wording": "verbatim"}
    counted = {"value": "1", "bound": "stated", "unit": LINE}
    cited = {"source_id": "@s1", "stance": "reports_claim", "as_named": LINE, "quote": spoken, "locator": LINE}
    claimed: dict[str, Any] = {"statement": LINE, "exact_words": spoken, "topics": [LINE], "reason": LINE}
    why = bodies.because(LINE)
    gone = {"cause": "legal", **why}
    readers.office.desk.given(
        Do(
            "parties.create",
            bodies.party(name=LINE, description=LINE, same_as=["https://example.org/\"'><b>"]),
            name="p1",
        ),
        Do("parties.create", bodies.party(name=LINE), name="p2"),
        Do(
            "sources.create",
            bodies.source(title=LINE, publisher_id="@p1", url="https://example.org/\"'><b>"),
            name="s1",
        ),
        Do("sources.create", bodies.source(title=LINE), name="s2"),
        Do("sources.origins", {"derives_from": "@s2", "relation": "quotes", **why}, ("@s1",)),
        Do("sources.standing", {"standing": "concern", "declared_by": "desk", **why}, ("@s1",)),
        Do("articles.create", bodies.article(title=LINE, text=f"Before {HOSTILE} after"), name="a1"),
        Do(
            "claims.create",
            bodies.claim(**claimed, attribution="named", claimant_id="@p1", quantity=counted, citations=[cited]),
            name="c1",
        ),
        Do("claims.create", bodies.claim(statement=LINE, attribution="unnamed", as_named=LINE), name="c2"),
        Do("claims.links", {"claim_id": "@c2", "relation": "refines"}, ("@c1",)),
        Do("articles.claims", bodies.place("@c1", HOSTILE), ("@a1",)),
        Do("articles.claims", bodies.place("@c2", "after"), ("@a1",)),
        Do("articles.publication", {}, ("@a1",)),
        Do("claims.rewording", bodies.rewording(f"Now {LINE}", reason=LINE), ("@c1",)),
        Do(
            "claims.disputes",
            bodies.dispute(
                bodies.position("@p2", statement=LINE, as_named=LINE, accepts=LINE, quantity=counted),
                question=LINE,
                reason=LINE,
            ),
            ("@c1",),
            name="d1",
        ),
        Do("claims.disputes.settlement", bodies.settlement("unresolvable", rationale=LINE), ("@c1", "@d1")),
        Do("claims.disputes.settlement.approval", {}, ("@c1", "@d1"), "ap"),
        Do("claims.verdicts", bodies.verdict(rationale=LINE), ("@c1",), name="v1"),
        Do("claims.verdicts.approval", {}, ("@c1", "@v1"), "ap"),
        Do("claims.withdrawal", gone, ("@c2",)),
        Do("articles.withdrawal", gone, ("@a1",)),
    )
    return readers


@pytest.mark.parametrize("by", [None, "au"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/contested",
        "/articles/@a1",
        "/claims/@c1",
        "/claims/@c2",
        "/claims/@c1/history",
        "/sources/@s1",
        "/parties/@p1",
        "/parties/@p2",
    ],
)
def test_hostile_text_is_text(hostile: Readers, path: str, by: str | None) -> None:
    page = hostile.page(path, by=by)

    assert HOSTILE in page.text
    assert not page.all("script")
    assert not page.all("img")
    assert not page.all("b")
    assert not [name for element in page.all() for name in element.attributes if name.startswith("on")]


def test_only_web_addresses_become_links(hostile: Readers) -> None:
    links = hostile.page("/parties/@p1").all("a") + hostile.page("/sources/@s1").all("a")

    assert {link.attributes["href"].partition(":")[0] for link in links if ":" in link.attributes["href"]} == {"https"}


def test_hostile_addresses_of_pages_are_not_found(hostile: Readers) -> None:
    for id in ("%3Cscript%3E", "..%2F..", "clm_%00", "clm_" + "z" * 5000):
        answer = hostile.ask(f"/claims/{id}")
        assert answer.status == 404
        assert b"<script>" not in answer.content
