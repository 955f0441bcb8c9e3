"""Convert records to the columns of the database and back, without loss."""

import json
import sqlite3
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

from digitize.geometry import Box, Mesh, Point
from digitize.records import (
    Candidate,
    Cell,
    Column,
    Flag,
    FlagCode,
    Ink,
    InkMeasure,
    Mark,
    Note,
    NoteCode,
    Place,
    Reading,
    Role,
    Row,
    Status,
    Table,
)

Values = dict[str, Any]
SEPARATOR = "; "  # between several values in one column


def mesh_json(mesh: Mesh) -> str:
    """Return a mesh as JSON: its grid lines, and the scan position of each crossing, in px."""
    return json.dumps({"x": _floats(mesh.x_px), "y": _floats(mesh.y_px), "scan": _points(mesh.scan_px)})


def mesh_of(text: str) -> Mesh:
    """Return the mesh stored as JSON."""
    stored = json.loads(text)
    rows = tuple(tuple((x, y) for x, y in row) for row in stored["scan"])
    return Mesh(tuple(stored["x"]), tuple(stored["y"]), rows)


def tables_json(tables: Iterable[Table]) -> str | None:
    """Return the tables of a page as JSON, None if there are none."""
    values = [_table_values(table) for table in tables]
    return json.dumps(values) if values else None


def _table_values(table: Table) -> Values:
    columns = [
        [c.role.value, float(c.left_px), float(c.right_px), c.header, c.top_share, c.bottom_share]
        for c in table.columns
    ]
    edges = _floats(table.row_edges_px)
    return {"columns": columns, "edges": edges, "header_top": float(table.header_top_px)}


def tables_of(text: str | None) -> tuple[Table, ...]:
    """Return the tables stored as JSON."""
    stored = json.loads(text) if text is not None else []
    # The first versions stored a single table instead of a list.
    return tuple(map(_table_of, stored if isinstance(stored, list) else [stored]))


def _table_of(stored: Values) -> Table:
    columns = tuple(
        Column(Role(role), left, right, header, *shares)
        for role, left, right, header, *shares in stored["columns"]
    )
    return Table(columns, tuple(stored["edges"]), stored["header_top"])


def notes_json(notes: Iterable[Note]) -> str:
    """Return notes as JSON: [[code, {name: value, ...}], ...]."""
    return json.dumps([[note.code.value, dict(note.values)] for note in notes])


def notes_of(text: str) -> tuple[Note, ...]:
    """Return the notes stored as JSON."""
    return tuple(Note.of(NoteCode(code), **values) for code, values in json.loads(text))


def row_values(row: Row) -> Values:
    """Return the columns of a row, without those of its cells."""
    return {
        "row_index": int(row.index),
        "number": int(row.number),
        **_box_values("box", row.box),
        "status": row.status.value,
        "review": int(row.review),
        "flags": json.dumps([flag.code.value for flag in row.flags]),
        **_reading_values("name_", row.name),
        **_reading_values("address_", row.address),
        **_place_values(row.place),
    }


def row_of(stored: sqlite3.Row, cells: Iterable[Cell]) -> Row:
    """Return a stored row with these cells."""
    number, index, status, flags, review = _ROW_VALUES(stored)
    return Row(
        number=number,
        index=index,
        box=Box(*_BOX_VALUES["box"](stored)),
        cells=tuple(cells),
        status=_STATUSES[status],
        flags=_flags_of(flags),
        review=bool(review),
        name=_reading_of(stored, "name_"),
        address=_reading_of(stored, "address_"),
        place=_place_of(stored),
    )


@lru_cache(maxsize=4096)
def _flags_of(text: str) -> tuple[Flag, ...]:
    """Return the flags stored as JSON; few combinations occur, each on thousands of rows."""
    return tuple(Flag(FlagCode(code)) for code in json.loads(text))


def cell_values(index: int, cell: Cell) -> Values:
    """Return the columns of the cell at this position of its row."""
    extent = {f"extent_{side}": None for side in _SIDES}
    if cell.ink.extent is not None:
        extent.update(_box_values("extent", cell.ink.extent))
    return {
        "cell_index": index,
        "role": cell.role.value,
        **_box_values("box", cell.box),
        "ink": cell.ink.state.value,
        "mark": cell.ink.mark.value,
        "stroke_mm": float(cell.ink.stroke_mm),
        "foreign_stroke_mm": float(cell.ink.foreign_stroke_mm),
        "blank_limit_mm": float(cell.ink.blank_limit_mm),
        **extent,
        **_reading_values("", cell.reading),
    }


def cell_of(stored: sqlite3.Row) -> Cell:
    """Return a stored cell."""
    role, ink, mark, stroke_mm, foreign_stroke_mm, blank_limit_mm = _CELL_VALUES(stored)
    extent = _BOX_VALUES["extent"](stored)
    measure = InkMeasure(
        _INKS[ink],
        _MARKS[mark],
        stroke_mm,
        foreign_stroke_mm,
        blank_limit_mm,
        None if extent[0] is None else Box(*extent),
    )
    return Cell(_ROLES[role], Box(*_BOX_VALUES["box"](stored)), measure, _reading_of(stored, ""))


_SIDES = ("left", "top", "right", "bottom")
# A campaign has millions of cells: their values are fetched at once, and codes are looked up in a table.
_BOX_VALUES = {prefix: itemgetter(*(f"{prefix}_{side}" for side in _SIDES)) for prefix in ("box", "extent")}
_READING_VALUES = {
    prefix: itemgetter(f"{prefix}text", f"{prefix}confidence", f"{prefix}reader")
    for prefix in ("", "name_", "address_")
}
_ROW_VALUES = itemgetter("number", "row_index", "status", "flags", "review")
_CELL_VALUES = itemgetter("role", "ink", "mark", "stroke_mm", "foreign_stroke_mm", "blank_limit_mm")
_PLACE_VALUES = itemgetter("region", "postcode", "locality", "country", "place_confidence", "candidates")

_Code = TypeVar("_Code", bound=StrEnum)


class _Codes(dict[str, _Code]):
    """The codes of a kind by their values; raises ValueError for any other value, as the kind itself does."""

    def __init__(self, kind: type[_Code]) -> None:
        super().__init__((code.value, code) for code in kind)
        self._kind = kind

    def __missing__(self, value: str) -> _Code:
        return self._kind(value)


_STATUSES, _INKS, _MARKS, _ROLES = _Codes(Status), _Codes(Ink), _Codes(Mark), _Codes(Role)


def _box_values(prefix: str, box: Box) -> Values:
    return {f"{prefix}_{side}": float(getattr(box, side)) for side in _SIDES}


def _reading_values(prefix: str, reading: Reading | None) -> Values:
    # A cell that was not read has no text (NULL), an illegible one has an empty text.
    return {
        f"{prefix}text": None if reading is None else reading.text,
        f"{prefix}confidence": None if reading is None else float(reading.confidence),
        f"{prefix}reader": None if reading is None else reading.reader,
    }


def _reading_of(stored: sqlite3.Row, prefix: str) -> Reading | None:
    text, confidence, reader = _READING_VALUES[prefix](stored)
    return None if text is None else Reading(text, confidence, reader)


def _place_values(place: Place | None) -> Values:
    if place is None:
        names = ("region", "postcode", "locality", "country", "place_confidence", "candidates")
        return dict.fromkeys(names)
    candidates = [[c.region, c.postcode, c.locality, float(c.probability)] for c in place.candidates]
    return {
        "region": str(place.region),
        "postcode": place.postcode,
        "locality": place.locality,
        "country": place.country,
        "place_confidence": float(place.confidence),
        "candidates": json.dumps(candidates),
    }


def _place_of(stored: sqlite3.Row) -> Place | None:
    region, postcode, locality, country, confidence, candidates = _PLACE_VALUES(stored)
    if region is None:
        return None
    return Place(region, postcode, locality, country, confidence, _candidates_of(candidates))


@lru_cache(maxsize=4096)
def _candidates_of(text: str) -> tuple[Candidate, ...]:
    """Return the candidates stored as JSON; most rows have none, or the same as others."""
    return tuple(Candidate(*values) for values in json.loads(text))


def _floats(values: Iterable[float]) -> list[float]:
    return [float(value) for value in values]


def _points(rows: Iterable[Iterable[Point]]) -> list[list[tuple[float, float]]]:
    return [[(float(x), float(y)) for x, y in row] for row in rows]
