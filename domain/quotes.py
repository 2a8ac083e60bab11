"""Whether words that are quoted stand in a text, and whether they still do in a later one.

Both are brought to one form first (`normalised`): Unicode NFKC; marks that nobody sees (soft hyphens, zero-width
characters, marks of direction) dropped; typographic quotation marks, dashes and ellipses replaced by plain ones; words
that were hyphenated at the end of a line joined; any run of white space one space. Capitals stay what they are: a
quote in other capitals is found with changes.

`PROFILE` names this form and the way of looking for it. It changes whenever the same quote and text could come to
another result, and every recorded check names it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final, Literal
from unicodedata import category, normalize

from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import partial_ratio_alignment

PROFILE: Final = "nfkc-1/indel-1"

THRESHOLD: Final = 0.85
"""How alike a passage must be at least to count as the quote with changes: 1 is the same, 0 has nothing in common."""

FEWEST_LETTERS: Final = 12
FEWEST_WORDS: Final = 3
"""A quote with fewer letters, or fewer words, could stand anywhere. Where a script sets no spaces, letters count."""

FEWEST_IDEOGRAPHS: Final = 6
"""Letters that a quote in such a script (Chinese, Japanese, Thai …) needs instead of both."""

LONGEST_GAP: Final = 1_000
"""Characters that may lie in the text where the quote marks an omission: from farther apart, anything can be made."""

LONGEST_SLID: Final = 500
"""A longer quote is not slid along the text, but laid where pieces of it stand."""

_SLID: Final = 32
"""Stretches of a text along which a quote is slid: those that have most of its letters, three in a row."""

_STRETCH: Final = 4  # times the length of the quote
_SHORTEST_STRETCH: Final = 256
_ANCHORS: Final = 1_000  # places of the longest part of a quote, around which the others are looked for

_PIECE: Final = 12  # letters of a piece
_PIECES: Final = 64  # that are taken of a quote
_OCCURRENCES: Final = 4  # of a piece that are looked at
_TRIED: Final = 3  # beginnings
_FIRM: Final = 4  # letters in a row that are no coincidence at the edge of a passage

NEARBY: Final = 200
"""Characters on either side of a quote that belong to its surroundings."""

Found = Literal["found", "found_with_changes", "not_found"]
Unfit = Literal["too_short", "equals_title"]
Compared = Literal["same", "changed_near_quote", "quote_gone"]

_PLAIN: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼ′‹›`´", "'"),
        **dict.fromkeys("“”„‟″«»「」『』〝〞", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣", "-"),
    }
)
_HYPHENATED: Final = re.compile(r"(?<=[^\W\d_])-[^\S\n]*\n\s*(?=[^\W\d_])")
_SPACE: Final = re.compile(r"\s+")
_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
_GAP: Final = re.compile(r"\s*(?:\[[^\[\]]{0,100}\]|\(\s*\.{3}\s*\)|\.{3,}|\. \. \.)\s*")
_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class Match:
    """What looking for a quote came to.

    `score` says how alike the passage is, from 0.85 to 1 in hundredths; it is there for `found_with_changes` alone.
    `start` and `end` are where the passage stands in the normalised text, in code points; None for `not_found`.
    """

    outcome: Found
    score: str | None = None
    start: int | None = None
    end: int | None = None


NOT_FOUND: Final = Match("not_found")


def normalised(text: str) -> str:
    """The form in which quotes and texts are compared. Normalising twice changes nothing more."""
    while (plain := _once(text)) != text:
        text = plain
    return text


def _once(text: str) -> str:
    # Dashes and quotation marks of other widths are plain ones only after NFKC, and what is left may compose anew.
    folded = normalize("NFKC", _UNSEEN.sub("", text)).translate(_PLAIN)
    return normalize("NFKC", _SPACE.sub(" ", _HYPHENATED.sub("", folded)).strip())


def unfit(quote: str, title: str | None) -> Unfit | None:
    """Why finding the quote would prove nothing: it is too short, or it is the source's title. None if it would.

    Of a quote with omissions one part at least is long enough: single words in their order stand in any text.
    """
    said = normalised(quote)
    if all(_is_short(part) for part in _GAP.split(said)):
        return "too_short"
    return "equals_title" if title is not None and _letters(said) == _letters(normalised(title)) else None


def _is_short(said: str) -> bool:
    letters = _letters(said)
    if len(_UNSPACED.findall(said)) * 2 > len(letters):
        return len(letters) < FEWEST_IDEOGRAPHS
    return len(letters) < FEWEST_LETTERS or len(said.split()) < FEWEST_WORDS


def _letters(said: str) -> str:
    """Letters and digits alone, without regard to capitals."""
    return "".join(c for c in said.casefold() if category(c)[0] in "LMN")


def look_for(quote: str, text: str) -> Match:
    """Looks for the quote in the text; both as they were typed or extracted.

    `found`: its words stand there, one after another; where the quote marks an omission or an insertion (`…`, `[…]`,
    `[the police]`), at most `LONGEST_GAP` characters may stand instead. `found_with_changes`: the passage that is most
    alike reaches `THRESHOLD`. The same arguments give the same answer for ever, under this `PROFILE`.
    """
    said, there = normalised(quote), normalised(text)
    if not said:
        return NOT_FOUND
    start = there.find(said)
    if start >= 0:
        return Match("found", start=start, end=start + len(said))
    parts = [part for part in _GAP.split(said) if part]
    if len(parts) > 1 or (parts and parts[0] != said):
        span = next(_in_order(parts, there), None)
        return Match("found", start=span[0], end=span[1]) if span is not None else _alike(" ".join(parts), there)
    return _alike(said, there)


def _in_order(parts: list[str], there: str) -> Iterator[tuple[int, int]]:
    """Where all parts stand one after another, none farther from its neighbour than a gap may be long.

    They are looked for on either side of the longest one, which stands in the fewest places.
    """
    longest = max(range(len(parts)), key=lambda index: len(parts[index]))
    before, after = parts[:longest], parts[longest + 1 :]
    at = there.find(parts[longest])
    for _ in range(_ANCHORS):
        if at < 0:
            return
        start, end = _backwards(before, there, at), _forwards(after, there, at + len(parts[longest]))
        if start is not None and end is not None:
            yield start, end
        at = there.find(parts[longest], at + 1)


def _forwards(parts: list[str], there: str, end: int) -> int | None:
    """Where the last of the parts ends that follow one another from here."""
    for part in parts:
        at = there.find(part, end, end + LONGEST_GAP + len(part))
        if at < 0:
            return None
        end = at + len(part)
    return end


def _backwards(parts: list[str], there: str, start: int) -> int | None:
    """Where the first of the parts begins that precede one another up to here."""
    for part in reversed(parts):
        start = there.rfind(part, max(start - LONGEST_GAP - len(part), 0), start)
        if start < 0:
            return None
    return start


def _alike(said: str, there: str) -> Match:
    """The passage that is most like the quote, if it is like enough."""
    if len(said) > LONGEST_SLID:
        laid = (_laid(said, there, start, start + len(said)) for start in _beginnings(said, there))
        return max(laid, key=_likeness, default=NOT_FOUND)
    if len(there) < len(said):
        # The search slides the shorter of the two over the longer; a quote cut short is no part of the text.
        return _scored(said, there, 0, len(there))
    slid = (_slid(said, there, start, end) for start, end in _stretches(said, there))
    return max(slid, key=_likeness, default=NOT_FOUND)


def _stretches(said: str, there: str) -> list[tuple[int, int]]:
    """The stretches of the text that may have the quote, in their order; each overlaps the next by more than it."""
    size = max(_STRETCH * len(said), _SHORTEST_STRETCH)
    threes = _threes(said)
    all_ = [(start, start + size) for start in range(0, len(there), size - len(said) - len(said) // 2)]
    if len(all_) <= _SLID:
        return all_
    shared = {(start, end): _shared(threes, there[start:end]) for start, end in all_}
    return sorted(sorted(all_, key=lambda span: (-shared[span], span))[:_SLID])


def _threes(said: str) -> list[str]:
    """Three letters in a row, taken evenly."""
    return [said[at : at + 3] for at in range(0, len(said) - 2, len(said) // _PIECES + 1)]


def _shared(threes: list[str], stretch: str) -> int:
    return sum(three in stretch for three in threes)


def _slid(said: str, there: str, start: int, end: int) -> Match:
    """The passage of this stretch that is most like the quote."""
    stretch = there[start:end]
    if len(stretch) < len(said):
        # The search slides the shorter of the two over the longer, and a quote cut short is no part of the text.
        return NOT_FOUND
    near = partial_ratio_alignment(said, stretch, score_cutoff=100 * THRESHOLD * 0.9)
    return NOT_FOUND if near is None else _laid(said, there, start + near.dest_start, start + near.dest_end)


def _beginnings(said: str, there: str) -> list[int]:
    """Where in the text a long quote may begin: where most of its pieces, taken evenly, would have it begin."""
    votes: Counter[int] = Counter()
    for offset in range(0, len(said) - _PIECE, max(len(said) // _PIECES, 1)):
        piece, at = said[offset : offset + _PIECE], -1
        for _ in range(_OCCURRENCES):
            at = there.find(piece, at + 1)
            if at < 0:
                break
            votes[max(at - offset, 0)] += 1
    nearby = {start: sum(n for other, n in votes.items() if abs(other - start) < len(said) // 10) for start in votes}
    return sorted(votes, key=lambda start: (-nearby[start], -votes[start], start))[:_TRIED]


def _laid(said: str, there: str, start: int, end: int) -> Match:
    """The quote along this stretch of the text, or along one that begins and ends a little elsewhere."""
    return max(_scored(said, there, start, end), _aligned(said, there, start), key=_likeness)


def _aligned(said: str, there: str, start: int) -> Match:
    """The quote laid along the text about here: from the first stretch that is the same to the last."""
    slack = len(said) // 5 + 1
    begin, stop = max(start - slack, 0), min(start + len(said) + slack, len(there))
    same = [block for block in Indel.opcodes(said, there[begin:stop]) if block.tag == "equal"]
    kept = [block for block in same if block.src_end - block.src_start >= _FIRM] or same
    return _scored(said, there, begin + kept[0].dest_start, begin + kept[-1].dest_end) if kept else NOT_FOUND


def _likeness(match: Match) -> Decimal:
    return Decimal(match.score or 0)


def _scored(said: str, there: str, start: int, end: int) -> Match:
    score = Indel.normalized_similarity(said, there[start:end])
    if score < THRESHOLD:
        return NOT_FOUND
    # Rounded down: something that differs never has the score of what is the same.
    shown = min(Decimal(score).quantize(Decimal("0.01"), ROUND_DOWN), Decimal("0.99"))
    return Match("found_with_changes", str(shown), start, end)


def compare(quote: str, earlier: str, later: str) -> Compared | None:
    """What became of the quote between two texts of one source; None if the earlier one did not have it."""
    before = look_for(quote, earlier)
    if before.outcome == "not_found":
        return None
    after = look_for(quote, later)
    if after.outcome == "not_found":
        return "quote_gone"
    same = _surroundings(earlier, before) == _surroundings(later, after)
    return "same" if same else "changed_near_quote"


def _surroundings(text: str, match: Match) -> str:
    start, end = match.start or 0, match.end or 0
    return normalised(text)[max(start - NEARBY, 0) : end + NEARBY]
