"""Text cut into words for searching, in any language, so that spellings which readers take for one word are one.

Folded as Unicode says (NFKD, case folding; UAX #15, Unicode 5.18.4); without accents, and without the points that
Hebrew and Arabic may leave out. Arabic and Persian forms of one letter are one, digits of all scripts are ASCII, and
what cannot be seen (zero-width characters, tatweel, variation selectors) does not count. A word is a run of letters,
marks and digits; of scripts that are written without spaces, each character is a word of its own.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal
from unicodedata import category, combining, decimal, name, normalize

Sort = Literal["letter", "alone", "mark", "gap"]
"""What a folded character does to words: goes on with one, is one by itself, belongs to the one before, ends it."""

_ACCENTS: Final = frozenset([*range(10, 37), *range(200, 256)])
"""Combining classes that are left out. Those between are vowels and tones (Thai, Lao, Telugu, Tibetan): without them
a word is another word."""
_UNSEEN: Final = frozenset("\u0640\u034f") | {chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))}
_ONE_LETTER: Final = str.maketrans("يىكıłđøħŧ", "ییکildoht")
"""Letters with the same name or the same base, which Unicode does not decompose → the one that stands for them."""
_SLASH: Final = "\u2044"
"""What fractions such as `½` have in them. They do not run into the number before them."""
_WITHOUT_SPACES: Final = ("CJK", "HIRAGANA", "IDEOGRAPHIC", "KATAKANA", "KHMER", "LAO", "MYANMAR", "THAI")
_ASCII: Final = re.compile("[a-z0-9]+")


@dataclass(slots=True)
class Place:
    """A folded word, and the stretch of the text that it was read from, in code points, `end` excluded.

    `alone` is a character of a script without spaces.
    """

    word: str
    start: int
    end: int
    alone: bool = False


def words(text: str) -> list[str]:
    """The folded words of the text, in order. None is empty or has a space in it."""
    return _ASCII.findall(text.lower()) if text.isascii() else [place.word for place in _places(text)]


def places(text: str) -> list[Place]:
    """The folded words of the text and where they stand, in order.

    None overlaps another, save in a character that stands for several words, such as `½`.
    """
    if text.isascii():
        return [Place(found[0], *found.span()) for found in _ASCII.finditer(text.lower())]
    return _places(text)


def _places(text: str) -> list[Place]:
    found: list[Place] = []
    inside = False
    for index, character in enumerate(text):
        for sort, folded in _FOLDED[character]:
            if sort == "letter" and inside and not found[-1].alone:
                found[-1].word += folded
                found[-1].end = index + 1
            elif sort in ("letter", "alone"):
                found.append(Place(folded, index, index + 1, alone=sort == "alone"))
                inside = True
            elif sort == "mark" and inside:
                found[-1].word = normalize("NFD", found[-1].word + folded)
            elif sort == "gap":
                inside = False
        if inside:
            found[-1].end = index + 1
    return found


class _Folded(dict[str, tuple[tuple[Sort, str], ...]]):
    """Character → what it is folded to, each part with its sort. Reckoned when it is first met."""

    def __missing__(self, character: str) -> tuple[tuple[Sort, str], ...]:
        bare = "".join(filter(_counts, normalize("NFKD", character)))
        apart = f" {bare} " if _SLASH in bare else bare
        folded = normalize("NFKD", apart.casefold()).translate(_ONE_LETTER)
        self[character] = tuple((_sort(part), _digit(part)) for part in folded if _counts(part))
        return self[character]


_FOLDED: Final = _Folded()


def _counts(character: str) -> bool:
    """Whether the character is no accent, and can be seen."""
    return not (character in _UNSEEN or category(character) in ("Cf", "Me") or combining(character) in _ACCENTS)


def _digit(character: str) -> str:
    value = decimal(character, None)
    return character if value is None else str(value)


def _sort(character: str) -> Sort:
    match category(character)[0]:
        case "M":
            return "mark"
        case "N" if decimal(character, None) is not None:
            return "letter"
        case "L" | "N":
            return "alone" if name(character, "").startswith(_WITHOUT_SPACES) else "letter"
        case _:
            return "gap"
