"""Campaigns of earlier versions are made private, and the ways in which others get at them are found."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from digitize.campaign.store import open_campaign
from digitize.campaign.store.exposure import Exposure, exposures
from tests.campaign.store.damaging import fill


def modes(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_mode & 0o777 for path in folder.rglob("*")}


def test_a_campaign_that_others_can_read_is_made_private_when_it_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    fill(folder)
    for name in ("inbox", "done"):
        (folder / name).mkdir()
    for name in ("rows.csv", "done/a.pdf", "notes.txt"):
        (folder / name).write_text("Ada")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with open_campaign(folder):
        found = modes(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert found.pop("notes.txt") == 0o644  # somebody else's
    assert {name: oct(mode) for name, mode in found.items() if mode & 0o077} == {}
    assert {"campaign.sqlite", "decisions.jsonl", "pages", "done/a.pdf", "rows.csv"} <= found.keys()


def test_links_to_files_elsewhere_keep_their_rights(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "out", tmp_path / "elsewhere.pdf"
    fill(folder)
    elsewhere.write_text("")
    elsewhere.chmod(0o644)
    (folder / "done").mkdir()
    (folder / "done" / "a.pdf").symlink_to(elsewhere)
    folder.chmod(0o755)
    with open_campaign(folder):
        pass
    assert elsewhere.stat().st_mode & 0o777 == 0o644


def test_rights_that_cannot_be_narrowed_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    with TemporaryDirectory() as around:
        folder = Path(around) / "out"
        fill(folder)
        folder.chmod(0o755)
        with monkeypatch.context() as patched:
            patched.setattr(Path, "chmod", lambda *_: None)  # as on a memory stick
            with open_campaign(folder):
                pass
        assert exposures(folder) == []  # nobody else gets through the folder around it
        Path(around).chmod(0o755)
        assert exposures(folder) == [Exposure.READABLE]


@pytest.mark.parametrize(
    "name",
    [
        *("Dropbox", "Dropbox (Verein)", "OneDrive", "OneDrive - Verein", "Google Drive", "My Drive"),
        *("Mobile Documents", "iCloud Drive", "Nextcloud", "CloudStorage", "kDrive"),
    ],
)
def test_folders_of_programs_that_copy_are_known_by_name(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name / "petition" / "out"
    folder.mkdir(parents=True)
    assert exposures(folder) == [Exposure.SYNCHRONISED]


@pytest.mark.parametrize("marker", [".dropbox", ".stfolder", ".sync_0f3a.db", "._sync_0f3a.db"])
def test_and_by_the_files_that_they_keep_there(marker: str, tmp_path: Path) -> None:
    folder = tmp_path / "shared" / "out"
    folder.mkdir(parents=True, mode=0o700)
    assert exposures(folder) == []
    (tmp_path / "shared" / marker).touch()
    assert exposures(folder) == [Exposure.SYNCHRONISED]
