"""What a campaign writes can be read by its owner alone, whatever the umask."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitize import tally
from digitize.campaign.store import CROPS, open_campaign
from digitize.campaign.store.picture_files import UNFINISHED_MIN_AGE_S
from digitize.campaign.store.scan_folders import INBOX, receive, take
from digitize.page.pipeline import Settings
from digitize.records import Digitized
from digitize.tally.publish import finish
from tests.batch.runs import run, scan
from tests.page import pipeline_doubles as doubles


@pytest.fixture(params=[0o000, 0o002, 0o022], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def with_crops(file: str, page: int, settings: Settings) -> Digitized:
    result = doubles.digitize(file, page, settings)
    return Digitized(result.outcome, result.picture, ((1, b"\xff\xd8 crop"),))


@pytest.mark.usefixtures("umask")
def test_files_are_600_and_folders_700(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(scan(tmp_path, "a.pdf"), out, with_crops, settings=Settings(crops=True))
    with open_campaign(out) as campaign:
        assert finish(campaign)
        name = receive(out, "b.pdf", [b"%PDF-"])
        shared = scan(out / INBOX, "c.pdf")
        shared.chmod(0o666)
        taken = [take(out, out / INBOX / name), take(out, shared)]
        modes = {path: path.stat().st_mode & 0o777 for path in [out, *out.rglob("*")]}
    assert {
        path: oct(mode) for path, mode in modes.items() if mode != (0o700 if path.is_dir() else 0o600)
    } == {}
    assert set(taken) <= set(modes)
    assert {out / name for name in tally.NAMES} <= set(modes)


def test_the_umask_of_the_caller_is_left_as_it_was(tmp_path: Path, umask: int) -> None:
    run(scan(tmp_path, "a.pdf"), tmp_path / "out")
    assert os.umask(umask) == umask


def test_names_of_any_length_have_crops(tmp_path: Path) -> None:
    long = "Blatt " + "ä" * 120  # 246 bytes with its suffix
    run(scan(tmp_path, f"{long}.pdf"), tmp_path / "out", with_crops, settings=Settings(crops=True))
    (crop,) = (tmp_path / "out" / CROPS).iterdir()
    assert crop.name.startswith("Blatt_ä")
    assert crop.name.endswith("-000001-p001-row001.jpg")


def test_what_a_killed_program_was_writing_is_swept_at_the_next_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(scan(tmp_path, "a.pdf"), out, with_crops, settings=Settings(crops=True))
    old, new = out / ".rows.csv.123.unfinished", out / ".pages.csv.124.unfinished"
    crop = out / CROPS / ".a-row001.jpg.unfinished"
    for path in (old, new, crop):
        path.write_bytes(b"Ada Muster")
    for path in (old, crop):
        os.utime(path, (time.time() - UNFINISHED_MIN_AGE_S - 1,) * 2)
    run(scan(tmp_path, "a.pdf"), out)
    assert [path.exists() for path in (old, new, crop)] == [False, True, False]


def test_a_name_in_the_inbox_that_is_not_utf_8_is_taken_under_another(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(scan(tmp_path, "a.pdf"), out)
    odd = scan(out / INBOX, os.fsdecode(b"Sch\xfcpfen.pdf"))
    taken = take(out, odd)
    assert taken.name == "Sch\N{REPLACEMENT CHARACTER}pfen.pdf"
    assert run(taken, out, doubles.digitize).duplicate == 1
