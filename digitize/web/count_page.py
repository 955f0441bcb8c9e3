"""The first page: the number of signatures, open questions, and adding scans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from digitize.audit import journal
from digitize.campaign.store import Totals
from digitize.tally import REGIONS
from digitize.web.context import WebContext, context_of
from digitize.web.login import sign_in_by_link
from digitize.web.render import page
from digitize.web.report_page import can_draw, version_of
from digitize.web.uploads import SUFFIXES

DAYS_SHOWN = 40  # bars that can still be distinguished
CHART_WIDTH, CHART_HEIGHT = 600, 96  # units of the drawing
LABELS_HEIGHT = 14


@dataclass(frozen=True)
class Bar:
    """One bar of the chart by day, in units of the drawing."""

    day: date
    counted: int
    x: float
    y: float
    width: float
    height: float


def front(request: Request) -> Response:
    """Show the first page, or sign in a browser that followed the link."""
    return sign_in_by_link(request) or page(
        request, "count.html", **_values(context_of(request), request.state.session.who)
    )


def figures(request: Request) -> Response:
    """Return the figures as an HTML fragment, for the script that refreshes them."""
    return page(request, "figures.html", **_values(context_of(request), request.state.session.who))


def _values(context: WebContext, who: str) -> dict[str, Any]:
    with context.campaign() as campaign:
        totals = campaign.review.totals()
        seconds = campaign.second_looks.due(who)
        erased = campaign.erased_at()
        wanted = campaign.settings.wanted()
        deadlines = [wanted.deadline] if wanted.deadline else campaign.settings.deadlines()
    return {
        "wanted": wanted,
        "deadlines": deadlines,
        "today": date.today().isoformat(),
        "erased": erased,
        "unwritten": context.tables.failed,
        "totals": totals,
        "seconds": seconds,
        "goal": wanted.goal or context.goal,
        "suffixes": ",".join(SUFFIXES),
        "regions": regions(totals),
        "most": max(totals.regions.values(), default=0),
        "bars": bars(totals.days),
        "pictures": version_of(totals, context.goal) if can_draw() and totals.counted else "",
        "audit": journal.exists(context.folder),
        "workbooks": context.services.workbook is not None and can_draw(),
        "reports": context.services.report is not None and can_draw(),
    }


def regions(totals: Totals) -> list[tuple[str, int]]:
    """Return the signatures per region: cantons in official order, then abroad and unknown."""
    return [(region, totals.regions[region]) for region in REGIONS if totals.regions.get(region)]


def bars(days: Sequence[tuple[date, int]]) -> list[Bar]:
    """Return the bars of the chart for the last days on which sheets were received."""
    shown = days[-DAYS_SHOWN:]
    most = max((counted for _, counted in shown), default=0)
    step = CHART_WIDTH / max(len(shown), 8)
    tall = CHART_HEIGHT - LABELS_HEIGHT
    return [
        Bar(day, counted, place * step, tall * (1 - counted / most), step * 0.8, tall * counted / most)
        for place, (day, counted) in enumerate(shown)
        if most
    ]
