"""Find the last day on which each page is in time."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from digitize.campaign.duplicates.page_summary import PageSummary
from digitize.records import PageId


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day in time, and its source: "campaign", "form" or "sheet"."""

    day: date
    source: str


def deadlines_of(pages: Sequence[PageSummary], campaign: date | None) -> Mapping[PageId, Deadline]:
    """Return the deadline of each page that has one.

    It is the deadline set for the campaign, or else that of the page's form, or else the one
    printed on the sheets of its file.  Of the days read in a file, the one read most often holds
    for all its pages, so that a misread day makes no sheet late; of equals, the latest.
    """
    read: dict[str, Counter[date]] = defaultdict(Counter)
    for page in pages:
        if page.deadline is not None:
            read[page.id.file][page.deadline] += 1
    found: dict[PageId, Deadline] = {}
    for page in pages:
        days = read[page.id.file]
        printed = max(days, key=lambda day: (days[day], day)) if days else None
        sources = (
            (campaign, "campaign"),
            (page.form.deadline if page.form else None, "form"),
            (printed, "sheet"),
        )
        for day, source in sources:
            if day is not None:
                found[page.id] = Deadline(day, source)
                break
    return found
