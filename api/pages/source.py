"""The page of a source: what it is, how far it may be relied on, where it got what it says from, where it is cited."""

from dataclasses import dataclass
from typing import Annotated, Final

from api.pages import phrases
from api.pages.leaning import LeanersPart, leaners_part
from api.pages.library import Library
from api.pages.lines import Line, line, withdrawn
from api.pages.shapes import ErasedPart, Fact, Page, Ref, Text, When, Withdrawn, dated, recorded
from api.pages.snapshots import SnapshotPart, snapshot_parts
from domain.source import Source
from domain.source.state import StandingEntry
from domain.values import Standing

_PUBLISHER_S: Final[frozenset[Standing]] = frozenset({"corrected", "retracted"})
"""Standings that are the publisher's to declare."""


@dataclass(frozen=True, slots=True)
class StandingPart:
    """The standing from one event on."""

    standing: str
    by: str
    since: When
    effective: When | None
    notice: str | None
    reason: Text


@dataclass(frozen=True, slots=True)
class OriginPart:
    """Another source that this one draws on."""

    relation: str
    source: Ref
    reason: Text
    withdrawn: Withdrawn | None


@dataclass(frozen=True, slots=True)
class CitedPart:
    """A claim on which the source is cited, how it stands to it, and whether the citation was withdrawn."""

    line: Line
    stances: tuple[str, ...]
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class SourcePage(Page):
    """A source, at /sources/{id}."""

    erased: Annotated[tuple[ErasedPart, ...], "The words of it that were erased: when, and why."]
    heading: Annotated[Ref, "The source’s title, or why it is not shown."]
    kind: Annotated[str, "What kind of source it is."]
    standing: Annotated[str, "How far it may be relied on now."]
    good: Annotated[bool, "Whether it is in good standing."]
    confidential: Annotated[bool, "Whether the public is not told what it is."]
    url: Annotated[str | None, "Where it was found."]
    facts: Annotated[tuple[Fact, ...], "Publisher, authors, date, language."]
    standings: Annotated[tuple[StandingPart, ...], "Every change of its standing, the newest first."]
    origins: Annotated[tuple[OriginPart, ...], "The sources that it draws on."]
    snapshots: Annotated[tuple[SnapshotPart, ...], "What was captured of it, the newest first."]
    cited: Annotated[tuple[CitedPart, ...], "The claims on which it is cited."]
    leaners: Annotated[LeanersPart | None, "What leans on it through others, and for the desk what would fall with it."]


def source_page(id: str, library: Library) -> SourcePage:
    """Raises `NotFound` for a source that this reader may not see."""
    source = library.source(id)
    heading = library.source_ref(id)
    return SourcePage(
        site=library.site,
        erased=library.erasures(source.id),
        title=heading.plain,
        twin=f"/api/v1/sources/{id}",
        heading=heading,
        kind=phrases.SOURCE_KIND[source.kind],
        standing=phrases.STANDING[source.standing],
        good=source.standing == "good",
        confidential=source.confidential,
        url=source.words.url,
        facts=tuple(fact for fact in _facts(source, library) if fact.values),
        standings=tuple(reversed(_standings(source))),
        origins=_origins(source, library),
        snapshots=snapshot_parts(source, library),
        cited=_cited(source, library),
        leaners=leaners_part(source, library),
    )


def _facts(source: Source, library: Library) -> tuple[Fact, ...]:
    published = dated(source.published_on)
    return (
        Fact("Published by", (library.party_ref(source.publisher_id),) if source.publisher_id else ()),
        Fact("By", tuple(library.party_ref(id) for id in source.author_ids)),
        Fact("Published", () if published is None else (published,)),
        Fact("Language", (Text(source.language),) if source.language else ()),
        Fact("Evidence", (Text("of its own: it was there, or it is the document itself"),) if source.primary else ()),
        Fact("Recorded", (recorded(source.registered),)),
    )


def _standings(source: Source) -> list[StandingPart]:
    return [
        StandingPart(
            standing=phrases.STANDING[entry.standing],
            by=_declared(entry),
            since=recorded(entry.declared),
            effective=dated(entry.effective_on),
            notice=entry.words.notice_url,
            reason=Text(entry.words.reason),
        )
        for entry in source.standings
    ]


def _declared(entry: StandingEntry) -> str:
    """Who declared it, where its name does not say so already."""
    if entry.declared_by == "desk":
        return "declared by the desk"
    return "" if entry.standing in _PUBLISHER_S else "declared by its publisher"


def _origins(source: Source, library: Library) -> tuple[OriginPart, ...]:
    return tuple(
        OriginPart(
            phrases.ORIGIN[origin.relation],
            library.source_ref(origin.derives_from),
            Text(origin.words.reason),
            withdrawn(origin.withdrawn, origin.cause, origin.words.withdrawal_reason),
        )
        for origin in source.origins
    )


def _cited(source: Source, library: Library) -> tuple[CitedPart, ...]:
    parts = []
    for claim in library.claims(library.finder.citing(source.id, library.audience)):
        citations = [c for c in claim.citations if source.id in (c.source_id, c.via_source_id)]
        stances = dict.fromkeys(phrases.CITED_AS[c.stance] for c in citations)
        gone = all(c.withdrawn is not None for c in citations)
        if citations:
            parts.append(CitedPart(line(claim, library), tuple(stances), gone))
    return tuple(parts)
