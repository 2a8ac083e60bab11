"""Folded states as JSON, and their digests: over commitments, never over words."""

from hashlib import sha256
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from pydantic_core import SchemaSerializer

T = TypeVar("T")


class Documents(Generic[T]):
    """Writes values of one kind (frozen dataclasses) to JSON and reads them back equal."""

    def __init__(self, kind: type[T]) -> None:
        self._adapter = TypeAdapter(kind)

    def dump(self, value: T) -> bytes:
        """The whole value. What is as the dataclass has it by default is left out."""
        return self._adapter.dump_json(value, exclude_defaults=True)

    def load(self, document: bytes) -> T:
        """The value that was dumped."""
        return self._adapter.validate_json(document)


class Commitments(Generic[T]):
    """Digests of states of one kind: all that they say but their words, which their stamps commit to."""

    def __init__(self, kind: type[T]) -> None:
        self._structure = SchemaSerializer(_without_words(TypeAdapter(kind).core_schema))

    def digest(self, state: T, *more: object) -> bytes:
        """32 bytes that tell states apart by all but their words, which the commitments in their stamps stand for.

        `more` is what the row says besides: plain values, whose `repr` is the same for ever.
        """
        structure = self._structure.to_json(state, exclude_defaults=True)
        return sha256(structure + repr(more).encode()).digest()


def digest_of(*values: object) -> bytes:
    """The digest of a row that holds no words: plain values, in order."""
    return sha256(repr(values).encode()).digest()


def _without_words(schema: Any) -> Any:
    """The same schema, with every field left out that is called `words`, or says that they were `erased`."""
    if isinstance(schema, list):
        return [_without_words(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    copied = {name: _without_words(part) for name, part in schema.items()}
    if copied.get("type") == "dataclass-field" and copied.get("name") in {"words", "erased"}:
        copied["serialization_exclude"] = True
    return copied
