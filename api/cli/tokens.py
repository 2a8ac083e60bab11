"""Commands on people and their tokens."""

from dataclasses import asdict
from typing import Annotated

import typer

from api.bootstrap import open_house
from api.cli.console import Data, Json, answer, group, settings
from api.tokens import enrol, issue, listed, revoke
from domain.errors import InvalidInput

app = group("People and programs that record, and their tokens.")


@app.command()
def create(
    role: Annotated[list[str] | None, typer.Option(help="editor, approver, auditor, importer or admin.")] = None,
    name: Annotated[str | None, typer.Option(help="What colleagues call the new actor.")] = None,
    actor: Annotated[str | None, typer.Option(help="An actor who is enrolled already, instead of a new one.")] = None,
    label: Annotated[str | None, typer.Option(help="What the token is for.")] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Enrol an actor and give a token, or give another token to one who is enrolled. It is shown this once."""
    if (actor is None) != bool(name and role) or (actor is not None and (name or role)):
        raise InvalidInput("Give --name and at least one --role for a new actor, or --actor for one who is enrolled.")
    with open_house(settings(data=data), projecting=False) as house:
        holder = actor or enrol(house.newsroom, name or "", role or [])
        issued = issue(house.newsroom, holder, house.entropy, label)
    answer(asdict(issued), f"{issued.token}\nActor {issued.actor_id}, token {issued.token_id}.", as_json=as_json)


@app.command("list")
def list_(data: Data = None, as_json: Json = False) -> None:
    """List every token that was given, without the secrets."""
    with open_house(settings(data=data), projecting=False) as house:
        items = listed(house.newsroom)
    lines = [
        f"{i['token_id']}  {'revoked' if i['revoked_at'] else 'given  '}  {i['name']}: {', '.join(i['roles'])}"
        for i in items
    ]
    answer({"items": items}, "\n".join(lines) or "No token was given yet.", as_json=as_json)


@app.command("revoke")
def revoke_(
    token_id: Annotated[str, typer.Argument(show_default=False)],
    reason: Annotated[str, typer.Option(help="Why it is revoked.", show_default=False)],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make a token open nothing any more, from the next request on."""
    with open_house(settings(data=data), projecting=False) as house:
        revoke(house.newsroom, token_id, reason)
    answer({"token_id": token_id, "revoked": True}, f"The token {token_id} opens nothing any more.", as_json=as_json)
