"""The statements of each step from an empty database to version 8 of the schema."""

VERSION_1 = (
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

# A file with the same size and time of change is not hashed again, so that a second run over thousands of
# scans starts at once.
VERSION_2 = (
    "ALTER TABLE inputs ADD COLUMN modified_ns INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX rows_by_status ON rows (status, review)",
)

# The day of receipt decides whether a sheet is in time; older versions knew only the day of its first run.
# What the tables need of a user's form is stored, because its file may be gone when they are written again.
VERSION_3 = (
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

# Decisions of people are only ever added.  What follows from readings and decisions for every row is derived
# (row_state.py) and updated in the same transaction, so that totals and lists of questions are index reads.
# Names as of this version; renamed in version 8.
VERSION_4 = (
    """CREATE TABLE decisions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        page_id INTEGER, row_index INTEGER, number INTEGER,     -- the key of the row; no reference: it may go
        other_page_id INTEGER, other_row_index INTEGER, other_number INTEGER,   -- of the second of a pair
        file TEXT NOT NULL, page INTEGER NOT NULL,              -- what the scan was called then
        field TEXT NOT NULL, value TEXT NOT NULL, was TEXT NOT NULL,
        who TEXT NOT NULL,
        at TEXT NOT NULL,               -- UTC, ISO 8601
        undoes INTEGER UNIQUE REFERENCES decisions,
        second INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX decisions_by_row ON decisions (page_id, row_index)",
    "CREATE INDEX decisions_by_other ON decisions (other_page_id) WHERE other_page_id IS NOT NULL",
    "CREATE INDEX decisions_by_person ON decisions (who, id)",
    """CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions
        BEGIN SELECT RAISE(ABORT, 'decisions are never deleted'); END""",
    # Only erasing the texts of a campaign may change an entry.
    """CREATE TRIGGER decisions_hold BEFORE UPDATE ON decisions
        WHEN NEW.value NOT IN (OLD.value, '') OR NEW.was NOT IN (OLD.was, '') OR NEW.id != OLD.id
            OR NEW.page_id IS NOT OLD.page_id OR NEW.row_index IS NOT OLD.row_index
            OR NEW.number IS NOT OLD.number OR NEW.field != OLD.field OR NEW.who != OLD.who
            OR NEW.at != OLD.at OR NEW.undoes IS NOT OLD.undoes OR NEW.second != OLD.second
        BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END""",
    """CREATE TABLE verdicts (
        row_id INTEGER PRIMARY KEY REFERENCES rows ON DELETE CASCADE,
        page_id INTEGER NOT NULL,
        status TEXT NOT NULL, region TEXT NOT NULL,
        counted INTEGER NOT NULL,       -- 0: on a second scan, or a second signature of the same person
        late INTEGER NOT NULL,
        question TEXT, closeness REAL,  -- the first open one, NULL where there is none
        decided TEXT NOT NULL,          -- fields, parted by "; "
        who TEXT NOT NULL,              -- by whom, parted by "; "
        flags TEXT NOT NULL,            -- what the decisions leave to look at, parted by "; "
        second TEXT, second_not TEXT    -- the question of a second look that is due, and who shall not answer
    ) STRICT""",
    """CREATE INDEX verdicts_tally ON verdicts (counted, status, region, late) WHERE status != 'blank'""",
    "CREATE INDEX verdicts_by_page ON verdicts (page_id, counted, status, late)",
    """CREATE INDEX verdicts_open ON verdicts (question, closeness, row_id)
        WHERE question IS NOT NULL AND counted = 1""",
    """CREATE INDEX verdicts_second ON verdicts (second, second_not, row_id)
        WHERE second IS NOT NULL AND counted = 1""",
    "CREATE INDEX verdicts_decided ON verdicts (decided) WHERE decided != ''",
    "CREATE INDEX verdicts_flagged ON verdicts (flags) WHERE flags != ''",
    """CREATE TABLE standings (
        page_id INTEGER PRIMARY KEY REFERENCES pages ON DELETE CASCADE,
        sheet INTEGER,
        duplicate_of INTEGER,           -- id of the page that counts in place of this one
        late INTEGER NOT NULL,
        counted INTEGER NOT NULL,       -- 0: another scan counts, or its file does under another name
        differing TEXT NOT NULL         -- JSON: indices of rows that come out otherwise on another scan
    ) STRICT""",
    """CREATE TABLE page_pairs (
        id INTEGER PRIMARY KEY,
        page_id INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE,       -- the smaller id
        other_page_id INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE,
        found TEXT NOT NULL,            -- "same" or "likely"; '' where only people found it
        decided TEXT,                   -- "same" or "different"
        reserved_by TEXT, reserved_until REAL,      -- seconds of the epoch
        UNIQUE (page_id, other_page_id)
    ) STRICT""",
    "CREATE INDEX page_pairs_by_other ON page_pairs (other_page_id)",
    """CREATE TABLE person_pairs (
        id INTEGER PRIMARY KEY,
        page_id INTEGER NOT NULL, row_index INTEGER NOT NULL, number INTEGER NOT NULL,
        other_page_id INTEGER NOT NULL, other_row_index INTEGER NOT NULL, other_number INTEGER NOT NULL,
        likeness REAL NOT NULL,         -- 0 to 1; 0 where only people found it
        decided TEXT,
        reserved_by TEXT, reserved_until REAL,
        UNIQUE (page_id, row_index, number, other_page_id, other_row_index, other_number)
    ) STRICT""",
    "CREATE INDEX person_pairs_by_other ON person_pairs (other_page_id, other_row_index, other_number)",
    "CREATE INDEX person_pairs_open ON person_pairs (likeness) WHERE decided IS NULL",
    "CREATE INDEX person_pairs_same ON person_pairs (decided) WHERE decided = 'same'",
    """CREATE TABLE reservations (
        row_id INTEGER PRIMARY KEY REFERENCES rows ON DELETE CASCADE,
        who TEXT NOT NULL,
        until REAL NOT NULL             -- seconds of the epoch
    ) STRICT""",
    "CREATE INDEX reservations_by_person ON reservations (who)",
    "CREATE INDEX pages_by_kind ON pages (kind)",
)

# The title of the petition and the last day in time, as printed around the table.
VERSION_5 = (
    "ALTER TABLE pages ADD COLUMN title TEXT",
    "ALTER TABLE pages ADD COLUMN deadline TEXT",  # a day, ISO 8601
)

# What is computed from all pages together and has to be computed again.  In an older campaign everything is
# due, because its last run may have ended before its tables were written.
VERSION_6 = (
    """CREATE TABLE due (
        what TEXT PRIMARY KEY,          -- a store.due.Due
        changed INTEGER NOT NULL,       -- counts the changes in what it is made from
        done INTEGER NOT NULL           -- the count from which it was made last
    ) STRICT""",
    """INSERT INTO due (what, changed, done) SELECT value, EXISTS (SELECT 1 FROM inputs), 0
        FROM json_each('["standings", "persons", "tables"]')""",
)

# Flags and notes are codes with values, put into words where they are read (`digitize.messages`).
# Notes of older versions stay as the sentences they are.
VERSION_7 = (
    "ALTER TABLE pages RENAME COLUMN note TO notes",  # JSON [[code, {name: value, ...}], ...]
    """UPDATE pages SET notes = CASE notes WHEN '' THEN '[]'
        ELSE json_array(json_array('text', json_object('text', notes))) END
        WHERE notes IS NOT NULL""",
    # JSON [code, ...], where it was [[code, sentence], ...]
    """UPDATE rows SET flags =
        (SELECT json_group_array(json_extract(value, '$[0]')) FROM json_each(rows.flags))""",
    "ALTER TABLE cells RENAME COLUMN verdict TO ink",  # an ink state
)

# The names used in the code.  Indexes keep their names when tables are renamed, so they are created again.
VERSION_8 = (
    "ALTER TABLE verdicts RENAME TO row_states",
    "ALTER TABLE row_states RENAME COLUMN who TO decided_by",
    "ALTER TABLE row_states RENAME COLUMN second TO second_question",
    "ALTER TABLE row_states RENAME COLUMN second_not TO second_not_by",
    "DROP INDEX verdicts_tally",
    "DROP INDEX verdicts_by_page",
    "DROP INDEX verdicts_open",
    "DROP INDEX verdicts_second",
    "DROP INDEX verdicts_decided",
    "DROP INDEX verdicts_flagged",
    """CREATE INDEX row_states_tally ON row_states (counted, status, region, late)
        WHERE status != 'blank'""",
    "CREATE INDEX row_states_by_page ON row_states (page_id, counted, status, late)",
    """CREATE INDEX row_states_open ON row_states (question, closeness, row_id)
        WHERE question IS NOT NULL AND counted = 1""",
    """CREATE INDEX row_states_second ON row_states (second_question, second_not_by, row_id)
        WHERE second_question IS NOT NULL AND counted = 1""",
    "CREATE INDEX row_states_decided ON row_states (decided) WHERE decided != ''",
    "CREATE INDEX row_states_flagged ON row_states (flags) WHERE flags != ''",
    "ALTER TABLE standings RENAME TO page_states",
    "ALTER TABLE person_pairs RENAME TO signer_pairs",
    "ALTER TABLE signer_pairs RENAME COLUMN likeness TO likelihood",
    "DROP INDEX person_pairs_by_other",
    "DROP INDEX person_pairs_open",
    "DROP INDEX person_pairs_same",
    "CREATE INDEX signer_pairs_by_other ON signer_pairs (other_page_id, other_row_index, other_number)",
    "CREATE INDEX signer_pairs_open ON signer_pairs (likelihood) WHERE decided IS NULL",
    "CREATE INDEX signer_pairs_same ON signer_pairs (decided) WHERE decided = 'same'",
    "ALTER TABLE decisions RENAME COLUMN was TO value_before",
    "ALTER TABLE decisions RENAME COLUMN who TO decided_by",
    "ALTER TABLE reservations RENAME COLUMN who TO reserved_by",
    "ALTER TABLE reservations RENAME COLUMN until TO reserved_until",
    # The effective deadline decides in which canton a place lay; it is computed when the campaign is opened.
    "ALTER TABLE page_states ADD COLUMN deadline TEXT",  # a day, ISO 8601
    "ALTER TABLE page_states ADD COLUMN deadline_from TEXT NOT NULL DEFAULT ''",
    "UPDATE due SET changed = changed + 1 WHERE EXISTS (SELECT 1 FROM inputs)",
    "UPDATE due SET what = 'page-states' WHERE what = 'standings'",
    "UPDATE due SET what = 'signer-pairs' WHERE what = 'persons'",
    "UPDATE settings SET name = 'row-state-rules' WHERE name = 'verdicts'",
)
