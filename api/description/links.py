"""Links between operations (OpenAPI 3.1, Link Object): what shows a record leads to what reads and changes it."""

from typing import Any, Final

from domain.commands import ACTS, Act

Link = dict[str, Any]

PLACES: Final = {
    "party_id": "/id",
    "source_id": "/id",
    "claim_id": "/id",
    "article_id": "/id",
    "actor_id": "/id",
    "policy_number": "/number",
    "affiliation_id": "/affiliations/0/id",
    "citation_id": "/citations/0/id",
    "dispute_id": "/disputes/0/id",
    "link_id": "/links/0/id",
    "origin_id": "/origins/0/id",
    "placement_id": "/claims/0/id",
    "position": "/position",
    "position_id": "/disputes/0/positions/0/id",
    "reply_id": "/replies/0/id",
    "role": "/roles/0",
    "search_id": "/searches/0/id",
    "snapshot_id": "/snapshots/0/id",
    "token_id": "/tokens/0/id",
    "verdict_id": "/verdicts/0/id",
}
"""Parameter of a route → where an answer that shows the record holds a value for it."""

_RECORDS: Final = {
    "party": "parties",
    "source": "sources",
    "claim": "claims",
    "article": "articles",
    "policy": "policies",
    "actor": "actors",
    "event": "events",
}
_REGISTERS: Final = {"contested": "claim"}
"""Lists that are not called after the records in them."""


def components(operations: dict[str, list[str]]) -> dict[str, Link]:
    """Every link, by the operation that it leads to. `operations` has the parameters in each operation's path."""
    found = {name: _link(name, ids) for name, ids in operations.items() if ids and set(ids) <= set(PLACES)}
    found |= {_new(act): _to_new(act) for act in ACTS.values() if _maker(act) is not None}
    found |= {
        f"{plural}.first": _first(plural, operations[f"{plural}.show"])
        for plural in _RECORDS.values()
        if {f"{plural}.show", f"{plural}.list"} <= operations.keys()
    }
    return found


def links(operation: str, operations: dict[str, list[str]]) -> list[str]:
    """The names of the links of an operation's answer."""
    kind, name = _kind_shown(operation), operation.partition(".")[0]
    if kind not in _RECORDS:
        plural = _RECORDS[_REGISTERS[name]] if name in _REGISTERS else name
        return [f"{plural}.first"] if operation.endswith(".list") and plural in _RECORDS.values() else []
    reading = (name for name in operations if name not in ACTS and name.startswith(f"{_RECORDS[kind]}."))
    reached = [name for name in reading if operations[name] and set(operations[name]) <= PLACES.keys()]
    reached += [
        act.name for act in ACTS.values() if act.kind == kind and not act.creates and set(act.ids) <= PLACES.keys()
    ]
    return reached + [_new(act) for act in ACTS.values() if _maker(act) == operation]


def _kind_shown(operation: str) -> str | None:
    if operation in ACTS:
        return ACTS[operation].kind
    plural, _, what = operation.partition(".")
    return next((kind for kind, name in _RECORDS.items() if name == plural), None) if what == "show" else None


def _link(operation: str, ids: list[str]) -> Link:
    parameters = {f"path.{id}": f"$response.body#{PLACES[id]}" for id in ids}
    if operation in ACTS and ACTS[operation].conditional:
        parameters["header.If-Match"] = "$response.header.ETag"
    return {"operationId": operation, "parameters": parameters}


def _first(plural: str, ids: list[str]) -> Link:
    parameters = {f"path.{id}": f"$response.body#/items/0{PLACES[id]}" for id in ids}
    return {"operationId": f"{plural}.show", "parameters": parameters, "description": "The first of them."}


def _new(act: Act) -> str:
    return f"{act.name}.of_new"


def _maker(act: Act) -> str | None:
    """The command that makes the part of a record which this one changes."""
    made_by = {f"{maker.path}/{{{act.ids[-1]}}}": maker.name for maker in ACTS.values()} if len(act.ids) > 1 else {}
    return made_by.get(act.path.rpartition("/")[0])


def _to_new(act: Act) -> Link:
    link = _link(act.name, list(act.ids))
    link["parameters"][f"path.{act.ids[-1]}"] = "$response.body#/created/0"
    return {**link, "description": "What was made by this command."}
