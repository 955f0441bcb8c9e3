"""Files are overwritten before they are deleted, and links are only removed."""

from pathlib import Path

import pytest

from digitize.campaign.store import shred as module
from digitize.campaign.store.shred import Shredded, shred, shred_folder


def test_a_file_is_overwritten_with_zeros_and_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK_BYTES", 4)
    secret = tmp_path / "secret"
    secret.write_bytes(b"ten bytes!")
    last: list[bytes] = []
    unlink = Path.unlink

    def look_then_unlink(path: Path, missing_ok: bool = False) -> None:
        last.append(path.read_bytes())
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", look_then_unlink)
    assert shred([secret]) == Shredded(1, 10)
    assert last == [bytes(10)]
    assert not secret.exists()


def test_what_a_link_leads_to_is_kept(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a").write_bytes(b"1")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b").write_bytes(b"22")
    (tmp_path / "folder" / "to_file").symlink_to(tmp_path / "elsewhere" / "a")
    (tmp_path / "folder" / "to_folder").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert shred_folder(tmp_path / "folder") == Shredded(1, 2)
    assert shred_folder(tmp_path / "link") == Shredded()
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]
    assert (tmp_path / "elsewhere" / "a").read_bytes() == b"1"


def test_the_content_of_a_file_with_another_name_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    assert shred([tmp_path / "a"]).files == 1
    assert (tmp_path / "b").read_bytes() == b"1"
