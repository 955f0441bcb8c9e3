"""Finding scans: each once, recognised when renamed, with its day of receipt."""

import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from digitize import batch, load
from digitize.campaign.store import open_campaign
from digitize.campaign.store.inputs import Inputs
from digitize.errors import NoInput
from digitize.page.pipeline import Settings
from digitize.records import Digitized, Failure
from tests.batch.runs import run, scan, stored
from tests.page import pipeline_doubles as doubles


def is_scan(path: Path) -> bool:
    return path.suffix.lower() in (".pdf", ".tif", ".jpg")


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
    found = batch.find([scans], is_scan, scans / "out")
    assert [str(path.relative_to(scans)) for path in found.scans] == ["scan2.PDF", "scan10.pdf", "sub/a.tif"]
    assert [path.name for path in found.not_scans] == ["notes.txt"]


def test_a_file_named_twice_or_through_its_folder_goes_in_once(scans: Path) -> None:
    a = scan(scans, "a.pdf")
    (scans / "link.pdf").symlink_to(a)
    (scans / "round").symlink_to(scans)
    found = batch.find([a, scans, a], is_scan, scans / "out")
    assert found.scans == (a,)


def test_a_named_file_is_included_whatever_its_suffix(scans: Path) -> None:
    notes = scan(scans, "notes.txt")
    assert batch.find([notes], is_scan, scans / "out").scans == (notes,)


def test_no_scans_is_reported(scans: Path, out: Path) -> None:
    scan(scans, "Thumbs.db")
    with pytest.raises(NoInput, match="There is no scan in"):
        run(scans, out)
    assert not out.exists()


def failures(out: Path) -> dict[str, str]:
    """The failed files of a campaign by their names, with kind and sentence."""
    with open_campaign(out) as campaign:
        found = [o for o in campaign.pages.outcomes() if isinstance(o, Failure)]
    return {Path(o.id.file).name: f"{o.kind}: {o.sentence}" for o in found}


def test_what_is_left_out_of_a_folder_stands_in_the_tables_as_long_as_it_is_there(
    scans: Path, out: Path
) -> None:
    notes, a = scan(scans, "notes.txt", "shopping"), scan(scans, "a.pdf")
    for name in ("Thumbs.db", ".DS_Store"):
        scan(scans, name)
    report = run(scans, out)
    assert (report.done, report.failed, report.not_scans, report.is_complete) == (1, 0, (notes,), True)
    kind = "PDF, TIFF, PNG, JPEG, WebP, HEIC or BMP"
    assert failures(out) == {"notes.txt": f"not-a-scan: notes.txt was left out: it is not a {kind} file."}
    a.unlink()
    assert not run(scans, out).is_complete, "nothing in the folder was read"
    notes.unlink()
    scan(scans, "a.pdf")
    run(scans, out)
    assert failures(out) == {}


def test_files_are_told_by_their_content(scans: Path, out: Path) -> None:
    jpeg = b"\xff\xd8\xff\xe0"
    for name in ("a.jfif", "b.jpe", "c.HEIC", "no suffix", "...", "d.fax"):
        (scans / name).write_bytes((b"II*\0" if name == "d.fax" else jpeg) + name.encode())
    (scans / "e.txt").write_text("BM and other letters")
    (scans / "f.zip").write_bytes(b"PK\3\4 a.pdf %PDF-1.7")
    found = batch.find([scans], load.is_scan, out)
    assert sorted(path.name for path in found.scans) == [
        "...",
        "a.jfif",
        "b.jpe",
        "c.HEIC",
        "d.fax",
        "no suffix",
    ]
    assert [path.name for path in found.not_scans] == ["e.txt", "f.zip"]


def test_links_that_lead_nowhere_are_named_and_links_to_folders_followed(
    scans: Path, out: Path, tmp_path: Path
) -> None:
    scan(scans, "a.pdf")
    scan(tmp_path / "elsewhere", "b.pdf", "1 b")
    (scans / "elsewhere").symlink_to(tmp_path / "elsewhere")
    (scans / "gone.pdf").symlink_to("/mnt/share/gone.pdf")
    (scans / "Branch").symlink_to("/mnt/share/branch")
    report = run(scans, out)
    assert (report.done, report.failed) == (2, 2)
    where = (
        "is not there or cannot be reached (No such file or directory); bring it back, or remove the link."
    )
    assert failures(out) == {name: f"unreadable: {name} {where}" for name in ("gone.pdf", "Branch")}
    (scans / "Branch").unlink()
    run(scans, out)
    assert list(failures(out)) == ["gone.pdf"]


def test_pipes_and_devices_that_are_named_are_not_opened(scans: Path, out: Path) -> None:
    os.mkfifo(scans / "pipe.pdf")
    report = run([scan(scans, "a.pdf"), scans / "pipe.pdf", Path("/dev/zero")], out)
    assert (report.done, report.failed) == (1, 2)
    assert set(failures(out)) == {"pipe.pdf", "zero"}
    assert all("is a pipe or device; save the scan as a file." in text for text in failures(out).values())


def test_a_name_that_is_not_utf_8_costs_one_line(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf")
    scan(scans, os.fsdecode(b"Sch\xfcpfen.pdf"), "1 b")
    scan(scans, os.fsdecode(b"Sch\xfcpfen.txt"), "no scan")
    report = run(scans, out)
    assert (report.done, report.failed) == (1, 1)
    reason = "has a name that is not UTF-8; rename it."
    assert failures(out)["Sch\\xfcpfen.pdf"] == f"unreadable: Sch\\xfcpfen.pdf {reason}"
    assert list(failures(out)) == ["Sch\\xfcpfen.txt", "Sch\\xfcpfen.pdf"]


def test_a_folder_that_cannot_be_read_costs_one_line(
    scans: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(scans, "a.pdf")
    scan(scans, "closed/b.pdf")
    iterdir = Path.iterdir

    def refuse(path: Path) -> Iterator[Path]:  # root may read everything
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return iterdir(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    report = run(scans, out)
    assert (report.done, report.failed) == (1, 1)
    assert failures(out)["closed"].startswith("unreadable: closed is a folder that cannot be read")


def test_a_path_too_long_for_the_system_costs_one_line(scans: Path, out: Path) -> None:
    report = run([scan(scans, "a.pdf"), scans / ("d/" * 7000) / "b.pdf", scans / ("c" * 300)], out)
    assert (report.done, report.failed) == (1, 2)
    assert "cannot be reached (File name too long)" in failures(out)["b.pdf"]


@pytest.mark.parametrize("content", ["1 same", ""])
def test_many_files_of_one_content_are_looked_up_once(
    scans: Path, out: Path, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        scan(scans, f"{number}.pdf", content)
    calls: list[str] = []
    with_content = Inputs.with_content
    monkeypatch.setattr(
        Inputs, "with_content", lambda self, sha256: calls.append(sha256) or with_content(self, sha256)
    )
    report = run(scans, out)
    assert (report.done, report.failed + report.duplicate) == ((1, 39) if content else (0, 40))
    assert len(calls) == 1


def test_a_scan_that_changes_or_goes_during_the_run_fails_and_is_done_next_time(
    scans: Path, out: Path
) -> None:
    scan(scans, "a.pdf", "2 first")
    scan(scans, "b.pdf", "1 b")

    def meddle(file: str, page: int, settings: Settings) -> Digitized:
        result = doubles.digitize(file, page, settings)
        if Path(file).name == "a.pdf" and page == 2:
            Path(file).write_text("2 other content")
        return result

    report = run(scans, out, meddle)
    assert (report.done, report.failed) == (2, 1)
    assert "was changed or taken away while it was read" in failures(out)["a.pdf"]
    assert run(scans, out).done == 2, "both pages of what the file holds now"
    assert failures(out) == {}


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
