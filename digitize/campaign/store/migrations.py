"""The ordered steps that lead from one version of the campaign database to the next.

`inputs`, `pages`, `rows` and `cells` hold what was recognised; saving a page again replaces its
rows and cells.  Decisions of people must outlive that and are therefore stored apart: they refer
to a page, whose id stays the same and is never reused, and to the index and number of a row.

Derived tables can be computed again at any time: `row_states` (status, region and open question
of every row with its decisions), `tally_counts` and `page_counts` (sums of them), `words` and
`row_words`, `page_states` (sheet, duplicates, deadline), and the pairs found in `page_pairs` and
`signer_pairs`.
"""

from digitize.campaign.store import early_migrations as early

# What people decided about whole pages, and pages that ask for it; derived from pages and decisions.
_VERSION_9 = (
    """CREATE TABLE page_settlements (
        page_id INTEGER PRIMARY KEY,
        asks TEXT NOT NULL,             -- why a person has to look at the page, '' where nobody has to
        content TEXT NOT NULL,          -- a decisions.Content, '' where nobody has said anything
        trashed INTEGER NOT NULL,
        reading TEXT NOT NULL,          -- the text of the PageHints wanted
        is_due INTEGER NOT NULL,        -- 1: the page was read with other hints
        comment TEXT NOT NULL,
        decided_by TEXT NOT NULL        -- by whom content and trashed, parted by "; "
    ) STRICT""",
    "CREATE INDEX decisions_of_comments ON decisions (field) WHERE field = 'comment'",
)

# The words by which rows are found; derived, written with the row states.  Misspellings need a list of all
# words, which forgets one with the last row that has it.  Also an index of second looks, which are few.
_VERSION_10 = (
    "CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE) STRICT",
    """CREATE TABLE row_words (
        word_id INTEGER NOT NULL REFERENCES words,
        row_id INTEGER NOT NULL REFERENCES rows ON DELETE CASCADE,
        PRIMARY KEY (word_id, row_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX row_words_by_row ON row_words (row_id)",
    """CREATE TRIGGER words_go AFTER DELETE ON row_words
        WHEN NOT EXISTS (SELECT 1 FROM row_words WHERE word_id = OLD.word_id)
        BEGIN DELETE FROM words WHERE id = OLD.word_id; END""",
    """CREATE TABLE refused_uploads (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,             -- of the file on the sender's machine
        why TEXT NOT NULL,              -- a file_log.Refusal
        at TEXT NOT NULL                -- UTC, ISO 8601
    ) STRICT""",
    "CREATE INDEX decisions_second ON decisions (id) WHERE second = 1",
)

# See page_digests; '' for pages that were stored before.
_VERSION_11 = ("ALTER TABLE pages ADD COLUMN digest TEXT NOT NULL DEFAULT ''",)

# Who changed the settings; the petition of each page, as found and as people say.
_VERSION_12 = (
    """CREATE TABLE setting_changes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        value_before TEXT NOT NULL,
        value TEXT NOT NULL,
        file TEXT NOT NULL,             -- name of the file that the setting is about, '' for the campaign
        changed_by TEXT NOT NULL,       -- '' for the command line
        at TEXT NOT NULL                -- UTC, ISO 8601
    ) STRICT""",
    "ALTER TABLE page_states ADD COLUMN petition TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE page_settlements ADD COLUMN petition TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX page_states_by_petition ON page_states (petition, page_id)",
    "UPDATE due SET changed = changed + 1 WHERE EXISTS (SELECT 1 FROM inputs)",
)

COUNTED_BY_KIND = (
    "SELECT status, region, late, count(*) FROM row_states WHERE counted = 1 AND status != 'blank'"
    " GROUP BY status, region, late"
)
COUNTED_BY_PAGE = (
    "SELECT page_id, count(*), count(*) FILTER (WHERE status = 'signed') FROM row_states"
    " WHERE counted = 1 AND status != 'blank' GROUP BY page_id"
)
_COUNT_NEW = (
    "INSERT INTO tally_counts SELECT NEW.status, NEW.region, NEW.late, 1"
    " WHERE NEW.counted = 1 AND NEW.status != 'blank' ON CONFLICT DO UPDATE SET rows = rows + 1;"
    " INSERT INTO page_counts SELECT NEW.page_id, 1, NEW.status = 'signed'"
    " WHERE NEW.counted = 1 AND NEW.status != 'blank'"
    " ON CONFLICT DO UPDATE SET filled = filled + 1, signed = signed + (NEW.status = 'signed');"
)
_UNCOUNT_OLD = (
    "UPDATE tally_counts SET rows = rows - 1 WHERE OLD.counted = 1 AND OLD.status != 'blank'"
    " AND (status, region, late) = (OLD.status, OLD.region, OLD.late);"
    " UPDATE page_counts SET filled = filled - 1, signed = signed - (OLD.status = 'signed')"
    " WHERE OLD.counted = 1 AND OLD.status != 'blank' AND page_id = OLD.page_id;"
)

# Of the written tables, see `tally.read_back`; '' where they were not written since.
_VERSION_13 = ("ALTER TABLE due ADD COLUMN digest TEXT NOT NULL DEFAULT ''",)

# The sums that the pages of the site show: counting a million rows for each of them takes most of a second.
# Derived, and kept in step by the triggers; see `row_counts`.
_VERSION_14 = (
    """CREATE TABLE tally_counts (
        status TEXT NOT NULL, region TEXT NOT NULL, late INTEGER NOT NULL,
        rows INTEGER NOT NULL,          -- that count and are not blank
        PRIMARY KEY (status, region, late)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE page_counts (
        page_id INTEGER PRIMARY KEY,
        filled INTEGER NOT NULL,        -- rows that count and are not blank
        signed INTEGER NOT NULL
    ) STRICT""",
    f"CREATE TRIGGER row_states_come AFTER INSERT ON row_states BEGIN {_COUNT_NEW} END",
    f"CREATE TRIGGER row_states_go AFTER DELETE ON row_states BEGIN {_UNCOUNT_OLD} END",
    "CREATE TRIGGER row_states_change AFTER UPDATE OF page_id, status, region, counted, late ON row_states"
    f" BEGIN {_UNCOUNT_OLD} {_COUNT_NEW} END",
    f"INSERT INTO tally_counts {COUNTED_BY_KIND}",
    f"INSERT INTO page_counts {COUNTED_BY_PAGE}",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    early.VERSION_1,
    early.VERSION_2,
    early.VERSION_3,
    early.VERSION_4,
    early.VERSION_5,
    early.VERSION_6,
    early.VERSION_7,
    early.VERSION_8,
    _VERSION_9,
    _VERSION_10,
    _VERSION_11,
    _VERSION_12,
    _VERSION_13,
    _VERSION_14,
)
"""Step i leads from version i to i + 1.  Never edit a released step; add a new one."""
