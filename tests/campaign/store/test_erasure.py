"""Erasing in the database covers every column, and happens completely or not at all."""

import pytest

from digitize.campaign.store import Campaign
from digitize.campaign.store.erasure import EMPTIED, ERASED, KEPT
from digitize.errors import SumsDiffer
from digitize.page.pipeline import Settings
from tests.campaign.store.looking import HOW, SCAN, add, query
from tests.revealing import tell_all


def test_every_column_that_may_hold_a_text_is_listed_as_kept_or_erased(campaign: Campaign) -> None:
    missing = []
    for (table,) in query(campaign, "SELECT name FROM sqlite_schema WHERE type = 'table'"):
        for column in query(campaign, f"PRAGMA table_info({table})"):
            name, kind = str(column[1]), column[2]
            listed = name in KEPT.get(str(table), ()) or name in ERASED.get(str(table), ())
            if kind not in ("INTEGER", "REAL") and not listed and table not in (*EMPTIED, "settings"):
                missing.append((table, name))
    assert [pair for pair in missing if not str(pair[0]).startswith("sqlite_")] == []
    assert not [table for table in KEPT if KEPT[table] & ERASED.get(table, {}).keys()]


def test_nothing_is_erased_if_the_check_fails(campaign: Campaign) -> None:
    campaign.pages.save(add(campaign), tell_all(SCAN, 1, Settings()), *HOW)
    before = list(campaign.pages.outcomes())

    def refuse() -> None:
        raise SumsDiffer("The count would change.")

    with pytest.raises(SumsDiffer):
        campaign.erase(refuse)
    assert list(campaign.pages.outcomes()) == before
    assert campaign.erased_at() is None
    campaign.refuse_erased()


def test_scans_with_the_same_content_are_still_duplicates(campaign: Campaign) -> None:
    for path, content in (("/scans/a.pdf", "one"), ("/scans/b.pdf", "two"), ("/scans/c.pdf", "one")):
        add(campaign, path, content)
    campaign.erase(lambda: None)
    assert [(file.label, file.same_as) for file in campaign.inputs.files()] == [
        ("scan 1", ""),
        ("scan 2", ""),
        ("scan 3", "scan 1"),
    ]
