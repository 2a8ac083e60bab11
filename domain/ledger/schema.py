"""The ledger's tables in SQLite, to the byte. They are frozen: a ledger file must hold exactly these statements.

The triggers make the file itself refuse what no reader could notice later: a gap, a skipped or repeated version, a
time that goes back, a changed or deleted event. They hold for every program that opens the file, and they also stop
REPLACE, which deletes rows without firing delete triggers but cannot get past the insert trigger.
"""

import sqlite3

from domain.errors import DamagedLedger, StoreUnavailable

APPLICATION_ID = 0x5354454D
"""`STEM` in ASCII, in the file's header (PRAGMA application_id)."""

SCHEMA_VERSION = 1
"""The form of these tables (PRAGMA user_version)."""

_DIGITS = "[0-9]"
_STAMP = "-".join((_DIGITS * 4, _DIGITS * 2, _DIGITS * 2)) + "T" + ":".join([_DIGITS * 2] * 3) + "." + _DIGITS * 6 + "Z"

SCHEMA = {
    "ledger": f"""CREATE TABLE ledger (
    position INTEGER PRIMARY KEY CHECK (position >= 1),
    stream TEXT NOT NULL CHECK (length(stream) BETWEEN 1 AND 255),
    version INTEGER NOT NULL CHECK (version >= 1),
    recorded_at TEXT NOT NULL CHECK (recorded_at GLOB '{_STAMP}'),
    head BLOB NOT NULL CHECK (length(head) >= 1),
    words BLOB CHECK (length(words) >= 1),
    leaf BLOB NOT NULL CHECK (length(leaf) BETWEEN 1 AND 65535),
    UNIQUE (stream, version)
) STRICT""",
    "ledger_recorded_at": "CREATE INDEX ledger_recorded_at ON ledger (recorded_at)",
    "erasure": """CREATE TABLE erasure (
    position INTEGER PRIMARY KEY,
    event INTEGER NOT NULL
) STRICT""",
    "idempotency": """CREATE TABLE idempotency (
    actor TEXT NOT NULL CHECK (length(actor) >= 1),
    key TEXT NOT NULL CHECK (length(key) >= 1),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) >= 1),
    status INTEGER NOT NULL CHECK (status BETWEEN 200 AND 299),
    record TEXT NOT NULL,
    position INTEGER NOT NULL,
    created TEXT NOT NULL CHECK (json_type(created) = 'array'),
    PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID""",
    "ledger_follows": """CREATE TRIGGER ledger_follows BEFORE INSERT ON ledger
BEGIN
    SELECT RAISE(ABORT, 'positions follow one another without a gap, and an event is never replaced')
    WHERE NEW.position IS NOT (SELECT ifnull(max(position), 0) + 1 FROM ledger);
    SELECT RAISE(ABORT, 'the versions of a stream follow one another without a gap')
    WHERE NEW.version IS NOT (SELECT ifnull(max(version), 0) + 1 FROM ledger WHERE stream = NEW.stream);
    SELECT RAISE(ABORT, 'recorded_at never goes back')
    WHERE NEW.recorded_at < (SELECT recorded_at FROM ledger ORDER BY position DESC LIMIT 1);
END""",
    "ledger_stays": """CREATE TRIGGER ledger_stays BEFORE UPDATE ON ledger
WHEN NEW.words IS NOT NULL
    OR NEW.position IS NOT OLD.position
    OR NEW.stream IS NOT OLD.stream
    OR NEW.version IS NOT OLD.version
    OR NEW.recorded_at IS NOT OLD.recorded_at
    OR NEW.head IS NOT OLD.head
    OR NEW.leaf IS NOT OLD.leaf
    OR NOT EXISTS (SELECT 1 FROM erasure WHERE position = OLD.position)
BEGIN
    SELECT RAISE(ABORT, 'an event is never changed; only words that an erasure event names can be set to NULL');
END""",
    "ledger_keeps": """CREATE TRIGGER ledger_keeps BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'an event is never deleted');
END""",
    "erasure_is_recorded": """CREATE TRIGGER erasure_is_recorded BEFORE INSERT ON erasure
BEGIN
    SELECT RAISE(ABORT, 'an erasure is entered once')
    WHERE EXISTS (SELECT 1 FROM erasure WHERE position = NEW.position);
    SELECT RAISE(ABORT, 'words are erased only after a recorded erasure event that names their position')
    WHERE NEW.event <= NEW.position OR NOT EXISTS (
        SELECT 1 FROM (
            SELECT CASE WHEN json_valid(CAST(head AS TEXT)) THEN CAST(head AS TEXT) ELSE '{}' END AS head
            FROM ledger WHERE position = NEW.event
        ) AS event, json_each(event.head, '$.data.positions') AS named
        WHERE json_extract(event.head, '$.type') = 'desk.words_erased.v1'
            AND named.type = 'integer' AND named.value = NEW.position
    );
END""",
    "erasure_stays": """CREATE TRIGGER erasure_stays BEFORE UPDATE ON erasure
BEGIN
    SELECT RAISE(ABORT, 'an erasure is never changed');
END""",
    "erasure_keeps": """CREATE TRIGGER erasure_keeps BEFORE DELETE ON erasure
BEGIN
    SELECT RAISE(ABORT, 'an erasure is never deleted');
END""",
    "idempotency_once": """CREATE TRIGGER idempotency_once BEFORE INSERT ON idempotency
BEGIN
    SELECT RAISE(ABORT, 'an idempotency key is remembered once and for ever')
    WHERE EXISTS (SELECT 1 FROM idempotency WHERE actor = NEW.actor AND key = NEW.key);
    SELECT RAISE(ABORT, 'an idempotency key is remembered at the position of an event')
    WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE position = NEW.position);
END""",
    "idempotency_stays": """CREATE TRIGGER idempotency_stays BEFORE UPDATE ON idempotency
BEGIN
    SELECT RAISE(ABORT, 'a remembered idempotency key is never changed');
END""",
    "idempotency_keeps": """CREATE TRIGGER idempotency_keeps BEFORE DELETE ON idempotency
BEGIN
    SELECT RAISE(ABORT, 'a remembered idempotency key is never deleted');
END""",
}
"""Every object of the schema, by name, in the order of creation."""


def statements() -> list[str]:
    """What makes an empty database a ledger; to be run in one transaction."""
    return [
        *SCHEMA.values(),
        f"PRAGMA application_id = {APPLICATION_ID}",
        f"PRAGMA user_version = {SCHEMA_VERSION}",
    ]


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether nothing has been made of this database yet."""
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return _pragma(connection, "application_id") == 0 and objects == 0


def check(connection: sqlite3.Connection, what: str) -> None:
    """Make sure that the database is a ledger with exactly the frozen schema.

    Raises StoreUnavailable if it is another program's database or a newer form, and DamagedLedger, which names the
    object, if a table, index or trigger is missing, changed or added. SQLite's own statistics tables are let be.
    """
    if _pragma(connection, "application_id") != APPLICATION_ID:
        raise StoreUnavailable(f"{what} is a database, but not a ledger; name another file.")
    version = _pragma(connection, "user_version")
    if version != SCHEMA_VERSION:
        raise StoreUnavailable(f"{what} has schema version {version}; this program reads version {SCHEMA_VERSION}.")
    query = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    found = dict(connection.execute(query).fetchall())
    for name in SCHEMA.keys() | found.keys():
        if found.get(name) != SCHEMA.get(name):
            state = "missing" if name not in found else "changed" if name in SCHEMA else "not part of a ledger"
            raise DamagedLedger(f"{what}: the schema object {name} is {state}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
