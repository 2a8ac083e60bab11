"""Language tags (BCP 47, RFC 5646), kept in one spelling, and the direction in which a language is written."""

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator

Direction = Literal["ltr", "rtl"]

MAX_LENGTH: Final = 100
"""Code points in a tag. RFC 5646, section 4.4.1, finds 35 enough for what is in use."""

_TAG: Final = re.compile(
    r"(?P<language>[a-z]{2,3})"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*)"
    r"(?P<private>-x(?:-[a-z0-9]{1,8})+)?"
)
_EXTENSION: Final = re.compile(r"-[a-wyz0-9](?:-[a-z0-9]{2,8})+")
_EXTENDED: Final = re.compile(r"[a-z]{2,3}-(?P<language>[a-z]{3})(?:-.*)?")

_SCRIPTS: Final = (
    "adlm arab aran armi avst chrs cprt elym gara hatr hebr hung khar lydi mand mani mend merc mero narb nbat nkoo "
    "orkh ougr palm phli phlp phnx prti rohg samr sarb sogd sogo syrc thaa yezi"
)
_LANGUAGES: Final = (
    "aeb aii ajp apc apd ar arc arq ars ary arz azb bal bcc bgn bqi ckb dv fa glk haz he iw khw ks lrc luz mzn nqo "
    "otk pbu pnb prs ps sam sd sdh skr sus syr ug ur uzs wbl yi ydd"
)
_LANGUAGES_THERE: Final = "az-iq az-ir kk-cn ku-iq ku-ir ky-cn pa-pk uz-af"
_RTL_SCRIPTS: Final = frozenset(_SCRIPTS.split())
_RTL_LANGUAGES: Final = frozenset([*_LANGUAGES.split(), *_LANGUAGES_THERE.split()])


def canonical_tag(text: str) -> str:
    """The tag in the spelling of RFC 5646, section 4.5: `FA-arab-ir` → `fa-Arab-IR`; extensions in alphabetical order.

    Well-formedness is checked, not whether a subtag is registered. Raises `ValueError` with a sentence for what is not
    well formed, and for forms that have a plainer spelling: extended languages (`zh-yue` is `yue`), grandfathered tags,
    tags that are private altogether, and languages of more than three letters, of which none is registered.
    """
    found = _TAG.fullmatch(text.lower()) if text.isascii() and len(text) <= MAX_LENGTH else None
    if found is None:
        raise ValueError(_why_not(text))
    variants = _parts(found["variants"])
    extensions = sorted(_EXTENSION.findall(found["extensions"]))
    _refuse_doubles(text, variants)
    _refuse_doubles(text, [extension[1] for extension in extensions])
    tag = [found["language"], (found["script"] or "").title(), (found["region"] or "").upper(), *variants]
    return "-".join(filter(None, tag)) + "".join(extensions) + (found["private"] or "")


LanguageTag = Annotated[str, AfterValidator(canonical_tag)]
"""A BCP 47 language tag, accepted in any case and kept in its canonical one: `en`, `sq`, `fa-Arab-IR`, `zh-Hant`."""


def direction(tag: str) -> Direction:
    """How text in this language runs: by the script where the tag names one, else by the language's usual script there.

    Raises `ValueError` for what is no language tag. A language that is not known to run from right to left is `ltr`.
    """
    language, *rest = canonical_tag(tag).lower().split("-")
    following = rest[0] if rest else ""
    if len(following) == 4 and following.isalpha():
        return "rtl" if following in _RTL_SCRIPTS else "ltr"
    return "rtl" if {language, f"{language}-{following}"} & _RTL_LANGUAGES else "ltr"


def _parts(joined: str) -> list[str]:
    return [part for part in joined.split("-") if part]


def _refuse_doubles(text: str, parts: list[str]) -> None:
    for part in parts:
        if parts.count(part) > 1:
            raise ValueError(f"The language tag {text!r} names '{part}' twice.")


def _why_not(text: str) -> str:
    if "_" in text:
        return f"{text[:40]!r} is no language tag: its parts are joined by hyphens, for example en-GB."
    if extended := _EXTENDED.fullmatch(text.lower()):
        return f"Write the language {text[:40]!r} by its own code, for example {extended['language']}."
    return (
        f"{text[:40]!r} is no language tag: write the two or three letters of the language first, "
        "then, if needed, its script and region, for example en, sq, fa-Arab-IR."
    )
