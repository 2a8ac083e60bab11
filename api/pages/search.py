"""The search page: a form, and what was found, with the words that were looked for marked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from api.pages import phrases
from api.pages.findings import Finding, findings
from api.pages.library import Library
from api.pages.shapes import Page, Visit
from api.search import cursor, cursor_text
from domain.errors import InvalidInput
from domain.language import canonical_tag
from projections.changes import RECORD_KINDS
from projections.results import Cursor, Results, Wanted
from projections.terms import Terms, terms

SHOWN: Final = 20
"""How many results the page shows at most."""

_KINDS: Final = {"": "Everything", "claim": "Claims", "article": "Articles", "source": "Sources", "party": "Parties"}
_WITHDRAWN: Final = {"": "Withdrawn or not", "false": "Not withdrawn", "true": "Withdrawn"}
_FLAGS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that a field of the form can have."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class SearchPage(Page):
    """The search page, at /search."""

    typed: Annotated[str, "What was typed to look for."]
    language: Annotated[str, "The language tag that was typed, known or not."]
    kinds: Annotated[tuple[Choice, ...], "The kinds of record to choose from."]
    withdrawn: Annotated[tuple[Choice, ...], "Whether to look among what was withdrawn."]
    contested: Annotated[bool, "Whether only contested claims are looked for."]
    problem: Annotated[str | None, "Why nothing could be looked for; absent where it could, or nothing was typed."]
    narrowed: Annotated[bool, "Whether the form narrows the search by more than words."]
    count: Annotated[str | None, "How much was found, in words; absent where nothing was looked for."]
    findings: Annotated[tuple[Finding, ...], "Some of what was found, the best first."]
    first: Annotated[str | None, "Where the results begin; absent where this page is their beginning."]
    next: Annotated[str | None, "Where they go on; absent at their end."]


def search_page(visit: Visit, library: Library) -> SearchPage:
    """What was found for this query. A parameter that it does not know, or a value that cannot be meant, is ignored."""
    typed = visit.asked.get("q", "")
    asked = {name: value for name, value in visit.asked.items() if name in _KNOWN and _KNOWN[name](value)}
    words, problem = _terms(typed)
    after = _cursor(visit.asked.get("after"))
    found = library.finder.search(library.audience, _wanted(words, asked), after, SHOWN)
    query = {"q": typed, **asked} if typed else asked
    return SearchPage(
        site=library.site,
        title="Search",
        twin=_address("/api/v1/search", query | ({"limit": str(SHOWN)} if typed else {}), after),
        typed=typed,
        language=visit.asked.get("language", ""),
        kinds=_choices(_KINDS, asked.get("kind")),
        withdrawn=_choices(_WITHDRAWN, asked.get("withdrawn")),
        contested=asked.get("contested") == "true",
        problem=problem,
        narrowed=bool(asked),
        count=_count(found) if words else None,
        findings=findings(found.items, words, library),
        first=None if after is None else _address("/search", query, None),
        next=None if found.next is None else _address("/search", query, found.next),
    )


def _is_language(text: str) -> bool:
    try:
        return bool(canonical_tag(text))
    except ValueError:
        return False


_KNOWN: Final[Mapping[str, Callable[[str], bool]]] = {
    "kind": lambda value: value in RECORD_KINDS,
    "language": _is_language,
    "contested": lambda value: value in _FLAGS,
    "withdrawn": lambda value: value in _FLAGS,
}
"""Parameter that narrows the search → whether it can have this value."""


def _terms(typed: str) -> tuple[Terms, str | None]:
    """What is looked for, and why nothing is, if something was typed."""
    try:
        words = terms(typed)
    except InvalidInput as refusal:
        return Terms(), refusal.detail
    if typed.strip() and not words:
        return words, "There is no word in what you typed: search looks for letters and digits."
    return words, None


def _cursor(text: str | None) -> Cursor | None:
    try:
        return None if text is None else cursor(text)
    except InvalidInput:
        return None


def _wanted(words: Terms, asked: Mapping[str, Any]) -> Wanted:
    language = canonical_tag(asked["language"]) if "language" in asked else None
    contested, withdrawn = (_FLAGS.get(asked.get(name, "")) for name in ("contested", "withdrawn"))
    return Wanted(words, asked.get("kind"), language, contested, withdrawn)


def _address(path: str, query: Mapping[str, str], after: Cursor | None) -> str:
    asked = {**query, **({} if after is None else {"after": cursor_text(after)})}
    return f"{path}?{urlencode(asked)}" if asked else path


def _choices(labels: Mapping[str, str], chosen: str | None) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, value == (chosen or "")) for value, label in labels.items())


def _count(found: Results) -> str:
    return f"More than {found.total:,} results" if found.more else phrases.counted(found.total, "result", "results")
