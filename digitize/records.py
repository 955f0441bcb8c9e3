"""Everything that is stored or sent between processes: frozen values, no pixels.

A *page* is one scanned side.  Its outcome is a `SheetPage` (with rows, or
without because it is blank or holds no table) or a `Failure`; nothing else.
Blank, unread and failed are three different values throughout.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from digitize.geometry import Box, Mesh


class PageKind(StrEnum):
    """What a page turned out to be."""

    LETTER = "letter"  # a text page that carries a few rows
    LIST = "list"  # a page that is mostly signature table
    BLANK = "blank"  # an empty side, perhaps with bleed-through
    NO_TABLE = "no-table"  # printed or written on, but no signature table: not ours
    FAILED = "failed"


class Role(StrEnum):
    """What a column of the table is for."""

    NUMBER = "number"
    NAME = "name"
    GIVEN_NAME = "given-name"
    FAMILY_NAME = "family-name"
    ADDRESS = "address"
    STREET = "street"
    POSTCODE = "postcode"
    TOWN = "town"
    POSTCODE_TOWN = "postcode-town"
    CANTON = "canton"
    COUNTRY = "country"
    DATE = "date"
    BIRTH = "birth"
    EMAIL = "email"
    PHONE = "phone"
    SIGNATURE = "signature"
    OTHER = "other"  # printed for the office, or not understood


NAME_ROLES = (Role.NAME, Role.FAMILY_NAME, Role.GIVEN_NAME)
ADDRESS_ROLES = (Role.ADDRESS, Role.STREET, Role.POSTCODE, Role.POSTCODE_TOWN, Role.TOWN)


class Ink(StrEnum):
    """Whether a cell was written in."""

    BLANK = "blank"
    INKED = "inked"
    UNSURE = "unsure"


class Mark(StrEnum):
    """What the ink of a cell looks like where it is no ordinary writing."""

    WRITING = "writing"  # ordinary: letters, digits, a signature
    NONE = "none"  # no ink
    DASH = "dash"  # one short level stroke: "nothing here"
    TICK = "tick"  # a check mark
    DITTO = "ditto"  # ditto marks: as above


class Status(StrEnum):
    """Whether a row counts."""

    BLANK = "blank"
    SIGNED = "signed"  # name, address and signature present, not struck: it counts
    INCOMPLETE = "incomplete"
    STRUCK = "struck"
    DOUBTFUL = "doubtful"  # a person must decide whether it counts


class Region(StrEnum):
    """Outcomes of the place search that are not one of the 26 cantons' letters."""

    LIECHTENSTEIN = "LI"
    ABROAD = "abroad"
    AMBIGUOUS = "ambiguous"  # several cantons remain possible
    UNKNOWN = "unknown"


class FlagCode(StrEnum):
    """Why somebody should look; `digitize.stages.flags` has the sentences."""

    MISSING_NAME = "missing-name"
    MISSING_ADDRESS = "missing-address"
    MISSING_SIGNATURE = "missing-signature"
    DASH_SIGNATURE = "dash-signature"
    TICK_SIGNATURE = "tick-signature"
    JOINT_SIGNATURE = "joint-signature"
    UNSURE_INK = "unsure-ink"
    FOREIGN_INK = "foreign-ink"
    STRUCK = "struck"
    UNSURE_STRUCK = "unsure-struck"
    STAMP = "stamp"
    DITTO = "ditto"
    WEAK_NAME = "weak-name"
    WEAK_ADDRESS = "weak-address"
    REGION_AMBIGUOUS = "region-ambiguous"
    REGION_UNKNOWN = "region-unknown"
    REGION_WEAK = "region-weak"
    ABROAD = "abroad"
    NUMBER_INFERRED = "number-inferred"


@dataclass(frozen=True, slots=True)
class Flag:
    code: FlagCode
    sentence: str


@dataclass(frozen=True, slots=True)
class InkMeasure:
    """What was measured in one cell and what was made of it.

    `stroke_mm` is the length of pen stroke that belongs to the cell,
    `foreign_stroke_mm` that which only runs in from a neighbour.
    `blank_limit_mm` is the length below which this page's cells are blank;
    stroke_mm / blank_limit_mm tells how close the decision was.
    `extent` bounds the cell's own ink, which may reach beyond the cell.
    """

    verdict: Ink
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
    `index` the position in the table from 0.  `name`, `address` and `place`
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
        own = cell is not None and cell.ink.verdict is Ink.INKED and cell.ink.mark is Mark.WRITING
        return own or any(flag.code is FlagCode.JOINT_SIGNATURE for flag in self.flags)

    def cell(self, role: Role) -> Cell | None:
        return next((cell for cell in self.cells if cell.role is role), None)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table: where it lies and what its header says."""

    role: Role
    left_px: float
    right_px: float
    header: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Column and row boundaries of the signature table in px of the page."""

    columns: tuple[Column, ...]
    row_edges_px: tuple[float, ...]
    header_top_px: float

    @property
    def box(self) -> Box:
        """From the top of the header to the last row's lower edge."""
        return Box(
            self.columns[0].left_px, self.header_top_px, self.columns[-1].right_px, self.row_edges_px[-1]
        )


@dataclass(frozen=True, slots=True)
class PageId:
    """Which page of which input; `file` is the path as given, `page` counts from 1."""

    file: str
    page: int


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
    table: Table | None = None
    rows: tuple[Row, ...] = ()
    note: str = ""  # one sentence about the page, where there is something to say
    seconds: float = 0.0


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


@dataclass(frozen=True, slots=True)
class Digitized:
    """What a worker hands back for one page.

    `picture` is the straightened page as an encoded image (bytes of a JPEG),
    `crops` the same per row number where they were asked for.
    """

    outcome: SheetPage | Failure
    picture: bytes = b""
    crops: tuple[tuple[int, bytes], ...] = field(default=())
