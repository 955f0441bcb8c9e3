"""What follows from a change is due from the change on, until it was made from no less."""

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
def made(campaign: Campaign) -> Campaign:
    """Two pages, nothing due."""
    store(campaign, clear(1), clear(2))
    store(campaign, clear(3), page=2)
    campaign.derived.mark_done(campaign.derived.take_snapshot().counters, *Due)
    assert not campaign.derived.due()
    return campaign


CHANGES: dict[str, tuple[Callable[[Campaign], object], frozenset[Due]]] = {
    "a page is stored": (lambda campaign: store(campaign, clear(1)), EVERYTHING),
    "a scan comes": (lambda campaign: add(campaign, "/scans/b.pdf", "b", None), EVERYTHING),
    "a scan can be opened": (lambda campaign: campaign.inputs.set_pages(1, 1), EVERYTHING),
    "a scan goes": (lambda campaign: campaign.inputs.remove(1), EVERYTHING),
    "a scan has another name": (lambda campaign: campaign.inputs.move(1, "/scans/c.pdf", 1), EVERYTHING),
    "a scan came on another day": (
        lambda campaign: campaign.inputs.set_received(1, date(2025, 1, 1)),
        EVERYTHING,
    ),
    "the deadline is another": (lambda campaign: campaign.forms.set_deadline(date(2025, 1, 1)), EVERYTHING),
    "a form is another": (lambda campaign: campaign.forms.keep(FORM), EVERYTHING),
    "pages are one": (
        lambda campaign: campaign.review.decide(PAGES[0], Field.PAGE, "same", "ann", other=PAGES[1]),
        EVERYTHING,
    ),
    "a row is decided": (
        lambda campaign: campaign.review.decide(FIRST, Field.STATUS, "struck", "ann"),
        frozenset({Due.TABLES}),
    ),
    "persons are one": (
        lambda campaign: campaign.review.decide(FIRST, Field.PERSON, "same", "ann", other=RowKey(1, 1, 2)),
        frozenset({Due.TABLES}),
    ),
    "the scan is touched": (lambda campaign: campaign.inputs.move(1, SCAN, 2), frozenset()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_follows_from_a_change_is_due(change: str, made: Campaign) -> None:
    make, due = CHANGES[change]
    make(made)
    assert made.derived.due() == due


def test_what_is_said_again_changes_nothing(made: Campaign) -> None:
    for _ in range(2):
        made.forms.keep(FORM)
        made.forms.set_deadline(date(2025, 1, 1))
        made.derived.mark_done(made.derived.take_snapshot().counters, *Due)
    made.forms.keep(FORM)
    made.forms.set_deadline(date(2025, 1, 1))
    assert not made.derived.due()


def test_undoing_is_a_change(made: Campaign) -> None:
    made.review.decide(FIRST, Field.STATUS, "struck", "ann")
    made.derived.mark_done(made.derived.take_snapshot().counters, *Due)
    made.review.undo("ann")
    assert made.derived.due() == {Due.TABLES}


def test_a_scan_that_is_put_away_is_no_change(made: Campaign) -> None:
    entry = add(made, str(made.folder / SCANS / "x" / "b.pdf"), "b")
    made.derived.mark_done(made.derived.take_snapshot().counters, *Due)
    made.inputs.move(entry, str(made.folder / DONE / "x" / "b.pdf"), 1)
    assert not made.derived.due()
    made.inputs.move(entry, str(made.folder / DONE / "y" / "b.pdf"), 1)
    assert made.derived.due() == EVERYTHING


def test_what_was_made_from_less_stays_due(made: Campaign) -> None:
    store(made, clear(1))
    earlier = made.derived.take_snapshot()
    store(made, clear(1))
    made.review.save_page_states({}, earlier)
    made.review.save_signer_pairs([], earlier)
    with made.derived.replacing(Due.TABLES, earlier.counters[Due.TABLES]) as newest:
        assert newest
    assert made.derived.due() == EVERYTHING
    made.derived.mark_done(made.derived.take_snapshot().counters, *Due)
    made.derived.mark_done(earlier.counters, *Due)
    assert not made.derived.due()


def test_what_could_not_be_put_in_place_stays_due(made: Campaign) -> None:
    made.review.decide(FIRST, Field.STATUS, "struck", "ann")
    count = made.derived.take_snapshot().counters[Due.TABLES]
    with pytest.raises(ZeroDivisionError), made.derived.replacing(Due.TABLES, count):
        raise ZeroDivisionError
    assert made.derived.due() == {Due.TABLES}


def test_nothing_is_due_in_a_new_campaign(campaign: Campaign) -> None:
    assert not campaign.derived.due()


@pytest.mark.parametrize(("scans", "due"), [(0, frozenset()), (1, EVERYTHING)])
def test_of_an_older_campaign_everything_is_due(scans: int, due: frozenset[Due], tmp_path: Path) -> None:
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
