"""Connected components of sparse ink with their bounds.

OpenCV looks at every px of the picture to find bounds and areas.  Where most of it is paper, it is twice
as fast to let OpenCV label the px only, and to add up the runs of ink of every row.
"""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


class Components(NamedTuple):
    """The components of a mask as `cv2.connectedComponentsWithStats` returns them; the paper is label 0.

    `labels` (height, width) has the label of each px.  The columns of `stats` (n, 5) are left, top, width,
    height and area; `centres` (n, 2) are the mean x and y of each component.  Those of the paper are 0.
    """

    labels: NDArray[np.int32]
    stats: NDArray[np.intp]
    centres: NDArray[np.float64]


def connected_components(ink: Mask) -> Components:
    """Return the components of a mask (height, width), of px that touch at their sides or corners."""
    ink = np.ascontiguousarray(ink)
    if not ink.size:  # OpenCV would crash, and the process with it
        return Components(np.zeros(ink.shape, np.int32), np.zeros((1, 5), np.intp), np.zeros((1, 2)))
    count, marked = cv2.connectedComponents(ink.view(np.uint8), connectivity=8)
    labels = np.asarray(marked, dtype=np.int32)
    starts, ends = _runs(ink)
    ids = labels.ravel()[starts]
    ys, first = np.divmod(starts, ink.shape[1])
    lengths = ends - starts + 1
    left, right = np.full(count, ink.shape[1]), np.zeros(count, dtype=np.intp)
    np.minimum.at(left, ids, first)
    np.maximum.at(right, ids, first + lengths)
    top, bottom = np.zeros((2, count), dtype=np.intp)
    top[ids[::-1]] = ys[::-1]  # of several values the last one stays: that of the uppermost run
    bottom[ids] = ys + 1
    area = np.bincount(ids, lengths, count).astype(np.intp)
    sums = [np.bincount(ids, middle * lengths, count) for middle in (first + (lengths - 1) / 2, ys)]
    left[0] = 0
    stats = np.stack([left, top, right - left, bottom - top, area], axis=1)
    return Components(labels, stats, np.stack(sums, axis=1) / np.maximum(area, 1)[:, None])


def _runs(ink: Mask) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where in the flattened mask each run of ink in a row starts, and where its last px lies."""
    beside = np.zeros_like(ink)
    beside[:, 1:] = ink[:, :-1]
    starts = np.flatnonzero(ink & ~beside)
    beside[:, -1:] = False
    beside[:, :-1] = ink[:, 1:]
    return starts, np.flatnonzero(ink & ~beside)
