"""The Big List of Naughty Strings through every text that pages show: all of it is on the pages as it was typed."""

from collections.abc import Iterator
from typing import Any

from tests.api.pages.world import Readers, publication
from tests.support import bodies
from tests.support.desk import Do
from tests.support.naughty import naughty_strings

LONGEST = 1_000
"""Code points that the shortest of the fields holds."""

PAGES = {
    "/claims/@c": ("statement", "as_named", "exact", "locator", "question", "denial", "accepts", "unit", "why", "name"),
    "/claims/@c/history": ("statement", "quote", "why", "reason"),
    "/parties/@p": ("name", "described"),
    "/sources/@s": ("title", "why"),
    "/articles/@a": ("title", "text", "statement", "why"),
}
"""Page → the texts that are on it."""


def batches() -> Iterator[str]:
    """All strings, as many in one text as fit, with a line end between them."""
    batch = ""
    for string in naughty_strings():
        if len(batch) + len(string) + 5 > LONGEST:
            yield batch
            batch = ""
        batch = f"{batch}\n{string}" if batch else string[: LONGEST - 5]
    yield batch


def told(strings: str) -> tuple[dict[str, str], list[Do]]:
    """A text for each field, which tells in front which field it is, and the commands that record them all."""
    fields = {field for shown in PAGES.values() for field in shown} | {"quote", "exact"}
    said = {field: f"{index:02} {strings}" for index, field in enumerate(sorted(fields))}
    why = {"reason": said["why"]}
    number = {"value": "1", "bound": "stated", "unit": said["unit"]}
    citation = bodies.citation(
        "@s", locator=said["locator"], as_named=said["as_named"], quote={"text": said["quote"], "wording": "verbatim"}
    )
    claim: dict[str, Any] = {
        "statement": said["statement"],
        "exact_words": {"text": said["exact"], "wording": "verbatim"},
        "reason": said["reason"],
        "citations": [citation],
    }
    position = bodies.position(
        "@p", statement=said["denial"], accepts=said["accepts"], as_named=said["as_named"], quantity=number
    )
    return said, [
        Do("parties.create", bodies.party(name=said["name"], description=said["described"]), name="p"),
        Do("sources.create", bodies.source(title=said["title"], publisher_id="@p"), name="s"),
        Do("sources.standing", {"standing": "concern", "declared_by": "desk", **why}, ("@s",)),
        Do("claims.create", bodies.claim(**claim), name="c"),
        Do("claims.disputes", bodies.dispute(position, question=said["question"], **why), ("@c",)),
        Do("articles.create", bodies.article(title=said["title"], text=said["text"]), name="a"),
        Do("articles.claims", bodies.place("@c", said["text"]), ("@a",)),
        Do("articles.publication", {}, ("@a",)),
        Do("articles.withdrawal", {"cause": "legal", **why}, ("@a",)),
        publication("c"),
        Do("claims.withdrawal", {"cause": "superseded", **why}, ("@c",)),
    ]


def test_every_string_is_on_every_page_as_it_was_typed(readers: Readers) -> None:
    for strings in batches():
        said, commands = told(strings)
        readers.office.desk.given(*commands)
        for path, fields in PAGES.items():
            page = readers.page(path).without("sup")
            assert [field for field in fields if said[field] not in page.text] == []
            assert not page.all("script")
            assert not page.all("img")
