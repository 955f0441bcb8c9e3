"""Keep what people decided about whole pages, and which pages ask for it, for fast lists and sums.

Derived from pages and decisions; only pages that ask for something or on which something was
decided have a line.  The functions work inside the caller's transaction.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

from digitize.campaign.decisions import (
    FIRST_TYPED,
    Content,
    Decision,
    PageDecision,
    SettledPage,
    page_decision,
)
from digitize.campaign.store import audit_log, serialise
from digitize.records import FlagCode, NoteCode, PageId, PageKind

HINTS = " hints="  # in the settings of a page, before the hints with which it was read

_ASKING_KINDS = (PageKind.FAILED.value, PageKind.NO_TABLE.value)

UNSETTLED = (
    "page_settlements s JOIN pages p ON p.id = s.page_id"
    " LEFT JOIN page_states ps ON ps.page_id = s.page_id"
    " WHERE s.asks != '' AND s.content = '' AND s.trashed = 0 AND coalesce(ps.counted, 1) = 1"
)
"""What follows FROM in a query of the pages that a person has to settle."""


PETITION = "coalesce(nullif(page_settlements.petition, ''), ps.petition, '')"
"""The petition of a page, as people say or else as recognised, of page_settlements and page_states `ps`."""


def settings_with(settings: str, reading: str) -> str:
    """Return the settings of a page that is read with these hints."""
    return f"{settings}{HINTS}{reading}" if reading else settings


def refresh(connection: sqlite3.Connection, page_id: int) -> None:
    """Write the line of a page that was stored again, or on which something was decided."""
    page = connection.execute("SELECT kind, notes, settings FROM pages WHERE id = ?", (page_id,)).fetchone()
    if page is None:
        connection.execute("DELETE FROM page_settlements WHERE page_id = ?", (page_id,))
        return
    values = _values(connection, page_id, page, audit_log.of_whole_page(connection, page_id))
    if not any(values.values()):
        connection.execute("DELETE FROM page_settlements WHERE page_id = ?", (page_id,))
        return
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(
        f"INSERT OR REPLACE INTO page_settlements (page_id, {names}) VALUES (:page_id, {marks})",
        {"page_id": page_id, **values},
    )


def settled_pages(connection: sqlite3.Connection) -> dict[PageId, SettledPage]:
    """Return the pages on which people decided something."""
    query = (
        "SELECT s.*, path, number, EXISTS (SELECT 1 FROM row_states t JOIN rows r ON r.id = t.row_id"
        " WHERE t.page_id = s.page_id AND r.row_index >= ?) AS has_typed_rows"
        " FROM page_settlements s JOIN pages p ON p.id = s.page_id JOIN inputs i ON i.id = p.input_id"
        " WHERE content != '' OR trashed = 1 OR reading != '' OR comment != '' OR petition != ''"
    )
    return {
        PageId(line["path"], line["number"]): SettledPage(
            PageDecision(
                content=Content(line["content"]) if line["content"] else None,
                trashed=bool(line["trashed"]),
                reading=line["reading"],
                comment=line["comment"],
                petition=line["petition"],
                by=tuple(line["decided_by"].split(serialise.SEPARATOR)) if line["decided_by"] else (),
            ),
            bool(line["has_typed_rows"]),
        )
        for line in connection.execute(query, (FIRST_TYPED,))
    }


def readings(connection: sqlite3.Connection, only_due: bool = False) -> dict[PageId, str]:
    """Return the hints for pages that are to be read in another way, as texts.

    With `only_due` only those of pages that were not read with them yet; "" means without hints.
    """
    query = (
        "SELECT path, number, reading FROM page_settlements s JOIN pages p ON p.id = s.page_id"
        " JOIN inputs i ON i.id = p.input_id WHERE "
    )
    where = "is_due = 1 AND trashed = 0 AND number > 0" if only_due else "reading != ''"
    return {PageId(line[0], line[1]): line[2] for line in connection.execute(query + where)}


def _values(
    connection: sqlite3.Connection, page_id: int, page: sqlite3.Row, decisions: Sequence[Decision]
) -> dict[str, Any]:
    decided = page_decision(decisions)
    read_with = page["settings"].partition(HINTS)[2]
    return {
        "asks": _asks(connection, page_id, page),
        "content": decided.content.value if decided.content else "",
        "trashed": int(decided.trashed),
        "reading": decided.reading,
        "is_due": int(decided.reading != read_with),
        "comment": decided.comment,
        "petition": decided.petition,
        "decided_by": serialise.SEPARATOR.join(decided.by),
    }


def _asks(connection: sqlite3.Connection, page_id: int, page: sqlite3.Row) -> str:
    """Return why a person has to look at the whole page, "" where nobody has to."""
    if page["kind"] in _ASKING_KINDS:
        return str(page["kind"])
    if f'"{NoteCode.SECOND_SHEET.value}"' in (page["notes"] or ""):
        return NoteCode.SECOND_SHEET.value
    lost = connection.execute(
        "SELECT 1 FROM rows WHERE page_id = ? AND instr(flags, ?) LIMIT 1",
        (page_id, f'"{FlagCode.ROWS_LOST.value}"'),
    ).fetchone()
    return FlagCode.ROWS_LOST.value if lost else ""
