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
from digitize.paper import contrast_of_print, even_paper, noise_level, shrink


@dataclass(frozen=True, slots=True)
class DenoiseSettings:
    """When a scan is denoised, and how."""

    px_per_mm: float = 6.0  # at which it is denoised; print can still be read, and it takes a second
    min_noise: float = 4.0  # grey levels (standard deviation); less does not hide any print
    dark_print: float = 140.0  # grey levels by which print is darker than its paper; paler print is darkened
    drawn_print: float = 70.0  # to this grey level
    max_gain: float = 4.0  # print that is paler still cannot be told from what shines through
    patch_px: int = 5  # surroundings that are compared ...
    search_px: int = 11  # ... of the pixels so far around


SETTINGS = DenoiseSettings()


def denoised(scan: Scan) -> Scan | None:
    """Return the scan as an even grey picture of the same size; None if it needs none.

    That is if it is neither grainy nor pale, or black and white: there is no grey left to tell print by.
    """
    if scan.bitonal:
        return None
    grey = to_grey(scan.pixels)
    scale = min(1.0, SETTINGS.px_per_mm / scan.px_per_mm)
    even = even_paper(shrink(grey, scale), scan.px_per_mm * scale)
    noise = noise_level(even)
    if noise < SETTINGS.min_noise and contrast_of_print(even) >= SETTINGS.dark_print:
        return None
    if noise >= SETTINGS.min_noise:  # it takes ten times as long as everything else
        smooth = cv2.fastNlMeansDenoising(even, None, noise, SETTINGS.patch_px, SETTINGS.search_px)
        even = np.asarray(smooth, dtype=np.uint8)
    size = grey.shape[1], grey.shape[0]
    pixels = cv2.resize(_with_dark_print(even), size, interpolation=cv2.INTER_LINEAR)
    return replace(scan, pixels=np.asarray(pixels, dtype=np.uint8))


def _with_dark_print(even: Pixels) -> Pixels:
    """Return a page with its contrast stretched until its print is dark."""
    paper = float(np.median(even))
    gain = (paper - SETTINGS.drawn_print) / max(1.0, contrast_of_print(even))
    gain = float(np.clip(gain, 1.0, SETTINGS.max_gain))
    levels = np.clip(paper - (paper - np.arange(256.0)) * gain, 0, 255)
    return np.asarray(cv2.LUT(even, levels.astype(np.uint8)), dtype=np.uint8)
