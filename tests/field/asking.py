"""What the tests here ask of an office, in short words."""

from typing import Any

from tests.api.web.office import Office
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import cite


def shown(office: Office, name: str, by: str | None = "ed", **asked: Any) -> Any:
    """The record with this name as JSON."""
    query = "&".join(f"{field}={value}" for field, value in asked.items())
    return office.get(f"/{plural(office, name)}?{query}", by=by).then(200).body


def plural(office: Office, name: str) -> str:
    id = office.desk.id(name)
    return f"{ {'clm': 'claims', 'src': 'sources', 'art': 'articles', 'pty': 'parties'}[id[:3]] }/{id}"


def events(office: Office, name: str, by: str | None = "ed") -> list[Any]:
    """The history of the record with this name."""
    return list(office.get(f"/{plural(office, name)}/history?limit=200", by=by).then(200).body["items"])


def types(office: Office, name: str, by: str | None = "ed") -> list[str]:
    """Kinds of events in the history of this record; an event that is withheld is a blank."""
    return [item.get("type", "") for item in events(office, name, by)]


def page(office: Office, name: str, by: str | None = None) -> str:
    """The page of the record with this name, as its readers get it."""
    return office.get(f"~/{plural(office, name)}", by=by, accept="text/html").then(200).content.decode()


def numbers(office: Office, name: str = "c1", by: str | None = "ed") -> tuple[int, ...]:
    """Independent origins: in support, against, with an interest, and that only report."""
    counted = shown(office, name, by)["independent_origins"]
    return tuple(counted[kind] for kind in ("supports", "refutes", "interested", "reported"))


def worklist(office: Office, kind: str) -> list[tuple[str, list[str]]]:
    """What waits, as record and reasons."""
    items = office.get(f"/worklist?kind={kind}", by="ed").then(200).body["items"]
    return [(item["record_id"], item.get("reasons", [])) for item in items]


def impact(office: Office, source: str, assume: str | None = None) -> Any:
    query = "" if assume is None else f"?assume={assume}"
    return office.get(f"/sources/{office.desk.id(source)}/impact{query}", by="ed").then(200).body


def paper(name: str, stance: str = "supports", **said: Any) -> tuple[Do, Do]:
    """A source with this name, cited on the claim `c1`; the citation is `x_` and its name."""
    return Do("sources.create", bodies.source(title=name, **said), name=name), cite(name, stance, name=f"x_{name}")


def standing(source: str, how: str, **said: Any) -> Do:
    """The source's standing is this from now on; corrections and retractions are the publisher's to declare."""
    declared_by = "desk" if how in {"concern", "gone"} else "publisher"
    notice = {"declared_by": declared_by, "notice_url": "https://example.org/notice", **bodies.because(), **said}
    return Do("sources.standing", {"standing": how, **notice}, (f"@{source}",))


def depends(claim: str, other: str) -> Do:
    return Do("claims.links", {"claim_id": f"@{other}", "relation": "depends_on"}, (f"@{claim}",))
