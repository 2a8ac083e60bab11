"""Pages have words for everything that a record can hold."""

from collections.abc import Mapping
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import pytest

from api.pages import phrases


def _worded() -> dict[str, tuple[Any, ...]]:
    """Names of the tables that are kept by the keys of a closed set → those keys."""
    hints = {name: get_args(hint) for name, hint in get_type_hints(phrases, include_extras=True).items()}
    tables = {name: get_args(inner[0]) for name, inner in hints.items() if inner and get_origin(inner[0]) is Mapping}
    return {name: get_args(kept[0]) for name, kept in tables.items() if get_origin(kept[0]) is Literal}


WORDED: Final = _worded()


def test_the_tables_are_found() -> None:
    assert {"STANCE", "STANDING", "REVIEW"} <= set(WORDED)


@pytest.mark.parametrize("name", sorted(WORDED))
def test_every_key_has_words(name: str) -> None:
    assert set(getattr(phrases, name)) == set(WORDED[name])
