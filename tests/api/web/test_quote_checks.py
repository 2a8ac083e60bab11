"""Quotes are checked by themselves, once for each snapshot, and every answer and page says what is known of them."""

from itertools import product
from typing import Any, get_args

import pytest

from api.checking import Checker
from domain.errors import StoreUnavailable
from domain.session import Order
from domain.source.commands import KeptSnapshot
from domain.values import QuoteCause
from tests.api.web.office import Office
from tests.field.asking import worklist
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import adopt, approve, cite, new_policy, propose, reaffirm, snap, uncite, withdraw

QUOTE = "One person died in the raid, the group says"
PAGE = f"The police raided the camp. {QUOTE}. The police took 150 computers."


def keep(office: Office, name: str, text: str | None, day: int = 1, **said: Any) -> None:
    """Records a snapshot of `s1` whose bytes are kept, as if its text had just been extracted."""
    desk = office.desk
    vault = desk.newsroom.vault
    assert vault is not None
    data = f"{name}:{text}".encode()
    body = KeptSnapshot(
        captured_at=f"2026-06-{day:02}T10:00:00.000000Z",
        digest=f"sha-256:{vault.keep(data)}",
        size=len(data),
        media_type="text/html",
        text_sha256=None if text is None else vault.keep(text.encode()),
        no_text="empty" if text is None else None,
        **said,
    )
    order = Order(name="sources.snapshots", body=body, actor=desk.id("ed"), at=(desk.id("s1"),), newest=True)
    desk.names[name] = desk.newsroom.record(order).created[0]


def quote(text: str = QUOTE, wording: str = "verbatim", name: str = "q1", **said: Any) -> Do:
    return cite(name=name, quote={"text": text, "wording": wording}, **said)


def check_due(office: Office) -> int:
    """Checks all that is due; gives how many checks were recorded."""
    recorded = 0
    while True:
        office.runner.catch_up()
        if not (now := office.checker.check_due()):
            return recorded
        recorded += now


def citation(office: Office, name: str = "q1", by: str | None = "ed") -> Any:
    shown = office.get(f"/claims/{office.desk.id('c1')}", by=by).then(200).body["citations"]
    return next(c for c in shown if c["id"] == office.desk.id(name))


def page(office: Office, by: str | None = "ed") -> str:
    return office.get(f"~/claims/{office.desk.id('c1')}", by=by, accept="text/html").then(200).content.decode()


def test_a_background_check_has_an_actor(story: Office) -> None:
    keep(story, "n1", PAGE)
    story.desk.given(quote())

    assert check_due(story) == 1

    history = story.get(f"/claims/{story.desk.id('c1')}/history?limit=200", by="au").then(200).body["items"]
    (told,) = [item for item in history if item.get("type") == "claim.quote_checked.v1"]
    assert told["actor"] == {"id": "checker", "name": "system: quote check"}
    pages = story.get(f"~/claims/{story.desk.id('c1')}/history", by="ed").then(200).content.decode()
    assert "The quote was found word for word in a snapshot" in pages
    assert "system: quote check" in pages


def test_a_quote_is_checked_once_in_each_snapshot_whoever_tries(story: Office) -> None:
    keep(story, "n1", PAGE)
    story.desk.given(quote(), quote(name="q2"), cite(name="q3"))
    story.runner.catch_up()
    other = Checker(story.desk.newsroom, story.house.views)

    # The views have not seen the first checks when the second checker looks.
    assert (story.checker.check_due(), other.check_due(), story.checker.check_due()) == (2, 0, 0)

    length = story.length
    assert check_due(story) == 0
    assert story.length == length


def test_another_snapshot_is_looked_through_by_itself(story: Office) -> None:
    keep(story, "n1", PAGE, 1)
    story.desk.given(quote())
    check_due(story)
    keep(story, "n2", "The police raided the camp.", 2)

    assert check_due(story) == 1

    shown = citation(story)["quote_check"]
    assert (shown["outcome"], shown["compared"], shown["cause"]) == ("not_found", "quote_gone", None)
    assert (shown["snapshot_id"], shown["position"], shown["score"]) == (story.desk.id("n2"), None, None)
    (work,) = story.get("/worklist?kind=quote", by="ed").then(200).body["items"]
    assert work["record_id"] == story.desk.id("c1")
    assert "A quote was not found" in story.get("~/worklist", by="ed").then(200).content.decode()
    story.desk.given(uncite("q1"))
    assert story.get("/worklist?kind=quote", by="ed").then(200).body["items"] == []


def test_the_snapshot_that_is_cited_the_newest_text_and_the_newest_of_all_are_looked_through(story: Office) -> None:
    for day in (1, 2, 3):
        keep(story, f"n{day}", PAGE, day)
    gone = {"captured_at": "2026-06-04T10:00:00Z", "http_status": 404}
    story.desk.given(Do("sources.snapshots", gone, ("@s1",), name="n4"), quote(snapshot_id="@n1"))

    assert check_due(story) == 3

    checks = story.desk.state("c1").citation(story.desk.id("q1")).checks
    assert [check.snapshot_id for check in checks] == [story.desk.id(name) for name in ("n1", "n3", "n4")]
    assert [check.compared for check in checks] == [None, "same", "page_gone"]


@pytest.mark.parametrize("gone", [uncite("q1"), withdraw()])
def test_what_was_withdrawn_is_not_checked(story: Office, gone: Do) -> None:
    story.desk.given(quote(), gone)
    keep(story, "n1", PAGE)

    assert check_due(story) == 0


def test_a_withdrawn_snapshot_is_not_looked_through(story: Office) -> None:
    keep(story, "n1", PAGE)
    story.desk.given(Do("sources.snapshots.withdrawal", bodies.withdraw(), ("@s1", "@n1")), quote())

    assert check_due(story) == 0


def test_what_is_due_is_the_same_when_the_views_are_made_anew(story: Office) -> None:
    keep(story, "n1", PAGE, 1)
    story.desk.given(quote(), quote(name="q2", snapshot_id="@n1"))
    check_due(story)
    keep(story, "n2", None, 2)
    story.desk.given(snap(captured_at="2026-05-01T10:00:00Z", name="n3"), quote(name="q3"))
    story.runner.catch_up()

    assert [d for d in story.runner.check() if d.projection == "quotes"] == []
    assert check_due(story) == 4


def test_a_damaged_snapshot_holds_up_no_other(story: Office) -> None:
    keep(story, "n1", PAGE, 1)
    story.desk.given(quote(), Do("claims.citations", bodies.citation("@s2"), ("@c1",)))
    vault = story.desk.newsroom.vault
    assert vault is not None
    text = story.desk.state("s1").newest_text.text_sha256
    vault.path(text).unlink()
    assert check_due(story) == 0

    keep(story, "n2", f"{PAGE} More.", 2)

    assert check_due(story) == 1
    assert citation(story)["quote_check"]["outcome"] == "found"


def test_a_snapshot_that_cannot_be_read_now_holds_up_no_other_and_is_tried_again(story: Office) -> None:
    keep(story, "n1", PAGE, 1)
    story.desk.given(quote())
    keep(story, "n2", f"{PAGE} More.", 2)
    story.desk.given(quote(name="q2", snapshot_id="@n1"))
    story.runner.catch_up()
    vault = story.desk.newsroom.vault
    assert vault is not None
    unreadable = vault.path(story.desk.state("s1").snapshot(story.desk.id("n1")).text_sha256)
    unreadable.rename(unreadable.with_suffix(".away"))
    unreadable.mkdir()
    with pytest.raises(StoreUnavailable):
        story.checker.check_due()
    with pytest.raises(StoreUnavailable):
        story.checker.check_due()
    assert citation(story, "q1")["quote_check"]["outcome"] == "found"

    unreadable.rmdir()
    unreadable.with_suffix(".away").rename(unreadable)

    assert check_due(story) == 1


def test_what_was_found_in_a_snapshot_that_was_withdrawn_is_not_shown_as_found(story: Office) -> None:
    keep(story, "n1", PAGE)
    story.desk.given(quote(), Do("claims.publication", {}, ("@c1",)))
    check_due(story)
    story.desk.given(Do("sources.snapshots.withdrawal", bodies.withdraw(), ("@s1", "@n1")))

    for by in ("ed", None):
        html = page(story, by)
        assert "Found word for word" not in html
        assert "Not checked in a snapshot that stands" in html


def test_an_editor_may_have_a_quote_checked_at_once(story: Office) -> None:
    keep(story, "n1", PAGE)
    story.desk.given(quote("One person has died in the raid, the group said"))

    answer = story.do(Do("claims.citations.check", {}, ("@c1", "@q1"))).then(200)

    (shown,) = [c["quote_check"] for c in answer.body["citations"] if c["id"] == story.desk.id("q1")]
    assert shown["outcome"] == "found_with_changes"
    assert 0.85 <= float(shown["score"]) < 1
    assert shown["position"]["start"] < shown["position"]["end"]
    assert f"({int(float(shown['score']) * 100)} % alike)" in page(story)


@pytest.mark.parametrize(("by", "status"), [(None, 401), ("au", 403), ("ad", 403)])
def test_who_may_not_record_may_not_check(story: Office, by: str | None, status: int) -> None:
    keep(story, "n1", PAGE)
    story.desk.given(quote())

    story.do(Do("claims.citations.check", {}, ("@c1", "@q1")), by=by).then(status)


# What is shown.


def test_not_checked_is_never_shown_as_ok(story: Office) -> None:
    story.desk.given(quote(name="q0"), Do("claims.publication", {}, ("@c1",)))
    assert citation(story, "q0")["quote_check"] is None
    assert "Not checked: no snapshot of the source has been looked through" in page(story, None)

    keep(story, "n1", None, 1)
    title = story.desk.state("s1").words.title
    story.desk.given(quote(wording="translated", name="q1"), quote(wording="paraphrased", name="q2"))
    check_due(story)
    keep(story, "n2", f"{PAGE} {title}", 2)
    story.desk.given(quote("He died.", name="q3"), quote(title, name="q4"), uncite("q0"))
    check_due(story)

    for name, by in product(("q1", "q2", "q3", "q4"), ("ed", None)):
        shown = citation(story, name, by)["quote_check"]
        assert shown["outcome"] == "not_checked"
        assert shown["cause"] in get_args(QuoteCause)
    for by in ("ed", None):
        html = page(story, by)
        assert html.count("Not checked in the snapshot of") == 5
        assert "check found" not in html
        assert "Found" not in html
        for why in ("a translation", "not word for word", "too short to mean anything", "it is only the title"):
            assert why in html


def test_a_found_quote_says_where_and_a_page_that_is_gone_says_since_when(story: Office) -> None:
    keep(story, "n1", PAGE, 1)
    story.desk.given(quote(), Do("claims.publication", {}, ("@c1",)))
    check_due(story)
    assert "Found word for word in the snapshot of 1 June 2026, 10:00 UTC" in page(story, None)

    gone = {"captured_at": "2026-06-02T10:00:00Z", "http_status": 404}
    story.desk.given(Do("sources.snapshots", gone, ("@s1",)))
    check_due(story)

    html = page(story, None)
    assert "Found word for word in the snapshot of 1 June 2026, 10:00 UTC" in html
    assert "Not checked in the snapshot of 2 June 2026, 10:00 UTC: the page was gone" in html


def test_of_a_quote_from_a_confidential_source_the_public_is_not_told_where_it_stands(story: Office) -> None:
    keep(story, "n1", PAGE)
    story.desk.given(quote("One person has died in the raid, the group said"))
    hide = Do("sources.description", {"confidential": True, **bodies.because()}, ("@s1",))
    story.desk.given(hide, Do("claims.publication", {}, ("@c1",)))
    check_due(story)

    assert citation(story)["quote_check"]["position"] is not None
    shown = citation(story, by=None)
    assert (shown["quote"]["text"], shown["quote_check"]["position"], shown["quote_check"]["score"]) == (None,) * 3
    history = story.get(f"/claims/{story.desk.id('c1')}/history?limit=200").then(200).body["items"]
    (told,) = [item for item in history if item.get("type") == "claim.quote_checked.v1"]
    assert {"start", "end", "score"}.isdisjoint(told["data"])
    assert "alike" not in page(story, None)


def test_the_page_of_a_source_tells_of_its_snapshots(story: Office) -> None:
    archive = "https://archive.example.org/1"
    keep(story, "n1", PAGE, 1, url="https://example.org/raid", archive_url=archive, method="a browser")
    story.desk.given(Do("claims.publication", {}, ("@c1",)), snap(captured_at="2026-05-01T10:00:00Z", name="n2"))

    html = story.get(f"~/sources/{story.desk.id('s1')}", by="ed").then(200).content.decode()
    public = story.get(f"~/sources/{story.desk.id('s1')}").then(200).content.decode()

    digest = story.desk.state("s1").newest_snapshot.sha256
    assert f'title="{digest}"' in html
    assert 'data-originalurl="https://example.org/raid"' in html
    assert f'data-versionurl="{archive}" data-versiondate="2026-06-01"' in html
    assert "Save what was captured" in html
    assert "No text: only its digest is known here" in html
    assert "Captured <time" in public
    assert "Save what was captured" not in public
    assert "a browser" not in public


def test_what_was_found_in_a_withdrawn_snapshot_counts_for_no_rule_and_marks_the_verdict(story: Office) -> None:
    # Given a policy that asks for quotes, and a verdict on one that was found
    rule = {"id": "quoted", "ratings": ["true"], "require": {"quotes_found": True}}
    story.desk.given(new_policy(rules=[rule]), adopt())
    keep(story, "n1", PAGE)
    story.desk.given(quote())
    check_due(story)
    story.desk.given(propose("true", "q1"), approve())
    claim, before = f"/claims/{story.desk.id('c1')}", story.length

    # When the snapshot turns out to be of another page
    story.desk.given(Do("sources.snapshots.withdrawal", bodies.withdraw(), ("@s1", "@n1")))

    # Then the finding says so, the verdict waits for another look, and may not be given again
    shown = story.get(claim, by="ed").then(200).body
    assert shown["needs_review"] == ["snapshot_withdrawn"]
    assert citation(story)["quote_check"]["snapshot_withdrawn"] is True
    assert worklist(story, "review") == [(story.desk.id("c1"), ["snapshot_withdrawn"])]
    story.desk.given(reaffirm())
    refused = story.do(approve()).then(409, "policy-broken")
    assert "every word-for-word quotation found" in refused.body["detail"]
    assert story.get(f"{claim}?position={before}", by="ed").then(200).body["needs_review"] == []

    # And it is as before when the quote is found in another
    keep(story, "n2", PAGE, 2)
    check_due(story)
    assert story.get(claim, by="ed").then(200).body["needs_review"] == []
    assert worklist(story, "review") == []
    story.do(approve()).then(200)
