"""Small frozen values that every part of the house speaks in.

Ids are `<kind>_` and 26 lower-case letters of Crockford's base 32 holding 128 random bits: a name is never a key, and
an id tells nothing about what it names but its kind. Numbers from the world are decimal strings, since RFC 8785 has
only doubles. Texts are kept exactly as typed, control characters and all; only U+0000, which many tools end a string
at, and texts without a visible character are refused.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Final, Literal, Self
from unicodedata import category

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from domain.edtf import EdtfText

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"

KINDS: Final = {
    "act": "actor",
    "aff": "affiliation",
    "art": "article",
    "cit": "citation",
    "clm": "claim",
    "cor": "correction",
    "dsk": "desk",
    "dsp": "dispute",
    "lnk": "link",
    "map": "map",
    "ori": "origin",
    "pch": "placement",
    "pol": "policy",
    "pos": "position",
    "prp": "proposal",
    "pty": "party",
    "req": "request",
    "rpl": "reply",
    "sch": "search",
    "snp": "snapshot",
    "src": "source",
    "stl": "settlement",
    "tok": "token",
    "vdt": "verdict",
}
"""Prefix of an id → what it names."""


def make_id(prefix: str, entropy: bytes) -> str:
    """The id of kind `prefix` that holds these 16 bytes. Raises `ValueError` for another length or an unknown kind."""
    if prefix not in KINDS or len(entropy) != 16:
        raise ValueError("an id is made of a known prefix and 16 bytes")
    number = int.from_bytes(entropy, "big")
    letters = [_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5)]
    return f"{prefix}_{''.join(letters)}"


def kind_of(id: str) -> str | None:
    """What the id names ("claim", "source" …), or None if it has no known prefix."""
    return KINDS.get(id[:3]) if id[3:4] == "_" else None


def id_pattern(prefix: str) -> str:
    """The regular expression that every id of this kind fits."""
    return rf"^{prefix}_[0-9a-hjkmnp-tv-z]{{26}}$"


def _id(prefix: str) -> StringConstraints:
    return StringConstraints(pattern=id_pattern(prefix))


ActorId = Annotated[str, _id("act")]
AffiliationId = Annotated[str, _id("aff")]
ArticleId = Annotated[str, _id("art")]
CitationId = Annotated[str, _id("cit")]
ClaimId = Annotated[str, _id("clm")]
CorrectionId = Annotated[str, _id("cor")]
DisputeId = Annotated[str, _id("dsp")]
LinkId = Annotated[str, _id("lnk")]
OriginId = Annotated[str, _id("ori")]
PartyId = Annotated[str, _id("pty")]
PlacementId = Annotated[str, _id("pch")]
PositionId = Annotated[str, _id("pos")]
ReplyId = Annotated[str, _id("rpl")]
SearchId = Annotated[str, _id("sch")]
SettlementId = Annotated[str, _id("stl")]
ProposalId = Annotated[str, _id("prp")]
SnapshotId = Annotated[str, _id("snp")]
SourceId = Annotated[str, _id("src")]
TokenId = Annotated[str, _id("tok")]
VerdictId = Annotated[str, _id("vdt")]

OPERATOR: Final = "operator"
"""The actor of what is done at the machine itself, by the command line, with access to the data folder."""

CHECKER: Final = "checker"
"""The actor of the quote checks that this program runs by itself. It may do nothing else."""

SIGNER: Final = "signer"
"""The actor of what this program records to prove the ledger: commitments to its map, and receipts of its views."""

KeyCause = Literal["first", "planned", "lost", "broken"]
"""Why the log gets a key: it had none; as planned; the key before was lost or stolen; or this ledger does not continue
what the key before signed, so that it must never sign again."""


_INVISIBLE: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Unicode's categories of characters that show nothing: controls, marks of format, spaces."""


def _readable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("the character U+0000 cannot be kept")
    if all(category(character) in _INVISIBLE for character in text):
        raise ValueError("a text without a visible character says nothing")
    return text


Line = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(_readable)]
"""A name, a title, a statement: 1 to 1,000 characters."""

Prose = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_readable)]
"""A rationale, a reason, a quotation: 1 to 20,000 characters."""

LONGEST_TEXT: Final = 500_000
FullText = Annotated[str, StringConstraints(max_length=LONGEST_TEXT), AfterValidator(_readable)]
"""The whole text of an article: 1 to 500,000 characters."""


def _web_address(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if scheme.lower() not in ("http", "https") or any(c.isspace() for c in text):
        raise ValueError("a web address begins with http:// or https:// and holds no white space")
    if rest[:1] in ("", "/", "?", "#"):
        raise ValueError("a web address names a host")
    return text


Url = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_readable), AfterValidator(_web_address)]


def _decimal(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _unsigned_zero(text: str) -> str:
    if text.startswith("-") and not Decimal(text):
        raise ValueError("zero has no sign")
    return text


DECIMAL: Final = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
DecimalText = Annotated[
    str,
    BeforeValidator(_decimal),
    StringConstraints(max_length=60, pattern=DECIMAL),
    AfterValidator(_unsigned_zero),
    WithJsonSchema({"anyOf": [{"type": "string", "maxLength": 60, "pattern": DECIMAL}, {"type": "integer"}]}),
]
"""A decimal number as text, in one spelling: `150`, `-3.5`, `0.10`. A JSON integer is accepted and kept as text."""

KEY: Final = r"^[a-z][a-z0-9_]{0,39}$"
Key = Annotated[str, StringConstraints(pattern=KEY)]
"""A short machine name chosen by people, such as the key of a rating."""

MOMENT: Final = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$"
Moment = Annotated[str, StringConstraints(pattern=MOMENT, min_length=20, max_length=32)]
"""A moment as RFC 3339 with its offset."""


def _in_utc(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("there is no such time; write for example 2026-06-20T10:00:00+02:00") from None
    return moment.isoformat("T", "microseconds").replace("+00:00", "Z")


UtcMoment = Annotated[Moment, AfterValidator(_in_utc)]
"""A moment as it is recorded: RFC 3339 in UTC with six digits, whatever offset it was given with."""

Role = Literal["editor", "approver", "auditor", "importer", "admin"]
PartyKind = Literal["person", "organisation", "state", "outlet"]
Relation = Literal["owned_by", "funded_by", "part_of", "operates", "shares_content_of"]
SourceKind = Literal[
    "article", "report", "statement", "dataset", "document", "interview", "post", "video", "image", "other"
]
OriginRelation = Literal["republishes", "translates", "quotes", "summarises"]
Standing = Literal["good", "corrected", "concern", "retracted", "gone"]
DeclaredBy = Literal["publisher", "desk"]
ClaimKind = Literal["fact", "quantity", "quote", "allegation", "prediction", "opinion"]
Attribution = Literal["named", "unnamed", "general", "own"]
PartyRole = Literal["actor", "affected", "mentioned"]
Wording = Literal["verbatim", "translated", "paraphrased"]
Stance = Literal["supports", "refutes", "reports_claim", "reports_denial", "context", "mentions"]
Bound = Literal["stated", "exactly", "about", "at_least", "at_most", "between"]
Recount = Literal["our_error", "new_count"]
LinkRelation = Literal["contradicts", "restates", "refines", "depends_on"]
Scope = Literal[
    "occurrence", "quantity", "date", "place", "cause", "responsibility", "said_by", "identity", "interpretation"
]
PositionStance = Literal["affirms", "denies", "differs"]
Settled = Literal["affirmed", "denied", "agreed", "unresolvable"]
WithdrawalCause = Literal["recorded_in_error", "party_withdrew", "superseded", "legal"]
ChangeCause = Literal["new_evidence", "our_error", "reworded", "source_changed", "policy"]
VerdictAct = Literal["verdict", "reaffirmation", "withdrawal"]
Requirement = Literal[
    "supports_at_least",
    "refutes_at_least",
    "primary_at_least",
    "open_dispute",
    "no_open_dispute",
    "quotes_found",
    "reply_requested",
    "search_recorded",
    "no_expired_search",
]
ArticleRole = Literal["own", "examined"]
CorrectionKind = Literal["typo", "clarification", "correction", "update", "retraction"]
NoText = Literal["image", "unreadable", "empty", "too_long", "digest_only", "page_gone"]
QuoteOutcome = Literal["found", "found_with_changes", "not_found", "not_checked"]
QuoteCause = Literal[
    "translation",
    "paraphrase",
    "too_short",
    "equals_title",
    "image",
    "unreadable",
    "empty",
    "too_long",
    "digest_only",
    "page_gone",
]
QuoteChange = Literal["same", "changed_near_quote", "quote_gone", "page_gone"]
Fate = Literal["exact", "moved", "fuzzy", "orphaned"]


class Frozen(BaseModel):
    """A value that never changes and knows all its fields: an unknown one is refused, never dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class About(Frozen):
    """A party that the claim speaks of, and how it figures there."""

    party_id: PartyId
    role: PartyRole


class Amount(Frozen):
    """What a quantity says, apart from its unit: `value` (and `upper`, for `between` only) and how far it binds.

    `stated` is a number that somebody gave without saying whether it is exact.
    """

    value: DecimalText
    bound: Bound
    upper: DecimalText | None = None
    counted_on: EdtfText | None = None

    @model_validator(mode="after")
    def _upper_belongs_to_between(self) -> Self:
        if (self.bound == "between") != (self.upper is not None):
            raise ValueError("'upper' belongs to the bound 'between', and only to it")
        if self.upper is not None and Decimal(self.upper) <= Decimal(self.value):
            raise ValueError("'upper' must be greater than 'value'")
        return self
