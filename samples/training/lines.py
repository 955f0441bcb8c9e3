"""Draw lines of synthetic handwriting as they look in scans, to train the recogniser.

A hand is a font with variations: letters of unequal size and spacing, some taken from
another font, slant, unsteadiness, and strokes of varying pressure.  The scan has 100 to
300 dpi and is often faint, noisy, blurred, JPEG-compressed or bitonal.  The paper is
flattened and the line cropped by the same functions as the cells of real sheets.
"""

# ruff: noqa: SIM905 - lists of words are easier to read and edit without quotes

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from fontTools.ttLib import TTFont  # type: ignore[import-not-found, import-untyped, unused-ignore]
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digitize.images import Pixels, decode, encode
from digitize.ocr.split_lines import cut_to, ink_mask
from digitize.paper import even_paper
from samples.training.texts import Texts

Cover = NDArray[np.float32]  # ink coverage (height, width), 0 paper to 1 full ink
MM_PER_INCH = 25.4
EM_PX = 64  # size at which lines are drawn before they are scaled to a resolution
PRINT_SHARE = 0.1  # of the lines are printed
SPACED_SHARE = 0.35  # of the lines in capitals are letter-spaced
JOINED = tuple(  # fonts with joined letters, in which words are not written in capitals
    "playwrite dancing cedarville la-belle homemade mrs- mr- herr- allura bilbo parisienne rochester "
    "sacramento satisfy damion courgette marck bad-script meddon ms-madi birthstone whisper licorice "
    "vujahday ruthie kristi dawning vibur twinkle".split()
)
LETTERWISE_SHARE = 0.7  # of the lines in fonts without joined letters: letters of varying size
BREAK_SHARE = 0.03  # of the letters have a gap after them
CLEAN_SHARE = 0.35  # of the scans have little noise
BITONAL_SHARE = 0.15  # of the scans are black and white
JPEG_SHARE = 0.6  # of the other scans are JPEG-compressed
PRESSURE_SHARE = 0.6  # of the lines have strokes of varying width
WHITE = 250  # grey level of scanned paper
X_HEIGHT_SHARE = 0.42  # of the em, typical for handwriting fonts
NEIGHBOUR_SHARE = 0.15  # of the lines have parts of another line above or below
RULE_SHARE = 0.15  # of the lines have remains of a table rule


@dataclass(frozen=True)
class Face:
    """A font: its Latin file, its characters, and whether its letters are joined."""

    path: Path
    letters: frozenset[str]
    joined: bool


def faces(packages: Path, names: list[str]) -> list[Face]:
    """Return the regular faces of the @fontsource packages in the folder `packages`."""
    found = []
    for name in names:
        path = packages / name / "files" / f"{name}-latin-400-normal.woff"
        letters = frozenset(map(chr, TTFont(path, lazy=True).getBestCmap()))
        found.append(Face(path, letters, name.startswith(JOINED)))
    return found


@cache
def _font(path: Path, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size_px)


@cache
def _letter_height(path: Path) -> float:
    """Return the mean height of small and large letters in px at `EM_PX`."""
    boxes = [_font(path, EM_PX).getbbox(letter, anchor="ls") for letter in "aenuHE"]
    return float(np.mean([bottom - top for _, top, _, bottom in boxes]))


class Lines:
    """Draw lines, cropped as by `digitize.ocr.split_lines`, with their texts."""

    def __init__(self, hands: list[Face], prints: list[Face], rng: np.random.Generator) -> None:
        self._hands, self._prints, self._rng = hands, prints, rng
        self._texts = Texts(rng)
        self._last: Cover = np.zeros((8, 8), np.float32)

    def line(self) -> tuple[Pixels, str]:
        """Return the grey uint8 crop (height, width) of another line, and its text."""
        while True:
            printed = self._rng.random() < PRINT_SHARE
            text = " ".join((self._texts.printed() if printed else self._texts.written()).split())
            face = self._face(text, self._prints if printed else self._hands)
            if not text or face is None:
                continue
            cover = self._drawn(text, face, printed)
            crop = self._scanned(cover if printed else self._distorted(cover), printed)
            if crop is not None and min(crop.shape) >= 6:
                return crop, text

    def _face(self, text: str, choices: list[Face]) -> Face | None:
        needed = set(text) - {" "}
        for _ in range(20):
            face = choices[int(self._rng.integers(len(choices)))]
            if needed <= face.letters and not (face.joined and text.isupper() and self._rng.random() < 0.97):
                return face
        return None

    def _drawn(self, text: str, face: Face, printed: bool) -> Cover:
        """Return the text with a margin for distortion."""
        rng = self._rng
        letterwise = not printed and not face.joined and rng.random() < LETTERWISE_SHARE
        spaced = text.isupper() and not printed and rng.random() < SPACED_SHARE
        gap = rng.uniform(0.15, 0.9) * EM_PX if spaced else rng.normal(0, 0.025) * EM_PX
        word_gap = rng.uniform(-0.05, 0.35) * EM_PX
        font = _font(face.path, EM_PX)
        stroke = int(rng.choice([0, 1, 2, 3], p=[0.52, 0.29, 0.14, 0.05])) if not printed else 0
        width = font.getlength(text) * 1.3 + (max(gap, 0) + 0.4 * EM_PX) * len(text) + 3 * EM_PX
        image = Image.new("L", (int(width), 3 * EM_PX), 0)
        canvas = ImageDraw.Draw(image)
        start = (1.0 * EM_PX, 1.9 * EM_PX)
        if not letterwise and not spaced:
            canvas.text(start, text, fill=255, font=font, anchor="ls", stroke_width=stroke)
            return np.asarray(image, np.float32) / np.float32(255)
        x, unsteadiness, size, rise = start[0], rng.uniform(0, 1), 1.0, 0.0
        other = self._other(text, face)
        loose = EM_PX * (rng.uniform(0, 0.16) if rng.random() < 0.6 else 0.0)
        for character in text:
            size = float(np.clip(0.6 * size + 0.4 + rng.normal(0, 0.09 * unsteadiness), 0.75, 1.3))
            rise = 0.7 * rise + float(rng.normal(0, 2.5 * unsteadiness))
            path, share = other.get(character, (face.path, 1.0))
            letter = _font(path, round(size * share * EM_PX / 3) * 3)
            canvas.text(
                (x, start[1] + rise), character, fill=255, font=letter, anchor="ls", stroke_width=stroke
            )
            x += letter.getlength(character) + gap
            x += float(rng.normal(0, 1.5 * unsteadiness) + rng.exponential(loose))
            x += word_gap + 2 * loose if character == " " else 0
            if rng.random() < BREAK_SHARE:  # a gap within a word
                x += rng.uniform(0.1, 0.35) * EM_PX
        return np.asarray(image, np.float32) / np.float32(255)

    def _other(self, text: str, face: Face) -> dict[str, tuple[Path, float]]:
        """Return letters to draw in another font, and the scale at which they match."""
        rng = self._rng
        if rng.random() < 0.5:
            return {}
        letters = {letter for letter in text if letter.isalnum() and rng.random() < 0.35}
        second = self._hands[int(rng.integers(len(self._hands)))]
        if second.joined or not letters <= second.letters:
            return {}
        share = _letter_height(face.path) / _letter_height(second.path)
        return dict.fromkeys(letters, (second.path, share))

    def _distorted(self, cover: Cover) -> Cover:
        """Apply slant, slope, a width, and smooth unsteadiness of two wavelengths."""
        rng = self._rng
        columns = np.flatnonzero(cover.any(axis=0))
        if not columns.size:
            return cover
        cover = cover[:, max(0, columns[0] - EM_PX // 2) : columns[-1] + EM_PX // 2]
        height, width = cover.shape
        squeeze = float(np.clip(rng.normal(0.95, 0.17), 0.6, 1.45))
        slant, slope = float(rng.normal(0.05, 0.19)), float(rng.normal(0, 0.012))
        wide = int(width * squeeze + abs(slant) * height)
        ys, xs = np.mgrid[0:height, 0:wide].astype(np.float32)
        middle = 1.9 * EM_PX
        shift_x, shift_y = np.zeros((2, height, wide), np.float32)
        for cell_px, amplitude_px in ((1.3 * EM_PX, 6.0), (0.45 * EM_PX, 2.4)):
            strength = amplitude_px * rng.uniform(0, 1)
            shift_x += strength * self._smooth_noise((height, wide), cell_px)
            shift_y += strength * self._smooth_noise((height, wide), cell_px)
        left = max(0.0, -slant) * middle  # where slanted letters extend beyond the left edge
        source_x = (xs - left + slant * (ys - middle) + shift_x) / squeeze
        source_y = ys + slope * (xs - wide / 2) + shift_y
        taller = 1 + 0.17 * self._smooth_noise((1, wide), 0.8 * EM_PX)  # letters of unequal height
        source_y = middle + (source_y - middle) * taller
        distorted = cv2.remap(
            cover, source_x.astype(np.float32), source_y.astype(np.float32), cv2.INTER_LINEAR
        )
        return np.asarray(distorted, np.float32)

    def _smooth_noise(self, shape: tuple[int, ...], cell_px: float) -> Cover:
        """Return smooth noise, about -1 to 1, with a wavelength of about twice `cell_px`."""
        cells = [max(2, int(side / cell_px) + 2) for side in shape]
        coarse = self._rng.normal(0, 0.6, cells).astype(np.float32)
        return np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)

    def _scanned(self, cover: Cover, printed: bool) -> Pixels | None:
        """Return the scan of a line, cropped closely; None if there is too little ink."""
        rng = self._rng
        clean = rng.random() < CLEAN_SHARE
        rows, columns = np.flatnonzero(cover.max(axis=1) > 0.3), np.flatnonzero(cover.max(axis=0) > 0.3)
        if rows.size < 8 or columns.size < 4:
            return None
        cover = cover[max(0, rows[0] - 12) : rows[-1] + 12, max(0, columns[0] - 16) : columns[-1] + 16]
        own, cover = cover, self._with_foreign_strokes(cover)
        self._last = own
        dpi = float(rng.choice([100, 150, 200, 300], p=[0.03, 0.42, 0.33, 0.22]))
        x_height_mm = rng.triangular(1.2, 1.8, 2.8) if not printed else rng.uniform(1.2, 2.2)
        scale = x_height_mm / MM_PER_INCH * dpi / (X_HEIGHT_SHARE * EM_PX)
        if not printed and rng.random() < PRESSURE_SHARE:
            cover = self._with_pressure(cover)
        size = (max(4, round(cover.shape[1] * scale)), max(4, round(cover.shape[0] * scale)))
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = np.asarray(cv2.resize(cover, size, interpolation=way), np.float32)
        scan = self._exposed(np.pad(small, round(0.6 * dpi / MM_PER_INCH)), clean)
        return self._cut(scan, dpi / MM_PER_INCH)

    def _exposed(self, cover: Cover, clean: bool) -> Pixels:
        """Return a scan, grey or black and white: ink of random darkness, blur, noise and JPEG marks."""
        rng = self._rng
        faintest = 0.45 if clean else 0.24
        ink = rng.uniform(faintest, 1.0) if rng.random() < 0.75 else rng.uniform(faintest, 0.5)
        grain = rng.uniform(0, 0.5) * rng.random()
        covered = cover * (1 - grain * np.abs(rng.standard_normal(cover.shape, dtype=np.float32)))
        grey = WHITE * (1 - ink * np.clip(covered, 0, 1))
        soft = cv2.GaussianBlur(grey, (0, 0), float(rng.uniform(0.25, 0.6 if clean else 0.9)))
        noise = rng.uniform(0, 3) if clean else rng.uniform(1, 3 + 10 * ink)
        tones = soft + rng.standard_normal(cover.shape, dtype=np.float32) * noise
        if not clean:
            tones = tones * (1 - rng.uniform(0, 0.15) * (1 + self._smooth_noise(cover.shape, 40)) / 2)
        scan = np.clip(tones, 0, 255).astype(np.uint8)
        if not clean and rng.random() < JPEG_SHARE:
            scan = decode(encode(scan, ".jpg", int(rng.integers(35, 85))))
        if rng.random() < BITONAL_SHARE:
            level = WHITE * (1 - ink * rng.uniform(0.25, 0.6))
            return np.where(scan > level, 255, 0).astype(np.uint8)
        return scan

    def _with_pressure(self, cover: Cover) -> Cover:
        """Vary the width of the strokes along the line, with gaps where there is too little ink."""
        soft = cv2.GaussianBlur(cover, (0, 0), float(self._rng.uniform(1.0, 2.2)))
        level = self._rng.uniform(0.25, 0.5) + self._rng.uniform(0, 0.2) * self._smooth_noise(cover.shape, 20)
        result = np.clip((soft - level) * 3 + 0.5, 0, 1) * np.minimum(1, soft * 4)
        return np.asarray(result, np.float32)

    def _with_foreign_strokes(self, cover: Cover) -> Cover:
        """Add parts of the previous line above or below, and remains of a table rule."""
        rng, result = self._rng, cover.copy()
        height, width = cover.shape
        if rng.random() < NEIGHBOUR_SHARE:
            above = rng.random() < 0.6
            part = (
                self._last[-int(rng.integers(6, 26)) :] if above else self._last[: int(rng.integers(6, 22))]
            )
            part = np.pad(part, ((0, 0), (0, max(0, width - part.shape[1]))))[:, :width]
            where = slice(0, len(part)) if rng.random() < 0.6 else slice(height - len(part), height)
            if len(result[where]) == len(part):
                result[where] = np.maximum(result[where], part)
        if rng.random() < RULE_SHARE:
            low = rng.integers(height // 2, height)
            y = int(rng.choice([rng.integers(0, 6), height - rng.integers(1, 12), low]))
            start = int(rng.integers(0, width))
            end = (start + int(rng.exponential(0.4) * width) + 5, y + int(rng.normal(0, 2)))
            cv2.line(result, (start, y), end, float(rng.uniform(0.3, 1)), int(rng.integers(1, 4)))
        return result

    def _cut(self, scan: Pixels, px_per_mm: float) -> Pixels | None:
        rng = self._rng
        paper = even_paper(scan, px_per_mm)
        ink = ink_mask(paper, px_per_mm)
        if not ink.any():
            return None
        crop = cut_to(paper, ink)
        if rng.random() < 0.2:  # cropped a little too wide or too close
            height = crop.shape[0]
            crop = np.pad(crop, int(rng.integers(0, max(2, height // 8))), constant_values=255)
            top, low = rng.integers(0, max(2, height // 12), 2)
            crop = crop[top : crop.shape[0] - low]
        return np.ascontiguousarray(crop)
