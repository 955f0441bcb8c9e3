"""Colours can be told from what they stand on, by day and by night (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

from digitize.web import app

TEXT_CONTRAST, SHAPE_CONTRAST = 4.5, 3.0
TEXTS = ("ink", "quiet", "accent", "signed", "doubtful", "incomplete", "struck", "blank")
GROUNDS = ("card", "paper", "accent-soft")
SHAPES = ("edge", "focus")  # borders of fields and buttons, the ring around what has the focus
SPECIAL = (
    ("ink", "alert-soft"),
    ("ink", "done-soft"),
    ("doubtful", "no-soft"),
    ("ink", "asked-soft"),
    ("on-accent", "accent"),
)


STATIC = Path(app.__file__).parent / "static"


def palettes() -> list[dict[str, str]]:
    style = (STATIC / "style.css").read_text(encoding="utf-8")
    light, dark = style.split("@media (prefers-color-scheme: dark)")
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in (light, dark)]


@pytest.mark.parametrize("colours", palettes(), ids=["light", "dark"])
def test_texts_and_shapes_have_enough_contrast(colours: dict[str, str]) -> None:
    for one in TEXTS:
        for ground in GROUNDS:
            assert contrast(colours[one], colours[ground]) >= TEXT_CONTRAST, (one, ground)
    for one, ground in SPECIAL:
        assert contrast(colours[one], colours[ground]) >= TEXT_CONTRAST, (one, ground)
    for one in SHAPES:
        for ground in ("card", "paper", "field"):
            assert contrast(colours[one], colours[ground]) >= SHAPE_CONTRAST, (one, ground)


def test_every_colour_is_known_by_a_name_and_the_night_has_all_of_them() -> None:
    light, dark = palettes()
    assert set(light) == set(dark)
    style = (STATIC / "style.css").read_text(encoding="utf-8")
    rules = style[style.index("* { box-sizing") :]
    rules += (STATIC / "review.css").read_text(encoding="utf-8")
    assert re.findall(r":[^;{}]*(#[0-9a-f]{3,6})\b", rules) == []
    used = set(re.findall(r"var\(--([\w-]+)\)", rules)) - {"radius"}
    assert used <= set(light)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio as WCAG 2.2 defines it."""
    dark, light = sorted(luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
