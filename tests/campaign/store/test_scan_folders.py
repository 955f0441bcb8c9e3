"""Files from outside: malicious names, broken uploads, partial files, other disks."""

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitize.campaign.store.scan_folders import DONE, INBOX, SCANS, files_in, put_away, receive, take


def content(*chunks: bytes) -> Iterator[bytes]:
    yield from chunks


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("scan.pdf", "scan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("/etc/cron.d/job", "job"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("C:\\scans\\a.pdf", "a.pdf"),
        ("..", "scan"),
        ("", "scan"),
        (".bashrc", "bashrc"),
        ("a\0b\n.pdf", "a_b_.pdf"),
        ('<script>"a":b|c?.pdf', "_script_a_b_c_.pdf"),
        ("x" * 500 + ".pdf", "x" * 200 + ".pdf"),
        ("Bu\u0308hler.pdf", "Bühler.pdf"),
        ("\ud800.pdf", "?.pdf".replace("?", "_")),
    ],
)
def test_only_the_last_part_of_a_name_is_used_without_forbidden_characters(
    name: str, stored: str, tmp_path: Path
) -> None:
    assert receive(tmp_path, name, content(b"one", b"two")) == stored
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [stored]
    assert (tmp_path / INBOX / stored).read_bytes() == b"onetwo"


def test_simultaneous_uploads_with_the_same_name_are_different_files(tmp_path: Path) -> None:
    barrier = threading.Barrier(4)

    def upload(number: int) -> None:
        barrier.wait()
        receive(tmp_path, "scan.pdf", content(str(number).encode()))

    threads = [threading.Thread(target=upload, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = {path.name: path.read_text() for path in (tmp_path / INBOX).iterdir()}
    assert names.keys() == {"scan.pdf", "scan (2).pdf", "scan (3).pdf", "scan (4).pdf"}
    assert sorted(names.values()) == ["0", "1", "2", "3"]


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(Exception):  # noqa: B017 (the server handles any)
        receive(tmp_path, "scan.pdf", broken())
    assert list((tmp_path / INBOX).iterdir()) == []


def test_hidden_partial_and_linked_files_are_not_scans(tmp_path: Path) -> None:
    inbox = tmp_path / INBOX
    (inbox / ".trash").mkdir(parents=True)
    for name in ("a.pdf", ".hidden.pdf", "b.pdf.part", "c.crdownload", ".trash/d.pdf"):
        (inbox / name).write_text("1")
    (inbox / "link.pdf").symlink_to(inbox / "a.pdf")
    assert [path.name for path in files_in(tmp_path, INBOX)] == ["a.pdf"]


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    places = []
    for text in ("first", "second", "third"):
        receive(tmp_path, "scan.pdf", content(text.encode()))
        taken = take(tmp_path, tmp_path / INBOX / "scan.pdf")
        places.append(put_away(tmp_path, taken, DONE) if text == "first" else taken)
    names = [path.relative_to(tmp_path).as_posix() for path in places]
    assert names == ["done/scan.pdf", "scans/scan (2).pdf", "scans/scan (3).pdf"]
    assert [path.read_text() for path in places] == ["first", "second", "third"]


def test_files_are_taken_from_an_inbox_on_another_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(tmp_path, "scan.pdf", content(b"1"))
    real = Path.rename

    def rename(path: Path, target: Path) -> Path:
        if path.parent.name == INBOX:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    taken = take(tmp_path, tmp_path / INBOX / "scan.pdf")
    assert taken.read_bytes() == b"1"
    assert files_in(tmp_path, INBOX) == []
    assert [path.name for path in (tmp_path / SCANS).iterdir()] == ["scan.pdf"]
