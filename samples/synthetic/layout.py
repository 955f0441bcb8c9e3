"""Lay out a design: where its text, rules and cells lie, in mm from the top left of the sheet."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from digitize.records import Role
from samples.synthetic.form_design import Design, Paragraph
from samples.synthetic.printed_cells import BoxMm, CellSpan, cell_spans, header_cells
from samples.synthetic.typefaces import POINT_MM, Typeface, text_width

LINE_SPACING = 1.22  # from baseline to baseline, in type sizes
FIELD_HEIGHT_MM = 9.0
LABEL_PT = 6.5
CELL_PADDING_MM = 1.2  # from a rule to the print


@dataclass(frozen=True, slots=True)
class Words:
    """A run of print; (x_mm, baseline_mm) is the start of its baseline."""

    text: str
    x_mm: float
    baseline_mm: float
    size_pt: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a design lie.

    `x_mm` are the column edges; `y_mm` are the row edges, the top of the header first; `cells` is where each
    column's cells lie within a row.  All three are empty if there is no table.  `boxes_mm` are ruled boxes
    outside the table.
    """

    words: tuple[Words, ...]
    x_mm: tuple[float, ...]
    y_mm: tuple[float, ...]
    cells: tuple[CellSpan, ...] = ()
    boxes_mm: tuple[BoxMm, ...] = ()


@cache
def layout(design: Design) -> Layout:
    """Return the layout of a design, built from top to bottom."""
    left, top = design.margin_mm
    width = design.paper_mm[0] - 2 * left
    words: list[Words] = []
    y = top
    for paragraph in design.before:
        y = _add_paragraph(words, paragraph, design, left, y, width)
    x_mm: tuple[float, ...] = ()
    y_mm: tuple[float, ...] = ()
    cells: tuple[CellSpan, ...] = ()
    fields: list[tuple[str, BoxMm]] = []
    if design.has_table:
        cells = cell_spans(design)
        fields = _fields(design, cells, y)
        y = fields[-1][1][3] + 3.0 if fields else y
        words += [_label(text, box) for text, box in fields]
        x_mm = tuple(sorted({x for span in cells for x in (span.left_mm, span.right_mm)}))
        first = y + design.header_height_mm
        y_mm = (y, *(first + i * design.row_height_mm for i in range(design.row_count + 1)))
        words += _labels(design, cells, y_mm) if design.labelled else _header_words(design, y_mm)
        words += _row_numbers(design, cells, y_mm)
        y = y_mm[-1] + 3.0
    for paragraph in design.after:
        y = _add_paragraph(words, paragraph, design, left, y, width)
    box = (left, y + 4.0, left + 0.6 * width, y + 24.0) if design.second_box else None
    boxes = tuple(at for at in (*(at for _, at in fields), box) if at)
    return Layout(tuple(words), x_mm, y_mm, cells, boxes)


def wrap(text: str, face: Typeface, size_pt: float, width_mm: float) -> list[str]:
    """Break `text` into lines of at most `width_mm`; newlines are kept."""
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


def _add_paragraph(
    words: list[Words], paragraph: Paragraph, design: Design, left: float, y: float, width: float
) -> float:
    """Add the words of a paragraph at height `y` and return where the next paragraph starts."""
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


def _fields(design: Design, cells: tuple[CellSpan, ...], top_mm: float) -> list[tuple[str, BoxMm]]:
    """Return label and box of each field above the table; all are equally wide."""
    left, right = cells[0].left_mm, max(span.right_mm for span in cells)
    width = (right - left) / max(1, len(design.fields))
    return [
        (text, (left + i * width, top_mm, left + (i + 1) * width, top_mm + FIELD_HEIGHT_MM))
        for i, text in enumerate(design.fields)
    ]


def _labels(design: Design, cells: tuple[CellSpan, ...], y_mm: tuple[float, ...]) -> list[Words]:
    """Return the labels in the cells of a table without a header row."""
    return [
        _label(column.header, span.within(top, bottom))
        for column, span in zip(design.columns, cells, strict=True)
        if column.role is not Role.NUMBER
        for top, bottom in pairwise(y_mm[1:])
    ]


def _label(text: str, box: BoxMm) -> Words:
    left, top, _, _ = box
    return Words(text, left + CELL_PADDING_MM, top + 1.0 + LABEL_PT * POINT_MM, LABEL_PT)


def _header_words(design: Design, y_mm: tuple[float, ...]) -> list[Words]:
    face = Typeface(design.face, design.header_bold)
    step = design.header_size_pt * POINT_MM * LINE_SPACING
    words: list[Words] = []
    for text, (left, top, right, bottom) in header_cells(design, y_mm[0], y_mm[1]):
        width = right - left - 2 * CELL_PADDING_MM
        lines = [line for line in wrap(text, face, design.header_size_pt, width) if line]
        baseline = top + (bottom - top - step * len(lines)) / 2 + 0.78 * step
        for i, line in enumerate(lines):
            spare = width - text_width(line, face, design.header_size_pt)
            x = left + CELL_PADDING_MM + (spare / 2 if design.header_centred else 0.0)
            words.append(Words(line, x, baseline + i * step, design.header_size_pt, design.header_bold))
    return words


def _row_numbers(design: Design, cells: tuple[CellSpan, ...], y_mm: tuple[float, ...]) -> list[Words]:
    rise = 0.72 * design.header_size_pt * POINT_MM  # height of a digit
    words: list[Words] = []
    for column, span in zip(design.columns, cells, strict=True):
        if column.role is Role.NUMBER:
            for i in range(design.row_count):
                left, top, _, bottom = span.within(y_mm[1 + i], y_mm[2 + i])
                down = rise + 0.8 if design.number_top else (bottom - top + rise) / 2
                text = design.number_format.format(design.first_row + i)
                words.append(Words(text, left + CELL_PADDING_MM, top + down, design.header_size_pt))
    return words
