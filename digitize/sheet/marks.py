"""The marks and the code of a page as black areas, in mm from its top left."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from digitize.errors import MissingProgram
from digitize.form.sheet_code import (
    MARK_MM,
    MARK_MODULES,
    QR_MODULE_MM,
    QR_VERSION,
    SheetCode,
    code_corners_mm,
    mark_corners_mm,
)
from digitize.load.sheet_marks import mark_modules
from digitize.report.drawing import EXTRA_MISSING

BoxMm = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def black_areas_mm(code: SheetCode) -> tuple[BoxMm, ...]:
    """Return the black areas of the corner marks and of both prints of the code.

    Raises MissingProgram if segno is not installed.
    """
    areas: list[BoxMm] = []
    for corner, at in enumerate(mark_corners_mm()):
        areas += _areas(mark_modules(corner) == 0, at, MARK_MM / MARK_MODULES)
    modules = _code_modules(code.text)
    for at in code_corners_mm():
        areas += _areas(modules, at, QR_MODULE_MM)
    return tuple(areas)


def _code_modules(text: str) -> NDArray[np.bool_]:
    """Return which modules of the QR code are black."""
    try:
        import segno  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise MissingProgram(EXTRA_MISSING) from error
    code = segno.make_qr(text, error="m", version=QR_VERSION, boost_error=False)
    return np.array([[bool(module) for module in row] for row in code.matrix])


def _areas(black: NDArray[np.bool_], at: tuple[float, float], side_mm: float) -> Iterator[BoxMm]:
    """Yield the runs of black modules in each row: joined, so that no white hairlines are printed between."""
    for row, modules in enumerate(black):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], modules.astype(np.int8), [0]])))
        for start, end in edges.reshape(-1, 2).tolist():
            left, top = at[0] + start * side_mm, at[1] + row * side_mm
            yield left, top, at[0] + end * side_mm, top + side_mm
