BEGIN TRANSACTION;
CREATE TABLE cells (
        row_id INTEGER NOT NULL REFERENCES rows ON DELETE CASCADE,
        cell_index INTEGER NOT NULL,
        role TEXT NOT NULL,
        box_left REAL NOT NULL, box_top REAL NOT NULL, box_right REAL NOT NULL, box_bottom REAL NOT NULL,
        verdict TEXT NOT NULL, mark TEXT NOT NULL,
        stroke_mm REAL NOT NULL, foreign_stroke_mm REAL NOT NULL, blank_limit_mm REAL NOT NULL,
        extent_left REAL, extent_top REAL, extent_right REAL, extent_bottom REAL,
        text TEXT, confidence REAL, reader TEXT,
        PRIMARY KEY (row_id, cell_index)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "cells" VALUES(1,0,'signature',0.0,0.0,100.0,50.0,'unsure','writing',7.0,0.0,8.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "cells" VALUES(2,0,'signature',0.0,0.0,100.0,50.0,'inked','writing',60.0,0.0,8.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "cells" VALUES(3,0,'signature',0.0,0.0,100.0,50.0,'inked','writing',60.0,0.0,8.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "cells" VALUES(4,0,'signature',0.0,0.0,100.0,50.0,'inked','writing',60.0,0.0,8.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "cells" VALUES(5,0,'signature',0.0,0.0,100.0,50.0,'inked','writing',60.0,0.0,8.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE decisions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        page_id INTEGER, row_index INTEGER, number INTEGER,     -- the key of the row; no reference: it may go
        other_page_id INTEGER, other_row_index INTEGER, other_number INTEGER,   -- of the second of a pair
        file TEXT NOT NULL, page INTEGER NOT NULL,              -- what the scan was called then
        field TEXT NOT NULL, value TEXT NOT NULL, was TEXT NOT NULL,
        who TEXT NOT NULL,
        at TEXT NOT NULL,               -- UTC, ISO 8601
        undoes INTEGER UNIQUE REFERENCES decisions,
        second INTEGER NOT NULL
    ) STRICT;
INSERT INTO "decisions" VALUES(1,1,0,1,NULL,NULL,NULL,'a.pdf',1,'status','signed','doubtful','ann','2026-11-28T21:37:17.029+00:00',NULL,0);
INSERT INTO "decisions" VALUES(2,1,1,2,NULL,NULL,NULL,'a.pdf',1,'address','Weg 2
3000 Bern','Weg 1
8001 Zürich','bob','2026-11-28T21:37:17.030+00:00',NULL,0);
INSERT INTO "decisions" VALUES(3,1,2,3,NULL,NULL,NULL,'a.pdf',1,'name','Eva','Name 3','ann','2026-11-28T21:37:17.318+00:00',NULL,0);
INSERT INTO "decisions" VALUES(4,1,2,3,NULL,NULL,NULL,'a.pdf',1,'name','Name 3','Eva','ann','2026-11-28T21:37:17.336+00:00',3,0);
INSERT INTO "decisions" VALUES(5,1,2,3,1,3,4,'a.pdf',1,'person','same','','ann','2026-11-28T21:37:17.337+00:00',NULL,0);
CREATE TABLE forms (
        name TEXT PRIMARY KEY,
        deadline TEXT,                  -- a day, ISO 8601
        row_numbers TEXT NOT NULL       -- JSON {kind of page: [first, last]}
    ) STRICT;
CREATE TABLE inputs (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,      -- absolute
        sha256 TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        pages INTEGER,                  -- NULL: the file could not be opened
        registered TEXT NOT NULL          -- UTC, ISO 8601
    , modified_ns INTEGER NOT NULL DEFAULT 0, received TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO "inputs" VALUES(1,'/scans/a.pdf','/scans/a.pdf',1,2,'2026-11-28T21:37:16+00:00',1,'2025-01-17');
CREATE TABLE page_pairs (
        id INTEGER PRIMARY KEY,
        page_id INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE,       -- the smaller id
        other_page_id INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE,
        found TEXT NOT NULL,            -- "same" or "likely"; '' where only people found it
        decided TEXT,                   -- "same" or "different"
        reserved_by TEXT, reserved_until REAL,      -- seconds of the epoch
        UNIQUE (page_id, other_page_id)
    ) STRICT;
CREATE TABLE pages (
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
        picture TEXT, title TEXT, deadline TEXT,                   -- file name in pages/
        UNIQUE (input_id, number)
    ) STRICT;
INSERT INTO "pages" VALUES(1,1,1,'list','acat',90,-1.25,11.8,'{"x": [0.0, 100.0], "y": [0.0, 100.0], "scan": [[[0.0, 0.0], [100.0, 0.0]], [[0.0, 100.0], [100.0, 100.0]]]}',NULL,'',0.5,NULL,NULL,NULL,'0.1.0','settings',0,'000001-p001-2cea274d0b.jpg','',NULL);
INSERT INTO "pages" VALUES(2,1,2,'list','acat',90,-1.25,11.8,'{"x": [0.0, 100.0], "y": [0.0, 100.0], "scan": [[[0.0, 0.0], [100.0, 0.0]], [[0.0, 100.0], [100.0, 100.0]]]}',NULL,'',0.5,NULL,NULL,NULL,'0.1.0','settings',0,'000001-p002-2cea274d0b.jpg','',NULL);
CREATE TABLE person_pairs (
        id INTEGER PRIMARY KEY,
        page_id INTEGER NOT NULL, row_index INTEGER NOT NULL, number INTEGER NOT NULL,
        other_page_id INTEGER NOT NULL, other_row_index INTEGER NOT NULL, other_number INTEGER NOT NULL,
        likeness REAL NOT NULL,         -- 0 to 1; 0 where only people found it
        decided TEXT,
        reserved_by TEXT, reserved_until REAL,
        UNIQUE (page_id, row_index, number, other_page_id, other_row_index, other_number)
    ) STRICT;
INSERT INTO "person_pairs" VALUES(1,1,2,3,1,3,4,0.0,'same',NULL,NULL);
CREATE TABLE reservations (
        row_id INTEGER PRIMARY KEY REFERENCES rows ON DELETE CASCADE,
        who TEXT NOT NULL,
        until REAL NOT NULL             -- seconds of the epoch
    ) STRICT;
CREATE TABLE rows (
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
    ) STRICT;
INSERT INTO "rows" VALUES(1,1,0,1,0.0,0.0,100.0,50.0,'doubtful',1,'[["unsure-ink", "A cell holds so little ink that it may be blank."]]','Name 1',0.9,'double 1','Weg 1
8001 Zürich',0.8,'double 1','ZH','8001','Zürich','CH',0.999,'[]');
INSERT INTO "rows" VALUES(2,1,1,2,0.0,0.0,100.0,50.0,'signed',1,'[["region-ambiguous", "The address fits several cantons."]]','Name 2',0.9,'double 1','Weg 1
8001 Zürich',0.8,'double 1','ambiguous','8001','Zürich','CH',0.999,'[]');
INSERT INTO "rows" VALUES(3,1,2,3,0.0,0.0,100.0,50.0,'signed',0,'[]','Name 3',0.9,'double 1','Weg 1
8001 Zürich',0.8,'double 1','ZH','8001','Zürich','CH',0.999,'[]');
INSERT INTO "rows" VALUES(4,1,3,4,0.0,0.0,100.0,50.0,'signed',0,'[]','Name 4',0.9,'double 1','Weg 1
8001 Zürich',0.8,'double 1','ZH','8001','Zürich','CH',0.999,'[]');
INSERT INTO "rows" VALUES(5,2,0,1,0.0,0.0,100.0,50.0,'signed',0,'[]','Name 1',0.9,'double 1','Weg 1
8001 Zürich',0.8,'double 1','ZH','8001','Zürich','CH',0.999,'[]');
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO "settings" VALUES('verdicts','1');
CREATE TABLE standings (
        page_id INTEGER PRIMARY KEY REFERENCES pages ON DELETE CASCADE,
        sheet INTEGER,
        duplicate_of INTEGER,           -- id of the page that counts in place of this one
        late INTEGER NOT NULL,
        counted INTEGER NOT NULL,       -- 0: another scan counts, or its file does under another name
        differing TEXT NOT NULL         -- JSON: indices of rows that come out otherwise on another scan
    ) STRICT;
CREATE TABLE verdicts (
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
    ) STRICT;
INSERT INTO "verdicts" VALUES(1,1,'signed','ZH',1,0,NULL,NULL,'status','ann','',NULL,NULL);
INSERT INTO "verdicts" VALUES(2,1,'signed','BE',1,0,NULL,NULL,'address','bob','',NULL,NULL);
INSERT INTO "verdicts" VALUES(3,1,'signed','ZH',1,0,NULL,NULL,'','','',NULL,NULL);
INSERT INTO "verdicts" VALUES(4,1,'signed','ZH',0,0,NULL,NULL,'','','',NULL,NULL);
INSERT INTO "verdicts" VALUES(5,2,'signed','ZH',1,0,NULL,NULL,'','','',NULL,NULL);
CREATE INDEX inputs_by_content ON inputs (sha256);
CREATE INDEX rows_by_status ON rows (status, review);
CREATE INDEX decisions_by_row ON decisions (page_id, row_index);
CREATE INDEX decisions_by_other ON decisions (other_page_id) WHERE other_page_id IS NOT NULL;
CREATE INDEX decisions_by_person ON decisions (who, id);
CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions
        BEGIN SELECT RAISE(ABORT, 'decisions are never deleted'); END;
CREATE TRIGGER decisions_hold BEFORE UPDATE ON decisions
        WHEN NEW.value NOT IN (OLD.value, '') OR NEW.was NOT IN (OLD.was, '') OR NEW.id != OLD.id
            OR NEW.page_id IS NOT OLD.page_id OR NEW.row_index IS NOT OLD.row_index
            OR NEW.number IS NOT OLD.number OR NEW.field != OLD.field OR NEW.who != OLD.who
            OR NEW.at != OLD.at OR NEW.undoes IS NOT OLD.undoes OR NEW.second != OLD.second
        BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END;
CREATE INDEX verdicts_tally ON verdicts (counted, status, region, late) WHERE status != 'blank';
CREATE INDEX verdicts_by_page ON verdicts (page_id, counted, status, late);
CREATE INDEX verdicts_open ON verdicts (question, closeness, row_id)
        WHERE question IS NOT NULL AND counted = 1;
CREATE INDEX verdicts_second ON verdicts (second, second_not, row_id)
        WHERE second IS NOT NULL AND counted = 1;
CREATE INDEX verdicts_decided ON verdicts (decided) WHERE decided != '';
CREATE INDEX verdicts_flagged ON verdicts (flags) WHERE flags != '';
CREATE INDEX page_pairs_by_other ON page_pairs (other_page_id);
CREATE INDEX person_pairs_by_other ON person_pairs (other_page_id, other_row_index, other_number);
CREATE INDEX person_pairs_open ON person_pairs (likeness) WHERE decided IS NULL;
CREATE INDEX person_pairs_same ON person_pairs (decided) WHERE decided = 'same';
CREATE INDEX reservations_by_person ON reservations (who);
CREATE INDEX pages_by_kind ON pages (kind);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('decisions',5);
COMMIT;