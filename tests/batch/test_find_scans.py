"""Finding scans: each once, recognised when renamed, with its day of receipt."""

import os
from datetime import date, datetime
from pathlib import Path

import pytest

from digitize import batch
from digitize.campaign.store import open_campaign
from digitize.errors import NoInput
from tests.batch.runs import run, scan, stored


def test_folders_are_searched_in_natural_order_and_other_files_listed(scans: Path) -> None:
    for name in (
        "scan10.pdf",
        "scan2.PDF",
        "sub/a.tif",
        "notes.txt",
        ".hidden.pdf",
        ".trash/b.pdf",
        "out/p.jpg",
    ):
        scan(scans, name)
    found = batch.find([scans], {".pdf", ".tif", ".jpg"}, scans / "out")
    assert [str(path.relative_to(scans)) for path in found.scans] == ["scan2.PDF", "scan10.pdf", "sub/a.tif"]
    assert [path.name for path in found.not_scans] == ["notes.txt"]


def test_a_file_named_twice_or_through_its_folder_goes_in_once(scans: Path) -> None:
    a = scan(scans, "a.pdf")
    (scans / "link.pdf").symlink_to(a)
    (scans / "round").symlink_to(scans)
    found = batch.find([a, scans, a], {".pdf"}, scans / "out")
    assert found.scans == (a,)


def test_a_named_file_is_included_whatever_its_suffix(scans: Path) -> None:
    notes = scan(scans, "notes.txt")
    assert batch.find([notes], {".pdf"}, scans / "out").scans == (notes,)


def test_no_scans_is_reported(scans: Path, out: Path) -> None:
    scan(scans, "notes.txt")
    with pytest.raises(NoInput, match="There is no scan in"):
        run(scans, out)
    assert not out.exists()


def test_a_file_with_new_content_is_digitized_again(scans: Path, out: Path) -> None:
    a = scan(scans, "a.pdf", "3 first")
    run(scans, out)
    scan(scans, "a.pdf", "1 second")
    os.utime(a, ns=(1, 1))
    assert run(scans, out).done == 1
    assert list(stored(out)) == [("a.pdf", 1)]


def test_a_touched_or_renamed_file_is_not_digitized_again(scans: Path, out: Path) -> None:
    a = scan(scans, "a.pdf", "3 first")
    run(scans, out)
    os.utime(a, ns=(1, 1))
    assert run(scans, out).skipped == 3
    a.rename(scans / "b.pdf")
    assert run(scans, out).skipped == 3
    assert sorted(stored(out)) == [("b.pdf", page) for page in (1, 2, 3)]


def test_the_same_content_under_two_names_counts_once(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "2 same")
    scan(scans, "b.pdf", "2 same")
    report = run(scans, out)
    assert (report.pages, report.done, report.duplicate, report.left) == (4, 2, 2, 0)
    with open_campaign(out) as campaign:
        assert [(f.label, f.pages, f.same_as) for f in campaign.inputs.files()] == [
            ("a.pdf", 2, ""),
            ("b.pdf", 2, "a.pdf"),
        ]


def test_a_duplicate_is_counted_once_its_twin_changes(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "2 same")
    scan(scans, "b.pdf", "2 same")
    run(scans, out)
    os.utime(scan(scans, "a.pdf", "1 other"), ns=(1, 1))
    report = run(scans, out)
    assert (report.done, report.duplicate) == (3, 0)
    assert sorted(stored(out)) == [("a.pdf", 1), ("b.pdf", 1), ("b.pdf", 2)]


def received(out: Path) -> dict[str, date]:
    with open_campaign(out) as campaign:
        return {file.label: file.received for file in campaign.inputs.files() if file.received}


def test_a_scan_is_received_on_its_modification_day_by_default(scans: Path, out: Path) -> None:
    a, told, later = date(2025, 1, 17), date(2025, 1, 20), date(2025, 1, 22)
    noon_s = datetime(a.year, a.month, a.day, 12).timestamp()
    os.utime(scan(scans, "a.pdf", "1 a"), (noon_s, noon_s))
    run(scans, out)
    scan(scans, "b.pdf", "1 b")
    run(scans, out, received=told)
    assert received(out) == {"a.pdf": a, "b.pdf": told}
    (scans / "b.pdf").rename(scans / "c.pdf")
    os.utime(scans / "a.pdf")
    run(scans, out, received=later)
    assert received(out) == {"a.pdf": a, "c.pdf": told}  # known scans keep their day
    run(scans, out, received=later, redo=True)
    assert received(out) == {"a.pdf": later, "c.pdf": later}
