"""Claims that may say the same as another, for the desk: when a claim is recorded, and whenever somebody asks."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import API, answer, query
from api.bootstrap import House
from api.openapi import read
from api.representations import shapes
from api.representations.shapes.reply import SimilarClaims
from api.threads import compute, wait_apart
from domain.claim import Claim
from domain.errors import Unavailable
from projections.similar import Said, Similar, similar

Endpoint = Callable[[Request], Awaitable[Response]]


def router(house: House) -> APIRouter:
    """`/claims/{claim_id}/similar`."""
    routes = APIRouter(prefix=API)
    said = read(
        "claims.similar",
        "Claims that may say the same, the most alike first. Nothing is merged.",
        tag="claims",
        ids=["claim_id"],
        takes=("min_position",),
        shows=SimilarClaims,
        roles=("editor", "approver", "auditor", "importer", "admin"),
    )
    routes.add_api_route("/claims/{claim_id}/similar", _similar(house), **said)
    return routes


def _similar(house: House) -> Endpoint:
    async def show(request: Request) -> Response:
        caller, asked = house.doorkeeper.member(request), query(request, "min_position")
        await house.wait(asked.get("min_position"))
        claim: Claim = house.reader.state("claim", request.path_params["claim_id"], caller.audience)
        return answer(request, await compute(_found, house, claim), caller)

    return show


def _found(house: House, claim: Claim) -> dict[str, Any]:
    with house.views.reading() as reading:
        found = similar(reading, _said(claim)) if claim.words.statement else ()
        return {"id": claim.id, "position": reading.position, "items": [suggestion(one) for one in found]}


async def likely_duplicates(house: House, claim_id: str) -> list[shapes.DuplicateSuggestion]:
    """Claims recorded before this one that may say the same, as far as the views know by now.

    Where they cannot be read there are none: the claim is recorded, whatever can be said of it.
    """
    claim: Claim = house.newsroom.streams.load(claim_id).state
    if not claim.words.statement:
        return []
    try:
        # Not in turn with long answers: whoever records a claim does not wait for those.
        return await wait_apart(_earlier, house, claim)
    except Unavailable:
        return []


def _earlier(house: House, claim: Claim) -> list[shapes.DuplicateSuggestion]:
    with house.views.reading() as reading:
        return [suggestion(one) for one in similar(reading, _said(claim), before=claim.asserted.position)]


def _said(claim: Claim) -> Said:
    return Said(claim.words.statement or "", claim.claimant_id, claim.id)


def suggestion(found: Similar) -> shapes.DuplicateSuggestion:
    """A claim that may say the same, as JSON."""
    return {
        "kind": "duplicate",
        "claim_id": found.id,
        "statement": found.statement,
        "score": found.score,
        "because": list(found.because),
    }
