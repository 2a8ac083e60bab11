"""Claims that may say the same as another, for the desk. Nothing is merged by that."""

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
from api.threads import compute
from domain.claim import Claim
from projections.similar import Similar, similar_to

Endpoint = Callable[[Request], Awaitable[Response]]


def router(house: House) -> APIRouter:
    """`/claims/{claim_id}/similar`."""
    routes = APIRouter(prefix=API)
    said = read(
        "claims.similar",
        "Claims that may say the same, the most alike first. Nothing is merged. For the desk.",
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
        found = similar_to(reading, claim)
        return {"id": claim.id, "position": reading.position, "items": [suggestion(one) for one in found]}


def suggestion(found: Similar) -> shapes.DuplicateSuggestion:
    """A claim that may say the same, as JSON."""
    return {
        "kind": "duplicate",
        "claim_id": found.id,
        "statement": found.statement,
        "score": found.score,
        "because": list(found.because),
    }
