"""Who sees what: the public nothing of drafts, proposals and what is protected; the desk all of it."""

import pytest

from tests.api.pages.world import DRAFTS, PAGES, Readers


@pytest.mark.parametrize("path", PAGES)
def test_nothing_secret_is_on_a_public_page(story: Readers, path: str) -> None:
    answer = story.ask(path)

    assert answer.status == 200
    assert b"SECRET" not in answer.content


@pytest.mark.parametrize("path", DRAFTS)
def test_what_is_not_open_is_told_from_what_does_not_exist_by_nothing(story: Readers, path: str) -> None:
    hidden, unknown = story.ask(path), story.ask("/claims/clm_00000000000000000000000000")

    assert hidden.status == unknown.status == 404
    assert hidden.content == unknown.content


@pytest.mark.parametrize("path", [*PAGES, *DRAFTS])
def test_the_desk_sees_every_page_and_is_told_that_it_is_its_own_view(story: Readers, path: str) -> None:
    page = story.page(path, by="au")

    assert "the desk’s view" in page.one("aside", class_="desk").words


@pytest.mark.parametrize(
    ("path", "secret"),
    [
        ("/claims/@c2", "SECRET rationale."),
        ("/claims/@c3/history", "SECRET wording."),
        ("/sources/@s3", "SECRET source"),
        ("/parties/@hidden", "SECRET person"),
        ("/articles/@a2", "SECRET text"),
        ("/articles/@a3", "SECRET article"),
        ("/", "SECRET draft."),
    ],
)
def test_the_desk_is_shown_what_the_public_is_not(story: Readers, path: str, secret: str) -> None:
    assert secret in story.page(path, by="ed").text


def test_people_of_the_desk_are_named_to_the_desk_alone(story: Readers) -> None:
    assert "Person ed" in story.page("/claims/@c1/history", by="au").text
    assert "Person" not in story.page("/claims/@c1/history").text


def test_a_confidential_source_and_a_private_party_say_that_they_are(story: Readers) -> None:
    source, party = story.page("/sources/@s3"), story.page("/parties/@hidden")

    assert "confidential" in source.one("p", class_="notice").words
    assert source.one("h1").words == "(a confidential source)"
    assert party.one("h1").words == "(a private party)"


def test_of_another_s_text_the_public_gets_only_the_words_that_carry_a_claim(story: Readers) -> None:
    page = story.page("/articles/@a2")

    assert [quote.words for quote in page.one("section", class_="notes").all("blockquote")] == ["with a claim"]
    assert "somebody else’s text" in page.one("p", class_="notice").words


@pytest.mark.parametrize("token", ["Bearer nonsense", "Basic eDp5", "Bearer"])
def test_a_token_that_opens_nothing_is_refused_and_not_taken_for_the_public(story: Readers, token: str) -> None:
    answer = story.ask("/contested", authorization=token)

    assert answer.status == 401
    assert "www-authenticate" in answer.headers
    assert "This token opens nothing" in answer.content.decode()


def test_the_desk_s_view_is_kept_by_no_cache(story: Readers) -> None:
    assert story.ask("/", by="ed").headers["cache-control"] == "private, no-store"
    assert "Authorization" in story.ask("/").headers["vary"]
