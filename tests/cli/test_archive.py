"""A campaign survives the way to another machine unchanged, and nothing damaged is unpacked."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from digitize.archive.zip_file import is_safe
from digitize.audit import journal
from digitize.campaign.store import open_campaign
from digitize.errors import ExitCode
from digitize.tally import NAMES
from digitize.tally.publish import write_tables
from tests.cli.terminal import Terminal, scan

ARGUMENTS = ("--out", "friday.zip")


@pytest.fixture
def friday(terminal: Terminal) -> Path:
    """Return a campaign of scans in two folders, with decisions."""
    for name in ("scans/a.pdf", "scans/b.pdf", "more/a.pdf"):
        scan(terminal.folder, name, f"2 {name}")
    done = terminal.digitize("run", "scans", "more", "--out", "friday", "--workers", "0", "--crops")
    assert done == ExitCode.OK
    folder = terminal.folder / "friday"
    with open_campaign(folder) as campaign:
        journal.commit(campaign)
    return folder


def tables(folder: Path) -> dict[str, bytes]:
    with open_campaign(folder) as campaign:
        write_tables(campaign)
    return {name: (folder / name).read_bytes() for name in NAMES}


def password(folder: Path, text: str) -> str:
    (folder / "password.txt").write_text(f"{text}\n")
    return "password.txt"


@pytest.mark.parametrize("secret", ["", "correct horse"])
def test_what_is_restored_is_what_was_packed(secret: str, friday: Path, terminal: Terminal) -> None:
    before = tables(friday)
    with open_campaign(friday) as campaign:
        trail = list(campaign.review.trail())
        totals = campaign.review.totals()
    how = ("--password-file", password(terminal.folder, secret)) if secret else ()
    assert terminal.digitize("archive", "friday", *ARGUMENTS, *how) == ExitCode.OK
    assert "3 scans" in terminal.out
    shutil.rmtree(friday)
    shutil.rmtree(terminal.folder / "scans")
    assert terminal.digitize("restore", "friday.zip", "moved/there", *how) == ExitCode.OK
    moved = terminal.folder / "moved" / "there"
    assert {name: (moved / name).read_bytes() for name in NAMES} == before
    with open_campaign(moved) as campaign:
        assert list(campaign.review.trail()) == trail
        assert campaign.review.totals() == totals
        paths = [Path(entry.path) for entry in campaign.inputs.all()]
    assert all(path.is_file() and path.is_relative_to(moved) for path in paths)
    assert len({path.parent for path in paths}) == 2
    labels = {
        name: content.replace(b"scans/", b"").replace(b"more/", b"") for name, content in before.items()
    }
    after = tables(moved)
    assert after["tally.csv"] == before["tally.csv"]
    assert len(after["rows.csv"].splitlines()) == len(labels["rows.csv"].splitlines())
    again = terminal.digitize("run", str(moved / "done"), "--out", str(moved), "--workers", "0", "--crops")
    assert again == ExitCode.OK
    assert tables(moved)["tally.csv"] == before["tally.csv"]


def test_sha256sum_accepts_the_list_of_checksums(friday: Path, terminal: Terminal) -> None:
    assert friday.is_dir()
    assert terminal.digitize("archive", "friday", *ARGUMENTS) == ExitCode.OK
    with zipfile.ZipFile("friday.zip") as archive:
        archive.extractall("unpacked")
        names = set(archive.namelist())
    done = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd="unpacked", check=False)
    assert done.returncode == 0
    assert {"rows.csv", "tally.csv", "pages.csv", "log.csv", "audit.jsonl", "campaign.sqlite"} <= names


def test_the_password_is_needed_and_hides_the_content(friday: Path, terminal: Terminal) -> None:
    assert friday.is_dir()
    how = ("--password-file", password(terminal.folder, "correct horse"))
    assert terminal.digitize("archive", "friday", *ARGUMENTS, *how) == ExitCode.OK
    assert b"SQLite format" not in Path("friday.zip").read_bytes()
    for wrong in ((), ("--password-file", password(terminal.folder, "battery staple"))):
        assert terminal.digitize("restore", "friday.zip", "moved", *wrong) == ExitCode.BAD_STORE
        assert "right password" in terminal.sentence
        assert not Path("moved").exists()


def test_damage_is_found_and_nothing_is_left(friday: Path, terminal: Terminal) -> None:
    assert friday.is_dir()
    assert terminal.digitize("archive", "friday", *ARGUMENTS) == ExitCode.OK
    with zipfile.ZipFile("friday.zip") as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    changes = (
        {"tally.csv": b"region,signed\r\ntotal,1000000\r\n"},
        {"../outside.txt": b"x"},
        {"SHA256SUMS": b""},
    )
    for change in changes:
        with zipfile.ZipFile("changed.zip", "w") as archive:
            for name, data in (content | change).items():
                archive.writestr(name, data)
        assert terminal.digitize("restore", "changed.zip", "moved") == ExitCode.BAD_STORE
        assert not Path("moved").exists()
    Path("short.zip").write_bytes(Path("friday.zip").read_bytes()[:-4000])
    assert terminal.digitize("restore", "short.zip", "moved") == ExitCode.BAD_STORE
    assert "damaged or no archive" in terminal.sentence
    assert list(Path().glob(".restore*")) == []


def test_missing_scans_are_named_and_nothing_is_overwritten(friday: Path, terminal: Terminal) -> None:
    (terminal.folder / "scans" / "b.pdf").unlink()
    assert terminal.digitize("archive", "friday", *ARGUMENTS) == ExitCode.PAGES_FAILED
    assert "b.pdf" in terminal.out
    assert terminal.digitize("archive", "friday", *ARGUMENTS) == ExitCode.BAD_STORE
    assert "exists already" in terminal.sentence
    assert terminal.digitize("restore", "friday.zip", "friday") == ExitCode.BAD_STORE
    assert friday.is_dir()


def test_a_missing_package_is_one_sentence(
    friday: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert friday.is_dir()
    monkeypatch.setitem(sys.modules, "pyzipper", None)
    how = ("--password-file", password(terminal.folder, "correct horse"))
    assert terminal.digitize("archive", "friday", *ARGUMENTS, *how) == ExitCode.MISSING_PROGRAM
    assert "digitize[archive]" in terminal.sentence


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "", "a\\..\\b"])
def test_names_that_lead_out_of_the_folder_are_not_safe(name: str) -> None:
    assert not is_safe(name)
    assert is_safe("done/1/a.pdf")
