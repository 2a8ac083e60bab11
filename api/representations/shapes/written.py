"""What commands answer: the record's new state, with the ids of what was made inside it."""

from typing import NotRequired

from api.representations.shapes.article import ArticleRecord
from api.representations.shapes.claim import ClaimRecord
from api.representations.shapes.desk import Actor, Policy
from api.representations.shapes.event import Erasable
from api.representations.shapes.parts import Created, Id
from api.representations.shapes.records import Party, Source


class WrittenParty(Party, Erasable, Created):
    """The party as the command left it."""


class WrittenSource(Source, Erasable, Created):
    """The source as the command left it."""


class WrittenClaim(ClaimRecord, Created):
    """The claim as the command left it."""


class WrittenArticle(ArticleRecord, Created):
    """The article as the command left it."""


class WrittenPolicy(Policy, Created):
    """The version of the policy as the command left it."""


class WrittenActor(Actor, Created):
    """The actor as the command left it."""


class IssuedToken(Actor, Created):
    """The actor, with the new token's id and, in the first answer only, its secret."""

    token_id: Id
    token: NotRequired[str]
