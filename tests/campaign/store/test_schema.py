"""Campaigns of older versions are migrated and keep their data."""

import hashlib
import sqlite3
from contextlib import closing
from datetime import date, datetime
from itertools import chain
from pathlib import Path

import pytest

from digitize.campaign.store import DATABASE, open_campaign
from digitize.campaign.store.schema import APPLICATION_ID, MIGRATIONS
from digitize.errors import BadStore
from digitize.records import Failure, Flag, FlagCode, Note, NoteCode, PageId, SheetPage
from tests.campaign.store.looking import SCAN, add, tables

RELEASED = ("2a9af10f8d8a", "7e8cf783413c", "03d9b40e98f0", "68fe4aee1e1b", "008d48a22086")
"""Digests of the released steps: campaigns that were migrated by a step would not get its changes."""


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


def test_scans_of_a_campaign_of_version_2_get_a_day_of_receipt(tmp_path: Path) -> None:
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


def test_sentences_of_older_versions_are_kept_as_notes(tmp_path: Path) -> None:
    said = 'Columns "of" page {3}.'
    with closing(sqlite3.connect(tmp_path / DATABASE)) as old:
        for statement in chain.from_iterable(MIGRATIONS[:5]):
            old.execute(statement)
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute("PRAGMA user_version = 5")
        old.execute("INSERT INTO inputs VALUES (1, ?, 'abc', 5, 2, '', 0, '2025-01-20')", (SCAN,))
        mesh = '{"x": [0, 1], "y": [0, 1], "scan": []}'
        for number, note in ((1, said), (2, "")):
            old.execute(
                "INSERT INTO pages (input_id, number, kind, form, rotation_deg, skew_deg, px_per_mm, mesh,"
                " note, seconds, version, settings, has_crops)"
                " VALUES (1, ?, 'list', '', 0, 0, 1, ?, ?, 0, '', '', 0)",
                (number, mesh, note),
            )
        flags = '[["stamp", "A stamp."], ["ditto", "Ditto marks."]]'
        for index, flagged in enumerate((flags, "[]")):
            old.execute(
                "INSERT INTO rows (page_id, row_index, number, box_left, box_top, box_right, box_bottom,"
                " status, review, flags) VALUES (1, ?, 1, 0, 0, 1, 1, 'signed', 0, ?)",
                (index, flagged),
            )
        old.commit()
    with open_campaign(tmp_path) as campaign:
        first, second = campaign.pages.outcomes()
        assert isinstance(first, SheetPage) and isinstance(second, SheetPage)
        assert first.notes == (Note.of(NoteCode.TEXT, text=said),)
        assert second.notes == ()
        assert [row.flags for row in first.rows] == [(Flag(FlagCode.STAMP), Flag(FlagCode.DITTO)), ()]


def test_a_migration_that_fails_leaves_the_old_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_campaign(tmp_path, create=True) as campaign:
        add(campaign)
    broken = (*MIGRATIONS, ("CREATE TABLE diaries (id INTEGER)", "not SQL"))
    monkeypatch.setattr("digitize.campaign.store.schema.MIGRATIONS", broken)
    with pytest.raises(BadStore), open_campaign(tmp_path):
        pass
    monkeypatch.undo()
    with open_campaign(tmp_path) as campaign:
        assert len(campaign.inputs.all()) == 1
        assert "diaries" not in tables(campaign)
