"""Pictures show every region, say in words what they show, and are the same for the same figures."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from digitize.report.charts import NAMES, Counts, class_limits, class_of, draw, outlines
from digitize.report.details import Details
from digitize.report.drawing import STEPS
from digitize.report.figures import LINES, NOT_TOLD
from digitize.report.population import Population
from digitize.tally import CANTONS
from digitize.translations import LANGUAGES

VALID = {region: (at * 37) % 900 for at, region in enumerate(LINES)}
DAYS = {date(2025, 1, 1) + timedelta(days=at): at for at in range(80)}
COUNTS = Counts(VALID, dict.fromkeys(LINES, 3), DAYS, {"Trees & more": 700, "": 30, "x" * 200: 2})
NOTHING = Counts({}, {}, {}, {})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_valid_and_says_what_it_shows(name: str, language: str) -> None:
    drawn = draw(name, COUNTS, Details(goal=50_000), language)
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    label = root.get("aria-label") or ""
    assert root[0].text == label
    assert len(label) > 30
    ids = re.findall(r'\bid="([^"]+)"', drawn)
    assert len(ids) == len(set(ids))
    assert all(one.startswith(f"{name}-") for one in ids)
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', drawn)) <= set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_can_be_drawn(name: str) -> None:
    assert draw(name, NOTHING, Details(), "de").startswith("<svg")


def test_the_same_figures_give_the_same_picture() -> None:
    assert draw("map", COUNTS, Details(), "de") == draw("map", COUNTS, Details(), "de")


def test_the_text_of_the_map_tells_each_canton() -> None:
    label = ElementTree.fromstring(draw("map", COUNTS, Details(), "en")).get("aria-label") or ""
    assert all(f"{canton} {VALID[canton]}" in label for canton in (*CANTONS, "LI"))
    population = Population(2024, dict.fromkeys(CANTONS, 10_000))
    label = ElementTree.fromstring(draw("map", COUNTS, Details(population=population), "en")).get(
        "aria-label"
    )
    assert label is not None
    assert "(2024)" in label
    assert f"BE {VALID['BE']}.0" in label


def test_the_curve_adds_up() -> None:
    label = ElementTree.fromstring(draw("days", COUNTS, Details(), "en")).get("aria-label") or ""
    assert label.endswith(f" {sum(DAYS.values())}")


def test_the_map_has_the_shape_of_every_region() -> None:
    assert list(outlines()) == [*CANTONS, "LI"]
    for shape in outlines().values():
        x, y, radius = shape["label"]
        assert radius > 0
        every = [point for ring in shape["rings"] for point in ring]
        assert min(p[0] for p in every) < x < max(p[0] for p in every)
        assert min(p[1] for p in every) < y < max(p[1] for p in every)
    assert NOT_TOLD not in outlines()


@pytest.mark.parametrize(
    "values", [[], [0, 0], [5], [5, 5, 0], [1, 2, 3], list(range(1, 27)), [0.04, 3.7, 12.25]]
)
def test_classes_hold_every_value_once_and_in_order(values: list[float]) -> None:
    limits = class_limits(values)
    assert limits == sorted(set(limits))
    classes = [class_of(value, limits) for value in sorted(values)]
    assert classes == sorted(classes)
    assert all((place == 0) == (value <= 0) for place, value in zip(classes, sorted(values), strict=True))
    assert all(0 <= place < len(STEPS) for place in classes)
    if any(values):
        assert classes[-1] == len(STEPS) - 1
