"""Keep the lattices of a page apart: no point of the page lies in two tables.

A pasted strip, a note or a feeder that slipped breaks the rules of a table,
and its pieces may be found one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import numpy as np

from digitize.geometry import Lattice, Rule
from digitize.images import Page
from digitize.table.grid.column_rules import overhang_px


@dataclass(frozen=True, slots=True)
class ApartSettings:
    """Limits for telling two tables from one that is covered in part, and tables that overlap."""

    min_overhang_mm: float = 1.0  # by which columns run on into a gap: the frame of a table ends there
    max_overhang_rows: float = 0.9  # a last row without a rule below it is whole
    min_common_width_share: float = 0.1  # of the narrower table; less is two frames that touch
    min_common_row_share: float = 0.1  # of a row's height; less is the width of a rule


SETTINGS = ApartSettings()


def is_covered(page: Page, upper: Rule, lower: Rule, pitch_px: float, columns: list[Rule]) -> bool:
    """Return whether a gap between two row rules is covered: columns run into it from both sides.

    `upper` and `lower` are the last rules that are seen.  Between two tables the columns of the
    upper one end at its last rule; those of the lower one may run on into its header.
    """
    lengths_px = (
        overhang_px(page, upper, columns, upwards=False),
        overhang_px(page, lower, columns, upwards=True),
    )
    shortest_px, longest_px = page.px(SETTINGS.min_overhang_mm), SETTINGS.max_overhang_rows * pitch_px
    return all(shortest_px <= length % pitch_px <= longest_px for length in lengths_px)


def apart(lattices: Sequence[Lattice]) -> tuple[Lattice, ...]:
    """Return the lattices, the heaviest first, without rows that lie in a heavier one."""
    kept: list[Lattice] = []
    for lattice in lattices:
        rest: Lattice | None = lattice
        for other in kept:
            rest = _outside(rest, other) if rest is not None else None
        kept += [rest] if rest is not None else []
    return tuple(kept)


def _outside(lattice: Lattice, other: Lattice) -> Lattice | None:
    """Return the lattice with the rows that lie outside `other`, None if there are none.

    If there are some on both sides, those on the side with more of them.
    """
    (left, right), (other_left, other_right) = _sides_px(lattice), _sides_px(other)
    start, end = max(left, other_left), min(right, other_right)
    if end - start < SETTINGS.min_common_width_share * min(right - left, other_right - other_left):
        return lattice
    x = (start + end) / 2
    top, low = other.rows[0].at(x), other.rows[-1].at(x)
    spans = pairwise(rule.at(x) for rule in lattice.rows)
    free = [min(b, low) - max(a, top) <= SETTINGS.min_common_row_share * (b - a) for a, b in spans]
    first, last = max(_true_runs(free), key=lambda run: run[1] - run[0], default=(0, 0))
    return replace(lattice, rows=lattice.rows[first : last + 1]) if last else None


def _true_runs(values: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield start and end of each run of true values."""
    start = 0
    for value, run in groupby(values):
        end = start + len(list(run))
        if value:
            yield start, end
        start = end


def _sides_px(lattice: Lattice) -> tuple[float, float]:
    """Return the mean positions of the outer columns."""
    points = np.array(lattice.points())
    return float(points[:, 0, 0].mean()), float(points[:, -1, 0].mean())
