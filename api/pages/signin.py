"""Where somebody of the desk signs in, to read the pages with what only the desk sees."""

import re
from dataclasses import dataclass
from typing import Annotated, Final

from api.pages.library import Library
from api.pages.shapes import Page, Visit

_LOCAL: Final = re.compile(r"/(?:[\x21-\x2e\x30-\x5b\x5d-\x7e][\x21-\x5b\x5d-\x7e]{0,1999})?")
"""A path of this site. Browsers read a backslash as a slash, two slashes as a host, and drop white space."""


@dataclass(frozen=True, slots=True)
class SignInPage(Page):
    """The form for a token, at /signin."""

    next: Annotated[str, "The path on this site to which a reader is led who has signed in."]
    wrong: Annotated[str | None, "Why signing in has just failed, if it has."]


def signin_page(visit: Visit, library: Library) -> SignInPage:
    return form(library, local(visit.asked.get("next", "/")))


def form(library: Library, next: str, wrong: str | None = None) -> SignInPage:
    """The form; `wrong` says why signing in has just failed."""
    return SignInPage(site=library.site, title="Sign in", twin="", next=next, wrong=wrong)


def local(path: str) -> str:
    """The path, if it leads to a page of this site; else the front page."""
    return path if _LOCAL.fullmatch(path) and not path.startswith(("/signin", "/signout")) else "/"
