"""Take the grain out of a poor scan and darken its pale print, so that its table can be looked for.

Each pixel becomes the mean of those around it whose surroundings look alike (A. Buades, B. Coll,
J.-M. Morel, A non-local algorithm for image denoising, CVPR 2005): grain averages out, and strokes and
thin rules keep their edges, which they lose where all neighbours are averaged.  What is written must
not be judged on such a picture: faint ink may be gone with the grain.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitize.images import Pixels, Scan, to_grey
from digitize.paper import even_paper, shrink


@dataclass(frozen=True, slots=True)
class DenoiseSettings:
    """When a scan is denoised, and how."""

    px_per_mm: float = 6.0  # at which it is denoised; print can still be read, and it takes a second
    min_noise: float = 4.0  # grey levels (standard deviation); less does not hide any print
    print_percent: float = 0.5  # of the pixels at least are print, on a page with a table
    dark_print: float = 110.0  # grey level of print on an even page; print that is paler is darkened
    drawn_print: float = 70.0  # to this grey level
    max_gain: float = 4.0  # print that is paler still cannot be told from what shines through
    patch_px: int = 5  # surroundings that are compared ...
    search_px: int = 11  # ... of the pixels so far around


SETTINGS = DenoiseSettings()
DEVIATION = 1.48  # standard deviation of a normal distribution by its median absolute deviation


def denoised(scan: Scan) -> Scan | None:
    """Return the scan as an even grey picture of the same size; None if it needs none.

    That is if it is neither grainy nor pale, or black and white: there is no grey left to tell print by.
    """
    if scan.bitonal:
        return None
    grey = to_grey(scan.pixels)
    scale = min(1.0, SETTINGS.px_per_mm / scan.px_per_mm)
    even = even_paper(shrink(grey, scale), scan.px_per_mm * scale)
    noise = _noise(even)
    if noise < SETTINGS.min_noise and _print_level(even) <= SETTINGS.dark_print:
        return None
    if noise >= SETTINGS.min_noise:  # it takes ten times as long as everything else
        smooth = cv2.fastNlMeansDenoising(even, None, noise, SETTINGS.patch_px, SETTINGS.search_px)
        even = np.asarray(smooth, dtype=np.uint8)
    size = grey.shape[1], grey.shape[0]
    pixels = cv2.resize(_with_dark_print(even), size, interpolation=cv2.INTER_LINEAR)
    return replace(scan, pixels=np.asarray(pixels, dtype=np.uint8))


def _noise(even: Pixels) -> float:
    """Return the standard deviation of the grain, in grey levels; most of a page is paper."""
    off = even.astype(np.int16) - cv2.blur(even, (5, 5))
    return DEVIATION * float(np.median(np.abs(off[::2, ::2])))


def _print_level(even: Pixels) -> float:
    """Return the grey level below which the darkest px of a page lie, its print if it has a table."""
    return float(np.percentile(even[::2, ::2], SETTINGS.print_percent))


def _with_dark_print(even: Pixels) -> Pixels:
    """Return a page with its contrast stretched until its print is dark."""
    paper = float(np.median(even))
    contrast = max(1.0, paper - _print_level(even))
    gain = float(np.clip((paper - SETTINGS.drawn_print) / contrast, 1.0, SETTINGS.max_gain))
    levels = np.clip(paper - (paper - np.arange(256.0)) * gain, 0, 255)
    return np.asarray(cv2.LUT(even, levels.astype(np.uint8)), dtype=np.uint8)
