"""Store the results of pages, each in one transaction, and read them back as the same records."""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from itertools import islice
from typing import Any

from digitize.campaign.decisions import FIRST_TYPED
from digitize.campaign.store import (
    due_work,
    page_digests,
    page_settlements,
    picture_files,
    row_state,
    serialise,
)
from digitize.campaign.store.database import Database
from digitize.campaign.store.store_errors import errors_as_bad_store
from digitize.records import Digitized, Failure, PageId, PageKind, Role, Row, SheetPage

PICTURES = "pages"
CROPS = "crops"
PAGES_AT_A_TIME = 100  # with their rows in memory

Outcome = SheetPage | Failure

_PAGES = "SELECT pages.*, inputs.path FROM pages JOIN inputs ON inputs.id = input_id"


class Pages:
    """The tables of pages, rows and cells, and the picture files.  Every method may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folder = database.folder

    def finished(self, settings: str, version: str, crops: bool) -> set[tuple[int, int]]:
        """Return (input id, page) of every page with a result for these settings and the hints of people.

        Pages that failed, and pages without crops if `crops` are wanted, are not finished.
        """
        rows = self._database.rows(
            "SELECT input_id, number FROM pages p LEFT JOIN page_settlements s ON s.page_id = p.id"
            " WHERE kind != ? AND settings = ? || iif(coalesce(reading, '') = '', '', ? || reading)"
            " AND version = ? AND has_crops >= ?",
            *(PageKind.FAILED.value, settings, page_settlements.HINTS, version, int(crops)),
        )
        return {(row["input_id"], row["number"]) for row in rows}

    def save(
        self,
        input_id: int,
        result: Digitized,
        settings: str,
        version: str,
        crops: bool = False,
        hints: str = "",
    ) -> None:
        """Store the result of a page, replacing an earlier one; `hints` are those it was read with.

        The picture is written first, under a new name, then everything else in one transaction: a
        kill in between leaves the page as it was.  Raises ValueError if the result cannot be stored
        (a NaN, an unpaired surrogate).
        """
        number = result.outcome.id.page
        values = _page_values(result.outcome)
        settings = page_settlements.settings_with(settings, hints)
        values |= {"version": version, "settings": settings, "has_crops": int(crops), "picture": None}
        with errors_as_bad_store(self._folder):
            if result.picture:
                values["picture"] = picture_files.picture_name(input_id, number, result.picture)
                picture_files.write_whole(self._folder / PICTURES / values["picture"], result.picture)
            old, is_known = self._picture(input_id, number)
            picture_files.write_crops(self._folder / CROPS, input_id, result, replaces=is_known)
            rows = () if isinstance(result.outcome, Failure) else result.outcome.rows
            try:
                with self._database.transaction() as connection:
                    page_id = _replace(connection, input_id, number, values)
                    _insert_rows(connection, page_id, rows)
                    page_digests.refresh(connection, page_id)
                    row_state.refresh_page(connection, page_id)
                    due_work.pages_changed(connection)
            except (sqlite3.IntegrityError, UnicodeError) as error:
                raise ValueError(f"page {number} cannot be stored: {type(error).__name__}") from error
            if old not in (None, values["picture"]):
                (self._folder / PICTURES / str(old)).unlink(missing_ok=True)

    def outcomes(
        self, inputs: Collection[int] | None = None, roles: Collection[Role] | None = None
    ) -> Iterator[Outcome]:
        """Yield the stored pages of these inputs (by id; None: all), in the order of input and page.

        `roles` limits the cells that are read back; None reads all.
        """
        return (outcome for _, outcome in self.stored(self.ids(inputs), roles))

    def ids(self, inputs: Collection[int] | None = None) -> list[int]:
        """Return the ids of the stored pages of these inputs, in the order of input and page."""
        pages = self._database.rows("SELECT id, input_id FROM pages ORDER BY input_id, number")
        return [page["id"] for page in pages if inputs is None or page["input_id"] in inputs]

    def stored(
        self, page_ids: Iterable[int], roles: Collection[Role] | None = None
    ) -> Iterator[tuple[int, Outcome]]:
        """Yield the pages with these ids in their order, each with its id; some are in memory at a time."""
        remaining = iter(page_ids)
        while some := list(islice(remaining, PAGES_AT_A_TIME)):
            found = self._database.rows(f"{_PAGES} WHERE pages.id IN ({_marks(some)})", *some)
            pages = {page["id"]: page for page in found}
            rows, cells = self._rows(some), self._cells(some, roles)
            for page_id in some:
                if page_id in pages:
                    yield page_id, _outcome(pages[page_id], rows[page_id], cells)

    def at(self, page_id: int) -> Outcome | None:
        """Return the stored result of one page, None if there is none."""
        pages = self._database.rows(f"{_PAGES} WHERE pages.id = ?", page_id)
        return _outcome(pages[0], self._rows([page_id])[page_id], self._cells([page_id])) if pages else None

    def kinds(self, input_id: int) -> list[PageKind]:
        """Return the kinds of the stored pages of an input, in their order."""
        query = "SELECT kind FROM pages WHERE input_id = ? ORDER BY number"
        return [PageKind(row["kind"]) for row in self._database.rows(query, input_id)]

    def sweep(self) -> None:
        """Delete pictures left behind by a run that was killed; the caller must hold the lock."""
        rows = self._database.rows("SELECT picture FROM pages WHERE picture IS NOT NULL")
        with suppress(OSError):  # a run must not fail because of this
            picture_files.sweep(self._folder / PICTURES, [row["picture"] for row in rows])
            for folder in (self._folder, self._folder / CROPS):
                picture_files.sweep_unfinished(folder)

    def _picture(self, input_id: int, number: int) -> tuple[str | None, bool]:
        """Return the picture of a page if it has one, and whether the page is stored."""
        query = "SELECT picture FROM pages WHERE input_id = ? AND number = ?"
        rows = self._database.rows(query, input_id, number)
        return (rows[0]["picture"], True) if rows else (None, False)

    def _rows(self, page_ids: Sequence[int]) -> dict[int, list[sqlite3.Row]]:
        """Return the recognised rows of these pages, by page."""
        query = (
            f"SELECT * FROM rows WHERE page_id IN ({_marks(page_ids)}) AND row_index < ?"
            " ORDER BY page_id, row_index"
        )
        rows = defaultdict(list)
        for row in self._database.rows(query, *page_ids, FIRST_TYPED):
            rows[row["page_id"]].append(row)
        return rows

    def _cells(
        self, page_ids: Sequence[int], roles: Collection[Role] | None = None
    ) -> dict[int, list[sqlite3.Row]]:
        """Return the cells of these pages, by row."""
        query = (
            f"SELECT cells.* FROM rows JOIN cells ON row_id = rows.id WHERE page_id IN ({_marks(page_ids)})"
        )
        values: list[Any] = list(page_ids)
        if roles is not None:
            query += f" AND role IN ({_marks(roles)})"
            values += [role.value for role in roles]
        cells = defaultdict(list)
        for cell in self._database.rows(f"{query} ORDER BY row_id, cell_index", *values):
            cells[cell["row_id"]].append(cell)
        return cells


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


def _outcome(
    page: sqlite3.Row, rows: Iterable[sqlite3.Row], cells: Mapping[int, Iterable[sqlite3.Row]]
) -> Outcome:
    """Return a stored page with these rows, and those of the cells that belong to them."""
    page_id = PageId(page["path"], page["number"])
    if page["kind"] == PageKind.FAILED:
        failure = (page["failure_stage"], page["failure_kind"], page["failure_sentence"])
        return Failure(page_id, *failure)
    return SheetPage(
        id=page_id,
        kind=PageKind(page["kind"]),
        form=page["form"],
        rotation_deg=page["rotation_deg"],
        skew_deg=page["skew_deg"],
        px_per_mm=page["px_per_mm"],
        to_scan=serialise.mesh_of(page["mesh"]),
        tables=serialise.tables_of(page["page_table"]),
        rows=tuple(serialise.row_of(row, map(serialise.cell_of, cells.get(row["id"], ()))) for row in rows),
        notes=serialise.notes_of(page["notes"]),
        seconds=page["seconds"],
        title=page["title"] or "",
        deadline=date.fromisoformat(page["deadline"]) if page["deadline"] else None,
    )


def _page_values(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Failure):
        return {
            "kind": PageKind.FAILED.value,
            "failure_stage": outcome.stage,
            "failure_kind": outcome.kind,
            "failure_sentence": outcome.sentence,
        }
    return {
        "kind": outcome.kind.value,
        "form": outcome.form,
        "rotation_deg": int(outcome.rotation_deg),
        "skew_deg": float(outcome.skew_deg),
        "px_per_mm": float(outcome.px_per_mm),
        "mesh": serialise.mesh_json(outcome.to_scan),
        "page_table": serialise.tables_json(outcome.tables),
        "notes": serialise.notes_json(outcome.notes),
        "seconds": float(outcome.seconds),
        "title": outcome.title,
        "deadline": outcome.deadline.isoformat() if outcome.deadline else None,
    }


def _replace(connection: sqlite3.Connection, input_id: int, number: int, values: dict[str, Any]) -> int:
    """Write the columns of a page and delete its rows; return its id.

    A page keeps its id, which decisions refer to, and the rows that people added.  For the same
    reason, the id of a deleted page is not used again.
    """
    connection.execute(
        "INSERT INTO pages (id, input_id, number, kind, version, settings, has_crops)"
        " SELECT 1 + max(coalesce((SELECT max(id) FROM pages), 0),"
        " coalesce((SELECT max(page_id) FROM decisions), 0),"
        " coalesce((SELECT max(other_page_id) FROM decisions), 0)), ?, ?, '', '', '', 0"
        " WHERE true ON CONFLICT (input_id, number) DO NOTHING",
        (input_id, number),
    )
    found = connection.execute(
        "SELECT id FROM pages WHERE input_id = ? AND number = ?", (input_id, number)
    ).fetchone()
    page_id = int(found["id"])
    columns = dict.fromkeys(_PAGE_COLUMNS) | values
    assignments = ", ".join(f"{name} = :{name}" for name in columns)
    connection.execute(f"UPDATE pages SET {assignments} WHERE id = :id", columns | {"id": page_id})
    connection.execute("DELETE FROM rows WHERE page_id = ? AND row_index < ?", (page_id, FIRST_TYPED))
    return page_id


_PAGE_COLUMNS = (
    *("kind", "form", "rotation_deg", "skew_deg", "px_per_mm", "mesh", "page_table", "notes", "seconds"),
    *("title", "deadline"),
    *("failure_stage", "failure_kind", "failure_sentence", "version", "settings", "has_crops", "picture"),
)


def _insert_rows(connection: sqlite3.Connection, page_id: int, rows: Iterable[Row]) -> None:
    for row in rows:
        row_id = _insert(connection, "rows", {"page_id": page_id, **serialise.row_values(row)})
        for index, cell in enumerate(row.cells):
            _insert(connection, "cells", {"row_id": row_id, **serialise.cell_values(index, cell)})


def _insert(connection: sqlite3.Connection, table: str, values: dict[str, Any]) -> int:
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    cursor = connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)
    return cursor.lastrowid or 0
