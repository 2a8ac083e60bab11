"""Complaints that users of other systems make, each as what happens here instead.

That a record which keeps everything can forget nobody is answered by erasure, not by evidence; of that complaint only
the other half is here: that a slip is tedious to undo.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.api.pages.world import publication
from tests.api.web.office import Office
from tests.api.web.test_quote_checks import PAGE, QUOTE, check_due, citation, keep, quote
from tests.faults.test_snapshots import data as data_with_snapshots
from tests.field.asking import (
    depends,
    events,
    impact,
    numbers,
    page,
    paper,
    shown,
    standing,
    types,
    worklist,
)
from tests.support import bodies
from tests.support.commandline import stemma
from tests.support.desk import Do
from tests.support.story import (
    adopt,
    approve,
    dispute,
    goes_back_to,
    new_policy,
    not_sought,
    place,
    propose,
    publish_article,
    reaffirm,
    retract,
    take_back,
    uncite,
)

__all__ = ["data_with_snapshots"]


def judged(office: Office, *citations: str, rating: str = "true") -> None:
    """A verdict on the claim `c1` that rests on these citations is in force."""
    office.desk.given(propose(rating, *citations), approve())


def test_the_history_leaves_out_what_matters_most(story: Office) -> None:
    """The log had every edit but the change of the rating, and nothing of the evidence under it."""
    # Given an open claim with a verdict, whose evidence moves in its own record and in others
    judged(story, "x1")
    story.desk.given(publication("c1"), *paper("agency"), goes_back_to("agency", "s1", name="o1"))
    keep(story, "n1", PAGE)
    story.desk.given(quote())
    check_due(story)
    story.desk.given(uncite("x_agency"), standing("s1", "corrected"))
    story.desk.given(propose("false", "x2", name="v2", changed_because="source_changed"), approve("v2"))

    # When anybody reads the claim's history
    told = events(story, "c1", by=None)

    # Then the evidence is in it, with who and when, and the rating before and after
    assert {
        "claim.cited.v1",
        "claim.citation_withdrawn.v1",
        "claim.quote_checked.v1",
        "source.origin_declared.v1",
        "source.snapshot_captured.v1",
        "source.standing_changed.v1",
        "claim.verdict_approved.v1",
    } <= {item.get("type") for item in told}
    changed = [change for item in told for change in item.get("changes", ())]
    assert {"field": "verdict/rating", "before": "true", "after": "false"} in changed
    assert {"field": "standing", "before": "good", "after": "corrected"} in changed
    assert all(item["actor"] for item in events(story, "c1"))


def test_a_source_falls_and_nothing_that_leans_on_it_knows(story: Office) -> None:
    """A paper was retracted, and the conclusions drawn from those who cited it stayed as they were."""
    # Given an agency's report; a paper that took it over is cited; another verdict depends on the claim
    story.desk.given(*paper("first"), *paper("second"), uncite("x_first"), goes_back_to("first", "second"))
    judged(story, "x_second")
    story.desk.given(
        depends("c2", "c1"),
        Do("claims.verdicts", bodies.verdict(), ("@c2",), name="v2"),
        Do("claims.verdicts.approval", {}, ("@c2", "@v2"), "ap"),
        place(),
        not_sought(),
        publish_article(),
    )
    c1, c2, article = (story.desk.id(name) for name in ("c1", "c2", "a1"))
    before = shown(story, "c1"), shown(story, "c2"), shown(story, "a1")

    # When the agency takes its report back
    story.desk.given(retract("first"))

    # Then everything at any distance says so: impact, lists, records, worklist, and the register of the desk
    found = impact(story, "first")
    assert {(v["claim_id"], v["effect"]) for v in found["verdicts"]} == {(c1, "unsupported"), (c2, "unsupported")}
    assert [a["id"] for a in found["articles"]] == [article]
    assert shown(story, "c1")["needs_review"] == ["source_changed"]
    assert worklist(story, "review") == [(c1, ["source_changed"])]
    (listed,) = story.get("/claims?needs_review=true", by="ed").then(200).body["items"]
    assert (listed["id"], listed["needs_review"]) == (c1, ["source_changed"])

    # And when it turns out that the report was right, everything is as it was, and both acts are on record
    story.desk.given(standing("first", "good"))
    after = shown(story, "c1"), shown(story, "c2"), shown(story, "a1")
    assert [moved(record) for record in after] == [moved(record) for record in before]
    assert worklist(story, "review") == []
    assert types(story, "c1")[-2:] == ["source.standing_changed.v1"] * 2


def test_a_verdict_falls_and_what_was_concluded_from_it_stays(story: Office) -> None:
    """The flag stopped at the evidence: what had been concluded from a conclusion never heard of it."""
    # Given a verdict on a claim that depends on another, which depends on a third with a verdict of its own
    judged(story, "x1")
    story.desk.given(
        Do("claims.create", bodies.claim(statement="It follows.", kind="fact"), name="c3"),
        depends("c2", "c1"),
        depends("c3", "c2"),
    )
    for claim in ("c2", "c3"):
        story.desk.given(
            Do("claims.verdicts", bodies.verdict(), (f"@{claim}",), name=f"v_{claim}"),
            Do("claims.verdicts.approval", {}, (f"@{claim}", f"@v_{claim}"), "ap"),
        )
    assert worklist(story, "review") == []

    # When the first verdict falls, and what was concluded from it is judged otherwise
    story.desk.given(take_back(), approve())
    assert worklist(story, "review") == [(story.desk.id("c2"), ["dependency_changed"])]
    anew = bodies.verdict("true", changed_because="new_evidence", rests_on={"citation_ids": ["@y"]})
    story.desk.given(
        Do("claims.citations", bodies.citation("@s2"), ("@c2",), name="y"),
        Do("claims.verdicts", anew, ("@c2",), name="v3"),
        Do("claims.verdicts.approval", {}, ("@c2", "@v3"), "ap"),
    )

    # Then whoever answers for what comes next is told, one conclusion at a time
    assert worklist(story, "review") == [(story.desk.id("c3"), ["dependency_changed"])]


def moved(record: dict[str, object]) -> dict[str, object]:
    """The record without what only says that time went by."""
    return {name: value for name, value in record.items() if name != "position"}


def test_what_was_retracted_is_still_shown_as_if_nothing_had_happened(story: Office) -> None:
    """A retracted item still came up as a live one, in the next view that had not been told."""
    # Given an open claim on a source, and a paper that took it over
    story.desk.given(*paper("reprint"), goes_back_to("s1", "reprint"), publication("c1"))

    # When the source is retracted
    story.desk.given(retract("s1"))

    # Then every view says so, to everybody: nothing leans on it any more
    for by in ("ed", None):
        claim = shown(story, "c1", by)
        stood = {c["id"]: (c["standing"], c["stands"]) for c in claim["citations"]}
        assert stood[story.desk.id("x1")] == ("retracted", False)
        assert stood[story.desk.id("x_reprint")] == ("good", False)
        assert claim["independent_origins"]["supports"] == 0
        assert shown(story, "s1", by)["standing"] == "retracted"
        origins = story.get(f"/claims/{story.desk.id('c1')}/origins", by=by).then(200).body
        broken = {leg["citation_id"]: (leg["holds"], leg["roots"][0]["broken_at"]) for leg in origins["citations"]}
        assert broken[story.desk.id("x_reprint")] == (False, story.desk.id("s1"))
        assert impact_as(story, by)["standing"] == "retracted"
        assert "Retracted" in page(story, "c1", by)
        assert "Retracted" in page(story, "s1", by)
    assert story.get("/replay", by=None).body["sources"]["by_standing"]["retracted"] == 1
    refused = story.do(Do("claims.verdicts", bodies.verdict("true", "@x_reprint"), ("@c1",))).then(422, "invalid-input")
    assert refused.pointers == ["/rests_on/citation_ids/0"]


def impact_as(office: Office, by: str | None) -> dict[str, object]:
    found: dict[str, object] = office.get(f"/sources/{office.desk.id('s1')}/impact", by=by).then(200).body
    return found


def test_ten_outlets_and_one_origin(story: Office) -> None:
    """Ten outlets repeated one statement, and the page said: confirmed by ten sources."""
    # Given ten outlets of their own that took over one report, each from the one before
    names = [f"outlet{n}" for n in range(10)]
    for n, name in enumerate(names):
        outlet = Do("parties.create", bodies.party(name=name, kind="outlet"), name=f"p_{name}")
        story.desk.given(outlet, *paper(name, publisher_id=f"@p_{name}"))
        story.desk.given(goes_back_to(names[n - 1] if n else "s1", name))

    # Then the claim has ten citations more, and one origin; a verdict on them all is on the register of single origins
    assert len(shown(story, "c1")["citations"]) == 12
    assert numbers(story) == (1, 1, 0, 0)
    judged(story, *(f"x_{name}" for name in names))
    (single,) = story.get("/single-origin", by="ed").then(200).body["items"]
    assert single["roots"] == [story.desk.id("s1")]
    assert "1 for it and 1 against it" in page(story, "c1", by="ed")


def test_contested_cannot_be_said(story: Office) -> None:
    """There was true and false and nothing between: whoever denied it, and since when, went unsaid."""
    # Given a claim on which sources contradict each other, while no party denies it
    before = story.length
    claim = shown(story, "c1")
    assert (claim["contested"], claim["evidence_conflicts"]) == (False, True)

    # When a party denies it, and the source against it is withdrawn
    story.desk.given(dispute(bodies.position("@police", stated_on="2023-06-21")), uncite("x2"), publication("c1"))

    # Then it is contested, by whom and since when; that is another thing than sources in conflict; before, it was not
    claim = shown(story, "c1", by=None)
    assert (claim["contested"], claim["evidence_conflicts"]) == (True, False)
    (position,) = claim["disputes"][0]["positions"]
    assert (position["party_id"], position["stance"]) == (story.desk.id("police"), "denies")
    then = shown(story, "c1", position=before)
    assert (then["contested"], then["evidence_conflicts"]) == (False, True)
    html = page(story, "c1")
    assert "21 June 2023" in html
    assert "Nobody died in the raid." in html
    (entry,) = story.get("/contested").then(200).body["items"]
    assert entry["id"] == story.desk.id("c1")


@pytest.mark.parametrize(
    ("later", "outcome", "compared"),
    [
        (f"Before. {QUOTE}. And after.", "found", "changed_near_quote"),
        (PAGE, "found", "same"),
        ("The police raided the camp.", "not_found", "quote_gone"),
        (None, "not_checked", None),
    ],
)
def test_the_quote_cannot_be_found_any_more(
    story: Office, later: str | None, outcome: str, compared: str | None
) -> None:
    """The page had changed, the note on it disappeared, and nobody could tell what it had said."""
    # Given a quote that was found in a snapshot
    keep(story, "n1", PAGE, 1)
    story.desk.given(quote())
    check_due(story)
    assert citation(story)["quote_check"]["outcome"] == "found"

    # When the page is captured again
    keep(story, "n2", later, 2)
    check_due(story)

    # Then it is said what became of the quote, and the text in which it stood is still there
    found = citation(story)["quote_check"]
    assert (found["outcome"], found["compared"], found["snapshot_id"]) == (outcome, compared, story.desk.id("n2"))
    snapshots = shown(story, "s1")["snapshots"]
    assert [snapshot["id"] for snapshot in snapshots] == [story.desk.id("n1"), story.desk.id("n2")]
    content = f"/sources/{story.desk.id('s1')}/snapshots/{story.desk.id('n1')}/content"
    assert PAGE.encode() in story.get(content, by="ed").then(200).content


def test_the_quote_never_was_there(story: Office) -> None:
    """A quote nobody ever wrote passed, because nobody looked it up in the source."""
    keep(story, "n1", PAGE)
    story.desk.given(quote("Two hundred people died in the raid, the group says", name="q1"))

    check_due(story)

    assert citation(story)["quote_check"]["outcome"] == "not_found"
    assert worklist(story, "quote") == [(story.desk.id("c1"), [])]
    assert "not found" in page(story, "c1", by="ed").lower()


def test_a_correction_an_update_and_a_slip_look_the_same(story: Office) -> None:
    """An erratum was reported as a retraction, and a new count as an error."""
    judged(story, "x1")
    story.desk.given(publication("c1"))

    # When the source is corrected, then its claim's number is counted again, and the rating gets another label
    story.desk.given(standing("s1", "corrected"))
    claim = shown(story, "c1", by=None)
    assert (claim["citations"][0]["standing"], claim["citations"][0]["stands"]) == ("corrected", True)
    assert numbers(story)[0] == 1
    assert {v["effect"] for v in impact(story, "s1")["verdicts"]} == {"unaffected"}
    story.desk.given(reaffirm(), approve())

    count = {"value": "150", "bound": "stated", "unit": "people"}
    story.desk.given(Do("claims.quantity", count, ("@c1",)))
    story.do(Do("claims.quantity", {**count, "value": "160"}, ("@c1",))).then(422, "invalid-input")
    story.do(Do("claims.quantity", {**count, "value": "160", "why": "new_count"}, ("@c1",))).then(200)
    counted = [item for item in events(story, "c1", by=None) if item.get("type") == "claim.quantity_stated.v1"]
    assert [item["data"].get("why") for item in counted] == [None, "new_count"]
    story.desk.given(reaffirm(), approve())

    # Then each is told as what it is, and the new label is no change of the verdict
    verdict, length = shown(story, "c1")["verdict"], len(events(story, "c1"))
    scale = [{**step, "label": f"{step['label']}, we say"} for step in bodies.policy()["scale"]]
    story.desk.given(new_policy(scale=scale), adopt())
    assert shown(story, "c1")["verdict"] == verdict
    assert len(events(story, "c1")) == length
    assert (shown(story, "c1")["needs_review"], worklist(story, "review")) == ([], [])


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_the_check_says_ok_when_it_is_not(data_with_snapshots: Path, how: str) -> None:
    """A file behind the log was edited with a hex editor, and the audit still said: consistent."""
    # Given a ledger with a snapshot, that was found sound
    assert stemma(data_with_snapshots, "verify").code == 0
    (kept, *_) = [path for path in (data_with_snapshots / "snapshots").rglob("*") if path.is_file()]

    # When a byte of what was captured changes, or all of it is gone
    if how == "changed":
        kept.write_bytes(bytes([kept.read_bytes()[0] ^ 1]) + kept.read_bytes()[1:])
    else:
        kept.unlink()

    # Then the check fails and names it
    ran = stemma(data_with_snapshots, "verify", "--json")
    assert (ran.code, ran.json["ok"]) == (1, False)
    assert kept.name in " ".join(ran.json["snapshots_wrong"])


def test_a_replay_does_it_all_again(story: Office) -> None:
    """After a rebuild every notice went out once more, and the views were empty meanwhile."""
    # Given work that was done once: a quote checked, a source fallen, a verdict put on the worklist
    keep(story, "n1", PAGE)
    story.desk.given(quote(), propose("true", "q1"), approve())
    check_due(story)
    story.desk.given(retract("s1"))
    length, waiting = story.length, worklist(story, "review")
    claim, digests = shown(story, "c1"), {s.name: s.digest() for s in story.runner.status()}

    # When all views are made anew, and a week goes by
    story.runner.rebuild()
    story.skip(timedelta(days=7))

    # Then nothing is recorded or checked again, and every view says what it said
    assert check_due(story) == 0
    assert story.length == length
    assert {s.name: s.digest() for s in story.runner.status()} == digests
    assert (worklist(story, "review"), shown(story, "c1")) == (waiting, claim)


def test_a_slip_is_taken_back_in_one_step(story: Office) -> None:
    """Where nothing could be deleted, a tired editor could not undo a slip either, and the rule was given up."""
    # Given an origin recorded with the wrong source, which moved a verdict
    story.desk.given(*paper("independent"))
    judged(story, "x1", "x_independent")
    before = moved(shown(story, "c1"))
    story.desk.given(goes_back_to("s1", "independent", name="slip"))
    assert (numbers(story)[0], shown(story, "c1")["needs_review"]) == (1, ["origins_changed"])

    # When it is taken back by one call
    slip = ("@independent", "@slip")
    story.do(Do("sources.origins.withdrawal", bodies.withdraw(), slip)).then(200)

    # Then all is as before, and the slip stays in the history, marked as one
    assert moved(shown(story, "c1")) == before
    assert worklist(story, "review") == []
    assert types(story, "c1")[-2:] == ["source.origin_declared.v1", "source.origin_withdrawn.v1"]
