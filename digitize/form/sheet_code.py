"""Sheets that digitize prints itself: the code on them, and where marks, code and table lie.

A page bears a mark in each corner and the same QR code twice at its top.  The code names
form, page and batch and says where the table is, so that a page is recognised by
itself, without its form file.  Positions are mm from the top left of an upright A4 page.
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Final, Self

from digitize.records import Role

PAGE_MM: Final = (210.0, 297.0)
TABLE_LEFT_MM: Final = 15.0
TABLE_WIDTH_MM: Final = 180  # as wide as the letter of an office, within what every printer prints
TABLE_TOP_MM: Final = 34  # below the codes
TABLE_END_MM: Final = 276.0  # above the lower marks

# Corner marks are ArUco markers, each of which says which corner it is (Garrido-Jurado et al., Automatic
# generation and detection of highly reliable fiducial markers, Pattern Recognition 47, 2014).
MARK_MODULES: Final = 7  # five of them data, one border all around
MARK_MM: Final = 8.4  # 1.2 mm a module: 7 px at 150 dpi
MARK_INSET_MM: Final = 9.0  # from the edges of the paper: a skewed scan cuts corners off

QR_VERSION: Final = 4
QR_MODULES: Final = 33  # of version 4
QR_MODULE_MM: Final = 0.7  # 4 px at 150 dpi
QR_MM: Final = QR_MODULES * QR_MODULE_MM
QR_TOP_MM: Final = 8.0
QR_INSET_MM: Final = 22.0  # from the left and right edge: 4 mm of white beside a mark
MAX_CODE_LETTERS: Final = 90  # of version 4 at error correction M, which restores 15 %

MAX_NAME_LETTERS: Final = 12
MAX_BATCH: Final = 9999
MAX_ROWS: Final = 60
MAX_COLUMNS: Final = 9
ROW_MM: Final = (5.0, 40.0)  # lowest and highest row
HEADER_MM: Final = (4, 40)
MIN_COLUMN_MM: Final = 6

ROLE_LETTERS: Final[dict[Role, str]] = {
    **{Role.NUMBER: "N", Role.NAME: "F", Role.GIVEN_NAME: "G", Role.FAMILY_NAME: "M", Role.ADDRESS: "A"},
    **{Role.STREET: "R", Role.POSTCODE: "P", Role.TOWN: "T", Role.POSTCODE_TOWN: "Q", Role.CANTON: "K"},
    **{Role.COUNTRY: "L", Role.DATE: "D", Role.BIRTH: "B", Role.EMAIL: "E", Role.PHONE: "H"},
    **{Role.SIGNATURE: "S", Role.OTHER: "X"},
}
_ROLES: Final = {letter: role for role, letter in ROLE_LETTERS.items()}
_CODE: Final = re.compile(
    r"DS1/(?P<form>[A-Z0-9-]{1,12})/(?P<page>[1-9])\.(?P<pages>[1-9])/(?P<batch>\d{1,4})"
    r"/(?P<first>\d{1,4})-(?P<last>\d{1,4})/T(?P<top>\d{1,3})H(?P<header>\d{1,2})P(?P<pitch>\d{2,3})"
    r"/(?P<columns>(?:[A-Z]\d{1,3}){2,9})(?:/(?P<deadline>\d{6}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class SheetCode:
    """What the code of a page says.

    The table has the rows `first_row` to `last_row`, each `pitch_mm10` tenths of a mm high, below a
    header of `header_mm` whose upper edge is at `top_mm`; `columns` are roles and widths in mm.
    """

    form: str
    page: int
    pages: int
    batch: int
    first_row: int
    last_row: int
    top_mm: int
    header_mm: int
    pitch_mm10: int
    columns: tuple[tuple[Role, int], ...]
    deadline: date | None = None

    @property
    def text(self) -> str:
        """The code as it is printed; `of_text` reads it."""
        columns = "".join(f"{ROLE_LETTERS[role]}{width}" for role, width in self.columns)
        deadline = f"/{self.deadline:%y%m%d}" if self.deadline else ""
        return (
            f"DS1/{self.form}/{self.page}.{self.pages}/{self.batch}/{self.first_row}-{self.last_row}"
            f"/T{self.top_mm}H{self.header_mm}P{self.pitch_mm10}/{columns}{deadline}"
        )

    @classmethod
    def of_text(cls, text: str) -> Self | None:
        """Read a code; None if it is not one of a sheet of digitize, or describes no possible table."""
        match = _CODE.fullmatch(text)
        if match is None:
            return None
        columns = re.findall(r"([A-Z])(\d+)", match["columns"])
        if any(letter not in _ROLES for letter, _ in columns):
            return None
        try:
            deadline = _day(match["deadline"]) if match["deadline"] else None
        except ValueError:
            return None
        found = cls(
            form=match["form"],
            page=int(match["page"]),
            pages=int(match["pages"]),
            batch=int(match["batch"]),
            first_row=int(match["first"]),
            last_row=int(match["last"]),
            top_mm=int(match["top"]),
            header_mm=int(match["header"]),
            pitch_mm10=int(match["pitch"]),
            columns=tuple((_ROLES[letter], int(width)) for letter, width in columns),
            deadline=deadline,
        )
        return found if found.is_possible else None

    @property
    def is_possible(self) -> bool:
        """Whether the table lies on the page and its rows can be written in."""
        rows = self.last_row - self.first_row + 1
        return (
            self.page <= self.pages
            and self.first_row >= 1
            and 1 <= rows <= MAX_ROWS
            and HEADER_MM[0] <= self.header_mm <= HEADER_MM[1]
            and ROW_MM[0] <= self.pitch_mm10 / 10 <= ROW_MM[1]
            and self.top_mm >= TABLE_TOP_MM
            and self.row_edges_mm[-1] <= TABLE_END_MM
            and all(width >= MIN_COLUMN_MM for _, width in self.columns)
            and sum(width for _, width in self.columns) <= TABLE_WIDTH_MM
        )

    @property
    def column_edges_mm(self) -> tuple[float, ...]:
        """The column rules, from left to right."""
        return tuple(accumulate((width for _, width in self.columns), initial=TABLE_LEFT_MM))

    @property
    def row_edges_mm(self) -> tuple[float, ...]:
        """The row rules from top to bottom: that above the header first."""
        first = self.top_mm + self.header_mm
        rows = self.last_row - self.first_row + 1
        return (float(self.top_mm), *(first + i * self.pitch_mm10 / 10 for i in range(rows + 1)))


def mark_corners_mm() -> tuple[tuple[float, float], ...]:
    """Return the top left of the marks: those at the top left, top right, bottom right, bottom left."""
    left, top = MARK_INSET_MM, MARK_INSET_MM
    right, bottom = (side - MARK_INSET_MM - MARK_MM for side in PAGE_MM)
    return (left, top), (right, top), (right, bottom), (left, bottom)


def code_corners_mm() -> tuple[tuple[float, float], ...]:
    """Return the top left of both prints of the code."""
    return (QR_INSET_MM, QR_TOP_MM), (PAGE_MM[0] - QR_INSET_MM - QR_MM, QR_TOP_MM)


def _day(text: str) -> date:
    """Return the day of a text such as 260131; raises ValueError."""
    return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
