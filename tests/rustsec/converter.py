"""From the revisions of an advisory database to a journal: an advisory is a claim, a revision what was done to it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

JournalLine = dict[str, Any]

JOURNAL: Final = "rustsec-history"

_LOST: Final = {"withdrawn": "superseded", "deleted": "recorded_in_error"}
"""Kinds of revision after which the advisory no longer counts → the cause that the claim's withdrawal names."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One line of the file. `fields` is empty where the front matter cannot be read; `text` is None after deletion."""

    advisory: str
    kind: str
    editor: str
    decided_at: str
    reason: str
    path: str
    fields: dict[str, Any]
    text: str | None

    @classmethod
    def read(cls, line: str) -> "Revision":
        row = json.loads(line)
        fields = row["fields"] or {}
        return cls(
            advisory=row["advisory"],
            kind=row["kind"],
            editor=row["actor"],
            decided_at=row["author_time"],
            reason=row["reason"].strip() or "revised",
            path=row["path"],
            fields={} if "parse_error" in fields else fields,
            text=row["text"],
        )

    @property
    def package(self) -> str:
        return str(self.fields.get("package") or self.path.split("/")[1])

    @property
    def number(self) -> str | None:
        """The advisory's number, from the front matter or the file's name; None until one is assigned."""
        stem = self.path.rsplit("/", 1)[1].rsplit(".", 1)[0]
        return next((n for n in (self.fields.get("id"), stem) if n and not n.endswith("-0000")), None)


@dataclass(frozen=True, slots=True)
class Advisory:
    """What stands after a revision. `cited` holds each address that it names, with the stance of its citation."""

    statement: str
    text: str
    topics: tuple[str, ...]
    happened_on: str | None
    cited: frozenset[tuple[str, str]]

    @property
    def exact_words(self) -> JournalLine:
        return {"text": self.text, "wording": "verbatim"}

    def changes(self, before: "Advisory") -> JournalLine:
        """The fields of a description that differ from `before`, as its body wants them, without the reason."""
        body: JournalLine = {}
        if self.text != before.text:
            body["exact_words"] = self.exact_words
        if self.topics != before.topics:
            body["topics"] = list(self.topics)
        if self.happened_on != before.happened_on:
            body["happened_on"] = self.happened_on
        return body


def _first(revision: Revision, text: str) -> Advisory:
    nothing = Advisory(f"{revision.package}: {_headline(revision, text)}", text, (revision.package,), None, frozenset())
    return _next(revision, text, nothing)


def _next(revision: Revision, text: str, before: Advisory) -> Advisory:
    """What stands after the revision. Unreadable front matter changes the text only: what it said still holds."""
    fields = revision.fields
    if not fields:
        return replace(before, text=text)
    return Advisory(
        statement=f"{revision.package}: {fields['title']}" if fields.get("title") else before.statement,
        text=text,
        topics=_topics(revision),
        happened_on=_date(fields.get("date")) or before.happened_on,
        cited=_cited(fields),
    )


def _headline(revision: Revision, text: str) -> str:
    """The title as a reader finds it in the text, for files whose front matter no parser understands."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    titles = [line.removeprefix(mark) for mark in ("# ", "title =") for line in lines if line.startswith(mark)]
    if titles:
        return titles[0].strip(' "')
    return f"{revision.number or 'without a number'}, {next(iter(lines), 'no text')}"


def _topics(revision: Revision) -> tuple[str, ...]:
    named = (revision.package, revision.number, *revision.fields["aliases"], revision.fields["informational"])
    return tuple(dict.fromkeys(topic for topic in named if topic))


def _date(text: str | None) -> str | None:
    """The day if it is spelled in full, as EDTF wants it; the file also has `2017-9-14` and the word `None`."""
    try:
        return text if text and date.fromisoformat(text).isoformat() == text else None
    except ValueError:
        return None


def _cited(fields: dict[str, Any]) -> frozenset[tuple[str, str]]:
    """The advisory's own address describes the problem, so it supports; the references are further reading."""
    own = fields["url"]
    further = {(address, "context") for address in fields["references"] if address != own}
    return frozenset(further | ({(own, "supports")} if own else set()))


def _source(address: str) -> JournalLine:
    if not address.startswith(("http://", "https://")):
        return {"kind": "document", "title": address}
    kind = "post" if any(part in address for part in ("/issues/", "/pull/", "/discussions/", "blog")) else "other"
    return {"kind": kind, "title": address, "url": address}


@dataclass(slots=True)
class _Claim:
    """A claim as the journal has made it so far; `citations` maps what is cited to the name of the citation."""

    name: str
    says: Advisory
    citations: dict[tuple[str, str], str]
    withdrawn: bool = False


@dataclass(slots=True)
class Conversion:
    """One pass over the file. `recorded` and `unrecorded` count the revisions by kind: those that gave at least one
    command about their claim, and those that gave none. Together they are all revisions read."""

    recorded: Counter[str] = field(default_factory=Counter)
    unrecorded: Counter[str] = field(default_factory=Counter)
    _editors: set[str] = field(default_factory=set)
    _sources: dict[str, str] = field(default_factory=dict)
    _claims: dict[str, _Claim] = field(default_factory=dict)
    _cited: int = 0

    def journal(self, lines: Iterable[str]) -> Iterator[JournalLine]:
        """The journal's lines, header first. Every line follows from the file's lines up to its own, so a longer file
        gives a longer version of the same journal. Raises `ValueError` or `KeyError` for a line of another shape."""
        yield {"journal": JOURNAL, "version": 1}
        for line in lines:
            revision = Revision.read(line)
            done = list(self._commands(revision))
            if done:
                yield from self._editor(revision)
            yield from done
            (self.recorded if done else self.unrecorded)[revision.kind] += 1

    def _editor(self, revision: Revision) -> Iterator[JournalLine]:
        if revision.editor not in self._editors:
            self._editors.add(revision.editor)
            body = {"name": f"RustSec editor {revision.editor}", "roles": ["importer"]}
            yield {"do": "actors.create", "as": f"editor-{revision.editor}", "body": body}

    def _commands(self, revision: Revision) -> Iterator[JournalLine]:
        claim = self._claims.get(revision.advisory)
        if claim is None:
            if revision.text is not None:
                yield from self._assert(revision, _first(revision, revision.text))
            return
        if revision.kind == "reinstated" and claim.withdrawn:
            claim.withdrawn = False
            yield _line(revision, "claims.reinstatement", [claim.name], {"reason": revision.reason})
        if revision.text is not None:
            yield from self._revise(revision, claim, _next(revision, revision.text, claim.says))
        if revision.kind in _LOST and not claim.withdrawn:
            claim.withdrawn = True
            body = {"cause": _LOST[revision.kind], "reason": revision.reason}
            yield _line(revision, "claims.withdrawal", [claim.name], body)

    def _assert(self, revision: Revision, says: Advisory) -> Iterator[JournalLine]:
        claim = _Claim(f"claim-{len(self._claims) + 1}", says, {})
        self._claims[revision.advisory] = claim
        body: JournalLine = {
            "statement": says.statement,
            "language": "en",
            "kind": "fact",
            "attribution": "own",
            "exact_words": says.exact_words,
            "topics": list(says.topics),
            "reason": revision.reason,
        }
        if says.happened_on:
            body["happened_on"] = says.happened_on
        yield from self._register(revision, says.cited)
        made = (self._cite(claim, each) for each in sorted(says.cited))
        body["citations"] = [{"as": name, **citation} for name, citation in made]
        yield {**_line(revision, "claims.create", [], body), "as": claim.name}

    def _revise(self, revision: Revision, claim: _Claim, says: Advisory) -> Iterator[JournalLine]:
        before, claim.says = claim.says, says
        reason = {"reason": revision.reason}
        if says.statement != before.statement:
            body = {"statement": says.statement, "language": "en", "same_meaning": True, **reason}
            yield _line(revision, "claims.rewording", [claim.name], body)
        if changes := says.changes(before):
            yield _line(revision, "claims.description", [claim.name], {**changes, **reason})
        yield from self._register(revision, says.cited - before.cited)
        for each in sorted(says.cited - before.cited):
            name, citation = self._cite(claim, each)
            yield {**_line(revision, "claims.citations", [claim.name], citation), "as": name}
        for each in sorted(before.cited - says.cited):
            at = [claim.name, claim.citations.pop(each)]
            yield _line(revision, "claims.citations.withdrawal", at, {"cause": "superseded", **reason})

    def _register(self, revision: Revision, cited: frozenset[tuple[str, str]]) -> Iterator[JournalLine]:
        for address, _ in sorted(cited):
            if address not in self._sources:
                self._sources[address] = f"source-{len(self._sources) + 1}"
                yield {**_line(revision, "sources.create", [], _source(address)), "as": self._sources[address]}

    def _cite(self, claim: _Claim, cited: tuple[str, str]) -> tuple[str, JournalLine]:
        self._cited += 1
        claim.citations[cited] = f"citation-{self._cited}"
        address, stance = cited
        return claim.citations[cited], {"source_id": f"@{self._sources[address]}", "stance": stance}


def _line(revision: Revision, do: str, at: list[str], body: JournalLine) -> JournalLine:
    """A command by the revision's editor, decided when the revision was written."""
    path = {"at": [f"@{name}" for name in at]} if at else {}
    by = {"by": f"editor-{revision.editor}", "decided_at": revision.decided_at}
    return {"do": do, **path, **by, "body": body}


def convert(lines: Iterable[str]) -> Iterator[JournalLine]:
    """The journal of a file of revisions, header first, as `Conversion.journal` gives it."""
    return Conversion().journal(lines)
