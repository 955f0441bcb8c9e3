"""Text drawn in handwriting fonts, as recognisers get it."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitize.images import Pixels

FONTS = Path(__file__).parents[2] / "samples" / "fonts"
PX_PER_MM = 300 / 25.4


def written(
    *lines: str, font: str = "kalam", size_px: int = 44, pitch_px: int = 52, slope: float = 0.0
) -> Pixels:
    """Return grey uint8 (height, width): dark writing, one line below the other, on white paper.

    `slope` is the rise of the lines, the tangent of its angle.
    """
    face = ImageFont.truetype(FONTS / f"{font}.ttf", size_px)
    width = max(round(face.getlength(line)) for line in lines) + 60
    image = Image.new("L", (width, pitch_px * len(lines) + 60), 255)
    for index, line in enumerate(lines):
        ImageDraw.Draw(image).text((30, 20 + index * pitch_px), line, 30, face)
    if slope:
        shear = (1, 0, 0, slope, 1, -slope * width / 2)
        image = image.transform(
            image.size, Image.Transform.AFFINE, shear, Image.Resampling.BICUBIC, fillcolor=255
        )
    return np.array(image)
