"""Records as JSON: what every answer, page and history shows of a party, source, claim, article, policy and actor.

Each function takes a folded state and gives a dict of plain values in the order in which people read them. Texts that
were erased or are withheld are null. Who did something (`by`) is shown to the desk only.
"""

from api.representations import shapes
from api.representations.articles import article_body
from api.representations.claims import claim_body
from api.representations.desk import actor_body, policy_body
from api.representations.parts import AUDIENCES, Audience
from api.representations.records import party_body, source_body
from domain.article import Article
from domain.party import Party
from domain.source import Source

__all__ = [
    "AUDIENCES",
    "Audience",
    "actor_body",
    "article_body",
    "claim_body",
    "party_body",
    "policy_body",
    "record_body",
    "source_body",
]


def record_body(record: Article | Source | Party, audience: Audience) -> shapes.Article | shapes.Source | shapes.Party:
    """An article, a source or a party. A claim needs to know how its sources stand: `claim_body`."""
    match record:
        case Article():
            return article_body(record, audience)
        case Source():
            return source_body(record, audience)
        case Party():
            return party_body(record, audience)
