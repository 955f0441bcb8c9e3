"""Make the counts that pictures show from the figures of a report, or from the totals of the site."""

from collections import Counter

from digitize.campaign.store import Totals
from digitize.report.charts import Counts
from digitize.report.figures import LINES, NOT_TOLD, Figures


def counts_of(figures: Figures) -> Counts:
    """Return the counts of a report."""
    return Counts(
        valid={region: line.valid for region, line in figures.regions.items()},
        invalid={region: line.invalid for region, line in figures.regions.items()},
        days={day: line.valid for day, line in figures.days.items()},
        sheets={title: line.valid for title, line in figures.petitions.items() if line.valid},
    )


def counts_of_totals(totals: Totals) -> Counts:
    """Return the counts that the site keeps for its first page; invalid rows are not kept by canton."""
    valid: Counter[str] = Counter()
    for region, signed in totals.regions.items():
        valid[region if region in LINES else NOT_TOLD] += signed
    return Counts(valid=valid, invalid={}, days=dict(totals.days), sheets={})
