"""The register of changes: every record that changed after a ledger position, once, at the place of its last change.

To the desk a record changes with each of its events. To the public an open record changes by what it can read
(`projections.openness`): nothing that stays with the desk moves a record in its register.
"""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, get_args

from projections.projection import FIRST, Audience, filled
from projections.tables import told
from projections.views import Reading

RecordKind = Literal["claim", "article", "source", "party"]
RECORD_KINDS: Final[tuple[RecordKind, ...]] = get_args(RecordKind)

_STATEMENT: Final = (
    "CASE WHEN :desk THEN coalesce(desk_statement, statement) "
    "WHEN withdrawn IS NULL OR withdrawn <> 'recorded_in_error' THEN statement END"
)
_TABLE: Final[dict[RecordKind, tuple[str, str, str]]] = {
    "claim": (
        "claims",
        _STATEMENT,
        "withdrawn IS NOT NULL",
    ),
    "article": ("articles", told("title"), "withdrawn"),
    "source": ("sources", "CASE WHEN :desk THEN coalesce(desk_title, title) WHEN NOT confidential THEN title END", "0"),
    "party": ("parties", "CASE WHEN :desk THEN coalesce(desk_name, name) WHEN NOT private THEN name END", "0"),
}
"""Kind of record → its table, what it is called there, whether it was withdrawn."""

_TOLD: Final = (
    "SELECT * FROM (SELECT '{kind}' AS kind, {table}.id AS id, told AS at, told_at, opened_at, {title}, {withdrawn} "
    "FROM openness JOIN {table} ON {table}.id = openness.id WHERE record_kind = '{kind}' AND told <= :upto "
    "AND (told, openness.id) > (:position, :id) ORDER BY told {order}, openness.id {order} LIMIT :limit)"
)
_RECORDED: Final = (
    "SELECT * FROM (SELECT '{kind}' AS kind, {table}.id AS id, position AS at, changed_at, opened_at, {title}, "
    "{withdrawn} FROM {table} LEFT JOIN openness ON openness.id = {table}.id "
    "WHERE position <= :upto AND position > :position ORDER BY position {order} LIMIT :limit)"
)


class Cursor(NamedTuple):
    """A place in the register: after the record `id`, which changed at `position`. An event may change many records."""

    position: int
    id: str


def since_position(position: int) -> Cursor:
    """The place after everything that changed at this position or before."""
    return Cursor(position, "~")  # no id has a character as great


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A record at the place of its last change: `position` is that of the event, `changed_at` when that was recorded.

    `title` is the statement of a claim, the title of an article or source, the name of a party; None where it was
    erased or is not public. `opened_at` is None for what the public cannot see.
    """

    kind: RecordKind
    id: str
    position: int
    changed_at: str
    opened_at: int | None
    title: str | None
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """Some of the register, in order. `next` is the cursor for what follows, None at the end."""

    items: tuple[ChangeRow, ...]
    next: Cursor | None


def changes(
    reading: Reading, audience: Audience, after: Cursor, limit: int = 50, kind: RecordKind | None = None
) -> Changes:
    """The records whose last change lies after the cursor, that which changed first first; of one kind if it is named.

    None lies beyond the position that every projection has reached: whoever has seen all up to there misses nothing.
    """
    kinds = RECORD_KINDS if kind is None else (kind,)
    rows = _rows(reading, audience, "ASC", kinds, after, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return Changes(rows[:limit], None if last is None else Cursor(last.position, last.id))


def changed_last(reading: Reading, audience: Audience, kind: RecordKind, limit: int) -> tuple[ChangeRow, ...]:
    """The records of this kind that changed last, the newest change first."""
    return _rows(reading, audience, "DESC", (kind,), Cursor(FIRST, ""), limit)


def _rows(
    reading: Reading, audience: Audience, order: str, kinds: tuple[RecordKind, ...], after: Cursor, limit: int
) -> tuple[ChangeRow, ...]:
    each = _RECORDED if audience == "desk" else _TOLD
    selects = [
        each.format(kind=kind, order=order, table=table, title=title, withdrawn=withdrawn)
        for kind, (table, title, withdrawn) in _TABLE.items()
        if kind in kinds
    ]
    found = reading.connection.execute(
        f"{' UNION ALL '.join(selects)} ORDER BY at {order}, id {order} LIMIT :limit",
        {**after._asdict(), "upto": reading.position, "desk": audience == "desk", "limit": limit},
    )
    return tuple(filled(ChangeRow, row) for row in found)
