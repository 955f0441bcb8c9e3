"""The frozen values that a page comes out as."""

from dataclasses import dataclass, field
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
    """What was measured in one cell and what was made of it.

    `stroke_mm` is the length of pen stroke that belongs to the cell,
    `foreign_stroke_mm` that which only runs in from a neighbour.
    `blank_limit_mm` is the length below which this page's cells are blank;
    stroke_mm / blank_limit_mm tells how close the decision was.
    `extent` bounds the cell's own ink, which may reach beyond the cell.
    """

    state: Ink
    mark: Mark
    stroke_mm: float
    foreign_stroke_mm: float
    blank_limit_mm: float
    extent: Box | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Text read from a cell; lines of the cell are parted by a newline.

    `reader` is the engine's name and version.  `confidence` 0..1.
    An empty text with a reader is a cell that was looked at and not legible;
    a cell that was not looked at has no Reading at all.
    """

    text: str
    confidence: float
    reader: str


@dataclass(frozen=True, slots=True)
class Cell:
    role: Role
    box: Box
    ink: InkMeasure
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible place of an address; `probability` 0..1."""

    region: str
    postcode: str
    locality: str
    probability: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address lies.

    `region` is a canton's two letters or a `Region` value.  `postcode` and
    `locality` are the directory's spelling, empty where it does not know.
    `country` is an ISO 3166 code where it is known ("CH", "DE", ...).
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

    `number` is the printed number (counted on where it could not be read),
    `index` the position on the page from 0, one table after the other.  `name`, `address` and `place`
    are None where nothing was read.
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
    def signed(self) -> bool:
        """Whether the row bears a signature; whether it counts is its `status`."""
        cell = self.cell(Role.SIGNATURE)
        own = cell is not None and cell.ink.state is Ink.INKED and cell.ink.mark is Mark.WRITING
        return own or any(flag.code is FlagCode.JOINT_SIGNATURE for flag in self.flags)

    def cell(self, role: Role) -> Cell | None:
        return next((cell for cell in self.cells if cell.role is role), None)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table: where it lies and what its header says.

    Its cells fill the rows from `top_share` to `bottom_share` of their height:
    from 0 to 1 unless the rows have storeys.
    """

    role: Role
    left_px: float
    right_px: float
    header: str = ""
    top_share: float = 0.0
    bottom_share: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """Column and row boundaries of the signature table in px of the page.

    Columns are ordered from left to right, in storeys from top to bottom.
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
        """Whether some cells lie above others of the same row."""
        return any(column.bottom_share - column.top_share < 1 for column in self.columns)

    @property
    def box(self) -> Box:
        """From the top of the header to the last row's lower edge."""
        return Box(self.left_px, self.header_top_px, self.right_px, self.row_edges_px[-1])

    def row_box(self, index: int) -> Box:
        """Row `index` (from 0) from the first column to the last."""
        top, bottom = self.row_edges_px[index : index + 2]
        return Box(self.left_px, top, self.right_px, bottom)

    def cell_box(self, index: int, column: Column) -> Box:
        """The cell of row `index` (from 0) in this column."""
        top, bottom = self.row_edges_px[index : index + 2]
        height = bottom - top
        upper = top + column.top_share * height
        lower = bottom if column.bottom_share == 1 else top + column.bottom_share * height
        return Box(column.left_px, upper, column.right_px, lower)


@dataclass(frozen=True, slots=True)
class PageId:
    """Which page of which input; `file` is the path as given, `page` counts from 1."""

    file: str
    page: int


@dataclass(frozen=True, slots=True, order=True)
class RowKey:
    """Which row of a campaign, for what outlives a second recognition of its page.

    `page_id` is the page's number in the campaign, which stays; `index` and
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
    form: str  # name of the form, "auto" where the header told the columns
    rotation_deg: int
    skew_deg: float
    px_per_mm: float
    to_scan: Mesh
    tables: tuple[Table, ...] = ()  # in the order of their rows: from top to bottom, then left to right
    rows: tuple[Row, ...] = ()
    notes: tuple[Note, ...] = ()
    seconds: float = 0.0
    title: str = ""  # of the petition, as printed; empty where it was not found
    deadline: date | None = None  # the last day in time, as printed

    @property
    def table(self) -> Table | None:
        """The first signature table; None where there is none."""
        return self.tables[0] if self.tables else None


@dataclass(frozen=True, slots=True)
class Failure:
    """A page or file that could not be processed, and why."""

    id: PageId
    stage: str
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ScanFile:
    """One input of a campaign."""

    path: str
    label: str  # the shortest end of its path that tells it from others
    pages: int | None  # None where it could not be opened
    same_as: str = ""  # label of an input with the same content that counts instead
    received: date | None = None  # the day on which the sheet came in, where that is known
    id: int = 0  # its number in the campaign, which stays when it is moved
    folder: str = ""  # whose scans may belong together; empty: that of its path


@dataclass(frozen=True, slots=True)
class Digitized:
    """What a worker hands back for one page.

    `picture` is the straightened page as an encoded image (bytes of a JPEG),
    `crops` the same per row number where they were asked for.
    """

    outcome: SheetPage | Failure
    picture: bytes = b""
    crops: tuple[tuple[int, bytes], ...] = field(default=())
