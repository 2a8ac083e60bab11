"""Commands that serve: a ledger as it is, or the demonstration."""

import socket
from contextlib import suppress
from dataclasses import replace

import uvicorn

from api.app import create_app
from api.bootstrap import House, initialise, open_house
from api.cli.console import Data, Json, answer, settings
from api.cli.listening import Host, Port, configured, end_quietly, listen, stop_on_signals
from api.demo import STORY, charter, sign_in, tell_story
from api.logs import configure
from api.progress import bar
from api.settings import Settings
from domain.errors import RuleBroken


def serve(host: Host = None, port: Port = None, data: Data = None, as_json: Json = False) -> None:
    """Serve the ledger in the data folder until Ctrl-C or SIGTERM."""
    end_quietly()
    here, listening = _listen(settings(data=data, host=host, port=port))
    with listening, open_house(here, signing=True) as house:
        url = f"http://{here.host}:{here.port}"
        answer({"url": url}, f"Serving {url}", as_json=as_json)
        _serve(house, listening)


def demo(host: Host = None, port: Port = None, data: Data = None, as_json: Json = False) -> None:
    """Serve the example story: makes a ledger if there is none, and prints a token for each of three people."""
    end_quietly()
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
    listening = listen(here.host, here.port)
    return replace(here, port=listening.getsockname()[1]), listening


def _serve(house: House, listening: socket.socket) -> None:
    configure()
    config = configured(
        create_app(house),
        proxy_headers=bool(house.settings.trusted_proxies),
        forwarded_allow_ips=list(house.settings.trusted_proxies),
    )
    server = _Server(config, house)
    stop_on_signals(server)
    server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """Finishes what was accepted when it is told to stop, but ends the event streams, which would not end."""

    def __init__(self, config: uvicorn.Config, house: House) -> None:
        super().__init__(config)
        self._house = house

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._house.hub.close()
        await super().shutdown(sockets)
