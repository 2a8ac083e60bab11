"""Sources are registered, described, traced to their origins; publishers and the desk say how they stand."""

from itertools import product
from typing import Any

import pytest

from domain.errors import InvalidInput, NotFound, Refused, RuleBroken
from domain.values import make_id
from tests.support import bodies
from tests.support.desk import Desk, Do

NO_PARTY, NO_SOURCE, NO_CLAIM, NO_ORIGIN = (make_id(kind, bytes(16)) for kind in ("pty", "src", "clm", "ori"))


def register(**said: Any) -> Do:
    return Do("sources.create", bodies.source(**said), name="new")


def describe(**said: Any) -> Do:
    return Do("sources.description", {**said, **bodies.because()}, ("@s1",))


def declare(derives_from: str = "@s2", **said: Any) -> Do:
    body = {"derives_from": derives_from, "relation": "republishes", **said, **bodies.because()}
    return Do("sources.origins", body, ("@s1",), name="o1")


def undeclare(origin: str = "@o1") -> Do:
    return Do("sources.origins.withdrawal", bodies.withdraw(), ("@s1", origin))


def stand(standing: str, declared_by: str = "desk", notice_url: str | None = None) -> Do:
    said = {"standing": standing, "declared_by": declared_by, "notice_url": notice_url, **bodies.because()}
    return Do("sources.standing", said, ("@s1",))


REFUSALS: dict[str, tuple[tuple[Do, ...], Do, type[Refused], str | None]] = {
    "the publisher is unknown": ((), register(publisher_id=NO_PARTY), InvalidInput, "/publisher_id"),
    "an author is unknown": ((), register(author_ids=["@mek", NO_PARTY]), InvalidInput, "/author_ids/1"),
    "nothing changes": ((), describe(), InvalidInput, ""),
    "a source always has a kind": ((), describe(kind=None), InvalidInput, "/kind"),
    "a source always has a title": ((), describe(title=None), InvalidInput, "/title"),
    "a source is primary or not": ((), describe(primary=None), InvalidInput, "/primary"),
    "a source is confidential or not": ((), describe(confidential=None), InvalidInput, "/confidential"),
    "the new publisher is unknown": ((), describe(publisher_id=NO_PARTY), InvalidInput, "/publisher_id"),
    "a new author is unknown": ((), describe(author_ids=[NO_PARTY]), InvalidInput, "/author_ids/0"),
    "its origin is unknown": ((), declare(NO_SOURCE), InvalidInput, "/derives_from"),
    "it does not derive from itself": ((), declare("@s1"), InvalidInput, "/derives_from"),
    "the claim that says so is unknown": ((), declare(basis_claim_id=NO_CLAIM), InvalidInput, "/basis_claim_id"),
    "it is recorded already that it derives so": ((declare(),), declare(), InvalidInput, "/derives_from"),
    "there is no such origin": ((), undeclare(NO_ORIGIN), NotFound, None),
    "the origin is withdrawn already": ((declare(), undeclare()), undeclare(), RuleBroken, None),
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_change_of_a_source_is_refused_because(story: Desk, reason: str) -> None:
    given, command, error, pointer = REFUSALS[reason]

    story.given(*given).when(command).then_refused(error, pointer)


def test_a_source_is_registered_in_good_standing(story: Desk) -> None:
    story.when(register(author_ids=["@mek"], primary=True)).then_events("source.registered.v1")

    assert story.state("new").standing == "good"
    assert story.state("new").author_ids == (story.id("mek"),)


def test_a_description_changes_what_it_names_and_clears_what_is_null(story: Desk) -> None:
    story.given(describe(url="https://example.org/1", language="EN-gb", author_ids=["@mek"]))

    story.when(describe(url=None, publisher_id=None, author_ids=None)).then_events("source.described.v1")

    source = story.state("s1")
    assert (source.words.url, source.publisher_id, source.author_ids) == (None, None, ())
    assert (source.language, source.words.title) == ("en-GB", "Raid on the camp")


def test_a_withdrawn_origin_stays_visible_as_withdrawn(story: Desk) -> None:
    story.given(declare(basis_claim_id="@c2")).when(undeclare()).then_events("source.origin_withdrawn.v1")

    (origin,) = story.state("s1").origins
    assert origin.withdrawn is not None
    assert (origin.derives_from, origin.words.withdrawal_reason) == (story.id("s2"), "It was not so.")


def test_every_standing_ever_declared_is_kept(story: Desk) -> None:
    story.given(stand("concern"), stand("retracted", "publisher", "https://example.org/n"), stand("good"))

    source = story.state("s1")
    assert [entry.standing for entry in source.standings] == ["concern", "retracted", "good"]
    assert source.standing == "good"


NOTICE = "https://example.org/notice"
STANDINGS = list(product(("good", "corrected", "concern", "retracted", "gone"), ("publisher", "desk"), (None, NOTICE)))


@pytest.mark.parametrize(("standing", "declared_by", "notice"), STANDINGS)
def test_who_may_declare_which_standing_and_with_what(
    story: Desk, standing: str, declared_by: str, notice: str | None
) -> None:
    if standing == "good":
        story.given(stand("concern"))

    story.when(stand(standing, declared_by, notice))

    if standing in {"corrected", "retracted"} and declared_by == "desk":
        story.then_refused(InvalidInput, "/declared_by")
    elif standing in {"corrected", "retracted"} and notice is None:
        story.then_refused(InvalidInput, "/notice_url")
    elif standing in {"concern", "gone"} and declared_by == "publisher":
        story.then_refused(InvalidInput, "/declared_by")
    else:
        story.then_events("source.standing_changed.v1")
        assert story.state("s1").standing == standing


def test_a_source_may_be_corrected_twice_and_have_two_ties_to_one_origin(story: Desk) -> None:
    twice = stand("corrected", "publisher", "https://example.org/notice")
    story.given(twice, twice, declare(), undeclare(), declare(relation="translates"), declare())

    assert [entry.standing for entry in story.state("s1").standings] == ["corrected", "corrected"]
    assert [origin.relation for origin in story.state("s1").origins] == ["republishes", "translates", "republishes"]


@pytest.mark.parametrize("standing", ["good", "concern"])
def test_a_standing_that_holds_already_is_not_declared_again(story: Desk, standing: str) -> None:
    if standing != "good":
        story.given(stand(standing))

    story.when(stand(standing)).then_refused(InvalidInput, "/standing")
