"""Printed designs as data, and where their text, rules and cells lie in mm.

A design is one printed side.  Everything is laid out in mm from the top left
of the sheet, whatever the resolution at which it is drawn later.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise

from digitize.records import PageKind, Role
from samples.synthetic.printed_cells import BoxMm, Place, header_cells, places
from samples.synthetic.typefaces import POINT_MM, Typeface, text_width

A4_MM = (210.0, 297.0)
LETTER_MM = (215.9, 279.4)
TABLOID_MM = (279.4, 431.8)

LINE_SPACING = 1.22  # baseline to baseline, of the type size
FIELD_HEIGHT_MM = 9.0
LABEL_PT = 6.5
CELL_PADDING_MM = 1.2  # print keeps this distance from the rules


class Rules(StrEnum):
    """How the table is ruled."""

    FULL = "full"
    HORIZONTAL = "horizontal"  # no upright rules at all
    INNER = "inner"  # no outer frame
    DOTTED = "dotted"  # level rules of dots, none upright
    DOTTED_FULL = "dotted-full"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `storey` (from 0) is the one of its row in which its cells lie, None all of them.

    Neighbours with the same `group` share that word over their headers.
    """

    role: Role
    header: str
    width_mm: float
    storey: int | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block of print; `*` around words makes them bold, `bullet` indents."""

    text: str
    size_pt: float = 10.0
    bold: bool = False
    bullet: bool = False
    space_after_mm: float = 2.2


@dataclass(frozen=True, slots=True)
class Design:
    """One printed side; `first_row` is the number printed in the first row."""

    form: str
    kind: PageKind
    columns: tuple[Column, ...]
    row_count: int
    first_row: int = 1
    row_height_mm: float = 7.0
    header_height_mm: float = 6.0
    before: tuple[Paragraph, ...] = ()
    after: tuple[Paragraph, ...] = ()
    language: str = "de"
    face: str = "carlito"
    paper_mm: tuple[float, float] = A4_MM
    margin_mm: tuple[float, float] = (22.0, 20.0)  # left and right alike, top
    rules: Rules = Rules.FULL
    rule_mm: float = 0.25
    header_size_pt: float = 10.0
    header_bold: bool = False
    header_shade: float = 0.0  # darkness 0..1
    header_centred: bool = False
    number_format: str = "{}."
    number_top: bool = False  # at the top of the row instead of its middle
    second_box: bool = False  # a ruled box below, for the office
    storeys: tuple[float, ...] = (1.0,)  # shares of a row's height
    stacked_header: bool = False  # no rules between the header words of storeys
    fields: tuple[str, ...] = ()  # of a ruled line above the table, to be filled in once: "Kanton", "PLZ"
    labelled: bool = False  # every cell has its header word in small print, and there is no header

    @property
    def has_table(self) -> bool:
        return self.row_count > 0


@dataclass(frozen=True, slots=True)
class Words:
    """A run of print with its baseline start in mm."""

    text: str
    x_mm: float
    baseline_mm: float
    size_pt: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything of a design lies.

    `x_mm` are the column boundaries, `y_mm` the level ones: top of the header,
    first row, ..., end of the last row; `cells` the place of every column's
    cells within a row.  All are empty without a table.  `boxes_mm` are ruled
    boxes beside it.
    """

    words: tuple[Words, ...]
    x_mm: tuple[float, ...]
    y_mm: tuple[float, ...]
    cells: tuple[Place, ...] = ()
    boxes_mm: tuple[BoxMm, ...] = ()


@cache
def layout(design: Design) -> Layout:
    """Lay the design out from top to bottom."""
    left, top = design.margin_mm
    width = design.paper_mm[0] - 2 * left
    words: list[Words] = []
    y = top
    for paragraph in design.before:
        y = _flow(words, paragraph, design, left, y, width)
    x_mm: tuple[float, ...] = ()
    y_mm: tuple[float, ...] = ()
    cells: tuple[Place, ...] = ()
    fields: list[tuple[str, BoxMm]] = []
    if design.has_table:
        cells = places(design)
        fields = _fields(design, cells, y)
        y = fields[-1][1][3] + 3.0 if fields else y
        words += [_label(text, box) for text, box in fields]
        x_mm = tuple(sorted({x for at in cells for x in (at.left_mm, at.right_mm)}))
        first = y + design.header_height_mm
        y_mm = (y, *(first + i * design.row_height_mm for i in range(design.row_count + 1)))
        words += _labels(design, cells, y_mm) if design.labelled else _header(design, y_mm)
        words += _numbers(design, cells, y_mm)
        y = y_mm[-1] + 3.0
    for paragraph in design.after:
        y = _flow(words, paragraph, design, left, y, width)
    box = (left, y + 4.0, left + 0.6 * width, y + 24.0) if design.second_box else None
    boxes = tuple(at for at in (*(at for _, at in fields), box) if at)
    return Layout(tuple(words), x_mm, y_mm, cells, boxes)


def wrap(text: str, face: Typeface, size_pt: float, width_mm: float) -> list[str]:
    """Break `text` into lines that fit; a newline forces a break."""
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in part.split():
            longer = f"{line} {word}".strip()
            if line and text_width(longer.replace("*", ""), face, size_pt) > width_mm:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def _flow(
    words: list[Words], paragraph: Paragraph, design: Design, left: float, y: float, width: float
) -> float:
    """Add a paragraph at `y` and return where the next one starts."""
    face = Typeface(design.face, paragraph.bold)
    step = paragraph.size_pt * POINT_MM * LINE_SPACING
    indent = 6.0 if paragraph.bullet else 0.0
    if paragraph.bullet:
        words.append(Words("•", left + 2.0, y + 0.8 * step, paragraph.size_pt, paragraph.bold))
    bold = paragraph.bold
    for line in wrap(paragraph.text, face, paragraph.size_pt, width - indent):
        x = left + indent
        for i, run in enumerate(line.split("*")):
            bold = not bold if i else bold
            if run:
                words.append(Words(run, x, y + 0.8 * step, paragraph.size_pt, bold))
                x += text_width(run, Typeface(design.face, bold), paragraph.size_pt)
        y += step
    return y + paragraph.space_after_mm


def _fields(design: Design, cells: tuple[Place, ...], top_mm: float) -> list[tuple[str, BoxMm]]:
    """The fields of the line above the table, equally wide."""
    left, right = cells[0].left_mm, max(place.right_mm for place in cells)
    width = (right - left) / max(1, len(design.fields))
    return [
        (text, (left + i * width, top_mm, left + (i + 1) * width, top_mm + FIELD_HEIGHT_MM))
        for i, text in enumerate(design.fields)
    ]


def _labels(design: Design, cells: tuple[Place, ...], y_mm: tuple[float, ...]) -> list[Words]:
    """The header word of every column in small print in each of its cells."""
    return [
        _label(column.header, place.within(top, bottom))
        for column, place in zip(design.columns, cells, strict=True)
        if column.role is not Role.NUMBER
        for top, bottom in pairwise(y_mm[1:])
    ]


def _label(text: str, box: BoxMm) -> Words:
    left, top, _, _ = box
    return Words(text, left + CELL_PADDING_MM, top + 1.0 + LABEL_PT * POINT_MM, LABEL_PT)


def _header(design: Design, y_mm: tuple[float, ...]) -> list[Words]:
    face = Typeface(design.face, design.header_bold)
    step = design.header_size_pt * POINT_MM * LINE_SPACING
    words: list[Words] = []
    for text, (left, top, right, bottom) in header_cells(design, y_mm[0], y_mm[1]):
        room = right - left - 2 * CELL_PADDING_MM
        lines = [line for line in wrap(text, face, design.header_size_pt, room) if line]
        baseline = top + (bottom - top - step * len(lines)) / 2 + 0.78 * step
        for i, line in enumerate(lines):
            spare = room - text_width(line, face, design.header_size_pt)
            x = left + CELL_PADDING_MM + (spare / 2 if design.header_centred else 0.0)
            words.append(Words(line, x, baseline + i * step, design.header_size_pt, design.header_bold))
    return words


def _numbers(design: Design, cells: tuple[Place, ...], y_mm: tuple[float, ...]) -> list[Words]:
    rise = 0.72 * design.header_size_pt * POINT_MM  # height of a digit
    words: list[Words] = []
    for column, place in zip(design.columns, cells, strict=True):
        if column.role is Role.NUMBER:
            for i in range(design.row_count):
                left, top, _, bottom = place.within(y_mm[1 + i], y_mm[2 + i])
                down = rise + 0.8 if design.number_top else (bottom - top + rise) / 2
                text = design.number_format.format(design.first_row + i)
                words.append(Words(text, left + CELL_PADDING_MM, top + down, design.header_size_pt))
    return words
