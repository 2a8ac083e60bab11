"""The Big List of Naughty Strings in texts that people type: kept to the letter, or refused with the right pointer."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final
from unicodedata import category

import pytest

from domain.canonical import pointer
from domain.commands import ACTS
from tests.api.web.filled import Path as Place
from tests.api.web.filled import arm, places, put
from tests.api.web.office import Answer, Office, opened
from tests.support.complete import COMPLETE
from tests.support.desk import Do
from tests.support.naughty import naughty_strings
from tests.support.story import told

AT_ONCE: Final = 100
CHANGES: Final = [name for name, act in ACTS.items() if act.conditional]


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as office:
        told(office.desk)
        yield office


@cache
def texts(name: str) -> tuple[Place, ...]:
    """Where the command takes a text that people type as they like. A selector's words have to be those of a text."""
    return tuple(
        path
        for path, schema, said in places(name)
        if isinstance(said, str)
        and (arm(schema, "maxLength") or 0) >= 1_000
        and "selector" not in path
        and path[-1] not in {"url", "notice_url", "archive_url"}
        and "same_as" not in path
    )


def says_something(text: str) -> bool:
    return "\x00" not in text and any(category(letter) not in {"Cc", "Cf", "Zl", "Zp", "Zs"} for letter in text)


def filled_with(name: str, text: str) -> dict[str, Any]:
    """The command's complete body with this text in every place for one."""
    said: dict[str, Any] = dict(COMPLETE[name][1].body or {})
    for place in texts(name):
        said = put(said, place, text)
    return said


def leaves(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    for part in said.values() if isinstance(said, dict) else said if isinstance(said, list) else ():
        yield from leaves(part)


def sent(office: Office, command: Do) -> Answer:
    """What a command comes to over HTTP that the model of its body may refuse."""
    act, desk = ACTS[command.command], office.desk
    at = [desk._id(part) for part in command.at]
    body = desk._resolved({**(command.body or {}), **_decided(command)})
    path = act.path.format(**dict(zip(act.ids, at, strict=True)))
    return office.post(path, body, by=command.by, version=office.version(act.kind, at[0]))


def _decided(command: Do) -> dict[str, str]:
    return {} if command.decided_at is None else {"decided_at": command.decided_at}


def is_kept_or_refused(name: str, text: str, answer: Answer) -> None:
    if says_something(text):
        shown = list(leaves(answer.then(ACTS[name].status).body))
        assert shown.count(text) >= len(texts(name)), (name, text)
    else:
        blamed = answer.then(422, "invalid-input").pointers
        assert sorted(blamed) == sorted(map(pointer, texts(name))), (name, text)


@pytest.mark.parametrize("name", ["parties.create", "claims.create", "articles.create", "sources.create"])
def test_every_string_is_kept_in_every_text_of_a_new_record(story: Office, name: str) -> None:
    story.desk.given(*COMPLETE[name][0])
    strings = naughty_strings()
    bodies = [story.desk._resolved(filled_with(name, text)) for text in strings]
    for body in bodies:
        body.pop("place", None)  # an article in which hundreds of claims stand is another test

    for first in range(0, len(strings), AT_ONCE):
        batch = slice(first, first + AT_ONCE)
        asked = (story.request("POST", ACTS[name].path, body, by="ed") for body in bodies[batch])
        for text, answer in zip(strings[batch], story.ask(*asked), strict=True):
            is_kept_or_refused(name, text, answer)


@pytest.mark.soak
@pytest.mark.parametrize("name", [name for name in CHANGES if texts(name)])
def test_strings_are_kept_in_every_text_of_a_change(story: Office, name: str) -> None:
    before, command = COMPLETE[name]
    for text in naughty_strings()[CHANGES.index(name) % 5 :: 5]:  # over all the commands, each of them several times
        told(story.desk).given(*before)
        length = story.length

        answer = sent(story, replace(command, body=filled_with(name, text)))

        is_kept_or_refused(name, text, answer)
        assert says_something(text) or story.length == length
        if name == "actors.roles.revocation" and says_something(text):
            story.desk.given(Do("actors.roles", {"role": "editor"}, ("@ed",), "ad"))  # who tells the story again
