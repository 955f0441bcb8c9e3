"""Checksums of what was read from a page, so that a reading that changed on the disk is noticed.

SQLite notices damage to its structure, but not a bit that turns one valid value into another.
"""

import hashlib
import sqlite3

from digitize.campaign.decisions import FIRST_TYPED

# Named one by one, so that a column of a later version does not change the digests of stored pages.  A
# migration that changes values in one of these columns has to empty the digests.
_PAGE = (
    "input_id, number, kind, form, rotation_deg, skew_deg, px_per_mm, mesh, page_table, notes, seconds,"
    " title, deadline, failure_stage, failure_kind, failure_sentence, version, settings, has_crops, picture"
)
_BOX = "box_left, box_top, box_right, box_bottom"
_ROW = (
    f"row_index, number, {_BOX}, status, review, flags, name_text, name_confidence, name_reader,"
    " address_text, address_confidence, address_reader, region, postcode, locality, country,"
    " place_confidence, candidates"
)
_CELL = (
    f"cell_index, role, {_BOX}, ink, mark, stroke_mm, foreign_stroke_mm, blank_limit_mm, extent_left,"
    " extent_top, extent_right, extent_bottom, text, confidence, reader"
)
_CONTENTS = (
    f"SELECT {_PAGE} FROM pages WHERE id = :page",
    f"SELECT {_ROW} FROM rows WHERE page_id = :page AND row_index < :first_typed ORDER BY row_index",
    f"SELECT row_index, {', '.join(f'cells.{name}' for name in _CELL.split(', '))} FROM rows"
    " JOIN cells ON row_id = rows.id WHERE page_id = :page AND row_index < :first_typed"
    " ORDER BY row_index, cell_index",
)


def refresh(connection: sqlite3.Connection, page_id: int) -> None:
    """Store the digest of a page whose reading was written in this transaction."""
    connection.execute("UPDATE pages SET digest = ? WHERE id = ?", (_digest(connection, page_id), page_id))


def refresh_all(connection: sqlite3.Connection) -> None:
    """Store the digests of all pages, after their readings were changed on purpose."""
    for page in connection.execute("SELECT id FROM pages").fetchall():
        refresh(connection, page["id"])


def changed_pages(connection: sqlite3.Connection) -> list[int]:
    """Return the ids of the pages whose readings are no longer those that were stored.

    Pages stored before there were digests are left out.
    """
    stored = connection.execute("SELECT id, digest FROM pages WHERE digest != ''").fetchall()
    return [page["id"] for page in stored if page["digest"] != _digest(connection, page["id"])]


def _digest(connection: sqlite3.Connection, page_id: int) -> str:
    """Return the SHA-256 digest of what was read from a page; rows that people typed are left out."""
    digest = hashlib.sha256()
    for query in _CONTENTS:
        for line in connection.execute(query, {"page": page_id, "first_typed": FIRST_TYPED}):
            digest.update(repr(tuple(line)).encode())
    return digest.hexdigest()
