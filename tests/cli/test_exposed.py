"""Folders that others can look into are named before names of people get there."""

from pathlib import Path

import pytest

from digitize.cli import exposed
from digitize.cli.exposed import is_open_to_all, synchronised_by
from digitize.errors import ExitCode
from tests.cli.terminal import Terminal, scan


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("Dropbox/count/friday", "Dropbox"),
        ("Dropbox (Office)/friday", "Dropbox (Office)"),
        ("OneDrive - Office/friday", "OneDrive - Office"),
        ("Library/CloudStorage/x/friday", "CloudStorage"),
        ("nextcloud/friday", "nextcloud"),
        ("Google Drive/friday", "Google Drive"),
        ("count/friday", ""),
        ("my dropbox scans/friday", ""),
        ("megaphone/friday", ""),
    ],
)
def test_synchronised_folders_are_known_by_name(path: str, service: str, tmp_path: Path) -> None:
    assert synchronised_by(tmp_path / path) == service


@pytest.mark.parametrize("marker", [".stfolder", ".sync_0a1b.db", ".nextcloudsync.log"])
def test_synchronised_folders_are_known_by_what_lies_in_them(marker: str, tmp_path: Path) -> None:
    (tmp_path / "shared" / "friday").mkdir(parents=True)
    assert synchronised_by(tmp_path / "shared" / "friday") == ""
    (tmp_path / "shared" / marker).touch()
    assert synchronised_by(tmp_path / "shared" / "friday") == str(tmp_path / "shared")


def test_a_folder_is_open_only_if_all_above_it_are(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    for folder in (inner, *inner.parents):
        if folder.is_relative_to(tmp_path.parents[1]):
            folder.chmod(0o755)
    expected = all(folder.stat().st_mode & 1 for folder in tmp_path.parents)
    assert is_open_to_all(inner) == expected
    inner.parent.chmod(0o700)
    assert not is_open_to_all(inner)
    inner.parent.chmod(0o755)
    inner.chmod(0o750)
    assert not is_open_to_all(inner), "a group is a choice"
    assert not is_open_to_all(tmp_path / "not there")


def test_commands_that_write_names_warn(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    scan(terminal.folder, "scans/a.pdf", "1")
    assert terminal.digitize("run", "scans", "--out", "OneDrive/friday", "--workers", "0") == ExitCode.OK
    assert "Warning: OneDrive/friday lies in OneDrive, which is copied to other machines" in terminal.err
    assert terminal.digitize("watch", "OneDrive/friday", "--once") == ExitCode.OK
    assert "lies in OneDrive" in terminal.err
    monkeypatch.setattr(exposed, "is_open_to_all", lambda _: True)
    assert terminal.digitize("run", "scans", "--out", "friday", "--workers", "0") == ExitCode.OK
    assert "All users of this machine can look into friday; close it with chmod" in terminal.err
