"""From claims that others checked to a journal: an answer is a citation, its archived copy the way it was read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from tests.averitec.reading import CONFLICTING, METADATA, Answer, Checked

JournalLine = dict[str, Any]

JOURNAL: Final = "averitec"
TOPIC: Final = "averitec-{}"
"""The topic by which a claim is found again: its place in the file."""

RATINGS: Final = {
    "Supported": "supported",
    "Refuted": "refuted",
    "Not Enough Evidence": "not_enough_evidence",
    CONFLICTING: "conflicting",
}
POLICY: Final[JournalLine] = {
    "scale": [
        {"key": key, "label": label, "meaning": f"The annotators chose “{label}”.", "needs_citation": True}
        for label, key in RATINGS.items()
    ],
    "four_eyes": True,
    "reason": "The labels of the file.",
}

_KINDS: Final = {"PDF": "document", "Image/graphic": "image", "Video": "video", "Web table": "dataset"}
_PEOPLE: Final = {"annotator": ["importer"], "reviewer": ["approver"], "chief": ["approver"]}


@dataclass(slots=True)
class Conversion:
    """One pass over the file. An address, a copy and a speaker are recorded once, when they are first met."""

    _sources: dict[str, str] = field(default_factory=dict)
    _copies: set[tuple[str, str]] = field(default_factory=set)
    _speakers: dict[str, str] = field(default_factory=dict)

    def journal(self, claims: Iterable[Checked]) -> Iterator[JournalLine]:
        """The journal's lines, header first: sources, then the claim with its citations, then what was concluded."""
        yield {"journal": JOURNAL, "version": 1}
        for name, roles in _PEOPLE.items():
            yield {"do": "actors.create", "as": name, "body": {"name": f"The {name}s", "roles": roles}}
        yield {"do": "policies.create", "by": "chief", "body": POLICY}
        yield {"do": "policies.approval", "at": ["2"], "by": "reviewer", "body": {}}
        for claim in claims:
            yield from self._named(claim)
            yield from self._cited(claim)
            yield from self._asserted(claim)
            yield from _sought(claim)
            yield from _concluded(claim)

    def _named(self, claim: Checked) -> Iterator[JournalLine]:
        if claim.speaker is not None and claim.speaker not in self._speakers:
            self._speakers[claim.speaker] = name = f"speaker-{len(self._speakers) + 1}"
            yield _line("parties.create", {"kind": "person", "name": claim.speaker}, name)

    def _cited(self, claim: Checked) -> Iterator[JournalLine]:
        yield from self._source(claim.checked_in, "article")
        if claim.appeared_in:
            yield from self._source(claim.appeared_in, "post")
            yield from self._copy(claim.appeared_in, claim.appeared_copy)
        for answer in claim.found:
            if answer.address == METADATA:
                continue
            yield from self._source(answer.address, _KINDS.get(answer.medium, "article"))
            yield from self._copy(answer.address, answer.copy)
        if any(answer.address == METADATA for answer in claim.found):
            body = {"kind": "document", "title": "What the record of the claim says of itself: who, where and when"}
            yield _line("sources.create", body, _record_of(claim))

    def _source(self, address: str, kind: str) -> Iterator[JournalLine]:
        if address not in self._sources:
            self._sources[address] = name = f"source-{len(self._sources) + 1}"
            yield _line("sources.create", {"kind": kind, "title": address, "url": address}, name)

    def _copy(self, address: str, copy: str) -> Iterator[JournalLine]:
        """An archive's copy says what the page says. The file has no digest of it, so it is no snapshot."""
        if copy in ("", METADATA, address):
            return
        yield from self._source(copy, "other")
        if (address, copy) not in self._copies:
            self._copies.add((address, copy))
            body = {
                "derives_from": f"@{self._sources[address]}",
                "relation": "republishes",
                "reason": "It is an archive's copy of the page.",
            }
            yield {**_line("sources.origins", body), "at": [f"@{self._sources[copy]}"]}

    def _asserted(self, claim: Checked) -> Iterator[JournalLine]:
        topics = [TOPIC.format(claim.number), *claim.kinds, *([claim.country] if claim.country else [])]
        body: JournalLine = {
            "statement": claim.statement,
            "language": "en",
            "kind": "quote" if "Quote Verification" in claim.kinds else "fact",
            "said_on": claim.said_on,
            "topics": topics,
            "citations": [
                {"source_id": f"@{self._sources[claim.checked_in]}", "stance": "context"},
                *(self._citation(claim, index, answer) for index, answer in enumerate(claim.found)),
            ],
            **self._who(claim),
        }
        if claim.appeared_in:
            body["appeared_in_id"] = f"@{self._sources[claim.appeared_in]}"
        yield _line("claims.create", body, _name(claim))

    def _who(self, claim: Checked) -> JournalLine:
        if claim.speaker is not None:
            return {"attribution": "named", "claimant_id": f"@{self._speakers[claim.speaker]}"}
        return {"attribution": "unnamed", "as_named": f"somebody on {claim.medium}" if claim.medium else "somebody"}

    def _citation(self, claim: Checked, index: int, answer: Answer) -> JournalLine:
        wording = "verbatim" if answer.kind == "Extractive" else "paraphrased"
        said: JournalLine = {"stance": answer.stance, "quote": {"text": answer.text, "wording": wording}}
        said["as"] = f"{_name(claim)}-answer-{index}"
        if answer.address == METADATA:
            return {**said, "source_id": f"@{_record_of(claim)}"}
        said["source_id"] = f"@{self._sources[answer.address]}"
        if answer.copy not in ("", METADATA, answer.address):
            said["via_source_id"] = f"@{self._sources[answer.copy]}"
        if answer.copied_on is not None:
            said["accessed_on"] = answer.copied_on
        return said


def _sought(claim: Checked) -> Iterator[JournalLine]:
    for index, question in enumerate(claim.not_found):
        body = {"where": "wherever the annotators looked", "looked_for": question, "found": False}
        yield {**_line("claims.searches", body, f"{_name(claim)}-search-{index}"), "at": [f"@{_name(claim)}"]}


def _concluded(claim: Checked) -> Iterator[JournalLine]:
    cited = [f"@{_name(claim)}-answer-{index}" for index in range(len(claim.found))]
    sought = [f"@{_name(claim)}-search-{index}" for index in range(len(claim.not_found))]
    at, verdict = [f"@{_name(claim)}"], f"{_name(claim)}-verdict"
    body = {
        "rating": RATINGS[claim.label],
        "rationale": claim.justification,
        "rests_on": {"citation_ids": cited, "search_ids": sought},
    }
    yield {**_line("claims.verdicts", body, verdict), "at": at}
    yield {"do": "claims.verdicts.approval", "at": [*at, f"@{verdict}"], "by": "reviewer", "body": {}}
    yield {**_line("claims.publication", {}), "at": at}


def _name(claim: Checked) -> str:
    return f"claim-{claim.number}"


def _record_of(claim: Checked) -> str:
    return f"record-{claim.number}"


def _line(do: str, body: JournalLine, name: str | None = None) -> JournalLine:
    return {"do": do, "by": "annotator", "body": body, **({} if name is None else {"as": name})}
