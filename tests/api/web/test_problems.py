"""Kinds of problems: each has an address that explains it, a row in the documentation, and the shape described."""

from pathlib import Path

import pytest
from markupsafe import escape
from pydantic import ConfigDict, TypeAdapter

from api.explanations import EXPLANATIONS, kinds
from api.problems import Kind, exceeded, plain_problem, problem
from api.representations import shapes
from domain.errors import ClockBehind, Forbidden, InvalidInput, StaleVersion
from tests.api.web.office import Office
from tests.support import bodies

PAGE = Path(__file__).parents[3] / "docs" / "problems.md"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_every_kind_is_explained_and_nothing_else() -> None:
    assert EXPLANATIONS.keys() == {kind.name for kind in kinds()}
    assert all(text.endswith(".") for text in EXPLANATIONS.values())


def test_every_kind_has_its_row_in_the_documentation() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `/problems/")]

    assert rows == [f"| `{kind.type}` | {kind.status} | {kind.title} | {EXPLANATIONS[kind.name]} |" for kind in kinds()]


@pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.name)
def test_the_type_of_a_problem_leads_to_its_explanation(office: Office, kind: Kind) -> None:
    told = office.get(f"~{kind.type}").then(200)
    page = office.get(f"~{kind.type}", accept=BROWSER).then(200)

    assert told.headers["content-type"] == "application/json"
    assert told.body == {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "explanation": EXPLANATIONS[kind.name],
    }
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<h1>{escape(kind.title)}</h1>".encode() in page.content


def test_what_is_refused_names_an_address_that_explains_it(office: Office) -> None:
    refused = office.post("/parties", {}, by="ed").then(422).body

    assert office.get(f"~{refused['type']}").then(200).body["title"] == refused["title"]


def test_there_is_no_other_kind(office: Office) -> None:
    assert office.get("~/problems/none-of-them").then(404).body["type"] == "about:blank"
    assert (
        office.get("~/problems/none-of-them", accept=BROWSER).then(404).headers["content-type"].startswith("text/html")
    )


@pytest.mark.parametrize(
    "shown",
    [
        problem(InvalidInput.at("/name", "Wrong."), "/here"),
        problem(StaleVersion("clm_x", 1, 2), "/here"),
        problem(Forbidden("claims.create", ["editor"])),
        problem(ClockBehind("then", "now"), "/here"),
        problem(ZeroDivisionError()),
        plain_problem(404, "Not found", "There is nothing at this address.", "/nowhere"),
        exceeded("public", "/here"),
    ],
    ids=range(7),
)
def test_a_problem_has_the_shape_that_is_described(shown: dict[str, object]) -> None:
    class Exact(shapes.Problem):
        __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    assert TypeAdapter(Exact).validate_python(shown, strict=True) == shown


@pytest.mark.parametrize("path", ["/claims/é", '/claims/"', "/claims/%00", "/claims/a b", "/claims/😀"])
def test_where_it_happened_is_a_uri_reference_whatever_was_asked_for(office: Office, path: str) -> None:
    refused = office.post(f"{path}/rewording", bodies.rewording(), by="ed", version=1).then(404, "not-found")

    assert refused.body["instance"].isascii()
    assert not set(refused.body["instance"]) & set(' "<>\\^`{|}\x00')
