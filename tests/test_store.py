"""The campaign: nothing lost, nothing twice, nothing half."""

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path, PurePath

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitize.errors import BadStore
from digitize.form import Form, load_form
from digitize.geometry import Box
from digitize.records import Digitized, Failure, Ink, PageId, Role, SheetPage, Status
from digitize.store import DATABASE, PICTURES, Campaign, open_campaign
from digitize.store import pages as pages_module
from digitize.store.inputs import label_paths
from digitize.store.schema import APPLICATION_ID, MIGRATIONS
from tests.outcomes import outcomes, row, sheet_page, signature

SCAN = "/scans/a.pdf"
HOW = ("settings", "0.1.0")


@pytest.fixture
def campaign(tmp_path: Path) -> Iterator[Campaign]:
    with open_campaign(tmp_path / "out", create=True) as opened:
        yield opened


# Round trips


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(outcome=outcomes(PageId(SCAN, 1)))
def test_every_outcome_comes_back_as_it_was(campaign: Campaign, outcome: SheetPage | Failure) -> None:
    known = campaign.inputs.at(SCAN)
    campaign.pages.save(known.id if known else add(campaign), Digitized(outcome), *HOW)
    assert campaign.pages.at(SCAN, 1) == outcome
    assert list(campaign.pages.outcomes()) == [outcome]


def test_reading_back_one_role_leaves_out_other_cells_only(campaign: Campaign) -> None:
    number, signed = replace(signature(Ink.BLANK), role=Role.NUMBER), signature(Ink.INKED)
    page = sheet_page(SCAN, 1, row(1, Status.SIGNED, cells=(number, signed)))
    campaign.pages.save(add(campaign), Digitized(page), *HOW)
    (read,) = campaign.pages.outcomes(roles=[Role.SIGNATURE])
    assert isinstance(read, SheetPage)
    assert read.rows == (replace(page.rows[0], cells=(signed,)),)


def test_numbers_of_numpy_are_stored_as_plain_numbers(campaign: Campaign) -> None:
    line = replace(row(1, Status.BLANK), number=np.int64(7), review=np.bool_(True))
    page = replace(sheet_page(SCAN, 1, line), skew_deg=np.float32(0.5), rotation_deg=np.int32(90))
    campaign.pages.save(add(campaign), Digitized(page), *HOW)
    assert campaign.pages.at(SCAN, 1) == page


# Replacing


def test_saving_again_replaces_the_rows_and_the_picture_but_keeps_the_page(campaign: Campaign) -> None:
    input_id = add(campaign)
    first = sheet_page(SCAN, 1, row(1, Status.SIGNED), row(2, Status.SIGNED))
    second = sheet_page(SCAN, 1, row(1, Status.STRUCK))
    campaign.pages.save(input_id, Digitized(first, b"first"), *HOW)
    ids = page_ids(campaign)
    campaign.pages.save(input_id, Digitized(second, b"second"), *HOW)
    assert list(campaign.pages.outcomes()) == [second]
    assert pictures(campaign) == [b"second"]
    assert page_ids(campaign) == ids  # what people decide will refer to it


def test_a_page_that_fails_later_leaves_no_rows_behind(campaign: Campaign) -> None:
    input_id = add(campaign)
    campaign.pages.save(input_id, Digitized(sheet_page(SCAN, 1, row(1, Status.SIGNED)), b"picture"), *HOW)
    failure = Failure(PageId(SCAN, 1), "grid", "unusable", "Cut off.")
    campaign.pages.save(input_id, Digitized(failure), *HOW)
    assert list(campaign.pages.outcomes()) == [failure]
    assert count(campaign, "rows") == count(campaign, "cells") == 0
    assert pictures(campaign) == []


def test_an_end_between_picture_and_rows_leaves_the_page_as_it_was(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    input_id = add(campaign)
    first = sheet_page(SCAN, 1, row(1, Status.SIGNED))
    campaign.pages.save(input_id, Digitized(first, b"first"), *HOW)

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pages_module, "_insert_rows", end)
    with pytest.raises(KeyboardInterrupt):
        campaign.pages.save(input_id, Digitized(sheet_page(SCAN, 1), b"second"), *HOW)
    assert list(campaign.pages.outcomes()) == [first]
    picture = campaign.pages.picture(SCAN, 1)
    assert picture is not None
    assert picture.read_bytes() == b"first"
    campaign.pages.sweep()
    assert pictures(campaign) == [b"first"]


def test_what_no_table_can_hold_is_refused_and_changes_nothing(campaign: Campaign) -> None:
    input_id = add(campaign)
    first = sheet_page(SCAN, 1, row(1, Status.SIGNED))
    campaign.pages.save(input_id, Digitized(first), *HOW)
    half_a_character = sheet_page(SCAN, 1, row(1, Status.SIGNED, name="\ud800"))
    not_a_number = sheet_page(SCAN, 1, replace(row(1, Status.SIGNED), box=Box(float("nan"), 0, 1, 1)))
    for page in (half_a_character, not_a_number):
        with pytest.raises(ValueError, match="page 1 cannot be stored"):
            campaign.pages.save(input_id, Digitized(page), *HOW)
    assert list(campaign.pages.outcomes()) == [first]


def test_crops_are_named_by_scan_page_and_row_and_replaced_as_a_set(campaign: Campaign) -> None:
    input_id = add(campaign)
    page = sheet_page(SCAN, 1, row(1, Status.SIGNED))
    campaign.pages.save(input_id, Digitized(page, b"p", ((1, b"one"), (2, b"two"))), *HOW, crops=True)
    campaign.pages.save(input_id, Digitized(page, b"p", ((4, b"\x89PNG four"),)), *HOW, crops=True)
    assert [path.name for path in (campaign.folder / "crops").iterdir()] == ["a-000001-p001-row004.png"]


# What is finished


def test_finished_are_pages_with_a_result_under_the_same_settings_and_version(campaign: Campaign) -> None:
    input_id = add(campaign, pages=3)
    campaign.pages.save(input_id, Digitized(sheet_page(SCAN, 1)), *HOW)
    campaign.pages.save(input_id, Digitized(Failure(PageId(SCAN, 2), "load", "k", "s")), *HOW)
    campaign.pages.save(input_id, Digitized(sheet_page(SCAN, 3)), *HOW, crops=True)
    assert campaign.pages.finished(*HOW, crops=False) == {(input_id, 1), (input_id, 3)}
    assert campaign.pages.finished(*HOW, crops=True) == {(input_id, 3)}
    assert campaign.pages.finished("other", HOW[1], crops=False) == set()
    assert campaign.pages.finished(HOW[0], "0.2.0", crops=False) == set()


# Inputs


def test_a_file_that_opens_at_last_loses_its_failure(campaign: Campaign) -> None:
    input_id = add(campaign, pages=None)
    campaign.pages.save(input_id, Digitized(Failure(PageId(SCAN, 0), "load", "k", "s")), *HOW)
    campaign.inputs.set_pages(input_id, 2)
    assert list(campaign.pages.outcomes()) == []


def test_an_input_that_is_forgotten_takes_everything_with_it(campaign: Campaign) -> None:
    input_id = add(campaign)
    page = sheet_page(SCAN, 1, row(1, Status.SIGNED, cells=(signature(Ink.INKED),)))
    campaign.pages.save(input_id, Digitized(page), *HOW)
    campaign.inputs.remove(input_id)
    assert [count(campaign, table) for table in ("inputs", "pages", "rows", "cells")] == [0, 0, 0, 0]


def test_the_same_content_counts_once_under_its_oldest_readable_name(campaign: Campaign) -> None:
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
def test_labels_tell_all_paths_apart_and_are_endings_of_them(paths: set[str]) -> None:
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


# Forms


def test_a_form_comes_back_with_what_the_tables_need(campaign: Campaign) -> None:
    acat = load_form("acat")
    campaign.forms.keep(replace(acat, deadline=None))
    campaign.forms.keep(acat)
    campaign.forms.keep(Form("bare"))
    assert campaign.forms.all() == {
        "acat": replace(acat, title_words=(), columns=()),
        "bare": Form("bare"),
    }


def test_a_deadline_holds_until_another_is_set(campaign: Campaign) -> None:
    assert campaign.forms.deadline() is None
    for day in (date(2025, 1, 20), date(2025, 2, 1)):
        campaign.forms.set_deadline(day)
        assert campaign.forms.deadline() == day


# Opening


RELEASED = ("2a9af10f8d8a", "7e8cf783413c", "03d9b40e98f0")
"""Digests of the released steps: an edited step would leave the campaigns in the offices behind."""


def test_released_migrations_are_never_edited() -> None:
    digests = [hashlib.sha256(repr(step).encode()).hexdigest()[:12] for step in MIGRATIONS]
    assert digests[: len(RELEASED)] == list(RELEASED)


def test_a_campaign_of_version_1_is_migrated_and_keeps_its_data(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / DATABASE)
    for statement in MIGRATIONS[0]:
        old.execute(statement)
    old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    old.execute("PRAGMA user_version = 1")
    old.execute("INSERT INTO inputs VALUES (3, '/scans/a.pdf', 'abc', 5, 2, '2025-01-20T10:00:00+00:00')")
    old.execute(
        "INSERT INTO pages VALUES (9, 3, 2, 'failed', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,"
        " 'grid', 'unusable', 'Cut off.', '0.1.0', 'settings', 0, NULL)"
    )
    old.commit()
    old.close()
    with open_campaign(tmp_path) as campaign:
        (entry,) = campaign.inputs.all()
        assert (entry.id, entry.path, entry.sha256, entry.size_bytes) == (3, SCAN, "abc", 5)
        assert (entry.modified_ns, entry.pages, entry.received) == (0, 2, date(2025, 1, 20))
        assert list(campaign.pages.outcomes()) == [Failure(PageId(SCAN, 2), "grid", "unusable", "Cut off.")]
    with sqlite3.connect(tmp_path / DATABASE) as new:
        assert new.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


def test_a_campaign_of_version_2_learns_when_its_scans_were_received(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE)) as old:
        for statement in (*MIGRATIONS[0], *MIGRATIONS[1]):
            old.execute(statement)
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute("PRAGMA user_version = 2")
        noon_ns = round(datetime(2025, 1, 17, 12).timestamp()) * 10**9
        for path, modified_ns in ((SCAN, noon_ns), ("/scans/b.pdf", 0)):
            old.execute(
                "INSERT INTO inputs (path, sha256, size_bytes, received, modified_ns) VALUES (?, ?, 1, ?, ?)",
                (path, path, "2025-01-20T10:00:00+00:00", modified_ns),
            )
        old.commit()
    with open_campaign(tmp_path) as campaign:
        days = {entry.path: entry.received for entry in campaign.inputs.all()}
        assert days == {SCAN: date(2025, 1, 17), "/scans/b.pdf": date(2025, 1, 20)}
        assert [file.received for file in campaign.inputs.files()] == list(days.values())


def test_a_migration_that_fails_leaves_the_old_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_campaign(tmp_path, create=True) as campaign:
        add(campaign)
    broken = (*MIGRATIONS, ("CREATE TABLE decisions (id INTEGER)", "not SQL"))
    monkeypatch.setattr("digitize.store.schema.MIGRATIONS", broken)
    with pytest.raises(BadStore), open_campaign(tmp_path):
        pass
    monkeypatch.undo()
    with open_campaign(tmp_path) as campaign:
        assert len(campaign.inputs.all()) == 1
        assert "decisions" not in tables(campaign)


def test_a_newer_version_is_refused(tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True):
        pass
    with sqlite3.connect(tmp_path / DATABASE) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(BadStore, match="newer digitize"), open_campaign(tmp_path):
        pass


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / DATABASE) as other:
        other.execute("CREATE TABLE recipes (id INTEGER)")
    before = (tmp_path / DATABASE).read_bytes()
    with pytest.raises(BadStore, match="another program"), open_campaign(tmp_path, create=True):
        pass
    assert (tmp_path / DATABASE).read_bytes() == before


def test_a_damaged_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"not a database at all" * 100)
    with pytest.raises(BadStore, match="restore it from a backup"), open_campaign(tmp_path):
        pass


def test_a_folder_without_campaign_or_in_the_way_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadStore, match="holds no campaign"), open_campaign(tmp_path):
        pass
    (tmp_path / "file").write_text("")
    with pytest.raises(BadStore, match="choose another"), open_campaign(tmp_path / "file", create=True):
        pass


def test_two_runs_at_once_are_refused(campaign: Campaign) -> None:
    with campaign.locked():
        with pytest.raises(BadStore, match="Another run"), campaign.locked():
            pass
        assert campaign.inputs.all() == []  # reading goes on
    with campaign.locked():
        pass


def test_a_campaign_of_100_000_rows_opens_in_a_second(campaign: Campaign) -> None:
    forge_rows(campaign, pages=4_000, rows_per_page=25)
    assert count(campaign, "rows") == 100_000
    start_s = time.perf_counter()
    with open_campaign(campaign.folder) as again:
        again.inputs.files()
        again.pages.finished(*HOW, crops=False)
        page = again.pages.at("/scans/200.pdf", 7)
    assert time.perf_counter() - start_s < 1.0
    assert isinstance(page, SheetPage)
    assert [len(line.cells) for line in page.rows] == [1] * 25


def forge_rows(campaign: Campaign, pages: int, rows_per_page: int) -> None:
    """A large campaign, filled inside SQLite; every page as the first, a real one."""
    line = row(1, Status.SIGNED, "name", "address", cells=(signature(Ink.INKED),))
    per_file = 10
    for number in range(1, pages // per_file + 1):
        add(campaign, f"/scans/{number}.pdf", str(number), per_file)
    campaign.pages.save(1, Digitized(sheet_page("/scans/1.pdf", 1, line)), *HOW)
    database = campaign.pages._database.connection
    for table, key, source in (
        ("pages", "input_id, number", "SELECT i.id, n.i FROM inputs i, series n WHERE n.i BETWEEN 1 AND 10"),
        (
            "rows",
            "page_id, row_index",
            f"SELECT p.id, n.i FROM pages p, series n WHERE n.i < {rows_per_page}",
        ),
        ("cells", "row_id, cell_index", "SELECT r.id, 0 FROM rows r"),
    ):
        columns = [info["name"] for info in database.execute(f"PRAGMA table_info({table})")]
        others = ", ".join(name for name in columns if name != "id" and name not in key.split(", "))
        database.execute(
            f"WITH RECURSIVE series (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM series WHERE i < 99)"
            f" INSERT OR IGNORE INTO {table} ({key}, {others})"
            f" SELECT k.*, {others} FROM ({source}) k, (SELECT {others} FROM {table} LIMIT 1)"
        )


# Looking inside


def add(campaign: Campaign, path: str = SCAN, content: str = "1", pages: int | None = 2) -> int:
    entry = campaign.inputs.add(path, content, 1, 1, date(2025, 1, 17))
    if pages is not None:
        campaign.inputs.set_pages(entry.id, pages)
    return entry.id


def pictures(campaign: Campaign) -> list[bytes]:
    return [path.read_bytes() for path in (campaign.folder / PICTURES).iterdir()]


def query(campaign: Campaign, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(campaign.folder / DATABASE)) as connection:
        return connection.execute(sql).fetchall()


def count(campaign: Campaign, table: str) -> object:
    return query(campaign, f"SELECT count(*) FROM {table}")[0][0]


def page_ids(campaign: Campaign) -> list[tuple[object, ...]]:
    return query(campaign, "SELECT id, input_id, number FROM pages")


def tables(campaign: Campaign) -> set[object]:
    return {name for (name,) in query(campaign, "SELECT name FROM sqlite_schema")}
