"""The description as one document: what operations share stands once, in its components, and is referred to."""

from collections.abc import Iterator
from typing import Any, Final

from api.description import answers, links, statuses

Document = dict[str, Any]

TAGS: Final = {
    "actors": "People and programs of the desk, their roles and tokens. For admins; auditors read.",
    "articles": "Texts in which claims are placed: ours, and others' that were examined.",
    "audit": "The ledger at any moment, in numbers, and where the projections stand.",
    "changes": "Which records changed since one asked last, in the order of their last changes.",
    "claims": "Who claims what, on what evidence, who denies it, and what the desk concludes.",
    "contested": "The claims about which parties disagree.",
    "corrections": "What was put right after publication.",
    "events": "The ledger itself, event by event. For auditors.",
    "front": "What the front page shows.",
    "log": "The ledger as a transparency log (C2SP tlog-tiles): signed checkpoints, and tiles to prove things by.",
    "operation": "Whether the service is alive and ready, and how it fares.",
    "parties": "Whoever claims, denies, publishes or is spoken of.",
    "policies": "The scale of ratings, and the rules of the desk. One approver proposes, another adopts.",
    "search": "Claims, articles, sources and parties by their words.",
    "sources": "What can be cited, how far it may be relied on, and where it got what it says.",
    "worklist": "What waits for somebody at the desk.",
}
"""Tag → what its operations are about."""

SECURITY: Final = {
    "token": {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer stemma_…`"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "stemma",
        "description": "The session of somebody who signed in with a browser. For reading.",
    },
}


def complete(document: Document) -> Document:
    """The document with its tags, ways to say who asks, links, and components in place of repetitions."""
    components = document.setdefault("components", {})
    components["securitySchemes"] = SECURITY
    for kind, shared in statuses.components().items():
        components.setdefault(kind, {}).update(shared)
    _answers(document)
    _link(document)
    used = {tag for operation in _operations(document) for tag in operation.get("tags", ())}
    document["tags"] = [{"name": tag, "description": TAGS[tag]} for tag in sorted(used)]
    schemas = dict(components.pop("schemas", {}))
    lifted: Document = _lifted(document, schemas)
    lifted["components"]["schemas"] = dict(sorted(schemas.items()))
    _exemplify(lifted)
    return lifted


def _answers(document: Document) -> None:
    """Takes out what the framework adds: a description beside a reference, and JSON where something else is said."""
    for operation in _operations(document):
        for status, answer in operation["responses"].items():
            if "$ref" in answer:
                operation["responses"][status] = {"$ref": answer["$ref"]}
            content = answer.get("content", {})
            if len(content) > 1 and not content.get("application/json", {}).get("schema"):
                content.pop("application/json", None)


def _operations(document: Document) -> Iterator[Document]:
    for operations in document["paths"].values():
        yield from operations.values()


def _exemplify(document: Document) -> None:
    """Puts an example into each answer that shows something, and one of each kind into the problems."""
    for operation in _operations(document):
        example = answers.ANSWERS.get(operation["operationId"])
        for status in operation["responses"].keys() & {"200", "201"} if example is not None else ():
            (media,) = operation["responses"][status]["content"].values()
            media["example"] = example
    for status, name in statuses.names().items():
        (media,) = document["components"]["responses"][name]["content"].values()
        found = {kind: {"value": said} for kind, said in answers.PROBLEMS.items() if said["status"] == status}
        media["examples"] = found


def _link(document: Document) -> None:
    parameters = {
        operation["operationId"]: [p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"]
        for operation in _operations(document)
    }
    document["components"]["links"] = links.components(parameters)
    for operation in _operations(document):
        named = links.links(operation["operationId"], parameters)
        for status in operation["responses"].keys() & {"200", "201"} if named else ():
            refs = {name: {"$ref": f"#/components/links/{name}"} for name in named}
            operation["responses"][status]["links"] = refs


def _lifted(said: Any, schemas: dict[str, Any]) -> Any:
    """The same with each schema that another defines for itself (`$defs`) among the document's schemas.

    Raises `ValueError` for two different schemas of one name.
    """
    if isinstance(said, list):
        return [_lifted(part, schemas) for part in said]
    if not isinstance(said, dict):
        return said
    for name, schema in said.get("$defs", {}).items():
        _define(name, _lifted(schema, schemas), schemas)
    lifted = {name: _lifted(part, schemas) for name, part in said.items() if name != "$defs"}
    if isinstance(ref := lifted.get("$ref"), str):
        lifted["$ref"] = ref.replace("#/$defs/", "#/components/schemas/")
    if isinstance(lifted.get("title"), str) and "properties" in lifted:
        name = _component(lifted["title"])
        _define(name, lifted, schemas)
        return {"$ref": f"#/components/schemas/{name}"}
    return lifted


def _component(title: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in title).strip("_")


def _define(name: str, schema: Any, schemas: dict[str, Any]) -> None:
    if schema == {"$ref": f"#/components/schemas/{name}"}:
        return
    if schemas.setdefault(name, schema) != schema:
        raise ValueError(f"there are two schemas named {name}")
