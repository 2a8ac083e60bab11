"""The shapes of what is answered: the one source of the types that are checked here and of the schemas shown outside.

A docstring here becomes a schema's description. Texts that were erased or are withheld are null. `by` and `request`
are there for the desk only.
"""

from api.representations.shapes.article import (
    Article,
    ArticlePlace,
    ArticleRecord,
    Correction,
    Placement,
    Published,
    Selected,
)
from api.representations.shapes.audit import Projections, ReceiptList, Replay
from api.representations.shapes.claim import Assertion, Citation, Claim, ClaimRecord, Link, Quantity, QuoteCheck
from api.representations.shapes.desk import Actor, ActorList, Policy, PolicyRule, Token
from api.representations.shapes.dispute import Dispute, Position, Settlement
from api.representations.shapes.history import Change, History, HistoryItem
from api.representations.shapes.lists import (
    ArticleItem,
    ClaimItem,
    ContestedItem,
    CorrectionItem,
    Page,
    PartyItem,
    SourceItem,
)
from api.representations.shapes.log import Log
from api.representations.shapes.operation import Health, Readiness
from api.representations.shapes.parts import Amount, Created, ExactWords, Reasoned, When, Withdrawable, Withdrawal
from api.representations.shapes.problem import FieldFault, Problem
from api.representations.shapes.records import (
    Affiliation,
    Origin,
    Party,
    PartyRecord,
    Snapshot,
    Source,
    SourceRecord,
    StandingEntry,
)
from api.representations.shapes.reply import (
    Answer,
    DisputeSuggestion,
    DuplicateSuggestion,
    NumberGiven,
    Refusal,
    Reply,
    Search,
)
from api.representations.shapes.verdict import (
    Check,
    Finding,
    GroundOrigins,
    Origins,
    Pending,
    Reaffirmed,
    RestsOn,
    Verdict,
)
from api.representations.shapes.written import (
    IssuedToken,
    WrittenActor,
    WrittenArticle,
    WrittenClaim,
    WrittenParty,
    WrittenPolicy,
    WrittenSource,
)

__all__ = [
    "Actor",
    "ActorList",
    "Affiliation",
    "Amount",
    "Answer",
    "Article",
    "ArticleItem",
    "ArticlePlace",
    "ArticleRecord",
    "Assertion",
    "Change",
    "Check",
    "Citation",
    "Claim",
    "ClaimItem",
    "ClaimRecord",
    "ContestedItem",
    "Correction",
    "CorrectionItem",
    "Created",
    "Dispute",
    "DisputeSuggestion",
    "DuplicateSuggestion",
    "ExactWords",
    "FieldFault",
    "Finding",
    "GroundOrigins",
    "Health",
    "History",
    "HistoryItem",
    "IssuedToken",
    "Link",
    "Log",
    "NumberGiven",
    "Origin",
    "Origins",
    "Page",
    "Party",
    "PartyItem",
    "PartyRecord",
    "Pending",
    "Placement",
    "Policy",
    "PolicyRule",
    "Position",
    "Problem",
    "Projections",
    "Published",
    "Quantity",
    "QuoteCheck",
    "Readiness",
    "Reaffirmed",
    "Reasoned",
    "ReceiptList",
    "Refusal",
    "Replay",
    "Reply",
    "RestsOn",
    "Search",
    "Selected",
    "Settlement",
    "Snapshot",
    "Source",
    "SourceItem",
    "SourceRecord",
    "StandingEntry",
    "Token",
    "Verdict",
    "When",
    "Withdrawable",
    "Withdrawal",
    "WrittenActor",
    "WrittenArticle",
    "WrittenClaim",
    "WrittenParty",
    "WrittenPolicy",
    "WrittenSource",
]
