"""What the evidence on a claim goes back to, as JSON: counted once, with reasons, for its audience, at its moment."""

from pathlib import Path
from typing import Any, Final

import pytest

from tests.api.pages.world import publication
from tests.api.web.office import Office, opened
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import approve, cite, goes_back_to, place, propose, publish_article, retract, told, uncite


def found(office: Office, by: str | None = "ed", **asked: Any) -> Any:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return office.get(f"/claims/{office.desk.id('c1')}/origins?{query}", by=by).then(200).body


def numbers(office: Office, by: str | None = "ed") -> tuple[int, ...]:
    """The four numbers, which the claim has to give as its evidence does."""
    counted = found(office, by)["independent_origins"]
    claim = office.get(f"/claims/{office.desk.id('c1')}", by=by).then(200).body
    assert claim["independent_origins"] == counted
    return tuple(counted[name] for name in ("supports", "refutes", "interested", "reported"))


def leg(office: Office, citation: str, by: str | None = "ed", **asked: Any) -> Any:
    legs = found(office, by, **asked)["citations"]
    return next(leg for leg in legs if leg["citation_id"] == office.desk.id(citation))


def paper(name: str, stance: str = "supports", **said: Any) -> tuple[Do, Do]:
    return Do("sources.create", bodies.source(title=name, **said), name=name), cite(name, stance, name=f"x_{name}")


def tied(one: str, relation: str, other: str, **said: Any) -> Do:
    basis = {"basis_claim_id": "@c2", "as_alleged": False, "reason": "So its imprint says.", **said}
    body = {"party_id": f"@{other}", "relation": relation, **basis}
    return Do("parties.affiliations", body, (f"@{one}",), name=f"{one}_{other}")


def test_ten_papers_that_print_one_report_are_one_origin(story: Office) -> None:
    # Given ten papers that print what the first source said, one from another
    names = [f"paper{n}" for n in range(10)]
    for n, name in enumerate(names):
        story.desk.given(*paper(name), goes_back_to(names[n - 1] if n else "s1", name, name=f"o{n}"))

    # Then eleven citations are one origin, and each says how it goes back to it
    assert numbers(story) == (1, 1, 0, 0)
    legs = [leg(story, citation) for citation in ("x1", *(f"x_{name}" for name in names))]
    assert {tuple(leg["origins"]) for leg in legs} == {(1,)}
    assert [len(leg["roots"][0]["path"]) for leg in legs] == list(range(11))
    (step, last) = leg(story, "x_paper1")["roots"][0]["path"]
    assert step == {"source_id": story.desk.id("paper0"), "relation": "republishes", "origin_id": story.desk.id("o1")}
    assert last["source_id"] == story.desk.id("s1")
    assert found(story)["origins"][0]["source_ids"] == [story.desk.id("s1")]


def test_what_only_reports_what_somebody_said_is_never_support(story: Office) -> None:
    story.desk.given(
        *paper("reporter", "reports_claim"), *paper("denial", "reports_denial"), *paper("aside", "context")
    )

    assert numbers(story) == (1, 1, 0, 2)
    assert story.desk.id("x_aside") not in {leg["citation_id"] for leg in found(story)["citations"]}


def test_the_claimant_and_those_it_is_about_and_parties_to_the_dispute_are_told_apart(story: Office) -> None:
    # Given sources of the claimant, of a party that the claim is about, and of a party to a dispute, which has s2
    story.desk.given(
        Do("parties.create", bodies.party(name="The camp"), name="camp"),
        Do("claims.description", {"about": [{"party_id": "@camp", "role": "affected"}], **bodies.because()}, ("@c1",)),
        *paper("leaflet", publisher_id="@mek"),
        *paper("letter", author_ids=["@camp"]),
        Do("claims.disputes", bodies.dispute(bodies.position("@police")), ("@c1",)),
    )

    assert numbers(story) == (1, 0, 3, 0)
    told_of = {tuple(origin["interested_party_ids"]) for origin in found(story)["origins"]}
    assert told_of == {(), *((story.desk.id(name),) for name in ("mek", "camp", "police"))}


MERGES: Final = {"merge_publisher_family": True}
KEEPS_APART: Final = {"merge_publisher_family": False}


@pytest.mark.parametrize(
    ("policy", "ties", "origins"),
    [
        (MERGES, [("outlet", "owned_by", "house"), ("other", "part_of", "house")], 1),
        (MERGES, [("house", "operates", "outlet"), ("house", "operates", "other")], 1),
        (MERGES, [("outlet", "owned_by", "house"), ("other", "funded_by", "house")], 2),
        (MERGES, [("outlet", "shares_content_of", "other")], 1),
        (MERGES, [("outlet", "owned_by", "house")], 2),
        (KEEPS_APART, [("outlet", "owned_by", "house"), ("other", "part_of", "house")], 2),
    ],
)
def test_one_house_is_counted_once_where_the_policy_says_so(
    tmp_path: Path, policy: bodies.Said, ties: list[tuple[str, str, str]], origins: int
) -> None:
    with opened(tmp_path, settings=policy) as office:
        told(office.desk).given(
            Do("parties.create", bodies.party(name="The house"), name="house"),
            Do("parties.create", bodies.party(name="Another paper", kind="outlet"), name="other"),
            *paper("another", publisher_id="@other"),
            *(tied(*tie) for tie in ties),
        )

        assert numbers(office)[0] == origins


def test_a_merger_is_explained_by_its_parties_and_their_affiliation(story: Office) -> None:
    story.desk.given(
        Do("parties.create", bodies.party(name="Another paper", kind="outlet"), name="other"),
        *paper("another", publisher_id="@other"),
        tied("other", "owned_by", "outlet"),
    )

    (origin,) = [origin for origin in found(story)["origins"] if len(origin["source_ids"]) > 1]

    id = story.desk.id
    (merged,) = origin["merged"]
    assert set(merged["source_ids"]) == {id("s1"), id("another")}
    assert set(merged["party_ids"]) == {id("outlet"), id("other")}
    assert (merged["affiliation_id"], merged["citation_id"]) == (id("other_outlet"), None)


def test_what_is_only_alleged_merges_nothing(story: Office) -> None:
    alleged: dict[str, Any] = {"as_alleged": True, "basis_claim_id": "@c2"}
    story.desk.given(
        Do("parties.create", bodies.party(name="Another paper", kind="outlet"), name="other"),
        *paper("another", publisher_id="@other"),
        goes_back_to("s1", "another", **alleged),
        tied("other", "owned_by", "outlet", **alleged),
    )

    assert numbers(story) == (2, 1, 0, 0)


def test_sources_that_only_draw_on_each_other_are_one_origin_and_called_a_loop(story: Office) -> None:
    story.desk.given(
        *paper("first"), *paper("second"), goes_back_to("second", "first"), goes_back_to("first", "second")
    )

    assert numbers(story)[0] == 2
    loop = {story.desk.id("first"), story.desk.id("second")}
    (root,) = leg(story, "x_first")["roots"]
    assert (root["loop"], set(root["source_ids"])) == (True, loop)
    assert [set(told) for origin in found(story)["origins"] for told in origin["loops"]] == [loop]


def test_our_own_article_does_not_bear_out_the_claim_that_it_holds(story: Office) -> None:
    # Given our published article with the claim, and a paper that took the claim from it
    story.desk.given(
        Do("sources.create", bodies.source(title="Our article"), name="ours"),
        Do("articles.create", bodies.article(source_id="@ours"), name="own"),
        Do("articles.claims", bodies.place("@c1", "One person died"), ("@own",)),
        Do("articles.publication", {"published_at": "2026-06-01T10:00:00Z"}, ("@own",)),
        *paper("copier"),
        goes_back_to("ours", "copier"),
    )

    # Then it cannot be cited for it, nor does the paper count
    refused = story.do(cite("ours")).then(422, "invalid-input")
    assert refused.pointers == ["/source_id"]
    copied = leg(story, "x_copier")
    assert (copied["holds"], copied["origins"], numbers(story)[0]) == (False, [], 1)
    (root,) = copied["roots"]
    assert (root["broken_at"], root["own_article_id"]) == (story.desk.id("ours"), story.desk.id("own"))
    story.do(cite("ours", "mentions")).then(200)


def test_what_was_retracted_on_the_way_holds_nothing_until_it_is_reinstated(story: Office) -> None:
    story.desk.given(*paper("reprint"), goes_back_to("s1", "reprint"))
    before = found(story)

    story.desk.given(retract("s1"))
    broken = leg(story, "x_reprint")
    assert (broken["holds"], broken["roots"][0]["broken_at"]) == (False, story.desk.id("s1"))
    assert numbers(story)[0] == 0

    good = {"standing": "good", "declared_by": "publisher", **bodies.because("It was borne out.")}
    story.desk.given(Do("sources.standing", good, ("@s1",)))
    again = found(story)
    assert again == before


def test_the_past_is_counted_as_it_was(story: Office) -> None:
    story.desk.given(*paper("reprint"))
    then, apart = story.length, found(story)
    story.desk.given(goes_back_to("s1", "reprint"), retract("s2"))

    assert (found(story)["independent_origins"]["supports"], apart["independent_origins"]["supports"]) == (1, 2)
    assert found(story, position=then) == {**apart, "position": then}


def test_the_public_is_given_the_true_numbers_and_names_only_what_is_open(story: Office) -> None:
    # Given a paper that draws on a confidential source, on which another draws too
    story.desk.given(
        *paper("open"),
        *paper("second"),
        Do("sources.create", bodies.source(title="SECRET", confidential=True), name="told"),
        goes_back_to("told", "open"),
        goes_back_to("told", "second"),
        publication("c1"),
    )

    # Then the public learns that they are one origin, and not which
    assert numbers(story, by=None) == numbers(story) == (2, 1, 0, 0)
    (root,) = leg(story, "x_open", by=None)["roots"]
    assert (root["source_ids"], root["path"], root["holds"]) == ([None], [], True)
    assert leg(story, "x_open", by=None)["origins"] == leg(story, "x_second", by=None)["origins"]
    assert story.desk.id("told") in leg(story, "x_open")["roots"][0]["source_ids"]


def test_a_claim_that_is_not_open_has_no_origins_for_the_public(story: Office) -> None:
    story.get(f"/claims/{story.desk.id('c1')}/origins").then(404, "not-found")
    story.get("/claims/clm_00000000000000000000000000/origins", by="ed").then(404, "not-found")


def test_the_verdict_keeps_the_numbers_on_which_it_was_given(story: Office) -> None:
    story.desk.given(*paper("reprint"), propose("true", "x1", "x_reprint"), approve(), place(), publish_article())
    story.desk.given(goes_back_to("s1", "reprint"))

    claim = story.get(f"/claims/{story.desk.id('c1')}", by="ed").then(200).body

    assert (claim["verdict"]["numbers"]["origins"], claim["independent_origins"]["supports"]) == (2, 1)
    assert claim["needs_review"] == ["origins_changed"]


def judged_and_open(*claims: str) -> tuple[Do, ...]:
    return propose("true", "x_paper"), approve(), *map(publication, claims)


def test_whoever_draws_on_a_confidential_source_is_not_told_where_that_is_cited_for_itself(story: Office) -> None:
    # Given a paper that draws on a confidential source, which another open claim cites
    story.desk.given(
        *paper("paper"),
        Do("sources.create", bodies.source(title="SECRET", confidential=True), name="told"),
        goes_back_to("told", "paper", reason="SECRET: he sat beside the reporter."),
        Do("claims.citations", bodies.citation("@told"), ("@c2",), name="y1"),
        *judged_and_open("c1", "c2"),
    )
    told, id = story.desk.id("told"), story.desk.id("paper")

    # Then nobody outside is told that the one draws on the other, from neither end
    impact = story.get(f"/sources/{told}/impact?assume=retracted").then(200)
    assert [citation["claim_id"] for citation in impact.body["citations"]] == [story.desk.id("c2")]
    assert story.get(f"/sources/{id}").then(200).body["origins"] == []
    for path in (f"/sources/{id}/history", f"/claims/{story.desk.id('c1')}/history", f"~/sources/{id}"):
        answer = story.get(path).then(200).content.decode()
        assert "SECRET" not in answer
        assert told not in answer

    # And the desk is
    assert len(story.get(f"/sources/{told}/impact", by="ed").then(200).body["citations"]) == 2
    assert len(story.get(f"/sources/{id}", by="ed").then(200).body["origins"]) == 1


def test_what_lies_behind_a_confidential_source_is_named_in_no_register(story: Office) -> None:
    # Given a paper that has it from an open agency by way of a confidential source
    story.desk.given(
        *paper("paper"),
        Do("sources.create", bodies.source(title="SECRET", confidential=True), name="told"),
        Do("sources.create", bodies.source(title="Agency"), name="agency"),
        goes_back_to("told", "paper"),
        goes_back_to("agency", "told"),
        Do("claims.citations", bodies.citation("@agency"), ("@c2",), name="y1"),
        *judged_and_open("c1", "c2"),
    )

    (row,) = story.get("/single-origin").then(200).body["items"]
    assert (row["claim_id"], row["roots"]) == (story.desk.id("c1"), [])
    (row,) = story.get("/single-origin", by="ed").then(200).body["items"]
    assert row["roots"] == [story.desk.id("agency")]


def test_what_rests_on_a_claim_that_is_not_open_is_counted_and_not_named(story: Office) -> None:
    # Given an origin and an affiliation that rest on a claim of the desk, which is not open
    basis = {"basis_claim_id": "@c2"}
    story.desk.given(
        *paper("paper"),
        *paper("agency"),
        goes_back_to("agency", "paper", **basis),
        Do("parties.create", bodies.party(name="Another paper", kind="outlet"), name="other"),
        *paper("another", publisher_id="@other"),
        tied("other", "owned_by", "outlet", **basis),
        publication("c1"),
    )

    # Then the public has the numbers, and not who is said to belong to whom or to draw on whom
    assert numbers(story, by=None) == numbers(story) == (2, 1, 0, 0)
    (root,) = leg(story, "x_paper", by=None)["roots"]
    assert (root["source_ids"], root["path"]) == ([None], [])
    (merged,) = [merge for origin in found(story, by=None)["origins"] for merge in origin["merged"]]
    assert (merged["cause"], merged["party_ids"], merged["affiliation_id"]) == ("affiliated", [None, None], None)
    page = story.get(f"~/claims/{story.desk.id('c1')}").then(200).content.decode()
    assert "One house of publishers." in page
    assert "a source that is not named here" in page

    # And it has, once the claim is open
    story.desk.given(publication("c2"))
    (root,) = leg(story, "x_paper", by=None)["roots"]
    assert root["source_ids"] == [story.desk.id("agency")]
    (merged,) = [merge for origin in found(story, by=None)["origins"] for merge in origin["merged"]]
    assert merged["affiliation_id"] == story.desk.id("other_outlet")


def test_what_becomes_of_a_verdict_is_the_same_for_the_public(story: Office) -> None:
    """It depends on an open claim that would fall, and on one that is not open and would stand."""

    def claim(name: str) -> Do:
        return Do("claims.create", bodies.claim(statement=f"It follows, {name}.", kind="fact"), name=name)

    def depends_on(other: str) -> Do:
        return Do("claims.links", {"claim_id": f"@{other}", "relation": "depends_on"}, ("@c3",))

    story.desk.given(
        claim("c3"),
        claim("c4"),
        Do("claims.citations", bodies.citation("@s2"), ("@c4",), name="y1"),
        depends_on("c1"),
        depends_on("c4"),
        uncite("x2"),
        Do("claims.verdicts", bodies.verdict(), ("@c3",), name="v3"),
        Do("claims.verdicts.approval", {}, ("@c3", "@v3"), "ap"),
        publication("c1"),
        publication("c3"),
    )
    path = f"/sources/{story.desk.id('s1')}/impact?assume=retracted"

    for by in ("ed", None):
        (verdict,) = story.get(path, by=by).then(200).body["verdicts"]
        assert (verdict["claim_id"], verdict["effect"]) == (story.desk.id("c3"), "weakened")


def test_an_article_of_ours_is_no_support_for_a_claim_that_begins_in_it(story: Office) -> None:
    # Given a published article of ours, which is a source too, and a paper that drew on it
    story.desk.given(
        Do("sources.create", bodies.source(title="Ours"), name="ours"),
        Do("sources.create", bodies.source(title="Late"), name="late"),
        goes_back_to("ours", "late"),
        Do("articles.create", bodies.article(source_id="@ours"), name="own"),
        Do("articles.publication", {"published_at": "2026-06-01T10:00:00Z"}, ("@own",)),
    )
    length = story.length

    def begun(source: str, stance: str) -> Do:
        place = [{"article_id": "@own", "selector": {"exact": "One person died"}}]
        cited = {"citations": [bodies.citation("@s1"), bodies.citation(f"@{source}", stance)], "place": place}
        return Do("claims.create", bodies.claim(**cited), name="new")

    # Then neither supports a claim that is recorded in the same breath as its place there
    for source in ("ours", "late"):
        refused = story.do(begun(source, "supports")).then(422, "invalid-input")
        assert refused.pointers == ["/citations/1/source_id"]
    assert story.length == length

    # But they may be named beside it
    story.do(begun("ours", "mentions")).then(201)
