"""The values that are stored and sent between processes: frozen, and without pixels.

A *page* is one scanned side.  Its outcome is either a `SheetPage`, with rows or without if it
is blank or has no table, or a `Failure`.  Blank, unread and failed are never confused: each has
a value of its own.
"""

from digitize.records.codes import (
    ADDRESS_ROLES,
    NAME_ROLES,
    FlagCode,
    Ink,
    Mark,
    NoteCode,
    PageFlag,
    PageKind,
    Region,
    Role,
    RowFlag,
    Status,
)
from digitize.records.values import (
    Candidate,
    Cell,
    Column,
    Digitized,
    Failure,
    Flag,
    InkMeasure,
    Note,
    PageId,
    Place,
    Reading,
    Row,
    RowKey,
    ScanFile,
    SheetPage,
    Table,
)

__all__ = [
    "ADDRESS_ROLES",
    "NAME_ROLES",
    "Candidate",
    "Cell",
    "Column",
    "Digitized",
    "Failure",
    "Flag",
    "FlagCode",
    "Ink",
    "InkMeasure",
    "Mark",
    "Note",
    "NoteCode",
    "PageFlag",
    "PageId",
    "PageKind",
    "Place",
    "Reading",
    "Region",
    "Role",
    "Row",
    "RowFlag",
    "RowKey",
    "ScanFile",
    "SheetPage",
    "Status",
    "Table",
]
