"""The pictures of a report: the map, the bars by canton, the curve by day, the shares by sheet."""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from digitize.records import Region
from digitize.report import words
from digitize.report.details import Details
from digitize.report.drawing import (
    FULL,
    INK,
    LIGHT,
    QUIET,
    RULE,
    SMALL_PT,
    STEPS,
    TEXT_PT,
    as_svg,
    new_figure,
)
from digitize.tally import CANTONS
from digitize.translations import catalogue, shown_day, shown_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAP_HEIGHT_IN, CURVE_HEIGHT_IN = 4.1, 2.6
BAR_IN, MARGIN_IN = 0.17, 0.75  # height of one bar, and of what surrounds them
ROOM_FOR_NUMBER = 110  # radius in units of 100 m of a region that holds its number beside its name
OUTSIDE = {"BS": (1175, 2035), "LI": (2930, 1420)}  # names of regions too small for them, beside them
TITLE_LENGTH = 60  # characters of a title beside its bar
NAMES = ("map", "days", "cantons", "sheets")
DAYS_MARKED = 60  # more would merge into a band


@dataclass(frozen=True, slots=True)
class Counts:
    """What the pictures show: numbers of rows.  `invalid` may be None where it is not known."""

    valid: Mapping[str, int]  # by region
    invalid: Mapping[str, int]
    days: Mapping[date, int]
    sheets: Mapping[str, int]  # by printed title


def draw(name: str, counts: Counts, details: Details, language: str) -> str:
    """Return one of the pictures `NAMES` as an SVG element, with a text that says the same.

    Raises MissingProgram if matplotlib is not installed.
    """
    pictures: dict[str, Callable[[Counts, Details, str], str]] = {
        "map": _map,
        "cantons": _bars,
        "days": _curve,
        "sheets": _shares,
    }
    return pictures[name](counts, details, language)


@cache
def outlines() -> Mapping[str, Any]:
    """Return the shapes of the regions; see samples/build_data/make_outlines.py for their units."""
    return dict(json.loads((resources.files("digitize.data") / "outlines.json").read_text("ascii")))


def _map(counts: Counts, details: Details, language: str) -> str:
    told = catalogue(language).gettext
    shown: dict[str, float] = {region: float(counts.valid.get(region, 0)) for region in outlines()}
    title = told(words.MAP_TITLE)
    population = details.population
    if population is not None:
        title = f"{told(words.MAP_TITLE_PER_10000)} ({population.year})"
        shown = {region: population.per_10000(region, round(n)) or 0.0 for region, n in shown.items()}
    text_of: Callable[[float], str] = (
        (lambda value: shown_number(round(value), language))
        if population is None
        else (lambda value: f"{value:.1f}")
    )
    limits = class_limits(shown.values())
    with new_figure(MAP_HEIGHT_IN) as figure:
        axes = figure.add_subplot()
        axes.set_aspect("equal")
        axes.axis("off")
        for region, shape in outlines().items():
            place = class_of(shown[region], limits)
            _fill(axes, shape["rings"], STEPS[place])
            _name_region(axes, region, shape["label"], text_of(shown[region]), dark=place >= 4)
        _legend(axes, limits, text_of)
        said = ", ".join(f"{region} {text_of(value)}" for region, value in shown.items())
        return as_svg(figure, "map", f"{title}: {said}")


def class_limits(values: Iterable[float]) -> list[float]:
    """Return the upper limits of up to five classes of the values above zero, rounded to two digits.

    Each class has about as many regions as any other, because cantons differ in size by factors.
    """
    above = sorted(value for value in values if value > 0)
    if not above:
        return []
    classes = len(STEPS) - 1
    limits = {_rounded(above[len(above) * step // classes]) for step in range(1, classes)}
    return [*sorted(limit for limit in limits if above[0] <= limit < above[-1]), above[-1]]


def class_of(value: float, limits: Sequence[float]) -> int:
    """Return 0 for nothing, otherwise the class of the value; the last one is always the darkest step."""
    if value <= 0:
        return 0
    place = next((at for at, limit in enumerate(limits) if value <= limit), len(limits) - 1)
    return len(STEPS) - len(limits) + place


def _rounded(value: float) -> float:
    """Round to two digits."""
    digits = 1 - math.floor(math.log10(value))
    rounded = round(value, digits)
    return rounded if rounded < 10 else float(round(rounded))


def _fill(axes: "Axes", rings: Sequence[Sequence[Sequence[int]]], colour: str) -> None:
    from matplotlib.patches import PathPatch  # noqa: PLC0415 (slow, and an extra)
    from matplotlib.path import Path  # noqa: PLC0415

    path = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
    axes.add_patch(PathPatch(path, facecolor=colour, edgecolor=QUIET, linewidth=0.5))
    axes.autoscale_view()


def _name_region(axes: "Axes", region: str, label: Sequence[int], number: str, *, dark: bool) -> None:
    x, y, radius = label
    outside = OUTSIDE.get(region)
    if outside:
        x, y = outside
    with_number = radius >= ROOM_FOR_NUMBER
    axes.text(
        x,
        y,
        f"{region}\n{number}" if with_number else region,
        ha="center",
        va="center",
        fontsize=SMALL_PT if with_number else SMALL_PT - 1,
        color="white" if dark and not outside else INK,
        linespacing=1.1,
    )


def _legend(axes: "Axes", limits: Sequence[float], text_of: Callable[[float], str]) -> None:
    from matplotlib.patches import Patch  # noqa: PLC0415

    lower = ""
    handles = []
    for limit in limits:
        text = f"≤ {text_of(limit)}"
        if text != lower:
            handles.append(Patch(facecolor=STEPS[class_of(limit, limits)], edgecolor=QUIET, label=text))
        lower = text
    handles.insert(0, Patch(facecolor=STEPS[0], edgecolor=QUIET, label="0"))
    axes.legend(handles=handles, loc="upper left", fontsize=SMALL_PT, frameon=False, handlelength=1.4)


def _bars(counts: Counts, _details: Details, language: str) -> str:
    told = catalogue(language).gettext
    regions = [*CANTONS, *(r for r in words.REGION_NAMES if r not in CANTONS and _any(counts, r))]
    valid = [counts.valid.get(region, 0) for region in regions]
    invalid = [counts.invalid.get(region, 0) for region in regions]
    with new_figure(MARGIN_IN + BAR_IN * len(regions)) as figure:
        axes = figure.add_subplot()
        _plain(axes)
        places = range(len(regions))
        axes.barh(places, valid, color=FULL, height=0.72, label=told(words.VALID))
        if any(invalid):
            look = {"color": LIGHT, "edgecolor": FULL, "linewidth": 0.5, "height": 0.72}
            axes.barh(places, invalid, left=valid, label=told(words.INVALID), **look)  # type: ignore[arg-type]
            axes.legend(
                fontsize=SMALL_PT, frameon=False, loc="lower right", bbox_to_anchor=(1, 0.995), ncols=2
            )
        axes.set_yticks(places, [told(words.REGION_NAMES[region]) for region in regions])
        axes.set_ylim(len(regions) - 0.5, -0.5)
        most = max((v + i for v, i in zip(valid, invalid, strict=True)), default=0) or 1
        axes.set_xlim(0, most * 1.12)
        _number_axis(axes.xaxis, language)
        for at, (v, i) in enumerate(zip(valid, invalid, strict=True)):
            axes.text(
                v + i + most * 0.01, at, shown_number(v, language), va="center", fontsize=SMALL_PT - 0.5
            )
        said = ", ".join(
            f"{told(words.REGION_NAMES[region])} {v} / {i}"
            for region, v, i in zip(regions, valid, invalid, strict=True)
        )
        return as_svg(figure, "cantons", f"{told(words.BARS_TITLE)}: {said}")


def _any(counts: Counts, region: str) -> bool:
    always = (Region.LIECHTENSTEIN.value, Region.ABROAD.value)
    return region in always or bool(counts.valid.get(region) or counts.invalid.get(region))


def _curve(counts: Counts, details: Details, language: str) -> str:
    told = catalogue(language).gettext
    days = sorted(counts.days)
    sums = list(accumulate(counts.days[day] for day in days))
    with new_figure(CURVE_HEIGHT_IN) as figure:
        from matplotlib.dates import AutoDateLocator, DateFormatter  # noqa: PLC0415

        axes = figure.add_subplot()
        _plain(axes)
        if days:
            begin = days[0] - timedelta(days=1)
            marker = "o" if len(days) <= DAYS_MARKED else ""
            axes.step([begin, *days], [0, *sums], where="post", color=FULL, linewidth=1.6)  # type: ignore[arg-type]
            axes.plot(days, sums, marker, color=FULL, markersize=3)  # type: ignore[arg-type]
            axes.set_xlim(begin, days[-1] + timedelta(days=1))  # type: ignore[arg-type]
            axes.annotate(
                shown_number(sums[-1], language),
                (days[-1], sums[-1]),
                textcoords="offset points",
                xytext=(-4, 3),
                ha="right",
                weight="bold",
            )
            locator = AutoDateLocator(minticks=2, maxticks=7, interval_multiples=False)  # type: ignore[no-untyped-call]
            axes.xaxis.set_major_locator(locator)
            axes.xaxis.set_major_formatter(DateFormatter("%d.%m.%Y"))  # type: ignore[no-untyped-call]
        top = max([*sums, details.goal or 0, 1])
        axes.set_ylim(0, top * 1.15)
        _number_axis(axes.yaxis, language)
        if details.goal:
            axes.axhline(details.goal, color=INK, linewidth=0.9, linestyle=(0, (5, 3)))
            text = f"{told(words.GOAL)} {shown_number(details.goal, language)}"
            axes.annotate(
                *(text, (0, details.goal)),
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                xytext=(4, 3),
                fontsize=SMALL_PT,
            )
        said = ", ".join(f"{shown_day(day)} {n}" for day, n in zip(days, sums, strict=True))
        goal = f" ({told(words.GOAL)} {details.goal})" if details.goal else ""
        return as_svg(figure, "days", f"{told(words.CURVE_TITLE)}{goal}: {said}")


def _shares(counts: Counts, _details: Details, language: str) -> str:
    told = catalogue(language).gettext
    order = sorted(counts.sheets, key=lambda title: (-counts.sheets[title], title))
    total = sum(counts.sheets.values()) or 1
    labels = [_shortened(title or told(words.NO_TITLE)) for title in order]
    with new_figure(MARGIN_IN + 2 * BAR_IN * max(1, len(order))) as figure:
        axes = figure.add_subplot()
        _plain(axes)
        shares = [100 * counts.sheets[title] / total for title in order]
        axes.barh(range(len(order)), shares, color=LIGHT, edgecolor=FULL, height=0.45, linewidth=0.6)
        axes.set_yticks([])
        axes.set_xlim(0, 100)
        axes.set_ylim(max(0, len(order) - 1) + 0.6, -0.7)
        axes.xaxis.set_major_formatter(lambda value, _at: f"{value:.0f}\u202f%")
        for at, (title, label, share) in enumerate(zip(order, labels, shares, strict=True)):
            number = shown_number(counts.sheets[title], language)
            text = f"{label}: {number} ({share:.0f}\u202f%)"
            axes.text(0.6, at - 0.28, text, va="bottom", fontsize=TEXT_PT, parse_math=False)
        said = ", ".join(
            f"{label} {counts.sheets[title]}" for title, label in zip(order, labels, strict=True)
        )
        return as_svg(figure, "sheets", f"{told(words.SHARES_TITLE)}: {said}")


def _shortened(title: str) -> str:
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1] + "…"


def _plain(axes: "Axes") -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=2.5, color=RULE)


def _number_axis(axis: Any, language: str) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axis.set_major_formatter(lambda value, _at: shown_number(round(value), language))
