"""The short way to a command: from the address straight to what answers it.

The commands are routes of the application like all others, described and found in the same way. But a command's
endpoint reads the request and gives the answer by itself and needs nothing of what a framework does in between, which
costs more than deciding the command. What does not match here goes the long way, and so do all its refusals.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.errors import StemmaError

Endpoint = Callable[[Request], Awaitable[Response]]
Refuse = Callable[[Request, Exception], Awaitable[Response]]
Parts = tuple[str, ...]


class Shortcut:
    """Answers POST requests for `routes` (path with `{names}` → endpoint); `refuse` makes answers of our errors."""

    def __init__(self, app: ASGIApp, routes: Mapping[str, Endpoint], refuse: Refuse) -> None:
        self._app = app
        self._refuse = refuse
        self._routes: dict[int, list[tuple[str, Parts, Endpoint]]] = defaultdict(list)
        for path, endpoint in routes.items():
            parts = tuple(path.split("/"))
            self._routes[len(parts)].append((path, parts, endpoint))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._find(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        path, ids, endpoint = found
        scope["path_params"], scope["stemma.route"] = ids, path
        request = Request(scope, receive)
        try:
            response = await endpoint(request)
        except StemmaError as error:
            response = await self._refuse(request, error)
        await response(scope, receive, send)

    def _find(self, path: str) -> tuple[str, dict[str, Any], Endpoint] | None:
        given = path.split("/")
        for route, parts, endpoint in self._routes.get(len(given), ()):
            if all(part == here or (part[:1] == "{" and here) for part, here in zip(parts, given, strict=True)):
                ids = {part[1:-1]: here for part, here in zip(parts, given, strict=True) if part[:1] == "{"}
                return route, ids, endpoint
        return None
