"""Page results are stored completely and read back unchanged."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from digitize.campaign.store import Campaign, page_results
from digitize.geometry import Box
from digitize.records import Digitized, Failure, Ink, PageId, Role, SheetPage, Status
from tests.campaign.store.looking import HOW, SCAN, add, count, page_ids, pictures
from tests.outcomes import outcomes, row, sheet_page, signature


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(outcome=outcomes(PageId(SCAN, 1)))
def test_every_result_is_read_back_unchanged(campaign: Campaign, outcome: SheetPage | Failure) -> None:
    known = campaign.inputs.at(SCAN)
    campaign.pages.save(known.id if known else add(campaign), Digitized(outcome), *HOW)
    assert campaign.pages.at(1) == outcome
    assert list(campaign.pages.outcomes()) == [outcome]


def test_reading_one_role_leaves_out_only_the_cells_of_others(campaign: Campaign) -> None:
    number, signed = replace(signature(Ink.BLANK), role=Role.NUMBER), signature(Ink.INKED)
    page = sheet_page(SCAN, 1, row(1, Status.SIGNED, cells=(number, signed)))
    campaign.pages.save(add(campaign), Digitized(page), *HOW)
    (read,) = campaign.pages.outcomes(roles=[Role.SIGNATURE])
    assert isinstance(read, SheetPage)
    assert read.rows == (replace(page.rows[0], cells=(signed,)),)


def test_numpy_numbers_are_stored_as_plain_numbers(campaign: Campaign) -> None:
    line = replace(row(1, Status.BLANK), number=np.int64(7), review=np.bool_(True))
    page = replace(sheet_page(SCAN, 1, line), skew_deg=np.float32(0.5), rotation_deg=np.int32(90))
    campaign.pages.save(add(campaign), Digitized(page), *HOW)
    assert campaign.pages.at(1) == page


def test_saving_again_replaces_rows_and_picture_but_keeps_the_id(campaign: Campaign) -> None:
    input_id = add(campaign)
    first = sheet_page(SCAN, 1, row(1, Status.SIGNED), row(2, Status.SIGNED))
    second = sheet_page(SCAN, 1, row(1, Status.STRUCK))
    campaign.pages.save(input_id, Digitized(first, b"first"), *HOW)
    ids = page_ids(campaign)
    campaign.pages.save(input_id, Digitized(second, b"second"), *HOW)
    assert list(campaign.pages.outcomes()) == [second]
    assert pictures(campaign) == [b"second"]
    assert page_ids(campaign) == ids  # decisions refer to it


def test_a_page_that_fails_later_has_no_rows(campaign: Campaign) -> None:
    input_id = add(campaign)
    campaign.pages.save(input_id, Digitized(sheet_page(SCAN, 1, row(1, Status.SIGNED)), b"picture"), *HOW)
    failure = Failure(PageId(SCAN, 1), "grid", "unusable", "Cut off.")
    campaign.pages.save(input_id, Digitized(failure), *HOW)
    assert list(campaign.pages.outcomes()) == [failure]
    assert count(campaign, "rows") == count(campaign, "cells") == 0
    assert pictures(campaign) == []


def test_an_end_between_picture_and_rows_leaves_the_page_unchanged(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    input_id = add(campaign)
    first = sheet_page(SCAN, 1, row(1, Status.SIGNED))
    campaign.pages.save(input_id, Digitized(first, b"first"), *HOW)

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(page_results, "_insert_rows", end)
    with pytest.raises(KeyboardInterrupt):
        campaign.pages.save(input_id, Digitized(sheet_page(SCAN, 1), b"second"), *HOW)
    assert list(campaign.pages.outcomes()) == [first]
    picture = campaign.listing.picture(1)
    assert picture is not None
    assert picture.read_bytes() == b"first"
    campaign.pages.sweep()
    assert pictures(campaign) == [b"first"]


def test_a_result_that_cannot_be_stored_is_refused_and_changes_nothing(campaign: Campaign) -> None:
    input_id = add(campaign)
    first = sheet_page(SCAN, 1, row(1, Status.SIGNED))
    campaign.pages.save(input_id, Digitized(first), *HOW)
    half_a_character = sheet_page(SCAN, 1, row(1, Status.SIGNED, name="\ud800"))
    not_a_number = sheet_page(SCAN, 1, replace(row(1, Status.SIGNED), box=Box(float("nan"), 0, 1, 1)))
    for page in (half_a_character, not_a_number):
        with pytest.raises(ValueError, match="page 1 cannot be stored"):
            campaign.pages.save(input_id, Digitized(page), *HOW)
    assert list(campaign.pages.outcomes()) == [first]


def test_crops_are_named_by_scan_page_and_row_and_replaced_together(campaign: Campaign) -> None:
    input_id = add(campaign)
    page = sheet_page(SCAN, 1, row(1, Status.SIGNED))
    campaign.pages.save(input_id, Digitized(page, b"p", ((1, b"one"), (2, b"two"))), *HOW, crops=True)
    campaign.pages.save(input_id, Digitized(page, b"p", ((4, b"\x89PNG four"),)), *HOW, crops=True)
    assert [path.name for path in (campaign.folder / "crops").iterdir()] == ["a-000001-p001-row004.png"]


def test_the_crops_of_other_pages_are_not_looked_through_for_a_new_page(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    input_id = add(campaign)
    page = sheet_page(SCAN, 1, row(1, Status.SIGNED))
    campaign.pages.save(input_id, Digitized(page, b"p", ((1, b"one"),)), *HOW, crops=True)
    listed: list[str] = []
    monkeypatch.setattr(Path, "glob", lambda _, pattern: listed.append(pattern) or [])
    other = replace(page, id=PageId(SCAN, 2))
    campaign.pages.save(input_id, Digitized(other, b"p", ((1, b"one"),)), *HOW, crops=True)
    assert listed == []
    campaign.pages.save(input_id, Digitized(other, b"p", ((1, b"one"),)), *HOW, crops=True)
    assert listed == ["*-000001-p002-row*"]


def test_pages_with_a_result_for_the_same_settings_and_version_are_finished(campaign: Campaign) -> None:
    input_id = add(campaign, pages=3)
    campaign.pages.save(input_id, Digitized(sheet_page(SCAN, 1)), *HOW)
    campaign.pages.save(input_id, Digitized(Failure(PageId(SCAN, 2), "load", "k", "s")), *HOW)
    campaign.pages.save(input_id, Digitized(sheet_page(SCAN, 3)), *HOW, crops=True)
    assert campaign.pages.finished(*HOW, crops=False) == {(input_id, 1), (input_id, 3)}
    assert campaign.pages.finished(*HOW, crops=True) == {(input_id, 3)}
    assert campaign.pages.finished("other", HOW[1], crops=False) == set()
    assert campaign.pages.finished(HOW[0], "0.2.0", crops=False) == set()
