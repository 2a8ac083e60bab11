"""An example of every command's body, in the words of the example story; a test carries each of them out."""

from typing import Any, Final

Said = dict[str, Any]

IDS: Final = {
    "mek": "pty_214m3fdza3fzw2mmjt5xxmdnnq",
    "police": "pty_1k2kaga783ae5hapzndkda7qwy",
    "outlet": "pty_4rvpp5kt9hm9qpam195rzqn80f",
    "s1": "src_1ezc437h8qk11bwhyabcvtq1q7",
    "s2": "src_0j5gsar4qw28tbhfvfyzkz0w64",
    "c1": "clm_5f1cpm0d5904f0amp7k1m17rqb",
    "c2": "clm_2xbyrs2jskyffj77hkg9f05rqa",
    "a1": "art_4x9gyt4d7nj3d69s7ykta51r91",
    "x1": "cit_4vt7bvt11e7ra8x87yamd2jc5x",
    "x2": "cit_2vegnnncps66eetqdj9562ps5c",
    "d1": "dsp_3nb6dna17xz8m52qaa7n3f071s",
    "q1": "sch_31ne2tjx3bg6tyzg7s1f3trt9a",
}
"""What the examples speak of → its id there."""

PROPOSAL: Final = "prp_3nb6dna17xz8m52qaa7n3f071s"
_WITHDRAWN: Final[Said] = {"cause": "recorded_in_error", "reason": "It was recorded twice."}
_QUANTITY: Final[Said] = {"value": "150", "unit": "computers", "bound": "stated", "counted_on": "2023-06-20"}
_SELECTOR: Final[Said] = {"exact": "150 computers", "prefix": "took "}
_CITATION: Final[Said] = {
    "source_id": IDS["s1"],
    "stance": "reports_claim",
    "reported_party_id": IDS["mek"],
    "locator": "second paragraph",
    "quote": {"text": "One person died in the raid.", "wording": "verbatim"},
}
_DENIAL: Final[Said] = {
    "party_id": IDS["police"],
    "stance": "denies",
    "statement": "Nobody died in the raid.",
    "stated_on": "2023-06-21",
    "accepts": "There was a raid.",
    "citation_ids": [IDS["x2"]],
}

_CLAIMS: Final[dict[str, Said]] = {
    "claims.create": {
        "statement": "A member of the Example Group died in the raid of 20 June 2023.",
        "language": "en",
        "kind": "allegation",
        "attribution": "named",
        "claimant_id": IDS["mek"],
        "about": [{"party_id": IDS["police"], "role": "actor"}],
        "said_on": "2023-06-20",
        "happened_on": "2023-06-20",
        "topics": ["Example Group", "Example Land"],
        "citations": [_CITATION],
        "place": [{"article_id": IDS["a1"], "selector": {"exact": "One person died"}}],
    },
    "claims.description": {
        "happened_on": "2023-06-20",
        "topics": ["Example Group"],
        "reason": "The report gives the day.",
    },
    "claims.rewording": {
        "statement": "One member of the Example Group died in the raid of 20 June 2023.",
        "language": "en",
        "same_meaning": True,
        "reason": "The number was not plain.",
    },
    "claims.quantity": _QUANTITY,
    "claims.citations": _CITATION,
    "claims.citations.withdrawal": _WITHDRAWN,
    "claims.citations.check": {},
    "claims.links": {"claim_id": IDS["c2"], "relation": "depends_on"},
    "claims.links.withdrawal": _WITHDRAWN,
    "claims.publication": {},
    "claims.withdrawal": _WITHDRAWN,
    "claims.reinstatement": {"reason": "It was no error."},
    "claims.disputes": {
        "scopes": ["occurrence"],
        "question": "Did a member of the Example Group die in the raid?",
        "positions": [_DENIAL],
        "reason": "The police deny it.",
    },
    "claims.disputes.positions": _DENIAL,
    "claims.disputes.positions.withdrawal": _WITHDRAWN,
    "claims.disputes.narrowing": {"scopes": ["cause"], "reason": "They agree now that somebody died."},
    "claims.disputes.settlement": {
        "outcome": "unresolvable",
        "rationale": "No document on either side can be had.",
        "citation_ids": [IDS["x1"], IDS["x2"]],
    },
    "claims.disputes.settlement.approval": {},
    "claims.disputes.reopening": {"reason": "A document was found."},
    "claims.replies": {
        "party_id": IDS["police"],
        "channel": "e-mail to the press office",
        "question": "Did a member of the Example Group die in the raid?",
        "deadline": "2027-06-23T12:00:00+02:00",
    },
    "claims.replies.answer": {
        "text": "Nobody died in the raid.",
        "source_id": IDS["s2"],
        "answered_on": "2027-06-22",
    },
    "claims.replies.refusal": {"statement": "We do not comment on pending cases.", "declined_on": "2027-06-22"},
    "claims.replies.consideration": {"reason": "The answer says what the statement of 2023 said; nothing changes."},
    "claims.replies.withdrawal": _WITHDRAWN,
    "claims.searches": {
        "where": "Register of deaths of the Example Town, June 2023",
        "looked_for": "a death at the camp on 20 June 2023",
        "found": False,
        "searched_on": "2027-06-20",
        "valid_until": "2027-12-31",
    },
    "claims.searches.withdrawal": _WITHDRAWN,
    "claims.verdicts": {
        "rating": "unproven",
        "rationale": "One report says so and the police deny it; there is no other evidence.",
        "rests_on": {
            "citation_ids": [IDS["x1"], IDS["x2"]],
            "dispute_ids": [IDS["d1"]],
            "search_ids": [IDS["q1"]],
        },
        "changed_because": "new_evidence",
    },
    "claims.verdicts.approval": {},
    "claims.verdicts.rejection": {"reason": "The denial is not weighed."},
    "claims.verdicts.withdrawal": {"cause": "superseded", "reason": "It has to be judged anew."},
    "claims.verdicts.reaffirmation": {"reason": "The rewording changes nothing in it."},
}
_ARTICLES: Final[dict[str, Said]] = {
    "articles.create": {
        "title": "The raid",
        "language": "en",
        "role": "own",
        "text": "The police raided the camp and took 150 computers.",
    },
    "articles.revisions": {
        "text": "On 20 June 2023 the police raided the camp and took 150 computers.",
        "reason": "The day was missing.",
    },
    "articles.claims": {"claim_id": IDS["c1"], "selector": _SELECTOR},
    "articles.placements.selector": {
        "selector": {"exact": "150 computers", "prefix": "took "},
        "reason": "The number stands in the other sentence.",
    },
    "articles.placements.confirmation": {"reason": "Only the spelling was changed."},
    "articles.placements.removal": {"reason": "The sentence says something else."},
    "articles.publication": {"url": "https://example.org/raid", "published_at": "2023-06-21T09:00:00+02:00"},
    "articles.withdrawal": {"reason": "It names somebody who must not be named."},
    "articles.reinstatement": {"reason": "The name is gone."},
    "articles.corrections": {
        "kind": "correction",
        "note": "We wrote that 15 computers were taken; there were 150.",
        "claim_ids": [IDS["c1"]],
    },
}
_PARTIES_AND_SOURCES: Final[dict[str, Said]] = {
    "parties.create": {
        "kind": "organisation",
        "name": "Example Group",
        "description": "Made up for this example.",
    },
    "parties.description": {"description": "Made up for this example.", "reason": "It had no description."},
    "parties.affiliations": {
        "party_id": IDS["mek"],
        "relation": "operates",
        "from": "2013",
        "basis_claim_id": IDS["c1"],
        "as_alleged": True,
        "reason": "The report says so.",
    },
    "parties.affiliations.end": {"until": "2021", "reason": "The report says so."},
    "parties.affiliations.withdrawal": _WITHDRAWN,
    "sources.create": {
        "kind": "article",
        "title": "Example Paper: the raid on the camp",
        "publisher_id": IDS["outlet"],
        "language": "en",
        "published_on": "2024",
    },
    "sources.description": {"published_on": "2024-03", "reason": "The month was found."},
    "sources.origins": {
        "derives_from": IDS["s2"],
        "relation": "quotes",
        "reason": "It gives the statement word for word.",
    },
    "sources.origins.withdrawal": _WITHDRAWN,
    "sources.snapshots": {
        "captured_at": "2024-05-02T09:30:00Z",
        "digest": "sha-256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "archive_url": "https://archive.example.org/20240502093000/https://example.org/raid",
        "url": "https://example.org/raid",
        "method": "the archive's own crawler",
        "http_status": 200,
    },
    "sources.snapshots.withdrawal": _WITHDRAWN,
    "sources.standing": {
        "standing": "corrected",
        "declared_by": "publisher",
        "notice_url": "https://example.org/notice",
        "effective_on": "2024-05-02",
        "reason": "The publisher put a number right.",
    },
}
_POLICY_AND_DESK: Final[dict[str, Said]] = {
    "policies.create": {
        "scale": [
            {"key": "true", "label": "True", "meaning": "The evidence bears the claim out.", "needs_citation": True},
            {"key": "false", "label": "False", "meaning": "The evidence contradicts it.", "needs_citation": True},
            {"key": "unproven", "label": "Unproven", "meaning": "There is not enough.", "needs_citation": False},
        ],
        "four_eyes": True,
        "settings": {"merge_publisher_family": True, "about_tolerance": "0.10", "reply_required": True},
        "reason": "Three ratings are enough for us.",
    },
    "policies.approval": {},
    "actors.create": {"name": "Desk editor 1", "roles": ["editor"]},
    "actors.roles": {"role": "approver"},
    "actors.roles.revocation": {"reason": "Another task."},
    "actors.tokens": {"label": "laptop", "expires_at": "2027-01-01T00:00:00Z"},
    "actors.tokens.revocation": {"reason": "The laptop was lost."},
    "events.erasure": {
        "reason": "It names somebody who is not a public person.",
        "redacted_words": {"statement": "Somebody was seen at the ferry."},
    },
    "events.erasure.approval": {"proposal_id": PROPOSAL},
    "events.erasure.rejection": {"proposal_id": PROPOSAL, "reason": "They spoke in public."},
    "events.withholding": {"reason": "It would give a source away."},
    "events.withholding.approval": {"proposal_id": PROPOSAL},
    "events.withholding.rejection": {"proposal_id": PROPOSAL, "reason": "The source agrees."},
    "events.release": {"reason": "Nobody is in danger any more."},
    "events.release.approval": {"proposal_id": PROPOSAL},
    "events.release.rejection": {"proposal_id": PROPOSAL, "reason": "It may hurt them still."},
}
EXAMPLES: Final[dict[str, Said]] = {**_CLAIMS, **_ARTICLES, **_PARTIES_AND_SOURCES, **_POLICY_AND_DESK}
"""Command → an example of its body."""
