"""The list of pages on the website: filters, counts, neighbours and the newest decisions."""

import pytest

from digitize.campaign.decisions import Field
from digitize.campaign.store import Campaign, Shown
from digitize.records import Digitized, Failure, PageId, PageKind, Status
from tests.campaign.store.deciding import clear, doubtful, key, store
from tests.campaign.store.looking import HOW, add
from tests.outcomes import sheet_page


@pytest.fixture
def pages(campaign: Campaign) -> list[int]:
    """The ids of a page with an open question, one without, a blank page and one that failed."""
    first = store(campaign, clear(1), doubtful(2), path="/scans/a.pdf")
    second = store(campaign, clear(1), path="/scans/a.pdf", page=2)
    scan = add(campaign, "/scans/B.pdf", "b", pages=2)
    blank = sheet_page("/scans/B.pdf", 1, kind=PageKind.BLANK)
    failure = Failure(PageId("/scans/B.pdf", 2), "load", "unreadable", "It is damaged.")
    for outcome in (blank, failure):
        campaign.pages.save(scan, Digitized(outcome), *HOW)
    return [first, second, second + 1, second + 2]


def listed(campaign: Campaign, shown: Shown = Shown.ALL, text: str = "") -> list[int]:
    lines, total = campaign.listing.lines(shown, text, 0, 50)
    assert total == len(lines)
    return [line.id for line in lines]


def test_pages_are_filtered_by_kind_open_questions_and_path(campaign: Campaign, pages: list[int]) -> None:
    assert listed(campaign) == pages
    assert listed(campaign, Shown.OPEN) == pages[:1]
    assert listed(campaign, Shown.BLANK) == pages[2:3]
    assert listed(campaign, Shown.FAILED) == pages[3:]
    assert listed(campaign, Shown.NO_TABLE) == []
    assert listed(campaign, text="b.PDF") == pages[2:]
    assert listed(campaign, text="%") == []


def test_a_part_of_the_list_tells_how_long_the_list_is(campaign: Campaign, pages: list[int]) -> None:
    lines, total = campaign.listing.lines(Shown.ALL, "", 1, 2)
    assert ([line.id for line in lines], total) == (pages[1:3], 4)


def test_a_line_has_counts_label_and_the_reason_of_a_failure(campaign: Campaign, pages: list[int]) -> None:
    line = campaign.listing.line(pages[0])
    assert line is not None
    assert (line.label, line.number, line.rows, line.open) == ("a.pdf", 1, 2, 1)
    assert (line.counts[Status.SIGNED], line.counts[Status.DOUBTFUL], line.counts[Status.BLANK]) == (1, 1, 0)
    failed = campaign.listing.line(pages[3])
    assert failed is not None
    assert (failed.kind, failed.failure, failed.rows) == (PageKind.FAILED, "It is damaged.", 0)
    assert campaign.listing.line(99) is None


def test_neighbours_follow_the_order_of_the_list(campaign: Campaign, pages: list[int]) -> None:
    found = [campaign.listing.neighbours(page) for page in pages]
    assert [near.before for near in found] == [None, *pages[:-1]]
    assert [near.after for near in found] == [*pages[1:], None]


def test_the_newest_decisions_come_first_and_can_be_paged_and_filtered(
    campaign: Campaign, pages: list[int]
) -> None:
    row = key(pages[0], doubtful(2))
    made = [campaign.review.decide(row, Field.STATUS, "signed", by).id for by in ("ann", "bob", "ann")]
    assert campaign.listing.people() == ["ann", "bob"]
    assert [each.id for each in campaign.listing.trail(None, "", 2)] == made[:0:-1]
    assert [each.id for each in campaign.listing.trail(made[1], "", 2)] == made[:1]
    assert [each.id for each in campaign.listing.trail(None, "bob", 2)] == made[1:2]
