"""What a claim's page says of its sources: each citation under its stance, and in one sentence how far they reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.pages import phrases
from api.pages.library import Library
from api.pages.lines import withdrawn
from api.pages.numbers import number_of
from api.pages.shapes import Quote, Ref, Text, When, Withdrawn, dated, recorded
from api.pages.snapshots import QuotePart, quote_parts
from domain.audience import protects
from domain.claim import Claim
from domain.claim.state import Citation
from domain.evidence.origins import Numbers
from domain.source import Source
from domain.values import SourceKind, Stance, Wording

_REPORTS: Final[frozenset[Stance]] = frozenset({"reports_claim", "reports_denial"})
_STATEMENTS: Final[frozenset[SourceKind]] = frozenset({"statement", "interview", "post", "video"})
_WEIGHTY: Final[tuple[Stance, ...]] = ("supports", "refutes", "reports_claim", "reports_denial")


@dataclass(frozen=True, slots=True)
class Lost:
    """Why a citation does not count: `words`, and the source to which it goes back, where that is another."""

    words: str
    through: Ref | None = None


@dataclass(frozen=True, slots=True)
class CitationPart:
    """One citation. `standing` is there where the source is not in good standing; `stands` says whether it counts.

    `lost` says why it does not, where it was not withdrawn.
    """

    source: Ref
    publisher: Ref | None
    published: When | None
    reported: Ref | None
    as_named: str | None
    quote: Quote | None
    checks: tuple[QuotePart, ...]
    locator: Text | None
    via: Ref | None
    accessed: When | None
    quantity: str | None
    standing: str | None
    stands: bool
    lost: Lost | None
    withdrawn: Withdrawn | None
    cited: When


@dataclass(frozen=True, slots=True)
class StanceGroup:
    """The citations that take the same stance."""

    stance: Stance
    label: str
    citations: tuple[CitationPart, ...]


def stance_groups(claim: Claim, library: Library) -> tuple[StanceGroup, ...]:
    """The citations under their stances, withdrawn ones among them. A stance that no source takes is left out."""
    groups = []
    for stance, label in phrases.STANCE.items():
        parts = tuple(_part(citation, claim, library) for citation in claim.citations if citation.stance == stance)
        if parts:
            groups.append(StanceGroup(stance, label, parts))
    return tuple(groups)


def quoted(
    words: str | None, wording: Wording | None, language: str | None, translated_from: str | None
) -> Quote | None:
    """The quotation with how faithful it is; None if nothing was quoted."""
    if wording is None:
        return None
    how = phrases.WORDING[wording] + (f" from {translated_from}" if translated_from else "")
    return Quote(Text.of(words, language), how)


def _part(citation: Citation, claim: Claim, library: Library) -> CitationPart:
    source: Source | None = library.find(citation.source_id)
    said = citation.words
    language = source.language if source is not None and citation.quote_wording == "verbatim" else None
    return CitationPart(
        source=library.source_ref(citation.source_id),
        publisher=None if source is None or source.publisher_id is None else library.party_ref(source.publisher_id),
        published=None if source is None else dated(source.published_on),
        reported=None if citation.reported_party_id is None else library.party_ref(citation.reported_party_id),
        as_named=said.as_named,
        quote=quoted(said.quote, citation.quote_wording, language, citation.quote_translated_from),
        checks=quote_parts(citation, library),
        locator=None if said.locator is None else Text(said.locator),
        via=None if citation.via_source_id is None else library.source_ref(citation.via_source_id),
        accessed=dated(citation.accessed_on),
        quantity=number_of(citation, claim, library),
        standing=None if source is None or source.standing == "good" else phrases.STANDING[source.standing],
        stands=citation.id in library.weighed(claim).standing,
        lost=_lost(citation, claim, library),
        withdrawn=withdrawn(citation.withdrawn, citation.cause, said.withdrawal_reason),
        cited=recorded(citation.cited),
    )


def _lost(citation: Citation, claim: Claim, library: Library) -> Lost | None:
    """Why the citation does not count; None where it does, or was withdrawn."""
    weighed = library.weighed(claim)
    if citation.id in weighed.standing or citation.withdrawn is not None:
        return None
    legs = () if weighed.evidence is None else weighed.evidence.legs
    leg = next((leg for leg in legs if leg.cited.id == citation.id), None)
    sides = () if leg is None else (leg.roots, leg.via)
    broken = next((roots[0] for roots in sides if roots and not any(root.holds for root in roots)), None)
    if broken is None or broken.broken_at in (citation.source_id, None):
        ours = broken is not None and broken.own_article is not None
        return Lost("the source is our own article, which holds this claim" if ours else "the source was retracted")
    fallen = "our own article, which holds this claim" if broken.own_article else "a source that was retracted"
    told = library.desk or ((source := library.find(broken.broken_at)) is not None and not protects(source))
    return Lost(
        f"it goes back to {fallen}", library.source_ref(broken.broken_at) if told and broken.broken_at else None
    )


def how_known(claim: Claim, library: Library) -> str:
    """Through how many accounts the claim is known here, and what they do.

    An account is a source that somebody here has seen: where one is known through another, it is the other. Where there
    are several, it is told to how many origins they go back, each counted once.
    """
    weighed = library.weighed(claim)
    standing = [c for c in claim.citations if c.stance in _WEIGHTY and c.id in weighed.standing]
    if not standing:
        return _nothing_stands(claim)
    accounts = list(dict.fromkeys(c.via_source_id or c.source_id for c in standing))
    stances = {c.stance for c in standing}
    unseen = not any(_firsthand(c, library) for c in standing)
    if len(accounts) == 1:
        return f"Known here through one account, {_account(accounts[0], library)}. {_one_does(stances, unseen=unseen)}"
    if stances <= _REPORTS:
        many = phrases.counted(len(accounts), "account", "accounts")
        also = "; we have seen none of the statements themselves" if unseen else ""
        return f"Known here only through {many} of what others say{also}. {_origins(weighed.numbers)}"
    return f"{_many_do(standing)} {_origins(weighed.numbers)}"


def _nothing_stands(claim: Claim) -> str:
    if not claim.citations:
        return "No source is cited for it."
    if all(c.withdrawn is not None for c in claim.citations):
        return "No source is cited for it any more."
    return "No source that stands says that it is so, or that it is not."


def _account(id: str, library: Library) -> str:
    source: Source | None = library.find(id)
    if source is None:
        return library.source_ref(id).plain
    called = library.source_ref(id) if source.publisher_id is None else library.party_ref(source.publisher_id)
    published = dated(source.published_on)
    return called.plain if published is None else f"{called.plain}, {published.words}"


def _firsthand(citation: Citation, library: Library) -> bool:
    """Whether the source may be the very statement that it is cited for, so that it cannot be called unseen.

    Of a confidential source nothing can be told, not even that it is something else.
    """
    source: Source | None = library.find(citation.source_id)
    if source is None or citation.via_source_id is not None:
        return False
    authors = {source.publisher_id, *source.author_ids} - {None}
    return source.confidential or source.primary or source.kind in _STATEMENTS or citation.reported_party_id in authors


def _one_does(stances: set[Stance], *, unseen: bool) -> str:
    if stances == _REPORTS:
        return "It reports what both sides say" + ("; we have seen neither statement." if unseen else ".")
    if stances == {"reports_claim"}:
        return "It reports that it is claimed" + ("; we have not seen the statement itself." if unseen else ".")
    if stances == {"reports_denial"}:
        return "It reports that it is denied" + ("; we have not seen the statement itself." if unseen else ".")
    return f"It {phrases.listed([phrases.CITED_AS[stance] for stance in _WEIGHTY if stance in stances])}."


def _many_do(standing: Sequence[Citation]) -> str:
    said = []
    for stance, one, many in (
        ("supports", "says so in its own voice", "say so in their own voice"),
        ("refutes", "says the opposite in its own voice", "say the opposite in their own voice"),
    ):
        count = len({c.source_id for c in standing if c.stance == stance})
        if count:
            said.append(f"{phrases.counted(count, 'source', 'sources')} {one if count == 1 else many}")
    reporting = len({c.source_id for c in standing if c.stance in _REPORTS})
    if reporting:
        said.append(
            f"{phrases.counted(reporting, 'source', 'sources')} {'tells' if reporting == 1 else 'tell'} what others say"
        )
    return f"{phrases.listed(said)}."


def _origins(numbers: Numbers | None) -> str:
    """How many origins they go back to, so that ten reprints are not taken for ten witnesses."""
    if numbers is None:
        return ""
    counts = (
        (numbers.supports, "for it"),
        (numbers.refutes, "against it"),
        (numbers.interested, "with an interest of their own"),
        (numbers.reported, "in what others say"),
    )
    told = [f"{count:,} {what}" for count, what in counts if count]
    return f"Independent origins, each counted once: {phrases.listed(told)}." if told else ""
