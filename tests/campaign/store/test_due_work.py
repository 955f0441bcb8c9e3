"""Derived data is due from a change on until it is computed from the changed data."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from digitize.campaign.decisions import Field
from digitize.campaign.store import DATABASE, Campaign, Due, open_campaign
from digitize.campaign.store.scan_folders import DONE, SCANS
from digitize.campaign.store.schema import APPLICATION_ID, MIGRATIONS
from digitize.form.definition import Form
from digitize.records import PageKind, RowKey
from tests.campaign.store.deciding import clear, store
from tests.campaign.store.looking import SCAN, add

EVERYTHING = frozenset(Due)
FORM = Form(
    "own", first_row=((PageKind.LIST, 1),), last_row=((PageKind.LIST, 9),), deadline=date(2025, 1, 20)
)
FIRST, PAGES = RowKey(1, 0, 1), (RowKey(1, -1, 0), RowKey(2, -1, 0))


@pytest.fixture
def up_to_date(campaign: Campaign) -> Campaign:
    """Return a campaign with two pages in which nothing is due."""
    store(campaign, clear(1), clear(2))
    store(campaign, clear(3), page=2)
    campaign.derived.mark_done(campaign.derived.take_snapshot().counters, *Due)
    assert not campaign.derived.due()
    return campaign


CHANGES: dict[str, tuple[Callable[[Campaign], object], frozenset[Due]]] = {
    "a page is stored": (lambda campaign: store(campaign, clear(1)), EVERYTHING),
    "a scan is added": (lambda campaign: add(campaign, "/scans/b.pdf", "b", None), EVERYTHING),
    "a scan can be opened": (lambda campaign: campaign.inputs.set_pages(1, 1), EVERYTHING),
    "a scan is removed": (lambda campaign: campaign.inputs.remove(1), EVERYTHING),
    "a scan is moved": (lambda campaign: campaign.inputs.move(1, "/scans/c.pdf", 1), EVERYTHING),
    "the day of receipt changes": (
        lambda campaign: campaign.inputs.set_received(1, date(2025, 1, 1)),
        EVERYTHING,
    ),
    "the deadline changes": (lambda campaign: campaign.settings.set_deadline(date(2025, 1, 1)), EVERYTHING),
    "a form changes": (lambda campaign: campaign.forms.keep(FORM), EVERYTHING),
    "pages are decided to be the same": (
        lambda campaign: campaign.review.decide(PAGES[0], Field.PAGE, "same", "ann", other=PAGES[1]),
        EVERYTHING,
    ),
    "a row is decided": (
        lambda campaign: campaign.review.decide(FIRST, Field.STATUS, "struck", "ann"),
        frozenset({Due.TABLES}),
    ),
    "signers are decided to be the same": (
        lambda campaign: campaign.review.decide(FIRST, Field.PERSON, "same", "ann", other=RowKey(1, 1, 2)),
        frozenset({Due.TABLES}),
    ),
    "the scan is touched": (lambda campaign: campaign.inputs.move(1, SCAN, 2), frozenset()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_work_due(change: str, up_to_date: Campaign) -> None:
    apply, due = CHANGES[change]
    apply(up_to_date)
    assert up_to_date.derived.due() == due


def test_setting_the_same_value_again_is_no_change(up_to_date: Campaign) -> None:
    for _ in range(2):
        up_to_date.forms.keep(FORM)
        up_to_date.settings.set_deadline(date(2025, 1, 1))
        up_to_date.derived.mark_done(up_to_date.derived.take_snapshot().counters, *Due)
    up_to_date.forms.keep(FORM)
    up_to_date.settings.set_deadline(date(2025, 1, 1))
    assert not up_to_date.derived.due()


def test_undoing_is_a_change(up_to_date: Campaign) -> None:
    up_to_date.review.decide(FIRST, Field.STATUS, "struck", "ann")
    up_to_date.derived.mark_done(up_to_date.derived.take_snapshot().counters, *Due)
    up_to_date.review.undo("ann")
    assert up_to_date.derived.due() == {Due.TABLES}


def test_moving_a_scan_between_the_folders_of_the_campaign_is_no_change(up_to_date: Campaign) -> None:
    entry = add(up_to_date, str(up_to_date.folder / SCANS / "x" / "b.pdf"), "b")
    up_to_date.derived.mark_done(up_to_date.derived.take_snapshot().counters, *Due)
    up_to_date.inputs.move(entry, str(up_to_date.folder / DONE / "x" / "b.pdf"), 1)
    assert not up_to_date.derived.due()
    up_to_date.inputs.move(entry, str(up_to_date.folder / DONE / "y" / "b.pdf"), 1)
    assert up_to_date.derived.due() == EVERYTHING


def test_work_on_older_data_stays_due(up_to_date: Campaign) -> None:
    store(up_to_date, clear(1))
    earlier = up_to_date.derived.take_snapshot()
    store(up_to_date, clear(1))
    up_to_date.review.save_page_states({}, earlier)
    up_to_date.review.save_signer_pairs([], earlier)
    with up_to_date.derived.replacing(Due.TABLES, earlier.counters[Due.TABLES]) as newest:
        assert newest
    assert up_to_date.derived.due() == EVERYTHING
    up_to_date.derived.mark_done(up_to_date.derived.take_snapshot().counters, *Due)
    up_to_date.derived.mark_done(earlier.counters, *Due)
    assert not up_to_date.derived.due()


def test_work_stays_due_if_results_could_not_be_replaced(up_to_date: Campaign) -> None:
    up_to_date.review.decide(FIRST, Field.STATUS, "struck", "ann")
    count = up_to_date.derived.take_snapshot().counters[Due.TABLES]
    with pytest.raises(ZeroDivisionError), up_to_date.derived.replacing(Due.TABLES, count):
        raise ZeroDivisionError
    assert up_to_date.derived.due() == {Due.TABLES}


def test_nothing_is_due_in_a_new_campaign(campaign: Campaign) -> None:
    assert not campaign.derived.due()


@pytest.mark.parametrize(("scans", "due"), [(0, frozenset()), (1, EVERYTHING)])
def test_everything_is_due_in_an_older_campaign(scans: int, due: frozenset[Due], tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE)) as old:
        for statement in (statement for step in MIGRATIONS[:5] for statement in step):
            old.execute(statement)
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute("PRAGMA user_version = 5")
        for number in range(scans):
            old.execute("INSERT INTO inputs VALUES (?, ?, 'abc', 5, 2, '', 0, '2025-01-20')", (number, SCAN))
        old.commit()
    with open_campaign(tmp_path) as campaign:
        assert campaign.derived.due() == due
        assert len(campaign.inputs.all()) == scans
