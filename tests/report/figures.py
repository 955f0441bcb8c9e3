"""Figures written down by hand."""

from collections.abc import Mapping
from datetime import date

from digitize.report.figures import LINES, Figures, Line, Reason

DAY = date(2025, 1, 3)


def figures_of(
    valid: Mapping[str, int], days: Mapping[date, int] | None = None, title: str = "Trees"
) -> Figures:
    total = Line(valid=sum(valid.values()))
    return Figures(
        title=title,
        regions={region: Line(valid=valid.get(region, 0)) for region in LINES},
        total=total,
        days={day: Line(valid=n) for day, n in (days or {DAY: total.valid}).items()},
        reasons=dict.fromkeys(Reason, 0),
        petitions={title: total},
        decided=0,
        deciders=0,
        to_review=0,
        files=1,
        pages={"list": 1},
        failed=[],
        second_scans=0,
        sheets=1,
        deadlines=[],
        blank_rows=0,
    )
