"""Everything that is stored or sent between processes: frozen values, no pixels.

A *page* is one scanned side.  Its outcome is a `SheetPage` (with rows, or
without because it is blank or holds no table) or a `Failure`; nothing else.
Blank, unread and failed are three different values throughout.
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
