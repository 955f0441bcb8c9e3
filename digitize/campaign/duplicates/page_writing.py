"""Compare what is written on two pages, to tell whether they are scans of the same paper.

Pixels of two scans of a paper differ (resolution, skew, black and white or grey), and so do
readings, a little.  But where the ink of a cell begins and ends, measured from the cell's own
printed lines, agrees within 0.1 mm in half of all cases.  When a person writes the same words
again, it begins and ends elsewhere: 0.3 to 1 mm away in half of all cases.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from math import sqrt
from statistics import fmean

from rapidfuzz import fuzz

from digitize.records import ADDRESS_ROLES, NAME_ROLES, Cell, Ink, Role, SheetPage, Status


@dataclass(frozen=True)
class LikenessSettings:
    """How alike two scans of one paper are, measured on papers scanned and photographed several times."""

    edge_tolerance_mm: float = 0.4  # 9 of 10 edges of the same ink are nearer on two scans
    # Shares (0..1) of edges within the tolerance.
    rewritten_share: float = 0.55  # at most so many when the same person writes the same page again
    same_share: float = 0.7  # from here the pages are the same paper
    likely_share: float = 0.6  # from here they may be
    # Standard deviations above `rewritten_share`, to allow for pages with few cells.
    same_deviations: float = 2.3  # reached by chance by 1 in 100 pairs of pages
    likely_deviations: float = 1.0
    min_common_share: float = 0.5  # of the filled cells of the page with fewer: filled on the other as well
    # Similarity of texts, 0..1.
    min_name_similarity: float = 0.6  # mean over the page: readings of one paper are more alike
    same_text_similarity: float = 0.85  # what the same people wrote, on one paper or on two
    min_texts: int = 2  # cells with texts on both pages: two people may share a name


SETTINGS = LikenessSettings()

CellKey = tuple[int, Role, int]  # row number, role, which of the row's cells with this role (from 1)


@dataclass(frozen=True, slots=True)
class CellWriting:
    """The extent of the ink of a cell.

    `edges` are left, right, top and bottom as shares of the cell.  `text` is what was read, None
    unless the cell holds a name or an address.
    """

    edges: tuple[float, float, float, float]
    width_mm: float  # of the cell
    height_mm: float
    text: str | None = None


Writing = Mapping[CellKey, CellWriting]


class Likeness(Enum):
    """Whether two pages are scans of one paper."""

    DIFFERENT = 0
    LIKELY = 1
    SAME = 2


def writing_of(page: SheetPage, first: int) -> Writing:
    """Return the ink in the filled rows of a page; `first` is the number of its first row."""
    return dict(_cells(page, first))


def _cells(page: SheetPage, first: int) -> Iterator[tuple[CellKey, CellWriting]]:
    for row in page.rows:
        if row.status is Status.BLANK:
            continue
        seen: dict[Role, int] = {}
        for cell in row.cells:
            count = seen[cell.role] = seen.get(cell.role, 0) + 1
            if cell.role is not Role.NUMBER and cell.ink.extent and cell.ink.state is not Ink.BLANK:
                yield _key(first + row.index, cell.role, count), _cell_writing(cell, page.px_per_mm)


@lru_cache(maxsize=4096)
def _key(number: int, role: Role, count: int) -> CellKey:
    """Return the key of a cell; the pages of a large campaign share few keys, which saves memory."""
    return number, role, count


@lru_cache(maxsize=4096)
def _size_mm(size_px: float, px_per_mm: float) -> float:
    """Return the size of a cell; all rows of a page, and pages of one form, share few sizes."""
    return size_px / px_per_mm


def _cell_writing(cell: Cell, px_per_mm: float) -> CellWriting:
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
    return CellWriting(edges, _size_mm(width, px_per_mm), _size_mm(height, px_per_mm), text)


def compare(a: Writing, b: Writing) -> tuple[Likeness, float]:
    """Return whether two pages are the same paper, and the share (0..1) of edges that agree.

    Only cells filled on both pages are compared: rows may have been added between the scans, or
    lost in one of them, and dirt may have been taken for ink.  If the ink does not decide, the
    same names and addresses in the same rows make it likely.
    """
    common = a.keys() & b.keys()
    names = _text_similarity(a, b, NAME_ROLES)
    if (
        not common
        or len(common) < SETTINGS.min_common_share * min(len(a), len(b))
        or (names or 1.0) < SETTINGS.min_name_similarity
    ):
        return Likeness.DIFFERENT, 0.0
    edges = 4 * len(common)
    share = sum(_agreeing_edges(a[key], b[key]) for key in common) / edges
    if share >= _min_share(edges, SETTINGS.same_share, SETTINGS.same_deviations):
        return Likeness.SAME, share
    min_likely = _min_share(edges, SETTINGS.likely_share, SETTINGS.likely_deviations)
    if share >= min_likely or _have_same_texts(a, b):
        return Likeness.LIKELY, share
    return Likeness.DIFFERENT, share


def _min_share(edges: int, least: float, deviations: float) -> float:
    """Return the share of agreeing edges that is not reached by chance; the fewer edges, the higher.

    The number of edges that agree on two different papers is taken to be binomial.
    """
    chance = SETTINGS.rewritten_share
    return max(least, chance + deviations * sqrt(chance * (1 - chance) / edges))


def _agreeing_edges(a: CellWriting, b: CellWriting) -> int:
    width, height = (a.width_mm + b.width_mm) / 2, (a.height_mm + b.height_mm) / 2
    sizes = (width, width, height, height)
    return sum(
        abs(one - other) * size <= SETTINGS.edge_tolerance_mm
        for one, other, size in zip(a.edges, b.edges, sizes, strict=True)
    )


def _have_same_texts(a: Writing, b: Writing) -> bool:
    """Return whether the same names and addresses were read in the same rows."""
    read = [key for key in a.keys() & b.keys() if a[key].text and b[key].text]
    names, addresses = (_text_similarity(a, b, roles) for roles in (NAME_ROLES, ADDRESS_ROLES))
    if names is None or len(read) < SETTINGS.min_texts:
        return False
    return min(names, 1.0 if addresses is None else addresses) >= SETTINGS.same_text_similarity


def _text_similarity(a: Writing, b: Writing, roles: Collection[Role]) -> float | None:
    """Return the mean similarity (0..1) of the texts in common cells of these roles, None without any."""
    pairs = [(a[key].text, b[key].text) for key in a.keys() & b.keys() if key[1] in roles]
    ratios = [fuzz.ratio(one.lower(), other.lower()) for one, other in pairs if one and other]
    return fmean(ratios) / 100 if ratios else None
