"""Every command once with every field filled in, each on a desk that `story.told` has prepared.

`COMPLETE` has the steps that come before and the command itself. `PAIRS` has, for fields that others tie down, two
bodies that differ in that field alone. A field is called by its path in the body, without indexes: `citations.quote`.
"""

from dataclasses import replace
from typing import Any, Final

from domain.values import OPERATOR
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import (
    agree,
    answer,
    approve,
    ask,
    cite,
    consider,
    decline,
    dispute,
    give_up,
    look,
    narrow,
    new_policy,
    overlook,
    place,
    propose,
    publish_article,
    reaffirm,
    reinstate,
    reject,
    reopen,
    revise,
    settle,
    snap,
    take,
    take_back,
    unask,
    uncite,
    withdraw,
)

COUNTED: Final = {"value": "150", "bound": "between", "upper": "160", "counted_on": "2023-06", "unit": "computers"}
REQUIRED: Final = {
    "supports_at_least": 2,
    "refutes_at_least": 1,
    "primary_at_least": 1,
    "open_dispute": True,
    "no_open_dispute": ["occurrence", "date"],
    "quotes_found": True,
    "reply_requested": True,
    "search_recorded": True,
    "no_expired_search": True,
}
SPOKEN: Final = {"text": "He was killed.", "wording": "translated", "translated_from": "fa"}
CITED: Final = {
    "source_id": "@s1",
    "stance": "reports_claim",
    "reported_party_id": "@mek",
    "as_named": "the dissidents",
    "quote": SPOKEN,
    "locator": "page 3",
    "via_source_id": "@s2",
    "accessed_on": "2023-06-22",
    "quantity": COUNTED,
    "snapshot_id": "@n1",
}
CLAIMED: Final = {
    "kind": "allegation",
    "attribution": "named",
    "claimant_id": "@mek",
    "as_named": "the resistance",
    "about": [{"party_id": "@police", "role": "actor"}],
    "exact_words": SPOKEN,
    "said_on": "2023-06-21",
    "happened_on": "2023-06-20",
    "appeared_in_id": "@s1",
    "topics": ["raids"],
    "reason": "It was in the paper.",
}
POSITION: Final = {
    "party_id": "@police",
    "as_named": "a spokesman",
    "stance": "denies",
    "statement": "Nobody died in the raid.",
    "stated_on": "2023-06-21",
    "accepts": "There was a raid.",
    "quantity": COUNTED,
    "citation_ids": ["@x2"],
}
SOURCED: Final = {
    "kind": "report",
    "title": "The raid",
    "url": "https://example.org/raid",
    "publisher_id": "@outlet",
    "author_ids": ["@mek"],
    "language": "en",
    "published_on": "2023-06-21",
    "primary": True,
    "confidential": False,
}
IDENTIFIED: Final = {
    "kind": "outlet",
    "name": "The paper of Tirana",
    "description": "A daily newspaper",
    "same_as": ["https://example.org/paper"],
    "private": False,
}
SNAPPED: Final = {
    "captured_at": "2026-06-01T12:00:00+02:00",
    "digest": f"sha-256:{'5e' * 32}",
    "archive_url": "https://archive.example.org/1/https://example.org/raid",
    "url": "https://example.org/raid",
    "method": "a browser",
    "http_status": 200,
}
SELECTED: Final = {"exact": "police", "prefix": "the ", "suffix": " raided", "start": 14, "end": 20}

SNAPS: Final = (snap(), snap(name="n2", captured_at="2026-06-02T10:00:00Z"))
IN_FORCE: Final = (propose("true", "x1"), approve())
PAST: Final = "2013-06-21T07:00:00.000000Z"

_ANOTHER_ARTICLE: Final = Do("articles.create", bodies.article(), name="a2")
_ANOTHER_SOURCE: Final = Do("sources.create", bodies.source(), name="s3")


def _at(command: str, body: bodies.Said, *at: str, by: str = "ed") -> Do:
    return Do(command, body, at, by)


_ASIDE: Final = {"rules": ["fresh", "still_fresh"], "reason": "It cannot be looked for."}

COMPLETE: Final[dict[str, tuple[tuple[Do, ...], Do]]] = {
    "claims.create": (
        (_ANOTHER_ARTICLE, _ANOTHER_SOURCE, *SNAPS),
        Do(
            "claims.create",
            {
                "statement": "A member died.",
                "language": "en",
                **CLAIMED,
                "quantity": COUNTED,
                "citations": [CITED],
                "place": [{"article_id": "@a1", "selector": SELECTED}],
            },
        ),
    ),
    "claims.description": ((), _at("claims.description", CLAIMED, "@c1")),
    "claims.rewording": ((), _at("claims.rewording", bodies.rewording(), "@c1")),
    "claims.quantity": (
        (_at("claims.quantity", COUNTED, "@c1"),),
        _at("claims.quantity", {**COUNTED, "value": "140", "why": "our_error", "reason": "Misread."}, "@c1"),
    ),
    "claims.citations": ((_ANOTHER_SOURCE, *SNAPS), _at("claims.citations", CITED, "@c1")),
    "claims.citations.withdrawal": ((), uncite()),
    "claims.citations.check": (
        (*SNAPS, cite(quote=SPOKEN, name="x3")),
        _at("claims.citations.check", {"snapshot_id": "@n1"}, "@c1", "@x3"),
    ),
    "claims.links": (
        (Do("claims.create", bodies.claim(), name="c3"),),
        _at("claims.links", {"claim_id": "@c2", "relation": "refines"}, "@c1"),
    ),
    "claims.links.withdrawal": (
        (Do("claims.links", {"claim_id": "@c2", "relation": "refines"}, ("@c1",), name="k1"),),
        _at("claims.links.withdrawal", bodies.withdraw(), "@c1", "@k1"),
    ),
    "claims.publication": ((), _at("claims.publication", {}, "@c1")),
    "claims.withdrawal": ((), withdraw()),
    "claims.reinstatement": ((withdraw(),), reinstate()),
    "claims.disputes": (
        (),
        _at("claims.disputes", bodies.dispute(POSITION, scopes=["occurrence", "cause"]), "@c1"),
    ),
    "claims.disputes.positions": ((dispute(),), take(POSITION)),
    "claims.disputes.positions.withdrawal": ((dispute(),), give_up()),
    "claims.disputes.narrowing": ((dispute(scopes=["cause", "date", "place"]),), narrow("cause")),
    "claims.disputes.settlement": ((dispute(),), settle(citation_ids=["@x1"])),
    "claims.disputes.settlement.approval": ((dispute(), settle()), agree()),
    "claims.disputes.reopening": ((dispute(), settle(), agree()), reopen()),
    "claims.replies": ((), ask(requested_on="2026-11-20")),
    "claims.replies.answer": ((ask(),), answer(source_id="@s2", answered_on="2026-11-25")),
    "claims.replies.refusal": ((ask(),), decline(statement="We do not comment.", declined_on="2026-11-25")),
    "claims.replies.consideration": ((ask(), answer()), consider()),
    "claims.replies.withdrawal": ((ask(),), unask()),
    "claims.searches": ((), look(searched_on="2026-11-20", valid_until="2027-11")),
    "claims.searches.withdrawal": ((look(),), overlook()),
    "claims.verdicts": (
        (
            *IN_FORCE,
            dispute(),
            dispute(name="d2"),
            ask(),
            ask("mek", name="r2"),
            answer(),
            answer(reply="r2"),
            look(searched_on="2025-11", valid_until="2026-11-01"),
            look(name="q2", searched_on="2025-11", valid_until="2026-11-01"),
        ),
        propose(
            "false",
            rests_on={
                "citation_ids": ["@x2"],
                "dispute_ids": ["@d1"],
                "search_ids": ["@q1"],
                "reply_ids": ["@r1"],
            },
            changed_because="new_evidence",
            override=_ASIDE,
        ),
    ),
    "claims.verdicts.approval": (
        (
            Do("claims.create", bodies.claim(), by="im", name="c1", decided_at=PAST),
            Do("claims.verdicts", bodies.verdict(), ("@c1",), "im", "v1", PAST),
        ),
        Do("claims.verdicts.approval", {"decided_by": "The editor of 2013"}, ("@c1", "@v1"), "imap", None, PAST),
    ),
    "claims.verdicts.rejection": ((propose(),), reject()),
    "claims.verdicts.withdrawal": (IN_FORCE, take_back()),
    "claims.verdicts.reaffirmation": (IN_FORCE, reaffirm()),
    "articles.create": (
        (),
        Do("articles.create", bodies.article(source_id="@s1", url="https://example.org/draft")),
    ),
    "articles.revisions": ((), _at("articles.revisions", {"text": "New text.", "reason": "It was old."}, "@a1")),
    "articles.claims": ((), _at("articles.claims", {"claim_id": "@c1", "selector": SELECTED}, "@a1")),
    "articles.placements.selector": (
        (place("raided the camp"),),
        _at("articles.placements.selector", {"selector": SELECTED, **bodies.because()}, "@a1", "@m1"),
    ),
    "articles.placements.confirmation": (
        (place(), revise("Later, they say: One person died, they say. That is all.")),
        _at("articles.placements.confirmation", bodies.because(), "@a1", "@m1"),
    ),
    "articles.placements.removal": (
        (place(),),
        _at("articles.placements.removal", bodies.because(), "@a1", "@m1"),
    ),
    "articles.publication": (
        (),
        _at(
            "articles.publication",
            {"url": "https://example.org/out", "published_at": "2023-06-21T09:00:00+02:00"},
            "@a1",
        ),
    ),
    "articles.withdrawal": ((), _at("articles.withdrawal", bodies.withdraw("legal"), "@a1")),
    "articles.reinstatement": (
        (_at("articles.withdrawal", bodies.because(), "@a1"),),
        _at("articles.reinstatement", bodies.because("It was lifted."), "@a1"),
    ),
    "articles.corrections": (
        (place(), place("150 computers", claim="c2", name="m2"), publish_article()),
        _at("articles.corrections", bodies.correction("correction", "@c1"), "@a1"),
    ),
    "parties.create": ((), Do("parties.create", IDENTIFIED)),
    "parties.description": ((), _at("parties.description", {**IDENTIFIED, **bodies.because()}, "@mek")),
    "parties.affiliations": (
        (),
        _at(
            "parties.affiliations",
            {
                "party_id": "@mek",
                "relation": "funded_by",
                "from": "2013",
                "until": "2020",
                "basis_claim_id": "@c1",
                "as_alleged": True,
                "reason": "The paper says so itself.",
            },
            "@outlet",
        ),
    ),
    "parties.affiliations.end": (
        (
            Do(
                "parties.affiliations",
                {
                    "party_id": "@mek",
                    "relation": "part_of",
                    "basis_claim_id": "@c1",
                    "as_alleged": False,
                    **bodies.because("It was told."),
                },
                ("@outlet",),
                name="f1",
            ),
        ),
        _at("parties.affiliations.end", {"until": "2021", "reason": "It was sold."}, "@outlet", "@f1"),
    ),
    "sources.create": ((), Do("sources.create", SOURCED)),
    "sources.description": ((), _at("sources.description", {**SOURCED, **bodies.because()}, "@s2")),
    "sources.origins": (
        (_ANOTHER_SOURCE,),
        _at(
            "sources.origins",
            {
                "derives_from": "@s2",
                "relation": "quotes",
                "basis_claim_id": "@c1",
                "as_alleged": True,
                "reason": "Word for word.",
            },
            "@s1",
        ),
    ),
    "sources.origins.withdrawal": (
        (
            Do(
                "sources.origins",
                {"derives_from": "@s2", "relation": "quotes", **bodies.because()},
                ("@s1",),
                name="o1",
            ),
        ),
        _at("sources.origins.withdrawal", bodies.withdraw(), "@s1", "@o1"),
    ),
    "sources.snapshots": ((), _at("sources.snapshots", SNAPPED, "@s1")),
    "sources.snapshots.withdrawal": (
        (snap(),),
        _at("sources.snapshots.withdrawal", bodies.withdraw(), "@s1", "@n1"),
    ),
    "sources.standing": (
        (*SNAPS, _at("sources.standing", {"standing": "concern", "declared_by": "desk", "reason": "Odd."}, "@s1")),
        _at(
            "sources.standing",
            {
                "standing": "good",
                "declared_by": "publisher",
                "notice_url": "https://example.org/notice",
                "snapshot_id": "@n1",
                "effective_on": "2023-07",
                "reason": "It was explained.",
            },
            "@s1",
        ),
    ),
    "policies.create": (
        (),
        new_policy(
            settings={"merge_publisher_family": False, "about_tolerance": "0.20", "reply_required": False},
            rules=[{"id": "borne_out", "ratings": ["true"], "require": REQUIRED}],
        ),
    ),
    "policies.approval": ((new_policy(),), Do("policies.approval", {}, ("2",), "ap2")),
    "actors.create": ((), Do("actors.create", {"name": "Eva", "roles": ["editor"]}, by="ad")),
    "actors.roles": ((), _at("actors.roles", {"role": "auditor"}, "@ed", by="ad")),
    "actors.roles.revocation": ((), _at("actors.roles.revocation", bodies.because("Left."), "@ed", "editor", by="ad")),
    "actors.tokens": (
        (),
        _at("actors.tokens", {"label": "laptop", "expires_at": "2027-01-01T00:00:00Z"}, "@ed", by="ad"),
    ),
    "actors.tokens.revocation": (
        (Do("actors.tokens", {}, ("@ed",), "ad", "k1"),),
        _at("actors.tokens.revocation", bodies.because("Lost."), "@ed", "@k1", by="ad"),
    ),
}
_NEEDED: Final = bodies.because("It gives somebody away.")
_REDACTED: Final = {"statement": "[…] died.", "topics": ["raids"]}
for _act in ("erasure", "withholding", "release"):
    _proposed = Do(f"events.{_act}", _NEEDED, ("#c1",), OPERATOR, "w1")
    COMPLETE[f"events.{_act}"] = ((), replace(_proposed, by="ad", name=None))
    for _decision, _said in {"approval": {}, "rejection": bodies.because("It does not.")}.items():
        _decided = _at(f"events.{_act}.{_decision}", {"proposal_id": "@w1", **_said}, "#c1", by="ad")
        COMPLETE[f"events.{_act}.{_decision}"] = ((_proposed,), _decided)
COMPLETE["events.erasure"] = (
    (),
    _at("events.erasure", {**_NEEDED, "redacted_words": _REDACTED}, "#c1", by="ad"),
)
COMPLETE["parties.affiliations.withdrawal"] = (
    COMPLETE["parties.affiliations.end"][0],
    _at("parties.affiliations.withdrawal", bodies.withdraw(), "@outlet", "@f1"),
)

Changes = dict[str, Any]


def _each(field: str, one: Any, other: Any, **both: Any) -> tuple[Changes, Changes]:
    return {**both, field: one}, {**both, field: other}


_WORDED: Final = _each("wording", "verbatim", "paraphrased", text="He was killed.")
_BOUND: Final = _each("bound", "stated", "at_least", value="150", unit="computers")
_CALLED: Final = _each("attribution", "unnamed", "general", claimant_id=None, as_named="its opponents")
_NOT_ASKED: Final = dict.fromkeys(("channel", "question", "deadline", "requested_on"))
_SELECTORS: Final = {
    "exact": ({"exact": "One person died"}, {"exact": "150 computers"}),
    "prefix": _each("prefix", "the ", "The ", exact="police"),
    "suffix": _each("suffix", " raided", " took", exact="police"),
    "start": _each("start", 14, 75, exact="police"),
    "end": _each("end", 20, 81, exact="police"),
}


def _inside(
    field: str, pair: tuple[Changes, Changes], *, listed: bool = False, **beside: Any
) -> tuple[Changes, Changes]:
    one, other = ({**beside, field.rpartition(".")[2]: changes} for changes in pair)
    outer = field.rpartition(".")[0]
    if not outer:
        return one, other
    return ({outer: [one]}, {outer: [other]}) if listed else ({outer: one}, {outer: other})


PAIRS: Final[dict[tuple[str, str], tuple[Changes, Changes]]] = {
    ("policies.create", "rules.ratings"): _each(
        "rules", *([{"id": "borne_out", "ratings": [key], "require": REQUIRED}] for key in ("true", "false"))
    ),
    ("policies.create", "scale.key"): _each(
        "scale", *([{**bodies.policy()["scale"][0], "key": key}] for key in ("sq", "rather_true")), rules=[]
    ),
    ("claims.verdicts", "override.rules"): _each("override", _ASIDE, {**_ASIDE, "rules": ["still_fresh", "fresh"]}),
    ("events.erasure", "redacted_words"): _each("redacted_words", _REDACTED, {"statement": "Somebody died."}),
    ("claims.verdicts", "rating"): _each("rating", "unproven", "true", override=None),
    ("sources.origins", "as_alleged"): _each("as_alleged", False, True),
    ("claims.create", "attribution"): _CALLED,
    ("claims.description", "attribution"): _CALLED,
    ("claims.create", "exact_words.wording"): _inside("exact_words", _WORDED),
    ("claims.description", "exact_words.wording"): _inside("exact_words", _WORDED),
    ("claims.create", "citations.quote.wording"): _inside(
        "citations.quote", _WORDED, listed=True, source_id="@s1", stance="supports"
    ),
    ("claims.citations", "quote.wording"): _inside("quote", _WORDED),
    ("claims.citations", "source_id"): _each("source_id", "@s1", "@s3", snapshot_id=None),
    ("claims.create", "citations.source_id"): _each("citations", [bodies.citation("@s1")], [bodies.citation("@s3")]),
    ("sources.snapshots", "digest"): _each("digest", f"sha-256:{'5e' * 32}", f"sha-256:{'6f' * 32}"),
    ("claims.create", "quantity.bound"): _inside("quantity", _BOUND),
    ("claims.citations", "quantity.bound"): _inside("quantity", _BOUND),
    ("claims.create", "citations.quantity.bound"): _inside(
        "citations.quantity", _BOUND, listed=True, source_id="@s1", stance="supports"
    ),
    ("claims.replies", "not_sought"): _each(
        "not_sought", "They cannot be reached.", "They are in danger.", **_NOT_ASKED
    ),
    ("claims.quantity", "bound"): ({**_BOUND[0], "upper": None}, {**_BOUND[1], "upper": None}),
    ("claims.disputes", "positions.quantity.bound"): _inside(
        "positions.quantity", _BOUND, listed=True, party_id="@police", stance="denies", statement="No."
    ),
    ("claims.disputes.positions", "quantity.bound"): _inside("quantity", _BOUND),
    **{
        ("claims.create", f"place.selector.{field}"): _inside("place.selector", pair, listed=True, article_id="@a1")
        for field, pair in _SELECTORS.items()
    },
    **{
        (command, f"selector.{field}"): _inside("selector", pair)
        for command in ("articles.claims", "articles.placements.selector")
        for field, pair in _SELECTORS.items()
    },
}
"""(command, field) → what is put into the complete body, one way and the other; None clears a field."""

_ASKED = "it is always true: a rule that does not ask for it leaves it out, and one that does is kept by its name"
WITHOUT_TRACE: Final[dict[tuple[str, str], str]] = {
    ("policies.create", "rules.require.open_dispute"): _ASKED,
    ("policies.create", "rules.require.quotes_found"): _ASKED,
    ("policies.create", "rules.require.reply_requested"): _ASKED,
    ("policies.create", "rules.require.search_recorded"): _ASKED,
    ("policies.create", "rules.require.no_expired_search"): _ASKED,
    ("claims.rewording", "same_meaning"): "it is always true: whoever means something else records another claim",
    ("claims.searches", "found"): "it is always false: what was found is cited",
}
"""Fields that reach no event → the reason."""
TIED: Final = tuple(
    (f"events.{act}.{decision}", "proposal_id")
    for act in ("erasure", "withholding", "release")
    for decision in ("approval", "rejection")
)
"""Fields that hold one value only, by what the route names: of an event one thing of a kind waits at a time."""
