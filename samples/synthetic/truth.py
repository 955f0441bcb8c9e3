"""What is really on a synthetic page.

All positions are px of the synthetic image, continuous: the pixel with index i
covers i to i + 1.  Quads run clockwise from the corner that is top left on the
upright sheet.
"""

from dataclasses import dataclass, field

from digitize.geometry import Point
from digitize.records import Mark, PageKind, Role

Quad = tuple[Point, Point, Point, Point]
Line = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class CellTruth:
    """One cell: where it lies, whether it was written in, what it says.

    `text` has its lines parted by a newline and is what was really written
    ("idem" and the like included); a signature has no text.  `visibility` is how
    much darker the cell's ink came out than the paper around it, 0..1.
    """

    role: Role
    quad: Quad
    inked: bool
    text: str = ""
    mark: Mark = Mark.NONE
    visibility: float = field(default=0.0, compare=False)  # measured, not decided


@dataclass(frozen=True, slots=True)
class RowTruth:
    """One printed row.

    `kind` is blank, normal, no_address, no_signature, name_only,
    signature_only, mark_only or struck.  `name` and `address` say what is
    meant (ditto marks resolved).  `has_signature` is true for a signature
    only, not for a dash or a tick; `counts` = name, address and signature
    present and not struck.  `ambiguous` rows are for a person to decide.
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
        """Name, address and signature are there and not struck."""
        return self.has_name and self.has_address and self.has_signature and not self.struck

    @property
    def filled(self) -> bool:
        return any(cell.inked for cell in self.cells)

    @property
    def visibility(self) -> float:
        """How dark the row's ink came out, 0..1; 0 for a blank row."""
        seen = [cell.visibility for cell in self.cells if cell.visibility > 0]
        return sum(seen) / len(seen) if seen else 0.0

    def cell(self, role: Role) -> CellTruth | None:
        return next((cell for cell in self.cells if cell.role is role), None)


@dataclass(frozen=True, slots=True)
class PageTruth:
    """One synthetic side.

    `rotation_deg` (0, 90, 180, 270) is how far the upright sheet was turned
    clockwise, `skew_deg` the small clockwise angle on top of it.
    `column_lines` are the upright boundaries of the columns from the top of the
    header to the last row, `row_lines` the level ones: top of the header, first
    row, ..., end of the last row.  A page without a table has none.
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
        """The row with this printed number; KeyError if there is none."""
        for row in self.rows:
            if row.number == number:
                return row
        raise KeyError(number)
