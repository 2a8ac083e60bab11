"""Names in a journal: `"@name"` stands for the id that the line, or the member of a list, named so has made."""

from collections.abc import Mapping
from typing import Any, Final

from domain.canonical import pointer
from domain.errors import InvalidInput
from domain.values import OPERATOR, kind_of

_LISTS: Final = ("citations", "place", "positions")
"""Fields of a body whose members get ids, in the order in which a command makes them."""

Wanted = list[tuple[str, str]]
"""Names to be bound, each with the pointer of its `as`."""


class Names:
    """What is bound so far, over names that were bound before; those stay as they are."""

    def __init__(self, before: Mapping[str, str]) -> None:
        self._before = before
        self.new: dict[str, str] = {}

    def bind(self, name: str, id: str) -> None:
        """Lets the name stand for the id from here on."""
        self.new[name] = id

    def demand_free(self, wanted: Wanted) -> None:
        """Raises `InvalidInput` for a name that is bound already, or wanted twice."""
        seen: set[str] = set()
        for name, at in wanted:
            if name in seen or self._get(name) is not None:
                raise InvalidInput.at(at, f"The name {name!r} is given already.")
            seen.add(name)

    def actor(self, by: str | None) -> str:
        """Who gives a command: a name with or without `@`, an id, or nobody, which is the operator.

        Raises `InvalidInput` for anything else.
        """
        if by is None:
            return OPERATOR
        named = self._get(by.removeprefix("@"))
        if named is None and kind_of(by) == "actor":
            return by
        if named is None:
            raise InvalidInput.at("/by", f"No line above made {by!r}.")
        return named

    def resolve(self, value: Any, path: tuple[str | int, ...] = (), *, refers: bool = False) -> Any:
        """The value with ids where names stood: in `derives_from` and in fields that end in `_id` or `_ids`.

        `refers` says that this value itself is in such a place. Raises `InvalidInput` for an unknown name.
        """
        if isinstance(value, str):
            return self._id(value, path) if refers and value.startswith("@") else value
        if isinstance(value, list | tuple):
            return [self.resolve(item, (*path, index), refers=refers) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return {key: self.resolve(item, (*path, key), refers=_refers(key)) for key, item in value.items()}
        return value

    def _id(self, text: str, path: tuple[str | int, ...]) -> str:
        id = self._get(text[1:])
        if id is None:
            raise InvalidInput.at(pointer(path), f"No line above made {text!r}.")
        return id

    def _get(self, name: str) -> str | None:
        return self.new.get(name) or self._before.get(name)


def _refers(key: str) -> bool:
    return key == "derives_from" or key.endswith(("_id", "_ids"))


def take_names(body: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str] | None]]:
    """The body without the `as` of its list members, and for each member its name, if it has one.

    The members come in the order in which their ids are made. Raises `InvalidInput` for a name that is none.
    """
    bare, names = dict(body), list[tuple[str, str] | None]()
    for field in _LISTS:
        if not isinstance(members := body.get(field), list):
            continue
        bare[field] = [_without_name(member) for member in members]
        names.extend(_name_of(member, f"/{field}/{index}/as") for index, member in enumerate(members))
    return bare, names


def _without_name(member: Any) -> Any:
    return {key: value for key, value in member.items() if key != "as"} if isinstance(member, dict) else member


def _name_of(member: Any, at: str) -> tuple[str, str] | None:
    name = member.get("as") if isinstance(member, dict) else None
    if name is None:
        return None
    if not isinstance(name, str) or not 1 <= len(name) <= 200 or name.startswith("@"):
        raise InvalidInput.at(at, "A name has 1 to 200 characters and does not begin with '@'.")
    return name, at
