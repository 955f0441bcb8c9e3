"""What is written on a page, as far as it tells one paper from another.

Pixels of two scans of a paper differ (resolution, skew, black and white
against grey), and so do readings a little.  Where the ink of a cell begins and
ends does not: measured from the cell's own printed lines it agrees within
0.1 mm in half of all cases.  A hand that writes the same words again begins
and ends elsewhere: 0.3 to 1 mm away in half of all cases.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from math import sqrt
from statistics import fmean

from rapidfuzz import fuzz

from digitize.records import ADDRESS_ROLES, NAME_ROLES, Cell, Ink, Role, SheetPage, Status

EDGE_MM = 0.4  # edges of two scans of the same ink are nearer than that in 9 of 10 cases
SAME_HAND = 0.55  # share of edges that are as near where one hand wrote the same page twice, at most
SURE = 0.7  # share of near edges from which two pages are the same paper
LIKELY = 0.6  # and from which they may be
SURE_DEVIATIONS = 2.3  # above what one hand may do twice by chance: 1 in 100 pairs
LIKELY_DEVIATIONS = 1.0
COMMON = 0.5  # of the cells of the page with fewer are filled on the other page too, at least
SAME_NAMES = 0.6  # of 0..1: readings of one name on two scans are more alike
SAME_TEXTS = 0.85  # as alike are readings of what the same people wrote, on one paper or on two
TEXTS_LEAST = 2  # cells that were read; one name alone may be borne by two people

CellKey = tuple[int, Role, int]  # row number, role, how many cells of this role the row had before


@dataclass(frozen=True, slots=True)
class Trace:
    """The ink of one cell: its edges left, right, top, bottom as shares of the cell, whose size is in mm."""

    edges: tuple[float, float, float, float]
    width_mm: float
    height_mm: float
    text: str | None = None  # as read, where the cell holds a name or an address


Writing = Mapping[CellKey, Trace]


class Likeness(Enum):
    """Whether two pages are scans of one paper."""

    DIFFERENT = 0
    LIKELY = 1
    SAME = 2


def writing_of(page: SheetPage, first: int) -> Writing:
    """The ink in the filled rows of a page whose first row has the number `first`."""
    return dict(_traces(page, first))


def _traces(page: SheetPage, first: int) -> Iterator[tuple[CellKey, Trace]]:
    for row in page.rows:
        if row.status is Status.BLANK:
            continue
        seen: dict[Role, int] = {}
        for cell in row.cells:
            count = seen[cell.role] = seen.get(cell.role, 0) + 1
            if cell.role is not Role.NUMBER and cell.ink.extent and cell.ink.state is not Ink.BLANK:
                yield (first + row.index, cell.role, count), _trace(cell, page.px_per_mm)


def _trace(cell: Cell, px_per_mm: float) -> Trace:
    box, ink = cell.box, cell.ink.extent
    assert ink is not None
    width, height = max(box.width, 1.0), max(box.height, 1.0)
    edges = (
        (ink.left - box.left) / width,
        (ink.right - box.left) / width,
        (ink.top - box.top) / height,
        (ink.bottom - box.top) / height,
    )
    text = cell.reading.text if cell.reading and cell.role in (*NAME_ROLES, *ADDRESS_ROLES) else None
    return Trace(edges, width / px_per_mm, height / px_per_mm, text)


def compare(a: Writing, b: Writing) -> tuple[Likeness, float]:
    """Whether two pages are the same paper, and the share of edges that are near (0..1).

    Only cells that are filled on both tell: rows may have been added between
    the scans, lost in one of them, or dirt taken for ink.  Where the ink does
    not tell, the same names and addresses in the same rows make it likely.
    """
    both = a.keys() & b.keys()
    names = _texts_alike(a, b, NAME_ROLES)
    if not both or len(both) < COMMON * min(len(a), len(b)) or (names or 1.0) < SAME_NAMES:
        return Likeness.DIFFERENT, 0.0
    edges = 4 * len(both)
    near = sum(_near_edges(a[key], b[key]) for key in both) / edges
    if near >= _needed(edges, SURE, SURE_DEVIATIONS):
        return Likeness.SAME, near
    if near >= _needed(edges, LIKELY, LIKELY_DEVIATIONS) or _same_texts(a, b):
        return Likeness.LIKELY, near
    return Likeness.DIFFERENT, near


def _needed(edges: int, least: float, deviations: float) -> float:
    """Share of near edges that one hand does not reach by chance (binomial); the fewer, the more."""
    return max(least, SAME_HAND + deviations * sqrt(SAME_HAND * (1 - SAME_HAND) / edges))


def _near_edges(a: Trace, b: Trace) -> int:
    width, height = (a.width_mm + b.width_mm) / 2, (a.height_mm + b.height_mm) / 2
    sizes = (width, width, height, height)
    return sum(
        abs(one - other) * size <= EDGE_MM for one, other, size in zip(a.edges, b.edges, sizes, strict=True)
    )


def _same_texts(a: Writing, b: Writing) -> bool:
    """Whether the same names and addresses were read in the same rows."""
    read = [key for key in a.keys() & b.keys() if a[key].text and b[key].text]
    names, addresses = (_texts_alike(a, b, roles) for roles in (NAME_ROLES, ADDRESS_ROLES))
    alike = names is not None and min(names, 1.0 if addresses is None else addresses) >= SAME_TEXTS
    return alike and len(read) >= TEXTS_LEAST


def _texts_alike(a: Writing, b: Writing, roles: Collection[Role]) -> float | None:
    """How alike (0..1) the texts are that were read in the same cells of these roles; None: none were."""
    pairs = [(a[key].text, b[key].text) for key in a.keys() & b.keys() if key[1] in roles]
    ratios = [fuzz.ratio(one.lower(), other.lower()) for one, other in pairs if one and other]
    return fmean(ratios) / 100 if ratios else None
