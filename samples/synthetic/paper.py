"""The condition of a sheet and how it is scanned, as settings."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from digitize.geometry import Homography, Point
from samples.synthetic.mapping import Mapping


class Mode(StrEnum):
    """Tones of the scan."""

    GREY = "grey"
    COLOUR = "colour"
    BITONAL = "bitonal"


@dataclass(frozen=True, slots=True)
class Photo:
    """Settings of a photograph."""

    tilt: float = 0.05  # how far the corners are displaced, as a share of the width
    curl_mm: float = 0.0  # how far the middle of the sheet is displaced
    shadow: float = 0.25  # darkness 0..1
    margin: float = 0.08  # background around the sheet, as a share of the width


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that happens between the filled sheet and the image; the default is a clean 200 dpi scan."""

    dpi: float = 200.0
    mode: Mode = Mode.GREY
    skew_deg: float = 0.0  # clockwise
    rotation_deg: int = 0  # clockwise, a multiple of 90
    bed: float | None = None  # brightness (0..1) of the scanner bed; None if the scan is cut to the sheet
    bed_mm: float = 6.0  # width of the bed around the sheet
    white: float = 0.985  # brightness of the paper
    toner: float = 0.86  # darkness of the print, 0..1
    faint_patches: bool = False  # print that is faint in places
    gaps: int = 0  # places where a rule is interrupted
    noise: float = 1.5  # standard deviation in grey levels
    blur_px: float = 0.45
    jpeg_quality: int = 0  # 0: no JPEG compression
    dust: int = 0  # number of specks
    holes: int = 0
    folds: int = 0
    staple: bool = False
    bleed: float = 0.0  # how strongly the back shows through, 0..1
    stain: bool = False
    torn: bool = False
    streak: bool = False  # thin lines, from dust on the glass of a feeder
    uneven: float = 0.0  # loss of light at the darkest place, 0..1
    stamps: tuple[str, ...] = ()  # each "over" or "beside" the table
    photo: Photo | None = None


CLEAN = Paper(dpi=300.0)


def mapping_of(paper: Paper, paper_mm: tuple[float, float], rng: np.random.Generator) -> Mapping:
    """Return the mapping from the flat sheet to the scan, before quarter turns."""
    scale = paper.dpi / 25.4
    flat = (round(paper_mm[0] * scale), round(paper_mm[1] * scale))
    if paper.photo:
        return _photographed(paper, paper.photo, flat, scale, rng)
    edge = round(paper.bed_mm * scale) if paper.bed is not None else 0
    size = (flat[0] + 2 * edge, flat[1] + 2 * edge)
    turn = np.deg2rad(paper.skew_deg)
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    centre = np.array([size[0] / 2, size[1] / 2]) + (rng.normal(0, edge / 5, 2) if edge else 0.0)
    x, y = centre - np.array([[cos, -sin], [sin, cos]]) @ np.array([flat[0] / 2, flat[1] / 2])
    return Mapping(scale, flat, size, Homography((cos, -sin, float(x), sin, cos, float(y), 0, 0, 1)))


def _photographed(
    paper: Paper, photo: Photo, flat: tuple[int, int], scale: float, rng: np.random.Generator
) -> Mapping:
    margin = photo.margin * flat[0]
    size = (round(flat[0] + 2 * margin), round(flat[1] + 2 * margin))
    turn = np.deg2rad(paper.skew_deg)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    centre = np.array(size) / 2
    square = np.array([(0, 0), (flat[0], 0), flat, (0, flat[1])], dtype=np.float64)
    seen = (square - np.array(flat) / 2) @ spin.T * (1 - photo.tilt) + centre
    seen += rng.uniform(-1, 1, (4, 2)) * photo.tilt * flat[0] * 0.6
    view = _homography([(float(x), float(y)) for x, y in square], [(float(x), float(y)) for x, y in seen])
    return Mapping(scale, flat, size, view, photo.curl_mm * scale)


def _homography(before: list[Point], after: list[Point]) -> Homography:
    """Return the homography that maps four points to four others."""
    lines = []
    for (x, y), (u, v) in zip(before, after, strict=True):
        lines += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    values = np.linalg.solve(np.array(lines), np.array(after).ravel())
    return Homography.of(np.append(values, 1.0).reshape(3, 3))


def random_paper(seed: int, difficulty: str = "office") -> Paper:
    """Return random settings of a difficulty: clean, office, hard or photo."""
    rng = np.random.default_rng([seed, 2])
    mode = Mode(str(rng.choice([Mode.GREY, Mode.COLOUR, Mode.BITONAL], p=[0.45, 0.25, 0.3])))
    if difficulty == "clean":
        return replace(CLEAN, noise=float(rng.uniform(0.5, 2)))
    if difficulty == "photo":
        photo = Photo(float(rng.uniform(0.02, 0.09)), float(rng.uniform(0, 4)), float(rng.uniform(0.1, 0.4)))
        return Paper(
            dpi=float(rng.choice([220.0, 260.0])),
            mode=Mode.COLOUR,
            skew_deg=float(rng.normal(0, 3)),
            noise=3.0,
            blur_px=0.8,
            jpeg_quality=80,
            uneven=0.2,
            folds=int(rng.integers(0, 3)),
            photo=photo,
        )
    hard = difficulty == "hard"
    most_skew_deg = 8.0 if hard else 3.0
    return Paper(
        dpi=float(rng.choice([150.0, 200.0] if hard else [200.0, 240.0, 300.0])),
        mode=mode,
        skew_deg=float(np.clip(rng.normal(0, most_skew_deg / 2.5), -most_skew_deg, most_skew_deg)),
        rotation_deg=int(rng.choice([0, 90, 180, 270], p=[0.7, 0.1, 0.1, 0.1])),
        bed=float(rng.choice([0.12, 0.8, 0.95])) if rng.random() < 0.5 else None,
        toner=float(rng.uniform(0.5, 0.8) if hard else rng.uniform(0.75, 0.95)),
        faint_patches=hard and bool(rng.random() < 0.5),
        gaps=int(rng.integers(0, 40)) if rng.random() < (0.6 if hard else 0.3) else 0,
        noise=float(rng.uniform(4, 11) if hard else rng.uniform(1, 4)),
        blur_px=float(rng.uniform(0.5, 0.9) if hard else rng.uniform(0.35, 0.6)),
        jpeg_quality=0 if mode is Mode.BITONAL else int(rng.integers(50 if hard else 70, 90)),
        dust=int(rng.integers(0, 120 if hard else 50)),
        holes=int(rng.choice([0, 2, 4], p=[0.7, 0.25, 0.05])),
        folds=int(rng.integers(0, 3)),
        staple=bool(rng.random() < 0.2),
        bleed=float(rng.uniform(0.03, 0.14)) if rng.random() < 0.4 else 0.0,
        stain=hard and bool(rng.random() < 0.5),
        torn=hard and bool(rng.random() < 0.4),
        streak=bool(rng.random() < 0.2),
        uneven=float(rng.uniform(0.05, 0.3)) if hard else 0.0,
        stamps=("over",) if rng.random() < 0.08 else ("beside",) if rng.random() < 0.1 else (),
    )
