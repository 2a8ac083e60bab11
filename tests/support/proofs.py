"""Proofs as somebody brings them to the form at /audit, and what can be done to them."""

import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from tests.api.web.office import Answer, Office, Request

ENCODED: Final = "application/x-www-form-urlencoded"
PARTS: Final = "multipart/form-data; boundary=b0undary"

Bundle = dict[str, Any]


def encoded(bundle: bytes) -> bytes:
    """The form with a bundle that was pasted, as browsers without files send it."""
    return urlencode({"bundle": bundle}).encode()


def parts(file: bytes = b"", pasted: bytes = b"") -> bytes:
    """The form as it is sent from the page: a file, which may be none, and what was pasted."""
    name = b'--b0undary\r\nContent-Disposition: form-data; name="'
    chosen = b'file"; filename="clm.proof.json"\r\nContent-Type: application/json\r\n\r\n' + file
    return name + chosen + b"\r\n" + name + b'bundle"\r\n\r\n' + pasted + b"\r\n--b0undary--\r\n"


def send(office: Office, form: bytes, type: str = PARTS, **headers: str) -> Answer:
    """What the form is answered with."""
    sent = {"content-type": type, "host": "desk.example", **{n.replace("_", "-"): v for n, v in headers.items()}}
    return office.ask(Request("POST", "/audit", form, sent))[0]


def without_an_event(bundle: Bundle) -> None:
    """Leaves out an event that is in the middle of the history."""
    del bundle["events"][1]


def with_other_words(bundle: Bundle) -> None:
    """Changes a word of the first event."""
    said = json.loads(bundle["events"][0]["words"])
    said["statement"] = "Nobody died."
    bundle["events"][0]["words"] = json.dumps(said)


def with_another_root(bundle: Bundle) -> None:
    """Has the checkpoint say another size than was signed."""
    origin, size, rest = bundle["checkpoint"].split("\n", 2)
    bundle["checkpoint"] = "\n".join((origin, str(int(size) + 1), rest))


TAMPERED: Final[tuple[tuple[Callable[[Bundle], None], str], ...]] = (
    (without_an_event, "Event 2 is missing"),
    (with_other_words, "The words of event 1, at position "),
    (with_another_root, "The checkpoint cannot be believed"),
)
"""What is done to a bundle, and with which words it is refused."""
