"""`python -m benchmarks.plain_app --data FOLDER --port N --token SECRET`: the plain desk behind plain FastAPI.

Models for the bodies, `def` endpoints in FastAPI's thread pool, a bearer token, one durable transaction for each
request: what a careful team has after its first week. Two more routes show how fast FastAPI itself is on this machine:
`POST /api/v1/nothing` reads the same body and stores nothing; `GET /fixed/{size}` answers so many bytes that lie ready.
"""

import argparse
import hmac
from pathlib import Path
from typing import Annotated, Any, Literal

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from benchmarks.plain_desk import PlainDesk

Line = Annotated[str, Field(min_length=1, max_length=1_000)]


class Strict(BaseModel):
    """A body whose unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class PartyBody(Strict):
    """Registers a party."""

    kind: Literal["person", "organisation", "state", "outlet"]
    name: Line
    description: Line | None = None


class About(Strict):
    """A party that the claim speaks of."""

    party_id: str
    role: Literal["actor", "affected", "mentioned"]


class Spoken(Strict):
    """Words as they were said."""

    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    wording: Literal["verbatim", "translated", "paraphrased"]


class ClaimBody(Strict):
    """Records that somebody claims something."""

    statement: Line
    language: str
    kind: Literal["fact", "quantity", "quote", "allegation", "prediction", "opinion"]
    attribution: Literal["named", "unnamed", "general", "own"]
    claimant_id: str | None = None
    about: list[About] = []
    exact_words: Spoken | None = None
    said_on: str | None = None
    happened_on: str | None = None
    topics: list[Line] = []
    reason: Annotated[str, Field(max_length=20_000)] | None = None


def create_app(desk: PlainDesk, token: str) -> FastAPI:
    """The application; whoever has the token is the one editor."""
    app = FastAPI(openapi_url=None)
    bearer = HTTPBearer()
    fixed: dict[int, bytes] = {}

    async def editor(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> str:
        if not hmac.compare_digest(credentials.credentials, token):
            raise HTTPException(401)
        return "editor"

    @app.post("/api/v1/parties", status_code=201)
    def create_party(body: PartyBody, by: Annotated[str, Depends(editor)], response: Response) -> dict[str, Any]:
        party = desk.register_party(body.kind, body.name, by)
        response.headers["Location"] = f"/api/v1/parties/{party.id}"
        return {"id": str(party.id), "version": party.version, **body.model_dump(mode="json")}

    @app.post("/api/v1/claims", status_code=201)
    def create_claim(body: ClaimBody, by: Annotated[str, Depends(editor)], response: Response) -> dict[str, Any]:
        said = body.model_dump(mode="json")
        try:
            claim = desk.assert_claim(said, by)
        except LookupError as problem:
            raise HTTPException(422, str(problem)) from problem
        response.headers["Location"] = f"/api/v1/claims/{claim.id}"
        return {"id": str(claim.id), "version": claim.version, "by": by, **said}

    @app.post("/api/v1/nothing", status_code=201)
    async def store_nothing(body: ClaimBody, by: Annotated[str, Depends(editor)]) -> dict[str, Any]:
        return {"by": by, **body.model_dump(mode="json")}

    @app.get("/fixed/{size}")
    async def answer_fixed(size: int) -> Response:
        return Response(fixed.setdefault(size, b"x" * size), media_type="text/html")

    return app


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--token", required=True)
    given = options.parse_args()
    with PlainDesk(given.data / "plain.db") as desk:
        uvicorn.run(
            create_app(desk, given.token),
            host="127.0.0.1",
            port=given.port,
            loop="uvloop",
            http="httptools",
            access_log=False,
            log_level="warning",
        )


if __name__ == "__main__":
    main()
