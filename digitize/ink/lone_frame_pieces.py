"""Tell a piece of a stamp's frame of which too little lies in the table to find the whole."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ink.circles import fit_circle
from digitize.ink.strokes import Strokes


@dataclass(frozen=True, slots=True)
class LoneSideSettings:
    """One level line, with corners at its ends."""

    min_width_mm: float = 20.0  # of the side
    max_length_factor: float = 1.3  # length of stroke, times the width; writing has more
    min_piece_mm: float = 8.0  # width of its pieces: spaced letters are narrower
    band_mm: float = 0.7  # from its middle
    min_share: float = 0.8  # of its ink in this band, and of its length in such pieces
    max_turn_deg: float = 4.0  # from level


@dataclass(frozen=True, slots=True)
class LoneArcSettings:
    """One arc of a round frame; the round letters of a signature are smaller."""

    radius_mm: tuple[float, float] = (7.0, 30.0)
    min_length_mm: float = 6.0  # of its strokes
    max_pieces: int = 4  # into which rules and gaps cut it
    max_deviation_mm: float = 0.35  # from the circle, root mean square
    min_rise_mm: float = 0.8  # of the arc above its chord; dashes are flatter


SETTINGS = LoneSideSettings()
ARC = LoneArcSettings()


def is_side_of_frame(strokes: Strokes, ids: NDArray[np.intp], px_per_mm: float) -> bool:
    """Return whether strokes lie on one level line, as wide as the side of a stamp's frame."""
    if not len(ids):
        return False
    left_px, right_px = strokes.boxes[ids, 0], strokes.boxes[ids, 2]
    width_mm = float(right_px.max() - 1 - left_px.min()) / px_per_mm
    length_mm = float(strokes.length_px[ids].sum()) / px_per_mm
    pieces = right_px - left_px >= SETTINGS.min_piece_mm * px_per_mm
    pieces_mm = float(strokes.length_px[ids][pieces].sum()) / px_per_mm
    if (
        width_mm < SETTINGS.min_width_mm
        or length_mm > SETTINGS.max_length_factor * width_mm
        or pieces_mm < SETTINGS.min_share * length_mm
    ):
        return False
    points = np.concatenate([strokes.points(i) + strokes.boxes[i, :2] for i in ids.tolist()]) / px_per_mm
    on_line = points
    for _ in range(3):  # without the corners, the line lies on the level pieces
        slope, level = np.polyfit(on_line[:, 0], on_line[:, 1], 1)
        near = np.abs(points[:, 1] - slope * points[:, 0] - level) <= SETTINGS.band_mm
        if near.sum() < 2:
            return False
        on_line = points[near]
    level_enough = abs(slope) <= np.tan(np.deg2rad(SETTINGS.max_turn_deg))
    return bool(level_enough and near.mean() >= SETTINGS.min_share)


def is_arc_of_frame(strokes: Strokes, ids: NDArray[np.intp], px_per_mm: float) -> bool:
    """Return whether strokes lie on one arc of a circle as large as the frame of a round stamp."""
    long_enough = strokes.length_px[ids].sum() >= ARC.min_length_mm * px_per_mm
    if not 0 < len(ids) <= ARC.max_pieces or not long_enough:
        return False
    points = np.concatenate([strokes.points(i) + strokes.boxes[i, :2] for i in ids.tolist()])
    circle = fit_circle(points.astype(np.float64))
    low, high = (radius * px_per_mm for radius in ARC.radius_mm)
    if not low <= circle.radius <= high or circle.deviation(points) > ARC.max_deviation_mm * px_per_mm:
        return False
    towards = points - circle.centre
    along = towards @ towards.mean(axis=0) / max(float(np.hypot(*towards.mean(axis=0))), 1e-9)
    return bool(along.max() - along.min() >= ARC.min_rise_mm * px_per_mm)
