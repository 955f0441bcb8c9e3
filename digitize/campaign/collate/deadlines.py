"""Find the last day on which each page is in time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from digitize.campaign.decisions import with_canton_on
from digitize.campaign.duplicates.page_summary import PageSummary, summarize
from digitize.form.definition import Form
from digitize.records import PageId, SheetPage


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day in time, and its source: "campaign", "form" or "sheet"."""

    day: date
    source: str


def deadlines_of(
    pages: Sequence[PageSummary], campaign: date | None, bare: Sequence[PageSummary] = ()
) -> Mapping[PageId, Deadline]:
    """Return the deadline of each page that has one.

    It is the deadline set for the campaign, or else that of the page's form, or else the one
    printed on the sheets of its file.  Of the days read in a file, the one read most often holds
    for all its pages, so that a misread day makes no sheet late; of equals, the latest.  `bare`
    pages have rows but nothing printed that could be read: the day of the campaign or of their
    file holds for them, or else the day on which all other pages agree.
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
    return found | _of_bare(found, campaign, bare)


def _of_bare(
    found: Mapping[PageId, Deadline], campaign: date | None, bare: Sequence[PageSummary]
) -> dict[PageId, Deadline]:
    of_file: dict[str, set[Deadline]] = defaultdict(set)
    for page, deadline in found.items():
        of_file[page.file].add(deadline)
    result: dict[PageId, Deadline] = {}
    for one in bare:
        if campaign is not None:
            result[one.id] = Deadline(campaign, "campaign")
            continue
        near = of_file.get(one.id.file) or set(found.values())
        days = {deadline.day for deadline in near}
        if len(days) == 1:
            result[one.id] = next(iter(near))
    return result


def with_cantons_of_deadline(
    page: SheetPage, forms: Iterable[Form], campaign: date | None = None
) -> SheetPage:
    """Return a page with its places in the cantons of its deadline, as far as this page tells it.

    Use it for a page without a campaign, or whose places are not stored; other pages of the file
    may have another printed day.  `forms` are the known forms.
    """
    summary = summarize(page, {form.name: form for form in forms})
    deadline = deadlines_of([summary], campaign).get(page.id)
    day = deadline.day if deadline else None
    return replace(page, rows=tuple(with_canton_on(day, row) for row in page.rows))
