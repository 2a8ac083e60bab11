"""What is found, by whom, and in which order."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidInput
from projections import claim_lists, openness
from projections.claim_lists import ClaimFilter
from projections.projection import Audience
from projections.results import COUNTED, Cursor, Result, Results, Wanted, results
from projections.search import DESK, PUBLIC
from projections.terms import terms
from projections.views import Reading
from projections.wordings import shown, wording
from tests.projections.watching import Watched
from tests.support import bodies
from tests.support.desk import Do
from tests.support.ledgers import random_desk
from tests.support.naughty import naughty_strings
from tests.support.story import approve, dispute, give_up, place, propose, publish_article, reject, take_back

PUBLISH_CLAIM = Do("claims.publication", {}, ("@c1",))


def search(watched: Watched, audience: Audience, typed: str, **wanted: Any) -> Results:
    return watched.read(lambda reading: results(reading, audience, Wanted(terms(typed), **wanted)))


def found(watched: Watched, audience: Audience, typed: str, **wanted: Any) -> list[str]:
    """The names of the records that are found, the best first."""
    names = {id: name for name, id in watched.desk.names.items()}
    return [names[result.id] for result in search(watched, audience, typed, **wanted).items]


def one(watched: Watched, audience: Audience, typed: str) -> Result:
    (result,) = search(watched, audience, typed).items
    return result


def claim(statement: str, name: str, **said: Any) -> Do:
    return Do("claims.create", bodies.claim(statement=statement, kind="fact", **said), name=name)


def publish(name: str) -> Do:
    return Do("claims.publication", {}, (f"@{name}",))


def withdraw(cause: str, claim: str = "c1") -> Do:
    return Do("claims.withdrawal", bodies.withdraw(cause), (f"@{claim}",))


# Where words are looked for.


def test_every_typed_word_of_what_stands_is_found(watched: Watched) -> None:
    watched.desk.given(
        Do("parties.create", bodies.party(name="Nexhat", description="a witness", same_as=["https://q.example/q42"])),
        Do("sources.create", bodies.source(title="The ledger", url="https://www.example.org/ledgers/7"), name="s3"),
        claim(
            "The flag was red.",
            "c3",
            attribution="unnamed",
            as_named="its opponents",
            exact_words={"text": "Flamuri ishte i kuq", "wording": "verbatim"},
            topics=["heraldry"],
            quantity={"value": "3", "bound": "exactly", "unit": "banners"},
        ),
        dispute(bodies.position("@police", statement="They all left alive.")),
        propose("unproven", rationale="Witnesses contradict each other."),
        approve(),
    )
    for typed, name in {
        "member died": "c1",
        "flamuri kuq": "c3",
        "opponents": "c3",
        "heraldry": "c3",
        "banner": "c3",
        "somebody die": "c1",
        "left alive": "c1",
        "contradict": "c1",
        "150 computers": "a1",
        "ledgers/7": "s3",
    }.items():
        assert found(watched, "desk", typed) == [name], typed
    assert one(watched, "desk", "witness nexhat q42").kind == "party"


def test_a_result_says_all_that_a_list_of_results_shows(watched: Watched) -> None:
    watched.desk.given(
        dispute(bodies.position("@police", statement="It was raining, and nobody was hurt.")),
        propose("true", "x1"),
        approve(),
        PUBLISH_CLAIM,
        withdraw("party_withdrew"),
    )

    result = one(watched, "public", "nobody hurt raid")

    assert (result.kind, result.id, result.language) == ("claim", watched.desk.id("c1"), "en")
    assert result.title == "A member died in the raid of 20 June 2023."
    assert (result.claimant_id, result.as_named, result.rating) == (watched.desk.id("mek"), None, "true")
    assert (result.contested, result.withdrawn, result.cause, result.open) == (True, True, "party_withdrew", True)
    assert result.found_in == "position"
    assert result.excerpt is not None
    assert [result.excerpt.text[a:b] for a, b in result.excerpt.spans] == ["nobody", "hurt"]


def test_what_has_no_word_is_found_by_none(watched: Watched) -> None:
    for typed in ("", "++", '" OR "', "nowhere"):
        assert search(watched, "desk", typed) == Results((), None, 0, more=False)


# What was given up is found no more.


def test_a_rewording_drops_the_old_words(watched: Watched) -> None:
    watched.desk.given(PUBLISH_CLAIM, Do("claims.rewording", bodies.rewording("One person lost her life."), ("@c1",)))

    for audience in ("desk", "public"):
        assert found(watched, audience, "member") == []
        assert found(watched, audience, "lost her life") == ["c1"]


def test_a_position_and_a_verdict_that_were_taken_back_drop_their_words(watched: Watched) -> None:
    watched.desk.given(dispute(), propose("true", "x1", rationale="The register proves it."), approve(), PUBLISH_CLAIM)
    for typed in ("nobody", "register"):
        assert found(watched, "public", typed) == ["c1"]

    watched.desk.given(give_up(), take_back(), approve())

    for typed in ("nobody", "register"):
        assert found(watched, "desk", typed) == found(watched, "public", typed) == []


def test_deleted_words_leave_the_file_with_the_next_merge(watched: Watched) -> None:
    watched.desk.given(PUBLISH_CLAIM)
    watched.runner.catch_up()
    watched.desk.given(Do("claims.rewording", bodies.rewording("Something else."), ("@c1",)))
    watched.runner.catch_up()
    for index in (DESK, PUBLIC):
        with watched.views.writing() as writer:
            writer.execute(f"INSERT INTO {index.name} ({index.name}) VALUES ('optimize')")
        blocks = watched.read(lambda r, n=index.name: r.connection.execute(f"SELECT block FROM {n}_data").fetchall())  # type: ignore[misc]
        assert not any(b"member" in block for (block,) in blocks)


# The public.

SECRETS = {
    "a draft": [claim("Zebra.", "z")],
    "a proposal": [PUBLISH_CLAIM, propose("true", "x1", rationale="Zebra.")],
    "a rejected proposal": [PUBLISH_CLAIM, propose("true", "x1", rationale="Zebra."), reject()],
    "a wording given up": [
        claim("Zebra.", "z"),
        Do("claims.rewording", bodies.rewording("Horse."), ("@z",)),
        publish("z"),
    ],
    "a position given up": [dispute(bodies.position("@police", statement="Zebra.")), give_up(), PUBLISH_CLAIM],
    "a claim recorded in error": [claim("Zebra.", "z"), publish("z"), withdraw("recorded_in_error", "z")],
    "a confidential source": [
        Do("sources.create", bodies.source(title="Zebra", url="https://zebra.example", confidential=True), name="z"),
        Do("claims.citations", bodies.citation("@z", quote={"text": "Zebra", "wording": "verbatim"}), ("@c1",)),
        PUBLISH_CLAIM,
    ],
    "a source that became confidential": [
        Do("sources.create", bodies.source(title="Zebra"), name="z"),
        Do("claims.citations", bodies.citation("@z"), ("@c1",)),
        PUBLISH_CLAIM,
        Do("sources.description", {"confidential": True, **bodies.because()}, ("@z",)),
    ],
    "a private party": [
        Do("parties.create", bodies.party(name="Zebra", description="Zebra", private=True), name="z"),
        claim("Somebody said so.", "y", attribution="named", claimant_id="@z"),
        publish("y"),
    ],
    "the text of an examined article": [
        Do("articles.create", bodies.article(role="examined", title="Another", text="Zebra."), name="z"),
        Do("articles.publication", {}, ("@z",)),
    ],
    "an article that is not published": [Do("articles.create", bodies.article(text="Zebra."), name="z")],
    "a reason": [Do("claims.rewording", bodies.rewording(reason="Zebra."), ("@c1",)), PUBLISH_CLAIM],
}


@pytest.mark.parametrize("secret", SECRETS)
def test_the_public_never_finds(watched: Watched, secret: str) -> None:
    watched.desk.given(*SECRETS[secret])

    assert search(watched, "public", "zebra") == Results((), None, 0, more=False)
    assert claims(watched, "public", "zebra") == []
    index = watched.read(lambda r: r.connection.execute(PUBLIC.rows).fetchall())
    assert not any("zebra" in text for _, *texts in index for text in texts)


def claims(watched: Watched, audience: Audience, typed: str, **wanted: Any) -> list[str]:
    names = {id: name for name, id in watched.desk.names.items()}
    asked = ClaimFilter(q=terms(typed), **wanted)
    page = watched.read(lambda reading: claim_lists.claims(reading, audience, asked))
    return [names[row.id] for row in page.items]


def test_the_desk_finds_drafts_and_says_what_is_not_open(watched: Watched) -> None:
    watched.desk.given(PUBLISH_CLAIM)

    assert {(r.title, r.open) for r in search(watched, "desk", "raid", kind="claim").items} == {
        ("A member died in the raid of 20 June 2023.", True),
        ("The raid was lawful.", False),
    }


def test_what_opens_with_another_record_is_found_from_then_on(watched: Watched) -> None:
    assert found(watched, "public", "police") == []

    watched.desk.given(place(), publish_article())

    assert found(watched, "public", "police", kind="party") == ["police"]
    assert set(found(watched, "public", "raid")) == {"a1", "c1", "s1", "s2"}


def test_what_is_no_longer_confidential_or_in_error_is_found_again(watched: Watched) -> None:
    hide = Do("sources.description", {"confidential": True, **bodies.because()}, ("@s1",))
    show = Do("sources.description", {"confidential": False, **bodies.because()}, ("@s1",))
    reinstate = Do("claims.reinstatement", bodies.because(), ("@c1",))
    watched.desk.given(PUBLISH_CLAIM, hide, withdraw("recorded_in_error"))
    assert found(watched, "public", "raid") == ["s2"]

    watched.desk.given(show, reinstate)

    assert set(found(watched, "public", "raid")) == {"s1", "s2", "c1"}


def test_what_was_withdrawn_for_another_cause_stays_and_says_so(watched: Watched) -> None:
    watched.desk.given(PUBLISH_CLAIM, withdraw("legal"))

    assert one(watched, "public", "member died").withdrawn
    assert found(watched, "public", "member died", withdrawn=False) == []


def test_drafts_change_neither_the_order_nor_the_scores_of_the_public(watched: Watched) -> None:
    for name, statement in {"k1": "Alpha beta.", "k2": "Beta and gamma.", "k3": "Gamma alpha."}.items():
        watched.desk.given(claim(statement, name), publish(name))

    def seen(reading: Reading) -> list[Any]:
        pages = [results(reading, "public", Wanted(terms(typed)), limit=1) for typed in ("alpha", "beta", "gam", "and")]
        return [(page.items, page.next, page.total) for page in pages]

    before = watched.read(seen)
    watched.desk.given(*(claim("Gamma, gamma and alpha " + "word " * n, f"d{n}") for n in range(9)))

    assert watched.read(seen) == before
    assert len(found(watched, "desk", "gamma alpha")) == 10


# Order, pages, filters.


def test_the_title_counts_more_and_of_equals_the_older_comes_first(watched: Watched) -> None:
    watched.desk.given(
        claim("The horse was brown.", "k1", topics=["zebra"]),
        claim("The zebra was brown.", "k2"),
        claim("The zebra was brown.", "k3"),
        *(claim(f"Nothing of that {n}.", f"n{n}") for n in range(9)),
    )

    assert found(watched, "desk", "zebra") == ["k2", "k3", "k1"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_follow_one_another_without_gap_or_double(watched: Watched, limit: int) -> None:
    watched.desk.given(*(claim(f"Zebra {'horse ' * (n % 3)}", f"z{n}") for n in range(7)))
    wanted = Wanted(terms("zebra"))

    pages = [watched.read(lambda r: results(r, "desk", wanted, None, limit))]
    while (after := pages[-1].next) is not None and len(pages) < 8:
        pages.append(watched.read(lambda r, at=after: results(r, "desk", wanted, at, limit)))  # type: ignore[misc]

    ids = [result.id for page in pages for result in page.items]
    assert ids == [result.id for result in search(watched, "desk", "zebra").items]
    assert len(set(ids)) == len(ids) == 7
    assert {page.total for page in pages} == {7}
    assert all(len(page.items) == limit for page in pages[:-1])


def test_behind_the_last_result_there_is_none(watched: Watched) -> None:
    page = watched.read(lambda r: results(r, "desk", Wanted(terms("raid")), Cursor(1e9, 1)))

    assert (page.items, page.next) == ((), None)
    assert page.total > 0


def test_what_is_found_is_counted_up_to_a_thousand(watched: Watched) -> None:
    watched.runner.catch_up()
    with watched.views.writing() as writer:
        columns = "version, opened_at, shown, language, claimant_id, as_named, rating, contested, withdrawn, cause"
        texts = "title, desk_title, passages, desk_passages"
        writer.executemany(
            f"INSERT INTO search SELECT ?, ?, record_kind, {columns}, {texts}, digest FROM search LIMIT 1",
            [(1_000_000 + n, f"clm_{n}") for n in range(COUNTED + 1)],
        )
        writer.executemany(DESK.put, [(1_000_000 + n, "zebra", "") for n in range(COUNTED)])

    def page(reading: Reading) -> Results:
        return results(reading, "desk", Wanted(terms("zebra")), limit=2)

    with watched.views.reading() as reading:
        exact = page(reading)
    with watched.views.writing() as writer:
        writer.execute(DESK.put, (1_000_000 + COUNTED, "zebra", ""))
    with watched.views.reading() as reading:
        above = page(reading)

    assert (exact.total, exact.more) == (COUNTED, False)
    assert (above.total, above.more) == (COUNTED, True)


def test_every_filter_narrows(watched: Watched) -> None:
    watched.desk.given(
        claim("Bastisja në kamp.", "sq", language="sq"),
        claim("حمله به اردوگاه kamp", "fa", language="fa-Arab"),
        Do("parties.create", bodies.party(name="Kamp"), name="p"),
        claim("Kamp, taken back.", "gone"),
        withdraw("legal", "gone"),
    )

    assert set(found(watched, "desk", "kamp")) == {"sq", "fa", "p", "gone"}
    assert found(watched, "desk", "kamp", kind="party") == ["p"]
    assert found(watched, "desk", "kamp", language="fa") == ["fa"]
    assert found(watched, "desk", "kamp", language="fa-Arab") == ["fa"]
    assert found(watched, "desk", "kamp", language="f") == []
    assert found(watched, "desk", "kamp", language="%") == []
    assert found(watched, "desk", "kamp", withdrawn=True) == ["gone"]
    assert set(found(watched, "desk", "kamp", withdrawn=False)) == {"sq", "fa", "p"}
    assert found(watched, "desk", "kamp", contested=True) == []
    watched.desk.given(dispute())
    assert found(watched, "desk", "raid", contested=True) == ["c1"]
    assert "c1" not in found(watched, "desk", "raid", contested=False)


def test_claims_are_listed_by_their_words_with_all_other_filters_by_age(watched: Watched) -> None:
    watched.desk.given(dispute(), claim("Raid raid raid.", "c3"), PUBLISH_CLAIM)

    assert claims(watched, "desk", "raid") == ["c1", "c2", "c3"]
    assert claims(watched, "desk", "raid", contested=True, party=watched.desk.id("police")) == ["c1"]
    assert claims(watched, "desk", "raid lawful", contested=True) == []
    assert claims(watched, "public", "raid") == ["c1"]
    assert claims(watched, "desk", "++") == []


# Languages, and whatever somebody types.


@pytest.mark.parametrize(
    ("statement", "typed"),
    [
        ("Policia hyri në kampin e muxhahedinëve.", "NE KAMPIN muxhahedineve"),
        ("نیروهای پلیس به اردوگاه می‌روند", "ميروند اردوگاه"),
        ("قُتِلَ شخصٌ واحد", "قتل شخص"),
        ("Ένα μέλος σκοτώθηκε", "μελοσ ΣΚΟΤΩΘΗΚΕ"),
        ("Die Polizei räumte die Straße.", "raumte STRASSE"),
        ("İstanbul'da bir kişi öldü, ışıklar söndü", "istanbul kisi isiklar"),
        ("警方在难民营带走了150台电脑。", "电脑 150 警方"),
        ("警察がキャンプを捜索した。", "ｷｬﾝﾌﾟ 捜索"),
        ("ตำรวจเข้าค้นค่ายผู้ลี้ภัย", "ค้นค่าย"),
        ("경찰이 캠프를 수색했다", "캠프"),
    ],
)
def test_claims_in_any_language_are_found(watched: Watched, statement: str, typed: str) -> None:
    watched.desk.given(claim(statement, "k"))

    assert found(watched, "desk", typed) == ["k"]


def test_naughty_strings_are_found_by_themselves_and_break_nothing(watched: Watched) -> None:
    usable = []
    for number, text in enumerate(naughty_strings()):
        if is_looked_for(text) and text.isprintable() and text == text.strip():
            usable.append((f"n{number}", text))
            watched.desk.given(claim(text, f"n{number}"))

    for name, text in usable:
        assert name in found(watched, "desk", text, kind="claim"), text
    assert len(usable) > 300


def is_looked_for(text: str) -> bool:
    try:
        return bool(terms(text))
    except InvalidInput:
        return False


# Whatever happened.


def check(watched: Watched, reading: Reading) -> None:
    """Both indexes have exactly the words of what stands, and of what is open."""
    streams = watched.desk.newsroom.streams
    records = [state for id in reading_ids(reading) if (state := streams.load(id).state) is not None]
    open = openness.opened(reading, [record.id for record in records])
    desk = {record.id: texts(record) for record in records}
    public = {}
    for record in records:
        level = shown(record, open=record.id in open)
        if level != "nothing":
            title, passages = texts(record)
            public[record.id] = title, passages if level == "all" else ""
    assert indexed(reading, DESK.name) == desk
    assert indexed(reading, PUBLIC.name) == public
    assert dict(reading.connection.execute("SELECT id, opened_at FROM search WHERE opened_at IS NOT NULL")) == open


def reading_ids(reading: Reading) -> list[str]:
    return [
        id
        for table in ("articles", "claims", "parties", "sources")
        for (id,) in reading.connection.execute(f"SELECT id FROM {table}")
    ]


def texts(record: Any) -> tuple[str, str]:
    said = wording(record)
    return said.title_words, said.passage_words


def indexed(reading: Reading, index: str) -> dict[str, tuple[str, str]]:
    rows = reading.connection.execute(
        f"SELECT id, {index}.title, {index}.passages FROM {index} JOIN search ON created = {index}.rowid"
    )
    return {id: (title, passages) for id, title, passages in rows}


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), commands=st.integers(20, 150), batch=st.sampled_from([7, 1_000]))
def test_the_indexes_hold_what_stands_and_nothing_else(seed: int, commands: int, batch: int) -> None:
    with TemporaryDirectory() as folder, random_desk(seed, commands) as desk:
        watched = Watched(desk, Path(folder) / "views.db", batch=batch)
        watched.runner.catch_up()
        with watched.views.reading() as reading:
            check(watched, reading)
        watched.runner.rebuild("search")
        with watched.views.reading() as reading:
            check(watched, reading)
        watched.close()


@pytest.mark.parametrize("index", [DESK.name, PUBLIC.name])
def test_a_check_compares_the_indexes_too(watched: Watched, index: str) -> None:
    watched.desk.given(PUBLISH_CLAIM)
    watched.runner.catch_up()
    with watched.views.writing() as writer:
        writer.execute(f"UPDATE {index} SET title = 'zebra' WHERE rowid = (SELECT max(rowid) FROM {index})")

    (difference,) = watched.runner.check()

    assert (difference.projection, difference.table) == ("search", index)
    assert "differs in title" in difference.detail
    watched.runner.rebuild("search")
    assert watched.runner.check() == []
    assert found(watched, "desk", "zebra") == []


def test_results_are_the_same_after_a_rebuild(watched: Watched) -> None:
    watched.desk.given(dispute(), place(), publish_article())
    before = [search(watched, audience, "the raid") for audience in ("desk", "public")]

    watched.runner.rebuild()

    assert [search(watched, audience, "the raid") for audience in ("desk", "public")] == before
