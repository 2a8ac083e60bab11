"""Traps into which the code of other systems fell, each as what keeps this one out of it.

What evidence has to do with is shown here. Of the others `ELSEWHERE` names the tests.
"""

import ast
from itertools import pairwise
from pathlib import Path
from typing import Final, get_args

import pytest

from domain.values import QuoteCause, Stance
from tests.api.pages.world import publication
from tests.api.web.office import Office
from tests.api.web.test_quote_checks import PAGE, check_due, citation, keep, quote
from tests.api.web.test_snapshots import TEXT, send
from tests.field.asking import depends, events, impact, page, paper, shown, standing, types, worklist
from tests.support import bodies
from tests.support.complete import COMPLETE
from tests.support.desk import Do
from tests.support.story import approve, cite, goes_back_to, propose, retract, uncite

TESTS: Final = Path(__file__).parent.parent

ELSEWHERE: Final = {
    "a field is on the ignore list of the history": [
        "domain/test_fields.py::test_a_field_reaches_an_event_the_state_and_the_history",
        "api/web/test_history.py::test_every_field_of_every_command_is_in_the_history",
    ],
    "rows of the log are updated later": [
        "faults/test_plain_shell.py::test_a_plain_shell_is_refused",
        "faults/test_verification.py::test_sixty_changed_bytes_are_each_named_with_their_place",
        "faults/test_verification.py::test_an_object_that_is_missing_from_the_schema_is_named",
    ],
    "the history is saved outside the transaction": [
        "faults/test_processes.py::test_a_writer_killed_again_and_again_loses_nothing",
        "contract/test_store.py::test_readers_see_whole_commands_only_while_a_writer_writes",
    ],
    "the code of an event is used again": [
        "domain/test_catalogue.py::test_no_name_is_ever_given_up_and_every_new_one_is_noted_here",
    ],
    "the audit checks heads, not values": [
        "faults/test_verification.py::test_bytes_changed_in_the_file_itself_are_named",
        "field/test_complaints.py::test_the_check_says_ok_when_it_is_not",
    ],
    "no update is told once it is not published any more": [
        "domain/test_corrections.py::test_while_an_article_is_withdrawn_nothing_but_a_retraction_is",
        "api/web/test_corrections.py::test_the_correction_of_a_withdrawn_article_stays_under_its_name",
    ],
    "a redaction keeps the hash that a guess can be tried against": [
        "domain/test_words.py::test_words_are_erased_when_another_admin_agrees",
        "api/test_erased_everywhere.py::test_no_byte_of_any_file_holds_the_name",
    ],
    "what was put into a redacted place is believed": [
        "faults/test_erasing.py::test_nothing_is_ever_put_into_the_place_of_erased_words",
        "api/test_archive.py::test_words_at_an_erased_position_are_refused",
    ],
    "a rebuild of nothing hangs": ["projections/test_rebuild.py::test_an_empty_ledger_is_rebuilt_and_checked"],
}
"""A trap → the tests that keep this house out of it, where evidence is not what it is about."""


@pytest.mark.parametrize("trap", ELSEWHERE)
def test_the_tests_that_are_named_are_there(trap: str) -> None:
    for place in ELSEWHERE[trap]:
        file, _, name = place.partition("::")
        tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, place


JUDGING: Final = sorted(name for name in COMPLETE if name.startswith("claims.verdicts"))
EVIDENCE: Final = ("sources.", "parties.affiliations", "claims.citations", "claims.links", "claims.searches")


@pytest.mark.parametrize("command", JUDGING)
def test_the_verdict_is_on_the_ignore_list_of_the_history(story: Office, command: str) -> None:
    """The rating was the one field that the log of changes was told to leave out."""
    before, judging = COMPLETE[command]
    story.desk.given(*before)
    length = story.length

    story.do(judging).then(200)

    told = [item for item in events(story, "c1") if item["position"] > length]
    assert told
    changed = {change["field"].partition("/")[0] for item in told for change in item["changes"]}
    assert changed & {"verdict", "verdicts", "proposal"}


def test_what_nobody_in_particular_did_leaves_no_trace(story: Office) -> None:
    """Changes were logged only if somebody was signed in; what a job did in the background was not."""
    keep(story, "n1", PAGE)
    story.desk.given(quote())

    check_due(story)

    (told,) = [item for item in events(story, "c1") if item["type"] == "claim.quote_checked.v1"]
    assert told["actor"] == {"id": "checker", "name": "system: quote check"}
    assert all(item["actor"]["id"] for item in events(story, "c1") + events(story, "s1"))


@pytest.mark.parametrize("stance", get_args(Stance))
def test_evidence_is_left_out_of_the_public_history(story: Office, stance: str) -> None:
    """The public history had statements and speakers, and none of the sources under them."""
    of = {"reported_party_id": "@police"} if stance.startswith("reports") else {}
    story.desk.given(publication("c1"), *paper("more", "context"), cite("more", stance, name="x", **of), uncite("x"))

    public = events(story, "c1", by=None)

    cited = [item["data"] for item in public if item.get("type") == "claim.cited.v1"]
    assert (cited[-1]["citation_id"], cited[-1]["stance"]) == (story.desk.id("x"), stance)
    assert public[-1]["type"] == "claim.citation_withdrawn.v1"


def test_the_standing_of_a_source_is_overwritten_and_cleared(story: Office) -> None:
    """A retraction was written over the standing, and when it was lifted the field was emptied: nothing had been."""
    # Given a source whose standing changed again and again
    ways = ["concern", "retracted", "good", "corrected", "gone", "good"]
    moments = {}
    for n, how in enumerate(ways):
        story.desk.given(standing("s1", how, effective_on=f"2026-0{n + 1}"))
        moments[story.length] = how

    # Then each moment has its own, the record has them all, and the claim that cites it had the right one
    for moment, how in moments.items():
        assert shown(story, "s1", position=moment)["standing"] == how
        assert shown(story, "c1", position=moment)["citations"][0]["standing"] == how
    assert [entry["standing"] for entry in shown(story, "s1")["standings"]] == ways
    assert types(story, "s1")[-len(ways) :] == ["source.standing_changed.v1"] * len(ways)


@pytest.mark.parametrize("distance", [1, 2, 12])
def test_impact_stops_after_one_hop(story: Office, distance: int) -> None:
    """Whatever cited the retracted source was flagged; what was built on that was not."""
    # Given a chain of sources, of which only the last is cited, and a chain of claims that depend on that claim
    names = ["s1", *(f"hop{n}" for n in range(distance))]
    for farther, nearer in pairwise(names):
        story.desk.given(Do("sources.create", bodies.source(title=nearer), name=nearer), goes_back_to(farther, nearer))
    story.desk.given(uncite("x1"), cite(names[-1], name="end"), propose("true", "end"), approve())
    claims = ["c1", *(f"dependent{n}" for n in range(distance))]
    for lower, upper in pairwise(claims):
        story.desk.given(
            Do("claims.create", bodies.claim(statement=f"So {upper}.", kind="fact"), name=upper),
            depends(upper, lower),
            Do("claims.verdicts", bodies.verdict(), (f"@{upper}",), name=f"v_{upper}"),
            Do("claims.verdicts.approval", {}, (f"@{upper}", f"@v_{upper}"), "ap"),
        )

    # When the first source falls
    story.desk.given(retract("s1"))

    # Then the last claim hears of it
    found = impact(story, "s1")
    (reached,) = found["citations"]
    assert (reached["id"], len(reached["path"])) == (story.desk.id("end"), distance)
    assert {v["claim_id"]: v["effect"] for v in found["verdicts"]} == {
        story.desk.id(name): "unsupported" for name in claims
    }
    assert shown(story, "c1")["needs_review"] == ["source_changed"]


@pytest.mark.parametrize(
    "command", [name for name in COMPLETE if name.startswith(EVIDENCE) and not name.endswith(".create")]
)
def test_a_missing_version_is_taken_for_no_conflict(story: Office, command: str) -> None:
    """Whoever named no base revision never had an edit conflict: the last writer won in silence."""
    before, change = COMPLETE[command]
    story.desk.given(*before)
    length = story.length

    story.do(change, version=None).then(428, "version-needed")
    story.do(change, version=1_000).then(412, "stale-version")

    assert story.length == length


def test_the_custody_log_is_there_and_nobody_writes_it(story: Office) -> None:
    """The log of custody had been built, and no caller ever called it."""
    # Given a quote, and a snapshot that somebody uploads without asking for anything to be checked
    story.desk.given(cite(name="q1", quote={"text": TEXT.partition("\n")[2], "wording": "verbatim"}))
    send(story).then(200)

    # When the server goes on as it always does
    check_due(story)

    # Then the check is on record, and so is the snapshot; what was captured later is checked too, once
    assert citation(story)["quote_check"]["outcome"] == "found"
    assert "source.snapshot_captured.v1" in types(story, "s1")
    send(story, captured_at="2026-06-02T10:00:00Z").then(200)
    check_due(story)
    checks = story.desk.state("c1").citation(story.desk.id("q1")).checks
    assert [check.outcome for check in checks] == ["found", "found"]


def test_a_link_is_followed_in_one_direction(story: Office) -> None:
    """Whoever looked at one end of the link saw the retraction; from the other end there was nothing to see."""
    # Given sources and parties that are tied to each other, each tie recorded at one end
    story.desk.given(
        *paper("reprint"),
        goes_back_to("s1", "reprint"),
        Do("parties.create", bodies.party(name="Another paper", kind="outlet"), name="other"),
        *paper("another", publisher_id="@other"),
        Do(
            "parties.affiliations",
            {
                "party_id": "@outlet",
                "relation": "part_of",
                "basis_claim_id": "@c2",
                "as_alleged": False,
                **bodies.because(),
            },
            ("@other",),
        ),
    )

    # Then from the far end the near one is found: who cites a source, what draws on it, and who is of its house
    id = story.desk.id
    cited_in = {(cited["claim_id"], cited["citation_id"]) for cited in shown(story, "s1")["cited_in"]}
    assert cited_in == {(id("c1"), id("x1"))}
    assert {c["id"] for c in impact(story, "s1")["citations"]} == {id("x1"), id("x_reprint")}
    assert {c["id"] for c in impact(story, "reprint")["citations"]} == {id("x_reprint")}
    origins = story.get(f"/claims/{id('c1')}/origins", by="ed").then(200).body["origins"]
    (house,) = [origin for origin in origins if len(origin["source_ids"]) > 1]
    assert set(house["source_ids"]) == {id("s1"), id("another")}


@pytest.mark.parametrize("text", ["Raid on the camp", "raid on the camp!", "“Raid on the Camp”", "The raid", "Raid"])
def test_a_quote_that_is_the_title_proves_something(story: Office, text: str) -> None:
    """Quoting the title of a paper passed the check, and proved nothing."""
    keep(story, "n1", f"Raid on the camp\n{PAGE}")
    story.desk.given(quote(text))

    check_due(story)

    found = citation(story)["quote_check"]
    assert found["outcome"] == "not_checked"
    assert found["cause"] in {"equals_title", "too_short"}


CAUSES: Final = {
    "translation": {"wording": "translated"},
    "paraphrase": {"wording": "paraphrased"},
    "too_short": {"text": "He died."},
    "equals_title": {"text": "Raid on the camp"},
    "empty": {},
    "digest_only": {},
    "page_gone": {},
}
"""Why a quote was not checked → what is special in the quote; for the last three it is the snapshot."""


@pytest.mark.parametrize("cause", CAUSES)
def test_a_kind_of_source_is_skipped_in_silence(story: Office, cause: str) -> None:
    """What the checker could not read was passed over, and came out as if it had been checked."""
    said = {"text": "One person died in the raid", "wording": "verbatim", **CAUSES[cause]}
    story.desk.given(quote(said["text"], said["wording"]), publication("c1"))
    if cause == "digest_only":
        story.desk.given(Do("sources.snapshots", bodies.snapshot(), ("@s1",)))
    elif cause == "page_gone":
        gone = {"captured_at": "2026-06-02T10:00:00Z", "http_status": 404}
        story.desk.given(Do("sources.snapshots", gone, ("@s1",)))
    else:
        keep(story, "n1", None if cause == "empty" else PAGE)

    check_due(story)

    assert cause in get_args(QuoteCause)
    for by in ("ed", None):
        found = citation(story, by=by)["quote_check"]
        assert (found["outcome"], found["cause"]) == ("not_checked", cause)
        html = page(story, "c1", by)
        assert "Not checked" in html
        assert "Found word for word" not in html


def test_a_quote_that_nobody_looked_for_counts_as_found(story: Office) -> None:
    """A rule that asked for checked quotes was met by quotes that had never been looked for."""
    rules = [{"id": "quoted", "ratings": ["true"], "require": {"quotes_found": True}}]
    story.desk.given(
        Do("policies.create", bodies.policy(rules=rules), by="ap"),
        Do("policies.approval", {}, ("2",), "ap2"),
        quote(name="q1"),
    )
    length = story.length

    story.do(propose("true", "q1")).then(409, "policy-broken")
    assert story.length == length

    keep(story, "n1", PAGE)
    check_due(story)
    story.do(propose("true", "q1")).then(200)
    assert worklist(story, "quote") == []
