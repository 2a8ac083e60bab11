"""The front page, the register of contested claims, the worklist, and histories that go on over several pages."""

import pytest

from api.pages.front import REGISTER
from api.pages.history import SHOWN
from api.pages.worklist import SHOWN as WAITING
from tests.api.pages.world import Readers, publication
from tests.support import bodies
from tests.support.complete import COMPLETE
from tests.support.desk import Do
from tests.support.story import cite, place, propose, publish_article, revise, told

POLICE = Do("parties.create", bodies.party(name="The police", kind="state"), name="police")


def links(readers: Readers, path: str, by: str | None = None) -> dict[str, str]:
    """The ways to other pages of a register: words → address."""
    navigation = readers.page(path, by).all("nav", **{"aria-label": "Pages"})
    return {link.words: link.attributes["href"] for nav in navigation for link in nav.all("a")}


# The front page.


def test_the_front_page_names_the_claim_that_changed_last_first_and_says_when(readers: Readers) -> None:
    told(readers.office.desk).given(
        place(),
        publish_article(),
        publication("c2"),
        Do("claims.rewording", bodies.rewording("Somebody died."), ("@c1",)),
        propose(),
    )

    public, desk = (readers.page("/", by).one("ol", class_="lines") for by in (None, "ed"))

    assert [link.words for link in public.all("a")] == ["The group says: Somebody died.", "The raid was lawful."]
    assert "changed 23 November 2026" in public.words
    assert [link.words for link in desk.all("a")] == ["The group says: Somebody died.", "The raid was lawful."]


def test_imported_history_is_told_by_when_it_was_decided(readers: Readers) -> None:
    readers.office.desk.given(
        Do("claims.create", bodies.claim(), by="im", name="c1", decided_at="2013-06-21T07:00:00.000000Z"),
        Do("claims.publication", {}, ("@c1",), by="imap", decided_at="2013-06-22T07:00:00.000000Z"),
    )

    for by in (None, "ed"):
        assert "changed 22 June 2013, 07:00 UTC" in readers.page("/", by).one("ol", class_="lines").words


# The register of contested claims.


def test_the_register_of_contested_claims_goes_on_page_by_page(readers: Readers) -> None:
    desk = readers.office.desk.given(POLICE)
    for number in range(REGISTER + 2):
        desk.given(
            Do("claims.create", bodies.claim(statement=f"It is so, number {number}."), name=f"n{number}"),
            Do("claims.disputes", bodies.dispute(bodies.position("@police")), (f"@n{number}",)),
        )
        if number != 3:
            desk.given(publication(f"n{number}"))

    first = readers.page("/contested")
    later = links(readers, "/contested")["Later ones"]
    second = readers.page(later)

    assert f"{REGISTER + 1} in all" in first.words
    assert f"{REGISTER + 2} in all" in readers.page("/contested", by="ed").words
    shown = [link.words for page in (first, second) for link in page.one("ul", class_="register").all("a")]
    claims = [words for words in shown if words.startswith("It is so")]
    assert claims == [f"It is so, number {number}." for number in range(REGISTER + 2) if number != 3]
    assert links(readers, later) == {"The first": "/contested"}
    assert second.one("link", rel="alternate").attributes["href"] == later.replace("/contested", "/api/v1/contested")


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "9" * 16, "٣"])
def test_a_cursor_that_is_none_leads_nowhere(story: Readers, after: str) -> None:
    for path in ("/contested", "/claims/@c1/history"):
        assert story.ask(f"{path}?after={after}").status == 404


def test_past_the_end_a_register_says_so(story: Readers) -> None:
    assert "There are no later ones." in story.page("/contested?after=1000").words
    assert "There are no later steps." in story.page("/claims/@c1/history?after=1000").words


# The worklist.


def test_the_worklist_tells_what_waits_why_and_who_proposed_it(readers: Readers) -> None:
    told(readers.office.desk).given(
        place(),
        propose("true", "x1", by="ed2"),
        Do("claims.verdicts.approval", {}, ("@c1", "@v1"), "ap"),
        Do("claims.rewording", bodies.rewording("Somebody died."), ("@c1",)),
        propose("false", "x2", name="v2", changed_because="reworded"),
        revise("Nothing of this is known."),
        Do("policies.create", bodies.policy(), by="ap2"),
    )

    entries = [item.words for item in readers.page("/worklist", by="ed").one("ol", class_="worklist").all("li")]

    review, verdict, orphaned, policy = entries
    assert "The group says: Somebody died." in review
    assert "The verdict needs another look: the claim was reworded." in review
    assert "A verdict waits for approval: False." in verdict
    assert "proposed by you, so somebody else has to decide" in verdict
    assert "The words that carried a claim are no longer in the text: The group says: Somebody died." in orphaned
    assert "Policy 2" in policy
    assert "proposed by Person ap2" in policy
    assert "proposed by Person ed." in readers.page("/worklist", by="au").words


def test_every_thing_that_waits_leads_to_where_it_waits(readers: Readers) -> None:
    told(readers.office.desk).given(place(), propose(), revise("Nothing of this is known."))

    addresses = [link.attributes["href"] for link in readers.page("/worklist", by="ed").one("ol").all("a")]

    claim, article = (readers.office.desk.id(name) for name in ("c1", "a1"))
    assert addresses == [f"/claims/{claim}", f"/articles/{article}", f"/claims/{claim}"]


def test_the_worklist_goes_on_page_by_page(readers: Readers) -> None:
    desk = readers.office.desk
    for number in range(WAITING + 1):
        desk.given(
            Do("claims.create", bodies.claim(statement=f"It is so, number {number}."), name=f"n{number}"),
            Do("claims.verdicts", bodies.verdict(), (f"@n{number}",)),
        )

    later = links(readers, "/worklist", by="ed")["Later ones"]

    assert f"{WAITING + 1} in all." in readers.page("/worklist", by="ed").words
    assert f"It is so, number {WAITING}." in readers.page(later, by="ed").one("ol", class_="worklist").words
    assert links(readers, later, by="ed") == {"The oldest": "/worklist"}
    assert readers.ask("/worklist?after=7", by="ed").status == 404


def test_an_empty_worklist_says_so(readers: Readers) -> None:
    assert readers.page("/worklist", by="ed").one("p", class_="empty").words == "Nothing waits."


def test_the_worklist_is_for_the_desk_and_says_so_plainly(story: Readers) -> None:
    answer = story.ask("/worklist")

    assert answer.status == 403
    assert "The worklist is for the desk" in answer.content.decode()
    assert b"SECRET" not in answer.content
    assert story.ask("/worklist?after=x").status == 403


# Histories.


@pytest.mark.parametrize("by", [None, "ed"])
def test_a_long_history_is_told_page_by_page_with_ways_there_and_back(readers: Readers, by: str | None) -> None:
    told(readers.office.desk).given(publication("c1"), *(cite("s1", "mentions") for _ in range(2 * SHOWN)))
    path = f"/claims/{readers.office.desk.id('c1')}/history"

    addresses, numbers = [path], []
    while "Later steps" in (ways := links(readers, addresses[-1], by)):
        addresses.append(ways["Later steps"])
    for address in addresses:
        steps = readers.page(address, by).one("ol", class_="steps")
        numbers.append((int(steps.attributes.get("start", "1")), len(steps.all("li"))))

    total = numbers[-1][0] + numbers[-1][1] - 1
    assert numbers == [(1, SHOWN), (SHOWN + 1, SHOWN), (2 * SHOWN + 1, total - 2 * SHOWN)]
    assert [links(readers, address, by).get("Earlier steps") for address in addresses] == [None, *addresses[:-1]]
    assert f"Steps {SHOWN + 1} to {2 * SHOWN} of {total}." in readers.page(addresses[1], by).words
    twin = readers.page(addresses[1], by).one("link", rel="alternate").attributes["href"]
    items = readers.ask(twin, by).body["items"]
    assert len(items) == SHOWN
    assert f"after={items[-1]['position']}" in addresses[2]


OF = {"@a1": "articles", "@mek": "parties", "@outlet": "parties", "@s1": "sources"}


@pytest.mark.parametrize("name", [name for name, (_, command) in COMPLETE.items() if (command.at or ("",))[0] in OF])
def test_every_command_on_a_record_leaves_a_step_in_its_history(readers: Readers, name: str) -> None:
    before, command = COMPLETE[name]
    desk = told(readers.office.desk).given(*before)
    length = desk.length
    desk.given(command)

    history = readers.page(f"/{OF[command.at[0]]}/{command.at[0]}/history", by="au")

    last = history.one("ol", class_="steps").all("li")[-1].words
    assert any(f"position {position}" in last for position in range(length + 1, desk.length + 1))


def test_an_article_s_history_tells_which_claims_lost_their_words(readers: Readers) -> None:
    told(readers.office.desk).given(
        Do("claims.create", bodies.claim(statement="SECRET draft."), name="c3"),
        place(),
        place("150 computers", claim="c3", name="m3"),
        Do("articles.placements.removal", bodies.because("SECRET reason."), ("@a1", "@m3")),
        publish_article(),
        revise("Nothing of this is known."),
    )

    history = readers.page("/articles/@a1/history")

    assert "no longer has the words of: The group says: A member died" in history.words
    assert "2 of 6 happened before it was published, or wait at the desk" in history.words
    assert "SECRET" not in history.text
    assert "SECRET" in readers.page("/articles/@a1/history", by="ed").text


def test_the_history_of_a_private_party_and_of_a_confidential_source_is_withheld(story: Readers) -> None:
    for path in ("/parties/@hidden/history", "/sources/@s3/history"):
        page = story.page(path)

        assert [step.words for step in page.one("ol", class_="steps").all("li")] == ["An event that is not public"]
        assert "SECRET" not in page.text
        assert "SECRET" in story.page(path, by="ed").text
