"""Pages whose rules are broken, as a poor black and white scan leaves them."""

import numpy as np

from digitize.images import Pixels
from samples.synthetic import SyntheticPage

SPOT_PX = 3
NEAR_MM = 0.7


def with_holes(page: SyntheticPage, share: float, seed: int = 4, *, only_rules: bool = False) -> Pixels:
    """Return the scan with this share of it, or of the rules of its table, lost in small white spots.

    If `only_rules`, the page must not be skewed.
    """
    rng = np.random.default_rng(seed)
    height, width = page.pixels.shape[:2]
    spots = rng.random((height // SPOT_PX + 1, width // SPOT_PX + 1)) < share
    lost = np.kron(spots, np.ones((SPOT_PX, SPOT_PX), bool))[:height, :width]
    if only_rules:
        scale, near = page.mapping.scale, round(NEAR_MM * page.mapping.scale)
        xs, ys = page.layout.x_mm, page.layout.y_mm
        rules = np.zeros_like(lost)
        for y in ys:
            rules[round(y * scale) - near : round(y * scale) + near + 1] = True
        for x in xs:
            top, low = round(ys[0] * scale), round(ys[-1] * scale)
            rules[top:low, round(x * scale) - near : round(x * scale) + near + 1] = True
        lost &= rules
    return np.where(lost if page.pixels.ndim == 2 else lost[..., None], 255, page.pixels).astype(np.uint8)
