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
INSERT INTO "inputs" VALUES(1,'/scans/a.pdf','1',1,2,'2026-11-28T21:37:49+00:00',1,'2025-01-17');
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
        picture TEXT,                   -- file name in pages/
        UNIQUE (input_id, number)
    ) STRICT;
INSERT INTO "pages" VALUES(1,1,1,'list','acat',90,-1.25,11.8,'{"x": [0.0, 100.0], "y": [0.0, 100.0], "scan": [[[0.0, 0.0], [100.0, 0.0]], [[0.0, 100.0], [100.0, 100.0]]]}',NULL,'',0.5,NULL,NULL,NULL,'0.1.0','settings',0,'000001-p001-2cea274d0b.jpg');
INSERT INTO "pages" VALUES(2,1,2,'failed',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'grid','unusable','Cut off.','0.1.0','settings',0,NULL);
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
INSERT INTO "rows" VALUES(2,1,1,2,0.0,0.0,100.0,50.0,'signed',0,'[]','Name 2',0.9,'double 1','Weg 1
8001 Zürich',0.8,'double 1','ZH','8001','Zürich','CH',0.999,'[]');
INSERT INTO "rows" VALUES(3,1,2,3,0.0,0.0,100.0,50.0,'signed',0,'[]','Name 3',0.9,'double 1','Weg 1
8001 Zürich',0.8,'double 1','ZH','8001','Zürich','CH',0.999,'[]');
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE INDEX inputs_by_content ON inputs (sha256);
CREATE INDEX rows_by_status ON rows (status, review);
COMMIT;