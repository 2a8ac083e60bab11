"""What the page of a claim says of the two sides, the evidence, the verdict, dates and languages."""

from tests.api.pages.markup import Element
from tests.api.pages.world import Readers, publication
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import approve, cite, dispute, retract, told, uncite, withdraw


def short(page: Element, question: str) -> str:
    """The answer to one of the questions at the top of the page."""
    return page.one("dl", class_="glance").one("div", class_=question).one("dd").words


def test_a_contested_claim_shows_both_sides_and_since_when(story: Readers) -> None:
    page = story.page("/claims/@c1")

    affirming, opposing = page.one("section", class_="dispute").all("div", class_="side")
    assert "The group" in affirming.words
    assert "The police" in opposing.words
    assert "They disagree on whether it happened." in short(page, "deny")
    assert "First contradicted June 2023." in short(page, "since")
    sign = page.all("span", class_="contested")[0]
    assert sign.words == "Contested"
    assert sign.all("svg"), "told by a shape too, not by colour alone"


def test_the_page_and_the_register_tell_the_same_date_which_is_true_of_the_first_contradiction(
    readers: Readers,
) -> None:
    told(readers.office.desk).given(
        dispute(bodies.position("@police", stated_on="2023"), bodies.position("@outlet", stated_on="2023-06-20")),
        publication("c1"),
    )

    assert "First contradicted 2023." in short(readers.page("/claims/@c1"), "since")
    (row,) = readers.office.get("/contested").then(200).body["items"]
    assert row["stated_since"] == "2023"


def test_since_when_in_the_world_is_told_as_unknown_and_since_when_here_as_it_is(readers: Readers) -> None:
    told(readers.office.desk).given(dispute(), publication("c1"))

    since = short(readers.page("/claims/@c1"), "since")

    assert since.startswith("When it was first contradicted is not known. On record here as contested since ")


def test_that_parties_disagree_and_that_sources_do_are_told_as_two_things(readers: Readers) -> None:
    desk = told(readers.office.desk).given(publication("c1"))
    contested, conflicting = "Contested: parties take opposite positions.", "Sources in conflict: some say so"

    assert conflicting in readers.page("/claims/@c1").words
    assert contested not in readers.page("/claims/@c1").words

    desk.given(dispute())

    assert contested in readers.page("/claims/@c1").one("main").words
    assert conflicting in readers.page("/claims/@c1").words

    desk.given(uncite("x2"))

    assert contested in readers.page("/claims/@c1").words
    assert conflicting not in readers.page("/claims/@c1").words


def test_a_verdict_has_the_policy_s_label_and_meaning_and_its_reasons(story: Readers) -> None:
    page = story.page("/claims/@c1")
    conclusion = page.one("section", class_="conclusion")

    assert short(page, "conclusion") == "Unproven Nobody can tell."
    assert conclusion.one("p", class_="rating").words == "Unproven"
    assert "Nobody has shown evidence." in conclusion.words
    assert "under policy 1" in conclusion.words


def test_a_claim_without_a_verdict_says_that_there_is_none(story: Readers) -> None:
    page = story.page("/claims/@c2")

    assert short(page, "conclusion") == "No verdict: the desk has drawn no conclusion about this claim."
    assert not page.all("section", class_="conclusion")


def test_citations_stand_under_their_stance_and_withdrawn_ones_stay(readers: Readers) -> None:
    told(readers.office.desk).given(publication("c1"), uncite("x1"))

    groups = readers.page("/claims/@c1").all("section", class_="stance")

    assert [group.one("h3").words for group in groups] == [
        "Say so in their own voice",
        "Say the opposite in their own voice",
    ]
    gone = groups[0].one("li", class_="gone")
    assert "This citation was withdrawn on" in gone.words
    assert "recorded in error. Reason: It was not so." in gone.words


def test_a_retracted_source_is_told_wherever_it_is_cited(readers: Readers) -> None:
    told(readers.office.desk).given(publication("c1"), retract("s1"))

    assert "Retracted by its publisher" in readers.page("/claims/@c1").one("section", class_="supports").words
    source = readers.page("/sources/@s1")
    assert "Retracted by its publisher" in source.all("p", class_="signs")[0].words
    assert "https://example.org/notice" in [link.attributes["href"] for link in source.all("a", class_="web")]


def known(readers: Readers) -> str:
    return short(readers.page("/claims/@c1"), "known")


def only_reports(readers: Readers, *stances: str, sources: tuple[str, ...] = ("s1", "s1")) -> None:
    desk = told(readers.office.desk).given(
        uncite("x1"),
        uncite("x2"),
        Do("sources.description", {"published_on": "2024", **bodies.because()}, ("@s1",)),
    )
    desk.given(*(cite(source, stance) for source, stance in zip(sources, stances, strict=False)), publication("c1"))


def test_one_account_of_both_sides_is_told_as_that(readers: Readers) -> None:
    only_reports(readers, "reports_claim", "reports_denial")

    assert known(readers) == (
        "Known here through one account, The paper, 2024. "
        "It reports what both sides say; we have seen neither statement."
    )


def test_one_account_of_one_side_is_told_as_that(readers: Readers) -> None:
    only_reports(readers, "reports_claim")

    assert known(readers) == (
        "Known here through one account, The paper, 2024. "
        "It reports that it is claimed; we have not seen the statement itself."
    )


def test_several_reports_are_not_told_as_evidence(readers: Readers) -> None:
    only_reports(readers, "reports_claim", "reports_denial", sources=("s1", "s2"))

    assert known(readers).startswith("Known here only through 2 accounts of what others say")


def test_a_statement_that_is_cited_itself_is_not_called_unseen(readers: Readers) -> None:
    only_reports(readers, "reports_claim")
    readers.office.desk.given(Do("sources.description", {"kind": "statement", **bodies.because()}, ("@s1",)))

    assert known(readers) == "Known here through one account, The paper, 2024. It reports that it is claimed."


def test_whoever_is_reported_to_deny_it_is_named_though_no_dispute_is_recorded(readers: Readers) -> None:
    told(readers.office.desk).given(cite("s1", "reports_denial", reported_party_id="@police"), publication("c1"))

    deny = short(readers.page("/claims/@c1"), "deny")

    assert deny == "The policeAs sources report; no position in a dispute is recorded. The sources"


def test_a_reported_denier_without_a_record_is_called_as_the_source_does(readers: Readers) -> None:
    told(readers.office.desk).given(
        cite("s1", "reports_denial", as_named="the locals"), cite("s2", "reports_denial"), publication("c1")
    )

    deny = short(readers.page("/claims/@c1"), "deny")

    assert deny.startswith(
        "Somebody who is not identified, reported as the localsSomebody who is not identifiedAs sources"
    )


def test_a_position_counts_before_the_report_of_it(readers: Readers) -> None:
    told(readers.office.desk).given(
        cite("s1", "reports_denial", reported_party_id="@police", as_named="the officers"),
        cite("s2", "reports_denial", as_named="the locals"),
        dispute(),
        publication("c1"),
    )

    deny = short(readers.page("/claims/@c1"), "deny")

    assert deny == "The policeThey disagree on whether it happened. Who says what"


def test_a_denial_that_was_withdrawn_is_reported_no_more(readers: Readers) -> None:
    told(readers.office.desk).given(cite("s1", "reports_denial", name="x9"), publication("c1"), uncite("x9"))

    assert short(readers.page("/claims/@c1"), "deny") == "Nobody, as far as is recorded here."


def test_voices_of_their_own_are_counted(readers: Readers) -> None:
    told(readers.office.desk).given(publication("c1"))

    assert known(readers) == (
        "1 source says so in its own voice and 1 source says the opposite in its own voice. "
        "Independent origins, each counted once: 1 for it and 1 against it. The sources contradict each other."
    )


def test_nothing_that_stands_is_told_as_nothing(readers: Readers) -> None:
    told(readers.office.desk).given(publication("c1"), uncite("x1"), uncite("x2"))

    assert known(readers) == "No source is cited for it any more."


def test_a_withdrawn_claim_stays_on_its_page_and_loses_its_words_in_lists(readers: Readers) -> None:
    told(readers.office.desk).given(publication("c1"), withdraw())

    page, front = readers.page("/claims/@c1"), readers.page("/")

    assert "A member died" in page.one("h1", class_="gone").words
    assert "This claim was withdrawn on" in page.one("p", class_="withdrawal").words
    assert "A member died" not in front.text
    assert "(A claim that was recorded in error.)" in front.text


def test_dates_are_as_exact_as_they_are_known(readers: Readers) -> None:
    for index, date in enumerate(("2023-06-20", "2023-06", "1997?", "[1980..1984]", "../2013")):
        claim = bodies.claim(happened_on=date)
        readers.office.desk.given(Do("claims.create", claim, name=f"c{index}"), publication(f"c{index}"))

    told_dates = [happened(readers.page(f"/claims/@c{index}")) for index in range(5)]

    assert [(date.tag, date.words) for date in told_dates] == [
        ("time", "20 June 2023"),
        ("time", "June 2023"),
        ("span", "1997 (uncertain)"),
        ("span", "some time between 1980 and 1984"),
        ("span", "until 2013"),
    ]
    assert told_dates[0].attributes["datetime"] == "2023-06-20"


def happened(page: Element) -> Element:
    entry = next(div for div in page.one("dl", class_="facts").all("div") if div.one("dt").words == "Happened")
    (date,) = entry.one("dd").all()
    return date


def test_a_text_in_another_language_has_its_language_and_direction(readers: Readers) -> None:
    statement = "یک نفر کشته شد."
    readers.office.desk.given(
        Do("claims.create", bodies.claim(statement=statement, language="fa"), name="c1"), publication("c1")
    )

    heading = readers.page("/claims/@c1").one("h1").one("span", class_="statement")

    assert (heading.text, heading.attributes["lang"], heading.attributes["dir"]) == (statement, "fa", "rtl")


def test_a_verdict_on_an_earlier_wording_says_which(readers: Readers) -> None:
    told(readers.office.desk).given(
        publication("c1"),
        Do("claims.verdicts", bodies.verdict(), ("@c1",), name="v1"),
        approve(),
        Do("claims.rewording", bodies.rewording("In June 2023 a member died."), ("@c1",)),
    )

    conclusion = readers.page("/claims/@c1").one("section", class_="conclusion")

    assert "It was given about an earlier wording: A member died in the raid of 20 June 2023." in conclusion.words
