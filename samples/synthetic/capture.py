"""Scan or photograph the sheet: geometry, light, blur, noise, tones."""

import cv2
import numpy as np

from digitize.images import decode, encode
from samples.synthetic.mapping import Image, Mapping
from samples.synthetic.paper import Mode, Paper
from samples.synthetic.wear import cloud

BITONAL_THRESHOLD = 0.78  # of the brightness of bare paper in the same light; pencil is darker


def capture(flat: Image, mapping: Mapping, paper: Paper, bed: int, rng: np.random.Generator) -> Image:
    """Return the scan of the flat picture of a sheet, before quarter turns."""
    if paper.photo:
        image = _on_a_table(flat, mapping, rng)
    else:
        if paper.bed is not None:
            edge = (max(0, bed - 45),) * 3 if bed > 127 else (150,) * 3
            cv2.rectangle(flat, (0, 0), (flat.shape[1] - 1, flat.shape[0] - 1), edge, 1)
        image = mapping.warp(flat, bed)
    light = _light(image.shape, paper, rng)
    blurred = cv2.GaussianBlur(image, (0, 0), paper.blur_px) if paper.blur_px else image
    grain = rng.standard_normal(image.shape[:2], dtype=np.float32) * paper.noise
    if paper.streak:
        for _ in range(int(rng.integers(1, 4))):
            grain[:, int(rng.integers(image.shape[1]))] -= rng.uniform(15, 60)
    threshold = BITONAL_THRESHOLD * 255 * paper.white * (1.0 if light is None else light)
    if image.ndim == 3:
        grain, light = grain[..., None], light[..., None] if light is not None else None
    tones = blurred * light + grain if light is not None else blurred + grain
    if paper.mode is Mode.BITONAL:
        return np.where(tones > threshold, 255, 0).astype(np.uint8)
    result = np.clip(tones, 0, 255).astype(np.uint8)
    return decode(encode(result, ".jpg", paper.jpeg_quality)) if paper.jpeg_quality else result


def _light(shape: tuple[int, ...], paper: Paper, rng: np.random.Generator) -> np.ndarray | None:
    """Return the light (0..1) on each pixel, None if it is even."""
    if not paper.uneven and not paper.photo:
        return None
    light = 1 - paper.uneven * cloud(shape, 3, rng)
    if paper.photo and paper.photo.shadow:
        start, turn = rng.uniform(0.2, 0.7), rng.uniform(-1, 1)
        ys, xs = np.ogrid[0 : shape[0], 0 : shape[1]]
        along = xs / shape[1] + turn * (ys / shape[0] - 0.5)
        light = light * (1 - paper.photo.shadow / (1 + np.exp(-(along - start) * 14)))
    return np.asarray(light, dtype=np.float32)


def _on_a_table(flat: Image, mapping: Mapping, rng: np.random.Generator) -> Image:
    """Return the sheet on a wooden table, on which it casts a soft shadow."""
    width, height = mapping.scan_size
    mask = mapping.warp(np.full(flat.shape[:2], 255, np.uint8), 0)
    soft = cv2.GaussianBlur(cv2.resize(mask, None, fx=0.125, fy=0.125), (0, 0), 0.004 * width)
    shadow = cv2.resize(soft, (width, height))
    wood = 0.6 * cloud((height, width), 6, rng) + 0.4 * cloud((height, width), 60, rng)
    tint = rng.uniform(-0.15, 0.15, 3) if flat.ndim == 3 else np.zeros(1)
    tone = (rng.uniform(60, 140) * (1 + tint)).astype(np.float32)
    table = (0.65 + 0.5 * wood) * (1 - 0.4 * (shadow / np.float32(255)))
    background = table[..., None] * tone if flat.ndim == 3 else table * tone[0]
    page = mapping.warp(flat, 0)  # fades to black at its edge just as `share` fades to 0
    share = (mask / np.float32(255))[..., None] if flat.ndim == 3 else mask / np.float32(255)
    return np.clip(background * (1 - share) + page, 0, 255).astype(np.uint8)
