"""The page of a claim: what is claimed and by whom, who denies it, on what evidence, what the desk concludes."""

from dataclasses import dataclass, replace
from typing import Annotated, Final

from api.pages import phrases
from api.pages.corrections import CorrectionPart, corrections_of
from api.pages.disputes import DisputePart, dispute_parts
from api.pages.evidence import StanceGroup, quoted, stance_groups
from api.pages.glance import Glance, glance
from api.pages.history import latest_steps
from api.pages.library import Library
from api.pages.lines import Speaker, claim_ref, speaker_of, title_of, withdrawn
from api.pages.numbers import suggested
from api.pages.origins import OriginsPart, origins_part
from api.pages.proofs import ProofPart, proof_part
from api.pages.replies import ReplyPart, SearchPart, reply_parts, search_parts
from api.pages.shapes import ErasedPart, Fact, Page, Quote, Ref, Step, Text, When, Withdrawn, dated, recorded
from api.pages.verdicts import VerdictPart, verdict_part
from domain.claim import Claim

RECENT: Final = 5
"""How many steps of the history the claim's own page shows."""


@dataclass(frozen=True, slots=True)
class LinkPart:
    """Another claim, and how this one stands to it."""

    relation: str
    claim: Ref
    withdrawn: Withdrawn | None


@dataclass(frozen=True, slots=True)
class AlikePart:
    """Another claim that may say the same, and why it may."""

    claim: Ref
    because: str


@dataclass(frozen=True, slots=True)
class Memento:
    """That the page shows a past moment: which position, when that was recorded, and where the claim is now.

    `partly`: the claim was not public then, so that only what has been published since is shown.
    """

    position: int
    when: When | None
    now: str
    partly: bool


@dataclass(frozen=True, slots=True)
class ClaimPage(Page):
    """A claim, at /claims/{id}, and as it was at a position, at /claims/{id}/at/{position}."""

    erased: Annotated[tuple[ErasedPart, ...], "The words of it that were erased: when, and why."]
    id: Annotated[str, "The claim’s id."]
    speaker: Annotated[Speaker | None, "Who claims it; absent for the desk’s own sentence."]
    statement: Annotated[Text, "What is claimed, as the desk words it."]
    memento: Annotated[Memento | None, "Set on the page of a past moment."]
    early: Annotated[bool, "Whether it was published before the deadline of a request for a reply."]
    draft: Annotated[bool, "Whether only the desk can see the claim."]
    kind: Annotated[str, "What kind of claim it is."]
    contested: Annotated[bool, "Whether parties disagree about it."]
    conflicts: Annotated[bool, "Whether standing sources say in their own voice both that it is so and that it is not."]
    withdrawn: Annotated[Withdrawn | None, "That the claim was withdrawn, when and why."]
    verdict: Annotated[VerdictPart | None, "The verdict in force."]
    proposal: Annotated[VerdictPart | None, "The proposed verdict that waits; for the desk only."]
    earlier: Annotated[tuple[VerdictPart, ...], "All other verdicts, the newest first."]
    review: Annotated[tuple[str, ...], "Why the verdict needs another look; for the desk only."]
    glance: Annotated[Glance, "Who says it, who denies it, since when, in what words, on what evidence."]
    facts: Annotated[tuple[Fact, ...], "Who, when, where, about whom."]
    groups: Annotated[tuple[StanceGroup, ...], "The citations, by stance."]
    origins: Annotated[OriginsPart | None, "What the citations go back to, each origin once."]
    disputes: Annotated[tuple[DisputePart, ...], "The disputes, open ones first, with the positions side by side."]
    replies: Annotated[tuple[ReplyPart, ...], "Whether the other side was asked for its reply, and what it said."]
    searches: Annotated[tuple[SearchPart, ...], "Where somebody looked and found nothing."]
    suggested: Annotated[tuple[str, ...], "Numbers that cannot both be right; for the desk only."]
    alike: Annotated[tuple[AlikePart, ...], "Other claims that may say the same; for the desk only, and only now."]
    links: Annotated[tuple[LinkPart, ...], "How it stands to other claims."]
    articles: Annotated[tuple[Ref, ...], "The articles in which it is placed."]
    corrections: Annotated[tuple[CorrectionPart, ...], "The corrections of articles that concern it, newest first."]
    recent: Annotated[tuple[Step, ...], "The last steps of the history, the newest first."]
    steps: Annotated[int, "How many steps the history has."]
    proof: Annotated[ProofPart | None, "Where its offline proof is; absent on the page of a past moment."]


def claim_page(id: str, library: Library) -> ClaimPage:
    """Raises `NotFound` for a claim that this reader may not see."""
    claim = library.claim(id)
    recent, steps = latest_steps(claim, library, RECENT)
    others = [v for v in reversed(claim.verdicts) if v not in (claim.verdict, claim.proposal)]
    then = f"?position={library.position}" if library.past else ""
    return ClaimPage(
        site=library.site,
        erased=library.erasures(id),
        title=title_of(claim, library),
        twin=f"/api/v1/claims/{id}{then}",
        id=id,
        speaker=speaker_of(claim, library),
        statement=Text.of(claim.words.statement, claim.language),
        memento=_memento(id, library),
        early=bool(library.published_early(claim)),
        draft=library.desk and library.finder.opened_at(id) is None,
        kind=phrases.CLAIM_KIND[claim.kind],
        contested=claim.contested,
        conflicts=library.weighed(claim).conflicts(claim),
        withdrawn=withdrawn(claim.withdrawn, claim.cause, claim.words.withdrawal_reason),
        verdict=None if claim.verdict is None else verdict_part(claim.verdict, claim, library),
        proposal=None if claim.proposal is None else verdict_part(claim.proposal, claim, library),
        earlier=tuple(verdict_part(verdict, claim, library) for verdict in others),
        review=tuple(phrases.REVIEW[reason] for reason in library.review_reasons(claim)),
        glance=glance(claim, _exact_words(claim), library),
        facts=tuple(fact for fact in _facts(claim, library) if fact.values),
        groups=stance_groups(claim, library),
        origins=origins_part(claim, library),
        disputes=dispute_parts(claim, library),
        replies=reply_parts(claim, library),
        searches=search_parts(claim, library),
        suggested=suggested(claim, library) if library.desk else (),
        alike=_alike(claim, library),
        links=_links(claim, library),
        articles=tuple(library.article_ref(id) for id in library.finder.placing(claim.id, library.audience)),
        corrections=tuple(replace(it, claims=()) for it in corrections_of(id, library)),
        recent=recent,
        steps=steps,
        proof=proof_part(id, library),
    )


def _memento(id: str, library: Library) -> Memento | None:
    if not library.past:
        return None
    partly = library.position < library.opened_at(id)
    return Memento(library.position, library.site.recorded, f"/claims/{id}", partly)


def _exact_words(claim: Claim) -> Quote | None:
    spoken = claim.exact_words
    if spoken is None:
        return None
    return quoted(claim.words.exact_words, spoken.wording, None, spoken.translated_from)


def _facts(claim: Claim, library: Library) -> tuple[Fact, ...]:
    source = None if claim.appeared_in_id is None else library.source_ref(claim.appeared_in_id)
    number = claim.quantity
    amount = phrases.quantity(number.value, number.bound, number.upper, number.words.unit) if number else None
    about = [Fact(f"About, {phrases.PARTY_ROLE[a.role]}", (library.party_ref(a.party_id),)) for a in claim.about]
    return (
        Fact("Kind", (Text(f"{phrases.CLAIM_KIND[claim.kind]}: {phrases.CLAIM_KIND_MEANS[claim.kind]}"),)),
        Fact("Said by", () if claim.claimant_id else _texts(phrases.ATTRIBUTION[claim.attribution])),
        Fact("Happened", _days(claim.happened_on) or (Text("at a time that is not known"),)),
        Fact("Appeared in", (source,) if source else ()),
        Fact("Number", _texts(amount)),
        Fact("Counted", _days(number.counted_on if number else None)),
        *about,
        Fact("Topics", _texts(", ".join(claim.words.topics) or None)),
        Fact("Recorded", (recorded(claim.asserted),)),
    )


def _texts(words: str | None) -> tuple[Text, ...]:
    return () if words is None else (Text(words),)


def _days(edtf: str | None) -> tuple[When, ...]:
    day = dated(edtf)
    return () if day is None else (day,)


def _alike(claim: Claim, library: Library) -> tuple[AlikePart, ...]:
    if not library.desk or library.past:
        return ()
    linked = {link.claim_id for link in claim.links if link.withdrawn is None}
    found = (one for one in library.finder.similar(claim) if one.id not in linked)
    return tuple(AlikePart(claim_ref(one.id, library), "; ".join(one.because)) for one in found)


def _links(claim: Claim, library: Library) -> tuple[LinkPart, ...]:
    return tuple(
        LinkPart(
            phrases.LINK[link.relation],
            claim_ref(link.claim_id, library),
            withdrawn(link.withdrawn, link.cause, link.words.withdrawal_reason),
        )
        for link in claim.links
    )
