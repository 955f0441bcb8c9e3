"""The first page: how many signatures there are, what is open, and where scans are added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from digitize.campaign.store import Totals
from digitize.tally import REGIONS
from digitize.web.context import Desk, desk_of
from digitize.web.login import enter
from digitize.web.render import page

DAYS_SHOWN = 40  # bars that can still be told apart
CHART_WIDTH, CHART_HEIGHT = 600, 96  # units of the drawing
LABELS_HEIGHT = 14


@dataclass(frozen=True)
class Bar:
    """One bar of the chart of days, in units of the drawing."""

    day: date
    counted: int
    x: float
    y: float
    width: float
    height: float


def front(request: Request) -> Response:
    return enter(request) or page(request, "count.html", **_values(desk_of(request)))


def figures(request: Request) -> Response:
    """The figures alone, for the script that keeps them fresh."""
    return page(request, "figures.html", **_values(desk_of(request)))


def _values(desk: Desk) -> dict[str, Any]:
    with desk.campaign() as campaign:
        totals = campaign.review.totals()
        erased = campaign.erased_at()
    return {
        "erased": erased,
        "unwritten": desk.tables.failed,
        "totals": totals,
        "goal": desk.goal,
        "regions": regions(totals),
        "most": max(totals.regions.values(), default=0),
        "bars": bars(totals.days),
    }


def regions(totals: Totals) -> list[tuple[str, int]]:
    """Counted signatures per region, cantons in their official order, then what lies in none."""
    return [(region, totals.regions[region]) for region in REGIONS if totals.regions.get(region)]


def bars(days: Sequence[tuple[date, int]]) -> list[Bar]:
    """The last days on which sheets came in, drawn as bars."""
    shown = days[-DAYS_SHOWN:]
    most = max((counted for _, counted in shown), default=0)
    step = CHART_WIDTH / max(len(shown), 8)
    tall = CHART_HEIGHT - LABELS_HEIGHT
    return [
        Bar(day, counted, place * step, tall * (1 - counted / most), step * 0.8, tall * counted / most)
        for place, (day, counted) in enumerate(shown)
        if most
    ]
