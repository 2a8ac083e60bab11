"""The tables in which the evidence of all claims is kept."""

from typing import Final, Literal

from projections.tables import Table

CitedAs = Literal["cited", "via"]
"""Whether a source is what a citation cites, or that through which what is cited is known."""

TOLD_STEP: Final = (
    "source_id IN (SELECT id FROM openness) AND derives_from IN (SELECT id FROM openness) "
    "AND NOT EXISTS (SELECT 1 FROM evidence_sources WHERE id IN (source_id, derives_from) AND confidential) "
    "AND (basis_claim_id IS NULL OR basis_claim_id IN (SELECT id FROM openness))"
)
"""Whether the public may be told of a row of `derivations`: not where either source is confidential, since that would
say who talked to whom, nor where the claim on which it rests is not open."""

GROUNDS: Final = Table(
    "grounds",
    (
        "claim INTEGER NOT NULL",
        "claim_id TEXT NOT NULL UNIQUE",
        "verdict_id TEXT",
        "verdict_rating TEXT",
        "supports INTEGER NOT NULL",
        "refutes INTEGER NOT NULL",
        "interested INTEGER NOT NULL",
        "reported INTEGER NOT NULL",
        "origins INTEGER NOT NULL",
        "conflicts INTEGER NOT NULL",
        "reasons TEXT",
        "since INTEGER",
        "since_at TEXT",
        "digest BLOB NOT NULL",
    ),
    ("claim",),
    (
        ("grounds_conflicting", "(claim) WHERE conflicts"),
        ("grounds_to_review", "(claim) WHERE reasons IS NOT NULL"),
        ("grounds_waiting", "(since, verdict_id) WHERE since IS NOT NULL"),
        ("grounds_on_one_origin", "(claim) WHERE origins = 1 AND verdict_id IS NOT NULL"),
    ),
    main=True,
)
"""One row for each claim: the four numbers, what its verdict in force rests on, and why that needs review.

`claim` is the position at which it was recorded; `origins` counts those behind the citations that the verdict rests on.
`reasons` are joined by commas; `since` and `since_at` say since which event the verdict has waited for a review without
a break, and are null where nobody has to look.
"""

DOCKETS: Final = Table("dockets", ("claim_id TEXT NOT NULL", "docket BLOB NOT NULL"), ("claim_id",))
"""What weighing the evidence has to know of each claim (`projections.evidence.docket`)."""

SOURCES: Final = Table(
    "evidence_sources",
    (
        "id TEXT NOT NULL",
        "node BLOB NOT NULL",
        "standing TEXT NOT NULL",
        "publisher_id TEXT",
        "page TEXT",
        "confidential INTEGER NOT NULL",
    ),
    ("id",),
    (
        ("evidence_sources_published", "(publisher_id) WHERE publisher_id IS NOT NULL"),
        ("evidence_sources_page", "(page) WHERE page IS NOT NULL"),
    ),
)
"""What evidence has to know of each source (`domain.evidence.world.SourceNode`), and its address."""

DERIVATIONS: Final = Table(
    "derivations",
    (
        "derives_from TEXT NOT NULL",
        "source_id TEXT NOT NULL",
        "origin_id TEXT NOT NULL",
        "relation TEXT NOT NULL",
        "basis_claim_id TEXT",
    ),
    ("derives_from", "source_id", "origin_id"),
    (("derivations_of", "(source_id)"),),
)
"""The origins that stand and are more than alleged."""

AFFILIATIONS: Final = Table(
    "affiliations",
    (
        "party_id TEXT NOT NULL",
        "number INTEGER NOT NULL",
        "affiliation_id TEXT NOT NULL",
        "other_id TEXT NOT NULL",
        "relation TEXT NOT NULL",
        "since TEXT",
        "until TEXT",
        "basis_claim_id TEXT",
    ),
    ("party_id", "number"),
    (("affiliations_with", "(other_id)"),),
)
"""The affiliations that stand and are more than alleged, of each party in the order of its record."""

OWN: Final = Table(
    "own_claims",
    ("claim_id TEXT NOT NULL", "name TEXT NOT NULL", "article_id TEXT NOT NULL"),
    ("claim_id", "name", "article_id"),
    (("own_claims_named", "(name)"),),
)
"""The claims in our own published articles, by the names that these have as sources: an id, an address."""

NAMES: Final = Table("names", ("name TEXT NOT NULL", "id TEXT NOT NULL"), ("name", "id"))
"""Who was ever named by whom (`domain.surroundings.names`). It only grows, and so serves every moment."""

LEGS: Final = Table(
    "legs",
    (
        "claim INTEGER NOT NULL",
        "citation_id TEXT NOT NULL",
        "role TEXT NOT NULL",
        "root TEXT NOT NULL",
        "source_id TEXT NOT NULL",
        "origin INTEGER NOT NULL",
        "holds INTEGER NOT NULL",
        "counts INTEGER NOT NULL",
        "ground INTEGER NOT NULL",
        "along INTEGER NOT NULL",
        "through INTEGER NOT NULL",
    ),
    ("claim", "citation_id", "role", "root"),
    (("legs_on", "(source_id, claim, origin, holds, counts, ground, along, through)"),),
)
"""Where each citation that says something of its claim leads: to which roots, and to which origins of the claim.

`role` says whether `source_id` is `cited`, or is the one through which that is known (`via`). `holds`: the root holds
the source. `counts`: and the citation leads to the origin in fact. `ground`: the verdict rests on it. `along`: how many
legs that it rests on lead to the same origin in fact. `through`: the citation is known through another source.

The index has all that impact needs of a leg, so that it reads them side by side.
"""

DEPENDENCIES: Final = Table(
    "dependencies",
    ("depends_on TEXT NOT NULL", "claim_id TEXT NOT NULL"),
    ("depends_on", "claim_id"),
    (("dependencies_of", "(claim_id)"),),
)
"""Which claim depends on which."""

POLICIES: Final = Table(
    "evidence_policies",
    ("number INTEGER NOT NULL", "merges INTEGER NOT NULL", "adopted INTEGER"),
    ("number",),
)
"""Whether each version of the policy counts one house of publishers once; `adopted` is the position of its adoption."""

TABLES: Final = (GROUNDS, DOCKETS, SOURCES, DERIVATIONS, AFFILIATIONS, OWN, NAMES, LEGS, DEPENDENCIES, POLICIES)
