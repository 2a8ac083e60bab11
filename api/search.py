"""Search: what has all of the words that a reader types, the best first, for the reader's audience."""

from collections.abc import Awaitable, Callable, Mapping
from math import isfinite
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import TypedDict

from api.answers import API, answer, flag, next_link, page_asked, query
from api.bootstrap import House
from api.moments import whole_number
from api.openapi import read
from api.representations import Audience
from api.representations.shapes.parts import Id, Language, Position, Text
from api.threads import compute
from domain.errors import InvalidInput
from domain.language import canonical_tag
from domain.values import WithdrawalCause
from projections.changes import RECORD_KINDS, RecordKind
from projections.results import Cursor, Result, Wanted, results
from projections.terms import Terms, terms
from projections.wordings import PassageKind

SEARCH: Final = ("q", "kind", "language", "contested", "withdrawn", "after", "limit", "min_position")

Endpoint = Callable[[Request], Awaitable[Response]]


class Highlights(TypedDict):
    """Where the words are that were looked for: beginning and end of each stretch in code points, the end excluded."""

    title: list[tuple[int, int]]
    excerpt: list[tuple[int, int]]


class FoundItem(TypedDict):
    """A record that was found. `title` is the statement of a claim, the title of an article or source, a party's name.

    `excerpt` is a piece of the passage named by `found_in`; both are null where only the title has the words.
    `claimant_id` and `as_named` say who claims it, as far as anybody is named. `open` says whether the public can see
    the record.
    """

    kind: RecordKind
    id: Id
    title: Text
    language: Language
    claimant_id: Id | None
    as_named: Text
    rating: str | None
    contested: bool
    withdrawn: bool
    cause: WithdrawalCause | None
    open: bool
    found_in: PassageKind | None
    excerpt: Text
    highlights: Highlights


class FoundPage(TypedDict):
    """Some of what was found, the best first. `terms` are the words that were looked for, as they were understood.

    `total` counts all that was found, up to 1,000; `more` says that there is more than that. `position` is what the
    views had reached, `next` the cursor for what follows, null at the end.
    """

    position: Position
    terms: list[str]
    total: int
    more: bool
    items: list[FoundItem]
    next: str | None


def router(house: House) -> APIRouter:
    """`/search`."""
    routes = APIRouter(prefix=API)
    summary = "What has all of these words: claims, articles, sources and parties."
    takes = tuple("search.kind" if name == "kind" else name for name in SEARCH)
    said = read("search", summary, tag="search", takes=takes, shows=FoundPage)
    routes.add_api_route("/search", _search(house), **said)
    return routes


def _search(house: House) -> Endpoint:
    async def show(request: Request) -> Response:
        caller, asked = house.doorkeeper.caller(request), query(request, *SEARCH)
        await house.wait(asked.get("min_position"))
        body = await compute(_found, house, caller.audience, asked)
        led = {} if body["next"] is None else {"Link": next_link(request, asked, body["next"])}
        return answer(request, body, caller, **led)

    return show


def _found(house: House, audience: Audience, asked: Mapping[str, str]) -> dict[str, Any]:
    wanted, after = _wanted(asked), None if "after" not in asked else cursor(asked["after"])
    _, limit = page_asked({**asked, "after": "0"})
    with house.views.reading() as reading:
        found = results(reading, audience, wanted, after, limit)
        position = reading.position
    return {
        "position": position,
        "terms": list(map(str, wanted.terms.all)),
        "total": found.total,
        "more": found.more,
        "items": [_item(result, wanted.terms) for result in found.items],
        "next": None if found.next is None else cursor_text(found.next),
    }


def _wanted(asked: Mapping[str, str]) -> Wanted:
    """What the query asks for. Raises `InvalidInput` for what cannot be meant."""
    kind = next((kind for kind in RECORD_KINDS if kind == asked.get("kind")), None)
    if kind is None and "kind" in asked:
        raise InvalidInput(f"'kind' is one of {', '.join(RECORD_KINDS)}.")
    return Wanted(terms(asked.get("q", "")), kind, _language(asked), flag(asked, "contested"), flag(asked, "withdrawn"))


def _language(asked: Mapping[str, str]) -> str | None:
    try:
        return canonical_tag(asked["language"]) if "language" in asked else None
    except ValueError:
        raise InvalidInput("'language' is a language tag (BCP 47), for example en, sq or fa-Arab.") from None


def _item(result: Result, terms: Terms) -> FoundItem:
    excerpt = result.excerpt
    return {
        "kind": result.kind,
        "id": result.id,
        "title": result.title,
        "language": result.language,
        "claimant_id": result.claimant_id,
        "as_named": result.as_named,
        "rating": result.rating,
        "contested": result.contested,
        "withdrawn": result.withdrawn,
        "cause": result.cause,
        "open": result.open,
        "found_in": result.found_in,
        "excerpt": None if excerpt is None else excerpt.text,
        "highlights": {
            "title": list(terms.spans(result.title or "")),
            "excerpt": [] if excerpt is None else list(excerpt.spans),
        },
    }


def cursor_text(cursor: Cursor) -> str:
    """The cursor as it stands in addresses. It says how well the last result fitted, to the last bit."""
    return f"{cursor.created}.{cursor.score.hex()}"


def cursor(text: str) -> Cursor:
    """The cursor of `cursor_text`. Raises `InvalidInput` for what is none."""
    created, _, score = text.partition(".")
    try:
        place = Cursor(float.fromhex(score), whole_number(created, "after"))
    except (ValueError, OverflowError):
        raise InvalidInput("'after' is a cursor: 'next' of the page before.") from None
    if not isfinite(place.score):
        raise InvalidInput("'after' is a cursor: 'next' of the page before.")
    return place
