"""How a person wants a page to be read again: turned, with another form, from the corners of its table."""

import re
from dataclasses import dataclass
from typing import Self

from digitize.geometry import Point

TURNS_DEG = (0, 90, 180, 270)
OUTSIDE_SHARE = 0.25  # a corner may lie outside the picture, where the table is cut off
MIN_SIDE_SHARE = 0.03  # of the picture; smaller quadrilaterals are slips of the mouse
CORNERS = 4

_FORM = re.compile(r"[\w.-]{1,60}")
_NUMBER = re.compile(r"-?\d(?:\.\d{1,4})?")


@dataclass(frozen=True, slots=True)
class PageHints:
    """What a person says about a page that is read again.

    `turn_deg` turns the scan clockwise until its text is upright, None leaves that to digitize.
    `form` is the name of a shipped form, "" where the columns follow from the header.  `corners`
    are those of the table with its header, clockwise from the top left of the upright text, as
    shares (0..1) of the width and height of the scan as it came.
    """

    turn_deg: int | None = None
    form: str = ""
    corners: tuple[Point, ...] = ()

    @property
    def text(self) -> str:
        """The hints as they are stored; `of_text` reads them back."""
        parts = [] if self.turn_deg is None else [f"turn={self.turn_deg}"]
        parts += [f"form={self.form}"] if self.form else []
        numbers = [f"{number:.4f}" for corner in self.corners for number in corner]
        parts += [f"corners={','.join(numbers)}"] if numbers else []
        return " ".join(parts)

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Read stored hints; raises ValueError."""
        parts = dict(_pair(part) for part in text.split())
        turn, form, corners = (parts.pop(name, "") for name in ("turn", "form", "corners"))
        if parts or (turn and int(turn) not in TURNS_DEG) or (form and not _FORM.fullmatch(form)):
            raise ValueError
        return cls(int(turn) if turn else None, form, _corners(corners) if corners else ())


def is_valid_hint(text: str) -> bool:
    """Return whether a text holds hints; the empty text does."""
    try:
        PageHints.of_text(text)
    except ValueError:
        return False
    return True


def _pair(part: str) -> tuple[str, str]:
    name, separator, value = part.partition("=")
    if not separator or not value:
        raise ValueError
    return name, value


def _corners(text: str) -> tuple[Point, ...]:
    """Parse the corners of a convex quadrilateral in clockwise order; raises ValueError."""
    numbers = text.split(",")
    if len(numbers) != 2 * CORNERS or not all(_NUMBER.fullmatch(number) for number in numbers):
        raise ValueError
    values = [float(number) for number in numbers]
    if not all(-OUTSIDE_SHARE <= value <= 1 + OUTSIDE_SHARE for value in values):
        raise ValueError
    corners = tuple(zip(values[::2], values[1::2], strict=True))
    for at in range(CORNERS):
        (ax, ay), (bx, by), (cx, cy) = (corners[(at + step) % CORNERS] for step in range(3))
        turn = (bx - ax) * (cy - by) - (by - ay) * (cx - bx)  # positive: clockwise, as y points down
        if turn <= 0 or max(abs(bx - ax), abs(by - ay)) < MIN_SIDE_SHARE:
            raise ValueError
    return corners
