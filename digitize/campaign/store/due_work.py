"""Keep track of what has to be computed again: page states, pairs of signers, tables.

Each of them has a change counter.  It is incremented in the transaction that changes the data
it is computed from, and whoever computes it records the counter of the data used.  So neither
a sudden end nor a change meanwhile is lost: what was computed from older data stays due.

The functions work inside the caller's transaction.
"""

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from digitize.records import PageId, ScanFile

Counters = Mapping["Due", int]


class Due(StrEnum):
    """What is computed from all pages and decisions of a campaign."""

    PAGE_STATES = "page-states"  # sheets, duplicate pages, late pages
    SIGNER_PAIRS = "signer-pairs"  # rows that may be by one person
    TABLES = "tables"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The scans and pages of a campaign at one moment.

    If a scan is moved later, its path changes and so do the `PageId`s of its pages, but not the
    ids in `page_ids`: results computed from a snapshot are stored by those.  `counters` are the
    change counters of the moment, `last_decision` the id of the newest entry of the audit log.
    """

    files: tuple[ScanFile, ...]
    page_ids: Mapping[PageId, int]
    counters: Counters
    last_decision: int

    @property
    def counted(self) -> Collection[int]:
        """Ids of the scans that are not counted under another name."""
        return {file.id for file in self.files if not file.same_as}


def pages_changed(connection: sqlite3.Connection) -> None:
    """Record that pages or scans changed: everything is due."""
    connection.execute("UPDATE due SET changed = changed + 1")


def rows_changed(connection: sqlite3.Connection) -> None:
    """Record that rows were decided: the tables are due."""
    connection.execute("UPDATE due SET changed = changed + 1 WHERE what = ?", (Due.TABLES.value,))


def counters(connection: sqlite3.Connection) -> dict[Due, int]:
    """Return the change counters."""
    return {Due(line["what"]): line["changed"] for line in connection.execute("SELECT * FROM due")}


def mark_done(connection: sqlite3.Connection, what: Due, counter: int) -> None:
    """Record that something was computed from the data of this change counter."""
    connection.execute("UPDATE due SET done = max(done, ?) WHERE what = ?", (counter, what.value))
