"""Write the filled rows and the extras on a sheet."""

from dataclasses import replace

import numpy as np

from digitize.records import Mark, Role
from samples.synthetic import strokes
from samples.synthetic.content import Content, cell_content
from samples.synthetic.fills import Extras, RowFill, Rows
from samples.synthetic.hands import PENS, Hand, Pen, random_hand
from samples.synthetic.signing import sign
from samples.synthetic.synthetic_sheet import STRAY, BoxMm, Sheet

RED = next(pen for pen in PENS if pen.name == "red ballpoint")
OFFICE_STRIKE_SHARE = 0.25  # of the crossed-out rows were crossed out in red, by the office


def fill_sheet(sheet: Sheet, rows: Rows, extras: Extras, rng: np.random.Generator) -> None:
    """Write rows and extras on the sheet."""
    for index, row in enumerate(rows):
        if row is not None:
            _write_row(sheet, index, row, rng)
    hands = [row.hand for row in rows if row] or [random_hand(rng)]
    if extras.date:
        _date(sheet, extras.date, hands[0], rng)
    if extras.note and sheet.plan.y_mm:
        at = (sheet.plan.x_mm[0] + 25.0, sheet.plan.y_mm[-1] + 18.0 + rng.uniform(0, 6))
        sheet.write(extras.note, hands[-1], at, 90.0, STRAY, rng)
    if extras.closing_z:
        _close(sheet, rows, rng)


def _date(sheet: Sheet, date: str, hand: Hand, rng: np.random.Generator) -> None:
    """Write the date on the line before the year, if the design has one."""
    for words in sheet.plan.words:
        if words.text.startswith("___"):
            at = (words.x_mm + 0.8, words.baseline_mm - 0.5)
            sheet.write(date, replace(hand, spaced=False), at, 8.0, STRAY, rng, 0.9)


def _write_row(sheet: Sheet, index: int, row: RowFill, rng: np.random.Generator) -> None:
    inked: list[BoxMm] = []
    for column, printed in enumerate(sheet.design.columns):
        content = cell_content(row, printed.role, sheet.design.language)
        box = sheet.cell_box(index, column)
        owner = sheet.cell_owner(index, column)
        if not content.inked:
            continue
        inked.append(box)
        if printed.role is Role.SIGNATURE:
            sign(sheet, row, box, owner, rng)
        elif content.lines:
            _write_lines(sheet, row, content, printed.role, box, owner, rng)
        else:
            _mark(sheet, content.mark, row.hand.pen, box, owner, rng)
    if row.strike and inked:
        sides = list(zip(*inked, strict=True))
        left, top, right, bottom = min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])
        reach = (left + rng.uniform(0.5, 3), top + 1, right - rng.uniform(0.5, 6), bottom - 1)
        pen = RED if rng.random() < OFFICE_STRIKE_SHARE else row.hand.pen
        sheet.draw(strokes.strike(rng, row.strike, reach), pen, (0.0, 0.0), -(2 + index), rng)


def _write_lines(
    sheet: Sheet, row: RowFill, content: Content, role: Role, box: BoxMm, owner: int, rng: np.random.Generator
) -> None:
    left, top, right, bottom = box
    height, room = bottom - top, right - left - 2.4
    count = len(content.lines)
    need = row.hand.x_height_mm * 2.1 * count + 0.4
    size = min(1.0, height / need)
    for i, line in enumerate(content.lines):
        share = _baseline(i, count, rng)
        start = (left + rng.uniform(0.8, 2.6) + (rng.uniform(0, 2) if i else 0), top + share * height)
        more = 1.35 if row.overflow and role in (Role.ADDRESS, Role.STREET) else 1.0
        if row.corrected and i == 0 and role in (Role.NAME, Role.FAMILY_NAME):
            start, room = _mistake(sheet, row, line, start, room, owner, rng), 0.7 * room
        sheet.write(line, row.hand, start, room * more, owner, rng, size * more)


def _baseline(line: int, count: int, rng: np.random.Generator) -> float:
    """Return the height of a baseline, as a share of the row's height from its top."""
    if count > 1:
        return float(line + 0.72 + rng.normal(0, 0.04)) / count
    return float(np.clip(rng.normal(0.66, 0.09), 0.5, 0.84))


def _mistake(
    sheet: Sheet,
    row: RowFill,
    line: str,
    start: tuple[float, float],
    room: float,
    owner: int,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Write a false start and cross it out; return where the writing continues."""
    width = 0.25 * room
    sheet.write(line[1:4], row.hand, start, width, owner, rng)
    crossed = (start[0] - 0.5, start[1] - 1.3 * row.hand.x_height_mm, start[0] + 0.9 * width, start[1] + 0.3)
    style = str(rng.choice(["single", "double", "zigzag"]))
    sheet.draw(strokes.strike(rng, style, crossed), row.hand.pen, (0.0, 0.0), owner, rng)
    return start[0] + 1.15 * width, start[1]


def _mark(sheet: Sheet, mark: Mark, pen: Pen, box: BoxMm, owner: int, rng: np.random.Generator) -> None:
    left, top, right, bottom = box
    across = rng.uniform(0.25, 0.55)
    at = (left + across * (right - left), (top + bottom) / 2 + rng.normal(0, 0.06) * (bottom - top))
    shape = {Mark.DASH: strokes.dash, Mark.TICK: strokes.tick, Mark.DITTO: strokes.ditto}[mark]
    sheet.draw(shape(rng), pen, at, owner, rng)


def _close(sheet: Sheet, rows: Rows, rng: np.random.Generator) -> None:
    """Draw a Z through the rows after the last filled one."""
    filled = [i for i, row in enumerate(rows) if row is not None]
    if not filled or filled[-1] > len(rows) - 4:
        return
    last = rows[filled[-1]]
    assert last is not None
    first_column = 1 if sheet.design.columns[0].role is Role.NUMBER else 0
    box = (sheet.plan.x_mm[first_column] + 6, sheet.plan.y_mm[2 + filled[-1]] + 4)
    end = (sheet.plan.x_mm[-1] - 8, sheet.plan.y_mm[-1] - 4)
    sheet.draw(strokes.closing_z(rng, (*box, *end)), last.hand.pen, (0.0, 0.0), STRAY, rng)
