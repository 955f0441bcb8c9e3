"""Fill the signature cell."""

from dataclasses import replace

import numpy as np

from samples.synthetic import strokes
from samples.synthetic.fills import RowFill, Signing
from samples.synthetic.synthetic_sheet import BoxMm, Sheet

CURSIVE = ("la-belle-aurore", "zeyada", "nothing-you-could-do", "cedarville-cursive", "reenie-beanie")
CURSIVE_SHARE = 0.35  # of the ordinary signatures are a legible name in cursive
TALLEST_MM = 11.0  # height of a signature in a higher row


def sign(sheet: Sheet, row: RowFill, box: BoxMm, owner: int, rng: np.random.Generator) -> None:
    """Draw the signature of the row; a joint signature is drawn with its first row."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    centre = (
        (left + right) / 2 + rng.normal(0, 0.05) * width,
        (top + bottom) / 2 + rng.normal(0, 0.06) * height,
    )
    pen = row.hand.pen
    match row.signature:
        case Signing.BLANK | Signing.JOINT_BELOW:
            return
        case Signing.DASH:
            sheet.draw(strokes.dash(rng), pen, centre, owner, rng)
        case Signing.TICK:
            sheet.draw(strokes.tick(rng), pen, centre, owner, rng)
        case Signing.PRINTED | Signing.INITIALS:
            _printed(sheet, row, box, owner, rng)
        case Signing.PEN if rng.random() < CURSIVE_SHARE:
            _cursive(sheet, row, box, owner, rng)
        case _:
            tall = min(height, TALLEST_MM) * rng.uniform(0.55, 0.95)
            if row.signature is Signing.LARGE:
                tall = height * rng.uniform(1.25, 1.7)
            elif row.signature is Signing.JOINT:
                tall, centre = height * rng.uniform(1.5, 1.8), (centre[0], bottom)
            scribble = strokes.signature(rng, width * rng.uniform(0.45, 0.85), tall)
            sheet.draw(scribble, pen, centre, owner, rng)


def _printed(sheet: Sheet, row: RowFill, box: BoxMm, owner: int, rng: np.random.Generator) -> None:
    left, top, right, bottom = box
    person = row.person
    initials = row.signature is Signing.INITIALS
    text = f"{person.given[0]}.{person.family[0]}." if initials else f"{person.given[0]}. {person.family}"
    room = min(right - left - 3, 2.0 * len(text) * row.hand.x_height_mm)
    start = max(left + 0.8, (left + right - room) / 2 + rng.normal(0, 1.5))
    sheet.write(text, row.hand, (start, top + 0.66 * (bottom - top)), room, owner, rng)


def _cursive(sheet: Sheet, row: RowFill, box: BoxMm, owner: int, rng: np.random.Generator) -> None:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    person = row.person
    text = person.family if rng.random() < 0.4 else f"{person.given[0]}. {person.family}"
    hand = replace(
        row.hand,
        font=str(rng.choice(CURSIVE)),
        x_height_mm=min(2.8, 0.3 * height),
        slant=float(rng.normal(0.2, 0.12)),
        climb=float(rng.uniform(0, 0.1)),
        wobble=float(rng.uniform(0.5, 1.0)),
        spacing=float(rng.uniform(0.82, 0.95)),
        capitals=False,
        spaced=False,
    )
    start = (left + rng.uniform(1.5, 0.2 * width), top + rng.uniform(0.62, 0.75) * height)
    room = right - start[0] - 1
    sheet.write(text, hand, start, room, owner, rng)
    if rng.random() < 0.4:
        end = (
            min(right - 1, start[0] + room * rng.uniform(0.6, 1)),
            start[1] + rng.uniform(0.02, 0.2) * height,
        )
        sheet.draw(
            [strokes.wobbly(rng, (start[0], start[1] + 0.15 * height), end)], hand.pen, (0.0, 0.0), owner, rng
        )
