"""Routes for reading: single records at any moment, their histories, lists and the contested register."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import API, MOMENT, answer, flag, moment_asked, next_link, page_asked, query
from api.bootstrap import House
from api.commands import PLURALS
from api.corrections import listed
from api.history import history
from api.openapi import read
from api.proofs import claim_bundle
from api.representations import Audience, shapes
from api.threads import compute, wait_apart
from domain.proof.bundle import Bundle
from projections import articles, claim_lists, contested, parties, sources
from projections.claim_lists import ClaimFilter, ClaimRow
from projections.contested import ContestedRow
from projections.projection import Page
from projections.terms import terms
from projections.views import Reading

PAGE: Final = ("after", "limit", "min_position")
HISTORY: Final = (*MOMENT, "after", "limit")
FILTERS: Final = ("article", "source", "party", "about", "rating", "topic")
FLAGS: Final = ("contested", "evidence_conflicts", "withdrawn", "needs_review")

Endpoint = Callable[[Request], Awaitable[Response]]
List = Callable[[Reading, Audience, Mapping[str, str], int, int, str], Page[Any]]

LISTS: Final[dict[str, tuple[List, tuple[str, ...]]]] = {
    "parties": (lambda reading, audience, _, after, limit, __: parties.parties(reading, audience, after, limit), ()),
    "sources": (lambda reading, audience, _, after, limit, __: sources.sources(reading, audience, after, limit), ()),
    "claims": (
        lambda reading, audience, asked, after, limit, at: claim_lists.claims(
            reading, audience, _filter(asked), after, limit, at
        ),
        ("q", *FILTERS, *FLAGS),
    ),
    "articles": (lambda reading, audience, _, after, limit, __: articles.articles(reading, audience, after, limit), ()),
    "contested": (
        lambda reading, audience, _, after, limit, __: contested.contested(reading, audience, after, limit),
        (),
    ),
    "corrections": (
        lambda reading, audience, asked, after, limit, _: listed(reading, audience, asked, after, limit),
        ("kind", "article"),
    ),
}
"""Route of a list → what reads a page of it at a moment (a stamp), and the filters that it takes."""

SHOWN: Final[dict[str, Any]] = {
    "party": shapes.PartyRecord,
    "source": shapes.SourceRecord,
    "claim": shapes.ClaimRecord,
    "article": shapes.ArticleRecord,
    "parties": shapes.Page[shapes.PartyItem],
    "sources": shapes.Page[shapes.SourceItem],
    "claims": shapes.Page[shapes.ClaimItem],
    "articles": shapes.Page[shapes.ArticleItem],
    "contested": shapes.Page[shapes.ContestedItem],
    "corrections": shapes.Page[shapes.CorrectionItem],
}
"""Kind of record, or route of a list → the shape of what is answered."""


def router(house: House) -> APIRouter:
    """Everything that readers and editors read."""
    routes = APIRouter(prefix=API)
    for kind in ("party", "source", "claim", "article"):
        plural = PLURALS[kind]
        at = f"/{plural}/{{{kind}_id}}"
        ids, shows = [f"{kind}_id"], SHOWN[kind]
        said = read(f"{plural}.show", f"One {kind}.", tag=plural, ids=ids, takes=MOMENT, shows=shows)
        routes.add_api_route(at, _single(house, kind), **said)
        summary = f"Every event of the {kind}, oldest first."
        said = read(f"{plural}.history", summary, tag=plural, ids=ids, takes=HISTORY, shows=shapes.History)
        routes.add_api_route(f"{at}/history", _history(house, kind), **said)
    said = read("claims.proof", "The claim's offline proof.", tag="claims", ids=["claim_id"], shows=Bundle)
    routes.add_api_route("/claims/{claim_id}/proof", _proof(house), **said)
    for name, (_, filters) in LISTS.items():
        summary = "The claims about which parties disagree." if name == "contested" else f"The {name}."
        said = read(f"{name}.list", summary, tag=name, takes=(*PAGE, *filters), shows=SHOWN[name])
        routes.add_api_route(f"/{name}", _list(house, name), **said)
    summary = "One version of the policy, or `current` for the one in force."
    said = read("policies.show", summary, tag="policies", ids=["policy_number"], takes=MOMENT, shows=shapes.Policy)
    routes.add_api_route("/policies/{policy_number}", _policy(house), **said)
    return routes


def _single(house: House, kind: str) -> Endpoint:
    async def show(request: Request) -> Response:
        caller, asked = house.doorkeeper.caller(request), query(request, *MOMENT)
        await house.wait(asked.get("min_position"))
        id, moment = request.path_params[f"{kind}_id"], moment_asked(house.store, asked)
        body = house.reader.show(kind, id, caller.audience, moment)
        if moment.is_now and kind == "source":
            body["cited_in"] = house.index.cited_in(id, caller.audience)
        if moment.is_now and kind == "party":
            body["occurrences"] = house.index.occurrences(id, caller.audience)
        return answer(request, body, caller)

    return show


def _history(house: House, kind: str) -> Endpoint:
    async def show(request: Request) -> Response:
        caller, asked = house.doorkeeper.caller(request), query(request, *HISTORY)
        after, limit = page_asked(asked)
        await house.wait(asked.get("min_position"))
        id, moment = request.path_params[f"{kind}_id"], moment_asked(house.store, asked)
        told = await compute(history, house.reader, kind, id, caller.audience, moment, after, limit)
        body = {
            "id": id,
            "version": told.version,
            "position": told.position if moment.position is None else moment.position,
            "withheld": told.withheld,
            "items": told.items,
            "next": None if told.next is None else str(told.next),
        }
        if told.next is None:
            return answer(request, body, caller)
        return answer(request, body, caller, Link=next_link(request, asked, told.next))

    return show


def _proof(house: House) -> Endpoint:
    async def show(request: Request) -> Response:
        caller = house.doorkeeper.caller(request)
        query(request)
        bundle = await wait_apart(claim_bundle, house, request.path_params["claim_id"], caller.audience)
        return answer(request, bundle.model_dump(mode="json", exclude_none=True), caller)

    return show


def _list(house: House, name: str) -> Endpoint:
    found, filters = LISTS[name]

    async def show(request: Request) -> Response:
        caller, asked = house.doorkeeper.caller(request), query(request, *PAGE, *filters)
        after, limit = page_asked(asked)
        await house.wait(asked.get("min_position"))

        at = house.reader.at()

        def read_page() -> tuple[int, Page[Any], list[dict[str, Any]]]:
            with house.views.reading() as reading:
                page = found(reading, caller.audience, asked, after, limit, at)
                position = reading.position
            return position, page, [item_for(house, caller.audience, row) for row in page.items]

        position, page, items = await compute(read_page)
        body = {"position": position, "items": items, "next": _cursor(page)}
        if page.next is None:
            return answer(request, body, caller)
        return answer(request, body, caller, Link=next_link(request, asked, page.next))

    return show


def _policy(house: House) -> Endpoint:
    async def show(request: Request) -> Response:
        caller, asked = house.doorkeeper.caller(request), query(request, *MOMENT)
        await house.wait(asked.get("min_position"))
        number, moment = request.path_params["policy_number"], moment_asked(house.store, asked)
        return answer(request, house.reader.policy(number, caller.audience, moment), caller)

    return show


def _filter(asked: Mapping[str, str]) -> ClaimFilter:
    texts = {name: asked[name] for name in FILTERS if name in asked}
    flags = {name: value for name in FLAGS if (value := flag(asked, name)) is not None}
    words = terms(asked["q"]) if "q" in asked else None
    return ClaimFilter(**texts, **flags, q=words)  # type: ignore[arg-type]


def item_of(row: Any) -> dict[str, Any]:
    """A row of the views as JSON: `created` orders them, and is no one's concern."""
    item = asdict(row)
    item.pop("created", None)
    if isinstance(row, ClaimRow | ContestedRow):
        item |= {"withdrawn": row.withdrawn is not None, "cause": row.withdrawn}
    return {"id": item.pop("claim_id"), **item} if isinstance(row, ContestedRow) else item


def item_for(house: House, audience: Audience, row: Any) -> dict[str, Any]:
    """The row, and which words of its record were erased: of a correction, of its article."""
    item = item_of(row)
    return {**item, "erasures": house.reader.erasures(item.get("article_id", item["id"]), audience)}


def _cursor(page: Page[Any]) -> str | None:
    return None if page.next is None else str(page.next)
