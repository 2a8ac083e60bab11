"""How a claim's evidence was counted, and which verdicts a policy would not pass, as JSON."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import API, MOMENT, answer, moment_asked, next_link, page_asked, query
from api.bootstrap import House
from api.moments import NOW, Moment
from api.openapi import read
from api.representations import Audience
from api.representations.claims import finding_body
from api.representations.origins import origins_body
from api.representations.shapes.origins import OriginsFound, PolicyReview, ReviewedVerdict
from api.threads import compute
from domain.claim import Claim
from domain.errors import NotFound
from domain.policy.state import PolicyVersion
from projections.evidence.judged import judged_claims

REVIEW: Final = ("after", "limit", "min_position")

Endpoint = Callable[[Request], Awaitable[Response]]


def router(house: House) -> APIRouter:
    """`/claims/{claim_id}/origins` and `/policies/{policy_number}/review`."""
    routes = APIRouter(prefix=API)
    summary = "The evidence on the claim counted by origin, and which citations were merged into which, and why."
    said = read("claims.origins", summary, tag="claims", ids=["claim_id"], takes=MOMENT, shows=OriginsFound)
    routes.add_api_route("/claims/{claim_id}/origins", _origins(house), **said)
    summary = "The verdicts in force that this policy would not pass. Nothing is recorded by asking. For the desk."
    said = read("policies.review", summary, tag="policies", ids=["policy_number"], takes=REVIEW, shows=PolicyReview)
    routes.add_api_route("/policies/{policy_number}/review", _review(house), **said)
    return routes


def _origins(house: House) -> Endpoint:
    async def show(request: Request) -> Response:
        caller, asked = house.doorkeeper.caller(request), query(request, *MOMENT)
        await house.wait(asked.get("min_position"))
        id, moment = request.path_params["claim_id"], moment_asked(house.store, asked)
        return answer(request, await compute(_counted, house, caller.audience, id, moment), caller)

    return show


def _counted(house: House, audience: Audience, id: str, moment: Moment) -> dict[str, Any]:
    claim: Claim = house.reader.state("claim", id, audience, moment)
    evidence = house.reader.weighing.evidence(claim, moment)

    def tellable(named: str) -> bool:
        return audience == "desk" or house.reader.tells(named)

    body: dict[str, Any] = {**origins_body(claim, evidence, tellable)}
    return body if moment.position is None else {**body, "position": moment.position}


def _review(house: House) -> Endpoint:
    async def show(request: Request) -> Response:
        caller, asked = house.doorkeeper.member(request), query(request, *REVIEW)
        after, limit = page_asked(asked)
        await house.wait(asked.get("min_position"))
        body = await compute(_reviewed, house, request.path_params["policy_number"], after, limit)
        if body["next"] is None:
            return answer(request, body, caller)
        return answer(request, body, caller, Link=next_link(request, asked, body["next"]))

    return show


def _reviewed(house: House, number: str, after: int, limit: int) -> dict[str, Any]:
    policy = house.newsroom.policy.called(number)
    if policy is None:
        raise NotFound("policy", number)
    with house.views.reading() as reading:
        page, position = judged_claims(reading, after, limit), reading.position
    return {
        "number": policy.number,
        "position": position,
        "examined": len(page.items),
        "items": list(_failing(house, policy, page.items)),
        "next": None if page.next is None else str(page.next),
    }


def _failing(house: House, policy: PolicyVersion, claim_ids: tuple[str, ...]) -> Iterator[ReviewedVerdict]:
    for claim_id in claim_ids:
        claim: Claim | None = house.reader.folded(claim_id, NOW)
        verdict = None if claim is None else claim.verdict
        if claim is None or verdict is None:
            continue
        unknown = policy.rating(verdict.rating) is None
        found = house.reader.weighing.judge(claim, verdict, policy, NOW, house.reader.at())
        if unknown or not all(finding.met for finding in found.findings):
            yield {
                "claim_id": claim.id,
                "verdict_id": verdict.id,
                "rating": verdict.rating,
                "rating_unknown": unknown,
                "findings": [finding_body(finding) for finding in found.findings],
                "overrides": list(verdict.overrides),
            }
