"""A campaign of every older version is migrated with all its data, and counts as before."""

from pathlib import Path

import pytest

from digitize.campaign.collate import PageState
from digitize.campaign.decisions import Field, Kind
from digitize.campaign.store import Campaign, Due, open_campaign
from digitize.campaign.store.schema import MIGRATIONS
from digitize.records import PageId, RowKey
from tests.campaign.store.deciding import clear, doubtful, in_step, key, placeless, save_states, store
from tests.campaign.store.looking import SCAN, query
from tests.campaign.store.old_campaigns import DECISIONS, make_old

ROWS = (doubtful(1), placeless(2), clear(3), clear(4))
OTHER = "/scans/b.pdf"
VERSIONS = range(1, len(MIGRATIONS))


def fill(campaign: Campaign) -> None:
    """Store pages, page states, pairs, decisions of all kinds, a second look and a reservation."""
    first = store(campaign, *ROWS)
    second, third = store(campaign, clear(1), page=2), store(campaign, clear(1), path=OTHER)
    pages = PageId(SCAN, 1), PageId(SCAN, 2), PageId(OTHER, 1)
    save_states(
        campaign,
        {
            pages[0]: PageState(1, late=True, differing=frozenset({2})),
            pages[1]: PageState(1, possible_duplicates=(pages[2],)),
            pages[2]: PageState(2, possible_duplicates=(pages[1],)),
        },
    )
    rows = [key(first, row) for row in ROWS]
    review = campaign.review
    review.save_signer_pairs([(rows[2], rows[3], 0.9), (rows[3], RowKey(second, 0, 1), 0.4)])
    review.set_second_look(1.0)
    review.decide(rows[0], Field.STATUS, "signed", "ann")
    review.decide(rows[1], Field.ADDRESS, "Weg 2\n3000 Bern", "bob")
    review.decide(rows[2], Field.NAME, "Eva", "ann")
    review.undo("ann")
    review.decide(rows[2], Field.PERSON, "same", "ann", other=rows[3])
    review.decide(RowKey(second, -1, 0), Field.PAGE, "different", "bob", other=RowKey(third, -1, 0))
    review.next_questions(Kind.COUNT, "cleo", 5)
    campaign.derived.mark_done(campaign.derived.take_snapshot().counters, *Due)


@pytest.fixture
def filled(campaign: Campaign) -> Campaign:
    fill(campaign)
    return campaign


@pytest.mark.parametrize("version", [version for version in VERSIONS if version >= DECISIONS])
def test_decisions_and_count_are_kept(version: int, filled: Campaign, tmp_path: Path) -> None:
    make_old(filled.folder, tmp_path / "old", version)
    with open_campaign(tmp_path / "old") as migrated:
        assert list(migrated.pages.outcomes()) == list(filled.pages.outcomes())
        assert migrated.inputs.all() == filled.inputs.all()
        assert list(migrated.review.trail()) == list(filled.review.trail())
        assert migrated.review.totals() == filled.review.totals()
        assert migrated.review.notes() == filled.review.notes()
        assert migrated.review.decided_pages() == filled.review.decided_pages()
        assert migrated.review.page_states() == filled.review.page_states()
        assert in_step(migrated)
        assert query(migrated, "PRAGMA foreign_key_check") == []
        for table in ("row_states", "page_states", "signer_pairs", "page_pairs", "reservations"):
            rows = f"SELECT * FROM {table} ORDER BY 1"
            assert query(migrated, rows) == query(filled, rows), table


@pytest.mark.parametrize("version", [version for version in VERSIONS if version < DECISIONS])
def test_a_campaign_without_decisions_gets_its_row_states(
    version: int, campaign: Campaign, tmp_path: Path
) -> None:
    page = store(campaign, *ROWS)
    make_old(campaign.folder, tmp_path / "old", version)
    with open_campaign(tmp_path / "old") as migrated:
        assert list(migrated.pages.outcomes()) == list(campaign.pages.outcomes())
        assert migrated.review.totals().statuses == campaign.review.totals().statuses
        assert in_step(migrated)
        assert migrated.review.decide(key(page, ROWS[0]), Field.STATUS, "signed", "ann").id == 1


def test_tables_and_indexes_have_the_names_of_the_code(campaign: Campaign) -> None:
    names = {str(name) for (name,) in query(campaign, "SELECT name FROM sqlite_schema")}
    assert {"row_states", "row_states_open", "page_states", "signer_pairs", "signer_pairs_open"} <= names
    assert not [name for name in names if name.startswith(("verdicts", "standings", "person_"))]
