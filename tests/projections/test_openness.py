"""What is open to the public, and from which position on."""

from projections import openness
from tests.projections.watching import Watched
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import cite, dispute, give_up, goes_back_to, place, publish_article, uncite, withdraw

PUBLISH_CLAIM = Do("claims.publication", {}, ("@c1",))
WITHDRAW_ARTICLE = Do("articles.withdrawal", bodies.because(), ("@a1",))
REMOVE = Do("articles.placements.removal", bodies.because(), ("@a1", "@m1"))


def open_names(watched: Watched) -> set[str]:
    ids = watched.desk.names.values()
    opened = watched.read(lambda reading: openness.opened(reading, ids))
    return {name for name, id in watched.desk.names.items() if id in opened}


def test_nothing_is_open_before_publication(watched: Watched) -> None:
    watched.desk.given(place(), dispute())

    assert open_names(watched) == set()


def test_a_published_article_opens_what_it_places_and_all_that_rests_on(watched: Watched) -> None:
    watched.desk.given(place(), dispute(), publish_article())

    assert open_names(watched) == {"a1", "c1", "mek", "police", "outlet", "s1", "s2"}


def test_the_position_is_that_of_the_publication(watched: Watched) -> None:
    watched.desk.given(place(), publish_article())
    at = watched.desk.length
    watched.desk.given(cite(), withdraw())

    for name in ("a1", "c1", "s1", "outlet", "mek"):
        assert watched.read(lambda reading, name=name: openness.opened_at(reading, watched.desk.id(name))) == at  # type: ignore[misc]
    assert watched.read(lambda reading: openness.opened_at(reading, watched.desk.id("c2"))) is None


def test_a_claim_placed_after_publication_opens_then(watched: Watched) -> None:
    watched.desk.given(publish_article(), place())

    assert {"a1", "c1", "s1"} <= open_names(watched)
    assert watched.read(lambda reading: openness.opened_at(reading, watched.desk.id("c1"))) == watched.desk.length


def test_a_claim_opens_by_its_own_publication_without_the_article(watched: Watched) -> None:
    watched.desk.given(place(), PUBLISH_CLAIM)

    assert open_names(watched) == {"c1", "mek", "outlet", "police", "s1", "s2"}


def test_what_was_withdrawn_before_does_not_open(watched: Watched) -> None:
    watched.desk.given(
        Do("parties.create", bodies.party(), name="other"),
        dispute(bodies.position("@police"), bodies.position("@other")),
        give_up("d1.2"),
        uncite("x1"),
        PUBLISH_CLAIM,
    )

    assert open_names(watched) == {"c1", "mek", "police", "s2"}


def test_a_placement_that_was_removed_before_opens_nothing(watched: Watched) -> None:
    watched.desk.given(place(), REMOVE, publish_article())

    assert open_names(watched) == {"a1"}


def test_what_is_added_later_opens_when_it_is_added(watched: Watched) -> None:
    watched.desk.given(
        PUBLISH_CLAIM,
        Do("parties.create", bodies.party(), name="author"),
        Do("parties.create", bodies.party(), name="reported"),
        Do("sources.create", bodies.source(), name="s3"),
        Do("sources.create", bodies.source(), name="s4"),
    )
    assert not {"s3", "s4", "author", "reported"} & open_names(watched)

    watched.desk.given(
        cite("s3", "reports_denial", via_source_id="@s4", reported_party_id="@reported"),
        Do("sources.description", {"author_ids": ["@author"], **bodies.because()}, ("@s4",)),
    )

    assert {"s3", "s4", "author", "reported"} <= open_names(watched)


def test_what_is_open_stays_open(watched: Watched) -> None:
    watched.desk.given(place(), publish_article())
    before = open_names(watched)

    watched.desk.given(REMOVE, uncite("x1"), withdraw(), WITHDRAW_ARTICLE)

    assert open_names(watched) == before


def test_an_articles_own_source_opens_with_it(watched: Watched) -> None:
    said = bodies.article(role="examined", source_id="@s1")
    watched.desk.given(Do("articles.create", said, name="a2"), Do("articles.publication", {}, ("@a2",)))

    assert open_names(watched) == {"a2", "s1", "outlet"}


# A confidential source gives nobody away.

AUTHOR = Do("parties.create", bodies.party(), name="author")
SECRET = bodies.source(confidential=True, publisher_id="@outlet2", author_ids=["@author"])
OUTLET = Do("parties.create", bodies.party(kind="outlet"), name="outlet2")


def hide(source: str, *, confidential: bool = True) -> Do:
    return Do("sources.description", {"confidential": confidential, **bodies.because()}, (f"@{source}",))


def test_a_confidential_source_opens_neither_its_publisher_nor_its_authors(watched: Watched) -> None:
    watched.desk.given(OUTLET, AUTHOR, Do("sources.create", SECRET, name="s3"), cite("s3"), PUBLISH_CLAIM)

    assert "s3" in open_names(watched)
    assert not {"outlet2", "author"} & open_names(watched)


def test_an_author_of_a_confidential_source_is_open_for_another_reason(watched: Watched) -> None:
    watched.desk.given(
        OUTLET,
        AUTHOR,
        Do("sources.create", SECRET, name="s3"),
        cite("s3", "reports_claim", reported_party_id="@author"),
        PUBLISH_CLAIM,
    )

    assert "author" in open_names(watched)
    assert "outlet2" not in open_names(watched)


def test_whoever_is_behind_a_source_opens_when_it_is_confidential_no_longer(watched: Watched) -> None:
    watched.desk.given(OUTLET, AUTHOR, Do("sources.create", SECRET, name="s3"), cite("s3"), PUBLISH_CLAIM)

    watched.desk.given(hide("s3", confidential=False))

    at = watched.desk.length
    for name in ("outlet2", "author"):
        assert watched.read(lambda reading, name=name: openness.opened_at(reading, watched.desk.id(name))) == at  # type: ignore[misc]


def test_a_source_that_becomes_confidential_opens_nobody_from_then_on(watched: Watched) -> None:
    watched.desk.given(AUTHOR, PUBLISH_CLAIM, hide("s1"))
    before = open_names(watched)

    watched.desk.given(Do("sources.description", {"author_ids": ["@author"], **bodies.because()}, ("@s1",)))

    assert "author" not in before
    assert open_names(watched) == before


def test_what_was_made_confidential_before_the_opening_opens_nobody(watched: Watched) -> None:
    watched.desk.given(hide("s1"), PUBLISH_CLAIM)

    assert open_names(watched) == {"c1", "mek", "police", "s1", "s2"}


def test_what_a_source_goes_back_to_opens_with_it(watched: Watched) -> None:
    watched.desk.given(
        AUTHOR,
        Do("sources.create", bodies.source(author_ids=["@author"]), name="wire"),
        Do("sources.create", bodies.source(), name="agency"),
        goes_back_to("wire", "s1"),
        goes_back_to("agency", "wire"),
        PUBLISH_CLAIM,
    )

    assert {"wire", "agency", "author"} <= open_names(watched)


def test_what_is_found_behind_an_open_source_opens_then(watched: Watched) -> None:
    watched.desk.given(PUBLISH_CLAIM, Do("sources.create", bodies.source(), name="wire"))
    assert "wire" not in open_names(watched)

    watched.desk.given(goes_back_to("wire", "s1"))

    assert watched.read(lambda reading: openness.opened_at(reading, watched.desk.id("wire"))) == watched.desk.length


def test_what_is_only_alleged_or_taken_back_or_confidential_does_not_open(watched: Watched) -> None:
    watched.desk.given(
        *(Do("sources.create", bodies.source(), name=name) for name in ("alleged", "mistaken", "behind")),
        Do("sources.create", bodies.source(confidential=True), name="told"),
        goes_back_to("alleged", "s1", as_alleged=True, basis_claim_id="@c2"),
        goes_back_to("mistaken", "s1", name="o1"),
        Do("sources.origins.withdrawal", bodies.withdraw(), ("@s1", "@o1")),
        goes_back_to("told", "s1"),
        goes_back_to("behind", "told"),
        PUBLISH_CLAIM,
    )

    assert not {"alleged", "mistaken", "told", "behind"} & open_names(watched)
