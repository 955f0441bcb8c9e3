"""The truth about a synthetic page.

Positions are continuous coordinates in px of the scan: the pixel with index i covers i to i + 1.  Quads run
clockwise from the corner that is top left on the upright sheet.
"""

from dataclasses import dataclass, field

from digitize.geometry import Point
from digitize.records import Mark, PageKind, Role

Quad = tuple[Point, Point, Point, Point]
Line = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class CellTruth:
    """The truth about a cell.

    `text` is what was written, including "idem" and the like, with newlines between lines; a signature has no
    text.  `visibility` (0..1) is how much darker the ink is than the paper around it.
    """

    role: Role
    quad: Quad
    inked: bool
    text: str = ""
    mark: Mark = Mark.NONE
    visibility: float = field(default=0.0, compare=False)  # measured on the scan


@dataclass(frozen=True, slots=True)
class RowTruth:
    """The truth about a printed row.

    `kind` is blank, normal, no_address, no_signature, name_only, signature_only, mark_only or struck.  `name`
    and `address` are what is meant: ditto marks are resolved.  `has_signature` is false for a dash or a tick.
    A person has to decide on `ambiguous` rows.
    """

    number: int
    index: int
    kind: str
    quad: Quad
    cells: tuple[CellTruth, ...]
    name: str = ""
    given: str = ""
    family: str = ""
    address: str = ""
    postcode: str = ""
    locality: str = ""
    canton: str = ""
    has_name: bool = False
    has_address: bool = False
    has_signature: bool = False
    struck: bool = False
    ditto: bool = False
    ambiguous: bool = False
    flags: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether name, address and signature are given and the row is not crossed out."""
        return self.has_name and self.has_address and self.has_signature and not self.struck

    @property
    def filled(self) -> bool:
        return any(cell.inked for cell in self.cells)

    @property
    def visibility(self) -> float:
        """Mean visibility of the ink in the row, 0..1; 0 for a blank row."""
        seen = [cell.visibility for cell in self.cells if cell.visibility > 0]
        return sum(seen) / len(seen) if seen else 0.0

    def cell(self, role: Role) -> CellTruth | None:
        return next((cell for cell in self.cells if cell.role is role), None)


@dataclass(frozen=True, slots=True)
class PageTruth:
    """The truth about a page.

    `rotation_deg` (0, 90, 180, 270) is how far the upright sheet was turned clockwise, `skew_deg` the small
    clockwise angle on top of it.  `column_lines` are the edges of the columns from the top of the header to
    the end of the last row; `row_lines` are the edges of the rows, the top of the header first.
    """

    kind: PageKind
    form: str
    dpi: float
    width_px: int
    height_px: int
    rotation_deg: int
    skew_deg: float
    table_quad: Quad | None = None
    header_quad: Quad | None = None
    roles: tuple[Role, ...] = ()
    column_lines: tuple[Line, ...] = ()
    row_lines: tuple[Line, ...] = ()
    rows: tuple[RowTruth, ...] = ()

    def row(self, number: int) -> RowTruth:
        """Return the row with this printed number; raises KeyError if there is none."""
        for row in self.rows:
            if row.number == number:
                return row
        raise KeyError(number)
