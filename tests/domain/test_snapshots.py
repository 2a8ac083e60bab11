"""Snapshots and quote checks by the rules: what may be recorded, what a check finds, and what it marks."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from domain.bodies import Body
from domain.claim.commands import CheckQuote
from domain.errors import DamagedLedger, Forbidden, InvalidInput, NotFound, RuleBroken, Unavailable
from domain.events import Recorded
from domain.session import Order
from domain.source.commands import KeptSnapshot
from domain.values import CHECKER, NoText
from domain.vault import Vault
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.story import approve, cite, propose, reaffirm, retract, snap, told, uncite, withdraw

QUOTE = "One person died in the raid, the group says"
PAGE = f"On 20 June the police raided the camp. {QUOTE}. The police took 150 computers."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk() as opened:
        opened.newsroom.vault = Vault(tmp_path / "snapshots")
        yield told(opened)


def keep(desk: Desk, name: str, text: str | None, day: int = 1, source: str = "s1", **said: Any) -> None:
    """Records a snapshot whose bytes are kept, as if its text had just been extracted."""
    vault = desk.newsroom.vault
    assert vault is not None
    data = f"{name}:{text}".encode()
    body = KeptSnapshot(
        captured_at=f"2026-06-{day:02}T10:00:00.000000Z",
        digest=f"sha-256:{vault.keep(data)}",
        size=len(data),
        media_type="text/html",
        text_sha256=None if text is None else vault.keep(text.encode()),
        text_profile=None if text is None else "html/selectolax-1.0.2/utf-8/nfc-1",
        **{"no_text": "empty" if text is None else None, **said},
    )
    desk.names[name] = give(desk, "sources.snapshots", body, desk.id("ed"), desk.id(source)).created[0]


def give(desk: Desk, name: str, body: Body, actor: str, *at: str) -> Any:
    return desk.newsroom.record(Order(name=name, body=body, actor=actor, at=at, newest=True))


def quote(text: str = QUOTE, wording: str = "verbatim", name: str = "q1", **said: Any) -> Do:
    return cite(name=name, quote={"text": text, "wording": wording}, **said)


def check(snapshot: str | None = None, citation: str = "q1", by: str = "ed") -> Do:
    body = {} if snapshot is None else {"snapshot_id": f"@{snapshot}"}
    return Do("claims.citations.check", body, ("@c1", f"@{citation}"), by)


def checked(desk: Desk, command: Do) -> Any:
    (recorded,) = desk.when(command).then_events("claim.quote_checked.v1")
    return recorded.event


# What may be recorded as a snapshot.


def test_a_digest_with_an_archive_is_a_snapshot_without_a_text(desk: Desk) -> None:
    (recorded,) = desk.when(snap(captured_at="2026-06-01T12:00:00+02:00")).then_events("source.snapshot_captured.v1")

    event: Any = recorded.event
    assert (event.sha256, event.stored, event.no_text) == ("5e" * 32, False, "digest_only")
    assert (event.captured_at, event.size, event.media_type) == ("2026-06-01T10:00:00.000000Z", None, None)
    assert desk.state("s1").newest_snapshot.id == desk.id("n1")
    assert desk.state("s1").newest_text is None


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_a_snapshot_without_bytes(desk: Desk, status: int) -> None:
    gone = Do("sources.snapshots", {"captured_at": "2026-06-01T10:00:00Z", "http_status": status}, ("@s1",))

    (recorded,) = desk.when(gone).then_events("source.snapshot_captured.v1")

    event: Any = recorded.event
    assert (event.sha256, event.stored, event.no_text, event.http_status) == (None, False, "page_gone", status)


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"digest": f"sha-256:{'5e' * 32}"}, "/archive_url"),
        ({"archive_url": "https://archive.example.org/1"}, "/digest"),
        ({}, "/http_status"),
        ({"http_status": 200}, "/http_status"),
        ({"http_status": 503}, "/http_status"),
        (bodies.snapshot("2027-06-01T10:00:00Z"), "/captured_at"),
    ],
)
def test_what_shows_nothing_is_no_snapshot(desk: Desk, said: bodies.Said, pointer: str) -> None:
    desk.when(Do("sources.snapshots", {"captured_at": "2026-06-01T10:00:00Z", **said}, ("@s1",)))

    desk.then_refused(InvalidInput, pointer)


def test_the_same_snapshot_is_not_recorded_twice_but_again_after_its_withdrawal(desk: Desk) -> None:
    desk.given(snap()).when(snap()).then_refused(RuleBroken)

    take_back = Do("sources.snapshots.withdrawal", bodies.withdraw(), ("@s1", "@n1"))
    desk.when(take_back).then_events("source.snapshot_withdrawn.v1")
    desk.when(take_back).then_refused(RuleBroken)
    desk.when(snap(name="n2")).then_events("source.snapshot_captured.v1")
    assert [s.withdrawn is None for s in desk.state("s1").snapshots] == [False, True]


def test_only_a_standing_snapshot_of_that_source_is_cited(desk: Desk) -> None:
    desk.given(snap(), snap("s2", "n2"), snap(name="n3", captured_at="2026-06-03T10:00:00Z"))
    desk.given(Do("sources.snapshots.withdrawal", bodies.withdraw(), ("@s1", "@n3")))

    (recorded,) = desk.when(cite(snapshot_id="@n1")).then_events("claim.cited.v1")
    event: Any = recorded.event
    assert event.snapshot_id == desk.id("n1")
    for other in ("@n2", "@n3"):
        desk.when(cite(snapshot_id=other)).then_refused(InvalidInput, "/snapshot_id")


def test_a_snapshot_of_the_notice_is_enough_for_a_retraction(desk: Desk) -> None:
    said = {"standing": "retracted", "declared_by": "publisher", **bodies.because()}
    desk.when(Do("sources.standing", said, ("@s1",))).then_refused(InvalidInput, "/notice_url")

    desk.given(snap()).when(Do("sources.standing", {**said, "snapshot_id": "@n1"}, ("@s1",)))

    desk.then_events("source.standing_changed.v1")
    assert desk.state("s1").standings[-1].snapshot_id == desk.id("n1")


def test_the_newest_snapshot_is_the_one_captured_last_not_the_one_recorded_last(desk: Desk) -> None:
    keep(desk, "n1", PAGE, 9)
    keep(desk, "n2", PAGE, 3)
    keep(desk, "n3", None, 12)

    source = desk.state("s1")
    assert (source.newest_snapshot.id, source.newest_text.id) == (desk.id("n3"), desk.id("n1"))


# What a check finds.


def test_a_quote_that_stands_in_the_text_is_found_with_its_place(desk: Desk) -> None:
    keep(desk, "n1", PAGE)
    head = desk.given(quote()).length

    event = checked(desk, check())

    assert (event.outcome, event.cause, event.score, event.compared) == ("found", None, None, None)
    assert PAGE[event.start : event.end] == QUOTE
    assert (event.snapshot_id, event.source_id) == (desk.id("n1"), desk.id("s1"))
    assert (event.facts_at, event.profile) == (head, "nfkc-1/indel-1")
    assert desk.state("c1").citation(desk.id("q1")).quote_state == "found"


def test_an_edited_quote_is_found_with_changes_and_an_invented_one_is_not(desk: Desk) -> None:
    keep(desk, "n1", PAGE)
    desk.given(
        quote("One person has died in the raid, the group said"), quote("Nobody at all was ever here", name="q2")
    )

    edited, invented = checked(desk, check()), checked(desk, check(citation="q2"))

    assert edited.outcome == "found_with_changes"
    assert 0.85 <= float(edited.score) < 1
    assert (invented.outcome, invented.start, invented.score) == ("not_found", None, None)


@pytest.mark.parametrize(
    ("text", "wording", "cause"),
    [
        (QUOTE, "translated", "translation"),
        (QUOTE, "paraphrased", "paraphrase"),
        ("died", "verbatim", "too_short"),
        ("“Raid on the camp”", "verbatim", "equals_title"),
    ],
)
def test_what_proves_nothing_is_not_checked(desk: Desk, text: str, wording: str, cause: str) -> None:
    keep(desk, "n1", f"Raid on the camp. {PAGE}")
    desk.given(quote(text, wording))

    event = checked(desk, check())

    assert (event.outcome, event.cause, event.start) == ("not_checked", cause, None)
    assert desk.state("c1").citation(desk.id("q1")).quote_state == "not_checked"


@pytest.mark.parametrize("why", ["image", "unreadable", "empty", "too_long"])
def test_a_snapshot_without_a_text_is_never_passed_over_in_silence(desk: Desk, why: NoText) -> None:
    keep(desk, "n1", None, no_text=why)
    desk.given(quote())

    event = checked(desk, check())

    assert (event.outcome, event.cause) == ("not_checked", why)


def test_the_cited_snapshot_is_looked_through_before_the_newest(desk: Desk) -> None:
    keep(desk, "n1", PAGE, 1)
    keep(desk, "n2", "All else.", 2)
    desk.given(quote(snapshot_id="@n1"), quote(name="q2"))

    assert checked(desk, check()).snapshot_id == desk.id("n1")
    assert checked(desk, check(citation="q2")).snapshot_id == desk.id("n2")
    assert checked(desk, check("n2")).snapshot_id == desk.id("n2")


@pytest.mark.parametrize(
    ("later", "outcome", "compared"),
    [
        (PAGE, "found", "same"),
        (f"{'New words. ' * 99}{PAGE}", "found", "changed_near_quote"),
        (PAGE.replace("150", "15"), "found", "changed_near_quote"),
        ("The police raided the camp.", "not_found", "quote_gone"),
    ],
)
def test_a_later_snapshot_says_what_became_of_the_quote(desk: Desk, later: str, outcome: str, compared: str) -> None:
    keep(desk, "n1", PAGE, 1)
    desk.given(quote(), check())
    keep(desk, "n2", later, 2)

    event = checked(desk, check("n2"))

    assert (event.outcome, event.compared) == (outcome, compared)


def test_a_page_that_is_gone_takes_nothing_from_what_was_found_before(desk: Desk) -> None:
    keep(desk, "n1", PAGE, 1)
    gone = {"captured_at": "2026-06-02T10:00:00Z", "http_status": 404}
    desk.given(quote(), check(), Do("sources.snapshots", gone, ("@s1",), name="n2"))

    event = checked(desk, check("n2"))

    assert (event.outcome, event.cause, event.compared) == ("not_checked", "page_gone", "page_gone")
    assert desk.state("c1").citation(desk.id("q1")).quote_state == "found"


@pytest.mark.parametrize(("page", "outcome"), [(PAGE, "found"), ("All else.", "not_found")])
@pytest.mark.parametrize("why", ["image", "unreadable", "empty", "too_long", "digest_only"])
def test_a_snapshot_without_a_text_takes_nothing_from_what_was_found_before(
    desk: Desk, why: NoText, page: str, outcome: str
) -> None:
    keep(desk, "n1", page, 1)
    keep(desk, "n2", None, 2, no_text=why)
    desk.given(quote(), check("n1"), check("n2"))

    citation = desk.state("c1").citation(desk.id("q1"))
    assert (citation.quote_state, citation.checks[-1].outcome) == (outcome, "not_checked")


def test_a_quote_that_became_the_title_counts_no_more(desk: Desk) -> None:
    keep(desk, "n1", PAGE, 1)
    desk.given(quote(), check(), Do("sources.description", {"title": QUOTE, "reason": "Renamed."}, ("@s1",)))

    desk.given(check())

    assert desk.state("c1").citation(desk.id("q1")).quote_state == "not_checked"


def test_an_earlier_snapshot_that_comes_later_is_not_compared_with_what_followed_it(desk: Desk) -> None:
    keep(desk, "n2", PAGE, 5)
    desk.given(quote(), check())
    keep(desk, "n1", "The police raided the camp.", 1)

    assert checked(desk, check("n1")).compared is None


def test_a_found_quote_is_compared_across_a_snapshot_in_which_it_was_lost(desk: Desk) -> None:
    keep(desk, "n1", PAGE, 1)
    keep(desk, "n2", "The police raided the camp.", 2)
    desk.given(quote(), check("n1"), check("n2"))
    keep(desk, "n3", PAGE, 3)

    event = checked(desk, check("n3"))

    assert (event.outcome, event.compared) == ("found", "same")


# What is refused.


def test_what_cannot_be_checked_is_refused(desk: Desk) -> None:
    desk.given(quote()).when(check()).then_refused(RuleBroken)
    keep(desk, "n1", PAGE)
    keep(desk, "n2", PAGE, source="s2")

    desk.when(check("n2")).then_refused(InvalidInput, "/snapshot_id")
    desk.when(check(citation="x1")).then_refused(RuleBroken)
    desk.when(check(citation="n1")).then_refused(NotFound)
    desk.given(uncite("q1")).when(check()).then_refused(RuleBroken)


def test_without_the_vault_nothing_is_checked_and_nothing_recorded(desk: Desk) -> None:
    keep(desk, "n1", PAGE)
    desk.given(quote())
    desk.newsroom.vault = None
    before = desk.length

    with pytest.raises(Unavailable):
        desk.do(check())

    assert desk.length == before


def test_a_damaged_text_is_damage_and_no_outcome(desk: Desk) -> None:
    keep(desk, "n1", PAGE)
    desk.given(quote())
    vault = desk.newsroom.vault
    assert vault is not None
    vault.path(sha256(PAGE.encode()).hexdigest()).write_bytes(b"One person died in another raid.")
    before = desk.length

    with pytest.raises(DamagedLedger):
        desk.do(check())

    assert desk.length == before


def test_the_checker_checks_quotes_and_may_do_nothing_else(desk: Desk) -> None:
    keep(desk, "n1", PAGE)
    desk.given(quote())

    give(desk, "claims.citations.check", CheckQuote(), CHECKER, desk.id("c1"), desk.id("q1"))

    recorded: Recorded = desk.history("c1")[-1]
    assert (recorded.event.TYPE, recorded.actor) == ("claim.quote_checked.v1", "checker")
    for other in (withdraw(), uncite(), retract(), snap(name="n9")):
        desk.when(Do(other.command, other.body, other.at, CHECKER)).then_refused(Forbidden)


# What a failed check marks.


@pytest.mark.parametrize(
    ("later", "marks"),
    [(PAGE, ()), ("All else.", ("quote_failed",)), (PAGE.replace("150", "15"), ("quote_failed",))],
)
def test_a_verdict_that_rests_on_a_quote_is_marked_when_the_quote_fails(
    desk: Desk, later: str, marks: tuple[str, ...]
) -> None:
    keep(desk, "n1", PAGE, 1)
    desk.given(quote(), check(), propose("true", "q1"), approve())
    keep(desk, "n2", later, 2)

    desk.given(check("n2"))

    assert desk.state("c1").needs_review == marks
    desk.given(reaffirm(), approve())
    assert desk.state("c1").needs_review == ()


def test_a_verdict_that_rests_on_other_citations_is_not_marked(desk: Desk) -> None:
    keep(desk, "n1", "All else.", 1)
    desk.given(quote(), propose("true", "x1"), approve(), check())

    assert desk.state("c1").needs_review == ()


def test_a_quote_that_was_never_there_marks_the_verdict_and_one_not_checked_does_not(desk: Desk) -> None:
    keep(desk, "n1", "All else.", 1)
    desk.given(quote(), quote(wording="translated", name="q2"), propose("true", "q1", "q2"), approve())

    desk.given(check(citation="q2"))
    assert desk.state("c1").needs_review == ()
    desk.given(check())
    assert desk.state("c1").needs_review == ("quote_failed",)
