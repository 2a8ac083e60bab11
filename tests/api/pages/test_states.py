"""What pages show when there is nothing, too much, or nothing any more."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.ledger.memory import MemoryStore
from domain.newsroom import Newsroom
from projections.runner import Runner
from projections.views import Views
from tests.api.pages.states import CAUSES, full
from tests.api.pages.world import PAGES, Readers, publication
from tests.api.web.office import Office, opened
from tests.support import bodies
from tests.support.desk import START, Desk, Do, rising_clock, seeded_dice

RECORDS = ("clm_", "art_", "src_", "pty_")
TYPED = ("raid", "police", "group", "paper", "camp", "died", "sect", "evidence")
"""Words of the story that people typed, and that no page says by itself."""

NOTHING_ERASED = ("/audit", "/corrections", "/policies/current", "/policies/1", "/single-origin")
"""Pages that show none of these records here."""


class Reopened(Desk):
    """A desk after its ledger was put into another store."""

    def __init__(self, before: Desk, store: MemoryStore) -> None:
        self.store = store
        self.now = rising_clock(START + timedelta(days=1))
        self.newsroom = Newsroom(store, now=self.now, entropy=seeded_dice(1), fingerprint_key=bytes(range(32)))
        self.names = before.names


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    """The whole story after the words of every claim, article, source and party were erased."""
    store = MemoryStore()
    with Desk() as before:
        rows = full(before).store.rows(0, 10_000)
        with store.writing() as writing:
            writing.insert([row._replace(words=None) if row.stream.startswith(RECORDS) else row for row in rows])
        views = Views(tmp_path_factory.mktemp("erased") / "views.db", passing=True)
        with Reopened(before, store) as desk:
            office = Office(desk, views, Runner(store, desk.newsroom.streams, views))
            yield Readers(office)
            office.house.sessions.close()
        views.close()


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    with opened(tmp_path_factory.mktemp("pages")) as office:
        full(office.desk)
        yield Readers(office)


@pytest.mark.parametrize("by", [None, "au"])
@pytest.mark.parametrize("path", [*PAGES, "/claims/@w0", "/articles/@rtl"])
def test_what_was_erased_is_told_and_leaves_no_empty_place(erased: Readers, path: str, by: str | None) -> None:
    page = erased.page(path, by)

    told = page.one("main")
    assert not [word for word in TYPED if word in told.text.lower().split()]
    assert not [element for element in told.all("bdi") + told.all("q") if not element.text]
    assert page.one("title").text.strip()
    if path not in NOTHING_ERASED:
        assert "erased" in told.text or "not public" in told.text


def test_a_claim_whose_words_were_erased_still_answers_what_it_can(erased: Readers) -> None:
    page = erased.page("/claims/@c1")

    assert page.one("h1").words == "(name erased) says: (these words are not public, or were erased)"
    answers = {item.one("dt").words: item.one("dd").words for item in page.one("dl", class_="glance").all("div")}
    assert answers["Who says it"] == "(name erased)"
    assert answers["Who denies it"].startswith("(name erased)")
    assert answers["The desk concludes"] == "Unproven Nobody can tell."


@pytest.mark.parametrize(
    ("name", "cause", "told"),
    [
        ("w0", "recorded_in_error", "recorded in error"),
        ("w1", "party_withdrew", "taken back by the party itself"),
        ("w2", "superseded", "superseded"),
        ("w3", "legal", "for legal reasons"),
    ],
)
def test_a_withdrawn_claim_says_why_at_its_top(everything: Readers, name: str, cause: str, told: str) -> None:
    page = everything.page(f"/claims/@{name}")

    assert cause in CAUSES
    assert "gone" in page.one("h1").attributes["class"].split()
    notice = page.one("p", class_="withdrawal").words
    assert "This claim was withdrawn on 23 November 2026, 10:0" in notice
    assert notice.endswith(f", {told}. Reason: It was not so.")
    concluded = page.one("dl", class_="glance").one("div", class_="conclusion").words
    assert concluded.endswith("no conclusion about this claim, which is withdrawn.")


def test_what_was_recorded_in_error_has_no_words_on_other_claims_pages(readers: Readers) -> None:
    readers.office.desk.given(
        Do("claims.create", bodies.claim(statement="It was a mistake."), name="c1"),
        Do("claims.create", bodies.claim(), name="c2"),
        Do("claims.links", {"claim_id": "@c1", "relation": "refines"}, ("@c2",)),
        publication("c1"),
        publication("c2"),
        Do("claims.withdrawal", bodies.withdraw("recorded_in_error"), ("@c1",)),
    )

    public, desk = readers.page("/claims/@c2"), readers.page("/claims/@c2", by="ed")

    assert "mistake" not in public.text
    assert "(A claim that was recorded in error.)" in public.one("div", class_="aside").words
    assert "It was a mistake." in desk.one("div", class_="aside").words


def test_two_hundred_citations_are_all_there_and_most_are_folded(readers: Readers) -> None:
    cited = [bodies.citation("@s1", locator=f"page {index}") for index in range(200)]
    readers.office.desk.given(
        Do("sources.create", bodies.source(), name="s1"),
        Do("claims.create", bodies.claim(citations=cited), name="c1"),
        publication("c1"),
    )

    group = readers.page("/claims/@c1").one("section", class_="supports")

    assert group.one("h3").words == "Say so in their own voice (200)"
    assert len(group.one("details").all("li")) == 188
    assert group.one("summary").words == "188 more citations"
    assert [f"page {index} ·" in group.text for index in range(200)] == [True] * 200


def test_many_parties_are_counted_at_the_top_and_named_below(readers: Readers) -> None:
    parties = [Do("parties.create", bodies.party(name=f"Party {index}"), name=f"p{index}") for index in range(7)]
    positions = [bodies.position(f"@p{index}", "differs") for index in range(7)]
    readers.office.desk.given(
        *parties,
        Do("claims.create", bodies.claim(), name="c1"),
        Do("claims.disputes", bodies.dispute(*positions), ("@c1",)),
        publication("c1"),
    )

    page = readers.page("/claims/@c1")

    deny = page.one("dl", class_="glance").one("div", class_="deny")
    assert deny.one("dt").words == "Who says otherwise"
    assert [voice.words for voice in deny.all("p", class_="voice")] == [
        "Party 0",
        "Party 1",
        "Party 2",
        "Party 3",
        "and 3 others",
    ]
    assert "Party 6" in page.one("section", class_="dispute").words


def test_who_denied_before_is_not_told_as_denying(readers: Readers) -> None:
    readers.office.desk.given(
        Do("parties.create", bodies.party(), name="mek"),
        Do("claims.create", bodies.claim(), name="c1"),
        Do("claims.disputes", bodies.dispute(bodies.position("@mek")), ("@c1",), name="d1"),
        publication("c1"),
        Do("claims.disputes.positions.withdrawal", bodies.withdraw("party_withdrew"), ("@c1", "@d1", "@d1.1")),
    )

    page = readers.page("/claims/@c1")

    deny = page.one("dl", class_="glance").one("div", class_="deny").one("dd").words
    assert deny == "Nobody any more. Who did, and how it ended"
    assert page.one("p", class_="eyebrow").words == "Allegation"


def test_a_long_statement_is_set_as_text(readers: Readers) -> None:
    for name, length in (("short", 240), ("long", 241)):
        readers.office.desk.given(
            Do("claims.create", bodies.claim(statement="x" * length), name=name), publication(name)
        )

    assert "long" not in readers.page("/claims/@short").one("h1").attributes["class"].split()
    assert "long" in readers.page("/claims/@long").one("h1").attributes["class"].split()


def test_an_article_without_a_claim_or_a_text_says_so(readers: Readers) -> None:
    empty = bodies.article()
    del empty["text"]
    readers.office.desk.given(Do("articles.create", empty, name="a1"))

    said = [note.words for note in readers.page("/articles/@a1", by="ed").all("p", class_="empty")]

    assert said == [
        "There is no text to show: it was erased, or has not been written yet.",
        "No claim is marked in this text.",
    ]
