"""One story of a busy desk, from the first party to the last correction: every command that records and concludes.

Names with `@` are those of `tests.support.desk`; they are the story's own.
"""

from collections.abc import Iterator
from typing import Final

from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import (
    agree,
    answer,
    approve,
    ask,
    cite,
    confirm,
    consider,
    correct,
    decline,
    dispute,
    give_up,
    look,
    narrow,
    overlook,
    place,
    place_again,
    propose,
    publish_article,
    reaffirm,
    reject,
    reopen,
    retract,
    revise,
    settle,
    snap,
    take,
    take_back,
    unask,
    uncite,
)

UNSEEN: Final = "pomegranate"
"""A word that is in drafts alone: no answer to the public may hold it."""

OPEN: Final = ("mek", "police", "s1", "s2", "c1", "c2", "c3", "a1")
"""Names of what readers can open when a story is told."""

CLOSED: Final = ("c4", "a2")
"""Names of what they cannot."""

_FAR: Final = "2099-01-01T00:00:00Z"
_REVISED: Final = "The police took 150 computers. One person died, the group says. That was in Tirana."
_ALLEGED: Final = {"party_id": "@mek", "basis_claim_id": "@c1", "as_alleged": True, "reason": "The paper says so."}
_BASED: Final = {"derives_from": "@s1", "relation": "quotes", "reason": "Word for word."}


def story(number: int) -> Iterator[Do]:
    """The commands, in order. Each is given after the one before was acknowledged."""
    yield from _parties_and_sources(number)
    yield from _claims(number)
    yield from _sought()
    yield from _dispute()
    yield from _verdicts()
    yield from _article(number)
    yield from _afterwards()


def _parties_and_sources(number: int) -> Iterator[Do]:
    yield Do("parties.create", bodies.party(name=f"Group {number}"), name="mek")
    yield Do("parties.create", bodies.party(name=f"Police of town {number}", kind="state"), name="police")
    yield Do("parties.create", bodies.party(name=f"Paper {number}", kind="outlet"), name="outlet")
    yield Do("parties.description", {"description": "A group in exile.", **bodies.because()}, ("@mek",))
    yield Do("sources.create", bodies.source(title=f"Raid {number}", publisher_id="@outlet"), name="s1")
    yield Do("sources.create", bodies.source(kind="statement", publisher_id="@police"), name="s2")
    yield Do("sources.create", bodies.source(title=f"A reprint of {number}"), name="s3")
    yield Do("sources.description", {"language": "en", **bodies.because()}, ("@s3",))
    yield Do("sources.origins", _BASED, ("@s3",), name="o1")


def _claims(number: int) -> Iterator[Do]:
    said = bodies.claim(statement=f"A member died in raid {number}.", attribution="named", claimant_id="@mek")
    reported = bodies.citation("@s1", "reports_claim", reported_party_id="@mek")
    yield Do("claims.create", {**said, "citations": [reported]}, name="c1")
    yield Do("claims.create", bodies.claim(statement=f"Raid {number} was lawful.", kind="fact"), name="c2")
    yield Do("claims.create", bodies.claim(statement=f"There was a raid {number}.", kind="fact"), name="c3")
    yield Do("claims.create", bodies.claim(statement=f"Raid {number} was paid for: {UNSEEN}."), name="c4")
    yield cite("s1", name="x1", quote={"text": "One person died in the raid, they said.", "wording": "verbatim"})
    yield cite("s2", "refutes", name="x2")
    yield cite("s3", name="x3")
    yield uncite("x3")
    yield Do("claims.quantity", {"value": "150", "unit": "computers", "bound": "stated"}, ("@c2",))
    yield Do("claims.description", {"topics": ["raids"], **bodies.because()}, ("@c2",))
    yield Do("claims.rewording", bodies.rewording(f"Raid {number} broke no law."), ("@c2",))
    yield Do("claims.links", {"claim_id": "@c1", "relation": "depends_on"}, ("@c2",), name="l1")
    yield Do("claims.links.withdrawal", bodies.withdraw(), ("@c2", "@l1"))
    yield Do("claims.publication", {}, ("@c3",))


def _dispute() -> Iterator[Do]:
    yield dispute(scopes=["occurrence", "cause"])
    yield take(bodies.position("@outlet", "differs"))
    yield give_up("p1")
    yield narrow("occurrence")
    yield settle(citation_ids=["@x2"])
    yield agree()
    yield reopen()


def _sought() -> Iterator[Do]:
    yield snap(name="n1")
    yield snap(name="n2", captured_at="2026-06-02T10:00:00Z")
    yield Do("claims.citations.check", {"snapshot_id": "@n1"}, ("@c1", "@x1"))
    yield Do("sources.snapshots.withdrawal", bodies.withdraw(), ("@s1", "@n2"))
    yield look("q1")
    yield look("q2")
    yield overlook("q2")
    yield ask("police", name="r1", deadline=_FAR)
    yield answer(reply="r1")
    yield consider("r1")
    yield ask("mek", name="r2", deadline=_FAR)
    yield decline("r2")
    yield ask("outlet", name="r3", deadline=_FAR)
    yield unask("r3")


def _verdicts() -> Iterator[Do]:
    yield propose("mixed", "x1")
    yield reject()
    yield propose("mixed", "x1", name="v2")
    yield approve("v2")
    yield reaffirm("v2")
    yield approve("v2")
    yield take_back("v2")
    yield approve("v2")
    yield propose("mixed", "x2", name="v3")
    yield approve("v3")


def _article(number: int) -> Iterator[Do]:
    yield Do("articles.create", bodies.article(title=f"Raid {number}"), name="a1")
    yield Do("articles.create", bodies.article(title=f"Who paid: {UNSEEN}?", text=f"Ask about {UNSEEN}."), name="a2")
    yield place(name="m1")
    yield place("150 computers", "c2", name="m2")
    yield publish_article()
    yield revise(_REVISED)
    yield correct("correction", "c1")
    yield confirm("m1")
    yield place_again("One person", "m1")
    yield Do("articles.placements.removal", bodies.because(), ("@a1", "@m2"))
    yield Do("articles.withdrawal", bodies.because(), ("@a1",))
    yield Do("articles.reinstatement", bodies.because(), ("@a1",))


def _afterwards() -> Iterator[Do]:
    yield Do("parties.affiliations", {**_ALLEGED, "relation": "funded_by"}, ("@outlet",), name="f1")
    yield Do("parties.affiliations.end", {"until": "2024", **bodies.because()}, ("@outlet", "@f1"))
    yield Do("parties.affiliations", {**_ALLEGED, "relation": "part_of"}, ("@outlet",), name="f2")
    yield Do("parties.affiliations.withdrawal", bodies.withdraw(), ("@outlet", "@f2"))
    yield Do("sources.origins.withdrawal", bodies.withdraw(), ("@s3", "@o1"))
    yield retract("s1")
    yield Do("claims.withdrawal", bodies.withdraw("superseded"), ("@c3",))
    yield Do("claims.reinstatement", bodies.because(), ("@c3",))
