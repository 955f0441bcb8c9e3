"""The tables of the campaign database and the ordered steps that lead to them.

`inputs`, `pages`, `rows` and `cells` hold what was *recognised*; saving a page
again replaces its rows and cells.  What people decide must outlive that, so it
never goes into these tables: decisions get a table of their own that refers to
a page (whose id survives a second recognition) and a row's index on it.
"""

import sqlite3

from digitize.errors import BadStore

APPLICATION_ID = 0x44494749  # "DIGI": tells a campaign from any other SQLite file

_VERSION_1 = (
    """CREATE TABLE inputs (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,      -- absolute
        sha256 TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        pages INTEGER,                  -- NULL: the file could not be opened
        received TEXT NOT NULL          -- UTC, ISO 8601
    ) STRICT""",
    """CREATE TABLE pages (
        id INTEGER PRIMARY KEY,
        input_id INTEGER NOT NULL REFERENCES inputs ON DELETE CASCADE,
        number INTEGER NOT NULL,        -- from 1; 0 stands for a file that could not be opened
        kind TEXT NOT NULL,             -- a PageKind; "failed" fills the failure_ columns instead
        form TEXT, rotation_deg INTEGER, skew_deg REAL, px_per_mm REAL,
        mesh TEXT, page_table TEXT,     -- JSON
        note TEXT, seconds REAL,
        failure_stage TEXT, failure_kind TEXT, failure_sentence TEXT,
        version TEXT NOT NULL,          -- of the program
        settings TEXT NOT NULL,         -- what influenced the result
        has_crops INTEGER NOT NULL,
        picture TEXT,                   -- file name in pages/
        UNIQUE (input_id, number)
    ) STRICT""",
    """CREATE TABLE rows (
        id INTEGER PRIMARY KEY,
        page_id INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE,
        row_index INTEGER NOT NULL,
        number INTEGER NOT NULL,
        box_left REAL NOT NULL, box_top REAL NOT NULL, box_right REAL NOT NULL, box_bottom REAL NOT NULL,
        status TEXT NOT NULL,
        review INTEGER NOT NULL,
        flags TEXT NOT NULL,            -- JSON [[code, sentence], ...]
        name_text TEXT, name_confidence REAL, name_reader TEXT,
        address_text TEXT, address_confidence REAL, address_reader TEXT,
        region TEXT, postcode TEXT, locality TEXT, country TEXT, place_confidence REAL,
        candidates TEXT,                -- JSON [[region, postcode, locality, probability], ...]
        UNIQUE (page_id, row_index)
    ) STRICT""",
    """CREATE TABLE cells (
        row_id INTEGER NOT NULL REFERENCES rows ON DELETE CASCADE,
        cell_index INTEGER NOT NULL,
        role TEXT NOT NULL,
        box_left REAL NOT NULL, box_top REAL NOT NULL, box_right REAL NOT NULL, box_bottom REAL NOT NULL,
        verdict TEXT NOT NULL, mark TEXT NOT NULL,
        stroke_mm REAL NOT NULL, foreign_stroke_mm REAL NOT NULL, blank_limit_mm REAL NOT NULL,
        extent_left REAL, extent_top REAL, extent_right REAL, extent_bottom REAL,
        text TEXT, confidence REAL, reader TEXT,
        PRIMARY KEY (row_id, cell_index)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX inputs_by_content ON inputs (sha256)",
)

# A file whose size and time of change are as before need not be hashed again: a second run over
# thousands of scans starts at once.
_VERSION_2 = (
    "ALTER TABLE inputs ADD COLUMN modified_ns INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX rows_by_status ON rows (status, review)",
)

# When a sheet was received decides whether it came in time; before, only the day of its first run was known.
# A form of one's own may be gone when the tables are written again: what they need of it is kept.
_VERSION_3 = (
    "ALTER TABLE inputs RENAME COLUMN received TO registered",
    "ALTER TABLE inputs ADD COLUMN received TEXT NOT NULL DEFAULT ''",  # a day, ISO 8601
    """UPDATE inputs SET received = CASE
        WHEN modified_ns > 0 THEN date(modified_ns / 1000000000, 'unixepoch', 'localtime')
        ELSE substr(registered, 1, 10) END""",
    """CREATE TABLE forms (
        name TEXT PRIMARY KEY,
        deadline TEXT,                  -- a day, ISO 8601
        row_numbers TEXT NOT NULL       -- JSON {kind of page: [first, last]}
    ) STRICT""",
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_VERSION_1, _VERSION_2, _VERSION_3)
"""Step i leads from version i to i + 1.  Never edit a step that has been released; add one."""


def migrate(connection: sqlite3.Connection, shown: str) -> None:
    """Bring the database to the newest version; data is kept.

    Raises BadStore when the file is no campaign, or comes from a newer program.
    """
    if _version(connection, shown) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection, shown)
        for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection, shown: str) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    if application != APPLICATION_ID and tables:
        raise BadStore(f"{shown} is a database of another program; choose another folder with --out.")
    if version > len(MIGRATIONS):
        raise BadStore(
            f"{shown} was written by a newer digitize (version {version} of its tables, this program knows "
            f"{len(MIGRATIONS)}); update digitize or choose another folder with --out."
        )
    return version
