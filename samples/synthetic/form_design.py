"""Printed designs as data: page, columns, texts and rules, in mm from the top left of the sheet."""

from dataclasses import dataclass
from enum import StrEnum

from digitize.records import PageKind, Role

A4_MM = (210.0, 297.0)
LETTER_MM = (215.9, 279.4)
TABLOID_MM = (279.4, 431.8)


class Rules(StrEnum):
    """How the table is ruled."""

    FULL = "full"
    HORIZONTAL = "horizontal"  # no vertical rules
    INNER = "inner"  # no outer frame
    DOTTED = "dotted"  # horizontal rules of dots, no vertical ones
    DOTTED_FULL = "dotted-full"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table.

    `storey` (from 0) is the storey of a row that holds the cells of this column, None if they are as high
    as the row.  Neighbours with the same `group` share a header cell with that text above their own.
    """

    role: Role
    header: str
    width_mm: float
    storey: int | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of print; `*` switches bold on and off, `bullet` makes it a list item."""

    text: str
    size_pt: float = 10.0
    bold: bool = False
    bullet: bool = False
    space_after_mm: float = 2.2


@dataclass(frozen=True, slots=True)
class Design:
    """One printed side of a sheet.  A design without rows has no table."""

    form: str
    kind: PageKind
    columns: tuple[Column, ...]
    row_count: int
    first_row: int = 1  # the number printed in the first row
    row_height_mm: float = 7.0
    header_height_mm: float = 6.0
    before: tuple[Paragraph, ...] = ()  # above the table
    after: tuple[Paragraph, ...] = ()  # below the table
    language: str = "de"
    face: str = "carlito"
    paper_mm: tuple[float, float] = A4_MM
    margin_mm: tuple[float, float] = (22.0, 20.0)  # left (and right), top
    rules: Rules = Rules.FULL
    rule_mm: float = 0.25
    header_size_pt: float = 10.0
    header_bold: bool = False
    header_shade: float = 0.0  # darkness of the background, 0..1
    header_centred: bool = False
    number_format: str = "{}."
    number_top: bool = False  # row numbers stand at the top of the row, not in its middle
    second_box: bool = False  # an empty ruled box below the table
    storeys: tuple[float, ...] = (1.0,)  # heights of the storeys, as shares of the row's height
    stacked_header: bool = False  # header texts of storeys are not separated by rules
    fields: tuple[str, ...] = ()  # labels of a line of boxes above the table, such as "Kanton:"
    blocks_mm: tuple[tuple[float, float, float, float], ...] = ()  # solid print: left, top, right, bottom
    labelled: bool = False  # the column's header is repeated in small print in each cell; no header row

    @property
    def has_table(self) -> bool:
        return self.row_count > 0
