"""What every command that serves needs: a socket, a server's configuration, and quiet ends."""

import os
import resource
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
import uvicorn
from starlette.types import ASGIApp

from api.connections import Connection
from domain.errors import InvalidInput

Host = Annotated[str | None, typer.Option(help="The address to listen at (default: 127.0.0.1).", show_default=False)]
Port = Annotated[int | None, typer.Option(help="The port to listen at (default: 8000; 0: any).", show_default=False)]

_GRACE = 10  # seconds for requests that are being answered when the server is told to stop
_IDLE = 20  # seconds for which a connection is kept open between two requests
_KEPT_FILES = 256  # that may be open besides connections: the ledger, the views, the log
_MOST_CONNECTIONS = 10_000


def listen(host: str, port: int) -> socket.socket:
    """The socket, which listens; port 0 is any. Raises `InvalidInput` if the port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2_048)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise InvalidInput(f"The address {host}:{port} cannot be listened at ({why}).") from error


def configured(app: ASGIApp, **besides: Any) -> uvicorn.Config:
    """How applications are served here, with `besides` what this one needs."""
    return uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        server_header=False,
        http=Connection,
        ws="none",
        limit_concurrency=_connections(),
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=_GRACE,
        **besides,
    )


def end_quietly() -> None:
    """Makes Ctrl-C and SIGTERM a normal end while nothing is served yet."""

    def end(*_: object) -> NoReturn:
        raise SystemExit(0)

    _on_signals(end)


def stop_on_signals(server: uvicorn.Server) -> None:
    """Stops the server on Ctrl-C and SIGTERM, from now on, though it does not run yet.

    While it runs it catches them itself, and raises them once more in the end, which changes nothing.
    """

    def stop(*_: object) -> None:
        server.should_exit = True

    _on_signals(stop)


def _connections() -> int:
    """How many connections may be open at once. Were every file that may be open one, the ledger could not be read."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return min(max(files - _KEPT_FILES, files // 2), _MOST_CONNECTIONS)


def _on_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    for which in (signal.SIGINT, signal.SIGTERM):
        signal.signal(which, handler)
