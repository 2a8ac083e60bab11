"""A story that readers can open, with things in it that only the desk may see. Those are marked SECRET."""

from dataclasses import dataclass

from tests.api.pages.markup import Element, parsed
from tests.api.web.office import Answer, Office, Request
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.story import approve, cite, dispute, place, propose, publish_article, told

TEXT = bodies.TEXT + "\n\nIt is believed that the camp was empty by noon. Its opponents call the group a sect."


def published(desk: Desk) -> Desk:
    """The article `a1` is published with overlapping claims; `c1` is contested and has a verdict.

    `c3` was reworded before, `c4` is a draft, and a verdict on `c2` waits. `s3` is confidential, `hidden` private.
    `a2` is another's text. `group` is the party whose name is used in headings.
    """
    told(desk)
    revision = {"text": TEXT, **bodies.because()}
    private = bodies.party(kind="person", name="SECRET person", description="SECRET description", private=True)
    confidential = bodies.source(title="SECRET source", url="https://example.org/SECRET", confidential=True)
    desk.given(
        Do("articles.revisions", revision, ("@a1",)),
        Do("parties.create", private, name="hidden"),
        Do("sources.create", confidential, name="s3"),
        Do("claims.create", bodies.claim(statement="SECRET wording.", language="sq"), name="c3"),
        Do("claims.rewording", bodies.rewording("The camp was empty by noon."), ("@c3",)),
        Do(
            "claims.description",
            {"attribution": "general", "as_named": "it is believed", "reason": "So it is said."},
            ("@c3",),
        ),
        Do(
            "claims.create",
            bodies.claim(statement="The group is a sect.", attribution="unnamed", as_named="its opponents"),
            name="c5",
        ),
        Do(
            "claims.citations",
            bodies.citation("@s3", "reports_claim", reported_party_id="@hidden"),
            ("@c5",),
            name="x3",
        ),
        place(name="m1"),
        place("person died, the group says", claim="c2", name="m2"),
        place("the camp was empty by noon", claim="c3", name="m3"),
        place("call the group a sect", claim="c5", name="m4"),
        dispute(
            bodies.position("@police", stated_on="2023-06"),
            bodies.position("@mek", "affirms", statement="One of us died in the raid."),
        ),
        propose("unproven", "x1"),
        approve(),
        publish_article(published_at="2023-06-21T09:00:00+02:00"),
        Do("claims.verdicts", bodies.verdict(rationale="SECRET rationale."), ("@c2",), "ed", "v2"),
        Do("claims.create", bodies.claim(statement="SECRET draft."), name="c4"),
        Do(
            "articles.create",
            bodies.article(
                role="examined", title="Another’s text", text="SECRET text, with a claim. More SECRET text."
            ),
            name="a2",
        ),
        Do("articles.claims", bodies.place("@c1", "with a claim"), ("@a2",), name="m5"),
        Do("articles.publication", {}, ("@a2",)),
        Do("articles.create", bodies.article(title="SECRET article"), name="a3"),
        cite("s1", "mentions", name="x4"),
    )
    return desk


def publication(claim: str) -> Do:
    """Opens this claim by itself."""
    return Do("claims.publication", {}, (f"@{claim}",))


@dataclass(frozen=True, slots=True)
class Readers:
    """An office as readers see it."""

    office: Office

    def ask(self, path: str, by: str | None = None, **headers: str) -> Answer:
        """The answer at this address, in which `@name` stands for an id; `by` is somebody of the desk."""
        named = "/".join(self.office.desk.id(part[1:]) if part[:1] == "@" else part for part in path.split("/"))
        if by is not None:
            headers["authorization"] = f"Bearer {self.office.secrets[by]}"
        self.office.runner.catch_up()
        return self.office.ask(Request("GET", named, None, headers))[0]

    def page(self, path: str, by: str | None = None) -> Element:
        """The sound HTML page at this address."""
        answer = self.ask(path, by)
        assert answer.status == 200, answer.content.decode()
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return parsed(answer.content.decode())


PAGES = (
    "/",
    "/contested",
    "/corrections",
    "/policies/current",
    "/policies/1",
    "/single-origin",
    "/audit",
    "/articles/@a1",
    "/articles/@a2",
    "/claims/@c1",
    "/claims/@c2",
    "/claims/@c3",
    "/claims/@c5",
    "/claims/@c1/history",
    "/claims/@c2/history",
    "/claims/@c3/history",
    "/claims/@c5/history",
    "/articles/@a1/history",
    "/articles/@a2/history",
    "/sources/@s1/history",
    "/sources/@s3/history",
    "/parties/@mek/history",
    "/parties/@hidden/history",
    "/sources/@s1",
    "/sources/@s3",
    "/parties/@mek",
    "/parties/@police",
    "/parties/@outlet",
    "/parties/@hidden",
)
"""Every page of the story that is open to the public."""

DRAFTS = ("/articles/@a3", "/claims/@c4", "/claims/@c4/history")
"""Pages that only the desk may open."""
