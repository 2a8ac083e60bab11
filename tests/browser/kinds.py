"""Every kind of page, in the states that it can be in, and the screens on which it is read."""

from typing import Final, Literal

from playwright.sync_api import ViewportSize

PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
DESKTOP: Final[ViewportSize] = {"width": 1280, "height": 900}
SCREENS: Final = {"phone": PHONE, "desktop": DESKTOP}
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")

OPEN: Final = {
    "front": "/",
    "contested": "/contested",
    "corrections": "/corrections",
    "search": "/search?q=raid",
    "search-nothing": "/search?q=zebra",
    "signin": "/signin",
    "article": "/articles/@a1",
    "article-examined": "/articles/@a2",
    "article-empty": "/articles/@empty",
    "article-rtl": "/articles/@rtl",
    "article-edited": "/articles/@edited",
    "article-edited-history": "/articles/@edited/history",
    "article-history": "/articles/@a1/history",
    "claim": "/claims/@c1",
    "claim-without-verdict": "/claims/@c2",
    "claim-general": "/claims/@c3",
    "claim-long": "/claims/@long",
    "claim-many": "/claims/@many",
    "claim-rtl": "/claims/@fa",
    "claim-withdrawn": "/claims/@w0",
    "claim-past": "/claims/@c1/at/@past",
    "claim-history": "/claims/@c1/history",
    "source": "/sources/@s1",
    "source-confidential": "/sources/@s3",
    "source-history": "/sources/@s1/history",
    "claim-origins": "/claims/@reprinted",
    "source-leant-on": "/sources/@agency",
    "policy": "/policies/current",
    "single-origin": "/single-origin",
    "audit": "/audit",
    "party": "/parties/@mek",
    "party-private": "/parties/@hidden",
    "party-trick": "/parties/@trick",
    "party-history": "/parties/@mek/history",
    "missing": "/claims/@c4",
}
"""Pages that everybody may open; `missing` is one that is not there. `@name` stands for an id of the story."""

DESK: Final = {
    "desk-front": "/",
    "desk-audit": "/audit",
    "desk-worklist": "/worklist",
    "desk-policy": "/policies/2",
    "desk-source": "/sources/@agency",
    "desk-draft": "/claims/@c4",
    "desk-proposal": "/claims/@c2",
    "desk-article": "/articles/@a3",
    "desk-history": "/claims/@c2/history",
}
"""Pages that the desk sees otherwise than the public, or alone."""
