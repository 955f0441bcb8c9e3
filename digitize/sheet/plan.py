"""Decide where everything on a sheet goes: the letter first, then rows as high as the page allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from digitize.errors import BadSheet
from digitize.form.sheet_code import (
    MAX_CODE_LETTERS,
    TABLE_END_MM,
    TABLE_TOP_MM,
    TABLE_WIDTH_MM,
    SheetCode,
)
from digitize.records import Role
from digitize.report.pdf import place_mm
from digitize.sheet import problems
from digitize.sheet.layout import as_html
from digitize.sheet.wishes import SheetColumn, SheetWishes

TEXT_PT: Final = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0)  # tried in this order until letter and rows fit
GAP_MM: Final = 3.0  # between letter and table
ROW_MM: Final = (7.0, 11.0)  # people write in rows from 7 mm on; more than 11 mm is wasted
GOOD_ROW_MM: Final = 8.0  # beneath a letter: smaller print is chosen before lower rows
NUMBER_MM: Final = 10
LABEL_LINE_MM: Final = 3.4
LETTER_WIDTH_MM: Final = 1.75  # of a label, on average
WEIGHTS: Final = {  # widths of columns in mm, before they are stretched to the width of the table
    **{Role.NAME: 58, Role.GIVEN_NAME: 34, Role.FAMILY_NAME: 38, Role.ADDRESS: 70, Role.STREET: 50},
    **{Role.POSTCODE: 16, Role.TOWN: 36, Role.POSTCODE_TOWN: 44, Role.CANTON: 16, Role.COUNTRY: 22},
    **{Role.DATE: 22, Role.BIRTH: 26, Role.EMAIL: 46, Role.PHONE: 30, Role.SIGNATURE: 42, Role.OTHER: 22},
}


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A sheet that fits: the code of each page, and the size of its text."""

    wishes: SheetWishes
    codes: tuple[SheetCode, ...]
    text_pt: float


def plan_sheet(wishes: SheetWishes) -> SheetPlan:
    """Return a plan of the sheet; raises BadSheet if it does not fit, MissingProgram without WeasyPrint."""
    wishes.check()
    widths = column_widths_mm(wishes.columns)
    header_mm = _header_mm(wishes.columns, widths)
    tops: list[tuple[int, float]] = []
    lowest = ROW_MM[0]
    for text_pt in TEXT_PT:
        end = place_mm(as_html(wishes, (), text_pt), "end") if wishes.texts else (1, float(TABLE_TOP_MM))
        if end[0] > 1:
            continue
        top = max(TABLE_TOP_MM, ceil(end[1] + (GAP_MM if wishes.texts else 0)))
        first = _pitch_mm(top, header_mm, wishes.rows[0])
        tops.append((top, text_pt))
        if first >= GOOD_ROW_MM:
            break
    if not tops or _pitch_mm(tops[-1][0], header_mm, wishes.rows[0]) < lowest:
        raise BadSheet(problems.NO_ROOM)
    top, text_pt = tops[-1]
    codes, first_row = [], 1
    for page, rows in enumerate(wishes.rows, 1):
        above = top if page == 1 else TABLE_TOP_MM
        pitch = _pitch_mm(above, header_mm, rows)
        if pitch < lowest:
            raise BadSheet(problems.TOO_MANY_ROWS, rows=rows, page=page, least=f"{lowest:g}")
        codes.append(
            SheetCode(
                wishes.form_name.upper(),
                page,
                len(wishes.rows),
                wishes.batch,
                first_row,
                first_row + rows - 1,
                # Beneath a letter the table stands at the end of the page.
                floor(TABLE_END_MM - header_mm - rows * pitch) if page == 1 and wishes.texts else above,
                header_mm,
                round(pitch * 10),
                tuple((column.role, width) for column, width in zip(wishes.columns, widths, strict=True)),
                wishes.deadline,
            )
        )
        first_row += rows
    for code in codes:
        if len(code.text) > MAX_CODE_LETTERS or SheetCode.of_text(code.text) != code:
            raise BadSheet(problems.CODE_TOO_LONG)
    return SheetPlan(wishes, tuple(codes), text_pt)


def column_widths_mm(columns: Sequence[SheetColumn]) -> tuple[int, ...]:
    """Return widths in whole mm that fill the table."""
    fixed = sum(NUMBER_MM for column in columns if column.role is Role.NUMBER)
    wanted = sum(WEIGHTS[column.role] for column in columns if column.role is not Role.NUMBER)
    stretch = (TABLE_WIDTH_MM - fixed) / wanted
    widths = [
        NUMBER_MM if column.role is Role.NUMBER else floor(WEIGHTS[column.role] * stretch)
        for column in columns
    ]
    widths[-1] += TABLE_WIDTH_MM - sum(widths)
    return tuple(widths)


def _header_mm(columns: Sequence[SheetColumn], widths_mm: Sequence[int]) -> int:
    """Return the height of a header in which all labels have room."""
    lines = max(_lines(column.label, width - 2.4) for column, width in zip(columns, widths_mm, strict=True))
    return ceil(3.0 + LABEL_LINE_MM * lines)


def _lines(label: str, width_mm: float) -> int:
    """Return how many lines a label takes; its words are not broken unless one is too long."""
    lines, used = 1, 0.0
    for word in label.split():
        length = LETTER_WIDTH_MM * (len(word) + 1)
        if used and used + length > width_mm:
            lines, used = lines + 1, 0.0
        lines += max(0, ceil(length / width_mm) - 1)
        used += length
    return lines


def _pitch_mm(top_mm: float, header_mm: float, rows: int) -> float:
    """Return the height of a row in whole tenths of a mm."""
    return floor(min(ROW_MM[1], (TABLE_END_MM - top_mm - header_mm) / rows) * 10) / 10
