"""Inputs, forms and deadline of a campaign."""

from dataclasses import replace
from datetime import date
from pathlib import PurePath

from hypothesis import given
from hypothesis import strategies as st

from digitize.campaign.store import Campaign
from digitize.campaign.store.scan_labels import label_paths
from digitize.form.definition import Form, load_form
from digitize.records import Digitized, Failure, Ink, PageId, Status
from tests.campaign.store.looking import HOW, SCAN, add, count
from tests.outcomes import row, sheet_page, signature


def test_the_failure_of_a_file_is_deleted_when_it_can_be_opened(campaign: Campaign) -> None:
    input_id = add(campaign, pages=None)
    campaign.pages.save(input_id, Digitized(Failure(PageId(SCAN, 0), "load", "k", "s")), *HOW)
    campaign.inputs.set_pages(input_id, 2)
    assert list(campaign.pages.outcomes()) == []


def test_removing_an_input_deletes_its_pages_and_rows(campaign: Campaign) -> None:
    input_id = add(campaign)
    page = sheet_page(SCAN, 1, row(1, Status.SIGNED, cells=(signature(Ink.INKED),)))
    campaign.pages.save(input_id, Digitized(page), *HOW)
    campaign.inputs.remove(input_id)
    assert [count(campaign, table) for table in ("inputs", "pages", "rows", "cells")] == [0, 0, 0, 0]


def test_of_files_with_the_same_content_the_oldest_readable_one_counts(campaign: Campaign) -> None:
    add(campaign, "/x/broken.pdf", "1", pages=None)
    add(campaign, "/x/a.pdf", "1")
    add(campaign, "/y/a.pdf", "1")
    add(campaign, "/y/b.pdf", "2")
    assert [(file.label, file.same_as) for file in campaign.inputs.files()] == [
        ("broken.pdf", "x/a.pdf"),
        ("x/a.pdf", ""),
        ("y/a.pdf", "x/a.pdf"),
        ("b.pdf", ""),
    ]


@given(st.sets(st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map(lambda p: "/" + "/".join(p))))
def test_labels_are_distinct_endings_of_the_paths(paths: set[str]) -> None:
    labels = label_paths(sorted(paths))
    assert len(set(labels.values())) == len(paths)
    assert all(path.endswith(label) for path, label in labels.items())
    names = [PurePath(path).name for path in paths]
    for path, label in labels.items():
        if names.count(PurePath(path).name) == 1:
            assert label == PurePath(path).name


def test_the_day_of_receipt_can_be_corrected(campaign: Campaign) -> None:
    input_id = add(campaign)
    campaign.inputs.set_received(input_id, date(2025, 1, 21))
    assert [entry.received for entry in campaign.inputs.all()] == [date(2025, 1, 21)]


def test_a_stored_form_has_what_the_tables_need(campaign: Campaign) -> None:
    acat = load_form("acat")
    campaign.forms.keep(replace(acat, deadline=None))
    campaign.forms.keep(acat)
    campaign.forms.keep(Form("bare"))
    assert campaign.forms.all() == {
        "acat": replace(acat, title_words=(), columns=()),
        "bare": Form("bare"),
    }


def test_a_deadline_is_in_effect_until_another_is_set(campaign: Campaign) -> None:
    assert campaign.settings.wanted().deadline is None
    for day in (date(2025, 1, 20), date(2025, 2, 1)):
        campaign.settings.set_deadline(day)
        assert campaign.settings.wanted().deadline == day
