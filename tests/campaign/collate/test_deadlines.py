"""The deadline of a page comes from the campaign, its form or the sheets of its file."""

from dataclasses import replace
from datetime import date

from digitize.campaign.collate import PageSummary
from digitize.campaign.collate.deadlines import Deadline, deadlines_of
from digitize.form.definition import Form
from digitize.records import PageId, PageKind

CAMPAIGN, FORM, EARLY, LATE = (date(2025, month, 1) for month in (1, 2, 3, 4))


def page(number: int, printed: date | None = None, form: date | None = None, file: str = "a") -> PageSummary:
    return PageSummary(PageId(file, number), PageKind.LIST, Form("own", deadline=form), deadline=printed)


def days(*pages: PageSummary, campaign: date | None = None) -> list[Deadline | None]:
    found = deadlines_of(pages, campaign)
    return [found.get(each.id) for each in pages]


def test_the_campaign_overrides_the_form_and_the_form_overrides_the_sheet() -> None:
    assert days(page(1, EARLY, FORM), campaign=CAMPAIGN) == [Deadline(CAMPAIGN, "campaign")]
    assert days(page(1, EARLY, FORM)) == [Deadline(FORM, "form")]
    assert days(page(1, EARLY)) == [Deadline(EARLY, "sheet")]
    assert days(replace(page(1, EARLY), form=None)) == [Deadline(EARLY, "sheet")]
    assert days(page(1)) == [None]


def test_the_day_read_most_often_in_a_file_is_used_for_all_its_pages() -> None:
    found = days(page(1, LATE), page(2, EARLY), page(3, EARLY), page(4), page(1, LATE, file="b"))
    assert found == [Deadline(EARLY, "sheet")] * 4 + [Deadline(LATE, "sheet")]


def test_of_days_read_equally_often_the_latest_is_used() -> None:
    assert days(page(1, LATE), page(2, EARLY)) == [Deadline(LATE, "sheet")] * 2
