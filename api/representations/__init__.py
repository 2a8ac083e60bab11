"""Records as JSON: what every answer, page and history shows of a party, source, claim, article, policy and actor.

Each function takes a folded state and gives a dict of plain values in the order in which people read them. Texts that
were erased or are withheld are null. Who did something (`by`) is shown to the desk only.
"""

from api.representations.articles import article_body
from api.representations.claims import claim_body, evidence_conflicts
from api.representations.desk import actor_body, policy_body
from api.representations.parts import AUDIENCES, Audience
from api.representations.records import party_body, source_body

__all__ = [
    "AUDIENCES",
    "Audience",
    "actor_body",
    "article_body",
    "claim_body",
    "evidence_conflicts",
    "party_body",
    "policy_body",
    "source_body",
]
