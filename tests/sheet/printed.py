"""Printed sheets on synthetic paper, with and without their marks."""

from digitize.form.sheet_code import SheetCode
from digitize.images import Scan
from digitize.sheet.marks import black_areas_mm
from samples.synthetic import Paper, SyntheticPage, make_page, random_fill
from tests.bench.own_sheets import CODE, design_of

__all__ = ["CODE", "SHORT", "filled", "scan_of", "without_marks"]

SHORT = SheetCode("SAFE-ROADS", 1, 2, 5, 1, 3, 200, 9, 110, CODE.columns)
"""A page with three rows low on it."""


def filled(code: SheetCode, paper: Paper, seed: int = 3, marked: bool = True) -> SyntheticPage:
    """A sheet with this code, filled and scanned."""
    design = design_of(code, marked)
    return make_page(design, random_fill(design, seed), paper, seed)


def scan_of(page: SyntheticPage, dpi: float | None = None) -> Scan:
    return Scan("sheet.png", 1, page.pixels, dpi if dpi is not None else page.truth.dpi)


def without_marks(code: SheetCode, corners: tuple[int, ...]) -> tuple[tuple[float, float, float, float], ...]:
    """The black areas of a sheet but for those in the marks of these corners."""
    areas = black_areas_mm(code)
    middle = 105.0, 148.5

    def corner(area: tuple[float, float, float, float]) -> int | None:
        if 20 < area[0] < 190:
            return None
        left, upper = area[0] < middle[0], area[1] < middle[1]
        return {(True, True): 0, (False, True): 1, (False, False): 2, (True, False): 3}[left, upper]

    return tuple(area for area in areas if corner(area) not in corners)
