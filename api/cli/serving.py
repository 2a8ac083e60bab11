"""Commands that serve: a ledger as it is, or the demonstration."""

import os
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from types import FrameType
from typing import Annotated, NoReturn

import typer
import uvicorn

from api.app import create_app
from api.bootstrap import House, initialise, open_house
from api.cli.console import Data, Json, answer, settings
from api.connections import Connection
from api.demo import STORY, charter, sign_in, tell_story
from api.logs import configure
from api.progress import bar
from api.settings import Settings
from domain.errors import InvalidInput, RuleBroken

Host = Annotated[str | None, typer.Option(help="The address to listen at (default: 127.0.0.1).", show_default=False)]
Port = Annotated[int | None, typer.Option(help="The port to listen at (default: 8000; 0: any).", show_default=False)]

_GRACE = 10  # seconds for requests that are being answered when the server is told to stop
_IDLE = 20  # seconds for which a connection is kept open between two requests
_KEPT_FILES = 256  # that may be open besides connections: the ledger, the views, the log
_MOST_CONNECTIONS = 10_000


def serve(host: Host = None, port: Port = None, data: Data = None, as_json: Json = False) -> None:
    """Serve the ledger in the data folder until Ctrl-C or SIGTERM."""
    _end_quietly()
    here, listening = _listen(settings(data=data, host=host, port=port))
    with listening, open_house(here, signing=True) as house:
        url = f"http://{here.host}:{here.port}"
        answer({"url": url}, f"Serving {url}", as_json=as_json)
        _serve(house, listening)


def demo(host: Host = None, port: Port = None, data: Data = None, as_json: Json = False) -> None:
    """Serve the example story: makes a ledger if there is none, and prints a token for each of three people."""
    _end_quietly()
    here, listening = _listen(settings(data=data, host=host, port=port))
    url = f"http://{here.host}:{here.port}"
    with listening:
        with suppress(RuleBroken):  # there is a ledger already
            initialise(here, charter(url))
        with open_house(here, signing=True) as house:
            size = STORY.stat().st_size if STORY.is_file() else 0
            with bar("Recording the story", quiet=as_json) as progress:
                recorded = tell_story(house, lambda done: progress(done, size))
            tokens = {role: issued.token for role, issued in sign_in(house).items()}
            listed = (f"{role + ' token':<15} {token}" for role, token in tokens.items())
            text = "\n".join([f"Serving {url}", *listed, f"Sign in with one of them at {url}/signin"])
            answer({"url": url, "recorded": recorded, "tokens": tokens}, text, as_json=as_json)
            _serve(house, listening)


def _listen(here: Settings) -> tuple[Settings, socket.socket]:
    """The socket, and the settings with the port that it has. Raises `InvalidInput` if the port cannot be had."""
    family = socket.AF_INET6 if ":" in here.host else socket.AF_INET
    try:
        listening = socket.create_server((here.host, here.port), family=family, backlog=2_048)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise InvalidInput(f"The address {here.host}:{here.port} cannot be listened at ({why}).") from error
    return replace(here, port=listening.getsockname()[1]), listening


def _serve(house: House, listening: socket.socket) -> None:
    configure()
    config = uvicorn.Config(
        create_app(house),
        access_log=False,
        log_config=None,
        server_header=False,
        http=Connection,
        ws="none",
        proxy_headers=bool(house.settings.trusted_proxies),
        forwarded_allow_ips=list(house.settings.trusted_proxies),
        limit_concurrency=_connections(),
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=_GRACE,
    )
    # The server catches the signals itself, stops, and raises them once more for whoever waits for them: nobody.
    _on_signals(lambda *_: None)
    _Server(config, house).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Finishes what was accepted when it is told to stop, but ends the event streams, which would not end."""

    def __init__(self, config: uvicorn.Config, house: House) -> None:
        super().__init__(config)
        self._house = house

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._house.hub.close()
        await super().shutdown(sockets)


def _connections() -> int:
    """How many connections may be open at once. Were every file that may be open one, the ledger could not be read."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return min(max(files - _KEPT_FILES, files // 2), _MOST_CONNECTIONS)


def _end_quietly() -> None:
    """Makes Ctrl-C and SIGTERM a normal end while nothing is served yet."""

    def end(*_: object) -> NoReturn:
        raise SystemExit(0)

    _on_signals(end)


def _on_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    for which in (signal.SIGINT, signal.SIGTERM):
        signal.signal(which, handler)
