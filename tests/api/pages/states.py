"""The story again, and beside it whatever else a page may have to show: long, full, foreign, withdrawn, corrected."""

from itertools import pairwise
from typing import Final

from tests.api.pages.world import publication, published
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.story import goes_back_to

CAUSES = ("recorded_in_error", "party_withdrew", "superseded", "legal")
STATEMENT = "A convoy of lorries was seen on the road to the harbour, and nobody stopped it. "
PERSIAN = "سازمان می‌گوید که در یورش پلیس یک نفر کشته شد. پلیس آن را رد می‌کند.\n\nکسی دیگر چیزی ندید."
HEBREW = "הקבוצה אומרת שאדם אחד נהרג. המשטרה (TIRANA) מכחישה."
TRICK = "The \u202epuorg\u202c of\u200b Tirana"


def full(desk: Desk) -> Desk:
    """What `published` tells, and: `long` and `many` are claims; `w0` to `w3` are withdrawn, for each cause.

    `fa` and `he` are claims, and `rtl` an article, in languages that run from right to left. `trick` is a party whose
    name holds characters that show nothing. `a1` was corrected and `empty` has no claims. In `edited` a claim was found
    again by likeness, and another was lost. `past` is a position. On `reprinted` many sources are cited, in a chain, in
    Persian and in a circle, that are few origins; most go back to `agency`. Policy 2, which waits, has rules.
    """
    published(desk)
    desk.given(
        Do("claims.create", bodies.claim(statement=(STATEMENT * 12)[:1_000].strip()), name="long"),
        publication("long"),
        *_many(),
        *_withdrawn(),
        *_from_right_to_left(),
        *_edited(),
        *_reprinted(),
        Do("articles.corrections", bodies.correction("correction", "@c1"), ("@a1",)),
        Do("articles.create", bodies.article(title="No claim"), name="empty"),
        Do("articles.publication", {}, ("@empty",)),
    )
    desk.names["past"] = str(desk.history("c1")[-2].position)
    return desk


LONG: Final = "A report of the agency on the camp by the harbour, as its correspondents saw it, told at length, " * 2
REPRINTS: Final = 300


def _reprinted() -> list[Do]:
    """A chain of nine, many reprints of one report, two that lead back to each other, and a verdict on all of it."""
    chain = [f"link{number}" for number in range(9)]
    prints = [f"print{number}" for number in range(REPRINTS)]
    sources = [
        Do("sources.create", bodies.source(title=LONG.strip()[:200], publisher_id="@outlet"), name="agency"),
        *(Do("sources.create", bodies.source(title=f"{n} {LONG}".strip()[:200]), name=n) for n in (*chain, *prints)),
        Do("sources.create", bodies.source(title=PERSIAN.partition("\n")[0], language="fa"), name="print_fa"),
        *(Do("sources.create", bodies.source(title=f"Circle {n}"), name=f"circle{n}") for n in (1, 2)),
    ]
    cited = [bodies.citation(f"@{name}") for name in (*chain, "print_fa", "circle1", *prints)]
    statement = bodies.claim(statement="A report told of the camp by the harbour.", kind="fact", citations=cited[:200])
    return [
        *sources,
        *(goes_back_to(before, name) for before, name in pairwise(("agency", *chain))),
        *(goes_back_to("agency", name) for name in (*prints, "print_fa")),
        goes_back_to("circle1", "circle2"),
        goes_back_to("circle2", "circle1"),
        Do("claims.create", statement, name="reprinted"),
        publication("reprinted"),
        Do("policies.create", bodies.policy(rules=[{"id": "two", "ratings": ["true"], "require": _ASKED}]), by="ap"),
    ]


_ASKED: Final = {"supports_at_least": 2, "no_open_dispute": ["occurrence"], "quotes_found": True}


def _many() -> list[Do]:
    stances = ("supports", "refutes", "mentions")
    cited = [bodies.citation(f"@s{index % 2 + 1}", stances[index % 3], locator=f"page {index}") for index in range(40)]
    positions = [bodies.position("@police"), bodies.position("@outlet", "differs"), bodies.position("@mek", "affirms")]
    return [
        Do("claims.create", bodies.claim(statement="The camp was built in 2014.", citations=cited), name="many"),
        publication("many"),
        Do("claims.disputes", bodies.dispute(*positions, scopes=["date", "place"]), ("@many",)),
    ]


def _withdrawn() -> list[Do]:
    commands = []
    for index, cause in enumerate(CAUSES):
        name = f"w{index}"
        commands += [
            Do("claims.create", bodies.claim(statement=f"The harbour was closed on day {index + 1}."), name=name),
            publication(name),
            Do("claims.withdrawal", bodies.withdraw(cause), (f"@{name}",)),
        ]
    return commands


def _edited() -> list[Do]:
    text = "A convoy of lorries was seen on the road to the harbour. The camp by the road was built in 2014."
    revision = {"text": text.replace("lorries", "lorrys").replace(" was built in 2014", " is old"), **bodies.because()}
    return [
        Do("articles.create", bodies.article(title="Lorries", text=text), name="edited"),
        Do("articles.claims", bodies.place("@long", text.partition(". ")[0]), ("@edited",)),
        Do("articles.claims", bodies.place("@many", "was built in 2014"), ("@edited",)),
        Do("articles.publication", {}, ("@edited",)),
        Do("articles.revisions", revision, ("@edited",)),
    ]


def _from_right_to_left() -> list[Do]:
    first, second = PERSIAN.split("\n\n")
    spoken = {"text": first, "wording": "verbatim"}
    return [
        Do("parties.create", bodies.party(name="سازمان مجاهدین (MEK)"), name="group_fa"),
        Do("parties.create", bodies.party(name=TRICK), name="trick"),
        Do(
            "claims.create",
            bodies.claim(
                statement=first, language="fa", attribution="named", claimant_id="@group_fa", exact_words=spoken
            ),
            name="fa",
        ),
        Do("claims.create", bodies.claim(statement=HEBREW, language="he"), name="he"),
        Do("claims.disputes", bodies.dispute(bodies.position("@trick", statement=HEBREW)), ("@fa",)),
        Do("articles.create", bodies.article(title="یورش پلیس", language="fa", text=PERSIAN), name="rtl"),
        Do("articles.claims", bodies.place("@fa", "یک نفر کشته شد"), ("@rtl",)),
        Do("articles.claims", bodies.place("@he", second), ("@rtl",)),
        Do("articles.publication", {}, ("@rtl",)),
    ]
