"""Pages, tables, rows, cells and readings as frozen values."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from digitize.geometry import Box, Mesh
from digitize.records.codes import FlagCode, Ink, Mark, NoteCode, PageKind, Role, Status


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing to know about a row; `digitize.messages.sentence` puts it into words."""

    code: FlagCode


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know about a page; `digitize.messages.sentence` puts it into words.

    `values` are the parameters of the sentence, sorted by name.
    """

    code: NoteCode
    values: tuple[tuple[str, str | int], ...] = ()

    @classmethod
    def of(cls, code: NoteCode, **values: str | int) -> Self:
        """Return the note with these values, whatever their order."""
        return cls(code, tuple(sorted(values.items())))


@dataclass(frozen=True, slots=True)
class InkMeasure:
    """The ink of one cell: its state, and the measures from which that follows.

    `stroke_mm` is the length of pen stroke assigned to the cell, `foreign_stroke_mm` that of
    strokes in the cell that are assigned to a neighbour.  `blank_limit_mm` is the length below
    which the cells of this page are blank; stroke_mm / blank_limit_mm tells how close the
    decision was.  `extent` is the bounding box of the assigned ink, which may reach beyond the
    cell.
    """

    state: Ink
    mark: Mark
    stroke_mm: float
    foreign_stroke_mm: float
    blank_limit_mm: float
    extent: Box | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Text read from a cell, its lines separated by newlines; `confidence` is 0 to 1.

    `reader` is the name and version of the recogniser.  An empty text means that the cell was
    read and nothing was legible; a cell that was not read has no Reading.
    """

    text: str
    confidence: float
    reader: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row; `box` is in px of the flattened page."""

    role: Role
    box: Box
    ink: InkMeasure
    reading: Reading | None = None

    @property
    def is_written(self) -> bool:
        """Whether the cell holds writing for certain, as opposed to a dash, a tick or little ink."""
        return self.ink.state is Ink.INKED and self.ink.mark is Mark.WRITING


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible place of an address; `probability` is 0 to 1."""

    region: str
    postcode: str
    locality: str
    probability: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address is.

    `region` is a canton's two letters or a `Region` value.  `postcode` and `locality` are
    spelled as in the directory, and empty if unknown.  `country` is an ISO 3166 code ("CH",
    "DE", ...) or empty.  `candidates` are the places considered, the most probable first.
    """

    region: str
    postcode: str = ""
    locality: str = ""
    country: str = ""
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row of the table.

    `number` is the printed number, inferred if it could not be read; `index` is the position on
    the page from 0, one table after the other.  `box` is in px of the flattened page.  `name`,
    `address` and `place` are None if nothing was read.
    """

    number: int
    index: int
    box: Box
    cells: tuple[Cell, ...]
    status: Status
    flags: tuple[Flag, ...] = ()
    review: bool = False
    name: Reading | None = None
    address: Reading | None = None
    place: Place | None = None

    @property
    def signed(self) -> bool | None:
        """Whether the row has a signature, None where only a person can tell.

        Whether the row counts is its `status`.
        """
        cell = self.cell(Role.SIGNATURE)
        codes = {flag.code for flag in self.flags}
        if FlagCode.JOINT_SIGNATURE in codes:
            return None  # it is one row's or the other's
        if cell is None or cell.is_written:
            return cell is not None
        may_be = cell.ink.state is Ink.UNSURE or cell.ink.mark in (Mark.TICK, Mark.COVERED)
        return None if may_be or FlagCode.FOREIGN_INK in codes else False

    def cell(self, role: Role) -> Cell | None:
        """Return the first cell with this role."""
        return next((cell for cell in self.cells if cell.role is role), None)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table, in px of the flattened page.

    Its cells fill the rows from `top_share` to `bottom_share` of their height; that is from 0 to
    1 unless the cells of a row stand on several storeys, one above the other.
    """

    role: Role
    left_px: float
    right_px: float
    header: str = ""  # as read
    top_share: float = 0.0
    bottom_share: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """Column and row boundaries of a signature table, in px of the flattened page.

    Columns are ordered from left to right, and on each other's storeys from top to bottom.
    `row_edges_px` has one entry more than there are rows.
    """

    columns: tuple[Column, ...]
    row_edges_px: tuple[float, ...]
    header_top_px: float

    @property
    def left_px(self) -> float:
        return self.columns[0].left_px

    @property
    def right_px(self) -> float:
        return max(column.right_px for column in self.columns)

    @property
    def has_storeys(self) -> bool:
        """Whether some cells of a row stand above others."""
        return any(column.bottom_share - column.top_share < 1 for column in self.columns)

    @property
    def box(self) -> Box:
        """The table from the top of its header to the lower edge of its last row."""
        return Box(self.left_px, self.header_top_px, self.right_px, self.row_edges_px[-1])

    def row_box(self, index: int) -> Box:
        """Return row `index` (from 0), from the first column to the last."""
        top, bottom = self.row_edges_px[index : index + 2]
        return Box(self.left_px, top, self.right_px, bottom)

    def cell_box(self, index: int, column: Column) -> Box:
        """Return the cell of row `index` (from 0) in this column."""
        top, bottom = self.row_edges_px[index : index + 2]
        height = bottom - top
        upper = top + column.top_share * height
        lower = bottom if column.bottom_share == 1 else top + column.bottom_share * height
        return Box(column.left_px, upper, column.right_px, lower)


@dataclass(frozen=True, slots=True)
class PageId:
    """A page of an input file; `file` is the path as given, `page` counts from 1."""

    file: str
    page: int


@dataclass(frozen=True, slots=True, order=True)
class RowKey:
    """A row of a campaign, named so that the name survives when its page is recognised again.

    `page_id` is the number of the page in the campaign, which stays the same; `index` and
    `number` are those of the row.  A row with another number is another row.
    """

    page_id: int
    index: int
    number: int


@dataclass(frozen=True, slots=True)
class SheetPage:
    """The result of one page that could be processed."""

    id: PageId
    kind: PageKind
    form: str  # name of the form; "auto" if the columns follow from the header
    rotation_deg: int
    skew_deg: float
    px_per_mm: float
    to_scan: Mesh
    tables: tuple[Table, ...] = ()  # from top to bottom, then left to right, as their rows are
    rows: tuple[Row, ...] = ()
    notes: tuple[Note, ...] = ()
    seconds: float = 0.0
    title: str = ""  # of the petition, as printed; empty if it was not found
    deadline: date | None = None  # the last day on which sheets are in time, as printed

    @property
    def table(self) -> Table | None:
        """The first signature table, if there is one."""
        return self.tables[0] if self.tables else None


@dataclass(frozen=True, slots=True)
class Failure:
    """A page or file that could not be processed, and why.

    `stage` is the step that failed, `kind` that of the error (`DigitizeError.kind`).
    """

    id: PageId
    stage: str
    kind: str
    sentence: str
    rows: tuple[Row, ...] = ()  # typed in by people; never stored with the page


@dataclass(frozen=True, slots=True)
class ScanFile:
    """One input of a campaign."""

    path: str
    label: str  # the shortest end of its path that no other input has
    pages: int | None  # None if it could not be opened
    same_as: str = ""  # label of an input with the same content, which counts instead
    received: date | None = None  # the day on which the sheets came in, if known
    id: int = 0  # its number in the campaign, which stays the same if the file is moved
    folder: str = ""  # the inputs of one folder may belong together; empty: the folder of its path


@dataclass(frozen=True, slots=True)
class Digitized:
    """What a worker returns for one page.

    `picture` is the flattened page as a JPEG file, `crops` the same for each row by number, if
    they were asked for.
    """

    outcome: SheetPage | Failure
    picture: bytes = b""
    crops: tuple[tuple[int, bytes], ...] = ()
