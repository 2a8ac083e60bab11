"""Pages as HTML: templates that escape everything, and headers that let a browser load nothing but our own sheet."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from api.answers import VARY
from api.etag import etag
from api.pages.article import ArticlePage
from api.pages.audit import AuditPage
from api.pages.claim import ClaimPage
from api.pages.corrections import CorrectionsPage
from api.pages.front import ContestedPage, FrontPage
from api.pages.history import HistoryPage
from api.pages.invisible import shown, spelled
from api.pages.party import PartyPage
from api.pages.phrases import instant
from api.pages.policy import PolicyPage
from api.pages.search import SearchPage
from api.pages.shapes import MessagePage, Page
from api.pages.signin import SignInPage
from api.pages.single import SingleOriginPage
from api.pages.source import SourcePage
from api.pages.worklist import WorklistPage

_HERE: Final = Path(__file__).parent.parent
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_TEMPLATES.filters.update(instant=instant, shown=shown, spelled=spelled)
TEMPLATE_OF: Final[dict[type[Page], str]] = {
    ArticlePage: "article.html",
    AuditPage: "audit.html",
    ClaimPage: "claim.html",
    ContestedPage: "contested.html",
    CorrectionsPage: "corrections.html",
    FrontPage: "front.html",
    HistoryPage: "history.html",
    MessagePage: "message.html",
    PartyPage: "party.html",
    PolicyPage: "policy.html",
    SearchPage: "search.html",
    SignInPage: "signin.html",
    SingleOriginPage: "single.html",
    SourcePage: "source.html",
    WorklistPage: "worklist.html",
}
"""Every page there is → the template that shows it."""

MEDIA_TYPES: Final = {"stemma.css": "text/css", "mark.svg": "image/svg+xml"}
STATIC: Final[dict[str, bytes]] = {name: (_HERE / "static" / name).read_bytes() for name in MEDIA_TYPES}
"""The files that pages load, by name."""

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Vary": VARY,
    "X-Content-Type-Options": "nosniff",
}


def address_of(name: str) -> str:
    """The address of a static file. It changes with the file, so that it can be kept for ever."""
    return f"/static/{name}?v={sha256(STATIC[name]).hexdigest()[:12]}"


def rendered(page: Page, path: str = "") -> str:
    """The page as HTML. `path` is where it is, for the navigation."""
    template = _TEMPLATES.get_template(TEMPLATE_OF[type(page)])
    return template.render(page=page, path=path, stylesheet=address_of("stemma.css"), icon=address_of("mark.svg"))


def respond(page: Page, path: str = "", status: int = 200, **headers: str) -> Response:
    """The page as an answer. What the desk sees is kept by no cache; anything else is asked for anew each time.

    A page for the public has an entity tag, so that asking anew costs little while it is the same.
    """
    content = rendered(page, path).encode()
    cached = {"Cache-Control": "private, no-store"} if page.site.desk else _asked_anew(content)
    twin = {"Link": f'<{page.twin}>; rel="alternate"; type="application/json"'} if page.twin else {}
    return Response(content, status, {**HEADERS, **cached, **twin, **headers}, "text/html; charset=utf-8")


def _asked_anew(content: bytes) -> dict[str, str]:
    return {"Cache-Control": "no-cache", "ETag": etag(None, content)}
